"""Many answers in, one outcome for each, in order: a broken line costs only itself."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from profiles import PLAIN, random_given, shipped_rulebook

from recommender.batch import csv_columns, csv_given, from_json_lines
from recommender.cli import main
from recommender.engine.answers import read
from recommender.engine.scoring import recommend
from recommender.render.document import brief, document

BOOK = shipped_rulebook()
ROW = {q: v if isinstance(v, str) else "|".join(v) for q, v in PLAIN.items()}
NAMES = ",".join(["id", *ROW])
QUOTED = ",".join(f'"{name}"' for name in ["id", *ROW])
CELLS = ",".join(ROW.values())


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch, loaded_once) -> None:
    monkeypatch.chdir(tmp_path)


def batch(*arguments: str, given: str | bytes = "") -> Result:
    """Run `batch`; only an exit status may escape it."""
    done = CliRunner().invoke(main, ["batch", "--lang", "en", *arguments], given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    assert "Traceback" not in done.stderr
    return done


def from_lines(*lines: str | bytes, status: int = 0) -> list[dict]:
    """What comes out for lines of JSON."""
    given = b"\n".join(x.encode() if isinstance(x, str) else x for x in lines) + b"\n"
    done = batch(given=given)
    assert (done.exit_code, done.stderr) == (status, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def from_table(content: str | bytes, status: int = 0) -> list[dict]:
    """What comes out, as JSON, for a table."""
    Path("in.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    done = batch("in.csv", "-")
    assert (done.exit_code, done.stderr) == (status, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def table_refused(content: str | bytes) -> str:
    """Why a table cannot be used at all; nothing is written then."""
    Path("in.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    done = batch("in.csv", "out.csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert not Path("out.csv").exists()
    [line] = done.stderr.splitlines()
    assert line.startswith("in.csv: ")
    return line


def line(id_: object = "a", **changed: object) -> str:
    return json.dumps({"id": id_, "answers": PLAIN | changed})


def codes(outcome: dict) -> list[tuple[str | None, str]]:
    return [(problem["question"], problem["code"]) for problem in outcome["problems"]]


@pytest.mark.slow
def test_each_line_is_answered_in_order(rng):
    given = [random_given(BOOK, rng) for _ in range(50)]

    made = from_lines(*(json.dumps({"id": n, "answers": a}) for n, a in enumerate(given)))

    for n, outcome in enumerate(made):
        assert outcome["id"] == n
        answers = read(BOOK.questionnaire, given[n])
        assert outcome["recommendation"] == document(BOOK, answers)


@pytest.mark.parametrize(
    ("id_", "shown"),
    [
        pytest.param('"client 7"', {"id": "client 7"}, id="text"),
        pytest.param("7", {"id": 7}, id="a whole number"),
        pytest.param("12345678901234567890123", {"id": 12345678901234567890123}, id="a long one"),
        pytest.param('"Warung Bu Sri ☕"', {"id": "Warung Bu Sri ☕"}, id="any letters"),
        pytest.param('""', {"id": ""}, id="empty text"),
        pytest.param("null", {"id": None, "line": 1}, id="null"),
        pytest.param("true", {"id": None, "line": 1}, id="a truth value"),
        pytest.param("1.5", {"id": None, "line": 1}, id="a fraction"),
        pytest.param("[1]", {"id": None, "line": 1}, id="a list"),
        pytest.param('{"a": 1}', {"id": None, "line": 1}, id="an object"),
        pytest.param('"\\ud800"', {"id": None, "line": 1}, id="half a letter"),
    ],
)
def test_an_id_is_given_back_if_it_can_be_read_and_else_the_line(id_, shown):
    [outcome] = from_lines(f'{{"id": {id_}, "answers": {json.dumps(PLAIN)}}}')

    assert outcome.pop("recommendation")["answers"] == PLAIN
    assert outcome == shown


def test_a_line_without_an_id_is_answered_under_its_number():
    made = from_lines(line("a"), json.dumps({"answers": PLAIN}))

    assert made[1]["id"] is None
    assert made[1]["line"] == 2
    assert made[1]["recommendation"] == made[0]["recommendation"]


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        pytest.param("not JSON", (None, "malformed"), id="no JSON"),
        pytest.param('{"id": "b", "answers": {', (None, "malformed"), id="cut off"),
        pytest.param(b'{"id": "\xff"}', (None, "encoding"), id="no UTF-8"),
        pytest.param('{"id": 1, "id": 2}', (None, "duplicate_key"), id="a key twice"),
        pytest.param('{"id": NaN}', (None, "number"), id="NaN"),
        pytest.param("[" * 5000, (None, "too_deep"), id="too deep"),
        pytest.param("[]", (None, "object"), id="a list"),
        pytest.param("3", (None, "object"), id="a number"),
        pytest.param("", (None, "object"), id="a blank line between others"),
    ],
)
def test_a_line_that_cannot_be_read_costs_only_itself(broken, found):
    made = from_lines(line("a"), broken, line("c"), status=3)

    assert [outcome["id"] for outcome in made] == ["a", None, "c"]
    assert made[1]["line"] == 2
    assert codes(made[1]) == [found]
    assert "recommendation" in made[0]
    assert "recommendation" in made[2]


@pytest.mark.parametrize(
    ("second", "found"),
    [
        pytest.param('{"id": "b"}', [(None, "answers")], id="no answers"),
        pytest.param('{"id": "b", "answers": []}', [(None, "answers")], id="a list of answers"),
        pytest.param(line("b", pace="dayly"), [("pace", "choice")], id="a wrong answer"),
        pytest.param(
            json.dumps({"id": "b", "answers": PLAIN | {"primary_goal": None, "x": 1}}),
            [("primary_goal", "required"), ("x", "unknown_question")],
            id="several problems",
        ),
    ],
)
def test_a_line_with_wrong_answers_keeps_its_id_and_names_every_problem(second, found):
    made = from_lines(line("a"), second, status=3)

    assert made[1]["id"] == "b"
    assert "line" not in made[1]
    assert codes(made[1]) == found
    assert all(set(problem["message"]) == {"en", "id"} for problem in made[1]["problems"])


def test_blank_lines_at_the_end_are_no_lines():
    assert len(from_lines(line("a"), "", "  ", "\r")) == 1


def test_windows_line_ends_and_a_byte_order_mark_are_taken():
    made = from_lines(b"\xef\xbb\xbf" + line("a").encode() + b"\r", line("b") + "\r")

    assert [outcome["id"] for outcome in made] == ["a", "b"]


def test_the_last_line_needs_no_line_end():
    done = batch(given=line("a") + "\n" + line("b"))

    assert len(done.stdout.splitlines()) == 2
    assert done.stdout.endswith("\n")


def test_nothing_in_is_nothing_out():
    assert from_lines() == []


def test_brief_keeps_type_rank_and_points_alone():
    done = batch("--brief", given=line("a"))

    wanted = brief(BOOK, read(BOOK.questionnaire, PLAIN))
    assert json.loads(done.stdout) == {"id": "a", "recommendation": wanted}


def as_json(content: bytes) -> list[tuple]:
    return [
        (outcome["id"], "recommendation" in outcome)
        for outcome in map(json.loads, content.splitlines())
    ]


def as_table(content: bytes) -> list[tuple]:
    rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return [(row["id"], row["status"] == "done") for row in rows]


@pytest.mark.parametrize("out", ["out.jsonl", "out.csv", "out.CSV", "-"])
@pytest.mark.parametrize("in_", ["in.jsonl", "in.csv", "-"])
def test_every_form_of_table_goes_in_and_every_form_comes_out(in_, out):
    lines = "\n".join([line("a"), line("b", pace="dayly"), line("c")])
    table = f"{NAMES},pace\na,{CELLS},\nb,{CELLS},dayly\nc,{CELLS},daily\n"
    if in_ != "-":
        Path(in_).write_text(table if in_.endswith("csv") else lines)

    done = batch(in_, out, given=lines if in_ == "-" else "")

    assert done.exit_code == 3
    written = done.stdout_bytes if out == "-" else Path(out).read_bytes()
    assert (done.stdout_bytes == b"") == (out != "-")
    read_back = as_table(written) if out.lower().endswith("csv") else as_json(written)
    assert read_back == [("a", True), ("b", False), ("c", True)]


def test_a_table_comes_out_with_rank_and_points_of_every_type():
    Path("in.jsonl").write_text(line("a") + "\n" + line(None, pace="dayly", x="y"))

    batch("in.jsonl", "out.csv")

    with Path("out.csv").open(newline="", encoding="utf-8") as file:
        names, first, second = csv.reader(file)
    assert names == csv_columns(BOOK)
    assert names == [
        *("id", "status", "code", "rules"),
        *(f"{what}_{type_}" for type_ in BOOK.types for what in ("rank", "points")),
        "problems",
    ]
    made = recommend(BOOK, read(BOOK.questionnaire, PLAIN))
    row = dict(zip(names, first, strict=True))
    assert (row["id"], row["status"], row["code"]) == ("a", "done", made.code)
    assert (row["rules"], row["problems"]) == (BOOK.version, "")
    for entry in made.ranking:
        assert row[f"rank_{entry.type}"] == str(entry.rank)
        assert row[f"points_{entry.type}"] == str(entry.points)
    row = dict(zip(names, second, strict=True))
    assert (row["id"], row["status"], row["code"], row["rank_blog"]) == ("", "refused", "", "")
    assert row["problems"].startswith("pace: “dayly” is not an option of")
    assert "; x: There is no question “x”." in row["problems"]


def test_a_table_is_read_with_several_options_joined_by_a_bar():
    [outcome] = from_table(
        "id,risk_exposure,primary_goal,organisation,audience_activity,content_strengths,pace\n"
        "a,-,credibility,consumer_business,reacts_shares|asks_questions,video, daily \n"
    )

    assert outcome["recommendation"]["answers"] == {
        "primary_goal": "credibility",
        "organisation": "consumer_business",
        "audience_activity": ["reacts_shares", "asks_questions"],
        "content_strengths": ["video"],
        "pace": "daily",
        "risk_exposure": [],
    }


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(f"{NAMES}\na,{CELLS}\n", id="commas"),
        pytest.param(f"{NAMES}\na,{CELLS}\n".replace(",", ";"), id="semicolons"),
        pytest.param(f"{NAMES}\na,{CELLS}\n".replace(",", "\t"), id="tabs"),
        pytest.param(f"\ufeff{NAMES}\na,{CELLS}\n", id="a byte-order mark"),
        pytest.param(f"{NAMES}\r\na,{CELLS}\r\n", id="Windows line ends"),
        pytest.param(f"{NAMES}\na,{CELLS}", id="no line end"),
        pytest.param(f"{NAMES}\na,{CELLS}\n\n\r\n,,,,\n", id="blank rows"),
        pytest.param(f" id , {NAMES[3:]}\na,{CELLS}\n", id="spaces around names"),
        pytest.param(f"{QUOTED}\na,{CELLS}\n", id="quotes"),
    ],
)
def test_a_table_may_be_written_with(content):
    [outcome] = from_table(content)

    assert outcome["id"] == "a"
    assert outcome["recommendation"]["answers"] == PLAIN


def test_a_table_needs_no_ids():
    [outcome] = from_table(f"{NAMES[3:]}\n{CELLS}\n")

    assert (outcome["id"], outcome["line"]) == (None, 2)


@pytest.mark.parametrize(
    ("broken", "id_", "found"),
    [
        pytest.param(f"b,{CELLS},extra", "b", (None, "cells"), id="a cell too many"),
        pytest.param(f"b,{CELLS}".encode() + b"\xe9", "b", (None, "encoding"), id="no UTF-8"),
        pytest.param(f"b\xe9,{CELLS}".encode("latin-1"), "b?", (None, "encoding"), id="in its id"),
        pytest.param("b", "b", ("primary_goal", "required"), id="cells left out"),
        pytest.param(f"b,{CELLS}x", "b", ("content_strengths", "choice"), id="a wrong option"),
        pytest.param(f'b,"{"x" * 200_000}"', None, (None, "csv"), id="a huge cell"),
    ],
)
def test_a_row_that_cannot_be_read_costs_only_itself(broken, id_, found):
    broken = broken.encode() if isinstance(broken, str) else broken

    made = from_table(
        b"\n".join([f"{NAMES}\na,{CELLS}".encode(), broken, f"c,{CELLS}".encode()]), 3
    )

    assert [outcome["id"] for outcome in made] == ["a", id_, "c"]
    assert codes(made[1])[0] == found
    assert "recommendation" in made[2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("", "The file has no rows.", id="an empty file"),
        pytest.param("\n\n", "The file has no rows.", id="blank lines alone"),
        pytest.param(
            f"{NAMES},paces\n",
            "“paces” is no question (did you mean “pace”?)",
            id="a misspelt column",
        ),
        pytest.param(f"{NAMES},zzz\n", "“zzz” is no question", id="an unknown column"),
        pytest.param(f"{NAMES},organisation\n", "“organisation” stands twice", id="a column twice"),
        pytest.param(
            "id,primary_goal\n",
            "“organisation” is missing; “audience_activity” is missing; "
            "“content_strengths” is missing",
            id="required columns missing",
        ),
        pytest.param("a,b\n1,2\n", "“a” is no question; “b” is no question", id="another table"),
        pytest.param(f"{NAMES}\na,{CELLS}\n".encode("utf-16"), "is no question", id="UTF-16"),
        pytest.param(f"{NAMES}\ra,{CELLS}\r", "The row is not valid CSV", id="old Mac line ends"),
        pytest.param(b"PK\x03\x04\x00\x00", "is no question", id="a spreadsheet file"),
    ],
)
def test_a_table_whose_columns_cannot_be_used_is_refused_as_a_whole(content, said):
    words = table_refused(content)

    assert said in words
    assert words.isprintable()


def test_a_table_of_names_alone_has_no_rows_to_answer():
    Path("in.csv").write_text(NAMES + "\n")

    done = batch("in.csv", "out.csv")

    assert done.exit_code == 0
    assert len(Path("out.csv").read_text().splitlines()) == 1


@pytest.mark.parametrize(
    "id_",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "=cmd|' /C calc'!A0",
        "＝1+1",
        "\xa0=1",
        " =1",
    ],
)
def test_a_spreadsheet_runs_no_id_as_a_formula(id_):
    table = io.StringIO()
    csv.writer(table).writerows([["id", *ROW], [id_, *ROW.values()]])
    Path("in.csv").write_bytes(table.getvalue().encode())

    batch("in.csv", "out.csv")

    with Path("out.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert row["id"] == f"'{id_}"
    assert f"\"'{id_[:1]}".encode() in Path("out.csv").read_bytes()


def test_an_id_that_is_no_formula_stays_as_it_is_and_points_stay_numbers():
    Path("in.jsonl").write_text(line("CV. Maju-Jaya, Tbk") + "\n" + line(-5))

    batch("in.jsonl", "out.csv")

    with Path("out.csv").open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first["id"] == "CV. Maju-Jaya, Tbk"
    assert second["id"] == "'-5"
    made = recommend(BOOK, read(BOOK.questionnaire, PLAIN))
    assert {entry.type: int(second[f"points_{entry.type}"]) for entry in made.ranking} == {
        entry.type: entry.points for entry in made.ranking
    }


def test_an_id_may_hold_commas_quotes_and_line_ends():
    table = io.StringIO()
    csv.writer(table).writerows([["id", *ROW], ['Toko "A",\nJakarta', *ROW.values()]])

    [outcome] = from_table(table.getvalue())

    assert outcome["id"] == 'Toko "A",\nJakarta'


@pytest.mark.parametrize("most", [1, 150], ids=["at the end", "with many rows behind"])
@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(f'"b,{CELLS}', id="in the id"),
        pytest.param(f'b,{CELLS[:-3]},"', id="in a cell too many"),
        pytest.param(f'b,"{CELLS}', id="in an answer"),
    ],
)
@pytest.mark.parametrize("next_", ["c", '"c"', '"C, D"'], ids=["plain", "quoted", "with a comma"])
def test_a_quote_that_is_not_closed_costs_only_its_own_row(broken, next_, most):
    rows = [f"{NAMES}", f"a,{CELLS}", broken, *[f"{next_},{CELLS}"] * most]

    made = list(csv_given(BOOK, (row + "\n" for row in rows)))

    assert [one.id for one in made] == ["a", None, *[next_.strip('"')] * most]
    assert [problem.code for problem in made[1].problems] == ["quote"]
    assert made[1].line == 3
    assert all(one.answers for one in made[2:])


def test_the_names_of_columns_close_their_quotes_too():
    assert "A quotation mark opens in this row" in table_refused(f'id,"{NAMES}\na,{CELLS}\n')


def test_rows_after_an_id_of_several_lines_keep_their_numbers():
    made = from_table(f'{NAMES}\n"a\nb",{CELLS}\n,{CELLS}\n')

    assert made[0]["id"] == "a\nb"
    assert (made[1]["id"], made[1]["line"]) == (None, 4)


@pytest.mark.parametrize("out", ["in.jsonl", "./in.jsonl", "link.jsonl"])
def test_a_file_is_never_written_over_while_it_is_read(out):
    Path("in.jsonl").write_text(line("a"))
    Path("link.jsonl").symlink_to("in.jsonl")

    done = batch("in.jsonl", out)

    assert done.exit_code == 2
    assert "IN and OUT are the same file" in done.stderr
    assert Path("in.jsonl").read_text() == line("a")


@pytest.mark.parametrize("out", ["nothing/out.csv", "."], ids=["no such folder", "a folder"])
def test_a_file_that_cannot_be_written_is_named(out):
    done = batch("-", out, given=line("a"))

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{out}: ")


def test_each_line_is_answered_before_the_next_is_read():
    """So that a batch has no limit."""
    read_so_far = 0

    def lines():
        nonlocal read_so_far
        while True:
            read_so_far += 1
            yield line("a").encode()

    outcomes = from_json_lines(BOOK, lines())

    assert next(outcomes).id == "a"
    assert next(outcomes).line == 2
    assert read_so_far == 2
