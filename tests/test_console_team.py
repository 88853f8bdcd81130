"""The console's team: who may be taken in, changed and taken away, and the list of deeds."""

import ast
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from agencies import WHEN, live_form
from consoles import browser_of, console_app, desk_of, seat_at, signed_in

from recommender.i18n import LANGUAGES, words
from recommender.store import team
from recommender.store.audit import COMMAND, deeds, note
from recommender.store.database import Database

ROOT = Path(__file__).parent.parent / "recommender"
TEAM = "/console/team"
OTHER = "lima kata yang lebih panjang"


def id_of(store: Database, email: str, slug: str = "kopi") -> str:
    return next(one.id for one in team.team(desk_of(store, slug)) if one.email == email)


def roles(store: Database) -> dict[str, str]:
    return {one.email.partition("@")[0]: one.role for one in team.team(desk_of(store))}


@pytest.mark.slow
def test_a_new_member_comes_in_by_a_link_that_is_shown_once(store: Database) -> None:
    app = console_app(store)
    page = signed_in(app).get(TEAM)
    page.post(TEAM, {"name": "Ani <b>", "email": "Ani@a.example", "role": "member"})
    address = page.one("#address").attributes["value"] or ""
    assert address in page.one("#words").text()
    assert "Ani <b>" in page.h1
    newcomer = browser_of(app)
    chosen = newcomer.post(urlsplit(address).path, data={"password": OTHER})
    assert chosen.status_code == 303
    assert newcomer.get("/console/account").status_code == 200
    assert address.rpartition("/")[2] not in page.get(TEAM).response.get_data(as_text=True)


@pytest.mark.slow
def test_what_is_wrong_with_a_new_member_is_said_all_at_once(store: Database) -> None:
    page = signed_in(console_app(store)).get(TEAM)
    wrong = {"name": "A\u202eb", "email": "nobody", "role": "queen"}
    page.post(TEAM, wrong, status=422)
    assert page.links(".summary a") == ["#name", "#email", "#role"]
    page.post(TEAM, {"name": "X", "email": "MEMBER@studio.example", "role": "owner"}, status=422)
    assert "has a member of this address already" in page.text
    assert roles(store) == {"owner": "owner", "member": "member"}


@pytest.mark.slow
def test_a_forgotten_password_gets_a_new_link_and_the_old_one_holds_until_then(store) -> None:
    app = console_app(store)
    member = id_of(store, "member@studio.example")
    page = signed_in(app).get(TEAM)
    page.post(f"{TEAM}/{member}/link", {})
    assert "/console/password/" in (page.one("#address").attributes["value"] or "")
    assert signed_in(app, "member@studio.example").get("/console/account")


@pytest.mark.slow
def test_roles_change_and_the_last_owner_stays(store: Database) -> None:
    page = signed_in(console_app(store)).get(TEAM)
    owner = id_of(store, "owner@studio.example")
    member = id_of(store, "member@studio.example")
    page.post(f"{TEAM}/{owner}/role", {"role": "member"}, status=409)
    assert "needs an owner" in page.text
    page.post(f"{TEAM}/{owner}/remove", {}, status=409)
    page.post(f"{TEAM}/{member}/role", {"role": "queen"}, status=422)
    page.post(f"{TEAM}/{member}/role", {"role": "owner"})
    assert "The role is changed" in page.text
    page.post(f"{TEAM}/{owner}/role", {"role": "member"})
    assert roles(store) == {"owner": "member", "member": "owner"}


@pytest.mark.slow
def test_a_member_is_removed_after_a_question_and_is_out_at_once(store: Database) -> None:
    app = console_app(store)
    theirs = signed_in(app, "member@studio.example")
    member = id_of(store, "member@studio.example")
    page = signed_in(app).get(f"{TEAM}/{member}/remove")
    assert "member@studio.example" in page.text
    assert theirs.client.get("/console/account").status_code == 200
    page.submit(form=f"form[action='{TEAM}/{member}/remove']")
    assert "removed and signed out" in page.text
    assert theirs.client.get("/console/account").status_code == 303


@pytest.mark.slow
def test_a_member_sees_the_list_and_changes_nobody(store: Database) -> None:
    page = signed_in(console_app(store), "member@studio.example").get(TEAM)
    assert "owner@studio.example" in page.text
    assert page.tree.css("main form") == []
    owner = id_of(store, "owner@studio.example")
    for address in (TEAM, *(f"{TEAM}/{owner}/{what}" for what in ("link", "role", "remove"))):
        assert page.client.post(address, data={"role": "member"}).status_code == 403
    assert page.client.get(f"{TEAM}/done").status_code == 403
    assert roles(store)["owner"] == "owner"


@pytest.mark.slow
def test_another_agencys_member_is_not_there(store: Database) -> None:
    app = console_app(store)
    live_form(store, "teh", "other")
    seat_at(desk_of(store, "teh"), "owner@other.example", "owner")
    theirs = id_of(store, "owner@other.example", "teh")
    client = signed_in(app).client
    for what in ("link", "role", "remove"):
        there = client.post(f"{TEAM}/{theirs}/{what}", data={"role": "member"})
        nowhere = client.post(f"{TEAM}/{'0' * 32}/{what}", data={"role": "member"})
        said = there.data.replace(theirs.encode(), b"0" * 32)
        assert (there.status_code, said) == (404, nowhere.data)
    assert client.get(f"{TEAM}/{theirs}/remove").status_code == 404


@pytest.mark.slow
def test_the_list_of_deeds_says_who_did_what_and_goes_on_page_by_page(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    with store.writing() as connection:
        for n in range(60):
            note(connection, desk.agency_id, f"m{n}@a.example", "a_later_deed", WHEN, n=n)
        note(connection, desk.agency_id, COMMAND, "erased", WHEN, submission="0" * 32)
        note(connection, desk.agency_id, "<b>", "note_added", WHEN, submission="1" * 32)
    page = signed_in(app).get(f"{TEAM}/done")
    seen = page.texts("tbody tr")
    page.follow("Older")
    while True:
        seen += page.texts("tbody tr")
        if "Older" not in page.texts("a"):
            break
        page.follow("Older")
    assert len(seen) == len(deeds(desk, 200))
    everything = " ".join(seen)
    assert "owner@studio.example Signed in" in everything
    assert "whoever runs this installation" in everything
    assert "0" * 32 not in everything
    assert all(f"m{n}@a.example" in everything for n in range(60))
    page.get(f"{TEAM}/done?before=nonsense")


def noted() -> set[str]:
    """The name of every deed that the source writes down."""
    found = set()
    for file in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note"
            if called and len(node.args) > 3:
                found |= {
                    one.value
                    for one in ast.walk(node.args[3])
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_deed_that_is_written_down_has_words(lang: str) -> None:
    names = noted()
    assert {"member_added", "form_changed", "invited", "signed_in"} <= names
    for name in sorted(names):
        assert words(lang)(f"deed_{name}")
