"""Keys of the API: what opens, what is kept of them, and what each may do."""

from datetime import timedelta

import pytest
import time_machine
from agencies import WHEN, live_form
from apis import asking, key_for, world_of
from desks import desk_of
from flask.testing import FlaskClient
from sqlalchemy import select

from recommender.store import keys
from recommender.store.audit import deeds
from recommender.store.database import Database
from recommender.store.tables import api_keys

BY = "owner@studio.example"
HOUR = timedelta(hours=1)


def test_a_key_opens_until_it_is_revoked(database: Database) -> None:
    desk = desk_of(database)
    made, text = keys.make(desk, "CRM", ("read", "write"), BY, WHEN)

    found = keys.opened(database, text, WHEN)

    assert found is not None
    assert (found.id, found.agency_id, found.scopes) == (made.id, desk.agency_id, made.scopes)
    assert keys.revoke(desk, made.id, BY, WHEN)
    assert keys.opened(database, text, WHEN) is None
    assert not keys.revoke(desk, made.id, BY, WHEN)


@pytest.mark.parametrize("text", ["", "rc_", "rc_x", "Bearer", "rc_\x00", "rc_" + "é" * 9_000])
def test_nothing_else_opens(store: Database, text: str) -> None:
    keys.make(desk_of(store), "CRM", ("read",), BY, WHEN)

    assert keys.opened(store, text, WHEN) is None


def test_of_a_key_only_its_hash_and_its_first_letters_are_kept(database: Database) -> None:
    _, text = keys.make(desk_of(database), "CRM", ("read",), BY, WHEN)

    with database.reading() as connection:
        row = str(connection.execute(select(api_keys)).one())

    assert text[:9] in row
    assert text[9:] not in row
    assert len(text) == 46


def test_the_last_use_of_a_key_is_noted_once_a_minute(database: Database) -> None:
    desk = desk_of(database)
    _, text = keys.make(desk, "CRM", ("read",), BY, WHEN)
    assert keys.listed(desk)[0].last_used_at is None

    for seconds, noted in ((0, 0), (59, 0), (60, 60), (100, 60)):
        keys.opened(database, text, WHEN + timedelta(seconds=seconds))
        assert keys.listed(desk)[0].last_used_at == WHEN + timedelta(seconds=noted)


def test_keys_of_another_agency_are_not_there(database: Database) -> None:
    desk, other = desk_of(database), desk_of(database, "teh", "other")
    made, text = keys.make(desk, "CRM", ("read",), BY, WHEN)

    assert keys.listed(other) == []
    assert not keys.revoke(other, made.id, BY, WHEN)
    assert keys.opened(database, text, WHEN) is not None


def test_what_is_done_with_keys_is_written_down_without_them(store: Database) -> None:
    desk = desk_of(store)
    made, text = keys.make(desk, "CRM", ("read", "write"), BY, WHEN)
    keys.revoke(desk, made.id, BY, WHEN + HOUR)

    revoked, done = deeds(desk)

    assert (done.what, done.who, done.at) == ("key_made", BY, WHEN)
    assert done.about == {"key": text[:9], "scopes": "read write"}
    assert (revoked.what, revoked.about) == ("key_revoked", {"key": text[:9]})


def test_an_agency_has_fifty_keys_at_most_and_revoked_ones_do_not_count(store: Database) -> None:
    desk = desk_of(store)
    made = [keys.make(desk, str(n), ("read",), BY, WHEN)[0] for n in range(keys.MOST_KEYS)]

    with pytest.raises(keys.TooMany):
        keys.make(desk, "one more", ("read",), BY, WHEN)
    keys.revoke(desk, made[7].id, BY, WHEN)
    keys.make(desk, "one more", ("read",), BY, WHEN)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer rc_no", "Basic cmM6cmM=", "rc_no", "Bearer a b"]
)
def test_without_a_key_that_opens_an_agency_is_closed(store: Database, header: str) -> None:
    world = world_of(store)

    response = world.client.get("/api/v1/submissions", headers={"Authorization": header})

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.mimetype == "application/problem+json"
    assert "RateLimit-Limit" not in response.headers


@pytest.mark.slow
def test_the_scheme_is_read_whatever_its_case(store: Database) -> None:
    world = world_of(store)
    _, text = key_for(world, "read")

    for scheme in ("Bearer", "bearer", "BEARER"):
        response = world.client.get("/api/v1/forms", headers={"Authorization": f"{scheme} {text}"})
        assert response.status_code == 200


SCOPED = [
    ("recommend", "POST", "/api/v1/recommendations"),
    ("recommend", "POST", "/api/v1/recommendations/bulk"),
    ("read", "GET", "/api/v1/forms"),
    ("read", "GET", "/api/v1/forms/kopi"),
    ("read", "GET", "/api/v1/invitations"),
    ("write", "POST", "/api/v1/invitations"),
    ("read", "GET", "/api/v1/submissions"),
    ("read", "GET", "/api/v1/submissions/x"),
    ("write", "DELETE", "/api/v1/submissions/x"),
    ("read", "GET", "/api/v1/webhooks"),
    ("write", "POST", "/api/v1/webhooks"),
    ("write", "DELETE", "/api/v1/webhooks/x"),
    ("write", "POST", "/api/v1/webhooks/x/test"),
]


@pytest.mark.slow
def test_each_call_asks_for_the_key_that_it_needs_and_no_other(store: Database) -> None:
    world = world_of(store)
    texts = {scope: key_for(world, scope)[1] for scope in keys.SCOPES}

    for needed, method, path in SCOPED:
        for scope, text in texts.items():
            response = asking(world, text).open(path, method=method, json={})
            assert (response.status_code == 403) == (scope != needed), (method, path, scope)
            if response.status_code == 403:
                assert f"“{needed}”" in response.json["detail"]


@pytest.mark.slow
def test_every_route_of_the_api_that_asks_for_a_key_is_tried_above(store: Database) -> None:
    world = world_of(store)
    described = asking(world).get("/api/v1/openapi.json").json["paths"]

    scoped = {
        (method.upper(), path)
        for path, methods in described.items()
        for method, said in methods.items()
        if {"key": []} in said["security"]
    }

    tried = {
        (method, path.replace("kopi", "{slug}").replace("/x", "/{id}"))
        for _, method, path in SCOPED
    }
    assert tried == scoped


@pytest.mark.slow
def test_everybody_may_ask_for_a_recommendation_but_not_with_a_wrong_key(
    store: Database, client: FlaskClient
) -> None:
    for asked in (world_of(store).client, client):  # with a database, and without one
        plain = asked.post("/api/v1/recommendations", json={})
        wrong = asked.post(
            "/api/v1/recommendations", json={}, headers={"Authorization": "Bearer rc_no"}
        )
        assert (plain.status_code, wrong.status_code) == (422, 401)


def test_a_key_is_told_how_often_it_may_still_call(store: Database) -> None:
    world = world_of(store)
    world.app.extensions["recommender"].calls.most = 2
    client, other = (asking(world, key_for(world, "read")[1]) for _ in range(2))

    with time_machine.travel(WHEN, tick=False):  # calls are counted by the minute of the clock
        answers = [client.get("/api/v1/forms") for _ in range(3)]
        others = other.get("/api/v1/forms")

    assert [one.status_code for one in answers] == [200, 200, 429]
    assert [one.headers["RateLimit-Remaining"] for one in answers] == ["1", "0", "0"]
    assert answers[0].headers["RateLimit-Limit"] == "2"
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].headers["Retry-After"] == answers[2].headers["RateLimit-Reset"]
    assert answers[2].headers["Retry-After"] in answers[2].json["detail"]
    assert others.status_code == 200


def test_a_revoked_key_is_refused_as_one_that_never_was(store: Database) -> None:
    world = world_of(store)
    made, text = key_for(world, "read")
    keys.revoke(world.desk, made.id, BY, WHEN)

    revoked, unknown = (asking(world, one).get("/api/v1/forms") for one in (text, "rc_" + "x" * 43))

    assert revoked.status_code == unknown.status_code == 401
    assert revoked.data == unknown.data


def test_the_key_of_an_agency_that_has_left_opens_nothing(store: Database) -> None:
    world = world_of(store)
    live_form(store, "teh", "other")
    _, text = key_for(world, "read")

    world.desk.leave()

    assert asking(world, text).get("/api/v1/forms").status_code == 401
