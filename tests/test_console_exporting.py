"""Taking data out: what stands in the files, for whom, and how much is read for it."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, signed_in
from desks import NOBODY, send
from forms import BOOK
from profiles import PLAIN
from test_store_plans import plans, scans, statements

from recommender.agency.sending import made
from recommender.console.export import OTHER, as_csv, columns
from recommender.engine.answers import read
from recommender.store import practice
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.exporting import exported
from recommender.store.practice import Followup, Learning, Overrule
from recommender.store.records import Contact

ANSWERS = PLAIN | {
    "existing_channels": [],
    "content_strengths": ["short_updates", "expert_answers"],
}
MADE = made(BOOK, read(BOOK.questionnaire, ANSWERS))
BY = "owner@studio.example"
OWN = {
    "hidden": ["campaign"],
    "context": [{"id": "city", "kind": "short", "label": {"en": "City", "id": "Kota"}}],
}


def taken(page, **given):
    fields = {"form": "", "from": "", "to": "", "format": "csv"} | given
    answer = page.client.post("/console/export/file", data=fields)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Accept-Language" in answer.headers["Vary"]
    return answer


def rows(answer) -> list[dict[str, str]]:
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def ids(answer) -> list[str]:
    return [row["id"] for row in rows(answer)]


@pytest.mark.slow
def test_a_submission_is_a_row_with_ids_as_columns(store: Database) -> None:
    page = signed_in(console_app(store, **OWN))
    desk = desk_of(store)
    more = {"hidden": {"campaign": "May"}, "context": {"city": "Solo"}, "seconds": 90}
    id_ = send(desk, "one", made=MADE, ref="P-12", **more).id
    practice.keep(desk, id_, Overrule(BY, "forum", "Two\nlines", WHEN), WHEN)
    practice.keep(desk, id_, Followup(BY, ("blog", "forum"), "", 1.5, None, "well", WHEN), WHEN)
    practice.keep(desk, id_, Learning(BY, "By mail", WHEN), WHEN)
    answer = taken(page)
    assert answer.data.startswith(b"\xef\xbb\xbfid,form,")
    [row] = rows(answer)
    document = json.loads(MADE.body)
    places = {e["type"]: (str(e["rank"]), str(e["points"])) for e in document["ranking"]}
    assert {t: (row[f"rank_{t}"], row[f"points_{t}"]) for t in BOOK.types} == places
    expected = {
        "id": id_,
        "form": "kopi",
        "revision": "1",
        "test": "no",
        "created_at": "2026-11-24T09:30:00+00:00",
        "seconds": "90",
        "code": MADE.code,
        "rules": MADE.rules_version,
        "label": MADE.label,
        "ref": "P-12",
        "contact_name": "Sri",
        "contact_email": "sri@kopi.example",
        "consent_version": "2026-11",
        "primary_goal": str(ANSWERS["primary_goal"]),
        "content_strengths": "short_updates|expert_answers",
        "existing_channels": "-",
        "market": "",
        OTHER: "",
        "hidden.campaign": "May",
        "context.city": "Solo",
        "overrule_type": "forum",
        "overrule_reason": "Two lines",
        "followup_went": "well",
        "followup_types": "blog|forum",
        "rate_before": "1.5",
        "rate_after": "",
        "learning": "yes",
    }
    assert {name: row[name] for name in expected} == expected
    assert {*BOOK.questionnaire.questions} <= {*row}


@pytest.mark.slow
def test_nothing_that_people_wrote_is_run_as_a_formula(store: Database) -> None:
    page = signed_in(console_app(store, **OWN))
    desk = desk_of(store)
    evil = {
        "contact": Contact("=1+1", "+a@b.example", "@SUM(A1)"),
        "hidden": {"campaign": "-2"},
        "context": {"city": "\u3000=1\n=2"},
        "ref": "\N{FULLWIDTH EQUALS SIGN}1",
    }
    id_ = send(desk, "one", made=MADE, **evil).id
    practice.keep(desk, id_, Overrule(BY, "forum", "=HYPERLINK()", WHEN), WHEN)
    practice.keep(desk, id_, Followup(BY, (), "\t=1", None, None, "well", WHEN), WHEN)
    [row] = rows(taken(page))
    names = ["contact_name", "contact_email", "contact_organisation", "hidden.campaign",
             "ref", "overrule_reason", "followup_done"]  # fmt: skip
    assert [row[name][0] for name in names] == ["'"] * len(names)
    assert len(taken(page).data.splitlines()) == 2


def test_json_lines_hold_whole_recommendations(store: Database) -> None:
    page = signed_in(console_app(store))
    desk = desk_of(store)
    for key in ("one", "two"):
        send(desk, key, made=MADE, **NOBODY)
    answer = taken(page, format="jsonl")
    lines = [json.loads(line) for line in answer.data.splitlines()]
    assert [line["document"] for line in lines] == [json.loads(MADE.body)] * 2
    assert lines[0]["overrule"] is None
    assert lines[0]["form"] == "kopi"


@pytest.mark.slow
def test_a_period_is_counted_in_days_of_the_forms_zone(store: Database) -> None:
    page = signed_in(console_app(store))
    desk = desk_of(store)
    midnight = WHEN.replace(hour=17, minute=0)  # in Jakarta, where the 25th begins
    sent = [
        send(desk, str(seconds), midnight + timedelta(seconds=seconds), made=MADE, **NOBODY).id
        for seconds in (-1, 0, 86399, 86400)
    ]
    day = "2026-11-25"
    assert ids(taken(page, **{"from": day, "to": day})) == sent[1:3]
    assert ids(taken(page, **{"from": day})) == sent[1:]
    assert ids(taken(page, to=day)) == sent[:3]
    assert ids(taken(page)) == sent


@pytest.mark.slow
def test_one_form_or_all_and_never_another_agencys(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    desk.put_form("susu", "live", {"name": "Susu"}, WHEN)
    live_form(store, "teh", "other")
    kopi = send(desk, "one", made=MADE).id
    susu = send(desk, "two", WHEN + timedelta(1), "susu", made=MADE).id
    send(desk_of(store, "teh"), "three", slug="teh", made=MADE)
    page = signed_in(app)
    assert ids(taken(page)) == [kopi, susu]
    assert ids(taken(page, form="susu")) == [susu]
    page.post("/console/export/file", {"form": "teh", "format": "csv"}, status=422)
    assert page.links("#problems a") == ["#form"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"from": "yesterday"}, ["#from"]),
        ({"from": "2026-11-25", "to": "2026-11-24"}, ["#to"]),
        ({"format": "xls", "to": "0001-01-01"}, ["#to", "#format-csv"]),
    ],
)
def test_what_cannot_be_read_comes_back_as_it_was(store: Database, given, wrong) -> None:
    page = signed_in(console_app(store))
    page.post("/console/export/file", {"format": "csv"} | given, status=422)
    assert page.links("#problems a") == wrong
    assert page.one("#from").attributes["value"] == given.get("from", "")
    assert not [deed for deed in deeds(desk_of(store)) if deed.what == "exported"]


def test_the_page_offers_periods_and_says_what_it_writes(store: Database) -> None:
    page = signed_in(console_app(store)).get("/console/export?form=kopi").follow("Last 30 days")
    assert page.one("#from").attributes["value"]
    assert page.one("option[selected]").attributes["value"] == "kopi"
    answer = page.client.post("/console/export/file", data={"form": "kopi", "format": "jsonl"})
    assert answer.status_code == 200
    [deed] = [one for one in deeds(desk_of(store)) if one.what == "exported"]
    assert deed.about == {"form": "kopi", "from": "", "to": "", "format": "jsonl"}
    assert page.client.get("/console/export/file").status_code == 405


@pytest.mark.parametrize("question", ["old_question", "label", "rank_blog", OTHER])
def test_answers_to_questions_without_a_column_are_not_lost(question: str) -> None:
    from recommender.store.practice import Practice
    from recommender.store.records import Listed, Stored

    document = json.loads(MADE.body)
    document["answers"] |= {question: ["a", "b"]}
    listed = Listed("1", "kopi", "t", 1, "g", (), (), "clear", None, False, WHEN, Contact())
    one = Stored(listed, 1, "id", {}, {}, None, "C", "1", json.dumps(document).encode(), None, None)
    asked = BOOK.questionnaire
    if question != "old_question":  # rules of today ask it, but its name is another column's
        asked = replace(asked, questions={**asked.questions, question: asked.questions["pace"]})
    made = columns([replace(BOOK, questionnaire=asked)], [])
    table = b"".join(as_csv(made, [(one, Practice())])).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(table))
    assert row[OTHER] == f"{question}=a|b"
    assert row["label"] == "clear"
    assert row["rank_blog"].isdecimal()
    assert len(made.names) == len(set(made.names))


def test_columns_are_there_for_what_earlier_versions_of_a_form_brought(store: Database) -> None:
    app = console_app(store, **OWN)
    desk = desk_of(store)
    desk.put_form("kopi", "live", {"name": "Kopi", "hidden": ["source"]}, WHEN)
    send(desk, "one", made=MADE)
    [row] = rows(taken(signed_in(app)))
    assert [name for name in row if name.startswith(("hidden.", "context."))] == [
        "hidden.campaign",
        "hidden.source",
        "context.city",
    ]


@pytest.mark.slow
def test_the_archive_is_for_owners(store: Database) -> None:
    app = console_app(store)
    send(desk_of(store), "one", made=MADE)
    answer = signed_in(app).client.post("/console/export/archive")
    assert answer.status_code == 200
    assert answer.content_length == len(answer.data)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert len(archive.read("submissions.jsonl").splitlines()) == 1
    assert deeds(desk_of(store))[0].what == "archive_taken"
    member = signed_in(app, "member@studio.example")
    assert not member.get("/console/export").tree.css("form[action$='/archive']")
    member.post("/console/export/archive", {}, status=403)
    assert taken(member).status_code == 200


@pytest.mark.slow
def test_the_first_row_waits_for_no_more_than_one_page(database: Database) -> None:
    live_form(database)
    desk = desk_of(database)
    for number in range(103):
        send(desk, str(number), WHEN + timedelta(minutes=number), **NOBODY)
    found = exported(desk, None, None, None)
    with statements(database) as said:
        assert len(list(islice(found, 50))) == 50
    assert len(said) == 4  # the page, and three kinds of what became of it
    with statements(database) as said:
        assert len(list(found)) == 53
    assert len(said) == 8


def test_reports_and_exports_read_along_indexes(database: Database) -> None:
    live_form(database)
    desk = desk_of(database)
    for number in range(3):
        id_ = send(desk, str(number), **NOBODY).id
        practice.keep(desk, id_, Overrule(BY, "forum", "x", WHEN), WHEN)
        practice.keep(desk, id_, Followup(BY, (), "", None, None, "well", WHEN), WHEN)
        practice.keep(desk, id_, Learning(BY, "x", WHEN), WHEN)
    with statements(database) as said:
        for find in (practice.newest, practice.overruled, practice.learnable):
            list(find(desk, 2))
        practice.followed_up(desk, 2)
        practice.due(desk, WHEN, WHEN - timedelta(1), before=(WHEN, "f"))
        for form in (None, "kopi"):
            list(exported(desk, WHEN, WHEN + timedelta(1), form))
    explained = list(plans(database, said))
    assert len(explained) > 20
    for statement, plan in explained:
        assert not scans(plan), f"{statement}\n{plan}"


def test_what_became_of_some_is_looked_up_by_their_ids_alone(store: Database) -> None:
    live_form(store)
    desk = desk_of(store)
    with statements(store) as said:
        practice.of_some(desk, [send(desk, "one").id, send(desk, "two").id])
    explained = [plan for statement, plan in plans(store, said) if "submission_id IN" in statement]
    assert len(explained) == 3
    assert "agency_id" not in str(explained)  # along it, all of the agency's would be read
