"""Answers on trial: where the types would stand after a change, at the cost of one OR."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_, sub

from recommender.engine.model import Answers, Value
from recommender.engine.moves import Change, differences, single_changes
from recommender.engine.rulebook import Rulebook

Places = list[tuple[bool, int]]
Alternative = tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A single change, the questions whose answers differ after it, and where it leads.

    `reading` and `ruled_out` are the rows that read those questions and those that their new
    answers rule out; `gain` is the points of each type after it less those before.
    """

    change: Change
    touched: frozenset[str]
    reading: int
    ruled_out: int
    fired: int
    places: Places
    points: list[int]
    gain: list[int]


class Trial:
    """A rulebook's rows that the answers rule out, kept apart by question.

    `fired` are the rows that hold as the answers are, `places` where the types stand then.
    """

    def __init__(self, rulebook: Rulebook, answers: Answers):
        self.questionnaire, self.answers = rulebook.questionnaire, answers
        self.index = rulebook.index
        self._base = {
            question: self.index.ruled_out(question, answers.get(question))
            for question in rulebook.questionnaire.questions
        }
        self._without: dict[frozenset[str], int] = {}
        self.fired = self._after({})
        self.places = self.index.places(self.fired)
        self.alone = alone(self.places)
        self.singles = [
            self._move(change, differing)
            for change, differing in single_changes(rulebook.questionnaire, answers)
        ]

    def after(self, changed: dict[str, Value | None]) -> Places:
        """Where the types stand after these answers are changed and read."""
        return self.placed(differences(self.answers, changed))

    def flips(self) -> Iterator[tuple[Alternative, int | None]]:
        """Every single change that changes who is alone at rank 1, and who then is."""
        for move in self.singles:
            after = alone(move.places)
            if after != self.alone:
                yield (move.change,), after

    def _move(self, change: Change, differing: dict[str, Value | None]) -> Move:
        fired = self._after(differing)
        places = self.index.places(fired)
        points = [-place[1] for place in places]
        return Move(
            change=change,
            touched=frozenset(differing),
            reading=self.index.reading(differing),
            ruled_out=reduce(or_, (self.index.ruled_out(q, v) for q, v in differing.items())),
            fired=fired,
            places=places,
            points=points,
            gain=list(map(sub, points, (-place[1] for place in self.places))),
        )

    def placed(self, differing: dict[str, Value | None]) -> Places:
        """Where the types stand once these answers differ, as `moves.differences` gives them."""
        return self.index.places(self._after(differing))

    def _after(self, differing: dict[str, Value | None]) -> int:
        """The rows that hold once these answers differ."""
        ruled_out = self.ruled_out_without(frozenset(differing))
        for question, value in differing.items():
            ruled_out |= self.index.ruled_out(question, value)
        return self.index.remaining(ruled_out)

    def ruled_out_without(self, questions: frozenset[str]) -> int:
        """The rows that the answers to all other questions rule out."""
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
