"""What a distrustful reader of the console looked for and found: each was wrong once."""

import csv
import io

import pytest
from agencies import WHEN
from consoles import browser_of, console_app, desk_of, signed_in
from desks import UNKNOWN, send
from forms import BOOK, answer, later
from page import Page
from profiles import PLAIN

from recommender.agency.sending import made
from recommender.engine.answers import read
from recommender.store import endpoints, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.records import Contact

MADE = made(BOOK, read(BOOK.questionnaire, PLAIN))
OTHER = "lima kata yang lebih panjang"


def choosing(app, store: Database) -> Page:
    token = team.pass_for(desk_of(store), "member@studio.example", COMMAND, WHEN)
    later(app, days=0)
    token = team.pass_for(
        desk_of(store), "member@studio.example", COMMAND, app.extensions["recommender"].now()
    )
    return Page(browser_of(app), "en", {"Accept-Language": "en"}).get(f"/console/password/{token}")


def test_whoever_chose_too_short_a_password_can_choose_another_one(store: Database) -> None:
    page = choosing(console_app(store), store)
    page.submit({"password": "short"}, status=422)
    page.submit({"password": OTHER})
    assert page.address.startswith("/console/submissions")


def test_the_list_of_deeds_tells_of_a_download_of_every_form(store: Database) -> None:
    page = signed_in(console_app(store))
    page.client.post("/console/export/file", data={"format": "csv"})
    assert "Submissions downloaded" in page.get("/console/team/done").text


def test_another_language_after_a_mistake_stays_in_the_console(store: Database) -> None:
    page = signed_in(console_app(store))
    page.post("/console/account", {"present": "wrong"}, status=422)
    assert page.link("Indonesia").startswith("/console/")


@pytest.mark.parametrize("evil", ["\0", "a\0b@c", "\ud83d", "x" * 3000])
def test_what_no_id_or_address_can_be_is_not_there(database: Database, evil: str) -> None:
    app = console_app(database)
    hook = endpoints.add(desk_of(database), "https://a.example/", "whsec_", COMMAND, WHEN)
    client = signed_in(app).client
    evil = evil.encode(errors="surrogatepass")
    asked = [
        ("GET", "/console/compare", {"id": [evil, UNKNOWN]}, 404),
        ("GET", "/console/compare", {"find": "1", "q": evil, "id": evil}, 200),
    ]
    for method, where, query, status in asked:
        found = client.open(where, method=method, query_string=query)
        assert found.status_code == status, (where, query)
    again = client.post(f"/console/hooks/{hook.id}/again/%00")
    assert again.status_code == 404
    found = browser_of(app).post("/console/sign-in", data={"email": evil, "password": "x"})
    assert found.status_code == 422


def test_what_was_sent_from_a_preview_of_a_draft_can_be_looked_at(store: Database) -> None:
    page = signed_in(console_app(store))
    page.client.post("/console/forms", data={"name": "Draf", "slug": "draf-baru"})
    frame = page.get("/console/forms/draf-baru/preview").tree.css_first("iframe")
    answer(page, frame.attributes["src"])
    desk = desk_of(store)
    id_ = send(desk, "one", slug="draf-baru", made=MADE, test=True).id
    page.get(f"/console/submissions/{id_}")
    for link in page.tree.css("main a[href^='/f/']"):
        assert page.client.get(link.attributes["href"]).status_code == 200, link.attributes


@pytest.mark.parametrize("reader", [",", ";", "\t"])
def test_no_cell_begins_a_formula_however_a_spreadsheet_parts_a_line(
    store: Database, reader: str
) -> None:
    page = signed_in(console_app(store))
    send(desk_of(store), "one", made=MADE, contact=Contact("Budi;=1+1;", "a@b.example", "x; @y"))
    found = page.client.post("/console/export/file", data={"format": "csv"})
    text = found.data.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=reader) for cell in row]
    assert not [cell for cell in cells if cell.strip()[:1] in tuple("=@+")]


def test_no_page_says_a_password_again(store: Database) -> None:
    client = browser_of(console_app(store))
    sent = {"present": "kata yang rahasia", "password": "kata yang rahasia"}
    found = client.post("/console/account", data=sent)
    assert found.status_code == 401
    assert "rahasia" not in found.get_data(as_text=True)


def test_a_password_that_was_changed_ends_a_link_to_choose_one(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    token = team.pass_for(desk, "owner@studio.example", COMMAND, WHEN)
    assert token is not None
    [seat] = team.seats(store, "owner@studio.example")
    team.change_password(store, seat, "hash", WHEN)
    assert team.holder(store, token, WHEN) is None
    assert app
