"""For each type, answers that put it first alone: a witness that the rules let it win."""

from collections.abc import Iterator
from random import Random
from typing import Any

from recommender.engine.answers import read
from recommender.engine.model import NONE, Answers, Questionnaire, Rule, Value
from recommender.engine.moves import MAIN
from recommender.engine.rows import GOAL
from recommender.engine.rulebook import Rulebook
from recommender.engine.trial import Places, Trial, alone
from recommender.rulebook.balance import random_profiles

TRIES = 20
"""From how many profiles a search for one type sets out."""


def witnesses(rulebook: Rulebook, tries: int = TRIES) -> dict[str, Answers | None]:
    """Short valid answers that put each type first alone; None where none was found.

    Each search sets out from a profile that meets conditions of rules that raise the type, and
    changes one answer at a time as long as that brings the type further ahead. The same rules
    give the same answers.
    """
    return {
        type_: _witness(rulebook, type_, position, tries)
        for position, type_ in enumerate(rulebook.types)
    }


def _witness(rulebook: Rulebook, type_: str, position: int, tries: int) -> Answers | None:
    for answers in _starts(rulebook, type_, tries):
        reached = _climbed(rulebook, answers, position)
        if reached is not None:
            return _shortened(rulebook, reached, position)
    return None


def _starts(rulebook: Rulebook, type_: str, tries: int) -> Iterator[Answers]:
    """Random profiles, bent to meet what rules ask that raise the type, one after another."""
    rng = Random(type_)
    raising = [rule for rule in rulebook.rules.values() if rule.effects.get(type_, 0) > 0]
    for profile in random_profiles(rulebook, tries):
        given: dict[str, Any] = {}
        for rule in rng.sample(raising, len(raising)):
            given = {**_met(rulebook.questionnaire, rule), **given}
        yield read(rulebook.questionnaire, {**profile.values, **given})


def _met(asked: Questionnaire, rule: Rule) -> dict[str, Any]:
    """For each question that a rule asks, an answer with the first option that it lists."""
    met = {}
    for question, options in rule.when:
        id_, option = MAIN if question == GOAL else question, min(options)
        met[id_] = [option][option == NONE :] if asked.questions[id_].many else option
    return met


def _climbed(rulebook: Rulebook, answers: Answers, position: int) -> Answers | None:
    """Answers with the type first alone, by single changes that each bring it further ahead."""
    trial = Trial(rulebook, answers)
    while alone(trial.places) != position or trial.places[position][0]:
        move = max(trial.singles, key=lambda move: _lead(move.places, position))
        if _lead(move.places, position) <= _lead(trial.places, position):
            return None
        answers = _changed(rulebook, answers, move.change.question, move.change.after)
        trial = Trial(rulebook, answers)
    return answers


def _shortened(rulebook: Rulebook, answers: Answers, position: int) -> Answers:
    """The answers without those that the type can do without."""
    index = rulebook.index
    for question in rulebook.questionnaire.questions.values():
        if not question.required and question.id in answers.values:
            shorter = _changed(rulebook, answers, question.id, None)
            if alone(index.places(index.fired(shorter))) == position:
                answers = shorter
    return answers


def _changed(rulebook: Rulebook, answers: Answers, question: str, value: Value | None) -> Answers:
    return read(rulebook.questionnaire, {**answers.values, question: value})


def _lead(places: Places, position: int) -> tuple[bool, int]:
    """How far a type is ahead of the best other one, those that are excluded left out."""
    excluded, points = places[position]
    others = [less for at, (out, less) in enumerate(places) if at != position and not out]
    return not excluded, min(others, default=0) - points
