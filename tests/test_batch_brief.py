"""Brief batches: read fast and counted by columns, and yet the same in every byte."""

import csv
import io
import json
import os
import signal
import subprocess
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given as for_any
from hypothesis import settings
from hypothesis import strategies as st
from process import COMMAND
from profiles import PLAIN, given_answers, random_given, shipped_rulebook
from test_scoring import rule

from recommender.batch import brief_lines, brief_parts, from_json_lines, json_object
from recommender.batch.brief import WRITTEN, _Accepted
from recommender.cli import main
from recommender.engine.columns import CHUNK, Columns
from recommender.render.document import canonical

BOOK = shipped_rulebook()
REST = json.dumps(PLAIN)[1:]
"""The required answers, to be written behind another answer in an object."""

IDS = st.one_of(st.text(max_size=5), st.integers(), st.none(), st.booleans(), st.floats())


def the_ordinary_way(lines: list[bytes]) -> list[bytes]:
    """Every line judged and ranked by itself."""
    return [
        canonical(json_object(BOOK, outcome, brief=True)) + b"\n"
        for outcome in from_json_lines(BOOK, lines)
    ]


@pytest.mark.slow
@settings(max_examples=60)
@for_any(
    st.lists(st.tuples(IDS, given_answers(BOOK.questionnaire), st.booleans()), max_size=5),
    st.sampled_from(["\n", "\r\n", " \n", ""]),
)
def test_any_lines_come_out_as_each_by_itself(drawn, end):
    lines = [
        (json.dumps({"id": id_, "answers": answers}, ensure_ascii=ascii_) + end).encode(
            errors="surrogatepass"
        )
        for id_, answers, ascii_ in drawn
    ]

    assert list(brief_lines(BOOK, lines)) == the_ordinary_way(lines)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(f'{{"id": 1, "id": 2, "answers": {{{REST}}}', id="id twice"),
        pytest.param(
            f'{{"id": 1, "answers": {{"pace": "daily", "pace" : "daily", {REST}}}', id="x2"
        ),
        pytest.param(f'{{"id" : 1, "answers": {{"pace":"daily","pace":"daily", {REST}}}', id="x2b"),
        pytest.param(f'{{"id": "a:b", "answers": {{{REST}}}', id="a colon in an id"),
        pytest.param(
            f'{{"id": "\\u003a", "id": "\\u003a", "answers": {{{REST}}}', id="hidden colons"
        ),
        pytest.param(f'{{"id": NaN, "answers": {{{REST}}}', id="no number"),
        pytest.param(f'{{"id": 1e999, "answers": {{{REST}}}', id="an infinite number"),
        pytest.param(f'{{"id": {"9" * 5000}, "answers": {{{REST}}}', id="a huge number"),
        pytest.param(f'{{"id": "\\ud800", "answers": {{{REST}}}', id="half a letter"),
        pytest.param(f'{{"id": 1, "x": {"[" * 20}{"]" * 20}, "answers": {{{REST}}}', id="deep"),
        pytest.param(f'{{"id": 1, "x": {"[" * 99999}, "answers": {{{REST}}}', id="bottomless"),
        pytest.param(f'{{"id": 1, "x": NaN, "answers": {{{REST}}}', id="no number beside"),
        pytest.param(f'{{"id": 1, "note": "x", "answers": {{{REST}}}', id="another key"),
        pytest.param(f'{{"id": 1, "answers": {{"pace": null, {REST}}}', id="an unknown answer"),
        pytest.param(f'{{"id": 1, "answers": {{"pace": ["daily"], {REST}}}', id="a list for one"),
        pytest.param(f'{{"id": 1, "answers": {{"pace": {{}}, {REST}}}', id="an object for one"),
        pytest.param(f'{{"id": 1, "answers": {{"pace": 1, {REST}}}', id="a number for one"),
        pytest.param(
            f'{{"id": 1, "answers": {{"audience_age": "18_24", {REST}}}', id="one for many"
        ),
        pytest.param(
            f'{{"id": 1, "answers": {{"audience_age": [["x"]], {REST}}}', id="a nested list"
        ),
        pytest.param(f'{{"id": 1, "answers": {{"audience_age": [], {REST}}}', id="an empty list"),
        pytest.param(f'{{"id": 1, "answers": {{"risk_exposure": [], {REST}}}', id="none of these"),
        pytest.param(
            f'{{"id": 1, "answers": {{"secondary_goals": ["customer_service"], {REST}}}',
            id="main goal",
        ),
        pytest.param(
            '{"id": 1, "answers": {"secondary_goals": ["brand_awareness", "customer_service", '
            f'"lead_generation", "lead_generation", "credibility"], {REST}}}',
            id="the main goal among four others",
        ),
        pytest.param('{"id": 1, "answers": {"primary_goal": ["x"]}}', id="a main goal of lists"),
        pytest.param('{"id": 1, "answers": {"pace": "daily"}}', id="required ones missing"),
        pytest.param('{"id": 1, "answers": []}', id="no answers"),
        pytest.param('{"id": 1}', id="none at all"),
        pytest.param("[]", id="a list"),
        pytest.param("1 2", id="two values"),
        pytest.param('"answers"', id="a text"),
        pytest.param("", id="nothing"),
        pytest.param(f'\ufeff{{"id": 1, "answers": {{{REST}}}', id="a byte-order mark"),
        pytest.param(f'\xa0{{"id": 1, "answers": {{{REST}}}', id="a space of another kind"),
        pytest.param(f'{{"id": 1, "answers": {{{REST}}}\x0b', id="an old space behind"),
        pytest.param(f' {{"answers": {{{REST}}}', id="no id"),
        pytest.param(b'{"id": "\xff"}', id="no UTF-8"),
    ],
)
def test_an_unusual_line_comes_out_as_by_itself_and_costs_no_other(line):
    if isinstance(line, str):
        line = line.encode()
    usual = json.dumps({"id": "a", "answers": PLAIN}).encode()
    lines = [usual, line, usual]

    assert list(brief_lines(BOOK, lines)) == the_ordinary_way(lines)


def test_the_main_goal_among_the_other_goals_counts_once():
    others = rule("others", when={"secondary_goals": PLAIN["primary_goal"]}, effects={"blog": 2})
    book = replace(BOOK, rules={others.id: others})
    answers = PLAIN | {"secondary_goals": [PLAIN["primary_goal"]]}
    [line] = brief_lines(book, [json.dumps({"id": 1, "answers": answers}).encode()])

    assert {entry["points"] for entry in json.loads(line)["recommendation"]["ranking"]} == {0}


def test_ordinary_lines_are_accepted_at_a_glance(rng):
    """Else they would be answered all the same, but many times slower."""
    accepted = _Accepted(BOOK, Columns(BOOK.index))
    for number in range(300):
        answers = random_given(BOOK, rng)
        goals = answers.get("secondary_goals", [])
        if len({*goals} - {answers["primary_goal"]}) == len(goals):
            line = json.dumps({"id": f"Toko {number}", "answers": answers}) + "\n"
            assert accepted.read(number, line.encode()), line


@pytest.mark.slow
def test_memory_holds_one_part_of_an_endless_batch_at_most():
    pulled = 0

    def lines():
        nonlocal pulled
        while True:
            pulled += 1
            yield b"{}"

    parts = brief_parts(BOOK, lines())
    for _ in range(CHUNK // WRITTEN):
        part = next(parts)
        assert (part.lines, part.refused) == (WRITTEN, WRITTEN)
        assert part.content.count(b"\n") == WRITTEN
        assert pulled == CHUNK


@pytest.mark.slow
def test_a_table_gives_the_same_brief_lines_as_json(rng, tmp_path):
    given = [random_given(BOOK, rng) for _ in range(30)] + [{"pace": "dayly"}]
    lines = [json.dumps({"id": f"c{n}", "answers": a}).encode() for n, a in enumerate(given)]
    table, columns = io.StringIO(), ["id", *BOOK.questionnaire.questions]
    rows = csv.DictWriter(table, columns)
    rows.writeheader()
    for n, answers in enumerate(given):
        cells = {q: v if isinstance(v, str) else "|".join(v) or "-" for q, v in answers.items()}
        rows.writerow({"id": f"c{n}", **cells})
    (tmp_path / "in.csv").write_text(table.getvalue(), newline="")

    done = CliRunner().invoke(main, ["batch", "--brief", str(tmp_path / "in.csv")])

    assert done.exit_code == 3
    assert done.stdout_bytes.splitlines(keepends=True) == the_ordinary_way(lines)


@pytest.mark.slow
def test_ctrl_c_leaves_whole_lines_and_tells_how_many():
    line = json.dumps({"id": "a", "answers": PLAIN}).encode() + b"\n"
    with subprocess.Popen(
        (*COMMAND, "batch", "--lang", "en"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdin.write(line * 3)
        process.stdin.flush()
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        # Not by `communicate`, which misses what `readline` has read ahead.
        rest, said = process.stdout.read(), process.stderr.read()

    written = [first, *rest.splitlines(keepends=True)]
    assert process.returncode == 130
    assert all(json.loads(one)["id"] == "a" and one.endswith(b"\n") for one in written)
    assert (
        said.decode()
        == f"Stopped. {len(written)} lines are answered and written, each of them whole.\n"
    )


@pytest.mark.slow
def test_ctrl_c_cuts_no_line_of_an_unbuffered_output_that_is_read_slowly():
    line = json.dumps({"id": "a", "answers": PLAIN}).encode() + b"\n"
    with subprocess.Popen(
        (*COMMAND, "batch", "--lang", "en"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        process.stdin.write(line * 3)
        written = process.stdout.readline()  # byte by byte, while the next line fills the pipe
        process.send_signal(signal.SIGINT)
        process.stdin.close()
        written += process.stdout.readall()

    assert process.returncode == 130
    assert written.endswith(b"\n")
    assert all(json.loads(one)["id"] == "a" for one in written.splitlines())


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
@pytest.mark.parametrize("in_", ["in.jsonl", "-"])
def test_a_terminal_shows_how_fast_a_batch_goes(in_, rng, tmp_path):
    lines = [{"id": number, "answers": random_given(BOOK, rng)} for number in range(15)]
    (tmp_path / "in.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    ours, theirs = os.openpty()
    command = (*COMMAND, "batch", "--lang", "en", in_, "out.jsonl")
    with (
        (tmp_path / "in.jsonl").open("rb") as given,
        subprocess.Popen(command, stdin=given, stderr=theirs, cwd=tmp_path) as process,
    ):
        os.close(theirs)
        said = all_said(ours)
    assert process.returncode == 0

    assert ("lines a second)" if in_ != "-" else "lines read, ") in said
    assert ("100%" in said) == (in_ != "-")
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 15


def all_said(terminal: int) -> str:
    """What a process wrote on a terminal until it ended."""
    said = b""
    try:
        while content := os.read(terminal, 4096):
            said += content
    except OSError:  # Linux has no other end of a terminal
        pass
    finally:
        os.close(terminal)
    return said.decode()
