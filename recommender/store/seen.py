"""Two members write of the same submission at once: the second learns of it before she saves."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select

from recommender.store.desk import Desk
from recommender.store.putting import Moved
from recommender.store.tables import submissions


class Dated(Protocol):
    """Something that a member wrote down and another one may change."""

    @property
    def changed_at(self) -> datetime: ...


def seen_of(known: Dated | None) -> str:
    """What a page keeps of what it shows, to say when it saves what it saw; "" for nothing."""
    return known.changed_at.isoformat() if known else ""


def mine_to_change(connection: Connection, desk: Desk, id_: str) -> bool:
    """Whether the agency has this submission. Others who write of it wait for this to end."""
    own = select(submissions.c.id).where(desk.owns(submissions), submissions.c.id == id_)
    return connection.execute(own.with_for_update()).one_or_none() is not None


def must_be_seen(known: Dated | None, seen: str | None) -> None:
    """Raises Moved if what is there is not what was seen; None if nobody asks."""
    if seen is not None and seen_of(known) != seen:
        raise Moved
