"""docs/security.md says what is so: tests that exist, every requirement of level 1, versions."""

import ast
import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from recommender.console import passwords
from recommender.web.console import guard
from recommender.web.limits import limits

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
LOCKS = ("run", "server", "dev")
_LEVEL_1 = """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1
3.4.2 3.5.1 3.5.2 3.5.3 4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5
6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2 7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2
8.3.1 9.1.1 9.1.2 9.1.3 9.2.1 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1
12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
"""
LEVEL_1 = _LEVEL_1.split()
"""The requirements of level 1 of ASVS 5.0.0, by its own table."""
_NAMED = """
1.2.10 1.3.6 1.5.2 2.4.1 3.3.3 3.4.3 3.4.6 3.5.5 4.1.3 8.4.1 11.5.1 13.2.3 14.3.2 15.2.2 15.3.2
16.2.5 16.5.1
"""
NAMED_BY_THREATS = _NAMED.split()

ROWS = re.findall(r"^\| (\d+\.\d+\.\d+)( \(level [23]\))? \| ([^|]+) \| (.+) \|$", TEXT, re.M)
VERSIONS = dict(re.findall(r"^\| ([a-z0-9]+) \| ([\d.]+) \| .{20,} \|$", TEXT, re.M))


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_level_1_and_every_one_that_a_threat_names_has_one_row():
    assert [number for number, *_ in ROWS if number in LEVEL_1] == LEVEL_1
    assert [number for number, level, *_ in ROWS if level] == NAMED_BY_THREATS
    assert len(ROWS) == len(LEVEL_1) + len(NAMED_BY_THREATS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_names_tests_that_exist_or_says_why_there_is_none(row):
    *_, shown = row
    tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", shown)

    assert [one for one in tests if one[1] not in named_in(one[0])] == []
    reason = re.match(r"(\*not met[^*]*\*|does not apply): \w.{8,}", shown)
    assert tests or reason


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text("utf-8")
    return {one: Version(v) for one, v in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.M)}


def test_locked_libraries_are_at_least_those_of_the_table():
    assert len(VERSIONS) == 8
    held = [(lock, name, version) for lock in LOCKS for name, version in locked(lock).items()]
    ours = [one for one in held if one[1] in VERSIONS]

    assert {name for _, name, _ in ours} == set(VERSIONS)
    assert [one for one in ours if one[2] < Version(VERSIONS[one[1]])] == []


def test_what_an_installation_may_have_is_at_least_that_of_the_table():
    settings = (ROOT / "setup.cfg").read_text("utf-8")
    asked = map(Requirement, re.findall(r"^    ([\w\[\]-]+ >= [\d.]+)$", settings, re.M))
    least = [(one.name, one.specifier) for one in asked if one.name in VERSIONS]

    assert {name for name, _ in least} >= {"flask", "jinja2", "pyyaml", "waitress", "gunicorn"}
    for name, specifier in least:
        assert Version(next(iter(specifier)).version) >= Version(VERSIONS[name]), name


def test_the_limits_that_the_document_names_are_those_of_the_program():
    windows = limits()
    numbers = (
        f"at least {passwords.LEAST} letters of any kind and at most {passwords.MOST};",
        f"{_word(windows['sign_ins'].member.most)} in ten minutes as one address",
        f"{_word(windows['sign_ins'].address.most)} from one network",
        f"{_word(windows['forgotten'].member.most)} wishes in ten minutes for one address",
        f"{_word(windows['forgotten'].address.most)} from one network; the answer",
        f"{windows['sends'].address.most} in ten minutes from one network",
        f"{windows['sends'].form.most:,} for one form",
        f"{windows['calls'].most} a minute",
    )

    assert [one for one in numbers if one not in TEXT] == []
    seconds = [windows[name].address.seconds for name in ("sign_ins", "sends")]
    assert [*seconds, windows["calls"].seconds] == [600, 600, 60]
    assert (guard.HOURS, guard.MOST_DAYS) == (12, 7)


def _word(number: int) -> str:
    return {3: "three", 10: "ten", 20: "twenty", 60: "sixty"}[number]


def test_the_times_for_libraries_are_written_down():
    text = (ROOT / "SECURITY.md").read_text("utf-8").split("## Libraries")[1].split("\n## ")[0]

    assert [int(days) for days in re.findall(r"(\d+) days", text)] == [7, 30, 90]


def test_every_test_that_the_document_names_anywhere_exists():
    found = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)

    assert len(found) > 60
    assert {*chain(found)} == {one for one in found if one[1] in named_in(one[0])}
