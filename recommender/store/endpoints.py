"""Where an agency's own programs hear of submissions, and the log of how that went."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, tuple_, update

from recommender.store.audit import note
from recommender.store.database import new_id
from recommender.store.desk import Desk
from recommender.store.records import Attempt, Delivery, Endpoint
from recommender.store.tables import attempts, deliveries, endpoints

OVERLAP = timedelta(days=1)
"""For so long after a change the old secret signs as well."""
MOST = 20
"""Endpoints of an agency: each event is told to all of them."""
TEST = "test"
"""An event that tells of nothing; it takes the way that every other event takes."""


def listed(desk: Desk) -> list[Endpoint]:
    """The agency's endpoints, the oldest first."""
    mine = select(endpoints).where(desk.owns(endpoints))
    with desk.database.reading() as connection:
        ordered = mine.order_by(endpoints.c.created_at, endpoints.c.id)
        return [Endpoint(**row._mapping) for row in connection.execute(ordered)]


def any_silent(desk: Desk) -> bool:
    """Whether any endpoint was switched off because it could not be told."""
    failed = (endpoints.c.state == "off") & (endpoints.c.why != "hand")
    with desk.database.reading() as connection:
        found = select(endpoints.c.id).where(desk.owns(endpoints), failed).limit(1)
        return connection.execute(found).first() is not None


class TooMany(Exception):
    """The agency has as many endpoints as it may have."""


def add(desk: Desk, url: str, secret: str, by: str, now: datetime) -> Endpoint:
    """A new endpoint; it hears of everything that happens from now on. Raises TooMany."""
    made = Endpoint(new_id(), desk.agency_id, url, secret, None, None, "on", None, None, None, now)
    with desk.database.writing() as connection:
        held = select(endpoints.c.id).where(desk.owns(endpoints))
        if len(connection.execute(held).all()) >= MOST:
            raise TooMany
        row = {name: getattr(made, name) for name in Endpoint.__slots__}
        connection.execute(endpoints.insert(), row)
        note(connection, desk.agency_id, by, "endpoint_added", now, endpoint=made.id)
    return made


def remove(desk: Desk, id_: str, by: str, now: datetime) -> bool:
    """Take an endpoint away, with what waits for it and its log."""
    with desk.database.writing() as connection:
        gone = connection.execute(delete(endpoints).where(_called(desk, id_))).rowcount
        if gone:
            note(connection, desk.agency_id, by, "endpoint_removed", now, endpoint=id_)
    return bool(gone)


def switch(desk: Desk, id_: str, *, on: bool, by: str, now: datetime) -> bool:
    """Switch an endpoint on or off; what has waited meanwhile is due at once when it is on."""
    values = {"state": "on", "why": None} if on else {"state": "off", "why": "hand"}
    with desk.database.writing() as connection:
        changing = update(endpoints).where(_called(desk, id_))
        changed = connection.execute(changing.values(failing_since=None, **values)).rowcount
        if changed:
            what = "endpoint_on" if on else "endpoint_off"
            note(connection, desk.agency_id, by, what, now, endpoint=id_)
            waiting = (deliveries.c.endpoint_id == id_) & (deliveries.c.state == "waiting")
            if on:
                connection.execute(update(deliveries).where(waiting).values(due_at=now))
    return bool(changed)


def rotate(desk: Desk, id_: str, secret: str, by: str, now: datetime) -> bool:
    """Sign with another secret; for a day the old one signs beside it."""
    with desk.database.writing() as connection:
        old = select(endpoints.c.secret).where(_called(desk, id_)).with_for_update()
        kept = connection.execute(old).scalar()
        if kept is None:
            return False
        values = {"secret": secret, "old_secret": kept, "old_until": now + OVERLAP}
        connection.execute(update(endpoints).where(_called(desk, id_)).values(values))
        note(connection, desk.agency_id, by, "endpoint_secret", now, endpoint=id_)
    return True


def try_out(desk: Desk, id_: str, by: str, now: datetime) -> bool:
    """Let an endpoint hear a test."""
    with desk.database.writing() as connection:
        if not connection.execute(select(endpoints.c.id).where(_called(desk, id_))).scalar():
            return False
        row = {"id": new_id(), "agency_id": desk.agency_id, "endpoint_id": id_, "event": TEST}
        row |= {"event_id": new_id(), "submission_id": "", "state": "waiting"}
        connection.execute(deliveries.insert(), row | _due(now) | {"created_at": now})
        note(connection, desk.agency_id, by, "endpoint_test", now, endpoint=id_)
    return True


def replay(desk: Desk, id_: str, delivery_id: str, by: str, now: datetime) -> bool:
    """Let an endpoint hear of one event once more, under the same id."""
    mine = desk.owns(deliveries) & (deliveries.c.endpoint_id == id_)
    return bool(_replay(desk, mine & (deliveries.c.id == delivery_id), by, now))


def replay_since(desk: Desk, id_: str, since: datetime, by: str, now: datetime) -> int:
    """Let an endpoint hear of all that happened since then once more; how many events."""
    mine = desk.owns(deliveries) & (deliveries.c.endpoint_id == id_)
    return _replay(desk, mine & (deliveries.c.created_at >= since), by, now)


def log(
    desk: Desk, id_: str, limit: int = 50, before: tuple[datetime, str] | None = None
) -> Sequence[Delivery]:
    """What was and is to be delivered to an endpoint, the newest first."""
    mine = desk.owns(deliveries) & (deliveries.c.endpoint_id == id_)
    wanted = select(*(deliveries.c[name] for name in Delivery.__slots__)).where(mine)
    if before:
        wanted = wanted.where(tuple_(deliveries.c.created_at, deliveries.c.id) < before)
    newest = wanted.order_by(deliveries.c.created_at.desc(), deliveries.c.id.desc())
    with desk.database.reading() as connection:
        return [Delivery(**row._mapping) for row in connection.execute(newest.limit(limit))]


def tries(desk: Desk, ids: Sequence[str]) -> dict[str, list[Attempt]]:
    """How each try of these deliveries went, the newest first, by delivery."""
    wanted = (
        select(*(attempts.c[name] for name in Attempt.__slots__))
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .where(desk.owns(deliveries), attempts.c.delivery_id.in_(ids))
        .order_by(attempts.c.at.desc())
    )
    found: dict[str, list[Attempt]] = {}
    with desk.database.reading() as connection:
        for row in connection.execute(wanted):
            found.setdefault(row.delivery_id, []).append(Attempt(**row._mapping))
    return found


def waiting(desk: Desk) -> Mapping[str, int]:
    """How many events each endpoint has still to hear of, by its id; none is left out."""
    mine = desk.owns(deliveries) & (deliveries.c.state == "waiting")
    counted = select(deliveries.c.endpoint_id, func.count()).where(mine)
    with desk.database.reading() as connection:
        rows = connection.execute(counted.group_by(deliveries.c.endpoint_id))
        return {id_: count for id_, count in rows}


def _replay(desk: Desk, mine: ColumnElement[bool], by: str, now: datetime) -> int:
    with desk.database.writing() as connection:
        again = update(deliveries).where(mine).values(state="waiting", **_due(now))
        count: int = connection.execute(again).rowcount
        if count:
            note(connection, desk.agency_id, by, "replayed", now, count=count)
    return count


def _due(now: datetime) -> dict[str, object]:
    return {"due_at": now, "tries": 0}


def _called(desk: Desk, id_: str) -> ColumnElement[bool]:
    return desk.owns(endpoints) & (endpoints.c.id == id_)
