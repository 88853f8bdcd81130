"""`rules diff --submissions`: whom a change of rules moves among those who have answered."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from agencies import WHEN, live_form, sending
from click.testing import CliRunner, Result
from folders import RULE, add_rule
from profiles import PLAIN, shipped_rulebook

from recommender.cli import main
from recommender.engine import code
from recommender.engine.answers import read
from recommender.rulebook import shipped
from recommender.store.database import Database
from recommender.store.front import send
from recommender.store.reading import stored_codes

BOOK = shipped_rulebook()
DAILY, WEEKLY = (
    code.encode(BOOK.layouts, read(BOOK.questionnaire, PLAIN | {"pace": pace}))
    for pace in ("daily", "weekly")
)
UNREADABLE = "7KX2M9QD7KX2M9QD"


def send_all(database: Database, codes: list[str], *, slug: str, test: bool = False) -> None:
    """Submissions with these codes to a form of another agency each time."""
    form = live_form(database, slug=slug, agency=slug)
    for number, text in enumerate(codes):
        key = f"{slug}-{number}"
        made = replace(sending().made, code=text, body=key.encode())
        send(database, form, replace(sending(key), made=made, test=test), WHEN)


def diff(new: Path, *options: object) -> Result:
    command = ("rules", "diff", shipped(), new, "--submissions", "--profiles", 0, "--lang", "en")
    return CliRunner().invoke(main, [*map(str, (*command, *options))])


@pytest.fixture
def answered(database: Database, monkeypatch) -> Database:
    """What two agencies' clients have sent, and a try; DATABASE_URL names it."""
    send_all(database, [DAILY, WEEKLY, UNREADABLE], slug="kopi")
    send_all(database, [DAILY], slug="teh")
    send_all(database, [DAILY], slug="try", test=True)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    return database


def test_each_submission_of_each_agency_has_its_code_and_tries_have_none(answered):
    assert sorted(stored_codes(answered)) == sorted([DAILY, DAILY, WEEKLY, UNREADABLE])


@pytest.mark.slow
def test_stored_submissions_are_a_third_set_of_answers(answered, rules_folder, loaded_once):
    add_rule(
        rules_folder, RULE.replace("effects: {blog: 2}", "kind: gate\n    exclude: [microblog]")
    )

    told, found = diff(rules_folder), json.loads(diff(rules_folder, "--format", "json").stdout)

    assert told.exit_code == 0
    assert "In the database: 2 of 3 stored submissions." in told.stdout
    assert told.stderr == (
        "Passed over, as the new rules cannot read their answers: 1 stored submissions.\n"
    )
    row = next(line for line in told.stdout.splitlines() if line.startswith("  a-new-rule "))
    assert row.split()[-2:] == ["2", "0"]
    assert (found["submissions"]["tried"], found["submissions"]["changed"]) == (3, 2)
    assert DAILY not in told.stdout + json.dumps(found)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "id"])
def test_without_a_database_submissions_are_refused_and_none_is_made(tmp_path, monkeypatch, lang):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/var/none.db")

    refused = diff(shipped(), "--lang", lang)

    assert (refused.exit_code, refused.stdout, list(tmp_path.iterdir())) == (2, "", [])
    assert "DATABASE_URL" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_database_without_tables_is_refused_and_gets_none(empty_database, monkeypatch):
    address = empty_database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", address)

    assert diff(shipped()).exit_code == 2
    assert diff(shipped()).exit_code == 2
