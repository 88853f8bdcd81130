"""What a distrustful reader of the console looked for and found: each was wrong once."""

import csv
import io
from dataclasses import replace

import pytest
from agencies import WHEN
from consoles import browser_of, console_app, desk_of, signed_in
from desks import UNKNOWN, invitation, send
from forms import BOOK, later
from page import Page
from profiles import PLAIN
from sqlalchemy import event

from recommender.agency.sending import made
from recommender.engine.answers import read
from recommender.store import endpoints, remarks, team
from recommender.store.audit import COMMAND, deeds
from recommender.store.database import Database
from recommender.store.records import Contact
from recommender.store.remarks import MOST_OTHERS

MADE = made(BOOK, read(BOOK.questionnaire, PLAIN))
OTHER = "lima kata yang lebih panjang"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def choosing(app, store: Database) -> Page:
    later(app, days=0)
    now = app.extensions["recommender"].now()
    token = team.pass_for(desk_of(store), "member@studio.example", COMMAND, now)
    return Page(browser_of(app), "en", {"Accept-Language": "en"}).get(f"/console/password/{token}")


@pytest.mark.slow
def test_whoever_chose_too_short_a_password_can_choose_another_one(store: Database) -> None:
    page = choosing(console_app(store), store)
    for password, status in (("short", 422), (OTHER, 200)):
        page.post(page.one("main form").attributes["action"], {"password": password}, status=status)
    assert page.address.startswith("/console/submissions")


@pytest.mark.slow
def test_the_list_of_deeds_tells_of_a_download_of_every_form(store: Database) -> None:
    page = signed_in(console_app(store))
    page.client.post("/console/export/file", data={"format": "csv"})
    assert "Submissions downloaded" in page.get("/console/team/done").text


@pytest.mark.slow
def test_another_language_after_a_mistake_stays_in_the_console(store: Database) -> None:
    page = signed_in(console_app(store))
    page.post("/console/account", {"present": "wrong"}, status=422)
    assert page.link("Indonesia").startswith("/console/")


@pytest.mark.slow
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


@pytest.mark.slow
def test_what_was_sent_from_a_preview_of_a_draft_can_be_looked_at(store: Database) -> None:
    app = console_app(store)
    page = signed_in(app)
    page.post("/console/forms", {"name": "Draf", "slug": "draf-baru", "language": "browser"})
    id_ = send(desk_of(store), "one", slug="draf-baru", made=MADE, test=True).id
    page.get(f"/console/submissions/{id_}")
    links = [link.attributes["href"] for link in page.tree.css("main a[href^='/f/']")]
    assert len(links) > 5
    for link in links:
        assert browser_of(app).get(link).status_code == 200, link
    letter = page.tree.css_first("#letter-id").text()
    assert "/f/draf-baru/r/" in letter
    assert "t=" not in letter


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_page_of_invitations_does_not_read_them_all(store: Database) -> None:
    app = console_app(store)
    desk = desk_of(store)
    for number in range(3):
        invitation(desk, f"token-{number}", client=f"Klien {number}")
    read: list[int] = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany) -> None:
        if "invitations.client" in statement:
            read.append("LIMIT" in statement)

    page = signed_in(app).get("/console/forms/kopi/invitations")
    assert len(page.tree.css("tbody tr")) == 3
    assert read == [True]


@pytest.mark.slow
def test_a_submission_lists_only_the_newest_answers_of_a_client_who_sent_many(
    store: Database,
) -> None:
    app = console_app(store)
    desk = desk_of(store)
    first, *_, last = [send(desk, str(n), made=MADE).id for n in range(MOST_OTHERS + 5)]
    one = desk.submission(first)
    assert one is not None
    others = remarks.around(desk, one).others
    assert len(others) in (MOST_OTHERS, MOST_OTHERS + 1)
    assert others[-1].id == last
    assert [other.revision for other in others] == sorted(other.revision for other in others)
    assert app


@pytest.mark.slow
def test_a_document_of_types_that_no_rulebook_knows_any_more_can_be_read(store: Database) -> None:
    page = signed_in(console_app(store))
    first = f'"{MADE.first[0]}"'.encode()
    gone = replace(MADE, body=MADE.body.replace(first, b'"gone_type"'), rules_version="1999.1")
    id_ = send(desk_of(store), "one", made=gone).id
    for path in ("", "/overrule", "/followup", "/own", "/erase"):
        page.get(f"/console/submissions/{id_}{path}")
    other = send(desk_of(store), "two", made=MADE).id
    page.get(f"/console/compare?id={id_}&id={other}")


@pytest.mark.slow
def test_who_saves_a_logo_while_somebody_else_saves_is_told(store: Database) -> None:
    page = signed_in(console_app(store))
    desk = desk_of(store)
    once = [True]

    @event.listens_for(store.engine, "before_cursor_execute")
    def meanwhile(connection, cursor, statement, parameters, context, executemany) -> None:
        if "FROM logos" in statement and once:
            once.clear()
            desk.put_form("kopi", "live", {"slug": "kopi", "name": "Meanwhile"}, WHEN)

    found = page.client.post(
        "/console/forms/kopi/logo?lang=en",
        data={"logo": (io.BytesIO(PNG), "logo.png")},
        content_type="multipart/form-data",
    )
    assert not once
    assert found.status_code == 409
    assert "Somebody else" in found.get_data(as_text=True)
    assert "Meanwhile" in found.get_data(as_text=True)


def test_what_a_command_erased_is_on_the_list_of_deeds(database: Database) -> None:
    console_app(database)
    desk = desk_of(database)
    ids = [send(desk, key, made=MADE).id for key in ("one", "two")]
    assert desk.erase([*ids, UNKNOWN], WHEN) == 2
    told = [(one.who, one.about["submission"]) for one in deeds(desk) if one.what == "erased"]
    assert sorted(told) == sorted((COMMAND, id_) for id_ in ids)
