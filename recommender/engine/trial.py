"""Answers on trial: where the types would stand after a change, at the cost of one OR."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, groupby
from operator import add, or_, sub

from recommender.engine.model import Answers, Value
from recommender.engine.moves import (
    MAIN,
    OTHERS,
    Change,
    differences,
    goal_pairs,
    single_changes,
)
from recommender.engine.rulebook import Rulebook

Places = list[tuple[bool, int]]
Alternative = tuple[Change, ...]
Planes = list[tuple[int, int, int]]
Gains = tuple[int, Planes, list[list[int]]]

EXCLUDED = -(10**6)
"""Stands for the points of an excluded type where the others are compared: below any sum."""


@dataclass(frozen=True, slots=True)
class Move:
    """A single change, the questions whose answers differ after it, and where it leads.

    `gain` is the points of each type after it less those before; `excludes` tells whether any
    type is excluded before or after.
    """

    change: Change
    touched: frozenset[str]
    ruled_out: int
    fired: int
    places: Places
    points: list[int]
    gain: list[int]
    excludes: bool


class Trial:
    """A rulebook's rows that the answers rule out, kept apart by question."""

    def __init__(self, rulebook: Rulebook, answers: Answers):
        self._questionnaire, self._answers = rulebook.questionnaire, answers
        self._index = rulebook.index
        self._base = {
            question: self._index.ruled_out(question, answers.get(question))
            for question in rulebook.questionnaire.questions
        }
        self._without: dict[frozenset[str], int] = {}
        self._known_gains: dict[tuple[frozenset[str], str], Gains] = {}
        self._fired = self._after({})
        self.places = self._index.places(self._fired)
        self.alone = alone(self.places)
        self.singles = [
            self._move(change, differing)
            for change, differing in single_changes(rulebook.questionnaire, answers)
        ]

    def after(self, changed: dict[str, Value | None]) -> Places:
        """Where the types stand after these answers are changed and read."""
        return self._places(differences(self._answers, changed))

    def flips(self) -> Iterator[tuple[Alternative, int | None]]:
        """Every single change that changes who is alone at rank 1, and who then is."""
        for move in self.singles:
            after = alone(move.places)
            if after != self.alone:
                yield (move.change,), after

    def flips_of_two(self) -> Iterator[tuple[Alternative, int | None]]:
        """Every change of two questions that does so."""
        by_question = [
            list(moves) for _, moves in groupby(self.singles, lambda move: move.change.question)
        ]
        for firsts, seconds in combinations(by_question, 2):
            if {firsts[0].change.question, seconds[0].change.question} != {MAIN, OTHERS}:
                for one in firsts:
                    yield from self._flips_with(one, seconds)
        for changes, differing in goal_pairs(self._questionnaire, self._answers):
            after = alone(self._places(differing))
            if after != self.alone:
                yield changes, after

    def _flips_with(
        self, one: Move, others: list[Move]
    ) -> Iterator[tuple[Alternative, int | None]]:
        """The flips of one change together with each of another question's.

        What two changes do adds up, but for the rows that read a question of each: those are
        counted for both changes together, and what each alone made of them is taken back.
        """
        shared, planes, gains = self._gains(one.touched, others)
        rest = self._ruled_out_without(one.touched | others[0].touched) | one.ruled_out
        alike = map(sub, self._counted(planes, self._fired), self._counted(planes, one.fired))
        base = list(map(add, one.points, alike))
        # A row that excludes holds after both only if it does after one, or reads both.
        gated = one.excludes or bool(shared & self._index.excluding)
        for two, gain in zip(others, gains):
            points = list(map(add, base, gain))
            if planes or gated or two.excludes:
                fired = self._index.remaining(rest | two.ruled_out)
                points = list(map(add, points, self._counted(planes, fired)))
                out = self._index.excluded(fired) if fired & self._index.excluding else ()
                if len(out) < len(points):
                    for position in out:
                        points[position] = EXCLUDED
            after = highest(points)
            if after != self.alone:
                yield (one.change, two.change), after

    def _gains(self, touched: frozenset[str], others: list[Move]) -> Gains:
        """The rows that both sides read, their planes, and what the others gain from the rest."""
        key = (touched, others[0].change.question)
        if key not in self._known_gains:
            shared = self._index.reading(touched) & self._index.reading(others[0].touched)
            planes = self._index.planes_within(shared)
            gains = [list(map(sub, two.gain, self._counted(planes, two.fired))) for two in others]
            self._known_gains[key] = shared, planes, gains
        return self._known_gains[key]

    def _counted(self, planes: Planes, fired: int) -> list[int]:
        """The points of each type from the rows of these planes that hold."""
        points = [0] * len(self.places)
        for position, weight, mask in planes:
            points[position] += weight * (fired & mask).bit_count()
        return points

    def _move(self, change: Change, differing: dict[str, Value | None]) -> Move:
        fired = self._after(differing)
        places = self._index.places(fired)
        points = [-place[1] for place in places]
        return Move(
            change=change,
            touched=frozenset(differing),
            ruled_out=reduce(or_, (self._index.ruled_out(q, v) for q, v in differing.items())),
            fired=fired,
            places=places,
            points=points,
            gain=list(map(sub, points, (-place[1] for place in self.places))),
            excludes=any(place[0] for place in (*places, *self.places)),
        )

    def _places(self, differing: dict[str, Value | None]) -> Places:
        return self._index.places(self._after(differing))

    def _after(self, differing: dict[str, Value | None]) -> int:
        """The rows that hold once these answers differ."""
        ruled_out = self._ruled_out_without(frozenset(differing))
        for question, value in differing.items():
            ruled_out |= self._index.ruled_out(question, value)
        return self._index.remaining(ruled_out)

    def _ruled_out_without(self, questions: frozenset[str]) -> int:
        known = self._without.get(questions)
        if known is None:
            rest = (rows for question, rows in self._base.items() if question not in questions)
            known = self._without[questions] = reduce(or_, rest, 0)
        return known


def first(places: Places) -> frozenset[int]:
    """The positions of the types that share rank 1."""
    best = min(places)
    return frozenset(position for position, place in enumerate(places) if place == best)


def alone(places: Places) -> int | None:
    """The position of the type that is alone at rank 1, if one is."""
    best = min(places)
    return places.index(best) if places.count(best) == 1 else None


def first_two(places: Places) -> tuple[frozenset[int], frozenset[int]]:
    """The positions of the types at rank 1, and of those at rank 2, which a tie leaves empty."""
    leading = first(places)
    rest = sorted(place for position, place in enumerate(places) if position not in leading)
    second = rest[:1] if len(leading) == 1 else []
    return leading, frozenset(p for p, place in enumerate(places) if place in second)


def highest(points: list[int]) -> int | None:
    """The position of the one highest number, if there is only one."""
    best = max(points)
    return points.index(best) if points.count(best) == 1 else None
