"""What programs were answered when they stored something: asked again, they get it again.

A request is claimed under its Idempotency-Key first. What it stores and what it is answered are
then kept in one transaction, so that a process that is killed leaves both or neither behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from recommender.store.database import Database, hashed
from recommender.store.desk import Desk
from recommender.store.tables import replies
from recommender.store.upsert import insert

KEPT = timedelta(days=1)
CLAIMED = timedelta(minutes=1)
"""Whoever has claimed a request and not answered it by then was killed."""


class Reused(Exception):
    """The key belongs to another request."""


class InFlight(Exception):
    """The same request is being carried out just now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that is ours to carry out, or was answered already: then `status` is there."""

    key_hash: str
    claimed_at: datetime
    status: int | None = None
    body: bytes = b""


def claim(desk: Desk, key: str, request_hash: str, now: datetime) -> Claim:
    """Claim a request, or find what it was answered. Raises Reused and InFlight."""
    row: dict[str, object] = {"agency_id": desk.agency_id, "idempotency_key": hashed(key)}
    row |= {"request_hash": request_hash, "created_at": now}
    mine = desk.owns(replies) & (replies.c.idempotency_key == hashed(key))
    with desk.database.writing() as connection:
        connection.execute(delete(replies).where(mine, replies.c.created_at <= now - KEPT))
        placing = insert(connection, replies).values(row).on_conflict_do_nothing()
        if connection.execute(placing.returning(replies.c.created_at)).one_or_none():
            return Claim(hashed(key), now)
        known = connection.execute(select(replies).where(mine).with_for_update()).one()
        if known.request_hash != request_hash:
            raise Reused
        if known.status is not None:
            return Claim(hashed(key), known.created_at, known.status, known.body)
        if known.created_at > now - CLAIMED:
            raise InFlight
        connection.execute(update(replies).where(mine).values(created_at=now))
    return Claim(hashed(key), now)


@contextmanager
def carrying_out(desk: Desk, claimed: Claim) -> Iterator["Keeper"]:
    """A desk whose changes are stored with the answer that is kept, or not at all.

    If the block fails, or keeps no answer, the key is free again.
    """
    try:
        with desk.database.writing() as connection:
            inner = Desk(_Joined(desk.database, connection), desk.agency_id)
            yield Keeper(inner, connection, claimed)
    except BaseException:
        with desk.database.writing() as connection:
            open_ = _mine(desk, claimed) & replies.c.status.is_(None)
            connection.execute(delete(replies).where(open_))
        raise


@dataclass(frozen=True, slots=True)
class Keeper:
    """The desk within the transaction of a claim."""

    desk: Desk
    connection: Connection
    claimed: Claim

    def keep(self, status: int, body: bytes) -> None:
        """Keep the answer. Raises InFlight if the claim was taken over meanwhile."""
        mine = _mine(self.desk, self.claimed) & replies.c.status.is_(None)
        keeping = update(replies).where(mine).values(status=status, body=body)
        if not self.connection.execute(keeping).rowcount:
            raise InFlight


def purge(database: Database, now: datetime) -> int:
    """Forget the answers that are kept no longer; how many there were."""
    with database.writing() as connection:
        over = delete(replies).where(replies.c.created_at <= now - KEPT)
        gone: int = connection.execute(over).rowcount
    return gone


class _Joined(Database):
    """A database each of whose transactions is a part of one that is under way."""

    def __init__(self, whole: Database, connection: Connection):
        self.url, self.is_sqlite, self.engine = whole.url, whole.is_sqlite, whole.engine
        self._connection = connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self._connection.begin_nested():
            yield self._connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection


def _mine(desk: Desk, claimed: Claim) -> ColumnElement[bool]:
    """The claim, as long as nobody has taken it over."""
    return (
        desk.owns(replies)
        & (replies.c.idempotency_key == claimed.key_hash)
        & (replies.c.created_at == claimed.claimed_at)
    )
