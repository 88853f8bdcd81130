"""A submission that a member looks at, and the rulebooks that speak of it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import abort, g, request, url_for

from recommender.agency.form import SHIPPED, FormSettings
from recommender.console.letter import Parties, letter, mailto
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.i18n import LANGUAGES
from recommender.store import front
from recommender.store.records import FormRecord, Stored
from recommender.web.console.guard import desk, seat
from recommender.web.drafts import decoded, kept
from recommender.web.embedding import signed, started
from recommender.web.problems import WrongCode
from recommender.web.running import database, running

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Opened:
    """A submission that is looked at. `today` is the rulebook that its form uses now.

    `then` made the document; None where it is not kept any more. `began` are the form's settings
    when the client began.
    """

    stored: Stored
    form: FormRecord
    began: FormSettings
    then: Rulebook | None
    today: Rulebook

    @cached_property
    def document(self) -> Mapping[str, Any]:
        """The recommendation as the client saw it."""
        found: Mapping[str, Any] = json.loads(self.stored.document)
        return found

    @property
    def book(self) -> Rulebook:
        """The rulebook whose words the page uses: that of the client, if it is kept."""
        return self.then or self.today

    @cached_property
    def answers(self) -> Answers | None:
        """The client's answers; None where today's rulebook has to read them and cannot."""
        given, whole = kept(self.document["answers"])
        return given if whole and not given.missing else None

    @cached_property
    def _trying(self) -> str:
        return signed(started(self.form, preview=True))

    def address(self, endpoint: str, **values: Any) -> str:
        """A page of the form, as anybody sees it, under the rules that the client had if they are
        kept, else today's. Of a draft it opens to whoever tries it out alone."""
        trying = {"t": self._trying} if self.form.state == "draft" else {}
        given = {"v": self.then and self.then.version} | trying | values
        slug = self.stored.listed.form
        return url_for(f"form.{endpoint}", slug=slug, **{k: v for k, v in given.items() if v})


def is_id(text: str) -> bool:
    """Whether this can be an id; a database need not be asked for anything else."""
    return bool(_ID.fullmatch(text))


def checked(*ids: str) -> None:
    """404 for ids that nobody was ever given."""
    if not all(map(is_id, ids)):
        abort(404)


def opened(id_: str) -> Opened:
    """The submission; pages speak in the words of its rulebook from here on.

    404 for what is not the agency's.
    """
    checked(id_)
    stored = desk().submission(id_)
    form = desk().form(stored.listed.form) if stored else None
    if stored is None or form is None:
        abort(404)
    known, shelf = running().forms, running().shelf
    version = stored.form_version
    began = known.seen(form.id, version) or front.form_at(database(), form.id, version) or form
    chosen = known.of(form).settings.rules
    today = (None if chosen == SHIPPED else shelf.under(chosen)) or shelf.today
    found = Opened(stored, form, known.of(began).settings, shelf.under(stored.rules_version), today)
    g.today = g.rulebook = found.book
    return found


def whole(code: str) -> Answers | None:
    """The answers of a code; None where the rulebook that speaks has no such code any more."""
    try:
        found = decoded(code)
    except WrongCode:
        return None
    return None if found.missing else found


def letters(one: Opened) -> Iterator[dict[str, str]]:
    """The letter to the client in each language, that of the client first."""
    document, stored, who = one.document, one.stored, seat()
    contact, host = stored.listed.contact, request.host_url[:-1]
    for lang in sorted(LANGUAGES, key=lambda tongue: tongue != stored.lang):
        address = host + one.address("result.show", code=stored.code, lang=lang, t=None)
        parties = Parties(contact.name, contact.email, who.name, who.agency_name, address)
        made = letter(document, one.book, lang, parties)
        to = mailto(document, one.book, lang, parties)
        yield {"lang": lang, "subject": made.subject, "body": made.body, "mailto": to}


def context(one: Opened, lang: str) -> Iterator[tuple[str, str]]:
    """The agency's own questions and what the client answered, in words."""
    asked = {question.id: question for question in one.began.context}
    for id_, given in one.stored.context.items():
        question = asked.get(id_)
        options = {o.id: o.label.said(lang) for o in question.options} if question else {}
        yield (question.label.said(lang) if question else id_), _listed(given, options)


def answered(one: Opened, lang: str) -> Iterator[tuple[str, str]]:
    """Every question with what the client answered, in words, as far as the rulebook has them."""
    given, questions = dict(one.document["answers"]), one.book.questionnaire.questions
    for question in questions.values():
        value = given.pop(question.id, None)
        labels = {id_: option.label[lang] for id_, option in question.options.items()}
        if value == [] and question.none:
            yield question.short[lang], question.none[lang]
        else:
            yield question.short[lang], _listed(value, labels)
    for id_, value in given.items():
        yield id_, _listed(value, {})


def _listed(value: str | list[str] | None, labels: Mapping[str, str]) -> str:
    chosen = [value] if isinstance(value, str) else value or []
    return "; ".join(labels.get(text, text) for text in chosen)
