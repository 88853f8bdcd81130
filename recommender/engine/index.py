"""A bitmap index over the rows of a rulebook: which rows hold, and what they sum to.

Every row owns one bit. For each question and each answer to it there is one integer whose bits
are the rows that this answer makes impossible. An evaluation is one OR per question; the points
of a type are counted bits of the rows that remain.
"""

from collections.abc import Iterable, Iterator
from functools import reduce
from operator import or_

from recommender.engine.model import Answers, Value, options_of
from recommender.engine.rows import Row


class Index:
    """Rows laid out by type, the highest points first, ready to be asked about answers.

    `types` fixes which types there are; `rows` may come in any order. Built once, then only
    read, but for answers to many-choice questions, which are folded when first seen: there are
    at most as many of them as a code can carry.
    """

    def __init__(self, types: Iterable[str], rows: Iterable[Row]):
        self.types = tuple(types)
        self.rows = tuple(
            sorted(rows, key=lambda row: (self.types.index(row.type), -row.points, row.rule))
        )
        self._all = (1 << len(self.rows)) - 1
        self._questions = self._read_questions()
        self._slices = {type_: self._mask(type_) for type_ in self.types}
        self._excluding = {type_: self._excluding_rows(type_) for type_ in self.types}
        self.excluding = reduce(or_, self._excluding.values(), 0)
        self._planes = {type_: tuple(self._planes_of(type_)) for type_ in self.types}
        self._reading: dict[str, int] = {}
        for bit, row in enumerate(self.rows):
            _add(self._reading, row.reads(), 1 << bit)
        self.reads = {type_: self._reads(type_) for type_ in self.types}

    def fired(self, answers: Answers) -> int:
        """The rows that hold, as bits."""
        ruled_out = 0
        for question in self._questions:
            ruled_out |= self.ruled_out(question, answers.get(question))
        return self.remaining(ruled_out)

    def ruled_out(self, question: str, value: Value | None) -> int:
        """The rows that cannot hold when this is the answer to a question."""
        rows = 0
        for asked in self._questions.get(question, ()):
            rows |= asked.ruled_out(value)
        return rows

    def remaining(self, ruled_out: int) -> int:
        """The rows that hold when these do not."""
        return self._all & ~ruled_out

    def points(self, fired: int) -> dict[str, int]:
        """The points of every type, from the rows that hold."""
        return {
            type_: sum(weight * (fired & mask).bit_count() for weight, mask in planes)
            for type_, planes in self._planes.items()
        }

    def places(self, fired: int) -> list[tuple[bool, int]]:
        """Where each type stands, in the order of `types`: excluded or not, points downward.

        The lesser place is the better; equal places share a rank.
        """
        return [
            (
                bool(fired & self._excluding[type_]),
                -sum([weight * (fired & mask).bit_count() for weight, mask in planes]),
            )
            for type_, planes in self._planes.items()
        ]

    def excluded(self, fired: int) -> list[int]:
        """The positions of the types that these rows exclude."""
        return [at for at, mask in enumerate(self._excluding.values()) if fired & mask]

    def reading(self, questions: Iterable[str]) -> int:
        """The rows that read any of these questions."""
        return reduce(or_, (self._reading.get(question, 0) for question in questions), 0)

    def planes_within(self, rows: int) -> list[tuple[int, int, int]]:
        """The position of a type, a weight and the rows of the two, for those of these rows."""
        return [
            (position, weight, mask & rows)
            for position, planes in enumerate(self._planes.values())
            for weight, mask in planes
            if mask & rows
        ]

    def rows_for(self, type_: str, fired: int) -> Iterator[Row]:
        """The rows that hold and touch a type, the highest points first."""
        bits = fired & self._slices[type_]
        while bits:
            lowest = bits & -bits
            yield self.rows[lowest.bit_length() - 1]
            bits ^= lowest

    def _mask(self, type_: str, weight: int = 0) -> int:
        """The rows of a type; with a weight, those whose points of that sign hold that bit."""
        return sum(
            1 << bit
            for bit, row in enumerate(self.rows)
            if row.type == type_ and (not weight or _holds_weight(row.points, weight))
        )

    def _excluding_rows(self, type_: str) -> int:
        return sum(
            1 << bit for bit, row in enumerate(self.rows) if row.type == type_ and row.excludes
        )

    def _read_questions(self) -> dict[str, list["_Question"]]:
        """What is asked of each question; of a row that needs two things of one, both are kept."""
        questions: dict[str, list[_Question]] = {}
        for bit, row in enumerate(self.rows):
            needed: list[str] = []
            for question, options in row.when:
                asked = questions.setdefault(question, [_Question()])
                if len(asked) == needed.count(question):
                    asked.append(_Question())
                asked[needed.count(question)].needed(options, 1 << bit)
                needed.append(question)
            for question, options in row.unless:
                questions.setdefault(question, [_Question()])[0].forbidden(options, 1 << bit)
        return questions

    def _planes_of(self, type_: str) -> Iterator[tuple[int, int]]:
        """Weights 1, 2, 4, … and -1, -2, -4, … with the rows whose points they are part of."""
        widest = max((abs(row.points).bit_length() for row in self.rows), default=0)
        for weight in (sign << bit for sign in (1, -1) for bit in range(widest)):
            mask = self._mask(type_, weight)
            if mask:
                yield weight, mask

    def _reads(self, type_: str) -> frozenset[str]:
        rows = (row for row in self.rows if row.type == type_)
        return frozenset(question for row in rows for question in row.reads())


class _Question:
    """What the rows ask of one question."""

    def __init__(self) -> None:
        self._needing = 0
        self._satisfied: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._seen: dict[Value | None, int] = {}

    def needed(self, options: Iterable[str], bit: int) -> None:
        self._needing |= bit
        _add(self._satisfied, options, bit)

    def forbidden(self, options: Iterable[str], bit: int) -> None:
        _add(self._refused, options, bit)

    def ruled_out(self, value: Value | None) -> int:
        """The rows that cannot hold when this is the answer."""
        known = self._seen.get(value)
        if known is None:
            satisfied = refused = 0
            for option in options_of(value):
                satisfied |= self._satisfied.get(option, 0)
                refused |= self._refused.get(option, 0)
            known = self._seen[value] = self._needing & ~satisfied | refused
        return known


def _add(masks: dict[str, int], options: Iterable[str], bit: int) -> None:
    for option in options:
        masks[option] = masks.get(option, 0) | bit


def _holds_weight(points: int, weight: int) -> bool:
    return (points > 0) == (weight > 0) and bool(abs(points) & abs(weight))
