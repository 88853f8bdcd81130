"""The command line: what it prints where, and with which exit status."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from folders import RULE, add_rule
from process import COMMAND, run
from profiles import PLAIN

from recommender.cli import main
from recommender.rulebook import shipped

GIVEN = json.dumps(PLAIN)


def invoke(*arguments: object, given: str | bytes = "") -> Result:
    """Run a command in this process; nothing may escape it but an exit status."""
    done = CliRunner().invoke(main, [*map(str, arguments)], given)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    return done


def refused(*arguments: object, given: str | bytes = "") -> list[str]:
    """The lines on standard error of input that cannot be used."""
    done = invoke(*arguments, given=given)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()


@pytest.mark.slow
def test_recommend_reads_standard_input_and_prints_text():
    done = invoke("recommend", "--lang", "en", given=GIVEN)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("Start with a microblog (X, Threads)\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lang", "headline", "name"),
    [
        pytest.param("en", "Start with", "Social network", id="English"),
        pytest.param("id", "Mulai dari", "Jejaring sosial", id="Indonesian"),
    ],
)
def test_the_text_names_all_six_types_their_points_reasons_and_the_code(
    rulebook, lang, headline, name
):
    given = json.dumps(dict(rulebook.example.answers))

    text = invoke("recommend", "--lang", lang, given=given).stdout

    made = json.loads(invoke("recommend", "--format", "json", given=given).stdout)
    assert text.startswith(headline)
    assert name in text
    for entry in made["ranking"]:
        assert f"  {entry['rank']}. {rulebook.types[entry['type']].name[lang]}" in text
        for said in entry["contributions"]:
            flat = " ".join(text.split())
            assert f"{said['reason'][lang]} [{', '.join(said['sources'])}]" in flat
    assert made["code"] in text
    assert rulebook.version in text
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.slow
@pytest.mark.parametrize("file", ["answers.json", "-"])
def test_recommend_reads_a_file_or_standard_input(tmp_path, monkeypatch, file):
    monkeypatch.chdir(tmp_path)
    Path("answers.json").write_text(GIVEN)

    done = invoke("recommend", file, "--format", "json", given=GIVEN)

    assert done.exit_code == 0
    assert json.loads(done.stdout)["answers"] == PLAIN


@pytest.mark.slow
def test_recommend_takes_a_byte_order_mark():
    done = invoke("recommend", "--format", "json", given=b"\xef\xbb\xbf" + GIVEN.encode())

    assert done.exit_code == 0


@pytest.mark.slow
def test_every_problem_with_answers_is_on_a_line_of_its_own_and_nothing_is_printed():
    given = json.dumps({"pace": "dayly", "organisation": "consumer_business", "weather": 1})

    said = refused("recommend", "--format", "json", "--lang", "en", given=given)

    assert [line.split(": ")[1] for line in said] == [
        "primary_goal",
        "audience_activity",
        "content_strengths",
        "pace",
        "weather",
    ]
    assert all(line.startswith("standard input: ") for line in said)
    assert "Did you mean “daily”?" in said[3]


@pytest.mark.slow
def test_problems_are_told_in_indonesian():
    [said] = refused("recommend", "--lang", "id", given=json.dumps(PLAIN | {"organisation": "x"}))

    assert "bukan opsi untuk “Organisasi”" in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("", "not valid JSON: line 1, column 1", id="nothing"),
        pytest.param('{"a": 1,\n}', "not valid JSON: line 2, column 1", id="a comma too many"),
        pytest.param('{"pace": 1, "pace": 2}', "“pace” is given twice", id="a key twice"),
        pytest.param('{"pace": NaN}', "“NaN” is not a number", id="NaN"),
        pytest.param('{"pace": 1e999}', "“1e999” is not a number", id="too big a number"),
        pytest.param('{"pace": ' + "9" * 5000 + "}", "is not a number", id="too long a number"),
        pytest.param('{"pace": ' + "[" * 11 + "]" * 11 + "}", "deeper than 10", id="too deep"),
        pytest.param("[" * 100_000, "deeper than 10", id="far too deep"),
        pytest.param(b'{"pace": "\xff"}', "not valid UTF-8", id="no UTF-8"),
        pytest.param(GIVEN.encode("utf-16"), "not valid UTF-8", id="UTF-16"),
        pytest.param("[]", "Send the answers as one JSON object", id="a list"),
        pytest.param("3", "Send the answers as one JSON object", id="a number"),
        pytest.param(GIVEN + GIVEN, "not valid JSON", id="two objects"),
    ],
)
@pytest.mark.slow
def test_what_is_no_object_of_json_is_refused_with_one_clear_reason(given, said):
    [line] = refused("recommend", "--lang", "en", given=given)

    assert said in line


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["recommend", "--format", "xml"], id="an unknown format"),
        pytest.param(["recommend", "--lang", "fr"], id="an unknown language"),
        pytest.param(["recommend", "--nonsense"], id="an unknown option"),
        pytest.param(["nonsense"], id="an unknown command"),
        pytest.param(["rules", "nonsense"], id="an unknown command for rules"),
        pytest.param(["serve", "--port", "70000"], id="a port that is none"),
    ],
)
def test_a_wrong_command_line_is_refused_and_says_how_it_is_used(arguments):
    done = invoke(*arguments, given=GIVEN)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Usage: " in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", ["recommend", "batch", "cases"])
@pytest.mark.parametrize("missing", ["nothing.json", "."], ids=["no such file", "a folder"])
def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch, command, missing):
    monkeypatch.chdir(tmp_path)

    [line] = refused(command, missing)

    assert line.startswith(f"{missing}: ")


@pytest.mark.slow
def test_a_rules_folder_of_ones_own_is_used(rules_folder):
    (rules_folder / "more.yaml").write_text(
        "rules:\n"
        "  - id: blog-for-everybody\n"
        "    when: {primary_goal: customer_service}\n"
        "    effects: {blog: 20}\n"
        "    reason: {en: Yes., id: Ya.}\n"
        "    source: [seed-b-blog]\n"
        "    examples:\n"
        "      - {answers: {primary_goal: customer_service}, fires: yes}\n"
        "      - {answers: {primary_goal: credibility}, fires: no}\n"
    )

    done = invoke("recommend", "--format", "json", "--rules", rules_folder, given=GIVEN)

    said = [said["rule"] for e in json.loads(done.stdout)["ranking"] for said in e["contributions"]]
    assert "blog-for-everybody" in said


@pytest.mark.slow
@pytest.mark.parametrize("command", ["recommend", "batch"])
def test_a_rules_folder_with_faults_is_refused_with_all_of_them(rules_folder, command):
    (rules_folder / "code.yaml").unlink()
    (rules_folder / "notes.txt").write_text("x")

    said = refused(command, "--rules", rules_folder, given=GIVEN)

    assert [line.split(":")[0] for line in said] == ["code.yaml", "notes.txt"]


@pytest.mark.slow
def test_rules_check_finds_nothing_wrong_with_the_shipped_rules(rulebook):
    done = invoke("rules", "check", "--lang", "en")

    assert (done.exit_code, done.stderr) == (0, "")
    head, _, *witnesses = done.stdout.splitlines()
    assert head == (
        f"{shipped()}: {len(rulebook.rules)} rules, {len(rulebook.sources)} sources, nothing "
        f"wrong. Version {rulebook.version}."
    )
    assert [line.split(":")[0].strip() for line in witnesses] == list(rulebook.types)


@pytest.mark.slow
def test_rules_check_speaks_indonesian(rulebook):
    done = invoke("rules", "check", "--lang", "id")

    assert f"{len(rulebook.rules)} aturan" in done.stdout
    assert "tidak ada masalah" in done.stdout


@pytest.mark.slow
def test_rules_check_prints_one_json_document(rulebook):
    done = invoke("rules", "check", "--json")

    assert done.exit_code == 0
    said = json.loads(done.stdout)
    assert said["findings"] == []
    assert said["rules"] == {"version": rulebook.version, "digest": rulebook.digest}
    assert list(said["witnesses"]) == list(rulebook.types)


@pytest.mark.slow
def test_rules_check_shows_warnings_and_does_not_refuse_for_them(rules_folder):
    add_rule(rules_folder, RULE)

    done = invoke("rules", "check", rules_folder, "--lang", "en")
    found = json.loads(invoke("rules", "check", rules_folder, "--json").stdout)["findings"]

    assert done.exit_code == 0
    assert done.stdout.splitlines()[0].endswith(" One warning.")
    assert done.stderr == (
        "more.yaml:7: warning: no example of rule “a-new-rule” shows: raises: blog; add examples, "
        "so that a slip there is noticed\n"
    )
    assert [finding["severity"] for finding in found] == ["warning"]


@pytest.mark.slow
def test_rules_check_refuses_what_cannot_be_meant(rules_folder):
    add_rule(rules_folder, RULE.replace("{blog: 2}", "{blog: 2}\n    unless: {pace: realtime}"))

    done = invoke("rules", "check", rules_folder, "--json")

    assert done.exit_code == 2
    [error, _] = json.loads(done.stdout)["findings"]
    assert (error["file"], error["line"], error["severity"]) == ("more.yaml", 5, "error")


def spoil(folder: Path) -> None:
    """Two faults, in two files."""
    (folder / "more.yaml").write_text("# no rules yet\n")
    goals = (folder / "goals.yaml").read_text()
    (folder / "goals.yaml").write_text(goals.replace("    effects:", "    effecs:", 1))


@pytest.mark.slow
def test_rules_check_tells_every_problem_with_file_line_and_suggestion(rules_folder):
    spoil(rules_folder)

    said = refused("rules", "check", rules_folder, "--lang", "en")

    line = (rules_folder / "goals.yaml").read_text().partition("effecs")[0].count("\n") + 1
    assert said == [
        f"goals.yaml:{line}: “effecs” is not known here; remove it or correct it; "
        "did you mean “effects”?",
        "more.yaml:1: the file is empty; write its content or remove it",
    ]


@pytest.mark.slow
def test_rules_check_tells_problems_in_indonesian(rules_folder):
    spoil(rules_folder)

    said = refused("rules", "check", rules_folder, "--lang", "id")

    assert "apakah maksud Anda “effects”?" in said[0]


@pytest.mark.slow
def test_rules_check_tells_problems_as_json(rules_folder):
    spoil(rules_folder)

    done = invoke("rules", "check", rules_folder, "--json")

    assert (done.exit_code, done.stderr) == (2, "")
    found = json.loads(done.stdout)["findings"]
    assert [(f["file"], type(f["line"])) for f in found] == [
        ("goals.yaml", int),
        ("more.yaml", int),
    ]
    assert all(set(f["message"]) == {"en", "id"} for f in found)


def test_rules_check_of_a_folder_that_is_not_there_says_so(tmp_path):
    [line] = refused("rules", "check", tmp_path / "nothing")

    assert "there is no such folder" in line or "folder ini tidak ada" in line


@pytest.mark.parametrize(
    ("environment", "headline"),
    [
        pytest.param({"LC_ALL": "id_ID.UTF-8"}, "Mulai dari", id="an Indonesian terminal"),
        pytest.param({"LC_ALL": "en_GB.UTF-8"}, "Start with", id="an English one"),
        pytest.param({"LC_ALL": "", "LC_MESSAGES": "", "LANG": "id"}, "Mulai", id="by LANG"),
        pytest.param({"LC_ALL": "C"}, "Start with", id="one that says nothing"),
    ],
)
def test_the_words_are_in_the_language_of_the_terminal(environment, headline, loaded_once):
    done = CliRunner().invoke(main, ["recommend"], GIVEN, env=environment)

    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith(headline)


def test_the_version_is_told():
    assert invoke("--version").stdout.startswith("recommender, version ")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [["recommend", "--format", "text"], ["batch"], ["rules", "check"]],
    ids=["recommend", "batch", "rules check"],
)
def test_what_needs_no_web_imports_none(arguments):
    program = (
        "import sys\n"
        "from recommender.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    web = {'flask', 'werkzeug', 'jinja2', 'wtforms', 'waitress'}\n"
        "    sys.stderr.write(' '.join(sorted(web & set(sys.modules))))\n"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", program, *arguments], input=GIVEN.encode(), capture_output=True
    )

    assert done.stdout
    assert done.stderr == b""


@pytest.mark.slow
def test_a_reader_that_has_seen_enough_ends_a_command_quietly():
    """As in `recommender batch | head -1`."""
    line = json.dumps({"id": "a", "answers": PLAIN}).encode() + b"\n"
    with subprocess.Popen(
        (*COMMAND, "batch"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        try:
            process.stdin.write(line * 500)
            process.stdin.close()
        except BrokenPipeError:
            pass
        said = process.stderr.read()

    assert b"Traceback" not in said


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_disk_is_told_without_a_traceback(tmp_path):
    (tmp_path / "in.jsonl").write_text(
        json.dumps({"id": "a", "answers": PLAIN}) + "\n", encoding="utf-8"
    )

    done = run("batch", tmp_path / "in.jsonl", "/dev/full")

    assert done.returncode == 2
    assert done.stderr == b"No space left on device.\n"
