"""A bitmap index over the rows of a rulebook: which rows hold, and what they sum to.

Every row owns one bit. For each question and each answer to it there is one integer whose bits
are the rows that this answer makes impossible. An evaluation is one OR per question; the points
of a type are counted bits of the rows that remain.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, compress
from operator import getitem, or_

from recommender.engine.model import Answers, Value, options_of
from recommender.engine.rows import Row


class Index:
    """Rows laid out by type, ready to be asked about answers.

    `types` fixes which types there are; `rows` may come in any order. Within a type, rows with
    alike conditions lie together, so that rows that cannot hold leave out whole bytes. Built
    once, then only read, but for what is worked out when first seen and then kept: the rows
    ruled out by an answer to a many-choice question (as many as a code can carry) and the rules
    named by a byte of rows (at most 256 for eight rows).
    """

    def __init__(self, types: Iterable[str], rows: Iterable[Row]):
        self.types = tuple(types)
        self.rows = tuple(_laid_out(self.types, tuple(rows)))
        self._all = (1 << len(self.rows)) - 1
        self._tables = _tables_of(self.rows)
        self._slices = {type_: self._mask(type_) for type_ in self.types}
        self.excluding = tuple(self._excluding_rows(type_) for type_ in self.types)
        self._excludes = reduce(or_, self.excluding, 0)
        self._planes = {type_: tuple(self._planes_of(type_)) for type_ in self.types}
        self._counted = [self._counted_in(type_) for type_ in self.types]
        self._naming = self._naming_rows()
        starts = range(0, len(self.rows), 8)
        self._named = [_Named(self.rows[start : start + 8]) for start in starts]
        self._reading: dict[str, int] = {}
        for bit, row in enumerate(self.rows):
            _add(self._reading, row.reads(), 1 << bit)
        self.reads = {type_: self._reads(type_) for type_ in self.types}

    def evaluate(self, answers: Answers) -> tuple[dict[str, int], list[str]]:
        """The points of every type, and the ids of the rules that fired, each once."""
        fired = self.fired(answers)
        return self.points(fired), self.rules(fired)

    def fired(self, answers: Answers) -> int:
        """The rows that hold, as bits."""
        answer, ruled_out = answers.values.get, 0
        for question, table in self._tables.items():
            ruled_out |= table[answer(question)]
        return self._all ^ ruled_out

    def ruled_out(self, question: str, value: Value | None) -> int:
        """The rows that cannot hold when this is the answer to a question."""
        table = self._tables.get(question)
        return 0 if table is None else table[value]

    def remaining(self, ruled_out: int) -> int:
        """The rows that hold when these do not."""
        return self._all ^ ruled_out

    def points(self, fired: int) -> dict[str, int]:
        """The points of every type, from the rows that hold."""
        found = {}
        for type_, start, planes in self._counted:
            rows, points = fired >> start, 0
            for weight, mask in planes:
                points += weight * (rows & mask).bit_count()
            found[type_] = points
        return found

    def rules(self, fired: int) -> list[str]:
        """The ids of the rules to which these rows belong, each once, type by type."""
        rows = (fired & self._naming).to_bytes(len(self._named), "little")
        named = map(getitem, compress(self._named, rows), filter(None, rows))
        return list(chain.from_iterable(named))

    def places(self, fired: int) -> list[tuple[bool, int]]:
        """Where each type stands, in the order of `types`: excluded or not, points downward.

        The lesser place is the better; equal places share a rank.
        """
        points = self.points(fired)
        return [(bool(fired & out), -sum_) for out, sum_ in zip(self.excluding, points.values())]

    def excluded(self, fired: int) -> list[int]:
        """The positions of the types that these rows exclude."""
        if not fired & self._excludes:
            return []
        return [at for at, mask in enumerate(self.excluding) if fired & mask]

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

    def rows_for(self, type_: str, fired: int) -> list[Row]:
        """The rows that hold and touch a type, the highest points first."""
        bits, found = fired & self._slices[type_], []
        while bits:
            lowest = bits & -bits
            found.append(self.rows[lowest.bit_length() - 1])
            bits ^= lowest
        return sorted(found, key=lambda row: (-row.points, row.rule))

    def _mask(self, type_: str, weight: int = 0) -> int:
        """The rows of a type; with a weight, those whose points have that bit."""
        return sum(
            1 << bit
            for bit, row in enumerate(self.rows)
            if row.type == type_ and (not weight or row.points & weight)
        )

    def _excluding_rows(self, type_: str) -> int:
        return sum(
            1 << bit for bit, row in enumerate(self.rows) if row.type == type_ and row.excludes
        )

    def _planes_of(self, type_: str) -> Iterator[tuple[int, int]]:
        """Weights 1, 2, 4, … and the last of them below zero, with the rows that have that bit.

        As in every processor's whole numbers, so that points below zero need no planes of
        their own.
        """
        bits = width(row.points for row in self.rows)
        for bit in range(bits):
            mask = self._mask(type_, 1 << bit)
            if mask:
                yield (1 << bit if bit < bits - 1 else -1 << bit), mask

    def _counted_in(self, type_: str) -> tuple[str, int, list[tuple[int, int]]]:
        """A type with its first row and its planes from there on, so that they are short."""
        start = sum(self.types.index(row.type) < self.types.index(type_) for row in self.rows)
        return type_, start, [(weight, mask >> start) for weight, mask in self._planes[type_]]

    def _naming_rows(self) -> int:
        """For each rule the rows that name it: of those that hold together, the first.

        They are those with the same conditions: what a rule does to several types.
        """
        firsts: dict[tuple, int] = {}
        for bit, row in enumerate(self.rows):
            firsts.setdefault((row.rule, row.when, row.unless), 1 << bit)
        return sum(firsts.values())

    def _reads(self, type_: str) -> frozenset[str]:
        rows = (row for row in self.rows if row.type == type_)
        return frozenset(question for row in rows for question in row.reads())


class _Table(dict[Value | None, int]):
    """The rows that each answer to one question rules out, worked out when first asked for."""

    def __init__(self) -> None:
        self._needing: list[int] = []
        self._satisfied: list[dict[str, int]] = []
        self._refused: dict[str, int] = {}

    def needed(self, options: Iterable[str], bit: int, again: int) -> None:
        """A row needs one of these options; `again` counts what else it needs of the question."""
        if again == len(self._needing):
            self._needing.append(0)
            self._satisfied.append({})
        self._needing[again] |= bit
        _add(self._satisfied[again], options, bit)

    def forbidden(self, options: Iterable[str], bit: int) -> None:
        _add(self._refused, options, bit)

    def __missing__(self, value: Value | None) -> int:
        options, ruled_out = options_of(value), 0
        for option in options:
            ruled_out |= self._refused.get(option, 0)
        for needing, satisfied in zip(self._needing, self._satisfied):
            rows = 0
            for option in options:
                rows |= satisfied.get(option, 0)
            ruled_out |= needing ^ rows
        self[value] = ruled_out
        return ruled_out


class _Named(dict[int, tuple[str, ...]]):
    """The rules of at most eight rows, by the byte of those that hold."""

    def __init__(self, rows: Sequence[Row]):
        self._rules = [row.rule for row in rows]

    def __missing__(self, byte: int) -> tuple[str, ...]:
        self[byte] = tuple(rule for bit, rule in enumerate(self._rules) if byte >> bit & 1)
        return self[byte]


def width(numbers: Iterable[int]) -> int:
    """How many bits hold any of these numbers, the bit of their sign included."""
    return 1 + max((max(number, ~number).bit_length() for number in numbers), default=0)


def _laid_out(types: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """The rows by type, those with the same narrow conditions beside each other."""
    known: dict[str, set[str]] = {}
    for row in rows:
        for question, options in row.when:
            known.setdefault(question, set()).update(options)

    def place(row: Row) -> tuple:
        conditions = sorted((len(o) / len(known[q]), q, sorted(o)) for q, o in row.when)
        return types.index(row.type), conditions[:1], len(conditions), row.rule

    return sorted(rows, key=place)


def _tables_of(rows: Iterable[Row]) -> dict[str, _Table]:
    """What is asked of each question; of a row that needs two things of one, both are kept."""
    tables: dict[str, _Table] = {}
    for bit, row in enumerate(rows):
        needed: list[str] = []
        for question, options in row.when:
            table = tables.setdefault(question, _Table())
            table.needed(options, 1 << bit, needed.count(question))
            needed.append(question)
        for question, options in row.unless:
            tables.setdefault(question, _Table()).forbidden(options, 1 << bit)
    return tables


def _add(masks: dict[str, int], options: Iterable[str], bit: int) -> None:
    for option in options:
        masks[option] = masks.get(option, 0) | bit
