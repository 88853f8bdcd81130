"""Some clients side by side, as each of them saw her result: read from the stored documents."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from recommender.engine.model import Answers, Question
from recommender.store.records import Listed, Stored

LEAST, MOST = 2, 5
"""So many clients can stand side by side."""


@dataclass(frozen=True, slots=True)
class Side:
    """One client: what is listed of her, the document that she saw, and her answers in it."""

    listed: Listed
    document: dict[str, Any]
    answers: Answers

    @property
    def ranking(self) -> dict[str, dict[str, Any]]:
        """The entries of her ranking by type."""
        return {entry["type"]: entry for entry in self.document["ranking"]}

    @property
    def first(self) -> dict[str, Any]:
        """The first entry of her ranking; of a tie, any."""
        entry: dict[str, Any] = self.document["ranking"][0]
        return entry

    @property
    def obstacle(self) -> dict[str, Any] | None:
        """What of her capacity costs her first type the most points; None if nothing does."""
        capacity = [one for one in self.first["contributions"] if one["kind"] == "capacity"]
        worst = min(capacity, key=lambda one: one["points"], default=None)
        return worst if worst and worst["points"] < 0 else None


@dataclass(frozen=True, slots=True)
class Row:
    """One question or type with what stands there for each client; `differs` if not all alike."""

    id: str
    cells: tuple[Any, ...]

    @property
    def differs(self) -> bool:
        return any(cell != self.cells[0] for cell in self.cells)


def side(stored: Stored) -> Side:
    document = json.loads(stored.document)
    values = {
        question: tuple(value) if isinstance(value, list) else value
        for question, value in document["answers"].items()
        if value is not None
    }
    return Side(stored.listed, document, Answers(values))


def answered(sides: Sequence[Side], known: Iterable[str]) -> list[Row]:
    """A row for each question that any of them answered, in the order of the known ones.

    Those that rules of today no longer ask come last.
    """
    asked = dict.fromkeys([*known, *(q for one in sides for q in one.answers.values)])
    rows = (Row(q, tuple(one.answers.get(q) for one in sides)) for q in asked)
    return [row for row in rows if any(cell is not None for cell in row.cells)]


def placed(sides: Sequence[Side], known: Iterable[str]) -> list[Row]:
    """A row for each type with its entries, the type that ranks best over all first."""
    types = dict.fromkeys([*known, *(type_ for one in sides for type_ in one.ranking)])
    rows = [Row(type_, tuple(one.ranking.get(type_) for one in sides)) for type_ in types]
    return sorted(rows, key=lambda row: sum(_rank(cell) for cell in row.cells))


def halves(rows: Iterable[Row]) -> tuple[list[Row], list[Row]]:
    """The rows that differ, and those that are alike."""
    differing: list[Row] = []
    alike: list[Row] = []
    for row in rows:
        (differing if row.differs else alike).append(row)
    return differing, alike


def in_words(question: Question | None, value: Any, lang: str) -> str:
    """An answer as its options' labels; what today's rules no longer know stays an id."""
    if value == () and question and question.none:
        return question.none[lang]
    options = question.options if question else {}
    ids = (value,) if isinstance(value, str) else value or ()
    return "; ".join(options[id_].label[lang] if id_ in options else id_ for id_ in ids)


def _rank(cell: Any) -> int:
    return int(cell["rank"]) if cell else 9
