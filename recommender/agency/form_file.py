"""A form's file: YAML as settings, or everything wrong with it; and settings as YAML again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from recommender.agency import theme
from recommender.agency.brand import MOST_LOGO, media_of
from recommender.agency.findings import MESSAGES, FormFileError
from recommender.agency.form import ContextQuestion, FormSettings, plain
from recommender.agency.rulebooks import names, rulebook_called
from recommender.rulebook.findings import Findings
from recommender.rulebook.read_form import read_form
from recommender.rulebook.yaml_text import line_of, parse


@dataclass(frozen=True)
class FormFile:
    """A file whose settings are right. What is only wrong beside other things is found later."""

    name: str
    data: Any
    settings: FormSettings

    def refused(self, key: str, *path: str, **values: Any) -> FormFileError:
        """One problem at the place of a setting."""
        findings = Findings(MESSAGES)
        findings.add(self.name, line_of(self.data, path), key, **values)
        return FormFileError(findings.all())


def read(name: str, content: bytes) -> FormFile:
    """The settings in a file called `name`; raises FormFileError with every problem."""
    findings = Findings(MESSAGES)
    data = parse(name, content, findings)
    settings: FormSettings | None = None
    if data is not None:
        settings = read_form(FormSettings, name, data, findings)
    if settings is not None:
        _Check(name, data, settings, findings).all()
    if findings or settings is None:
        raise FormFileError(findings.all())
    return FormFile(name, data, settings)


def check_logo(file: FormFile, content: bytes) -> str:
    """The kind of the logo that the file names; raises FormFileError if it is none."""
    logo, media = file.settings.brand.logo, media_of(content)
    if len(content) > MOST_LOGO:
        values = {"value": logo, "have": len(content), "most": MOST_LOGO}
        raise file.refused("logo_large", "brand", "logo", **values)
    if media is None:
        raise file.refused("logo_kind", "brand", "logo", value=logo)
    return media


class _Written(yaml.SafeDumper):
    """Texts without quotes wherever our own reader needs none: it takes every value as text."""

    yaml_implicit_resolvers: dict = {}

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Written, text: str) -> yaml.Node:
    """Several lines, and long ones that would need quotes, as they are: to be copied."""
    style = "|" if "\n" in text or (len(text) > 60 and ": " in text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Written.add_representer(str, _text)


def as_yaml(value: Any, width: int = 96) -> str:
    """Texts, lists and maps as YAML."""
    text: str = yaml.dump(value, Dumper=_Written, sort_keys=False, allow_unicode=True, width=width)
    return text


def to_yaml(settings: FormSettings) -> str:
    """A file that `read` takes back as these settings."""
    return as_yaml(plain(settings))


@dataclass(frozen=True)
class _Check:
    """What no setting tells alone: names that must be known or free, colours beside others."""

    name: str
    data: Any
    settings: FormSettings
    findings: Findings

    def all(self) -> None:
        self._rules()
        self._names()
        for place, question in enumerate(self.settings.context):
            self._context(question, place)
        asks = self.settings.asks
        if self.settings.contact != "off" and {asks.name, asks.email, asks.organisation} == {"no"}:
            self._add(["contact"], "asks_nothing")
        self._colours()

    def _add(self, path: Iterable, key: str, **values: Any) -> None:
        self.findings.add(self.name, line_of(self.data, path), key, **values)

    def _rules(self) -> None:
        """The rules must be known; a market, hidden keys and questions must fit them."""
        settings = self.settings
        book = rulebook_called(settings.rules)
        if book is None:
            self._add(["rules"], "unknown_rules", value=settings.rules, near=names())
            return
        questions = book.questionnaire.questions
        markets = questions["market"].options
        if settings.market and settings.market not in markets:
            values = {"value": settings.market, "question": "market", "near": markets}
            self._add(["market"], "unknown_option", **values)
        for path, one in self._own_keys():
            if one in questions:
                self._add(path, "is_question", value=one)

    def _own_keys(self) -> list[tuple[Sequence, str]]:
        hidden = [(("hidden", place), key) for place, key in enumerate(self.settings.hidden)]
        asked = enumerate(self.settings.context)
        return [*hidden, *((("context", place, "id"), one.id) for place, one in asked)]

    def _names(self) -> None:
        sites = [(("sites", place), one) for place, one in enumerate(self.settings.sites)]
        self._once(self._own_keys())
        self._once(sites)

    def _once(self, keys: Iterable[tuple[Sequence, str]]) -> None:
        seen: set[str] = set()
        for path, one in keys:
            if one in seen:
                self._add(path, "twice", value=one)
            seen.add(one)

    def _context(self, question: ContextQuestion, place: int) -> None:
        path = ("context", place)
        chosen = question.kind in ("one", "many")
        if chosen and len(question.options) < 2:
            self._add([*path, "options"], "few_options", value=question.id)
        if not chosen and question.options:
            self._add([*path, "options"], "no_options", value=question.id)
        options = enumerate(question.options)
        self._once([((*path, "options", at, "id"), option.id) for at, option in options])

    def _colours(self) -> None:
        for scheme, one in theme.failing(self.settings.brand):
            path = ["brand", *(["dark"] if scheme == "dark" else []), one.role]
            values = {
                "role": one.role,
                "colour": one.colour,
                "ground": MESSAGES["chosen"] if one.ground == "soft" else one.ground,
                "on": one.on,
                "ratio": f"{one.ratio:.2f}",
                "least": f"{one.least:g}",
                "scheme": scheme,
            }
            if one.offer:
                self._add(path, "contrast", offer=one.offer, **values)
            else:
                self._add(path, "contrast_hopeless", **values)
