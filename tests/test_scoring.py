"""The ranking: what it sums, how it orders, and that the index is only a faster naive loop."""

import random
from dataclasses import replace

import pytest
from naive import naive
from profiles import MANY, PLAIN, random_answers

from recommender.engine.answers import read
from recommender.engine.model import NONE, Answers, Recommendation, Rule
from recommender.engine.rulebook import Rulebook
from recommender.engine.scoring import recommend

TYPES = ("blog", "collaboration", "forum", "media_sharing", "microblog", "social_network")
WORDS = {"en": "Because.", "id": "Karena."}


def assert_equal_to_naive(rulebook: Rulebook, answers: Answers) -> None:
    made, wanted = recommend(rulebook, answers), naive(rulebook, answers)
    assert {entry.type for entry in made.ranking} == set(wanted)
    for entry in made.ranking:
        place = wanted[entry.type]
        given = [(c.rule, c.kind, c.points) for c in entry.contributions]
        assert sorted(given) == sorted(place.contributions), answers
        assert entry.points == place.points, answers
        assert entry.excluded == place.excluded, answers
        noted = [(note.rule, note.closes) for note in entry.warnings]
        assert sorted(noted) == sorted(place.warnings), answers
        unanswered = [
            question
            for question in rulebook.questionnaire.questions
            if question in place.read and question not in answers.values
        ]
        assert list(entry.unknown) == unanswered, answers
        better = [
            other
            for other in wanted.values()
            if (other.excluded, -other.points) < (place.excluded, -place.points)
        ]
        assert entry.rank == 1 + len(better), answers


@pytest.mark.slow
def test_the_index_equals_a_naive_loop_on_many_random_profiles(rulebook, rng):
    for _ in range(10 * MANY):
        assert_equal_to_naive(rulebook, random_answers(rulebook, rng))


@pytest.mark.slow
def test_the_index_equals_a_naive_loop_on_random_drafts(rulebook, rng):
    for _ in range(500):
        assert_equal_to_naive(rulebook, random_answers(rulebook, rng, draft=True))


@pytest.mark.slow
def test_the_index_equals_a_naive_loop_under_random_rules(rulebook, rng):
    for _ in range(MANY // 2):
        rules = {f"r{n:02}": random_rule(rulebook, rng, f"r{n:02}") for n in range(25)}
        generated = replace(rulebook, rules=rules)
        for _ in range(20):
            assert_equal_to_naive(generated, random_answers(rulebook, rng, draft=True))


def random_rule(rulebook: Rulebook, rng: random.Random, id_: str) -> Rule:
    """A rule of any form that the loader lets pass, however odd."""
    kind = rng.choice(("fit", "capacity", "risk", "prior", "exclude", "close", "warn"))
    touched = rng.sample(list(rulebook.types), rng.randint(1, 3))
    gives_points = kind not in ("exclude", "close", "warn")
    when = [random_condition(rulebook, rng) for _ in range(rng.randint(1, 3))]
    if gives_points and rng.random() < 0.4:
        _, goals = random_condition(rulebook, rng, "primary_goal")
        when.append(("goal", goals))
    unless = [random_condition(rulebook, rng) for _ in range(rng.randint(0, 2))]
    sign = rng.choice((1, -1))
    return Rule(
        id=id_,
        kind={"exclude": "gate", "close": "gate", "warn": "risk"}.get(kind, kind),
        when=tuple(dict(when).items()),
        unless=tuple(dict(unless).items()),
        reason=WORDS,
        sources=("seed-b-blog",),
        effects={t: sign * 2 * rng.randint(1, 10) for t in touched} if gives_points else {},
        exclude=tuple(touched) if kind == "exclude" else (),
        close={t: ("facebook",) for t in touched} if kind == "close" else {},
        warn=tuple(touched) if kind == "warn" else (),
    )


def random_condition(rulebook: Rulebook, rng: random.Random, question: str | None = None):
    questions = rulebook.questionnaire.questions
    asked = questions[question or rng.choice(list(questions))]
    choices = [*asked.options, *([NONE] if asked.none else [])]
    return asked.id, frozenset(rng.sample(choices, rng.randint(1, min(4, len(choices)))))


def rule(id_: str = "a-rule", *, when, unless=None, kind="fit", **does) -> Rule:
    """A rule as the loader would build it from these conditions."""

    def conditions(given):
        return tuple((q, frozenset(o if isinstance(o, list) else [o])) for q, o in given.items())

    return Rule(
        id=id_,
        kind=kind,
        when=conditions(when),
        unless=conditions(unless or {}),
        reason=WORDS,
        sources=("seed-b-blog",),
        **does,
    )


def ranked(rulebook: Rulebook, *rules: Rule, **answers) -> Recommendation:
    """The ranking under these rules alone; answers not given are those of PLAIN."""
    read_ = read(rulebook.questionnaire, PLAIN | answers)
    return recommend(replace(rulebook, rules={rule.id: rule for rule in rules}), read_)


def entry(made: Recommendation, type_: str):
    return next(entry for entry in made.ranking if entry.type == type_)


def test_points_are_exactly_the_sum_of_the_contributions(rulebook, rng):
    for _ in range(300):
        for place in recommend(rulebook, random_answers(rulebook, rng)).ranking:
            assert place.points == sum(c.points for c in place.contributions)
            for kind, said in (("fit", place.fit), ("capacity", place.capacity)):
                assert said == sum(c.points for c in place.contributions if c.kind == kind)


@pytest.mark.slow
def test_the_same_answers_always_give_the_same_recommendation(rulebook, rng):
    for _ in range(50):
        answers = random_answers(rulebook, rng)
        assert recommend(rulebook, answers) == recommend(replace(rulebook), answers)


def test_the_order_of_the_rules_means_nothing(rulebook, rng):
    turned = replace(rulebook, rules=dict(reversed(rulebook.rules.items())))

    for _ in range(50):
        answers = random_answers(rulebook, rng)
        assert recommend(turned, answers) == recommend(rulebook, answers)


def test_equal_points_share_a_rank_and_stand_in_alphabetical_order(rulebook):
    made = ranked(
        rulebook,
        rule(when={"pace": "daily"}, effects={"microblog": 4, "forum": 4, "blog": 1}),
        pace="daily",
    )

    order = [(entry.type, entry.rank) for entry in made.ranking]
    assert order == [
        ("forum", 1),
        ("microblog", 1),
        ("blog", 3),
        ("collaboration", 4),
        ("media_sharing", 4),
        ("social_network", 4),
    ]


def test_without_any_rule_that_holds_all_six_types_share_the_first_rank(rulebook):
    made = ranked(rulebook, rule(when={"pace": "daily"}, effects={"blog": 4}))

    assert [(entry.type, entry.rank) for entry in made.ranking] == [(t, 1) for t in TYPES]
    assert [entry.points for entry in made.ranking] == [0] * 6


def test_excluded_types_come_last_by_their_points_and_say_why_in_a_gate_without_points(rulebook):
    made = ranked(
        rulebook,
        rule("praise", when={"pace": "daily"}, effects={"blog": 9, "forum": 3}),
        rule("blame", when={"pace": "daily"}, effects={"collaboration": -5}),
        rule("no", when={"pace": "daily"}, kind="gate", exclude=("forum", "blog")),
        pace="daily",
    )

    order = [(entry.type, entry.rank, entry.excluded) for entry in made.ranking]
    assert order[-3:] == [("collaboration", 4, False), ("blog", 5, True), ("forum", 6, True)]
    gates = [c for c in entry(made, "blog").contributions if c.kind == "gate"]
    assert [(gate.rule, gate.points) for gate in gates] == [("no", 0)]
    assert entry(made, "blog").points == 9


def test_an_excluded_type_shares_no_rank_with_one_that_is_not(rulebook):
    made = ranked(
        rulebook, rule(when={"pace": "daily"}, kind="gate", exclude=("blog", "forum")), pace="daily"
    )

    assert [entry.rank for entry in made.ranking] == [1, 1, 1, 1, 5, 5]


def test_a_warning_changes_neither_points_nor_rank(rulebook):
    made = ranked(rulebook, rule(when={"pace": "daily"}, kind="risk", warn=("blog",)), pace="daily")

    assert [note.rule for note in entry(made, "blog").warnings] == ["a-rule"]
    assert entry(made, "blog").contributions == ()
    assert entry(made, "blog").rank == 1


def test_a_closing_says_which_platforms_it_closes(rulebook):
    made = ranked(
        rulebook,
        rule(when={"pace": "daily"}, kind="gate", close={"blog": ("medium",)}),
        pace="daily",
    )

    assert [note.closes for note in entry(made, "blog").warnings] == [("medium",)]
    assert not entry(made, "blog").excluded


@pytest.mark.parametrize(
    ("main", "others", "points"),
    [
        pytest.param("credibility", [], 6, id="the main goal counts in full"),
        pytest.param("customer_service", ["credibility"], 3, id="another goal counts half"),
        pytest.param("credibility", ["sales_promotion"], 6, id="never both"),
        pytest.param(
            "customer_service", ["credibility", "sales_promotion"], 3, id="two others count once"
        ),
        pytest.param("customer_service", [], 0, id="neither"),
        pytest.param("customer_service", ["brand_awareness"], 0, id="one that is not named"),
    ],
)
def test_goal_means_the_main_goal_in_full_or_another_at_half(rulebook, main, others, points):
    made = ranked(
        rulebook,
        rule(when={"goal": ["credibility", "sales_promotion"]}, effects={"forum": 6}),
        primary_goal=main,
        secondary_goals=others,
    )

    assert entry(made, "forum").points == points
    assert len(entry(made, "forum").contributions) == (1 if points else 0)


def test_goal_at_half_takes_away_half_as_well(rulebook):
    made = ranked(
        rulebook,
        rule(when={"goal": "credibility"}, effects={"forum": -6}),
        secondary_goals=["credibility"],
    )

    assert entry(made, "forum").points == -3


def test_goal_may_stand_beside_another_condition_on_the_same_goals(rulebook):
    """Both must hold: another goal of the first list, and another goal of the second."""
    both = rule(
        when={"goal": "credibility", "secondary_goals": "brand_awareness"}, effects={"forum": 6}
    )

    one = ranked(rulebook, both, secondary_goals=["credibility"])
    two = ranked(rulebook, both, secondary_goals=["credibility", "brand_awareness"])

    assert (entry(one, "forum").points, entry(two, "forum").points) == (0, 3)


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        pytest.param({"pace": "daily"}, 4, id="a listed answer satisfies it"),
        pytest.param({"pace": "weekly"}, 4, id="so does another"),
        pytest.param({"pace": "monthly"}, 0, id="one not listed does not"),
        pytest.param({}, 0, id="unknown does not"),
    ],
)
def test_when_wants_one_of_the_listed_answers(rulebook, answer, points):
    made = ranked(rulebook, rule(when={"pace": ["daily", "weekly"]}, effects={"blog": 4}), **answer)

    assert entry(made, "blog").points == points


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        pytest.param({"response_time": "cannot_reply"}, 0, id="a listed answer stops it"),
        pytest.param({"response_time": "same_day"}, 4, id="another does not"),
        pytest.param({}, 4, id="unknown does not"),
    ],
)
def test_unless_stops_a_rule_only_by_a_given_answer(rulebook, answer, points):
    made = ranked(
        rulebook,
        rule(
            when={"pace": "daily"},
            unless={"response_time": ["few_days", "cannot_reply"]},
            effects={"blog": 4},
        ),
        pace="daily",
        **answer,
    )

    assert entry(made, "blog").points == points


def test_any_single_unless_is_enough_to_stop_a_rule(rulebook):
    stopped = rule(
        when={"pace": "daily"},
        unless={"response_time": "cannot_reply", "horizon": "weeks"},
        effects={"blog": 4},
    )

    made = ranked(rulebook, stopped, pace="daily", response_time="same_day", horizon="weeks")

    assert entry(made, "blog").points == 0


def test_every_when_must_hold(rulebook):
    made = ranked(
        rulebook,
        rule(when={"pace": "daily", "horizon": "weeks"}, effects={"blog": 4}),
        pace="daily",
        horizon="year",
    )

    assert entry(made, "blog").points == 0


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        pytest.param({"risk_exposure": []}, 4, id="none of these"),
        pytest.param({"risk_exposure": ["sensitive_topics"]}, 0, id="one of them"),
        pytest.param({}, 0, id="unknown"),
    ],
)
def test_a_dash_in_when_means_none_of_these(rulebook, answer, points):
    made = ranked(rulebook, rule(when={"risk_exposure": "-"}, effects={"blog": 4}), **answer)

    assert entry(made, "blog").points == points


@pytest.mark.parametrize(
    ("answer", "points"),
    [
        pytest.param({"existing_channels": []}, 0, id="none of these"),
        pytest.param({"existing_channels": ["blog"]}, 4, id="one of them"),
        pytest.param({}, 4, id="unknown"),
    ],
)
def test_a_dash_in_unless_means_none_of_these(rulebook, answer, points):
    made = ranked(
        rulebook,
        rule(when={"pace": "daily"}, unless={"existing_channels": "-"}, effects={"blog": 4}),
        pace="daily",
        **answer,
    )

    assert entry(made, "blog").points == points


def test_unknown_lists_what_rules_touching_the_type_read_and_nobody_answered(rulebook):
    made = ranked(
        rulebook,
        rule("a", when={"goal": "credibility"}, unless={"horizon": "weeks"}, effects={"blog": 2}),
        rule("b", when={"market": "indonesia"}, kind="gate", exclude=("blog",)),
        rule("c", when={"weekly_hours": "hours_3_7"}, kind="risk", warn=("blog",)),
        rule("d", when={"pace": "daily"}, effects={"blog": 2}),
        rule("e", when={"paid_budget": "small"}, effects={"forum": 2}),
        pace="weekly",
    )

    wanted = ("secondary_goals", "weekly_hours", "horizon", "market")
    assert entry(made, "blog").unknown == wanted
    assert entry(made, "forum").unknown == ("paid_budget",)
    assert entry(made, "microblog").unknown == ()


def test_none_of_these_is_an_answer_and_so_not_unknown(rulebook):
    asking = rule(when={"risk_exposure": "sensitive_topics"}, effects={"blog": 2})

    made = ranked(rulebook, asking, risk_exposure=[])

    assert entry(made, "blog").unknown == ()


def test_contributions_stand_highest_points_first(rulebook, rng):
    for _ in range(100):
        for place in recommend(rulebook, random_answers(rulebook, rng)).ranking:
            points = [c.points for c in place.contributions]
            assert points == sorted(points, reverse=True)


def test_a_contribution_carries_the_reason_and_sources_of_its_rule(rulebook):
    made = recommend(rulebook, Answers(rulebook.example.answers))

    for place in made.ranking:
        for said in (*place.contributions, *place.warnings):
            rule_ = rulebook.rules[said.rule]
            assert (said.reason, said.sources) == (rule_.reason, rule_.sources)


@pytest.mark.parametrize(
    ("points", "band"),
    [
        pytest.param(18, "strong", id="the least strong"),
        pytest.param(17, "good", id="just below strong"),
        pytest.param(12, "good", id="the least good"),
        pytest.param(11, "possible", id="just below good"),
        pytest.param(5, "possible", id="the least possible"),
        pytest.param(4, "weak", id="just below possible"),
        pytest.param(-9, "weak", id="below zero"),
    ],
)
def test_a_band_begins_at_its_least_points(rulebook, points, band):
    scale = replace(rulebook.scale, bands=(("strong", 18), ("good", 12), ("possible", 5)))
    made = ranked(
        replace(rulebook, scale=scale),
        rule(when={"pace": "daily"}, effects={"blog": points}),
        pace="daily",
    )

    assert entry(made, "blog").band == band
