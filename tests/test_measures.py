"""Balance and sensitivity: what is counted, on rules small enough to count by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from profiles import PLAIN

from recommender import resources
from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.model import Rule
from recommender.engine.rulebook import Rulebook
from recommender.rulebook import balance, sensitivity
from recommender.rulebook.cases import Case

TEXT = {"en": "A reason.", "id": "Alasan."}
SELLS = {"organisation": "consumer_business"}
CASES = resources.cases()


def rule(id_: str, when: dict, *, kind="fit", source="seed-b-blog", **does) -> Rule:
    conditions = tuple((question, frozenset([option])) for question, option in when.items())
    return Rule(id_, kind, conditions, (), TEXT, (source,), **does)


def with_rules(rulebook: Rulebook, *rules: Rule) -> Rulebook:
    return replace(rulebook, rules={rule.id: rule for rule in rules})


@pytest.fixture
def weighed(rulebook) -> Rulebook:
    """A document speaks for a blog (6), a study for a forum (4), a practitioner for it too (1)."""
    by_strength = {source.strength: id_ for id_, source in rulebook.sources.items()}
    return with_rules(
        rulebook,
        rule("seed", SELLS, effects={"blog": 6}),
        rule("study", SELLS, source=by_strength["study"], effects={"forum": 4}),
        rule("hearsay", SELLS, source=by_strength["practitioner"], effects={"forum": 1}),
    )


def test_a_random_profile_is_valid_and_leaves_a_third_of_the_optional_questions_open(rulebook):
    drawn = list(balance.random_profiles(rulebook, 1500))
    optional = [q for q in rulebook.questionnaire.questions.values() if not q.required]

    for answers in drawn:
        assert read(rulebook.questionnaire, dict(answers.values)) == answers
    for question in optional:
        open_ = sum(answers.get(question.id) is None for answers in drawn) / len(drawn)
        # The main goal among the other goals is dropped, which opens a few more of those.
        assert open_ == pytest.approx(1 / 3, abs=0.05), question.id


def test_a_random_profile_takes_every_answer_that_a_question_allows_equally_often(rulebook):
    drawn = list(balance.random_profiles(rulebook, 3000))
    questions = rulebook.questionnaire.questions

    for id_ in ("primary_goal", "organisation"):
        share = 1 / len(questions[id_].options)
        for option in questions[id_].options:
            found = sum(answers.get(id_) == option for answers in drawn) / len(drawn)
            assert found == pytest.approx(share, abs=0.03)


@pytest.mark.slow
def test_the_first_place_is_shared_and_points_are_counted_by_type(rulebook):
    book = with_rules(
        rulebook,
        rule("a", SELLS, effects={"blog": 5}),
        rule("b", {"weekly_hours": "hours_over_20"}, kind="capacity", effects={"blog": -7}),
    )
    drawn = list(balance.random_profiles(book, 400))
    sells = [a.get("organisation") == SELLS["organisation"] for a in drawn]
    busy = [a.get("weekly_hours") == "hours_over_20" for a in drawn]
    blog = [5 * one - 7 * two for one, two in zip(sells, busy, strict=True)]

    found = balance.balance(book, 400)

    first = sum(1 if points > 0 else 1 / 6 if points == 0 else 0 for points in blog)
    assert found["types"]["blog"]["first"] == pytest.approx(first / 400, abs=1e-4)
    assert found["types"]["blog"]["mean"] == pytest.approx(sum(blog) / 400, abs=0.01)
    ends = ("least", "most", "least_possible", "most_possible")
    assert [found["types"]["blog"][end] for end in ends] == [-7, 5, -7, 5]
    assert [found["types"]["forum"][end] for end in ends] == [0, 0, 0, 0]
    assert sum(each["first"] for each in found["types"].values()) == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
def test_a_first_place_that_needs_capacity_or_fit_or_a_market_changes_without_it(rulebook):
    book = with_rules(
        rulebook,
        rule("a", SELLS, effects={"blog": 5}),
        rule("b", {**SELLS, "pace": "daily"}, kind="capacity", effects={"forum": 9}),
        rule("c", {**SELLS, "market": "indonesia"}, kind="prior", effects={"microblog": 20}),
    )
    drawn = list(balance.random_profiles(book, 300))
    sells = [a for a in drawn if a.get("organisation") == SELLS["organisation"]]
    there = [a for a in sells if a.get("market") == "indonesia"]
    daily = [a for a in sells if a.get("pace") == "daily" and a not in there]
    slow = [a for a in sells if a.get("pace") != "daily" and a not in there]

    found = balance.balance(book, 300)["first_changes"]

    assert found == {
        "without_capacity": round(len(daily) / 300, 4),
        "without_fit": round(len(slow) / 300, 4),
        "between_markets": round(len(sells) / 300, 4),
    }
    assert min(found.values()) > 0


@pytest.mark.slow
def test_a_search_finds_points_that_hardly_any_random_profile_has(rulebook):
    rare = {
        "primary_goal": "credibility",
        "organisation": "individual_creator",
        "pace": "monthly",
        "horizon": "weeks",
        "weekly_hours": "hours_3_7",
        "market": "elsewhere",
    }
    steps = [rule(f"s-{q}", {q: option}, effects={"forum": 1}) for q, option in rare.items()]
    book = with_rules(rulebook, *steps, rule("all", rare, effects={"forum": 30}))

    found = balance.balance(book, 20)["types"]["forum"]

    assert found["most"] < 36
    assert found["most_possible"] == 36
    assert found["least_possible"] == 0


@pytest.mark.slow
def test_balance_gives_the_same_numbers_every_time_and_tells_its_steps(weighed):
    told: list[int] = []

    found = balance.balance(weighed, 30, told.append)

    assert found == balance.balance(weighed, 30)
    assert sum(told) == balance.steps(weighed, 30)


@pytest.fixture
def few_rules(rules_folder: Path) -> Path:
    """The shipped rules without most of them, so that trying each takes no time."""
    for theme in ("audience", "capacity", "content", "context", "goals"):
        (rules_folder / f"{theme}.yaml").unlink()
    return rules_folder


def printed(*command: object) -> str:
    done = CliRunner().invoke(main, [str(part) for part in command])
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.slow
def test_the_command_prints_balance_as_text_or_json(few_rules):
    text = printed("rules", "balance", few_rules, "--profiles", 40)
    found = json.loads(printed("rules", "balance", few_rules, "--profiles", 40, "--json"))

    assert found["profiles"] == 40
    assert text == balance.as_text(found)
    assert max(map(len, text.splitlines())) <= 80
    for type_, numbers in found["types"].items():
        assert f"\n{type_:<16}{numbers['first']:>8.1%}{numbers['least']:>8}" in text


def case(rulebook: Rulebook, id_: str, worked: str, **answers) -> Case:
    return Case(id_, (worked,), (), False, read(rulebook.questionnaire, PLAIN | answers))


def test_a_rule_belongs_to_the_class_of_its_strongest_source(rulebook):
    by_strength = {source.strength: id_ for id_, source in rulebook.sources.items()}
    own = replace(
        rulebook.rules["articles-suit-blog"],
        sources=(by_strength["practitioner"], by_strength["statistic"], by_strength["survey"]),
    )

    assert sensitivity.strength_class(rulebook, own) == "study"
    assert set(by_strength) == set(sensitivity.CLASSES)


def test_doubling_a_class_changes_the_first_places_it_tips(weighed):
    cases = [
        case(weighed, "a", "forum"),
        case(weighed, "b", "blog", organisation="consumer_business"),
    ]

    found = sensitivity.sensitivity(weighed, cases)

    assert found["top1"] == 0.5
    tipped = {"changed": ["a", "b"], "top1": 0.5}
    same = {"changed": [], "top1": 0.5}
    assert found["classes"] == {
        "document": {"rules": 1, "doubled": same, "others_doubled": tipped},
        "study": {"rules": 1, "doubled": tipped, "others_doubled": same},
        "survey": {"rules": 0, "doubled": same, "others_doubled": same},
        # Blog 6 and forum 4 + 2 tie, which changes who shares the first place.
        "practitioner": {"rules": 1, "doubled": tipped, "others_doubled": same},
    }


def test_every_rule_is_left_out_in_turn_and_those_that_matter_are_named(weighed):
    cases = [
        case(weighed, "a", "forum"),
        case(weighed, "b", "blog", organisation="nonprofit_community"),
    ]

    found = sensitivity.sensitivity(weighed, cases)

    assert found["left_out"] == {"seed": {"changed": ["a"], "top1": round((1 + 1 / 6) / 2, 4)}}
    assert found["rules"]["n"] == 3


def test_sensitivity_without_cases_has_no_share(weighed):
    assert sensitivity.sensitivity(weighed, [])["top1"] is None


@pytest.mark.slow
def test_the_command_prints_sensitivity_as_text_or_json(few_rules):
    command = ("cases", CASES, "--sensitivity", "--rules", few_rules)
    text = printed(*command)
    found = json.loads(printed(*command, "--json"))

    assert text == sensitivity.as_text(found)
    assert max(map(len, text.splitlines())) <= 80
    assert sum(each["rules"] for each in found["classes"].values()) == found["rules"]["n"]
    assert found["left_out"]
    for rule_ in found["left_out"]:
        assert f"  {rule_}: " in text
