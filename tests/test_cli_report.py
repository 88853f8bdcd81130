"""Reports from the command line."""

import json
import os
import pty
import subprocess

import pytest
from click.testing import CliRunner
from process import COMMAND, run
from profiles import PLAIN
from reports import KINDS

from recommender.cli import main
from recommender.engine.answers import read
from recommender.render.formats import FORMATS, READERS

GIVEN = json.dumps(PLAIN)
pytestmark = pytest.mark.usefixtures("loaded_once")


def printed(*arguments: str) -> bytes:
    done = CliRunner().invoke(main, ["recommend", *arguments], GIVEN)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout_bytes


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(kind))
@pytest.mark.parametrize("format_", FORMATS)
def test_recommend_writes_every_format_for_every_reader(rulebook, format_, kind):
    answers = read(rulebook.questionnaire, PLAIN)

    written = printed("--format", format_, "--lang", kind.lang, "--reader", kind.reader)

    assert written == FORMATS[format_](rulebook, answers, *kind)


@pytest.mark.parametrize("format_", ["markdown", "html", "pdf"])
def test_a_report_is_the_clients_unless_said_otherwise(format_):
    plain = printed("--format", format_, "--lang", "en")

    client, strategist = (
        printed("--format", format_, "--lang", "en", "--reader", reader) for reader in READERS
    )
    assert plain == client != strategist


@pytest.mark.slow
def test_a_pdf_is_not_poured_into_a_terminal():
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "recommend", "--format", "pdf", "--lang", "en"],
        input=GIVEN.encode(),
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    os.close(theirs)
    os.close(ours)

    assert done.returncode == 2
    assert b"cannot be shown in a terminal" in done.stderr


@pytest.mark.slow
def test_a_pdf_goes_into_a_pipe():
    done = run("recommend", "--format", "pdf", given=GIVEN.encode())

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"%PDF-")


@pytest.mark.parametrize(("lang", "said"), [("en", "typst is missing"), ("id", "belum terpasang")])
def test_without_typst_the_command_says_what_to_install(monkeypatch, lang, said):
    monkeypatch.setitem(__import__("sys").modules, "typst", None)

    done = CliRunner().invoke(main, ["recommend", "--format", "pdf", "--lang", lang], GIVEN)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert "pip install 'recommender[pdf]'" in done.stderr


def test_an_unknown_reader_is_refused():
    done = CliRunner().invoke(main, ["recommend", "--reader", "boss"], GIVEN)

    assert done.exit_code == 2
    assert "'client', 'strategist'" in done.stderr
