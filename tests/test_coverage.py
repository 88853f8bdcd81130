"""`rules coverage`: where rules fire, and which of them decide a first place."""

import json
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from click.testing import CliRunner
from folders import add_rule
from profiles import PLAIN, shipped_rulebook
from results import rule, with_rules

from recommender import resources
from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.scoring import recommend
from recommender.rulebook.balance import random_profiles
from recommender.rulebook.cases import Case, read_cases
from recommender.rulebook.coverage import as_text, coverage, uses

BOOK = shipped_rulebook()


def case(id_: str, organisation: str) -> Case:
    answers = read(BOOK.questionnaire, PLAIN | {"organisation": organisation})
    return Case(id_, ("blog",), (), False, answers)


SHOP, CHARITY = case("shop", "consumer_business"), case("charity", "nonprofit_community")
FEW = with_rules(
    BOOK,
    rule("leads", effects={"blog": 6}),
    rule("follows", effects={"forum": 3}),
    rule("warns", warn=("blog",)),
)


def test_a_rule_decides_where_others_come_first_without_it():
    found = coverage(FEW, [SHOP, CHARITY], 0)

    cases = {id_: use["cases"] for id_, use in found["uses"].items()}
    assert cases["leads"] == {"fires": ["shop"], "decides": ["shop"]}
    assert cases["follows"] == {"fires": ["shop"], "decides": []}
    assert cases["warns"] == {"fires": ["shop"], "decides": []}


def test_rules_that_change_no_first_place_are_sorted_by_why():
    never = replace(
        rule("never", effects={"forum": 3}), when=(("organisation", frozenset({"nobody"})),)
    )
    found = coverage(replace(FEW, rules={**FEW.rules, "never": never}), [SHOP, CHARITY], 0)

    assert found["never"] == ["never"]
    assert found["idle"] == ["follows"]
    assert found["words_only"] == ["warns"]


def test_a_type_ruled_out_or_let_in_again_changes_a_first_place():
    gate = with_rules(BOOK, rule("gate", exclude=("blog",)), rule("points", effects={"blog": 3}))

    used = uses(gate, [SHOP.answers])

    assert list(used["gate"].decides) == [0]
    assert used["points"].decides == {}


@pytest.mark.slow
def test_leaving_a_rule_out_by_the_index_is_the_same_as_ranking_without_it():
    profiles = list(random_profiles(BOOK, 8))
    used = uses(BOOK, profiles)
    for id_ in list(BOOK.rules)[::9]:
        kept = {other: rule for other, rule in BOOK.rules.items() if other != id_}
        without = replace(BOOK, rules=kept)
        changed = [
            at
            for at, answers in enumerate(profiles)
            if {entry.type for entry in recommend(without, answers).first}
            != {entry.type for entry in recommend(BOOK, answers).first}
        ]
        assert list(used[id_].decides) == changed, id_


@pytest.mark.slow
def test_every_shipped_rule_fires_and_each_with_points_decides_something():
    cases = read_cases(BOOK, "cases.yaml", resources.cases().read_bytes())

    started = process_time()
    found = coverage(BOOK, cases, 5000)

    assert process_time() - started < 60
    assert found["never"] == found["idle"] == []


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_text_names_every_rule_with_its_numbers(lang):
    found = coverage(FEW, [SHOP, CHARITY], 30)
    lines = as_text(found, lang).splitlines()

    for id_, use in found["uses"].items():
        [line] = [line for line in lines if line.split()[0:1] == [id_]]
        fires, decides = use["cases"]["fires"], use["cases"]["decides"]
        profiles = [use["profiles"][what] for what in ("fires", "decides")]
        assert [int(n) for n in line.split()[1:]] == [len(fires), len(decides), *profiles]


@pytest.mark.slow
def test_the_command_finds_a_rule_that_nothing_hangs_on(rules_folder: Path):
    add_rule(
        rules_folder,
        "  - id: a-whisper\n"
        "    when: {organisation: consumer_business, primary_goal: customer_service,"
        " market: elsewhere, horizon: weeks, pace: daily}\n"
        "    effects: {collaboration: 1}\n"
        "    reason: {en: A whisper., id: Bisikan.}\n"
        "    source: [seed-b-blog]\n"
        "    examples:\n"
        "      - {answers: {organisation: consumer_business, primary_goal: customer_service,"
        " market: elsewhere, horizon: weeks, pace: daily}, fires: yes}\n"
        "      - {answers: {pace: weekly}, fires: no}\n",
    )

    done = CliRunner().invoke(
        main, ["rules", "coverage", str(rules_folder), "--profiles", "300", "--json"]
    )

    found = json.loads(done.stdout)
    assert (done.exit_code, found["profiles"], found["cases"]) == (0, 300, 40)
    assert "a-whisper" in found["never"] + found["idle"]
