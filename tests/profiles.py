"""Answers for tests: drawn at random with a seed, or by hypothesis, valid or not."""

import os
import random
from functools import cache

from hypothesis import strategies as st

from recommender.engine.answers import read
from recommender.engine.model import NONE, Answers, Question, Questionnaire
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import load, shipped

MANY = int(os.environ.get("PROFILES", "100"))
"""How many random answers stand for all of them; 1,000 in the long form."""

PLAIN = {
    "primary_goal": "customer_service",
    "organisation": "consumer_business",
    "audience_activity": ["asks_questions"],
    "content_strengths": ["short_updates"],
}
"""The required answers alone."""


load_once = cache(load)
"""The loader itself, but it reads each folder only once."""


def shipped_rulebook() -> Rulebook:
    """The rules that come with the product, loaded once."""
    return load_once(shipped())


def random_given(rulebook: Rulebook, rng: random.Random, *, draft: bool = False) -> dict:
    """A valid JSON object of answers: any question may be unknown, except required ones.

    A draft may lack required ones too. Lists come in any order and may name the main goal among
    the other goals, which `read` drops.
    """
    drawn = {
        question.id: _random_value(question, rng)
        for question in rulebook.questionnaire.questions.values()
        if (question.required and not draft) or rng.random() < 0.7
    }
    return dict(rng.sample(list(drawn.items()), len(drawn)))


def random_answers(rulebook: Rulebook, rng: random.Random, *, draft: bool = False) -> Answers:
    """Valid answers over all questions, unknown and "none of these" included."""
    given = random_given(rulebook, rng, draft=draft)
    return read(rulebook.questionnaire, given, require=() if draft else None)


def _random_value(question: Question, rng: random.Random) -> str | list[str]:
    options = list(question.options)
    if not question.many:
        return rng.choice(options)
    return rng.sample(options, rng.randint(0 if question.none else 1, question.most))


def given_answers(questionnaire: Questionnaire) -> st.SearchStrategy[dict]:
    """Answers that every surface can express, as a JSON object; each may be valid or wrong.

    "None of these" is `[]` where a question has it. No text is empty, holds `|` or has spaces at
    its ends, since a form or a table gives those another meaning.
    """
    return st.one_of(_sheet(questionnaire, wrong=False), _sheet(questionnaire, wrong=True))


WRONG = st.text(st.characters(categories=("L", "Nd"), include_characters="_-"), min_size=1)


def _sheet(questionnaire: Questionnaire, *, wrong: bool) -> st.SearchStrategy[dict]:
    values = {q.id: _value(q, wrong) for q in questionnaire.questions.values()}
    required = [q.id for q in questionnaire.questions.values() if q.required and not wrong]
    return st.fixed_dictionaries(
        {question: values[question] for question in required},
        optional={question: values[question] for question in values if question not in required},
    )


def _value(question: Question, wrong: bool) -> st.SearchStrategy:
    known = st.sampled_from(list(question.options))
    one = st.one_of(*[known] * 8, st.just(NONE), WRONG) if wrong else known
    if not question.many:
        return one
    several = st.lists(one, min_size=1, max_size=question.most + wrong)
    if not question.none:
        return several
    return st.one_of(st.just([]), several.filter(lambda items: {*items} != {NONE}))
