"""A rule as rows: one for each type it touches, and a second where it reads `goal`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from recommender.engine.model import Answers, Conditions, Contribution, Rule, WarningNote

GOAL = "goal"


def holds(when: Conditions, unless: Conditions, answers: Answers) -> bool:
    """Whether every `when` question has one of its options and no `unless` question has."""
    return all(options.intersection(answers.options(q)) for q, options in when) and not any(
        options.intersection(answers.options(q)) for q, options in unless
    )


@dataclass(frozen=True, slots=True)
class Row:
    """What one rule does to one type when it holds: a contribution, an exclusion or a warning."""

    rule: str
    type: str
    when: Conditions
    unless: Conditions
    contribution: Contribution | None = None
    excludes: bool = False
    warning: WarningNote | None = None

    @property
    def points(self) -> int:
        return self.contribution.points if self.contribution else 0

    def holds(self, answers: Answers) -> bool:
        """Whether the row holds, looked at alone; the index answers this for all rows at once."""
        return holds(self.when, self.unless, answers)

    def reads(self) -> frozenset[str]:
        """The questions whose answers decide whether this row holds."""
        return frozenset(question for question, _ in self.when + self.unless)


def rows_of(rule: Rule) -> Iterator[Row]:
    """The rows of a rule; `goal` becomes the main goal in full, or else another goal at half."""
    for row in _effects(rule):
        goals = dict(row.when).get(GOAL)
        if goals is None:
            yield row
            continue
        others = tuple(pair for pair in row.when if pair[0] != GOAL)
        yield replace(row, when=(("primary_goal", goals), *others))
        assert row.contribution is not None  # the loader refuses `goal` elsewhere
        yield replace(
            row,
            when=(("secondary_goals", goals), *others),
            unless=(*row.unless, ("primary_goal", goals)),
            contribution=replace(row.contribution, points=row.points // 2),
        )


def _effects(rule: Rule) -> Iterator[Row]:
    for type_, points in rule.effects.items():
        yield Row(rule.id, type_, rule.when, rule.unless, _contribution(rule, points))
    for type_ in rule.exclude:
        yield Row(rule.id, type_, rule.when, rule.unless, _contribution(rule, 0), excludes=True)
    for type_, platforms in rule.close.items():
        yield Row(rule.id, type_, rule.when, rule.unless, warning=_warning(rule, platforms))
    for type_ in rule.warn:
        yield Row(rule.id, type_, rule.when, rule.unless, warning=_warning(rule, ()))


def _contribution(rule: Rule, points: int) -> Contribution:
    return Contribution(rule.id, rule.kind, points, rule.reason, rule.sources)


def _warning(rule: Rule, closes: tuple[str, ...]) -> WarningNote:
    return WarningNote(rule.id, rule.reason, rule.sources, closes)
