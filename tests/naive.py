"""The reference that the engine must equal: a plain loop over the rules, as DESIGN.md words it.

A rule holds when every `when` question has one of the listed answers and no `unless` question
has. An unanswered question satisfies neither. `goal` is the main goal in full, or else another
goal at half. Nothing here uses the engine's rows or its index.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from recommender.engine.model import Answers, Rule
from recommender.engine.rulebook import Rulebook


@dataclass
class Place:
    """What the rules make of one type."""

    contributions: list[tuple[str, str, int]] = field(default_factory=list)
    excluded: bool = False
    warnings: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    @property
    def points(self) -> int:
        return sum(points for _, _, points in self.contributions)


def naive(rulebook: Rulebook, answers: Answers) -> Mapping[str, Place]:
    """Every type's place, rule by rule."""
    places = {type_: Place() for type_ in rulebook.types}
    for rule in rulebook.rules.values():
        halves = _halves(rule, answers)
        for type_ in {*rule.effects, *rule.exclude, *rule.close, *rule.warn}:
            places[type_].read.update(_read(rule))
            if halves:
                _apply(rule, halves, type_, places[type_])
    return places


def _apply(rule: Rule, halves: int, type_: str, place: Place) -> None:
    if type_ in rule.effects:
        place.contributions.append((rule.id, rule.kind, rule.effects[type_] * halves // 2))
    if type_ in rule.exclude:
        place.excluded = True
        place.contributions.append((rule.id, rule.kind, 0))
    if type_ in rule.close:
        place.warnings.append((rule.id, rule.close[type_]))
    if type_ in rule.warn:
        place.warnings.append((rule.id, ()))


def _halves(rule: Rule, answers: Answers) -> int:
    """How much of the rule counts: 2 in full, 1 at half, 0 where it does not hold."""
    if any(_said(answers, question) & options for question, options in rule.unless):
        return 0
    best = 2
    for question, options in rule.when:
        if question != "goal":
            if not _said(answers, question) & options:
                return 0
        elif not _said(answers, "primary_goal") & options:
            best = 1
            if not _said(answers, "secondary_goals") & options:
                return 0
    return best


def _said(answers: Answers, question: str) -> set[str]:
    if question not in answers.values:
        return set()
    value = answers.values[question]
    return {value} if isinstance(value, str) else {*value} or {"-"}


def _read(rule: Rule) -> Iterator[str]:
    for question, _ in (*rule.when, *rule.unless):
        yield from ("primary_goal", "secondary_goals") if question == "goal" else (question,)
