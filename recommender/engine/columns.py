"""The index turned round, for many profiles at once: a bit of a column is one profile.

For each option there is one integer, a column, whose bits are the profiles that chose it; a
row's conditions make a column of the profiles for which it holds, and the points are added up
in binary, a column for each binary digit. So a row costs a few operations for thousands of
profiles. Everything is exact.
"""

import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from recommender.engine.index import Index, width
from recommender.engine.model import Answers, Conditions, Value, options_of
from recommender.engine.rows import Row

CHUNK = 32768
"""How many profiles are counted at once: more of them take more memory and hardly less time."""

Planes = list[int]
"""A whole number for each profile: a column for each binary digit, the lowest first."""


@dataclass(frozen=True, slots=True)
class Standings:
    """For each type, in the order of the index, a number for each profile.

    `ranks` count from 1 and are shared by equal places; `order` counts from 0, best first, with
    equal places in the order of the types' ids.
    """

    points: list[Sequence[int]]
    ranks: list[bytes]
    order: list[bytes]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Rows with the same conditions; options and types are given by their positions."""

    when: tuple[tuple[int, ...], ...]
    unless: tuple[int, ...]
    effects: tuple[tuple[int, int], ...]
    excludes: tuple[int, ...]


class Columns:
    """The rows of an index, ready to be counted over many profiles."""

    def __init__(self, index: Index):
        self._types = index.types
        self._bits: dict[tuple[str, str], int] = {}
        self.chosen = _Chosen(self._bits)
        together: dict[tuple[Conditions, Conditions], list[Row]] = {}
        for row in index.rows:
            if row.points or row.excludes:
                together.setdefault((row.when, row.unless), []).append(row)
        self._rules = [self._rule(*conditions, rows) for conditions, rows in together.items()]
        self._least = [self._sum(at, -1) for at in range(len(self._types))]
        self._widths = [width((least, self._sum(at, 1))) for at, least in enumerate(self._least)]

    @property
    def size(self) -> int:
        """How many bits a profile has."""
        return len(self._bits)

    def profile(self, answers: Answers) -> int:
        """Answers as one integer, whose bits are the options that were chosen."""
        bits = 0
        for answer in answers.values.items():
            bits |= self.chosen[answer]
        return bits

    def points(self, profiles: Sequence[int]) -> dict[str, Sequence[int]]:
        """The points of every type, for each of these profiles."""
        everyone = (1 << len(profiles)) - 1
        points, _ = self._counted(self._turned(profiles), everyone)
        return {
            type_: _numbers(planes, len(profiles)) for type_, planes in zip(self._types, points)
        }

    def standings(self, profiles: Sequence[int]) -> Standings:
        """The points, ranks and order of every type, for each of these profiles."""
        count, everyone = len(profiles), (1 << len(profiles)) - 1
        points, excluded = self._counted(self._turned(profiles), everyone)
        widest = max(self._widths, default=0)
        places = [_place(planes, out, everyone, widest) for planes, out in zip(points, excluded)]
        ranks, order = [], []
        for place, type_ in zip(places, self._types):
            others = [(t, other) for t, other in zip(self._types, places) if t != type_]
            better = [_above(other, place) for _, other in others]
            before = [
                above if type_ < other_type else everyone ^ _above(place, other)
                for (other_type, other), above in zip(others, better)
            ]
            ranks.append(_small(_total([everyone, *better]), count))
            order.append(_small(_total(before), count))
        return Standings([_numbers(planes, count) for planes in points], ranks, order)

    def _rule(self, when: Conditions, unless: Conditions, rows: Sequence[Row]) -> _Rule:
        return _Rule(
            tuple(tuple(self._positions(*condition)) for condition in when),
            tuple(at for condition in unless for at in self._positions(*condition)),
            tuple((self._types.index(row.type), row.points) for row in rows if row.points),
            tuple(self._types.index(row.type) for row in rows if row.excludes),
        )

    def _positions(self, question: str, options: Iterable[str]) -> Iterator[int]:
        for option in options:
            yield self._bits.setdefault((question, option), len(self._bits))

    def _sum(self, type_: int, sign: int) -> int:
        """All points above zero that a type can get, or all below."""
        effects = (effect for rule in self._rules for effect in rule.effects)
        return sum(points for at, points in effects if at == type_ and points * sign > 0)

    def _turned(self, profiles: Sequence[int]) -> list[int]:
        """The columns of the options; the first profile is the lowest bit."""
        size = len(self._bits) // 8 + 1
        content = b"".join([profile.to_bytes(size, "little") for profile in profiles])
        content += bytes(-len(profiles) % 8 * size)
        squares = [_transposed(content[start::size]) for start in range(size)]
        return [int.from_bytes(rows[bit::8], "little") for rows in squares for bit in range(8)]

    def _counted(self, columns: Sequence[int], everyone: int) -> tuple[list[Planes], list[int]]:
        """The points of each type, and the profiles for which it is excluded.

        Points below zero are counted where the rule does not hold, from the least points up.
        """
        sums = [_Sum(bits) for bits in self._widths]
        excluded = [0] * len(sums)
        for total, least in zip(sums, self._least):
            total.add(everyone, least)
        for rule in self._rules:
            fires = _fires(rule, columns, everyone)
            for at, points in rule.effects:
                sums[at].add(fires if points > 0 else everyone ^ fires, abs(points))
            for at in rule.excludes:
                excluded[at] |= fires
        return [total.planes() for total in sums], excluded


class _Chosen(dict[tuple[str, Value], int]):
    """The part of a profile that an answer to a question is, kept when first asked for."""

    def __init__(self, bits: dict[tuple[str, str], int]):
        self._bits = bits

    def __missing__(self, answer: tuple[str, Value]) -> int:
        question, value = answer
        chosen = ((question, option) for option in options_of(value))
        self[answer] = sum(1 << self._bits[option] for option in chosen if option in self._bits)
        return self[answer]


def _fires(rule: _Rule, columns: Sequence[int], everyone: int) -> int:
    """The profiles for which a rule holds."""
    fires = everyone
    for options in rule.when:
        satisfied = 0
        for at in options:
            satisfied |= columns[at]
        fires &= satisfied
    refused = 0
    for at in rule.unless:
        refused |= columns[at]
    return fires & (everyone ^ refused) if refused else fires


class _Sum:
    """A running sum for each profile, modulo a power of two: at most two columns a digit.

    Three columns of a digit become one, and one of the next digit, as in a processor's adder.
    """

    def __init__(self, bits: int):
        self._digits: list[list[int]] = [[] for _ in range(bits)]

    def add(self, profiles: int, number: int) -> None:
        """Add a number, taken modulo, to the sums of these profiles."""
        for digit in range(len(self._digits)):
            if number >> digit & 1:
                self._carry(digit, profiles)

    def _carry(self, digit: int, column: int) -> None:
        while digit < len(self._digits):
            waiting = self._digits[digit]
            waiting.append(column)
            if len(waiting) < 3:
                return
            one, two, three = waiting
            differing = one ^ two
            waiting[:] = [differing ^ three]
            column = one & two | differing & three
            digit += 1

    def planes(self) -> Planes:
        """The sums, once everything is added."""
        for digit, waiting in enumerate(self._digits):
            if len(waiting) == 2:
                self._carry(digit, 0)
        return [waiting[0] if waiting else 0 for waiting in self._digits]


def _total(columns: Sequence[int]) -> Planes:
    """How many of these columns hold each profile."""
    total = _Sum(len(columns).bit_length())
    for column in columns:
        total.add(column, 1)
    return total.planes()


def _place(points: Planes, excluded: int, everyone: int, bits: int) -> Planes:
    """Points as a number that is never below zero, and greater for any type not excluded."""
    sign = points[-1]
    return [*points[:-1], *[sign] * (bits - len(points)), everyone ^ sign, everyone ^ excluded]


def _above(one: Planes, other: Planes) -> int:
    """The profiles in which the first number is greater."""
    above = 0
    for mine, yours in zip(one, other):
        above ^= (mine ^ yours) & (above ^ mine)
    return above


def _small(planes: Planes, count: int) -> bytes:
    """At most eight planes as a byte for each profile."""
    size = (count + 7) // 8
    content = bytearray(8 * size)
    for digit, plane in enumerate(planes):
        content[digit::8] = plane.to_bytes(size, "little")
    return _transposed(content)[:count]


def _numbers(planes: Planes, count: int) -> Sequence[int]:
    """Planes, the last of which is the sign, as a whole number for each profile."""
    size = next(size for size in _FORMS if 8 * size >= len(planes))
    planes = planes + [planes[-1]] * (8 * size - len(planes))
    content = bytearray(size * count)
    for at in range(size):
        start = at if sys.byteorder == "little" else size - 1 - at
        content[start::size] = _small(planes[8 * at : 8 * at + 8], count)
    return array(_FORMS[size], bytes(content))


_FORMS = {array(form).itemsize: form for form in "bhiq"}
"""The forms of whole numbers in memory by their bytes, the smallest first."""

_SWAPS = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))


def _transposed(content: bytes | bytearray) -> bytes:
    """Each eight bytes as a square of bits, mirrored: bit c of byte r becomes bit r of byte c.

    The squares of two bits change their corners, then those of four, then those of eight; all
    squares of the content at once.
    """
    size = len(content)
    bits = int.from_bytes(content, "little")
    for shift, mask in _SWAPS:
        corners = int.from_bytes(mask.to_bytes(8, "little") * (size // 8), "little")
        swapped = (bits ^ bits >> shift) & corners
        bits ^= swapped ^ swapped << shift
    return bits.to_bytes(size, "little")
