"""The whole story in one go: a form is made, embedded, answered and sent; the agency finds it,
raises, compares, overrules, exports and erases."""

import csv
import io
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from agencies import WHEN
from consoles import PASSWORD, seat_at
from flask import Flask
from forms import BOOK, sqlite
from framing import Host, press_enter, served
from playwright.sync_api import BrowserContext, Page, expect
from test_embed import answer

from recommender.i18n import words
from recommender.store.database import Database
from recommender.store.desk import Desk, create_agency
from recommender.web.app import create_app

T = words("en")
OWNER = "maya@studio.example"


@pytest.fixture
def world(tmp_path) -> Iterator[tuple[Host, Desk]]:
    """An agency with an owner and nothing else, and the site of its host page."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    database: Database = sqlite(tmp_path)
    desk = Desk(database, create_agency(database, "studio", "Studio", WHEN).id)
    seat_at(desk, OWNER, "owner")
    app: Flask = create_app(BOOK, database=database)
    begun = datetime.now(UTC)
    # A hundred seconds pass in one: a browser answers faster than anybody can.
    app.extensions["recommender"] = replace(
        app.extensions["recommender"], now=lambda: begun + 100 * (datetime.now(UTC) - begun)
    )
    with served(app) as port:
        host = Host(f"http://127.0.0.1:{port}")
        with served(host) as host.port:
            yield host, desk
    database.close()


def enter(page: Page, host: Host) -> None:
    page.goto(f"{host.form}/console?lang=en")
    page.get_by_label(T("email")).fill(OWNER)
    page.get_by_label(T("password")).fill(PASSWORD)
    page.get_by_role("button", name=T("sign_in")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(T("tab_submissions"))


def make_form(page: Page, host: Host) -> str:
    """A live form that asks for contact, made in the console; its snippet for the host page."""
    page.get_by_role("link", name=T("list_make_form")).click()
    page.get_by_label(T("set_name")).fill("Kenali kanal")
    page.get_by_label(T("form_slug")).fill("kopi")
    page.locator("#language").select_option("en")
    page.get_by_role("button", name=T("form_make")).click()
    page.locator("[id='state']").select_option("live")
    page.locator("[id='contact']").select_option("after")
    page.get_by_role("button", name=T("form_save")).first.click()
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_role("link", name=T("embed"), exact=True).click()
    page.get_by_label(T("embed_page")).fill(f"{host.origin}/host")
    page.get_by_role("button", name=T("embed_check_now")).click()
    page.get_by_role("button", name=T("embed_add", site=host.origin)).click()
    return page.locator("textarea").first.input_value()


def send(context: BrowserContext, host: Host, snippet: str, name: str) -> None:
    """A client answers the form in the agency's own page and sends the result."""
    page = context.new_page()
    host.pages["/host"] = f"<!doctype html><title>Host</title><h1>Welcome</h1>{snippet}"
    page.goto(f"{host.origin}/host")
    frame = answer(page)
    press_enter(frame.get_by_role("link", name=T("send_to", agency="Studio")))
    frame.get_by_label(T("contact_name")).fill(name)
    frame.get_by_label(T("contact_email")).fill(f"{name.lower()}@client.example")
    frame.locator("#consent").press(" ")
    press_enter(frame.get_by_role("button", name=T("send_now")))
    expect(frame.get_by_role("heading", level=1)).to_have_text(T("sent_title", agency="Studio"))
    assert context.cookies() == []


@pytest.mark.slow
def test_from_a_new_form_to_an_erased_submission(new_context, world):
    host, desk = world
    page = new_context(viewport={"width": 1280, "height": 900}).new_page()
    enter(page, host)
    snippet = make_form(page, host)
    assert "data-rc" in snippet

    clients: BrowserContext = new_context(viewport={"width": 360, "height": 640})
    for name in ("Wulan", "Bagus"):
        send(clients, host, snippet, name)

    page.goto(f"{host.form}/console/submissions")  # found
    expect(page.locator(".list tbody tr")).to_have_count(2)
    page.get_by_label(T("list_q")).fill("wul")
    page.get_by_role("button", name=T("list_find")).click()
    expect(page.locator(".list tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Wulan").click()

    expect(page.get_by_role("heading", name=T("raise_title"))).to_be_visible()  # raised
    assert page.locator(".raise li").count() > 0
    page.locator("#note").fill("She wants to begin in January.")
    page.get_by_role("button", name=T("note_add")).click()
    expect(page.get_by_text("She wants to begin in January.", exact=True)).to_be_visible()
    one = page.url

    page.goto(f"{host.form}/console/compare")  # compared
    for name in ("Wulan", "Bagus"):
        page.get_by_label(name).check(force=True)
    page.get_by_role("button", name=T("compare_now")).click()
    expect(page.get_by_text("Bagus").first).to_be_visible()

    page.goto(one.partition("?")[0] + "/overrule")  # overruled
    page.locator("input[name=type]").nth(2).check(force=True)
    page.locator("#reason").fill("Her team already runs one.")
    page.get_by_role("button", name=T("practice_keep")).click()
    expect(page.get_by_text("Her team already runs one.")).to_be_visible()
    page.goto(f"{host.form}/console/practice")
    assert page.locator("a[href*='/rules/']").count() > 0

    page.goto(f"{host.form}/console/export")  # exported
    with page.expect_download() as waited:
        page.get_by_role("button", name=T("export_take"), exact=True).click()
    rows = list(csv.DictReader(io.StringIO(waited.value.path().read_text("utf-8-sig"))))
    assert {row["contact_name"] for row in rows} == {"Wulan", "Bagus"}

    page.goto(one.partition("?")[0] + "/erase")  # erased
    page.get_by_role("button", name=T("erasing_now")).click()
    expect(page.locator(".list tbody tr")).to_have_count(1)
    assert [listed.contact.name for listed in desk.submissions()] == ["Bagus"]
    assert desk.holdings()["tombstones"] == 1
