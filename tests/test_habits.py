"""Small promises whose breaking no other test would notice; slips on purpose showed which."""

import re
from base64 import urlsafe_b64decode
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256

import pytest
from agencies import WHEN
from consoles import PASSWORD, browser_of, console_app, seat_at, signed_in
from desks import desk_of, send
from flask import Flask
from forms import CODE, FIRST, app_with, query, reader_of, token_of
from itsdangerous import URLSafeSerializer
from sends import asking, at_send

from recommender.console import passwords
from recommender.delivery import message
from recommender.delivery.calling import Allowed, Reply
from recommender.delivery.worker import Worker
from recommender.store import endpoints, keys, outbox, team
from recommender.store.database import Database, new_id
from recommender.store.desk import Desk
from recommender.store.tables import members

LIVE = '<img src=x onerror="alert(1)">'
OWNER = "owner@studio.example"


@pytest.mark.slow
def test_what_an_address_brings_along_is_shown_as_text(store: Database) -> None:
    page = at_send(asking(store), query=f"?ref={LIVE}&campaign={LIVE}")

    assert page.texts(".given dd").count(LIVE) == 2
    assert page.tree.css("[onerror]") == []


@pytest.mark.slow
def test_a_form_token_that_somebody_else_signed_is_none(store: Database) -> None:
    app: Flask = app_with(store, hidden=["campaign"])
    page = reader_of(app).get("/f/kopi?ref=P-12")
    ours = query(page.one("main form").attributes["action"])["t"][0]
    forged = URLSafeSerializer("another key", salt="form")
    said = forged.loads_unsafe(ours)[1]
    said[4] = "P-13"

    page.post(f"/f/kopi?t={forged.dumps(said)}", FIRST, status=422)
    assert token_of(app, page).ref is None
    page.post(f"/f/kopi?t={ours}", FIRST)
    assert token_of(app, page).ref == "P-12"


def heard_by(desk: Desk) -> str:
    """The id of an endpoint that has something to hear."""
    made = endpoints.add(desk, "https://hook.example/", "whsec_c2VjcmV0", OWNER, WHEN)
    send(desk, "one", WHEN, body=b"{}")
    outbox.spread(desk.database)
    return made.id


def test_an_endpoint_is_one_workers_until_its_lease_ends(database: Database) -> None:
    id_ = heard_by(desk_of(database))
    leased = outbox.lease(database, WHEN)

    assert leased is not None
    assert leased.id == id_
    assert outbox.lease(database, WHEN + outbox.LEASE - timedelta(seconds=1)) is None
    again = outbox.lease(database, WHEN + outbox.LEASE)
    assert again is not None
    outbox.release(database, leased)  # who comes too late takes nothing from the next one
    assert outbox.lease(database, WHEN + outbox.LEASE) is None


class Killed(BaseException):
    """Ends a worker in the middle of a call, as a signal does."""


def test_a_worker_killed_while_it_tells_leaves_the_message_to_the_next(store: Database) -> None:
    heard_by(desk_of(store))
    told: list[str] = []

    def call(url: str, body: bytes, headers: dict[str, str], allowed: Allowed) -> Reply:
        told.append(headers["webhook-id"])
        if len(told) == 1:
            raise Killed
        return Reply(200, None, 0.1)

    for now in (WHEN, WHEN + outbox.LEASE):
        worker = Worker(store, call=call, now=lambda now=now: now)
        with suppress(Killed):
            while worker.step():
                pass
    assert len(told) == 2
    assert len({*told}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/f/kopi", "/console/sign-in", "/nowhere", "/f/kopi/send"])
def test_no_page_lets_scripts_of_its_own_text_run(store: Database, path: str) -> None:
    policy = asking(store).test_client().get(path).headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_whoever_came_by_https_is_told_to_come_by_nothing_else(store: Database) -> None:
    client = asking(store).test_client()
    paths = ("/", "/nowhere", "/f/kopi", "/console/sign-in", "/static/app.css", "/api/v1/forms")

    for path in paths:
        with client.get(path, base_url="https://localhost") as safe, client.get(path) as plain:
            assert safe.headers["Strict-Transport-Security"] == "max-age=31536000"
            assert "Strict-Transport-Security" not in plain.headers


def test_what_pages_hand_on_and_sessions_are_signed_by_sha_256(store: Database) -> None:
    app = console_app(store)
    page = reader_of(app).get("/f/kopi")
    token = query(page.one("main form").attributes["action"])["t"][0]
    answer = browser_of(app).post(
        "/console/sign-in", data={"email": "owner@studio.example", "password": PASSWORD}
    )
    cookie = answer.headers["Set-Cookie"].partition(";")[0]

    for signed in (token, cookie):
        signature = signed.rpartition(".")[2]
        assert len(urlsafe_b64decode(signature + "=")) == sha256().digest_size


@pytest.mark.slow
def test_a_password_is_right_as_it_was_chosen_and_not_by_its_beginning() -> None:
    password = "kata sandi yang panjang ".ljust(passwords.MOST, "x")
    kept = passwords.hashed(password)

    assert passwords.matches(kept, password)
    for wrong in (password + "x", password[:-1], password.upper(), f" {password[1:]}"):
        assert not passwords.matches(kept, wrong)


@pytest.mark.slow
def test_every_answer_of_text_says_its_letters(store: Database) -> None:
    client = browser_of(asking(store))
    paths = ("/", "/nowhere", "/f/kopi/theme.css", "/embed.js", "/static/app.css", "/guide")
    results = (f"/r/{CODE}", f"/r/{CODE}.md", f"/r/{CODE}.json", "/api/v1/questionnaire")

    for path in (*paths, *results):
        with client.get(path) as answer:
            kind = answer.headers["Content-Type"]
            assert kind.endswith(("; charset=utf-8", "json")), (path, kind)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/console/sign-in", "/console/account"])
def test_a_password_is_hidden_and_a_browser_may_fill_it_in(store: Database, path: str) -> None:
    page = signed_in(console_app(store)).get(path)
    fields = [one.attributes for one in page.tree.css("input[name=password], input[name=present]")]

    assert fields
    assert {one["type"] for one in fields} == {"password"}
    assert {one["autocomplete"] for one in fields} <= {"current-password", "new-password"}
    assert not any("maxlength" in one or "pattern" in one for one in fields)


def test_a_fresh_installation_lets_nobody_in(store: Database) -> None:
    with store.reading() as connection:
        assert connection.execute(members.select()).all() == []


def test_no_answer_lets_another_site_read_it(store: Database) -> None:
    client = browser_of(asking(store))

    for path in ("/", "/f/kopi", "/api/v1/questionnaire", "/console/sign-in", "/static/app.css"):
        with client.get(path, headers={"Origin": "https://evil.example"}) as answer:
            assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []


def test_ids_and_secrets_are_random_and_long(store: Database) -> None:
    desk = desk_of(store)
    seat_at(desk, OWNER, "owner")
    texts = [
        keys.make(desk, "CRM", keys.SCOPES, OWNER, WHEN)[1].removeprefix(keys.PREFIX),
        team.pass_for(desk, OWNER, OWNER, WHEN) or "",
        message.new_secret().removeprefix(message.PREFIX),
    ]
    assert all(len(set(text)) > 16 and len(text) >= 43 for text in texts)  # 256 bits

    ids = [new_id() for _ in range(1000)]
    assert len({*ids}) == 1000
    numbers = [int(one, 16) for one in ids]
    for bit in range(128):  # six and more times the usual distance from the half
        assert 400 < sum(number >> bit & 1 for number in numbers) < 600
    [session] = {one.session_key for one in team.seats(store, OWNER)}
    assert re.fullmatch("[0-9a-f]{32}", session)
