"""Seeded rules in the product's own form, and answers to ask about, over the shipped questions."""

import random
from collections.abc import Sequence
from dataclasses import replace

from recommender.engine.answers import read
from recommender.engine.model import Answers, Conditions, Question, Rule
from recommender.engine.rulebook import Rulebook

SHAPES = {"all": 0.55, "any": 0.12, "all none": 0.18, "all any": 0.15}
"""All of some options, any option of one question, no option of some, and how often each shape
stands. A rule of `none` alone does not exist: an empty `when` is refused."""

SIZES = {1: 0.2, 2: 0.35, 3: 0.3, 4: 0.15}
"""How many options a rule names, and how often."""

POINTS = (-3, -2, -1, 1, 1, 2, 2, 3, 4, 5)
UNKNOWN = 0.2
"""How often a question that may be left out is."""


def generated(book: Rulebook, count: int, seed: int = 7) -> Rulebook:
    """A rulebook with so many rules of one row each in place of its own."""
    rng = random.Random(seed * 1_000_003 + count)
    rules = [_rule(book, rng, f"r{number:05}") for number in range(count)]
    return replace(book, rules={rule.id: rule for rule in rules})


def profiles(book: Rulebook, count: int, seed: int = 11) -> list[Answers]:
    """Valid answers, no two alike."""
    return [read(book.questionnaire, given) for given in given_answers(book, count, seed)]


def given_answers(book: Rulebook, count: int, seed: int = 11) -> list[dict]:
    """The same as JSON objects."""
    rng = random.Random(seed)
    found: dict[str, dict] = {}
    while len(found) < count:
        given = _given(book, rng)
        found.setdefault(repr(sorted(given.items())), given)
    return list(found.values())


def _given(book: Rulebook, rng: random.Random) -> dict[str, object]:
    given: dict[str, object] = {}
    for question in book.questionnaire.questions.values():
        if question.required or rng.random() >= UNKNOWN:
            options = [o for o in question.options if o != given.get("primary_goal")]
            given[question.id] = _value(question, options, rng)
    return given


def _value(question: Question, options: Sequence[str], rng: random.Random) -> str | list[str]:
    if not question.many:
        return rng.choice(options)
    least = 0 if question.none else 1
    return rng.sample(options, min(question.most, rng.choice([least, 1, 2, 2, 3, 4])))


def _rule(book: Rulebook, rng: random.Random, id_: str) -> Rule:
    when, unless = _conditions(list(book.questionnaire.questions.values()), rng)
    return Rule(
        id=id_,
        kind="fit",
        when=when,
        unless=unless,
        reason={"en": f"Reason {id_}.", "id": f"Alasan {id_}."},
        sources=(next(iter(book.sources)),),
        effects={rng.choice(list(book.types)): rng.choice(POINTS)},
    )


def _conditions(questions: list[Question], rng: random.Random) -> tuple[Conditions, Conditions]:
    """`when` and `unless` of one to four options in all, each question at most once."""
    shape = rng.choices(list(SHAPES), list(SHAPES.values()))[0].split()
    size = max(len(shape), rng.choices(list(SIZES), list(SIZES.values()))[0])
    cut = size if len(shape) == 1 else rng.randint(1, size - 1)
    if shape == ["any"]:
        return (_any_of(rng.choice(questions), size, rng),), ()
    asked = rng.sample(questions, size)
    every = tuple(_any_of(question, 1, rng) for question in asked[:cut])
    if shape == ["all", "any"]:
        return (*every, _any_of(asked[cut], size - cut, rng)), ()
    return every, tuple(_any_of(question, 1, rng) for question in asked[cut:])


def _any_of(question: Question, size: int, rng: random.Random) -> tuple[str, frozenset[str]]:
    options = list(question.options)
    return question.id, frozenset(rng.sample(options, min(size, len(options))))
