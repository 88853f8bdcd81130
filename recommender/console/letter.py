"""A letter to the client about her result, ready to be sent in either language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from recommender.engine.rulebook import Rulebook
from recommender.i18n import words

MOST_REASONS = 3
MOST_ADDRESS = 1500
"""Letters of an address that every mail program takes."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Parties:
    """Who writes to whom, and where the result can be seen; `client` and `email` may be unknown."""

    client: str | None
    email: str | None
    author: str
    agency: str
    link: str


def letter(
    document: Mapping[str, Any],
    book: Rulebook,
    lang: str,
    parties: Parties,
    reasons: int = MOST_REASONS,
) -> Letter:
    """What comes first, why, what to do first, where to see it all, and what to settle.

    Everything is taken from the document; `book` gives types and questions their names.
    """
    w = words(lang)
    leading = _leading(document)
    hello = w("letter_hello", name=parties.client) if parties.client else w("letter_hello_all")
    parts = [
        hello,
        _opening(document, book, lang, leading),
        _list(w("letter_why"), _reasons(leading, lang, reasons)),
        _list(w("letter_start"), _steps(leading, lang)),
        w("letter_result", link=parties.link),
        *_question(document, book, lang),
        w("letter_bye", name=parties.author, agency=parties.agency),
    ]
    return Letter(w("share_subject"), "\n\n".join(filter(None, parts)))


def mailto(document: Mapping[str, Any], book: Rulebook, lang: str, parties: Parties) -> str:
    """An address that opens the letter in a mail program, with as many reasons as it can hold.

    If even the letter without reasons is too long, the link alone is in it.
    """
    for reasons in range(MOST_REASONS, -1, -1):
        made = letter(document, book, lang, parties, reasons)
        address = _address(parties.email, made)
        if len(address) <= MOST_ADDRESS:
            return address
    return _address(parties.email, Letter(made.subject, parties.link))


def _address(email: str | None, made: Letter) -> str:
    lines = quote(made.body.replace("\n", "\r\n"), safe="")
    return (
        f"mailto:{quote(email or '', safe='@')}?subject={quote(made.subject, safe='')}&body={lines}"
    )


def _leading(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The type that comes first; of a tie, the first two; none if all are excluded."""
    held = [entry for entry in document["ranking"] if not entry["excluded"]]
    tie = document["confidence"]["label"] == "tie"
    return held[: 2 if tie else 1]


def _opening(
    document: Mapping[str, Any],
    book: Rulebook,
    lang: str,
    leading: Sequence[Mapping[str, Any]],
) -> str:
    w = words(lang)
    if not leading:
        return w("letter_none")
    first = w.listed([_named(book, entry["type"], lang) for entry in leading])
    if leading[0]["band"] == "weak":
        return w("letter_weak", first=first)
    return w("letter_tie" if len(leading) > 1 else "letter_first", first=first)


def _named(book: Rulebook, type_: str, lang: str) -> str:
    known = book.types.get(type_)
    return f"{known.in_sentence[lang]} ({', '.join(known.best_known)})" if known else type_


def _reasons(leading: Sequence[Mapping[str, Any]], lang: str, most: int) -> list[str]:
    """The strongest reasons of the types that come first, in turn."""
    said = [
        (place, at, one["reason"][lang])
        for at, entry in enumerate(leading)
        for place, one in enumerate(c for c in entry["contributions"] if c["points"] > 0)
    ]
    return list(dict.fromkeys(reason for *_, reason in sorted(said)))[:most]


def _steps(leading: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """What to do first on the first type."""
    return [
        one["text"][lang]
        for entry in leading[:1]
        for one in entry["advice"]
        if one["kind"] == "first_week"
    ][:1]


def _question(document: Mapping[str, Any], book: Rulebook, lang: str) -> list[str]:
    asked = book.questionnaire.questions
    known = [id_ for id_ in document["next_questions"] if id_ in asked]
    return [words(lang)("letter_ask", question=asked[id_].label[lang]) for id_ in known[:1]]


def _list(title: str, lines: Iterable[str]) -> str:
    """Lines below their title; nothing without lines."""
    found = [f"- {line}" for line in lines]
    return "\n".join([title, *found]) if found else ""
