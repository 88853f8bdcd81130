"""What bandit finds in the program, and why it may be left."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
REASON = re.compile(r"# nosec B\d{3} - \w.{9,}$")


@pytest.mark.slow
def test_bandit_finds_nothing_in_the_program():
    command = (sys.executable, "-m", "bandit", "-q", "-r", "recommender", "-c", "pyproject.toml")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_whatever_bandit_is_told_to_leave_has_a_reason_beside_it():
    told = [
        line
        for file in (ROOT / "recommender").rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if "nosec" in line
    ]
    settings = (ROOT / "pyproject.toml").read_text("utf-8")

    assert [line for line in told if not REASON.search(line)] == []
    for kind in tomllib.loads(settings)["tool"]["bandit"]["skips"]:
        assert re.search(rf"^# {kind}: \w.{{20,}}$", settings, re.MULTILINE)
