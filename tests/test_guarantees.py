"""What the rules promise whatever is answered: capacity, market, channels already run, gates."""

from collections.abc import Mapping
from itertools import pairwise

import pytest
from profiles import PLAIN, shipped_rulebook

from recommender.engine.answers import read
from recommender.engine.model import Answers, Rule, Value
from recommender.engine.scoring import recommend
from recommender.rulebook.balance import random_profiles

BOOK = shipped_rulebook()
PROFILES = list(random_profiles(BOOK, 2000))
CHANNELS = "existing_channels"
TALKATIVE = ("microblog", "forum")


def but(answers: Answers, **changed: Value | None) -> Answers:
    values = {**answers.values, **changed}
    return Answers({question: value for question, value in values.items() if value is not None})


def points(answers: Answers) -> Mapping[str, int]:
    return BOOK.index.points(BOOK.index.fired(answers))


@pytest.mark.slow
@pytest.mark.parametrize("question", ["weekly_hours", "response_time"])
def test_more_hours_or_faster_replies_never_lower_a_type_or_rule_it_out(question):
    options = BOOK.questionnaire.questions[question].options.values()
    upwards = [option.id for option in sorted(options, key=lambda option: option.order or 0)]
    assert upwards[-1] in ("hours_over_20", "within_hour")
    for answers in PROFILES:
        steps = [
            BOOK.index.places(BOOK.index.fired(but(answers, **{question: option})))
            for option in upwards
        ]
        for lower, higher in pairwise(steps):
            for (was_out, less), (is_out, more) in zip(lower, higher, strict=True):
                assert more <= less, (question, dict(answers.values))
                assert was_out or not is_out, (question, dict(answers.values))


def test_no_rule_on_the_market_gives_or_takes_more_than_two_points():
    for rule in BOOK.rules.values():
        if any(question == "market" for question, _ in (*rule.when, *rule.unless)):
            assert all(abs(given) <= 2 for given in rule.effects.values()), rule.id


@pytest.mark.slow
@pytest.mark.parametrize(("market", "most"), [("indonesia", 6), ("elsewhere", 2)])
def test_all_rules_on_the_market_together_move_a_type_only_so_far(market, most):
    """Several may hold at once; docs/accuracy.md says how often that comes to more than two."""
    moved = [
        points(but(answers, market=market))[type_] - points(but(answers, market=None))[type_]
        for answers in PROFILES
        for type_ in BOOK.types
    ]

    assert max(map(abs, moved)) <= most
    assert sum(abs(each) <= 2 for each in moved) / len(moved) >= 0.8
    assert sum(abs(each) <= 3 for each in moved) / len(moved) >= 0.98


@pytest.mark.slow
def test_a_channel_already_run_never_raises_its_own_type():
    for answers in PROFILES:
        run = answers.get(CHANNELS) or ()
        before = points(but(answers, **{CHANNELS: run}))
        for type_ in set(BOOK.types).difference(run):
            assert points(but(answers, **{CHANNELS: (*run, type_)}))[type_] <= before[type_]


def test_other_channels_have_no_effect():
    for answers in PROFILES:
        run = answers.get(CHANNELS) or ()
        if "other" not in run:
            other = but(answers, **{CHANNELS: (*run, "other")})
            assert points(other) == points(but(answers, **{CHANNELS: run}))


def fired(type_: str, **answers) -> dict[str, Rule]:
    """The rules that touch a type for these answers; those not given are PLAIN's."""
    holding = BOOK.index.fired(read(BOOK.questionnaire, PLAIN | answers))
    return {row.rule: BOOK.rules[row.rule] for row in BOOK.index.rows_for(type_, holding)}


def warnings(type_: str, **answers) -> list[Rule]:
    return [rule for rule in fired(type_, **answers).values() if type_ in rule.warn]


def excluded(**answers) -> set[str]:
    ranking = recommend(BOOK, read(BOOK.questionnaire, PLAIN | answers)).ranking
    return {entry.type for entry in ranking if entry.excluded}


def test_no_coverage_closes_wikipedia_but_not_collaboration():
    rules = fired("collaboration", independent_coverage="not_covered").values()

    assert [rule.close for rule in rules if rule.close] == [{"collaboration": ("wikipedia",)}]
    assert excluded(independent_coverage="not_covered") == set()
    covered = fired("collaboration", independent_coverage="covered").values()
    assert not any(rule.close for rule in covered)


@pytest.mark.parametrize("type_", ["social_network", "microblog", "media_sharing"])
def test_people_under_18_in_indonesia_bring_a_warning_with_a_way_out(type_):
    def gates(**answers) -> list[Rule]:
        return [rule for rule in warnings(type_, **answers) if rule.kind == "gate"]

    [warning] = gates(audience_age=["age_under_18"], market="indonesia")

    assert "parents or schools" in warning.reason["en"]
    assert "orang tua atau sekolah" in warning.reason["id"]
    assert gates(audience_age=["age_under_18"], market="elsewhere") == []
    assert gates(audience_age=["age_18_24"], market="indonesia") == []


@pytest.mark.parametrize(
    "need",
    [
        {"primary_goal": "customer_service"},
        {"primary_goal": "credibility", "risk_exposure": ["frequent_complaints"]},
    ],
    ids=["service", "complaints"],
)
def test_who_cannot_reply_to_complaints_gets_no_channel_that_lives_on_replies(need):
    assert excluded(**need, response_time="cannot_reply") == set(TALKATIVE)
    assert excluded(**need, response_time="few_days") == set()
    assert excluded(primary_goal="credibility", response_time="cannot_reply") == set()


@pytest.mark.parametrize("type_", ["forum", "collaboration"])
def test_promotion_brings_a_warning_where_it_is_removed(type_):
    said = [rule.reason["en"] for rule in warnings(type_, primary_goal="sales_promotion")]

    assert any(words.startswith("Do not promote here") for words in said)
    assert not any(
        words.startswith("Do not promote here")
        for words in (rule.reason["en"] for rule in warnings(type_, primary_goal="credibility"))
    )


@pytest.mark.parametrize(
    ("type_", "then"),
    [
        ("forum", {"en": ("forum of your own", "group"), "id": ("forum sendiri", "grup")}),
        ("microblog", {"en": ("Threads", "elsewhere"), "id": ("Threads", "kanal lain")}),
    ],
)
def test_a_type_without_a_healthy_public_place_in_indonesia_says_so_and_what_then(type_, then):
    [warning] = warnings(type_, market="indonesia")

    for lang, words in then.items():
        assert all(word in warning.reason[lang] for word in words)
    assert warnings(type_, market="elsewhere") == []
