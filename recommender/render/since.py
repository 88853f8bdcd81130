"""What has become of an old result: who is first under today's rules, and which rules did it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from recommender.engine.model import Answers, Entry, Recommendation
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend
from recommender.rulebook.diff import RuleChange, changes


@dataclass(frozen=True, slots=True)
class Since:
    """`leaders` are the types first today; `moved` whether they are others than then.

    `same` tells that no place, point, reason or warning differs. `changes` are the changed rules
    that give these answers something else than before, those that move most points first.
    """

    leaders: tuple[str, ...]
    moved: bool
    same: bool
    changes: tuple[RuleChange, ...]

    @property
    def key(self) -> str:
        """The name of the sentence that says this."""
        if self.same:
            return "since_same"
        what = "since_moved" if self.moved else "since_stays"
        return what if self.changes else f"{what}_alone"


def since(old: Rulebook, new: Rulebook, then: Answers, now: Answers) -> Since:
    """The same answers, as each of two rulebooks reads them, ranked by both."""
    before, after = recommend(old, then), recommend(new, now)
    told, tells = _told(before), _told(after)
    weights = {
        change.id: _weight(told.get(change.id, {}), tells.get(change.id, {}))
        for change in changes(old, new)
        if told.get(change.id) != tells.get(change.id)
    }
    causes = [change for change in changes(old, new) if change.id in weights]
    return Since(
        leaders=tuple(entry.type for entry in after.first),
        moved={entry.type for entry in before.first} != {entry.type for entry in after.first},
        same=_places(before.ranking) == _places(after.ranking) and told == tells,
        changes=tuple(sorted(causes, key=lambda change: -weights[change.id])),
    )


def _places(ranking: Iterable[Entry]) -> dict[str, tuple]:
    return {entry.type: (entry.rank, entry.points, entry.band) for entry in ranking}


def _told(made: Recommendation) -> dict[str, dict[str, tuple]]:
    """Of each rule, by type: everything it said, its points first."""
    told: dict[str, dict[str, tuple]] = {}
    for entry in made.ranking:
        for one in entry.contributions:
            told.setdefault(one.rule, {})[entry.type] = (one.points, one)
        for note in entry.warnings:
            told.setdefault(note.rule, {})[entry.type] = (0, note)
    return told


def _weight(before: Mapping[str, tuple], after: Mapping[str, tuple]) -> int:
    """How many points a rule moves, over all types."""
    return sum(
        abs(before.get(type_, (0,))[0] - after.get(type_, (0,))[0]) for type_ in {*before, *after}
    )
