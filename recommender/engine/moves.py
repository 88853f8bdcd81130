"""Every answer that one change leads to, and every answer that an open question allows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from recommender.engine.model import Answers, Question, Questionnaire, Value

MAIN, OTHERS = "primary_goal", "secondary_goals"


@dataclass(frozen=True, slots=True)
class Change:
    """One question's answer, as it is and as it would be; None is unknown."""

    question: str
    before: Value | None
    after: Value | None


def next_values(question: Question, value: Value | None) -> Iterator[Value | None]:
    """The values one change away from this one, as they would be given.

    One choice: any other option, or unanswered. Many: one option added or removed, or, where
    the list is full, one swapped. Required questions stay answered; removing the last option
    gives unknown, or `()` where the question has "none of these", and there unknown and `()`
    are one change apart.
    """
    if not question.many:
        yield from (option for option in question.options if option != value)
        if value is not None and not question.required:
            yield None
        return
    assert not isinstance(value, str)
    chosen = value or ()
    yield from _one_removed(question, chosen)
    free = [option for option in question.options if option not in chosen]
    if len(chosen) < question.most:
        yield from (_ordered(question, {*chosen, option}) for option in free)
    else:
        yield from (
            _ordered(question, {*chosen, option} - {gone}) for gone in chosen for option in free
        )
    if question.none and not chosen:
        yield None if value is not None else ()


def _one_removed(question: Question, chosen: tuple[str, ...]) -> Iterator[Value | None]:
    for gone in chosen:
        rest = tuple(option for option in chosen if option != gone)
        if rest:
            yield rest
        elif question.none:
            yield ()
        elif not question.required:
            yield None


def allowed_values(question: Question) -> Iterator[Value]:
    """Every valid answer to a question, every list that it allows included."""
    if not question.many:
        yield from question.options
        return
    for size in range(0 if question.none else 1, question.most + 1):
        yield from combinations(question.options, size)


def read_back(values: dict[str, Value | None]) -> dict[str, Value | None]:
    """Answers after a change as `answers.read` keeps them: the main goal is no other goal."""
    others = values.get(OTHERS)
    if others and values.get(MAIN) in others:
        rest = tuple(goal for goal in others if goal != values[MAIN])
        return {**values, OTHERS: rest or None}
    return values


def single_changes(
    questionnaire: Questionnaire, answers: Answers
) -> list[tuple[Change, dict[str, Value | None]]]:
    """Every single change that is one, with the answers that differ after it.

    One that reads back as the answers are is none, and two that read back alike are one.
    """
    found = []
    for question in questionnaire.questions.values():
        before = answers.get(question.id)
        seen = set()
        for given in next_values(question, before):
            differing = differences(answers, {question.id: given})
            if differing and differing[question.id] not in seen:
                after = differing[question.id]
                seen.add(after)
                found.append((Change(question.id, before, after), differing))
    return found


def goal_pairs(
    questionnaire: Questionnaire, answers: Answers
) -> Iterator[tuple[tuple[Change, Change], dict[str, Value | None]]]:
    """Every change of main goal and other goals together that no smaller change equals.

    They need care, since the main goal is dropped from the other goals when answers are read.
    """
    main, others = questionnaire.questions[MAIN], questionnaire.questions[OTHERS]
    for goal in next_values(main, answers.get(MAIN)):
        by_itself = differences(answers, {MAIN: goal})
        seen = {by_itself.get(OTHERS, answers.get(OTHERS)), answers.get(OTHERS)}
        for given in next_values(others, answers.get(OTHERS)):
            differing = differences(answers, {MAIN: goal, OTHERS: given})
            after = differing.get(OTHERS, answers.get(OTHERS))
            if after not in seen:
                seen.add(after)
                changes = (
                    Change(MAIN, answers.get(MAIN), goal),
                    Change(OTHERS, answers.get(OTHERS), after),
                )
                yield changes, differing


def differences(answers: Answers, changed: dict[str, Value | None]) -> dict[str, Value | None]:
    """What is different once these answers are changed and read; empty where nothing is."""
    goals = {MAIN: answers.get(MAIN), OTHERS: answers.get(OTHERS)}
    after = read_back({**goals, **changed})
    return {question: value for question, value in after.items() if value != answers.get(question)}


def _ordered(question: Question, chosen: set[str]) -> tuple[str, ...]:
    return tuple(option for option in question.options if option in chosen)
