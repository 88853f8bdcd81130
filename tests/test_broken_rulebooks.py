"""Rulebooks broken as people break them, each with exactly what it is told, in both languages.

A folder of `broken/` is a case: `rules/` is laid over the small valid rulebook of `broken/base`,
`changes.yaml` names texts of a file to be replaced, and `expected.txt` holds what is said, in
English and, after an empty line, in Indonesian. All that is wrong is told at once.
"""

import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from folders import edit

from recommender.cli import main

BROKEN = Path(__file__).parent / "broken"
CASES = sorted(path for path in BROKEN.iterdir() if path.name[:2].isdigit())


def folder_of(case: Path, place: Path) -> Path:
    """The rules folder of a case."""
    folder = Path(shutil.copytree(BROKEN / "base", place / "rules"))
    if (case / "rules").is_dir():
        shutil.copytree(case / "rules", folder, dirs_exist_ok=True)
    if (case / "changes.yaml").is_file():
        for change in yaml.safe_load((case / "changes.yaml").read_text("utf-8")):
            edit(folder, change["file"], change["old"], change["new"])
    return folder


def checked(folder: Path, lang: str) -> tuple[int, str]:
    """The exit status of `rules check`, and what it tells."""
    said = CliRunner().invoke(main, ["rules", "check", str(folder), "--lang", lang])
    return said.exit_code, said.stderr


def test_there_are_at_least_thirty_and_no_two_are_told_the_same():
    said = [(case / "expected.txt").read_text("utf-8") for case in CASES]

    assert len(said) >= 30
    assert len({*said}) == len(said)


def test_the_rulebook_that_they_are_made_from_is_whole(tmp_path):
    assert checked(folder_of(BROKEN / "base", tmp_path), "en") == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_broken_rulebook_is_told_everything_at_once_in_both_languages(case, tmp_path):
    folder = folder_of(case, tmp_path)
    told = [checked(folder, lang) for lang in ("en", "id")]

    assert "\n".join(said for _, said in told) == (case / "expected.txt").read_text("utf-8")
    wrong = any(": warning: " not in line for line in told[0][1].splitlines())
    assert {status for status, _ in told} == {2 if wrong else 0}
