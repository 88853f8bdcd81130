"""What the console does with mail where it is set up, and what it says where it is not."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from agencies import WHEN
from consoles import PASSWORD, browser_of, console_app, desk_of, signed_in
from flask import Flask
from mailboxes import mailbox, text_of
from mails import agency_of, deliver, rows, submit
from page import Page
from sends import SRI, asking, at_send, erase_address, press

from recommender.store import mails, team
from recommender.store.database import Database

OWNER = "owner@studio.example"
INVITATIONS = "/console/forms/kopi/invitations"
FORGOTTEN = "/console/forgotten"


def mailing(app: Flask, **changed) -> Flask:
    """The app where mail is set up."""
    record = app.extensions["recommender"]
    app.extensions["recommender"] = replace(record, mailing=True, **changed)
    return app


def forget(app: Flask, email: str):
    return browser_of(app).post(FORGOTTEN, data={"email": email}, headers={"Accept-Language": "en"})


@pytest.mark.slow
def test_who_forgot_her_password_gets_a_link_by_mail_that_works(store: Database) -> None:
    app = mailing(console_app(store))
    reader = Page(browser_of(app), "en", {"Accept-Language": "en"})
    reader.get("/console/sign-in").follow("Forgotten password")
    assert "on its way" in press(reader, email=OWNER.upper()).text
    with mailbox() as box:
        deliver(store, box)
        [link] = [one for one in text_of(box.only()).split() if "/console/password/" in one]

    press(reader.get(link.removeprefix("https://forms.example")), password="lima kata yang lebih")
    answer = browser_of(app).post("/console/sign-in", data={"email": OWNER, "password": PASSWORD})
    assert answer.status_code == 422, "the old one has ended"


@pytest.mark.slow
def test_nobody_learns_who_is_known_from_the_page_for_forgotten_passwords(store: Database) -> None:
    app = mailing(console_app(store))
    known, unknown = (forget(app, email) for email in (OWNER, "owner@elsewhere.example"))

    assert known.status_code == unknown.status_code == 200
    expected = unknown.get_data(as_text=True).replace("elsewhere.example", "studio.example")
    assert known.get_data(as_text=True) == expected
    assert {row.kind for row in rows(store)} == {mails.FORGOTTEN}, "nothing was looked up"
    with mailbox() as box:
        deliver(store, box)
        assert [who for _, who in box.to] == [[OWNER]]
    assert rows(store) == []


def test_an_address_gets_three_such_mails_in_ten_minutes_known_or_not(store: Database) -> None:
    app = mailing(console_app(store), now=lambda: WHEN)
    for email in (OWNER, "nobody@elsewhere.example"):
        answers = [forget(app, email) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert int(answers[-1].headers["Retry-After"]) <= 600
    assert len(rows(store)) == 6
    mailing(app, now=lambda: WHEN + timedelta(minutes=11))
    assert forget(app, OWNER).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("email", ["", "no address", "a@b", "x@y.example\r\nBcc: z@y.example"])
def test_what_is_no_address_is_said_to_be_none(store: Database, email: str) -> None:
    assert forget(mailing(console_app(store)), email).status_code == 422
    assert rows(store) == []


@pytest.mark.slow
def test_without_mail_every_page_says_how_it_works_by_hand(store: Database) -> None:
    app = console_app(store)
    reader = Page(browser_of(app), "en", {"Accept-Language": "en"})
    assert "Ask an owner of your agency" in reader.get("/console/sign-in").text
    assert not reader.tree.css(f"a[href^='{FORGOTTEN}']")
    assert "Ask an owner of your agency" in reader.get(FORGOTTEN).text
    assert not reader.tree.css("form[method=post]")
    page = signed_in(app)
    assert "sends no mail" in page.get("/console/account").text
    assert "Nothing is sent by itself" in page.get("/console/team").text
    assert "nothing is sent by itself" in page.get(INVITATIONS).text
    forget(app, OWNER)
    page.post(INVITATIONS, {"client": "Sri", "email": "sri@a.example", "mail": "en"})
    page.post("/console/team", {"name": "Ani", "email": "ani@studio.example", "role": "member"})
    assert "is on its way" not in page.text
    assert rows(store) == []


def test_a_member_chooses_whether_she_is_told_and_in_which_language(store: Database) -> None:
    page = signed_in(mailing(console_app(store)), "member@studio.example", "en")
    page.get("/console/account")
    assert page.one("#told [selected]").attributes["value"] == "no"
    assert page.one("#lang [selected]").attributes["value"] == "id", "as she signed in"
    page.post("/console/account/mail", {"told": "yes", "lang": "en"})
    assert "is saved" in page.text

    [seat] = team.seats(store, "member@studio.example")
    assert team.wishes(store, seat) == team.Wishes(told=True, lang="en")


@pytest.mark.slow
def test_a_client_is_invited_by_mail_in_the_language_that_was_chosen(store: Database) -> None:
    page = signed_in(mailing(console_app(store))).get(INVITATIONS)
    fields = {"client": "Ibu Sri", "email": "sri@a.example", "days": "30"}
    page.post(INVITATIONS, fields | {"mail": "id"})
    assert "The mail to sri@a.example is on its way." in page.text
    shown = page.one("#link").attributes["value"] or ""
    with mailbox() as box:
        deliver(store, box)
        assert box.only()["Content-Language"] == "id"
        assert "Halo Ibu Sri," in text_of(box.only())
        assert shown.rpartition("/")[2] in text_of(box.only())

    page.post(INVITATIONS, fields | {"mail": "xx"})
    assert rows(store) == []


@pytest.mark.slow
def test_an_invitation_without_an_address_is_not_made_to_be_mailed(store: Database) -> None:
    page = signed_in(mailing(console_app(store)))
    page.post(INVITATIONS, {"client": "Ibu Sri", "mail": "id"}, status=422)
    assert "write her e-mail address" in page.text
    assert page.one("#mail [selected]").attributes["value"] == "id"
    assert desk_of(store).invitations() == []


def test_of_a_table_those_with_an_address_are_mailed(store: Database) -> None:
    page = signed_in(mailing(console_app(store)))
    table = io.BytesIO(b"client,email\nSri,sri@a.example\nAni,\nBudi,budi@a.example\n")
    sent = page.client.post(
        f"{INVITATIONS}/table", data={"table": (table, "clients.csv"), "mail": "en"}
    )
    assert sent.status_code == 200
    assert sorted(row.email for row in rows(store)) == ["budi@a.example", "sri@a.example"]


def test_a_new_member_is_mailed_her_link_and_the_owner_sees_it_too(store: Database) -> None:
    page = signed_in(mailing(console_app(store)))
    page.post("/console/team", {"name": "Ani", "email": "ani@studio.example", "role": "member"})
    assert "A mail with this link is on its way to ani@studio.example." in page.text
    shown = page.one("#address").attributes["value"] or ""
    [row] = rows(store)

    assert (row.kind, row.email) == (mails.WELCOME, "ani@studio.example")
    assert shown.endswith(row.said["token"])


@pytest.mark.slow
def test_what_could_not_be_delivered_is_said_to_owners(store: Database) -> None:
    app = mailing(console_app(store))
    page = signed_in(app)
    page.post(INVITATIONS, {"client": "Sri", "email": "gone@a.example", "mail": "en"})
    with mailbox() as box:
        box.answers = ["550 no such address"]
        deliver(store, box)

    told = page.get("/console/team").texts("[aria-labelledby=undelivered] tbody tr > *")
    assert told[:2] == ["gone@a.example", "an invitation of a client"]
    assert told[3] == "the mail server refused it for good (550)"
    assert "gone@a.example" not in signed_in(app, "member@studio.example").get("/console/team").text


@pytest.mark.slow
def test_a_receipt_by_mail_has_the_link_that_the_page_shows(store: Database) -> None:
    app = mailing(asking(store, receipt="yes"))
    page = press(at_send(app), **SRI)
    assert "also goes to the address you gave" in page.text
    address = erase_address(page)
    with mailbox() as box:
        deliver(store, box)
        assert f"https://forms.example{address}" in text_of(box.only())
    assert "receipt with your answers is sent" in page.get("/f/kopi/privacy").text


@pytest.mark.slow
@pytest.mark.parametrize(("receipt", "set_up"), [("no", True), ("yes", False)])
def test_without_receipts_or_mail_none_is_sent_and_nothing_said_of_them(store, receipt, set_up):
    app = asking(store, receipt=receipt)
    page = press(at_send(mailing(app) if set_up else app), **SRI)
    assert "also goes to" not in page.text
    assert "receipt with your answers" not in page.get("/f/kopi/privacy").text
    assert rows(store) == []


def test_an_erased_submission_takes_its_unsent_mails_along(database: Database) -> None:
    desk = agency_of(database)
    kept, gone = (submit(desk, key, receipt=True) for key in ("kept", "gone"))
    desk.erase([gone.id], WHEN)

    assert {row.submission_id for row in rows(database)} == {kept.id}
