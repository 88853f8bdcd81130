"""The rules against the evidence: what is used, how points follow, and how good they must be."""

import csv
import re
from pathlib import Path

import pytest
from profiles import shipped_rulebook

from recommender.resources import cases
from recommender.rulebook import shipped
from recommender.rulebook.accuracy import measure
from recommender.rulebook.cases import read_cases
from recommender.rulebook.expectations import contrast_failure
from recommender.rulebook.load import load_folder
from recommender.rulebook.sensitivity import CLASSES, strength_class

ROOT = Path(__file__).parent.parent
BOOK = shipped_rulebook()
CLASS_NAMES = {
    "document": "document or policy",
    "study": "study or statistic",
    "survey": "survey",
    "practitioner": "practitioner",
}
ORDER = list(CLASS_NAMES.values())
POINTS = {
    "document or policy": ((2, 4, 7), (2, 4, 8)),
    "study or statistic": ((2, 3, 5), (2, 4, 4)),
    "survey": ((1, 2, 4), (2, 2, 4)),
    "practitioner": ((1, 2, 3), (2, 2, 2)),
}
"""docs/decisions/0007: points of slight, clear and decisive words; then those on goals."""


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


STATEMENTS = load_folder(shipped())[0].forms["statements.yaml"].statements
DERIVED = table(ROOT / "tests" / "data" / "points.csv")


def section(document: str, heading: str) -> str:
    """The text below a heading, up to the next one."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    return re.split(r"^#+ ", text.partition(f"# {heading}\n")[2], flags=re.M)[0]


def rows(text: str) -> list[list[str]]:
    """The cells of a Markdown table's rows, without head and backticks."""
    lines = [line for line in text.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_no_statement_is_missing():
    """That each is used as it says, or left out for a reason, is checked by `rules check`."""
    assert len(STATEMENTS) == 265
    assert sum(statement.reserve for statement in STATEMENTS.values()) == 80
    assert sum(bool(statement.rules) for statement in STATEMENTS.values()) == 253


def test_the_decision_names_every_statement_that_is_left_out():
    named = rows(section("decisions/0008-statements-left-out.md", "The statements"))
    left_out = {id_: statement.why for id_, statement in STATEMENTS.items() if statement.why}

    assert {row[0]: row[1].replace("`", "") for row in named} == left_out


def test_every_rule_rests_on_a_statement_or_on_a_reading_that_the_decision_names():
    used = {rule for statement in STATEMENTS.values() for rule in statement.rules}
    named = {row[0] for row in departures()}

    assert set(BOOK.rules) - used <= named


def departures() -> list[list[str]]:
    return rows(section("decisions/0007-points-scale.md", "Departures from the table"))


def test_every_effect_of_every_rule_is_derived():
    wanted = {(id_, type_) for id_, rule in BOOK.rules.items() for type_ in rule.effects}

    assert len(DERIVED) == len(wanted)
    assert {(row["rule"], row["type"]) for row in DERIVED} == wanted


@pytest.mark.parametrize("row", DERIVED, ids=lambda row: f"{row['rule']}-{row['type']}")
def test_points_follow_from_class_and_effect_by_the_table(row):
    rule = BOOK.rules[row["rule"]]
    asked = {question for question, _ in rule.when}
    points = POINTS[row["class"]]["goal" in asked][int(row["effect"]) - 1]
    if "market" in asked:
        points = 2 if "goal" in asked else min(2, (points + 1) // 2)

    assert abs(rule.effects[row["type"]]) == points
    assert rule.effects[row["type"]] == int(row["points"])
    assert (row["goal_table"] == "yes") == ("goal" in asked)
    assert (row["market_halved"] == "yes") == ("market" in asked)


def test_no_effect_weighs_more_than_the_strongest_source_of_its_rule_allows():
    for row in DERIVED:
        strongest = CLASS_NAMES[strength_class(BOOK, BOOK.rules[row["rule"]])]
        assert ORDER.index(row["class"]) >= ORDER.index(strongest), row


def test_no_effect_weighs_more_than_the_statement_that_decides_it():
    for row in DERIVED:
        statement = STATEMENTS.get(row["decided_by"])
        if statement:
            classes = [CLASS_NAMES[CLASSES[BOOK.sources[s].strength]] for s in statement.source]
            assert row["rule"] in statement.rules, row
            assert ORDER.index(row["class"]) >= min(map(ORDER.index, classes)), row
        else:
            assert row["decided_by"] in BOOK.rules[row["rule"]].sources, row


def test_every_effect_that_departs_from_its_statement_stands_in_the_decision():
    capped = {row["rule"] for row in DERIVED if row["capped_at"]}
    own_reading = {row["rule"] for row in DERIVED if row["decided_by"] not in STATEMENTS}
    named = {row[0] for row in departures()}

    assert capped | own_reading <= named
    assert named <= set(BOOK.rules)
    for row in DERIVED:
        assert not row["capped_at"] or int(row["effect"]) <= int(row["capped_at"])


@pytest.mark.parametrize("contrast", BOOK.contrasts, ids=lambda contrast: contrast.id)
def test_a_contrast_pair_moves_as_it_must(contrast):
    assert contrast_failure(BOOK, contrast) is None


def test_there_are_forty_contrast_pairs_that_flip_one_answer():
    assert len(BOOK.contrasts) == 40
    for contrast in BOOK.contrasts:
        before, after = contrast.before.values, contrast.after.values
        assert len({q for q in {*before, *after} if before.get(q) != after.get(q)}) == 1


@pytest.mark.slow
def test_the_rules_rank_the_published_cases_well_enough():
    found = measure(BOOK, read_cases(BOOK, "cases.yaml", cases().read_bytes()))

    assert found["n"] == 40
    assert found["all"]["top1"]["value"] * 40 >= 31
    assert found["all"]["top2"]["value"] * 40 >= 38
    assert found["all"]["failed_first"]["value"] == 0
    for baseline in found["baselines"].values():
        assert found["all"]["top1"]["low"] > baseline["top1"]["high"]
