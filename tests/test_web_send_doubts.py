"""Sending when something is wrong: programs, old pages, floods, and a database that is away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from agencies import live_form
from forms import BOOK, CODE, later, reader_of
from page import form_fields
from sends import ASKING, OWN, SRI, asking, at_send, desk_of, filled, only_one, press
from sqlalchemy import text

from recommender.i18n import words
from recommender.settings import Settings
from recommender.store.database import Database
from recommender.web.app import create_app
from recommender.web.limits import MOST_KNOWN, Sends, Window, network

T = words("en")


def rename(database: Database, old: str, new: str) -> None:
    with database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


@pytest.mark.slow
def test_what_fills_the_field_that_nobody_sees_is_sent_once_more_by_a_person(store):
    page = press(at_send(asking(store), "en"), 422, **SRI, subject="Cheap pills")

    assert page.texts("#problems li") == [T("unsent_trap")]
    assert form_fields(page.one("main form"))["subject"] == [""]
    press(page)
    assert only_one(store).listed.contact.name == "Sri"


def test_what_is_sent_within_two_seconds_is_sent_once_more_by_a_person(store):
    app = asking(store)
    later(app)
    page = reader_of(app, "en").get(f"/f/kopi/send?a={CODE}")

    assert press(page, 422, **SRI).texts("#problems li") == [T("unsent_quick")]
    later(app, seconds=3)
    press(page)
    only_one(store)


@pytest.mark.slow
@pytest.mark.parametrize("token", ["", "x", "another form", "too old"])
def test_without_a_token_that_holds_nothing_is_stored_until_the_button_is_pressed_again(
    store, token
):
    app = asking(store)
    page = at_send(app, "en")
    address, fields = filled(page, **SRI)
    brought = {"too old": page.query["t"][0]}.get(token, token)
    if token == "another form":
        live_form(store, "teh", "other", **ASKING)
        other = reader_of(app, "en").get(f"/f/teh/r/{CODE}").links(".share a.button")[0]
        brought = other.rpartition("t=")[2]
    later(app, days=1, minutes=1)
    page.post(f"{address.partition('?')[0]}?a={CODE}&t={brought}", fields, status=422)

    assert T("form_stale") in page.text
    assert form_fields(page.one("main form"))["email"] == [SRI["email"]]
    assert desk_of(store).submissions() == []
    later(app, days=1, minutes=2)
    press(page)
    only_one(store)


@pytest.mark.slow
def test_too_many_sends_are_asked_to_wait_and_lose_nothing(store):
    app = asking(store)
    app.extensions["recommender"] = replace(
        app.extensions["recommender"], sends=Sends(Window(2), Window(3))
    )
    page = at_send(app, "en")
    for _ in range(2):
        press(page, 422, **(SRI | {"email": "?"}))
    press(page, 429, **SRI)

    assert 0 < int(page.response.headers["Retry-After"]) <= 600
    assert form_fields(page.one("main form"))["email"] == [SRI["email"]]
    address, fields = filled(page)
    # What the client says of itself is not believed; another address has its own count.
    faked = {"X-Forwarded-For": "198.51.100.7"}
    client = app.test_client()
    assert client.post(address, data=fields, headers=faked).status_code == 429
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post(address, data=fields, environ_overrides=elsewhere).status_code == 303
    others = {"REMOTE_ADDR": "198.51.100.8"}
    assert client.post(address, data=fields, environ_overrides=others).status_code == 429
    later(app, minutes=11)
    press(page)
    only_one(store)


def test_behind_a_proxy_the_address_that_it_names_is_counted(store):
    live_form(store, **ASKING)
    app = create_app(BOOK, Settings(proxies=1), store)
    app.extensions["recommender"] = replace(
        app.extensions["recommender"], sends=Sends(Window(1), Window(3))
    )
    later(app)  # sends are counted by the ten minutes of the clock
    address, fields = filled(reader_of(app, "en").get(f"/f/kopi/send?a={CODE}"))

    def status(heard: str) -> int:
        headers = {"X-Forwarded-For": heard}
        return app.test_client().post(address, data=fields, headers=headers).status_code

    assert [status("203.0.113.5"), status("1.2.3.4, 203.0.113.5"), status("203.0.113.6")] == [
        422,
        429,
        422,
    ]


@pytest.mark.slow
def test_a_database_that_cannot_store_is_told_and_nothing_is_lost(database):
    page = at_send(asking(database), "en")
    rename(database, "consents", "away")
    try:
        press(page, 503, **SRI)
    finally:
        rename(database, "away", "consents")

    assert int(page.response.headers["Retry-After"]) > 0
    assert T("send_unstored") in page.text
    press(page)
    only_one(database)


@pytest.mark.slow
def test_a_server_that_never_saw_the_form_keeps_what_was_sent_for_another_try(store):
    app = asking(store, language="id")
    page = at_send(app, "id")
    rename(store, "forms", "away")
    app.extensions["recommender"].forms.latest.clear()
    press(page, 503, **SRI, **OWN)
    rename(store, "away", "forms")
    press(page)

    assert page.h1 == words("id")("sent_title", agency="Studio")
    assert only_one(store).context["wishes"] == "satu\ndua"


def test_a_window_counts_anew_when_it_is_over_and_tells_for_how_long_it_is_full():
    window, begun = Window(1, 60), datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)

    assert [window.wait("a", begun) for _ in range(3)] == [0, 45, 45]
    assert window.wait("b", begun) == 0
    assert window.wait("a", begun + timedelta(seconds=45)) == 0


def test_a_window_remembers_no_more_than_so_many_and_keeps_out_nobody_who_is_new():
    window, now = Window(60), datetime(2026, 11, 24, tzinfo=UTC)

    assert not any(window.wait(str(number), now) for number in range(4 * MOST_KNOWN))
    assert len(window._counts) <= 2 * MOST_KNOWN
    for name in ("0", "new"):  # told apart from all others, and not
        assert any(window.wait(name, now) for _ in range(61))


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", ""),
        (None, ""),
    ],
)
def test_an_ipv6_address_counts_as_its_network(address, name):
    assert network(address) == name
