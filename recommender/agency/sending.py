"""What a person sends with her answers: read, judged all at once, and made ready to be stored."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Literal

from recommender.agency.form import ContextQuestion, FormSettings
from recommender.agency.written import MOST_EMAIL, MOST_TEXT, is_email, written
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.errors import Problem, Text
from recommender.i18n import LANGUAGES, words
from recommender.render.document import canonical, document
from recommender.store.records import Consent, Contact, Made, Meant

OWN = "own-"
"""Begins the field name of an agency's own question, so that it is never one of ours."""

Kind = Literal["line", "email", "lines", "one", "many"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the send page. `fills` is what a browser may fill it with (HTML autofill)."""

    name: str
    label: Text
    kind: Kind
    required: bool
    most: int = MOST_TEXT
    fills: str = "off"
    options: Mapping[str, Text] = field(default_factory=dict)

    @property
    def first_control(self) -> str:
        """The id of its first control, to which an error leads."""
        return f"{self.name}-{next(iter(self.options))}" if self.options else self.name


@dataclass(frozen=True, slots=True)
class Given:
    """What was filled in beside the answers; what cannot be used is left out."""

    contact: Contact
    context: Mapping[str, str | list[str]]
    consent: Consent | None


# What a table of contacts has room for; see `store.tables`.
_CONTACTS: Mapping[str, tuple[Kind, int, str]] = {
    "name": ("line", 200, "name"),
    "email": ("email", MOST_EMAIL, "email"),
    "organisation": ("line", 200, "organization"),
}
_KINDS: Mapping[str, Kind] = {"short": "line", "long": "lines", "one": "one", "many": "many"}


def asked(settings: FormSettings) -> tuple[Asked, ...]:
    """The fields of a form's send page: the contact that it wants, then its own questions."""
    wanted = settings.asks.model_dump()
    contacts = [
        Asked(name, in_words(f"contact_{name}"), kind, wanted[name] == "required", most, fills)
        for name, (kind, most, fills) in _CONTACTS.items()
        if wanted[name] != "no"
    ]
    return (*contacts, *map(_own, settings.context))


def read(
    settings: FormSettings, sent: Mapping[str, list[str]], lang: str, agency: str
) -> tuple[Given, tuple[Problem, ...]]:
    """What was filled in, and every problem with it; a problem's `question` is its field's name.

    `lang` is the language in which the consent was read. The tick names the version of the
    words: a tick at other words than today's is none.
    """
    found = {one.name: _READ[one.kind](one, sent.get(one.name, [])) for one in asked(settings)}
    problems = [value for value in found.values() if isinstance(value, Problem)]
    good = {name: v for name, v in found.items() if v and not isinstance(v, Problem)}
    agreed = sent.get("consent") == [settings.consent.version]
    if not agreed:
        wanted = in_words("unsent_consent", agency=dict.fromkeys(LANGUAGES, agency))
        problems.append(Problem("consent", "consent", wanted))
    given = Given(
        Contact(**{name: good[name] for name in _CONTACTS if name in good}),  # type: ignore[arg-type]
        {name.removeprefix(OWN): v for name, v in good.items() if name.startswith(OWN)},
        _consent(settings, lang) if agreed else None,
    )
    return given, tuple(problems)


def made(rulebook: Rulebook, answers: Answers) -> Made:
    """The recommendation for whole answers as it is stored. Excluded types lead nowhere."""
    whole = document(rulebook, answers)
    held = [entry for entry in whole["ranking"] if not entry["excluded"]]
    places = [
        tuple(entry["type"] for entry in same) for _, same in groupby(held, lambda one: one["rank"])
    ]
    return Made(
        code=whole["code"],
        rules_version=whole["rules"]["version"],
        rules_digest=whole["rules"]["digest"],
        body=canonical(whole),
        goal=str(answers.get("primary_goal")),
        first=places[0] if places else (),
        second=places[1] if len(places) > 1 else (),
        label=whole["confidence"]["label"],
    )


def key_of(secret: str, visit_key: str, meant: Meant, given: Given) -> str:
    """The idempotency key: the same for the same visit that sends the same, else another.

    It depends on all that is sent, so that what somebody corrects and sends once more is not
    taken for a repeated press and lost. Nobody can work it out who has but a visit's address.
    """
    parts = [visit_key, meant.code, meant.rules_digest, asdict(given.contact), given.context]
    return _mac(secret, "send", json.dumps(parts, sort_keys=True))


def erase_token(secret: str, key: str) -> str:
    """The secret of the link by which what was sent with this key can be erased."""
    return _mac(secret, "erase", key)


def _mac(secret: str, use: str, text: str) -> str:
    """128 bits as 32 hex digits."""
    return hmac.new(secret.encode(), f"{use}:{text}".encode(), "sha256").hexdigest()[:32]


def _consent(settings: FormSettings, lang: str) -> Consent:
    return Consent(settings.consent.version, settings.consent.said(lang), lang)


def _own(question: ContextQuestion) -> Asked:
    return Asked(
        OWN + question.id,
        question.label.model_dump(),
        _KINDS[question.kind],
        question.required,
        options={option.id: option.label.model_dump() for option in question.options},
    )


def _text(one: Asked, given: list[str]) -> str | Problem:
    raw = given[0] if given else ""
    text = written(raw, lines=one.kind == "lines")
    if text is None:
        return _problem(one, "letters")
    if len(text) > one.most:
        return _problem(one, "long", n=dict.fromkeys(LANGUAGES, str(one.most)))
    if not text and one.required:
        return _problem(one, "required")
    if text and one.kind == "email" and not is_email(text):
        return _problem(one, "email")
    return text


def _options(one: Asked, given: Iterable[str]) -> str | list[str] | Problem:
    chosen = {value for value in given if value}
    if chosen - set(one.options) or (one.kind == "one" and len(chosen) > 1):
        return _problem(one, "option")
    if one.required and not chosen:
        return _problem(one, "choose")
    if one.kind == "one":
        return "".join(chosen)
    return [option for option in one.options if option in chosen]


_READ = {"line": _text, "email": _text, "lines": _text, "one": _options, "many": _options}


def _problem(one: Asked, code: str, **filled: Text) -> Problem:
    return Problem(one.name, code, in_words(f"unsent_{code}", label=one.label, **filled))


def in_words(key: str, **filled: Text) -> Text:
    """A sentence of the interface in every language."""
    return {
        lang: words(lang)(key, **{name: text[lang] for name, text in filled.items()})
        for lang in LANGUAGES
    }
