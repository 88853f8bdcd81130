"""Releases: kept as they were, found again by name and content, replayed byte for byte."""

import json
import re
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from folders import RULE, add_rule, edit, findings

from recommender.cli import main
from recommender.engine.rulebook import Rulebook
from recommender.errors import RulebookError
from recommender.render.document import canonical, document
from recommender.rulebook import load, releasing, shipped
from recommender.rulebook.load import load_release
from recommender.rulebook.released import digest_of, kept
from recommender.rulebook.releasing import RECORDED, replay

loading = sys.modules[load.__module__]


def made(rulebook: Rulebook, answers) -> bytes:
    return canonical(document(rulebook, answers))


def release(folder: Path, version: str) -> Rulebook:
    """A release that keeps few results, to save time."""
    return releasing.release(folder, version, made, 4)


@pytest.fixture
def own_folder(small_folder) -> Path:
    """A small folder of rules that can be used."""
    add_rule(small_folder, RULE)
    return small_folder


@pytest.mark.slow
@pytest.mark.parametrize("version", kept(shipped()))
def test_every_released_version_gives_its_recorded_results_byte_for_byte(version):
    differing, recorded = replay(kept(shipped())[version], made)

    assert differing == []
    assert recorded >= RECORDED


@pytest.mark.slow
def test_a_folder_as_it_was_released_has_the_releases_name(own_folder):
    before = load(own_folder)

    released = release(own_folder, "2031.01")

    assert before.version.partition("+")[1] == "+"
    assert released.version == "2031.01"
    assert load(own_folder) == released


@pytest.mark.slow
def test_a_release_gives_the_rulebook_from_which_it_was_made(own_folder):
    released = release(own_folder, "2031.01")

    assert load_release(kept(own_folder)["2031.01"]) == released


@pytest.mark.slow
def test_a_folder_changed_after_its_release_has_its_name_and_the_digests_start(own_folder):
    release(own_folder, "2031.01")
    edit(own_folder, "more.yaml", "{blog: 2}", "{blog: 3}")

    changed = load(own_folder)

    assert changed.version == f"2031.01+{changed.digest.removeprefix('sha256:')[:8]}"


@pytest.mark.slow
def test_a_comment_written_after_a_release_changes_no_version(own_folder):
    release(own_folder, "2031.01")
    edit(own_folder, "more.yaml", "rules:\n", "# Seen by two people.\nrules:\n")

    assert load(own_folder).version == "2031.01"


@pytest.mark.slow
def test_a_release_outlives_every_change_of_its_folder(own_folder):
    released = release(own_folder, "2031.01")
    edit(own_folder, "more.yaml", "{blog: 2}", "{blog: 3}")
    later = release(own_folder, "2031.02")

    assert list(kept(own_folder)) == ["2031.01", "2031.02"]
    assert load(own_folder) == later
    assert load_release(kept(own_folder)["2031.01"]) == released
    assert replay(kept(own_folder)["2031.01"], made)[0] == []


@pytest.mark.slow
def test_a_release_writes_only_its_name_into_the_folder(own_folder):
    text = (own_folder / "rulebook.yaml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("last_release:"))
    edit(own_folder, "rulebook.yaml", line, "last_release: '0'  # none yet")

    release(own_folder, "2031.01")

    wanted = text.replace(line, 'last_release: "2031.01"  # none yet')
    assert (own_folder / "rulebook.yaml").read_text("utf-8") == wanted


@pytest.mark.slow
def test_a_release_names_the_content_by_its_digest(own_folder):
    digest = release(own_folder, "2031.01").digest
    head, content, *results = kept(own_folder)["2031.01"].read_bytes().splitlines()

    said = json.loads(head)
    assert (said["version"], said["digest"]) == ("2031.01", digest)
    assert digest_of(json.loads(content)["files"]) == digest
    assert len(results) == 4


@pytest.mark.slow
def test_a_replay_names_the_answers_whose_result_is_another(own_folder):
    release(own_folder, "2031.01")
    first = load(own_folder).scenarios[0].answers["primary_goal"]

    def other(rulebook: Rulebook, answers) -> bytes:
        document = made(rulebook, answers)
        return document + b" " if answers.get("primary_goal") == first else document

    differing, recorded = replay(kept(own_folder)["2031.01"], other)

    assert 0 < len(differing) < recorded == 4
    assert {answers["primary_goal"] for answers in differing} == {first}


@pytest.mark.slow
@pytest.mark.parametrize("line", [1, 2])
def test_a_release_that_was_edited_is_refused(own_folder, line):
    release(own_folder, "2031.01")
    path = kept(own_folder)["2031.01"]
    lines = path.read_bytes().splitlines(keepends=True)
    lines[line - 1] = lines[line - 1].replace(b"sha256:", b"sha256:0").replace(b"A reason", b"No")
    path.write_bytes(b"".join(lines))

    with pytest.raises(RulebookError, match=r"released/2031.01.jsonl:1: this release is not as"):
        load_release(path)


@pytest.mark.parametrize("content", [b"{}", b"[]", b'{"files":5}', b"nothing"])
def test_a_release_that_holds_no_files_is_refused_though_its_digest_is_right(tmp_path, content):
    path = tmp_path / "released" / "9.jsonl"
    path.parent.mkdir()
    head = {"version": "9", "digest": f"sha256:{sha256(content).hexdigest()}"}
    path.write_bytes(json.dumps(head).encode() + b"\n" + content + b"\n")

    with pytest.raises(RulebookError, match="this release is not as it was made"):
        load_release(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2031.01", "there is a release of this name already"),
        ("../2031", "a release cannot be called “../2031”"),
        (".hidden", "a release cannot be called “.hidden”"),
        ("2031+1", "a release cannot be called “2031+1”"),
        ("", "a release cannot be called “”"),
    ],
)
def test_a_release_of_a_wrong_name_is_refused_and_writes_nothing(own_folder, name, said):
    release(own_folder, "2031.01")
    before = contents(own_folder)

    with pytest.raises(RulebookError, match=re.escape(said)):
        release(own_folder, name)

    assert contents(own_folder) == before


@pytest.mark.slow
def test_a_folder_with_anything_wrong_is_not_released(own_folder):
    edit(own_folder, "more.yaml", "{blog: 2}", "{bolg: 2}")
    before = contents(own_folder)

    with pytest.raises(RulebookError, match="bolg"):
        release(own_folder, "2031.01")

    assert contents(own_folder) == before


@pytest.mark.slow
def test_what_was_released_is_no_part_of_the_rules(own_folder):
    (own_folder / "released").mkdir()
    (own_folder / "released" / "notes.txt").write_text("not rules")

    assert load(own_folder).rules

    (own_folder / "notes.txt").write_text("not rules")
    assert "notes.txt:1: only .yaml files belong" in findings(own_folder)[0]


@pytest.mark.slow
def test_the_shipped_rules_are_read_from_their_release_while_not_a_byte_differs(
    own_folder, monkeypatch
):
    monkeypatch.setattr(loading, "shipped", lambda: own_folder)
    released = release(own_folder, "2031.01")
    monkeypatch.delattr(loading, "load_folder")  # there is no other way left
    assert load(own_folder) == released
    monkeypatch.undo()

    monkeypatch.setattr(loading, "shipped", lambda: own_folder)
    edit(own_folder, "rulebook.yaml", "last_release", "# a comment\nlast_release")
    assert loading._as_released(own_folder) is None
    assert load(own_folder) == released


@pytest.mark.slow
def test_a_folder_of_others_is_checked_whole_whatever_its_release_says(own_folder):
    release(own_folder, "2031.01")
    assert loading._as_released(own_folder) is None


@pytest.mark.slow
def test_the_command_releases_a_folder_and_refuses_to_do_so_twice(rules_folder):
    command = ["rules", "release", "2031.01", str(rules_folder), "--lang", "en"]

    done, again = (CliRunner().invoke(main, command) for _ in range(2))

    assert (done.exit_code, again.exit_code) == (0, 2)
    kept_ = load(rules_folder)
    said = f"version 2031.01 is kept, {len(kept_.rules)} rules. {kept_.digest}"
    assert done.output == f"{rules_folder}: {said}\n"
    assert "there is a release of this name already" in again.stderr


@pytest.mark.slow
def test_the_command_releases_nothing_that_the_check_finds_wrong(own_folder):
    command = ["rules", "release", "2031.01", str(own_folder), "--lang", "en"]

    done = CliRunner().invoke(main, command)

    assert done.exit_code == 2
    assert "no rule reads" in done.stderr
    assert kept(own_folder) == {}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
