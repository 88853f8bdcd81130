"""Every route of the app, by every method, for everybody: who may, who may not, what is shown.

The rows are held against the app's own route table, so a new route without a row fails here.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from agencies import WHEN, live_form
from consoles import browser_of, console_app, desk_of, seat_at, signed_in
from desks import invitation
from flask import Flask
from flask.testing import FlaskClient
from forms import BOOK, CODE, sqlite
from profiles import PLAIN
from sqlalchemy import select
from werkzeug.test import TestResponse

from recommender.agency import sending
from recommender.engine.answers import read
from recommender.store import endpoints, front, keys, remarks, team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.records import Consent, Contact, Sending
from recommender.store.tables import metadata

EVERYBODY, MEMBERS, OWNERS = "everybody", "members", "owners"

MAY = {
    EVERYBODY: """
    console.signing.choose console.signing.choosing console.signing.forget
    console.signing.forgotten console.signing.show console.signing.sign_in
    """,
    MEMBERS: """
    console.home
    console.comparing.compare console.comparing.portfolio console.comparing.where_people_stop
    console.exporting.index console.exporting.take
    console.forms.download console.forms.index console.forms.show
    console.forms.embedding.preview console.forms.embedding.show
    console.forms.inviting.invite console.forms.inviting.invite_all console.forms.inviting.show
    console.practice.due console.practice.index
    console.practice.keep console.practice.remove console.practice.write
    console.signing.account console.signing.change console.signing.choose_mail
    console.signing.sign_out
    console.submission.add_note console.submission.ask console.submission.erase
    console.submission.keep_own console.submission.mark console.submission.own
    console.submission.remove_note console.submission.remove_own console.submission.show
    console.submissions.index
    console.team.index
    """,
    OWNERS: """
    console.exporting.take_archive
    console.forms.embedding.add_site console.forms.make console.forms.save console.forms.save_logo
    console.forms.upload
    console.hooks.add console.hooks.ask console.hooks.index console.hooks.remove
    console.hooks.replay console.hooks.replay_since console.hooks.rotate console.hooks.show
    console.hooks.switch console.hooks.try_out
    console.keys.ask console.keys.index console.keys.make console.keys.revoke
    console.practice.take_cases
    console.team.ask console.team.audit console.team.change_role console.team.give_link
    console.team.invite console.team.remove
    """,
}
ROWS = {route: who for who, routes_ in MAY.items() for route in routes_.split()}
"""Who may use a route of the console. Every other route of the app is open to all."""

SAFE = {"GET", "HEAD", "OPTIONS"}
CANARY = "Kenari Sari"
"""The name of the agency's client: nobody else may see it."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, dict[str, Any]]]:
    """An app with two agencies, and what the first one has, by the names that routes call it."""
    database = sqlite(tmp_path_factory.mktemp("matrix"))
    app = console_app(database, contact="after")
    live_form(database, "teh", "other")
    seat_at(desk_of(database, "teh"), "owner@other.example", "owner")
    form = front.form_by_slug(database, "kopi")
    assert form is not None
    made = sending.made(BOOK, read(BOOK.questionnaire, PLAIN))
    contact = Contact(CANARY, "kenari@a.example", "Kenari")
    consent = Consent("1", "Ya", "id")
    sent = front.send(database, form, Sending("k", "e", made, "id", contact, consent), WHEN)
    token = team.pass_for(desk_of(database), "member@studio.example", COMMAND, WHEN)
    own = desk_of(database)
    invitation(own, token="invited")
    note = remarks.add_note(own, sent.id, CANARY, "owner@studio.example", WHEN)
    hook = endpoints.add(own, "https://kenari.example/", "whsec_", COMMAND, WHEN)
    endpoints.try_out(own, hook.id, COMMAND, WHEN)
    values = {
        "id_": sent.id,
        "slug": "kopi",
        "token": token,
        "kind": "overrule",
        "note": note.id,
        "hook": hook.id,
        "key": keys.make(own, "Kenari", ("read",), COMMAND, WHEN)[0].id,
        "delivery": endpoints.log(own, hook.id)[0].id,
        "member": next(one.id for one in team.team(own) if one.role == "member"),
    }
    yield app, values
    database.close()


def routes(app: Flask) -> list[tuple[str, str, Any]]:
    """Endpoint, method and rule of everything below /console."""
    return [
        (rule.endpoint, method, rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("console.")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(app: Flask, rule: Any, values: dict[str, Any]) -> str:
    with app.test_request_context():
        from flask import url_for

        return url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})


def ask(client: FlaskClient, method: str, where: str, **headers: str) -> TestResponse:
    return client.open(where, method=method, headers=headers)


def held(database: Database, agency_id: str) -> list[tuple]:
    """Every row of an agency, but for the list of deeds and when somebody was seen."""
    found = []
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            if "agency_id" in table.c and table.name not in ("audit", "members"):
                rows = select(table).where(table.c.agency_id == agency_id)
                found += [(table.name, *map(str, row)) for row in connection.execute(rows)]
    return sorted(found)


def test_every_route_of_the_console_has_a_row_and_every_row_a_route(world) -> None:
    app, _ = world
    assert {endpoint for endpoint, _, _ in routes(app)} == set(ROWS)


@pytest.mark.slow
def test_routes_outside_the_console_look_at_no_session(world) -> None:
    app, _ = world
    outside = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith("console.")
    }
    assert not [one for one in outside if "console" in one]
    client = signed_in(app).client
    for path in ("/", f"/r/{CODE}", "/f/kopi", f"/f/kopi/r/{CODE}", "/rules", "/not-there"):
        own, foreign = client.get(path), browser_of(app).get(path)
        assert own.status_code == foreign.status_code
        assert "studio" not in own.get_data(as_text=True).replace("Studio", "") or path == "/f/kopi"
        assert "Set-Cookie" not in own.headers


@pytest.mark.slow
def test_nobody_gets_in_without_a_session(world) -> None:
    app, values = world
    for endpoint, method, rule in routes(app):
        where = address(app, rule, values)
        answer = ask(browser_of(app), method, where)
        if ROWS[endpoint] == EVERYBODY:
            assert answer.status_code in (200, 404, 422), (endpoint, method)
        elif method in SAFE:
            assert answer.status_code == 303, (endpoint, method)
            assert "/console/sign-in" in answer.location
        else:
            assert answer.status_code == 401, (endpoint, method)
        assert CANARY not in answer.get_data(as_text=True), (endpoint, method)


@pytest.mark.slow
def test_a_member_who_was_removed_is_nobody(world) -> None:
    app, values = world
    desk = desk_of(app.extensions["recommender"].database)
    seat_at(desk, "gone@studio.example", "owner")
    client = signed_in(app, "gone@studio.example").client
    team.remove(desk, "gone@studio.example", COMMAND, WHEN)
    for endpoint, method, rule in routes(app):
        if ROWS[endpoint] == EVERYBODY:
            continue
        answer = ask(client, method, address(app, rule, values))
        assert answer.status_code == (303 if method in SAFE else 401), (endpoint, method)
        assert CANARY not in answer.get_data(as_text=True), (endpoint, method)


@pytest.mark.slow
def test_owners_may_what_members_may_not(world) -> None:
    app, values = world
    client = signed_in(app, "member@studio.example").client
    for endpoint, method, rule in routes(app):
        if ROWS[endpoint] == OWNERS:
            answer = ask(client, method, address(app, rule, values))
            assert answer.status_code == 403, (endpoint, method)
            assert CANARY not in answer.get_data(as_text=True), (endpoint, method)


@pytest.mark.slow
def test_pages_open_to_those_who_may(world) -> None:
    app, values = world
    for email, may in (("member@studio.example", MEMBERS), ("owner@studio.example", OWNERS)):
        client = signed_in(app, email).client
        for endpoint, method, rule in routes(app):
            if method in SAFE and ROWS[endpoint] in (MEMBERS, may):
                answer = ask(client, method, address(app, rule, values))
                assert answer.status_code in (200, 303, 422), (endpoint, answer.status_code)


@pytest.mark.slow
def test_what_another_agency_has_looks_as_what_is_not_there(world) -> None:
    app, values = world
    database = app.extensions["recommender"].database
    own = desk_of(database)
    before = held(database, own.agency_id)
    client = signed_in(app, "owner@other.example").client
    unknown = {"id_": "0" * 32, "note": "0" * 32, "member": "0" * 32, "slug": "not-there"}
    unknown |= {"hook": "0" * 32, "delivery": "0" * 32}
    for endpoint, method, rule in routes(app):
        if ROWS[endpoint] == EVERYBODY or endpoint == "console.signing.sign_out":
            continue
        where = address(app, rule, values)
        answer = ask(client, method, where)
        text = answer.data.decode(errors="replace")
        assert CANARY not in text, (endpoint, method)
        assert own.agency_id not in text, (endpoint, method)
        if rule.arguments:
            other = address(app, rule, values | unknown)
            nothing = ask(client, method, other)
            assert answer.status_code == nothing.status_code == 404, (endpoint, method)
            assert text.replace(where, "") == nothing.data.decode(errors="replace").replace(
                other, ""
            )
    assert held(database, own.agency_id) == before


@pytest.mark.slow
def test_nothing_is_changed_by_what_another_site_sends(world) -> None:
    app, values = world
    client = signed_in(app).client
    foreign = (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    )
    for endpoint, method, rule in routes(app):
        if method in SAFE:
            continue
        for headers in foreign:
            answer = ask(client, method, address(app, rule, values), **headers)
            assert answer.status_code == 403, (endpoint, method, headers)
