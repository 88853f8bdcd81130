"""docs/rules.md, followed to the letter: its blocks are written and its commands run, in a copy."""

import re
import shlex
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path

import pytest
from click.testing import CliRunner
from folders import findings
from page import Page

from recommender.cli import main
from recommender.cli.config import SHOWN
from recommender.cli.rules import rules
from recommender.engine.answers import read
from recommender.engine.code import decode, encode
from recommender.engine.scoring import recommend
from recommender.rulebook import load, shipped
from recommender.web.app import create_app

DOC = (Path(__file__).parent.parent / "docs" / "rules.md").read_text("utf-8")
PLAIN = {
    "primary_goal": "lead_generation",
    "organisation": "business_to_business",
    "audience_activity": ["reads_in_depth"],
    "content_strengths": ["long_articles"],
}


def section(title: str) -> str:
    return DOC.split(f"\n## {title}\n")[1].split("\n## ")[0]


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def follow(title: str, place: Path) -> None:
    """Do what a section says, in order: write each file that it names, run each command."""
    steps = re.findall(
        r"`our-rules/(\S+)`(?:[^`\n]|`[^`\n]*`)*\n+```yaml\n(.*?)```|```console\n(.*?)```",
        section(title),
        re.DOTALL,
    )
    for file, content, commands in steps:
        if commands:
            run(commands, place)
        elif file == "code.yaml":
            path = place / "our-rules" / file
            last, number = re.findall(
                r"(  - version: (\d+)\n.*)", path.read_text("utf-8"), re.DOTALL
            )[-1]
            copied = last.replace(f"version: {number}", f"version: {int(number) + 1}", 1)
            append(path, copied + content)
        else:
            append(place / "our-rules" / file, content)


def append(path: Path, content: str) -> None:
    before = path.read_text("utf-8") if path.exists() else ""
    path.write_text(before + content, "utf-8")


def run(commands: str, place: Path) -> None:
    """Each command says what stands below it, where … is anything."""
    for block in commands.split("$ ")[1:]:
        command, _, expected = block.partition("\n")
        status, output = called(command, place)
        wanted = ".*".join(map(re.escape, expected.strip().split("…")))
        said = " ".join(output.split())
        assert re.fullmatch(" ".join(wanted.split()), said, re.DOTALL), f"{command}\n{said}"
        assert status == 0, command


def called(command: str, place: Path) -> tuple[int, str]:
    """The status of a command and what it says; ours run in this process, which is quicker."""
    program, *arguments = shlex.split(command)
    if program == "recommender":
        unset = dict.fromkeys(("LC_ALL", "LC_MESSAGES", "LANG", *SHOWN))
        with chdir(place):
            told = CliRunner(env=unset).invoke(main, arguments)
        return told.exit_code, told.stdout + told.stderr
    done = subprocess.run(command, shell=True, cwd=place, text=True, capture_output=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def place(tmp_path) -> Path:
    """Where a strategist works: the rules beside an empty desk."""
    shutil.copytree(shipped(), tmp_path / "rules")
    return tmp_path


@pytest.mark.slow
def test_a_rule_is_added_by_following_the_guide(place):
    follow("A rule in ten minutes", place)

    before, after = load(place / "rules"), load(place / "our-rules")
    assert after.rules.keys() - before.rules.keys() == {"articles-keep-bringing-enquiries"}
    points = [
        {one.type: one.points for one in recommend(book, read(book.questionnaire, PLAIN)).ranking}
        for book in (before, after)
    ]
    assert points[1] == {**points[0], "blog": points[0]["blog"] + 2}


@pytest.mark.slow
def test_a_question_is_added_by_following_the_guide(place):
    before = load(place / "rules")
    code = encode(before.layouts, read(before.questionnaire, PLAIN))
    shutil.copytree(place / "rules", place / "our-rules")
    follow("A source", place)
    step = blocks(section("A question"), "yaml")[1]
    questionnaire = place / "our-rules" / "questionnaire.yaml"
    text = questionnaire.read_text("utf-8")
    assert text.count(step.replace(", newsletter", "")) == 1
    questionnaire.write_text(text.replace(step.replace(", newsletter", ""), step), "utf-8")
    follow("A question", place)

    book = load(place / "our-rules")
    answers = read(book.questionnaire, {**PLAIN, "newsletter": "newsletter_sent"})
    assert decode(book.layouts, encode(book.layouts, answers)) == dict(answers.values)
    assert decode(book.layouts, code) == dict(read(book.questionnaire, PLAIN).values)
    pages = book.questionnaire.pages
    [number] = [n for n, page in enumerate(pages, 1) if "newsletter" in page.questions]
    page = Page(create_app(book).test_client()).get(f"/{number}?lang=en")
    assert "Do you send a newsletter?" in page.text


@pytest.mark.slow
def test_the_mistakes_that_the_guide_shows_are_told_so(place):
    [rule] = [one for one in blocks(section("A rule in ten minutes"), "yaml") if "- id:" in one]
    [told] = blocks(section("A rule in ten minutes"), "text")
    wrong = rule.replace(
        "horizon: weeks}\n    effects: {blog:", "horizon: week}\n    effects: {blogs:"
    )
    (place / "rules" / "ours.yaml").write_text(wrong, "utf-8")

    said = findings(place / "rules")
    assert [line for line in told.splitlines() if line not in said] == []


def test_every_command_that_the_guide_names_exists():
    named = set(re.findall(r"recommender rules (\w+)", DOC))

    assert named <= rules.commands.keys()
    assert set(re.findall(r"recommender (\w+)", DOC)) <= main.commands.keys()
