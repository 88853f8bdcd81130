"""A request that stores something is carried out once under its Idempotency-Key."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from agencies import WHEN
from apis import asking, key_for, world_of
from consoles import desk_of as form_desk
from desks import desk_of, invitation, send
from flask.testing import FlaskClient
from sqlalchemy import select

from recommender.store import endpoints, front, invitations, replies, retention
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.tables import metadata
from recommender.store.tables import replies as table

CLIENT = {"form": "kopi", "client": "Sri", "email": "sri@a.example"}
MINUTE = timedelta(minutes=1)


def kept(database: Database) -> list:
    with database.reading() as connection:
        return list(connection.execute(select(table)))


def carry_out(desk: Desk, key: str, now: datetime, body: bytes = b"{}") -> replies.Claim:
    """Add an endpoint under a key."""
    claimed = replies.claim(desk, key, "the request", now)
    with replies.carrying_out(desk, claimed) as keeper:
        endpoints.add(keeper.desk, "https://a.example", "s", "-", now)
        keeper.keep(201, body)
    return claimed


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

    with pytest.raises(replies.InFlight), replies.carrying_out(desk, first) as keeper:
        endpoints.add(keeper.desk, "https://late.example", "s", "-", WHEN)
        keeper.keep(201, b"late")
    with replies.carrying_out(desk, second) as keeper:
        endpoints.add(keeper.desk, "https://a.example", "s", "-", WHEN)
        keeper.keep(201, b"in time")

    assert [one.url for one in endpoints.listed(desk)] == ["https://a.example"]
    assert replies.claim(desk, "k", "the request", WHEN + 2 * MINUTE).body == b"in time"


def test_what_fails_stores_nothing_and_sets_its_key_free(database: Database) -> None:
    desk = desk_of(database)
    claimed = replies.claim(desk, "k", "the request", WHEN)

    with pytest.raises(ZeroDivisionError), replies.carrying_out(desk, claimed) as keeper:
        endpoints.add(keeper.desk, "https://a.example", "s", "-", WHEN)
        keeper.keep(201, b"x" * (1 // 0))

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
        together.wait(10)
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
