"""A request that stores something is carried out once under its Idempotency-Key."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from agencies import WHEN
from apis import asking, key_for, world_of
from consoles import desk_of as form_desk
from desks import desk_of, invitation, send
from flask.testing import FlaskClient
from profiles import PLAIN
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from recommender.store import endpoints, invitations, replies, retention
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.tables import replies as table

CLIENT = {"form": "kopi", "client": "Sri", "email": "sri@a.example"}
MINUTE = timedelta(minutes=1)


def kept(database: Database) -> list:
    with database.reading() as connection:
        return list(connection.execute(select(table)))


def carry_out(desk: Desk, key: str, now: datetime, body: bytes = b"{}") -> replies.Claim:
    """Claim a request and finish it."""
    claimed = replies.claim(desk, key, "the request", now)
    finish(desk, claimed, "https://a.example", body)
    return claimed


def finish(desk: Desk, claimed: replies.Claim, url: str | None, body: bytes = b"{}") -> None:
    """Add an endpoint, as a claimed request asks for."""
    with replies.carrying_out(desk, claimed) as keeper:
        endpoints.add(keeper.desk, url, "s", "-", claimed.claimed_at)
        keeper.keep(201, body)


def test_what_was_answered_is_answered_again(database: Database) -> None:
    desk = desk_of(database)
    carry_out(desk, "k", WHEN, b'{"a":1}')

    again = replies.claim(desk, "k", "the request", WHEN + MINUTE)

    assert (again.status, again.body) == (201, b'{"a":1}')
    assert len(endpoints.listed(desk)) == 1


def test_a_key_is_not_taken_for_another_request(database: Database) -> None:
    desk = desk_of(database)
    carry_out(desk, "k", WHEN)

    with pytest.raises(replies.Reused):
        replies.claim(desk, "k", "another request", WHEN)


def test_a_request_that_is_being_carried_out_is_not_begun_again(database: Database) -> None:
    desk = desk_of(database)
    replies.claim(desk, "k", "the request", WHEN)

    with pytest.raises(replies.InFlight):
        replies.claim(desk, "k", "the request", WHEN + MINUTE - timedelta(seconds=1))


def test_what_a_killed_process_had_claimed_is_taken_over_and_it_stores_nothing(
    database: Database,
) -> None:
    desk = desk_of(database)
    first = replies.claim(desk, "k", "the request", WHEN)
    second = replies.claim(desk, "k", "the request", WHEN + MINUTE)

    with pytest.raises(replies.InFlight):
        finish(desk, first, "https://late.example", b"late")
    finish(desk, second, "https://a.example", b"in time")

    assert [one.url for one in endpoints.listed(desk)] == ["https://a.example"]
    assert replies.claim(desk, "k", "the request", WHEN + 2 * MINUTE).body == b"in time"


def test_what_fails_stores_nothing_and_sets_its_key_free(database: Database) -> None:
    desk = desk_of(database)
    claimed = replies.claim(desk, "k", "the request", WHEN)

    with pytest.raises(IntegrityError):
        finish(desk, claimed, None)

    assert endpoints.listed(desk) == []
    assert replies.claim(desk, "k", "another request", WHEN).status is None


def test_an_answer_is_kept_for_a_day(database: Database) -> None:
    desk = desk_of(database)
    carry_out(desk, "k", WHEN)
    day = replies.KEPT

    assert replies.claim(desk, "k", "the request", WHEN + day - MINUTE).status == 201
    assert replies.claim(desk, "k", "another request", WHEN + day).status is None


def test_the_purge_forgets_what_is_kept_no_longer(database: Database) -> None:
    desk = desk_of(database)
    carry_out(desk, "old", WHEN)
    carry_out(desk, "new", WHEN + MINUTE)

    retention.purge(database, WHEN + replies.KEPT)

    assert [row.created_at for row in kept(database)] == [WHEN + MINUTE]


def test_agencies_may_use_the_same_keys(database: Database) -> None:
    desks = desk_of(database), desk_of(database, "teh", "other")
    for desk in desks:
        carry_out(desk, "k", WHEN)

    assert [len(endpoints.listed(desk)) for desk in desks] == [1, 1]


def test_of_many_at_once_one_is_carried_out(database: Database) -> None:
    desk, told, together = desk_of(database), [], Barrier(6)

    def run() -> None:
        together.wait(60)
        try:
            told.append(carry_out(desk, "k", WHEN).status)
        except replies.InFlight:
            told.append("in flight")
        except replies.Reused:
            told.append("reused")

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(endpoints.listed(desk)) == 1
    assert set(told) <= {None, 201, "in flight"}
    assert len(told) == 6


@pytest.fixture
def program(store: Database) -> Callable[..., FlaskClient]:
    """A program of the agency, or of another one."""
    world = world_of(store)

    def program(desk: Desk | None = None, scope: str = "write") -> FlaskClient:
        return asking(world, key_for(world, scope, desk=desk)[1])

    return program


def invite(program: FlaskClient, key: str, **changed: object):
    headers = {"Idempotency-Key": key}
    return program.post("/api/v1/invitations", json=CLIENT | changed, headers=headers)


@pytest.mark.slow
def test_the_same_request_gets_the_same_answer_and_is_stored_once(program, store) -> None:
    client = program()

    first, second = (invite(client, "k1") for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(invitations.page(form_desk(store), 9)) == 1


@pytest.mark.slow
def test_another_request_under_the_same_key_is_refused(program, store) -> None:
    client = program()
    invite(client, "k1")

    for changed in (
        invite(client, "k1", client="Budi"),
        client.post(
            "/api/v1/webhooks",
            json={"url": "https://a.example"},
            headers={"Idempotency-Key": "k1"},
        ),
    ):
        assert changed.status_code == 422
        assert changed.json["title"] == "This Idempotency-Key belongs to another request"
    assert len(invitations.page(form_desk(store), 9)) == 1


def test_a_request_under_way_is_answered_with_409(program, store) -> None:
    client = program()
    invite(client, "k1")
    with store.writing() as connection:
        connection.execute(table.update().values(status=None, body=None))

    again = invite(client, "k1")

    assert (again.status_code, again.json["problems"]) == (409, [])


def test_a_request_that_was_refused_may_be_corrected_under_its_key(program) -> None:
    client = program()

    assert invite(client, "k1", email="nowhere").status_code == 422
    assert invite(client, "k1", form="not-there").status_code == 404
    assert invite(client, "k1").status_code == 201


@pytest.mark.slow
@pytest.mark.parametrize("key", ["", "a b", "a\tb", "é", "x" * 201])
def test_a_key_that_no_program_makes_is_refused(program, store, key) -> None:
    response = invite(program(), key)

    assert response.status_code == 400
    assert kept(store) == []
    assert invitations.page(form_desk(store), 9) == []


def test_programs_of_two_agencies_may_use_the_same_key(program, store) -> None:
    other = desk_of(store, "teh", "other")

    mine, theirs = invite(program(), "k1"), invite(program(other), "k1", form="teh")

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json["id"] != theirs.json["id"]


def test_a_call_that_stores_nothing_heeds_no_key(program, store) -> None:
    client, headers = program(scope="recommend"), {"Idempotency-Key": "k1"}

    answers = [
        client.post("/api/v1/recommendations?brief=1", json=PLAIN | more, headers=headers)
        for more in ({}, {"pace": "daily"})
    ]

    assert [one.status_code for one in answers] == [200, 200]
    assert kept(store) == []


def test_erasing_a_client_takes_what_was_answered_about_her_too(database: Database) -> None:
    desk = desk_of(database)
    asked = []
    for token, now in (("a", WHEN), ("b", WHEN + MINUTE)):
        claimed = replies.claim(desk, token, "the request", now)
        with replies.carrying_out(desk, claimed) as keeper:
            asked.append(invitation(keeper.desk, token, created_at=now, client="Kenari"))
            keeper.keep(201, b"Kenari")
    sent = send(desk, "k", invitation=asked[0].id)

    desk.erase([sent.id], WHEN)

    assert [row.created_at for row in kept(database)] == [WHEN + MINUTE]
    assert desk.invitations() == asked[1:]
