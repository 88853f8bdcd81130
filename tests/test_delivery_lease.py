"""A lease: no try is begun so late in it that another worker could begin the same one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from agencies import WHEN
from desks import desk_of, send

from recommender.delivery.calling import Allowed, Reply
from recommender.delivery.ending import SECONDS
from recommender.delivery.message import new_secret
from recommender.delivery.worker import LEASE_SECONDS, Worker
from recommender.store import endpoints, outbox
from recommender.store.database import Database

RESOLVING = 30
"""After so many seconds a resolver gives up as systems are usually set up."""


def test_a_try_ends_within_its_lease_even_after_a_resolver_that_gives_up() -> None:
    assert outbox.LEASE.total_seconds() > LEASE_SECONDS + RESOLVING + SECONDS


def test_what_does_not_fit_into_a_lease_is_done_in_the_next_one(store: Database) -> None:
    desk, clock, told = desk_of(store), [WHEN], []
    kept = endpoints.add(desk, "https://a.example/", new_secret(), "x", WHEN - timedelta(days=1))
    for number in range(4):
        send(desk, str(number), WHEN, body=b"{}")

    def slow(_: str, __: bytes, headers: Mapping[str, str], ___: Allowed) -> Reply:
        clock[0] += timedelta(seconds=LEASE_SECONDS / 2 + 1)
        told.append(headers["webhook-id"])
        return Reply(200, None, 1)

    def now() -> datetime:
        return clock[0]

    worker = Worker(store, call=slow, now=now)
    assert worker.step()
    assert len(told) == 2
    assert worker.step()

    assert len({*told}) == 4
    assert [one.state for one in endpoints.log(desk, kept.id)] == ["done"] * 4
