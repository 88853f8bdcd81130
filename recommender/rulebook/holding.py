"""Whether a rule can hold for any valid answers at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from recommender.engine.model import Answers, Conditions, Questionnaire, Rule, Value, options_of
from recommender.engine.moves import MAIN, OTHERS, allowed_values, read_back
from recommender.engine.rows import Row, holds, rows_of

GOALS = (MAIN, OTHERS)

Condition = tuple[str, str, str]
"""A part of a rule (`when` or `unless`), a question and one of the options listed there."""


def conditions(rule: Rule) -> Iterator[Condition]:
    """Every option that a rule lists."""
    for part, listed in (("when", rule.when), ("unless", rule.unless)):
        for question, options in listed:
            for option in sorted(options):
                yield part, question, option


def without(rule: Rule, condition: Condition) -> Rule:
    """A rule that does not list an option; with no option left, its `when` never holds."""
    part, question, option = condition
    if part == "when":
        return replace(rule, when=_less(rule.when, question, option))
    return replace(rule, unless=_less(rule.unless, question, option))


def _less(listed: Conditions, question: str, option: str) -> Conditions:
    return tuple((q, options - {option} if q == question else options) for q, options in listed)


@dataclass(frozen=True)
class Holding:
    """Looks through every valid answer to each question that a rule reads."""

    questionnaire: Questionnaire
    _known: dict[tuple, list[Value | None]] = field(default_factory=dict)

    def can_hold(self, rule: Rule) -> bool:
        return any(map(self._row_can_hold, rows_of(rule)))

    def can_matter(self, rule: Rule, condition: Condition) -> bool:
        """Whether there are answers for which the rule holds, or not, because of this option."""
        part, question, option = condition
        only = frozenset((option,))
        if part == "when":
            when = tuple((q, only if q == question else options) for q, options in rule.when)
            return self.can_hold(replace(rule, when=when))
        rows = rows_of(without(rule, condition))
        return any(
            self._row_can_hold(replace(row, when=(*row.when, (question, only)))) for row in rows
        )

    def _row_can_hold(self, row: Row) -> bool:
        if not all(self._fitting(row, question) for question in row.reads()):
            return False
        return row.reads().isdisjoint(GOALS) or any(
            _goals_hold(row, main, others)
            for main in self._fitting(row, MAIN)
            for others in self._fitting(row, OTHERS)
        )

    def _fitting(self, row: Row, question: str) -> list[Value | None]:
        """The answers to a question, unknown included, that leave the row able to hold."""
        when, unless = _of((question,), row)
        key = (question, when, unless)
        if key not in self._known:
            asked = self.questionnaire.questions[question]
            values = [*([] if asked.required else [None]), *allowed_values(asked)]
            self._known[key] = [v for v in values if _holds_for(when, unless, v)]
        return self._known[key]


def _goals_hold(row: Row, main: Value | None, others: Value | None) -> bool:
    """Whether these goals do, read as answers are: the main goal is no other goal."""
    kept = read_back({MAIN: main, OTHERS: others})
    answers = Answers({question: value for question, value in kept.items() if value is not None})
    return holds(*_of(GOALS, row), answers)


def _of(questions: Iterable[str], row: Row) -> tuple[Conditions, Conditions]:
    """What a row asks of these questions."""
    when = tuple((q, options) for q, options in row.when if q in questions)
    return when, tuple((q, options) for q, options in row.unless if q in questions)


def _holds_for(when: Conditions, unless: Conditions, value: Value | None) -> bool:
    given = options_of(value)
    return all(not options.isdisjoint(given) for _, options in when) and all(
        options.isdisjoint(given) for _, options in unless
    )
