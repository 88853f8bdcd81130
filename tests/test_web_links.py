"""What people get links to: erasing, an invitation, and what becomes of their data."""

from datetime import timedelta

import pytest
from agencies import WHEN, live_form
from flask import Flask
from forms import CODE, later, reader_of
from page import Page, text_of
from profiles import PLAIN
from results import each_language
from sends import ASKING, SRI, asking, at_send, desk_of, erase_address, only_one, press
from sqlalchemy import text

from recommender.i18n import words
from recommender.store.database import Database, new_id, now
from recommender.store.front import form_by_slug
from recommender.store.records import Invitation

T = words("en")


def invite(database: Database, token: str = "secret", days: int = 30, **changed) -> Invitation:
    """An invitation of the form, made now."""
    form = form_by_slug(database, "kopi")
    assert form is not None
    made = {"client": "Sri", "email": None, "ref": "P-12", "code": CODE, "created_at": now()}
    made |= {"expires_at": now() + timedelta(days=days), "opened_at": None, "answered_at": None}
    found = Invitation(new_id(), form.agency_id, form.id, **(made | changed))
    desk_of(database).invite(found, token)
    return found


def state_of(database: Database) -> str:
    [found] = desk_of(database).invitations()
    return found.state


@pytest.mark.slow
def test_an_erase_link_asks_first_then_erases_and_tells_when_it_did(database):
    app = asking(database)
    page = press(at_send(app, "en"), **SRI)
    receipt, link = page.address, erase_address(page)

    for _ in range(2):
        assert page.get(link).h1 == T("erase_title", agency="Studio")
    only_one(database)
    page.submit()
    assert (page.address.partition("?")[0], page.h1) == (link, T("erased_title"))
    assert desk_of(database).submissions() == []
    when = page.text
    later(app, days=2)
    assert page.get(link).text == when
    assert page.get(receipt).h1 == T("erased_title")


@pytest.mark.slow
def test_whoever_opens_an_erase_page_with_another_method_changes_nothing(store):
    app = asking(store)
    link = erase_address(press(at_send(app), **SRI))

    assert app.test_client().head(link).status_code == 200
    assert app.test_client().delete(link).status_code == 405
    only_one(store)


@pytest.mark.slow
def test_a_wrong_erase_link_is_not_found_whatever_is_wrong_with_it(store):
    app = asking(store)
    link = erase_address(press(at_send(app), **SRI))
    live_form(store, "teh", "other", **ASKING)
    client = app.test_client()

    wrong = [link[:-1] + ("0" if link[-1] != "0" else "1"), link.replace("/kopi/", "/teh/")]
    wrong += ["/f/kopi/erase/" + "a" * 32, "/f/teh/erase/%00"]
    for method in (client.get, client.post):
        answers = [method(address) for address in wrong]
        assert {answer.status_code for answer in answers} == {404}
    only_one(store)


@pytest.mark.slow
def test_what_only_one_person_may_see_is_kept_and_listed_nowhere(store):
    app = asking(store)
    page = press(at_send(app), **SRI)
    addresses = [page.address, erase_address(page), f"/f/kopi/send?a={CODE}", "/f/kopi/erase/x"]

    for address in addresses:
        headers = app.test_client().get(address).headers
        assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")


@pytest.mark.slow
def test_erasing_works_after_the_form_was_closed_and_sending_does_not(store):
    app = asking(store)
    page = press(at_send(app, "en"), **SRI)
    link = erase_address(page)
    desk_of(store).put_form("kopi", "closed", ASKING, WHEN)

    page.get(f"/f/kopi/send?a={CODE}", status=410)
    page.get(link).submit()
    assert desk_of(store).submissions() == []


@pytest.mark.slow
def test_an_invitation_leads_to_the_first_page_filled_in_and_is_answered_by_sending(database):
    app = asking(database)
    invite(database)
    assert state_of(database) == "made"
    page = reader_of(app, "en").get("/f/kopi/i/secret")

    assert page.address.startswith("/f/kopi/?")
    assert page.chosen("primary_goal") == [PLAIN["primary_goal"]]
    assert "secret" not in page.response.text
    assert state_of(database) == "opened"
    for _ in range(3):
        page.submit()
    page.get(page.links(".share a.button")[0])
    later(app, minutes=2)
    press(page, **SRI)
    stored = only_one(database)
    assert (state_of(database), stored.listed.ref) == ("answered", "P-12")


@pytest.mark.slow
def test_a_second_answer_to_an_invitation_is_a_new_version_of_the_first(store):
    app = asking(store)
    invite(store)
    for turn, email in enumerate((SRI["email"], "rahayu@kopi.example"), 1):
        page = reader_of(app, "en").get("/f/kopi/i/secret")
        later(app, minutes=2 * turn)
        page.get(f"/f/kopi/send?a={CODE}&t={page.query['t'][0]}")
        press(page, **(SRI | {"email": email}))

        assert (T("sent_again", n=2) in page.text) == (turn == 2)
        assert T("erase_note_invited") in page.text
    assert len({one.thread for one in desk_of(store).submissions()}) == 1


def answered(app: Flask, minutes: int, **person: str) -> Page:
    """The receipt of an answer to the invitation, sent so many minutes from now."""
    page = reader_of(app, "en").get("/f/kopi/i/secret")
    later(app, minutes=minutes)
    page.get(f"/f/kopi/send?a={CODE}&t={page.query['t'][0]}")
    return press(page, **SRI | person)


@pytest.mark.slow
def test_an_answer_by_invitation_is_not_counted_beside_others_of_its_address(store):
    app = asking(store)
    press(at_send(app, "en"), **SRI)
    invite(store)
    page = answered(app, 2)

    assert {one.revision for one in desk_of(store).submissions()} == {1, 2}
    assert T("sent_again", n=2) not in page.text
    assert T("erase_all", n=2) not in page.get(erase_address(page)).text


@pytest.mark.slow
@pytest.mark.parametrize("whole", [False, True])
def test_an_erase_link_erases_all_that_was_sent_by_its_invitation_only_if_told_to(database, whole):
    app = asking(database)
    alone = press(at_send(app, "en"), **SRI)
    assert T("erase_note_invited") not in alone.text
    invite(database)
    first, page = answered(app, 2), answered(app, 4, name="Sri Rahayu")
    receipt = first.address
    page.get(erase_address(page))
    assert T("erase_others_one", n=1) in page.text
    buttons = {text_of(one): one.attributes for one in page.tree.css("main form button")}
    pressed = buttons[T("erase_all", n=2) if whole else T("erase_now")]
    page.post(
        page.one("main form").attributes["action"] or "",
        {pressed["name"]: pressed["value"]} if whole else {},
    )

    assert page.h1 == T("erased_title")
    assert len(desk_of(database).submissions()) == (1 if whole else 2)
    assert (first.get(receipt).h1 == T("erased_title")) == whole
    assert alone.get(alone.address).h1 == T("sent_title", agency="Studio")
    assert T("erase_all", n=2) not in alone.get(erase_address(alone)).text


@pytest.mark.slow
def test_who_types_the_address_of_another_cannot_erase_what_that_one_sent(store):
    app = asking(store)
    press(at_send(app, "en"), **SRI)
    invite(store)
    page = answered(app, 2)
    page.post(erase_address(page), {"which": "all"})

    stored = only_one(store).listed
    assert (stored.revision, stored.contact.email) == (1, SRI["email"])


@pytest.mark.slow
@each_language
def test_an_expired_invitation_says_whom_to_ask(store, lang):
    app = asking(store, language=lang)
    invite(store, days=1)
    later(app, days=1, minutes=1)
    page = reader_of(app, lang).get("/f/kopi/i/secret", status=410)

    assert page.h1 == words(lang)("error_invitation_title")
    assert "Studio" in page.text
    assert state_of(store) == "made"


def test_an_invitation_of_another_form_is_not_found(store):
    app = asking(store)
    invite(store)
    live_form(store, "teh", "other", language="en")
    reader_of(app, "en").get("/f/teh/i/secret", status=404)
    reader_of(app, "en").get("/f/kopi/i/guess", status=404)

    assert state_of(store) == "made"


def test_an_invitation_whose_answers_are_no_longer_read_still_leads_to_the_form(store):
    app = asking(store)
    invite(store, code="0000-0000-0000-0000")
    page = reader_of(app, "en").get("/f/kopi/i/secret")

    assert page.chosen("primary_goal") == []


@pytest.mark.slow
def test_an_invitation_is_followed_even_where_that_cannot_be_noted(store):
    app = asking(store)
    invite(store)
    with store.writing() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE UPDATE ON invitations "
                "BEGIN INSERT INTO missing VALUES (1); END"
            )
        )
    page = reader_of(app, "en").get("/f/kopi/i/secret")

    assert page.chosen("primary_goal") == [PLAIN["primary_goal"]]


@pytest.mark.slow
@each_language
@pytest.mark.parametrize("contact", ["off", "after"])
def test_every_page_of_a_form_leads_to_what_becomes_of_the_data(store, lang, contact):
    app: Flask = asking(store, contact=contact, language=lang, retention_days=1)
    w = words(lang)
    for address in ("/2", f"/r/{CODE}", "/guide"):
        page = reader_of(app, lang).get(f"/f/kopi{address}").follow(w("privacy"))

        assert page.h1 == w("privacy")
    assert w("privacy_who_text", agency="Studio") in page.text
    assert (w("kept_days_one", n=1) in page.text) == (contact == "after")
    assert (w("part_email") in page.text) == (contact == "after")
    assert (w("privacy_nothing") in page.text) == (contact == "off")
