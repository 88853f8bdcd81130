"""Changes of two questions at once: which of them change who is alone at rank 1.

What two changes do adds up, but for the rows that read a question of each: those are counted for
both together, and what each alone made of them is taken back. Most pairs are never looked at, as
all that any change of a question could add to a first one does not reach.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, groupby
from operator import add, or_, sub

from recommender.engine.moves import MAIN, OTHERS, goal_pairs
from recommender.engine.trial import Alternative, Move, Trial, alone, first

Planes = list[tuple[int, int, int]]

EXCLUDED = -(10**6)
"""Stands for the points of an excluded type where the others are compared: below any sum."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The changes of one question, as they add to those of another.

    `ruled_out` are the rows that the answers to all further questions rule out, `shared` those
    that read both, with their `planes` and the points `counted` from them before any change.
    `gains` is what each change gives each type, less what the shared rows count after it; `most`
    is what a rival gains so on its leader at best. `kept` are the rows that hold whatever both
    change to, `fired` those that hold after any of the changes.
    """

    ruled_out: int
    shared: int
    planes: Planes
    counted: list[int]
    gains: list[list[int]]
    most: list[int]
    kept: int
    fired: int


@dataclass(frozen=True, slots=True)
class Side:
    """One change, before another is added to it: its points less what it alters in shared rows.

    `ruled_out` are the rows that it and the answers to all further questions rule out; `live`
    are the shared rows that are left, and `planes` theirs.
    """

    points: list[int]
    ruled_out: int
    live: int
    planes: Planes


class Pairs:
    """Every change of two questions, as far as it matters to these types.

    It does if it puts one of them alone at rank 1, or takes it from there.
    """

    def __init__(self, trial: Trial, types: Iterable[int]):
        self._trial, self._index = trial, trial.index
        self._rivals = _rivals(trial, set(types))
        self._meetings: dict[tuple[frozenset[str], str], Meeting] = {}

    def flips(self) -> Iterator[tuple[Alternative, int | None]]:
        """All that matter, and some that do not, with the type that is then alone at rank 1."""
        singles = self._trial.singles
        groups = [list(moves) for _, moves in groupby(singles, lambda move: move.change.question)]
        # The main goal's changes may touch the other goals, too: no two of them add to another.
        groups.sort(key=lambda moves: moves[0].change.question != MAIN)
        for firsts, seconds in combinations(groups, 2):
            if {firsts[0].change.question, seconds[0].change.question} != {MAIN, OTHERS}:
                for one in firsts:
                    yield from self._flips_with(one, seconds)
        for changes, differing in goal_pairs(self._trial.questionnaire, self._trial.answers):
            after = alone(self._trial.placed(differing))
            if after != self._trial.alone:
                yield changes, after

    def _meeting(self, one: Move, others: list[Move]) -> Meeting:
        """With one change, which stands for all that touch what it does."""
        other, before = others[0], self._trial.fired
        shared = one.reading & other.reading
        planes = self._index.planes_within(shared)
        counted = self._counted(planes, before)
        after = [
            self._counted(planes, two.fired) if (before ^ two.fired) & shared else counted
            for two in others
        ]
        gains = [list(map(sub, two.gain, points)) for two, points in zip(others, after)]
        return Meeting(
            ruled_out=self._trial.ruled_out_without(one.touched | other.touched),
            shared=shared,
            planes=planes,
            counted=counted,
            gains=gains,
            most=[max(gain[rival] - gain[led] for gain in gains) for rival, led in self._rivals],
            kept=before & ~(one.reading | other.reading),
            fired=reduce(or_, (two.fired for two in others)),
        )

    def _side(self, one: Move, meeting: Meeting) -> Side:
        points, shared = one.points, meeting.shared
        if (self._trial.fired ^ one.fired) & shared:
            after = self._counted(meeting.planes, one.fired)
            points = list(map(sub, map(add, points, meeting.counted), after))
        ruled_out = meeting.ruled_out | one.ruled_out
        live = self._index.remaining(ruled_out) & shared
        return Side(points, ruled_out, live, _within(meeting.planes, live) if live else [])

    def _flips_with(
        self, one: Move, others: list[Move]
    ) -> Iterator[tuple[Alternative, int | None]]:
        """The flips of one change together with each of the others."""
        key = (one.touched, others[0].change.question)
        meeting = self._meetings.get(key)
        if meeting is None:
            meeting = self._meetings[key] = self._meeting(one, others)
        side = self._side(one, meeting)
        may_hold = one.fired | meeting.fired | side.live
        if not self._reaches(side, meeting, may_hold):
            return
        together = bool(side.planes or self._index.excluded(may_hold))
        for two, gain in zip(others, meeting.gains):
            points = list(map(add, side.points, gain))
            if together:
                points = self._together(points, side, two)
            after = highest(points)
            if after != self._trial.alone:
                yield (one.change, two.change), after

    def _reaches(self, side: Side, meeting: Meeting, may_hold: int) -> bool:
        """Whether any rival could draw level with its leader, were all to gain the most."""
        excluding = self._index.excluding
        for (rival, leader), most in zip(self._rivals, meeting.most):
            if excluding[leader] & may_hold:
                return True
            if not excluding[rival] & meeting.kept:
                lead = side.points[leader] - side.points[rival]
                if most + _most(side.planes, rival, leader) >= lead:
                    return True
        return False

    def _together(self, points: list[int], side: Side, two: Move) -> list[int]:
        """The points with those of the shared rows that hold, and without excluded types."""
        fired = self._index.remaining(side.ruled_out | two.ruled_out)
        points = list(map(add, points, self._counted(side.planes, fired)))
        out = self._index.excluded(fired)
        if len(out) < len(points):
            for position in out:
                points[position] = EXCLUDED
        return points

    def _counted(self, planes: Planes, fired: int) -> list[int]:
        """The points of each type from the rows of these planes that hold."""
        points = [0] * len(self._trial.places)
        for position, weight, mask in planes:
            points[position] += weight * (fired & mask).bit_count()
        return points


def _rivals(trial: Trial, types: set[int]) -> list[tuple[int, int]]:
    """Who has to draw level with whom before it matters to these types."""
    leading = first(trial.places)
    rising = range(len(trial.places)) if trial.alone in types else sorted(types)
    return [(rival, leader) for rival in rising for leader in sorted(leading - {rival})[:1]]


def _within(planes: Planes, rows: int) -> Planes:
    return [(at, weight, mask & rows) for at, weight, mask in planes if mask & rows]


def _most(planes: Planes, rival: int, leader: int) -> int:
    """At most so many points do the rows of these planes give one type more than another."""
    most = 0
    for position, weight, mask in planes:
        gained = weight if position == rival else -weight if position == leader else 0
        if gained > 0:
            most += gained * mask.bit_count()
    return most


def highest(points: Sequence[int]) -> int | None:
    """The position of the one highest number, if there is only one."""
    best = max(points)
    return points.index(best) if points.count(best) == 1 else None
