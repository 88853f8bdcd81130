"""A change of rules as a whole: what was changed, and its effect on cases and other answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from statistics import fmean
from typing import Any

from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook
from recommender.rulebook.accuracy import MEASURES, order_of
from recommender.rulebook.balance import random_profiles
from recommender.rulebook.cases import Case
from recommender.rulebook.diff import (
    Effect,
    PartChange,
    RuleChange,
    changes,
    effect,
    other_changes,
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rulebooks, what differs, and whom it moves.

    `accuracy` holds the means of `accuracy.MEASURES` over the cases before and after, from 0 to
    1, None where no case says anything about one.
    """

    old: Rulebook
    new: Rulebook
    rules: tuple[RuleChange, ...]
    others: tuple[PartChange, ...]
    cases: tuple[Case, ...]
    of_cases: Effect
    of_profiles: Effect
    accuracy: tuple[Mapping[str, float | None], Mapping[str, float | None]]
    of_submissions: Effect | None = None

    @property
    def effects(self) -> Mapping[str, Effect]:
        """By whose answers were tried; `submissions` only where stored ones were given."""
        found = {"cases": self.of_cases, "profiles": self.of_profiles}
        return found | ({"submissions": self.of_submissions} if self.of_submissions else {})


def compare(
    old: Rulebook,
    new: Rulebook,
    cases: Sequence[Case],
    profiles: int,
    tell: Callable[[int], object] = lambda n: None,
    submissions: Sequence[Answers] | None = None,
) -> Comparison:
    """Compare two rulebooks over these cases, so many random valid profiles, and submissions.

    All are answers to the questionnaire of `new`. `tell` is called with the
    answers done. Same rulebooks, cases and number of profiles give the same comparison.
    """
    return Comparison(
        old,
        new,
        changes(old, new),
        other_changes(old, new),
        tuple(cases),
        effect(old, new, (case.answers for case in cases), tell),
        effect(old, new, random_profiles(new, profiles), tell),
        (_accuracy(old, cases), _accuracy(new, cases)),
        None if submissions is None else effect(old, new, submissions, tell),
    )


def _accuracy(rulebook: Rulebook, cases: Sequence[Case]) -> dict[str, float | None]:
    orders = [(case, order_of(rulebook, case.answers)) for case in cases]
    found = {name: [each(*one) for one in orders] for name, each in MEASURES.items()}
    said = {name: [value for value in all_ if value is not None] for name, all_ in found.items()}
    return {name: round(fmean(values), 4) if values else None for name, values in said.items()}


def as_json(made: Comparison) -> dict[str, Any]:
    """A comparison, ready for JSON; `alone` and `joint` are those of `Effect.by_rule`."""
    names = [{"id": case.id, "worked": list(case.worked)} for case in made.cases]
    moved = [names[each.at] | _without_place(each) for each in made.of_cases.moved]
    before, after = made.accuracy
    return {
        "old": _name(made.old),
        "new": _name(made.new),
        "rules": [
            {"id": c.id, "what": c.what, "differs": list(c.differs)}
            | {"old": _plain(c.old), "new": _plain(c.new)}
            for c in made.rules
        ],
        "others": _plain(made.others),
        **{whose: _counts(found) for whose, found in made.effects.items()},
        "cases": _counts(made.of_cases) | {"moved": moved},
        "accuracy": {"old": dict(before), "new": dict(after)},
    }


def _without_place(moved: Any) -> dict[str, Any]:
    return {key: value for key, value in _plain(moved).items() if key != "at"}


def _name(rulebook: Rulebook) -> dict[str, str]:
    return {"version": rulebook.version, "digest": rulebook.digest}


def _counts(found: Effect) -> dict[str, Any]:
    return {
        "tried": found.tried,
        "changed": len(found.moved),
        "flows": [
            {"old": list(old), "new": list(new), "n": n} for (old, new), n in found.flows.items()
        ],
        "by_rule": [
            {"rule": id_, "alone": alone, "joint": joint}
            for id_, (alone, joint) in found.by_rule.items()
        ],
        "by_no_rule": found.by_no_rule,
    }


def _plain(value: Any) -> Any:
    """Frozen values as those of JSON; sets in the order of the alphabet."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
