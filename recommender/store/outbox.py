"""What waits to be delivered: events become deliveries, an endpoint is leased, tries are noted.

Any number of workers may share the work. An endpoint is one worker's until its lease ends, so a
receiver gets its events in order and a slow one holds up nobody else; what a killed worker had
leased is taken over when the lease is over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, or_, select, update

from recommender.store import mails
from recommender.store.database import Database, new_id
from recommender.store.records import Delivery, Endpoint
from recommender.store.tables import attempts, deliveries, endpoints, outbox
from recommender.store.upsert import insert

LEASE = timedelta(seconds=90)
"""Longer than a worker needs for one try, so that nothing is tried by two at once."""

KEPT = timedelta(days=30)
"""What was heard or given up stays in the log for so long after the last try."""

_AT_ONCE = 500

MOST_SPREAD = 200
"""So many events are spread together."""

FAILING = timedelta(days=5)
"""An endpoint that only failed for so long is switched off."""


def spread(database: Database, most: int = MOST_SPREAD) -> int:
    """Make a delivery of each event for each endpoint that was there when it happened.

    For an endpoint that is off it waits, so that nothing is missed once that is on again.
    """
    with database.writing() as connection:
        waiting = select(outbox).order_by(outbox.c.created_at, outbox.c.id).limit(most)
        events = connection.execute(waiting.with_for_update(skip_locked=True)).all()
        if not events:
            return 0
        found = endpoints.c.agency_id.in_({event.agency_id for event in events})
        known = connection.execute(select(endpoints).where(found)).all()
        rows = [
            _delivery(one.id, event.id, event)
            for event in events
            for one in known
            if one.agency_id == event.agency_id and one.created_at <= event.created_at
        ]
        if rows:
            connection.execute(insert(connection, deliveries).on_conflict_do_nothing(), rows)
        connection.execute(delete(outbox).where(outbox.c.id.in_([event.id for event in events])))
    return len(events)


def lease(database: Database, now: datetime) -> Endpoint | None:
    """An endpoint that something is due for and that no worker has, ours until its lease ends."""
    due = exists().where(
        deliveries.c.endpoint_id == endpoints.c.id,
        deliveries.c.state == "waiting",
        deliveries.c.due_at <= now,
    )
    free = or_(endpoints.c.leased_until.is_(None), endpoints.c.leased_until <= now)
    wanted = select(endpoints).where(endpoints.c.state == "on", free, due)
    oldest = wanted.order_by(endpoints.c.leased_until.nulls_first(), endpoints.c.id).limit(1)
    with database.writing() as connection:
        row = connection.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        _change(connection, row.id, leased_until=now + LEASE)
        return Endpoint(
            **{name: row._mapping[name] for name in Endpoint.__slots__ if name != "leased_until"},
            leased_until=now + LEASE,
        )


def release(database: Database, endpoint: Endpoint) -> None:
    """Let others have the endpoint, unless they have taken it over already."""
    mine = (endpoints.c.id == endpoint.id) & (endpoints.c.leased_until == endpoint.leased_until)
    with database.writing() as connection:
        connection.execute(update(endpoints).where(mine).values(leased_until=None))


def due(database: Database, endpoint: Endpoint, now: datetime, most: int) -> Sequence[Delivery]:
    """What the endpoint has to hear now, the oldest first."""
    wanted = (
        select(*(deliveries.c[name] for name in Delivery.__slots__))
        .where(
            deliveries.c.endpoint_id == endpoint.id,
            deliveries.c.state == "waiting",
            deliveries.c.due_at <= now,
        )
        .order_by(deliveries.c.created_at, deliveries.c.id)
        .limit(most)
    )
    with database.reading() as connection:
        return [Delivery(**row._mapping) for row in connection.execute(wanted)]


def drop(database: Database, delivery: Delivery) -> None:
    """Forget a delivery that there is nothing to say about any more."""
    with database.writing() as connection:
        connection.execute(delete(deliveries).where(deliveries.c.id == delivery.id))


def delivered(
    database: Database, delivery: Delivery, status: int, at: datetime, took: float
) -> None:
    """Note that a receiver has acknowledged."""
    with database.writing() as connection:
        _note(connection, delivery, status, None, at, took)
        mine = update(deliveries).where(deliveries.c.id == delivery.id)
        connection.execute(mine.values(state="done", tries=delivery.tries + 1))
        _change(connection, delivery.endpoint_id, failing_since=None)


def failed(
    database: Database,
    delivery: Delivery,
    status: int | None,
    error: str | None,
    at: datetime,
    took: float,
    again: datetime | None,
    *,
    mailing: bool = False,
) -> str | None:
    """Note a try that failed, and when the next one is due; None gives the delivery up.

    Says why the endpoint was switched off by it, if it was: it is `gone`, or only `failing`.
    With `mailing` its owners are told by mail.
    """
    with database.writing() as connection:
        _note(connection, delivery, status, error, at, took)
        values = {"state": "waiting", "due_at": again} if again else {"state": "given_up"}
        mine = update(deliveries).where(deliveries.c.id == delivery.id)
        connection.execute(mine.values(tries=delivery.tries + 1, **values))
        since = select(endpoints.c.failing_since).where(endpoints.c.id == delivery.endpoint_id)
        began = connection.execute(since.with_for_update()).scalar()
        if began is None:
            _change(connection, delivery.endpoint_id, failing_since=at)
        why = "gone" if status == 410 else None
        if why is None and began is not None and at - began >= FAILING:
            why = "failing"
        if why:
            _silence(connection, delivery.endpoint_id, why, at, mailing)
    return why


def purge(database: Database, now: datetime) -> int:
    """Forget what was heard or given up, with every try, once it is kept no longer; how much."""
    over = now - KEPT
    tried = exists().where(attempts.c.delivery_id == deliveries.c.id, attempts.c.at >= over)
    wanted = (
        select(deliveries.c.id)
        .where(
            deliveries.c.state.in_(("done", "given_up")),
            deliveries.c.endpoint_id.in_(select(endpoints.c.id)),  # so that the index is used
            deliveries.c.due_at < over,
            ~tried,
        )
        .limit(_AT_ONCE)
    )
    total = 0
    while True:
        with database.writing() as connection:
            ids = list(connection.execute(wanted).scalars())
            connection.execute(delete(deliveries).where(deliveries.c.id.in_(ids)))
        total += len(ids)
        if len(ids) < _AT_ONCE:
            return total


def next_due(database: Database) -> datetime | None:
    """When something is due next; None while nothing waits."""
    on = exists().where(endpoints.c.id == deliveries.c.endpoint_id, endpoints.c.state == "on")
    wanted = select(deliveries.c.due_at).where(deliveries.c.state == "waiting", on)
    with database.reading() as connection:
        return connection.execute(wanted.order_by(deliveries.c.due_at).limit(1)).scalar()


def _delivery(endpoint_id: str, event_id: str, event: object) -> dict[str, object]:
    said = ("agency_id", "event", "submission_id", "created_at")
    return {
        "id": new_id(),
        "endpoint_id": endpoint_id,
        "event_id": event_id,
        "state": "waiting",
        "tries": 0,
        "due_at": event.created_at,  # type: ignore[attr-defined]
        **{name: getattr(event, name) for name in said},
    }


def _note(
    connection: Connection,
    delivery: Delivery,
    status: int | None,
    error: str | None,
    at: datetime,
    took: float,
) -> None:
    row = {"id": new_id(), "delivery_id": delivery.id, "at": at, "status": status}
    connection.execute(attempts.insert(), row | {"error": error, "seconds": took})


def _silence(
    connection: Connection, endpoint_id: str, why: str, at: datetime, mailing: bool
) -> None:
    """Switch an endpoint off; its owners hear of it once."""
    mine = (endpoints.c.id == endpoint_id) & (endpoints.c.state == "on")
    off = update(endpoints).where(mine).values(state="off", why=why)
    row = connection.execute(off.returning(endpoints)).one_or_none()
    if row and mailing:
        mails.tell_of_silence(connection, Endpoint(**row._mapping), why, at)


def _change(connection: Connection, endpoint_id: str, **values: object) -> None:
    connection.execute(update(endpoints).where(endpoints.c.id == endpoint_id).values(values))
