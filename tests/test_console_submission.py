"""The page of one submission: what it says, what a member can add to it, and who may."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from agencies import WHEN, live_form
from consoles import console_app, desk_of, seat_at, signed_in
from desks import NOBODY, UNKNOWN, invitation, send
from flask import Flask
from forms import BOOK, change
from page import Page
from profiles import PLAIN

from recommender.agency.sending import made
from recommender.engine import code
from recommender.engine.answers import read
from recommender.i18n import LANGUAGES, words
from recommender.render.document import canonical
from recommender.rulebook.shelf import Shelf
from recommender.store import remarks
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.records import Contact, Made

MEMBER, OWNER = "member@studio.example", "owner@studio.example"
CANARY = '<script>alert(1)</script> =1+1 "quoted"'
OWN = {
    "primary_goal": "audience_education",
    "organisation": "consumer_business",
    "audience_activity": ["reads_in_depth"],
    "content_strengths": ["long_articles"],
    "existing_channels": "-",
}
BUDGET = {
    "id": "budget",
    "kind": "one",
    "label": {"id": "Anggaran", "en": "Budget"},
    "options": [{"id": "low", "label": {"id": "Kecil", "en": "Small"}}],
}


def result(given: dict = PLAIN) -> Made:
    return made(BOOK, read(BOOK.questionnaire, given))


def address(id_: str, *more: str) -> str:
    return "/".join(("/console/submissions", id_, *more))


def opened(store: Database, email: str = OWNER, lang: str = "en", **sent) -> tuple[Page, str]:
    """A member on the page of a submission that was sent with these things; its id."""
    app = console_app(store, context=[BUDGET])
    id_ = send(desk_of(store), "k", **{"made": result()} | sent).id
    return signed_in(app, email, lang).get(address(id_)), id_


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_opens_on_what_to_raise_and_has_all_that_came_in(store: Database, lang) -> None:
    more = {"ref": "P-12", "hidden": {"campaign": "spring"}, "context": {"budget": "low"}}
    page, _ = opened(store, lang=lang, seconds=200, **more)
    w = words(lang)
    assert page.texts("main h2")[0] == w("raise_title")
    assert len(page.tree.css(".raise li")) > 2
    goal = BOOK.questionnaire.questions["primary_goal"].options[PLAIN["primary_goal"]]
    assert w("result_for", goal=goal.label[lang]) in page.text
    whole = json.loads(result().body)
    shown = page.texts("#saw ~ table tbody tr")
    assert len(shown) == 6
    for row, entry in zip(shown, whole["ranking"]):
        assert row.startswith(f"{entry['rank']}. {BOOK.types[entry['type']].name[lang]}")
    given = page.texts(".given dd")
    for said in ("Sri", "Kopi Sri", "P-12", "spring", {"en": "Small", "id": "Kecil"}[lang]):
        assert said in given
    assert w.count("one_minutes", 3) in given
    assert "Saya setuju data ini disimpan." in page.text
    assert "16:30 (WIB)" in page.text or "16.30 (WIB)" in page.text


@pytest.mark.slow
def test_what_the_client_saw_comes_from_the_document_and_not_from_todays_rules(store) -> None:
    whole = json.loads(result().body)
    whole["ranking"][0]["contributions"][0]["reason"]["en"] = "Said then, and never since."
    whole["ranking"][0]["points"] = 77
    page, _ = opened(store, made=replace(result(), body=canonical(whole)))
    assert "Said then, and never since." in page.text
    assert "77" in page.texts("#saw ~ table tbody tr")[0]


@pytest.mark.slow
def test_links_lead_to_the_result_and_to_both_reports_as_anybody_sees_them(store: Database) -> None:
    page, _ = opened(store)
    reader = Page(page.client, "en", {"Accept-Language": "en"})
    reader.get(page.link("Open the full result"))
    assert reader.address.startswith(f"/f/kopi/r/{result().code}?v={BOOK.version}")
    for name in ("Client report (Markdown)", "Strategist report (Markdown)"):
        answer = page.client.get(page.link(name))
        assert answer.status_code == 200
        assert ("Agenda" in answer.get_data(as_text=True)) == name.startswith("Strategist")


@pytest.mark.slow
def test_the_letter_can_be_copied_and_opened_in_either_language(store: Database) -> None:
    page, _ = opened(store, lang="en")
    letters = {node.attributes["id"]: node.text() for node in page.tree.css("textarea[readonly]")}
    assert list(letters) == ["letter-id", "letter-en"]  # she sent it in Indonesian
    assert letters["letter-id"].startswith("Halo Sri,")
    assert "http://localhost/f/kopi/r/" in letters["letter-en"]
    mails = [link for link in page.links() if link.startswith("mailto:sri@kopi.example?subject=")]
    assert len(mails) == 2
    assert all(len(link) <= 1500 for link in mails)


@pytest.mark.slow
def test_whatever_people_wrote_stands_there_as_text(store: Database) -> None:
    texts = {"ref": CANARY, "hidden": {"campaign": CANARY}, "context": {"budget": CANARY, "x": "y"}}
    page, id_ = opened(store, contact=Contact(CANARY, None, CANARY), **texts)
    page.submit({}, form="form[action*='/notes']", status=422)
    page.post(address(id_, "notes"), {"note": CANARY})
    assert page.text.count(CANARY) >= 7
    assert not page.tree.css("script")


@pytest.mark.slow
def test_a_client_without_a_name_and_an_address_has_a_page_too(store: Database) -> None:
    page, _ = opened(store, **NOBODY)
    assert page.h1 == "No name"
    assert "gave no name and no address" in page.text
    assert any(link.startswith("mailto:?subject=") for link in page.links())


@pytest.mark.slow
def test_other_answers_of_the_client_and_the_invitation_are_a_link_away(store: Database) -> None:
    app, desk = console_app(store), desk_of(store)
    made_for = invitation(desk)
    first, second = (
        send(desk, key, WHEN + timedelta(days=n), made=result(), invitation=made_for.id).id
        for n, key in enumerate("ab")
    )
    page = signed_in(app).get(address(second))
    assert "Answer 2 of this client" in page.text
    assert "Made for Sri on" in page.text
    page.follow("Answer 1,")
    assert page.address == address(first)


@pytest.mark.slow
def test_notes_are_added_and_removed_by_whoever_may(store: Database) -> None:
    page, id_ = opened(store, MEMBER)
    page.post(address(id_, "notes"), {"note": " Call on Monday.\r\nShe asks for prices. "})
    assert "The note is added." in page.texts("[role=status]")
    assert page.one(".remark .lines").text() == "Call on Monday.\nShe asks for prices."
    app = page.client.application
    owner = signed_in(app).get(address(id_))
    owner.post(address(id_, "notes"), {"note": "The owner's own."})
    assert owner.texts(".remark .lines")[0] == "The owner's own."
    assert len(owner.tree.css("form[action$='/remove']")) == 2
    page.get(address(id_))
    [button] = page.tree.css("form[action$='/remove']")
    [other] = {n.attributes["action"] for n in owner.tree.css("form[action$='/remove']")} - {
        button.attributes["action"]
    }
    page.post(other or "", {}, status=404)
    owner.post(button.attributes["action"] or "", {})
    assert owner.texts(".remark .lines") == ["The owner's own."]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "note_empty"),
        (" \r\n ", "note_empty"),
        ("a" * 4001, "note_long"),
        ("turned \u202e round", "note_letters"),
        ("nothing \x00 at all", "note_letters"),
    ],
)
def test_a_note_that_cannot_be_kept_comes_back_as_it_was_written(store, text, wrong) -> None:
    page, id_ = opened(store)
    page.post(address(id_, "notes"), {"note": text}, status=422)
    assert words("en")(wrong, most=4000) in page.one(".summary").text()
    assert page.title.startswith("Error: ")
    written = page.one("#note").text()
    assert written.strip("\n") == text.replace("\r\n", "\n").replace("\x00", "\ufffd").strip("\n")
    assert remarks.around(desk_of(store), desk_of(store).submission(id_)).notes == []  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_note_of_as_many_letters_as_may_be_is_kept(store: Database) -> None:
    page, id_ = opened(store)
    page.post(address(id_, "notes"), {"note": "é" * 4000})
    assert page.texts(".remark .lines") == ["é" * 4000]


@pytest.mark.slow
def test_the_strategists_own_answers_stand_beside_the_clients(store: Database) -> None:
    page, id_ = opened(store, MEMBER)
    page.follow("Answer yourself")
    assert page.chosen("primary_goal") == []
    page.submit({"primary_goal": OWN["primary_goal"]}, status=422)
    assert page.chosen("primary_goal") == [OWN["primary_goal"]]
    assert len(page.tree.css(".summary li")) == 3
    page.submit({name: value for name, value in OWN.items() if name != "primary_goal"})
    assert "These answers are kept." in page.texts("[role=status]")
    assert page.texts(".two-people h2") == ["Client (first person)", "Strategist (second person)"]
    rows = page.texts(".compare tbody tr")
    assert any(row.startswith("Main goal") for row in rows)
    assert not any(row.startswith("Organisation") for row in rows)  # on it they agree
    own = code.encode(BOOK.layouts, read(BOOK.questionnaire, OWN | {"existing_channels": []}))
    assert any(own in link for link in page.links(".two-people a"))
    page.follow("Change these answers")
    assert page.chosen("content_strengths") == ["long_articles"]
    assert page.chosen("existing_channels") == ["-"]
    page.get(address(id_))
    assert f"Answered by {MEMBER} on" in page.text
    assert "They differ from the client's on 4 questions." in page.text
    page.post(address(id_, "own", "remove"), {})
    assert "The answers are removed." in page.text
    assert remarks.opinion(desk_of(store), id_) is None


@pytest.mark.slow
def test_own_answers_can_start_from_the_clients(store: Database) -> None:
    page, id_ = opened(store)
    page.get(address(id_, "own")).follow("Start from the client's answers")
    assert page.chosen("primary_goal") == [PLAIN["primary_goal"]]
    page.submit({})
    assert "Both gave the same answers." in page.text
    page.get(address(id_))
    assert "Both gave the same answers." in page.text


@pytest.mark.slow
def test_own_answers_of_questions_that_are_gone_ask_for_new_ones(store: Database) -> None:
    page, id_ = opened(store)
    remarks.keep_opinion(desk_of(store), id_, "ZZZZ-ZZZZ-ZZZZ-ZZZZ", MEMBER, WHEN)
    assert "can no longer read these answers" in page.get(address(id_)).text
    assert page.get(address(id_, "own")).chosen("primary_goal") == []


def with_today(app: Flask, **changed) -> None:
    """Other rules answer today than when the client sent."""
    today = replace(BOOK, version="2099.01", digest="sha256:other", **changed)
    shelf = Shelf(today)
    app.extensions["recommender"] = replace(app.extensions["recommender"], shelf=shelf)


@pytest.mark.slow  # it reads the kept release
def test_with_todays_rules_the_page_says_what_differs_and_why(store: Database) -> None:
    page, id_ = opened(store)
    assert "those that the client had, so nothing differs" in page.text
    gone = json.loads(result().body)["ranking"][0]["contributions"][0]
    rest = {rule: one for rule, one in BOOK.rules.items() if rule != gone["rule"]}
    names = {"en": "Renamed", "id": "Renamed"}
    types = {type_: replace(one, name=names) for type_, one in BOOK.types.items()}
    with_today(page.client.application, rules=rest, types=types)
    page.get(address(id_))
    assert "Renamed" not in page.text  # the page speaks in the words that the client read
    assert f"the rule “{gone['rule']}” was taken away" in page.text
    assert page.texts("#today ~ table tbody tr")
    links = page.links("#today ~ p a, #today ~ details a")
    assert any("v=2099.01" in link for link in links)
    assert page.client.get(next(one for one in links if "/rules/" in one)).status_code == 200
    change(store, name="Kopi", rules="2026.11")  # the form stays with the rules of then
    assert "those that the client had" in page.get(address(id_)).text


@pytest.mark.slow
def test_rules_that_are_not_kept_any_more_are_said_to_be_so(store: Database) -> None:
    whole = json.loads(result().body)
    whole["rules"] = {"version": "2020.01", "digest": "sha256:gone"}
    whole["answers"]["asked_once"] = "yes"
    old = replace(result(), body=canonical(whole), rules_version="2020.01")
    page, id_ = opened(store, made=old)
    assert "The rules 2020.01 are no longer kept here." in page.text
    assert "cannot read these answers" in page.text
    assert "asked_once" in page.texts(".given dt")
    assert page.client.get(page.link("Open the full result")).status_code == 200
    page.get(address(id_, "own")).submit({n: v for n, v in OWN.items() if n != "market"})
    assert "the two cannot be compared" in page.text


@pytest.mark.slow
def test_a_submission_is_marked_as_a_test_and_back(store: Database) -> None:
    page, _ = opened(store, MEMBER)
    page.submit({}, form="form[action$='/test']")
    assert "is marked as a test" in page.text
    assert page.texts("h1 .tag") == ["Test"]
    page.submit({}, form="form[action$='/test']")
    assert page.tree.css("h1 .tag") == []


@pytest.mark.slow
def test_erasing_asks_first_and_then_leaves_nothing(store: Database) -> None:
    page, id_ = opened(store, MEMBER)
    page.post(address(id_, "notes"), {"note": "Kept nowhere else."})
    page.follow("Erase this submission…")
    assert desk_of(store).submission(id_) is not None
    page.submit({})
    assert "is erased" in page.text
    assert desk_of(store).submission(id_) is None
    page.get(address(id_), status=404)
    did = {(deed.who, deed.what) for deed in deeds(desk_of(store)) if "submission" in deed.about}
    assert did == {(MEMBER, "note_added"), (MEMBER, "erased")}


ACTIONS = [
    ("notes",),
    ("notes", UNKNOWN, "remove"),
    ("test",),
    ("own",),
    ("own", "remove"),
    ("erase",),
]


UNKNOWNS = (UNKNOWN, "x", "A" * 32, "%00" * 8, "é" * 32)


@pytest.mark.slow
def test_what_is_not_there_and_what_is_anothers_cannot_be_told_apart(store: Database) -> None:
    app = console_app(store)
    live_form(store, "teh", "other")
    seat_at(desk_of(store, "teh"), "ani@other.example", "owner")
    id_ = send(desk_of(store), "k", made=result()).id
    page = signed_in(app, "ani@other.example")
    pages = {
        page.get(address(one, *more), status=404).text
        for one in (id_, *UNKNOWNS)
        for more in ((), ("own",), ("erase",))
    }
    answers = {
        page.post(address(one, *more), {"note": "x", **OWN}, status=404).text
        for one in (id_, *UNKNOWNS)
        for more in ACTIONS
    }
    assert len(pages | answers) == 1
    assert desk_of(store).submission(id_) is not None
    assert not [deed for deed in deeds(desk_of(store)) if "submission" in deed.about]


@pytest.mark.slow
def test_what_changes_something_takes_a_press_of_a_button(store: Database) -> None:
    page, id_ = opened(store)
    for more in ("own", "erase"):
        page.get(address(id_, more))
    for action in ACTIONS:
        if action not in (("own",), ("erase",)):
            assert page.client.get(address(id_, *action)).status_code == 405
    assert not [deed for deed in deeds(desk_of(store)) if "submission" in deed.about]
