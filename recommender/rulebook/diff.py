"""Two rulebooks compared: what was changed, and which first places change with it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from recommender.engine.index import Index
from recommender.engine.model import Answers, Rule
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import first
from recommender.rulebook.coverage import rows_by_rule

PARTS: Mapping[str, Callable[[Rulebook], Mapping[str, Any]]] = {
    "questions": lambda book: book.questionnaire.questions,
    "steps": lambda book: _by_id(book.questionnaire.steps),
    "types": lambda book: book.types,
    "sources": lambda book: book.sources,
    "advice": lambda book: _by_id(book.advice),
    "platforms": lambda book: book.platforms,
    "companions": lambda book: book.companions,
    "services": lambda book: _by_id(book.services),
    "guide": lambda book: _by_id(book.guide),
    "scenarios": lambda book: _by_id(book.scenarios),
    "contrasts": lambda book: _by_id(book.contrasts),
    "scale": lambda book: asdict(book.scale),
    "layouts": lambda book: {str(layout.version): layout for layout in book.layouts},
}
"""What a rulebook holds by id besides rules."""


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    return {item.id: item for item in items}


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule in two rulebooks; `old` is None where it was added, `new` where it was removed."""

    id: str
    old: Rule | None
    new: Rule | None

    @property
    def what(self) -> str:
        """`added`, `removed` or `changed`."""
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"

    @property
    def differs(self) -> tuple[str, ...]:
        """The fields of a rule that is in both and differ, such as `effects` or `reason`."""
        if self.old is None or self.new is None:
            return ()
        names = (field.name for field in fields(Rule))
        return tuple(n for n in names if getattr(self.old, n) != getattr(self.new, n))


@dataclass(frozen=True, slots=True)
class PartChange:
    """What was added, removed and changed in one of PARTS, by id."""

    part: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Answers whose first place is another; `at` counts them from 0 as they were given.

    `old` and `new` are the types that share rank 1. `rules` are the changed rules that give
    these answers other points, or another exclusion, than before: the causes, alone or together.
    """

    at: int
    old: tuple[str, ...]
    new: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the first places of so many answers."""

    tried: int
    moved: tuple[Moved, ...]

    @property
    def flows(self) -> Mapping[tuple[tuple[str, ...], tuple[str, ...]], int]:
        """How often which first place gave way to which, the most frequent first."""
        return dict(Counter((each.old, each.new) for each in self.moved).most_common())

    @property
    def by_rule(self) -> Mapping[str, tuple[int, int]]:
        """How often each rule is the only cause, and how often it is one of several."""
        alone, joint = Counter[str](), Counter[str]()
        for each in self.moved:
            (alone if len(each.rules) == 1 else joint).update(each.rules)
        order = sorted(alone | joint, key=lambda id_: (-alone[id_], -joint[id_], id_))
        return {id_: (alone[id_], joint[id_]) for id_ in order}

    @property
    def by_no_rule(self) -> int:
        """How many moved although no changed rule gives them other points: types have changed."""
        return sum(not each.rules for each in self.moved)


def changes(old: Rulebook, new: Rulebook) -> tuple[RuleChange, ...]:
    """The rules that are not the same in both, in the order of `new`, removed ones last."""
    ids = (*new.rules, *(id_ for id_ in old.rules if id_ not in new.rules))
    pairs = (RuleChange(id_, old.rules.get(id_), new.rules.get(id_)) for id_ in ids)
    return tuple(change for change in pairs if change.old != change.new)


def other_changes(old: Rulebook, new: Rulebook) -> tuple[PartChange, ...]:
    """What is not the same in both besides the rules; only the PARTS in which anything is."""
    found = (_part(part, held(old), held(new)) for part, held in PARTS.items())
    return tuple(part for part in found if part.added or part.removed or part.changed)


def _part(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> PartChange:
    return PartChange(
        part,
        added=tuple(id_ for id_ in new if id_ not in old),
        removed=tuple(id_ for id_ in old if id_ not in new),
        changed=tuple(id_ for id_ in new if id_ in old and old[id_] != new[id_]),
    )


def effect(
    old: Rulebook,
    new: Rulebook,
    answers: Iterable[Answers],
    tell: Callable[[int], object] = lambda n: None,
) -> Effect:
    """Which of these answers get another first place under `new`, and by which changed rules.

    The answers are valid under `new`; to a rule of `old` an option that it does not know is one
    that fulfils nothing. `tell` is called with the answers done.
    """
    causes = _Causes(old, new)
    moved, tried = [], 0
    for at, each in enumerate(answers):
        before, after = _first(old, each), _first(new, each)
        if set(before) != set(after):
            moved.append(Moved(at, before, after, tuple(causes.of(each))))
        tried += 1
        tell(1)
    return Effect(tried, tuple(moved))


def _first(rulebook: Rulebook, answers: Answers) -> tuple[str, ...]:
    index = rulebook.index
    return tuple(index.types[at] for at in sorted(first(index.places(index.fired(answers)))))


class _Causes:
    """The changed rules, each with its rows in both rulebooks."""

    def __init__(self, old: Rulebook, new: Rulebook):
        self._indexes = old.index, new.index
        ids = [change.id for change in changes(old, new)]
        masks = [rows_by_rule(index) for index in self._indexes]
        self._rules = {id_: tuple(mask.get(id_, 0) for mask in masks) for id_ in ids}

    def of(self, answers: Answers) -> Iterator[str]:
        """The rules that give these answers other points or another exclusion than before."""
        fired = [index.fired(answers) for index in self._indexes]
        for id_, masks in self._rules.items():
            bits = [rows & mask for rows, mask in zip(fired, masks)]
            if any(bits):
                before, after = (_does(index, b) for index, b in zip(self._indexes, bits))
                if before != after:
                    yield id_


def _does(index: Index, fired: int) -> set[tuple[str, int, bool]]:
    """What rows do to the order of the types; warnings do nothing to it."""
    rows: Sequence[Any] = [row for bit, row in enumerate(index.rows) if fired >> bit & 1]
    return {(row.type, row.points, row.excludes) for row in rows if row.contribution}
