"""Slips on purpose still fit the code; `./dev soak slips` shows that each is noticed."""

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tools.soak.slips import LEAST, ROOT, SLIPS, Slip, named

by_what = pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.what.replace(" ", "-"))


@cache
def names_in(file: Path) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@by_what
def test_a_slip_fits_the_code_in_one_place_and_names_a_test(slip: Slip) -> None:
    file, name = named(slip)

    assert (ROOT / slip.file).read_text("utf-8").count(slip.old) == 1
    assert slip.new != slip.old
    assert name in names_in(file)


@by_what
def test_code_with_a_slip_is_still_code(slip: Slip) -> None:
    if slip.file.endswith(".py"):
        code = (ROOT / slip.file).read_text("utf-8").replace(slip.old, slip.new)
        compile(code, slip.file, "exec")


def test_there_are_enough_slips_and_none_twice() -> None:
    assert len(SLIPS) >= LEAST
    assert Counter(slip.what for slip in SLIPS).most_common(1)[0][1] == 1
