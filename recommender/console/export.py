"""Submissions as lines that other programs read: a table, or JSON Lines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from recommender.engine.model import NONE
from recommender.engine.rulebook import Rulebook
from recommender.render.cells import no_formula
from recommender.store import archive
from recommender.store.practice import Practice
from recommender.store.records import Stored

Exported = Iterable[tuple[Stored, Practice]]
Cell = str | int | float | None

# fmt: off
_BEFORE = (
    "id", "form", "form_version", "thread", "revision", "test", "created_at", "lang", "seconds",
    "code", "rules", "label", "ref", "contact_name", "contact_email", "contact_organisation",
    "consent_version", "consented_at",
)
_AFTER = (
    "overrule_type", "overrule_reason", "followup_went", "followup_types", "followup_done",
    "rate_before", "rate_after", "learning",
)
# fmt: on
_OF_TYPE = ("rank", "points")
OTHER = "other_answers"
"""The column of answers to questions that have none: only older rules had them, or their name is
that of another column."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table has columns for, beside those that every table has."""

    questions: tuple[str, ...]
    types: tuple[str, ...]
    hidden: tuple[str, ...]
    context: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [
            *_BEFORE,
            *self.questions,
            OTHER,
            *_of_types(self.types),
            *(f"hidden.{key}" for key in self.hidden),
            *(f"context.{id_}" for id_ in self.context),
            *_AFTER,
        ]


def columns(books: Iterable[Rulebook], settings: Iterable[Mapping[str, Any]]) -> Columns:
    """Columns for all that these rulebooks ask and these settings of forms bring."""
    books, settings = [*books], [*settings]
    types = _once(id_ for book in books for id_ in book.types)
    taken = {*_BEFORE, *_AFTER, *_of_types(types), OTHER}
    asked = _once(id_ for book in books for id_ in book.questionnaire.questions)
    return Columns(
        tuple(id_ for id_ in asked if id_ not in taken),
        types,
        _once(key for each in settings for key in each.get("hidden", ())),
        _once(question["id"] for each in settings for question in each.get("context", ())),
    )


def as_csv(made: Columns, submissions: Exported) -> Iterator[bytes]:
    """A table, a row each below the names of its columns; nothing in it is run as a formula.

    It begins with the mark that spreadsheets know UTF-8 by.
    """
    yield "\ufeff".encode() + _row(made.names)
    for one, practice in submissions:
        cells = _cells(one, practice, made)
        yield _row([cells.get(name) for name in made.names])


def as_json_lines(submissions: Exported) -> Iterator[bytes]:
    """Each submission on a line, with the whole recommendation and what became of it."""
    return (
        archive.line(archive.submission(one) | asdict(practice)) for one, practice in submissions
    )


def _cells(one: Stored, practice: Practice, made: Columns) -> dict[str, Cell]:
    """What stands in which column."""
    listed, document = one.listed, json.loads(one.document)
    contact, consent = listed.contact, one.consent
    answers = {id_: _answer(value) for id_, value in document["answers"].items()}
    return {
        "id": listed.id,
        "form": listed.form,
        "form_version": one.form_version,
        "thread": listed.thread,
        "revision": listed.revision,
        "test": "yes" if listed.test else "no",
        "created_at": _moment(listed.created_at),
        "lang": one.lang,
        "seconds": one.seconds,
        "code": one.code,
        "rules": one.rules_version,
        "label": listed.label,
        "ref": _said(listed.ref),
        **{f"contact_{name}": _said(said) for name, said in asdict(contact).items()},
        "consent_version": _said(consent.version) if consent else None,
        "consented_at": _moment(one.consented_at),
        **{k: v for k, v in answers.items() if k in made.questions},
        OTHER: "; ".join(f"{k}={v}" for k, v in answers.items() if k not in made.questions),
        **{
            f"{what}_{entry['type']}": entry[what]
            for entry in document["ranking"]
            for what in _OF_TYPE
        },
        **{f"hidden.{key}": _said(text) for key, text in one.hidden.items()},
        **{f"context.{id_}": _said(_joined(given)) for id_, given in one.context.items()},
        **_practice_cells(practice),
    }


def _practice_cells(practice: Practice) -> dict[str, Cell]:
    overrule, followup = practice.overrule, practice.followup
    cells: dict[str, Cell] = {"learning": "yes" if practice.learning else "no"}
    if overrule:
        cells |= {"overrule_type": overrule.type, "overrule_reason": _said(overrule.reason)}
    if followup:
        cells |= {
            "followup_went": followup.went,
            "followup_types": "|".join(followup.types),
            "followup_done": _said(followup.done),
            "rate_before": followup.rate_before,
            "rate_after": followup.rate_after,
        }
    return cells


def _answer(value: Any) -> str:
    """An answer as tables of answers are read back: ids, and `-` for none of these."""
    return NONE if value == [] else _joined(value or "")


def _joined(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else "|".join(value)


def _said(text: str | None) -> str | None:
    """What somebody wrote, on one line and never a formula."""
    return no_formula(" ".join(text.splitlines())) if text else None


def _moment(when: datetime | None) -> str | None:
    return when.astimezone(UTC).isoformat(timespec="seconds") if when else None


def _row(cells: Sequence[Cell]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()


def _of_types(types: Iterable[str]) -> list[str]:
    return [f"{what}_{type_}" for type_ in types for what in _OF_TYPE]


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
