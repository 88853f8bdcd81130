"""docs/accuracy.md and docs/rules.md say what the commands say now."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from profiles import shipped_rulebook
from test_blind_pairs import PAIRS, STILL

from recommender.cli import main
from recommender.engine.scoring import recommend
from recommender.resources import cases
from recommender.rulebook.accuracy import measure
from recommender.rulebook.cases import Case, read_cases
from recommender.rulebook.expectations import contrast_failure, scenario_failure

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^```\n\$ (recommender .*)\n((?:.*\n)*?)```$", PAGE, re.M)
BOOK = shipped_rulebook()
CASES = {case.id: case for case in read_cases(BOOK, "cases.yaml", cases().read_bytes())}


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading of the page, without backticks."""
    table = PAGE.partition(f"## {heading}\n")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]


def test_the_page_shows_the_cases_the_sensitivity_and_the_balance():
    assert [command for command, _ in SHOWN] == [
        "recommender cases",
        "recommender cases --sensitivity",
        "recommender rules balance",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("command", "shown"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_page_shows_what_the_command_prints(command, shown, monkeypatch):
    """The version of the rules changes with every comment in them, so it is left out."""
    monkeypatch.chdir(ROOT)

    done = CliRunner().invoke(main, shlex.split(command)[1:])

    assert done.exit_code == 0
    assert shown == re.sub(r"rules version \S+?\.(?=\s)", "rules version ….", done.stdout)


@pytest.mark.slow
def test_the_numbers_in_short_are_those_that_are_measured():
    found = measure(BOOK, list(CASES.values()))
    moved = sum(contrast_failure(BOOK, pair) is None for pair in BOOK.contrasts)
    right = sum(scenario_failure(BOOK, scenario) is None for scenario in BOOK.scenarios)

    expected = [
        *(_of(found["all"][name]) for name in ("top1", "top2")),
        _of(found["without_named"]["top1"]),
        _of(found["all"]["failed_first"]).replace(".0 ", " "),
        f"{moved} of {len(BOOK.contrasts)}",
        f"{len(PAIRS) - len(STILL)} of {len(PAIRS)}",
        f"{right} of {len(BOOK.scenarios)}",
    ]
    shown = [row[1] for row in rows("In short")]
    assert shown[:-1] == expected
    assert shown[-1] == f"{most_changed()} of {len(CASES)}"


def _of(estimate) -> str:
    return f"{estimate['value'] * estimate['n']:.1f} of {estimate['n']}"


def most_changed() -> int:
    """The most first places that change without one rule, as the page shows them."""
    listed = next(shown for command, shown in SHOWN if command.endswith("--sensitivity"))
    return max(int(n) for n in re.findall(r"^  \S+: (\d+) \(", listed, re.M))


def test_every_case_that_is_wrong_or_tied_is_explained_with_its_points():
    not_alone = {id_ for id_, case in CASES.items() if not set(first(case)) <= set(case.worked)}
    explained = {row[0]: row for row in rows("The cases that go wrong")}

    assert set(explained) == not_alone
    for id_, (_, worked, shown, why) in explained.items():
        assert worked.split(", ") == list(CASES[id_].worked)
        points = {entry.type: entry.points for entry in ranking(CASES[id_])}
        pairs = [pair.rsplit(" ", 1) for pair in shown.split(", ")]
        assert pairs[0][0] in first(CASES[id_])
        assert {type_: int(number) for type_, number in pairs}.items() <= points.items()
        assert {type_ for type_, _ in pairs} & set(CASES[id_].worked)
        assert why.endswith(".")


def ranking(case: Case):
    return recommend(BOOK, case.answers).ranking


def first(case: Case) -> list[str]:
    return [entry.type for entry in ranking(case) if entry.rank == 1]


def test_the_cases_that_were_right_by_a_little_are_named():
    close = set()
    for id_, case in CASES.items():
        best, second, *_ = ranking(case)
        if best.type in case.worked and 0 < best.points - second.points <= 3:
            close.add(id_)

    [sentence] = re.findall(r"^(\w+) more were right by 3 points or less: ([^.]*)\.", PAGE, re.M)

    assert sentence[0] == "Five"
    assert set(re.findall(r"`([a-z-]+)`", sentence[1])) == close
    assert len(close) == 5
