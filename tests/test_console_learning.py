"""What practice says of the rules: who was right, what was contested, and cases to learn from."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import yaml
from agencies import WHEN, live_form
from click.testing import CliRunner
from consoles import console_app, desk_of, signed_in
from desks import send
from forms import BOOK
from profiles import PLAIN
from test_console_practice import (
    AGREED,
    BY,
    CANARY,
    FIRST,
    MADE,
    OTHER,
    followup,
    office,
    overrule,
    practised,
)

from recommender.cli import main
from recommender.console.cases import cases
from recommender.console.practice import contest, outcomes
from recommender.engine.answers import read
from recommender.rulebook.cases import read_cases
from recommender.store import practice
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.practice import Learning, Practice, Practised

__all__ = ["office"]


def test_rules_that_spoke_against_a_choice_are_counted_by_how_often() -> None:
    ranking = {one["type"]: one for one in json.loads(MADE.body)["ranking"]}
    lifted = {c["rule"] for c in ranking[FIRST]["contributions"] if c["points"] > 0}
    held = {c["rule"] for c in ranking["blog"]["contributions"] if c["points"] < 0}
    assert lifted
    assert held
    found = contest([practised("1", overrule=overrule("blog")), practised("2"), practised("1")])
    assert {one.rule for one in found.rules if one.lifted} == lifted
    assert {one.rule for one in found.rules if one.held} == held
    assert {(one.against, one.spoke) for one in found.rules} == {(1, 2)}
    assert (found.looked, found.overruled) == (2, 1)


def test_in_a_tie_a_rule_that_lifted_the_choice_does_not_speak_against_it() -> None:
    ranking = {one["type"]: one for one in json.loads(MADE.body)["ranking"]}
    lifted = {c["rule"] for c in ranking[OTHER]["contributions"] if c["points"] > 0}
    both = Practised("1", (FIRST, OTHER), MADE.body, Practice(overrule(OTHER)))
    found = {one.rule for one in contest([both]).rules if one.lifted}
    assert lifted - {c["rule"] for c in ranking[FIRST]["contributions"]}
    assert not found & (lifted - {c["rule"] for c in ranking[FIRST]["contributions"]})


@pytest.mark.slow
def test_without_a_choice_no_rule_is_contested(office) -> None:
    page, _, _ = office
    assert contest([practised()]).rules == ()
    page.get("/console/practice")
    assert page.one("section .empty a")


@pytest.mark.slow
def test_the_report_names_rules_with_their_pages_reasons_and_sources(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    practice.keep(desk, send(desk, "one", made=MADE).id, overrule(reason=CANARY), WHEN)
    send(desk, "two", made=MADE)
    page = signed_in(app).get("/console/practice")
    rules = [link.rpartition("/")[2] for link in page.links(".list th a")]
    assert rules
    assert {*rules} <= {*BOOK.rules}
    assert "1 of 2" in page.texts(".list td")
    top = json.loads(MADE.body)["ranking"][0]["contributions"][0]
    assert top["rule"] in rules
    for lang in ("en", "id"):
        page.get(f"/console/practice?lang={lang}")
        assert top["reason"][lang] in page.text
        assert BOOK.sources[top["sources"][0]].title[lang] in page.text
    assert CANARY not in page.text


def test_who_was_right_is_counted_by_what_was_used() -> None:
    found = outcomes(
        [
            (MADE.first, Practice(None, followup(FIRST, rates=(1, 2)))),
            (MADE.first, Practice(None, followup(FIRST, OTHER, went="badly", rates=(3, 2)))),
            (MADE.first, Practice(None, followup(FIRST, went="unknown", rates=(1, None)))),
            (MADE.first, Practice(overrule(), followup(OTHER))),
            (MADE.first, Practice(overrule(), followup(FIRST, went="mixed"))),
            (MADE.first, Practice(None, followup())),
            (MADE.first, Practice(overrule(), None)),
        ]
    )
    followed = found["followed"]
    assert followed.went == {"well": 1, "mixed": 0, "badly": 1, "unknown": 1}
    assert (followed.known, followed.measured, followed.before, followed.after) == (2, 2, 2, 2)
    assert found["overruled"].went["well"] == found["overruled"].known == 1
    assert found["otherwise"].known == 2
    assert not followed.enough


def test_few_follow_ups_are_said_to_be_too_few(office) -> None:
    page, desk, id_ = office
    practice.keep(desk, id_, followup(FIRST, rates=(1, 2.5)), WHEN)
    page.get("/console/practice")
    assert "Too few follow-ups to say" in page.text
    assert "where the recommendation was followed: 1; where it was overruled: 0." in page.text
    assert "Before 1 %, after 2.5 %." in page.text


WORKED = {
    "went well": ((followup(FIRST, OTHER), None), [FIRST, OTHER], []),
    "went well as she chose": ((followup(FIRST, OTHER), overrule()), [OTHER, FIRST], []),
    "chose": ((None, overrule()), [OTHER], []),
    "chose, and others failed": (
        (followup(FIRST, went="badly"), overrule()),
        [OTHER],
        [FIRST],
    ),
    "not known yet": ((followup(OTHER, went="unknown"), overrule()), [OTHER], []),
    "failed": ((followup(FIRST, went="badly"), None), None, None),
    "her choice failed": ((followup(OTHER, went="badly"), overrule()), None, None),
    "mixed": ((followup(FIRST, went="mixed"), None), None, None),
    "well with nothing": ((followup(), None), None, None),
    "nothing written": ((None, None), None, None),
}


@pytest.mark.parametrize("name", WORKED)
def test_a_case_says_what_worked_if_practice_says_so(store: Database, name: str) -> None:
    (went, chose), worked, failed = WORKED[name]
    taken = cases(BOOK, [practised(followup=went, overrule=chose, learning=AGREED)])
    assert (taken.cases, taken.left_out) == ((1, 0) if worked else (0, 1))
    if worked:
        [case] = read_cases(BOOK, "cases.yaml", taken.content)
        assert (list(case.worked), list(case.failed)) == (worked, failed)
        assert case.answers == read(BOOK.questionnaire, PLAIN)


def test_what_these_rules_cannot_read_is_left_out() -> None:
    document = json.loads(MADE.body)
    document["answers"]["primary_goal"] = "an_old_goal"
    old = Practised("1", MADE.first, json.dumps(document).encode(), Practice(overrule()))
    assert cases(BOOK, [old]).left_out == 1


@pytest.mark.slow
def test_cases_are_read_by_the_command_and_lead_back_to_nobody(office, tmp_path) -> None:
    page, desk, id_ = office
    page.post("/console/practice/cases", {})
    assert "No case can be made yet" in page.text
    quiet = send(desk, "two", WHEN, made=MADE, ref="P-12").id
    for one in (id_, quiet):
        practice.keep(desk, one, overrule(reason=CANARY), WHEN)
        practice.keep(desk, one, followup(OTHER, done="For Sri", rates=(1, 2)), WHEN)
    practice.keep(desk, id_, AGREED, WHEN)
    answer = page.client.post("/console/practice/cases")
    assert answer.status_code == 200
    file = tmp_path / "cases.yaml"
    file.write_bytes(answer.data)
    [case] = yaml.safe_load(answer.data)
    assert (case["id"], case["worked"], case["confidence"]) == ("practice-0001", [OTHER], "medium")
    text = answer.get_data(as_text=True)
    stored = desk.submission(id_)
    secrets = (id_, stored.listed.thread, stored.code, "Sri", "example.", "script", "meeting", BY)
    assert [secret for secret in secrets if secret in text] == [
        "example."
    ]  # of the address that stands for none
    done = CliRunner().invoke(main, ["cases", str(file), "--json"])
    assert done.exit_code == 0, done.output
    assert (deeds(desk)[0].what, deeds(desk)[0].about) == ("cases_exported", {"cases": 1})


def test_what_rules_said_is_worked_out_again_as_the_document_has_it() -> None:
    rules = (MADE.rules_version, MADE.rules_digest)
    told = [practised("1", overrule=overrule("blog")), practised("2")]
    known = [replace(one, document=b"", code=MADE.code, rules=rules) for one in told]
    assert contest(known, lambda one: BOOK if one == rules else None) == contest(told)


def test_a_file_of_cases_says_that_there_are_more(store: Database) -> None:
    live_form(store)
    desk = desk_of(store)
    for number in range(3):
        id_ = send(desk, str(number), made=MADE).id
        practice.keep(desk, id_, overrule(("blog", "forum", "blog")[number]), WHEN)
        agreed = Learning(BY, "", WHEN + timedelta(days=number))
        practice.keep(desk, id_, agreed, WHEN)
    for most, said, worked in ((3, False, 3), (2, True, 2)):
        taken = cases(BOOK, practice.learnable(desk, most + 1), most)
        assert ("More clients agreed" in taken.content.decode()) is said
        assert taken.cases == worked
    last = cases(BOOK, practice.learnable(desk, 3), 2)
    assert [one.worked[0] for one in read_cases(BOOK, "c", last.content)] == ["blog", "forum"]
