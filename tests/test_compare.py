"""Two people's answers beside each other: what of their differences decides, tried exhaustively."""

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations

import pytest
from profiles import random_given
from results import BASE, rule, with_rules
from views import BOOK, QUESTIONS, changed, leading

from recommender.engine.answers import read
from recommender.engine.compare import MOST_MIXED, Comparison, compare
from recommender.engine.model import Answers
from recommender.engine.rulebook import Rulebook


def answered(**given) -> Answers:
    return read(BOOK.questionnaire, BASE | given)


def pair(rng: random.Random, most: int) -> tuple[Answers, Answers]:
    """One person's answers, and another's who may differ in up to so many questions."""
    one, two = (random_given(BOOK, rng) for _ in range(2))
    kept = rng.sample(list(QUESTIONS), len(QUESTIONS) - most)
    same = {question: one[question] for question in kept if question in one}
    other = {question: value for question, value in two.items() if question not in kept}
    return read(BOOK.questionnaire, one), read(BOOK.questionnaire, same | other)


def mixed(one: Answers, two: Answers, questions: tuple[str, ...]) -> Answers:
    """The first person's answers, but for these questions the second's, read anew."""
    return changed(one, {question: two.get(question) for question in questions})


def brute(rulebook: Rulebook, one: Answers, two: Answers, most: int) -> set[frozenset[str]]:
    """The smallest of all mixes of up to so many questions that give other types rank 1."""
    differing = [question for question in QUESTIONS if one.get(question) != two.get(question)]
    now = leading(rulebook, one)
    flipping = [
        frozenset(mix)
        for size in range(1, most + 1)
        for mix in combinations(differing, size)
        if leading(rulebook, mixed(one, two, mix)) != now
    ]
    return {mix for mix in flipping if not any(smaller < mix for smaller in flipping)}


def check(found: Comparison, rulebook: Rulebook, one: Answers, two: Answers, most: int) -> None:
    deciding = [frozenset(mix) for mix in found.deciding]
    assert len(deciding) == len(set(deciding))
    assert set(deciding) == brute(rulebook, one, two, most)
    assert [len(mix) for mix in deciding] == sorted(map(len, deciding))
    assert (found.first, found.second) == (leading(rulebook, one), leading(rulebook, two))
    differing = tuple(q for q in QUESTIONS if one.get(q) != two.get(q))
    assert found.differing == differing
    assert all(mix == tuple(q for q in differing if q in mix) for mix in found.deciding)


@pytest.mark.parametrize("seed", range(30))
def test_of_a_few_differences_the_smallest_mixes_that_decide_are_all_found(seed):
    one, two = pair(random.Random(seed), most=seed % 7 + 1)

    found = compare(BOOK, one, two)

    assert found.complete
    check(found, BOOK, one, two, most=len(found.differing))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_of_up_to_ten_differences_every_mix_is_tried(seed):
    rng = random.Random(500 + seed)
    pairs = (pair(rng, most=12) for _ in range(100))
    one, two = next(p for p in pairs if len(compare(BOOK, *p).differing) == MOST_MIXED)

    found = compare(BOOK, one, two)

    assert found.complete
    check(found, BOOK, one, two, most=MOST_MIXED)


@pytest.mark.parametrize("seed", range(6))
def test_of_more_differences_singles_and_pairs_are_tried_and_it_is_said(seed):
    rng = random.Random(900 + seed)
    pairs = (pair(rng, most=17) for _ in range(100))
    one, two = next(p for p in pairs if len(compare(BOOK, *p).differing) > MOST_MIXED)

    found = compare(BOOK, one, two)

    assert not found.complete
    check(found, BOOK, one, two, most=2)


@pytest.mark.slow
def test_mixes_of_all_sizes_occur():
    """Without this, the checks above could be of singles alone."""
    sizes = Counter()
    for seed in range(60):
        one, two = pair(random.Random(seed), most=8)
        sizes.update(len(mix) for mix in compare(BOOK, one, two).deciding)
    assert {1, 2, 3} <= {*sizes}


def test_where_all_mixes_are_tried_something_decides_if_and_only_if_the_leaders_may_differ():
    for seed in range(60):
        one, two = pair(random.Random(seed), most=6)
        found = compare(BOOK, one, two)
        if found.first != found.second:
            assert found.deciding


def test_the_same_answers_differ_in_nothing_and_nothing_decides(rng):
    one = read(BOOK.questionnaire, random_given(BOOK, rng))

    found = compare(BOOK, one, one)

    assert (found.differing, found.deciding, found.complete) == ((), (), True)
    assert found.first == found.second


def test_a_question_that_one_person_left_open_is_a_difference():
    daily = (("pace", frozenset({"daily"})),)
    book = with_rules(
        BOOK,
        rule("a", effects={"forum": 20}),
        replace(rule("b", effects={"blog": 30}), when=daily),
    )

    found = compare(book, answered(), answered(pace="daily", horizon="year"))

    assert found.differing == ("pace", "horizon")
    assert found.deciding == (("pace",),)
    back = compare(book, answered(pace="daily", horizon="year"), answered())
    assert back.deciding == (("pace",),)


def test_a_main_goal_among_the_other_persons_other_goals_is_dropped_when_they_are_mixed():
    """Reads “credibility” once only: as main goal in full, as another goal at half."""
    goal = (("goal", frozenset({"credibility"})),)
    book = with_rules(
        BOOK,
        rule("a", effects={"forum": 20}),
        replace(rule("b", effects={"blog": 24}), when=goal),
    )
    one = answered(primary_goal="brand_awareness", secondary_goals=["credibility"])
    two = answered(primary_goal="credibility", secondary_goals=["brand_awareness"])

    found = compare(book, one, two)

    assert found.differing == ("primary_goal", "secondary_goals")
    assert found.deciding == (("primary_goal",),)
    assert mixed(one, two, ("primary_goal",)).get("secondary_goals") is None
    check(found, book, one, two, most=2)
    check(compare(book, two, one), book, two, one, most=2)


@pytest.mark.slow
def test_goals_that_were_exchanged_are_compared_like_any_answers():
    rng = random.Random(8)
    seen = 0
    for _ in range(60):
        goals = rng.sample(list(QUESTIONS["primary_goal"].options), 4)
        given = random_given(BOOK, rng)
        one = given | {"primary_goal": goals[0], "secondary_goals": goals[1:3]}
        two = given | {"primary_goal": goals[1], "secondary_goals": [goals[0], goals[3]]}
        ones, twos = (read(BOOK.questionnaire, answers) for answers in (one, two))
        check(compare(BOOK, ones, twos), BOOK, ones, twos, most=2)
        seen += len(compare(BOOK, ones, twos).deciding) > 0
    assert seen


def test_comparing_is_not_the_same_both_ways_but_both_start_from_the_first_person():
    ways = set()
    for seed in range(40):
        one, two = pair(random.Random(seed), most=5)
        there, back = compare(BOOK, one, two), compare(BOOK, two, one)
        assert there.differing == back.differing
        assert (there.first, there.second) == (back.second, back.first)
        ways.add(there.deciding == back.deciding)
    assert ways == {True, False}
