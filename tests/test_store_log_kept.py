"""The log of what endpoints were told: kept for thirty days after the last try, then gone."""

from datetime import datetime, timedelta

import pytest
from agencies import WHEN
from desks import desk_of, send
from sqlalchemy import func, select

from recommender.delivery.message import new_secret
from recommender.store import endpoints, outbox, retention
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import Delivery, Endpoint
from recommender.store.tables import attempts

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def endpoint_of(desk: Desk) -> Endpoint:
    return endpoints.add(desk, "https://a.example/", new_secret(), "x", WHEN - DAY)


def due(desk: Desk, endpoint: Endpoint, now: datetime) -> list[Delivery]:
    outbox.spread(desk.database)
    return list(outbox.due(desk.database, endpoint, now, 1000))


def kept(desk: Desk, endpoint: Endpoint) -> list[str]:
    """How each delivery in the log stands, the newest first."""
    return [one.state for one in endpoints.log(desk, endpoint.id)]


def tries(database: Database) -> int:
    with database.reading() as connection:
        found: int = connection.execute(select(func.count()).select_from(attempts)).scalar_one()
    return found


def test_what_was_heard_or_given_up_is_forgotten_with_its_tries_and_what_waits_is_not(
    database: Database,
) -> None:
    desk = desk_of(database)
    endpoint = endpoint_of(desk)
    for number, key in enumerate(("heard", "given up", "waiting")):
        send(desk, key, WHEN + number * HOUR, body=b"{}")
    heard, lost, waiting = due(desk, endpoint, WHEN + 2 * HOUR)
    outbox.failed(database, heard, 500, "hook_status", WHEN, 0.1, WHEN + 2 * HOUR)
    outbox.delivered(database, heard, 200, WHEN + 2 * HOUR, 0.1)
    outbox.failed(database, lost, None, "hook_away", WHEN + 3 * HOUR, 0.1, None)
    outbox.failed(database, waiting, None, "hook_away", WHEN + 3 * HOUR, 0.1, WHEN + 4 * HOUR)

    retention.purge(database, WHEN + outbox.KEPT + 2 * HOUR)
    assert kept(desk, endpoint) == ["waiting", "given_up", "done"]
    outbox.purge(database, WHEN + outbox.KEPT + 3 * HOUR)
    assert kept(desk, endpoint) == ["waiting", "given_up"]
    retention.purge(database, WHEN + 2 * outbox.KEPT)

    assert kept(desk, endpoint) == ["waiting"]
    assert tries(database) == 1


def test_what_waited_long_is_kept_from_when_it_was_heard(store: Database) -> None:
    desk = desk_of(store)
    endpoint = endpoint_of(desk)
    send(desk, "one", WHEN, body=b"{}")
    late = WHEN + 2 * outbox.KEPT  # it was off until then
    [one] = due(desk, endpoint, late)
    outbox.delivered(store, one, 200, late, 0.1)

    assert outbox.purge(store, late + outbox.KEPT) == 0
    assert outbox.purge(store, late + outbox.KEPT + HOUR) == 1


def test_more_than_one_transaction_takes_away_goes_in_several(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_AT_ONCE", 2)
    desk = desk_of(store)
    endpoint = endpoint_of(desk)
    for number in range(5):
        send(desk, str(number), WHEN, body=b"{}")
    for one in due(desk, endpoint, WHEN):
        outbox.delivered(store, one, 200, WHEN, 0.1)

    assert outbox.purge(store, WHEN + outbox.KEPT + HOUR) == 5
    assert kept(desk, endpoint) == []
