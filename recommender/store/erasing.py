"""Erasing: contact and answers go from every table; a tombstone and an event stay."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, delete, exists, select

from recommender.store.database import new_id
from recommender.store.tables import (
    agencies,
    deliveries,
    documents,
    invitations,
    outbox,
    replies,
    submissions,
    tombstones,
)


def batched(ids: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """As many at once as a statement of either database may name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def erase(connection: Connection, ids: Sequence[str], why: str, now: datetime) -> int:
    """Erase these submissions within a transaction; how many there were.

    What hangs on a submission goes with it. Its recommendation goes if nobody else has the
    same, its invitation with the last answer to it. Receivers hear that it was erased, and no
    longer that it was created.
    """
    found = _locked(connection, ids)
    if not found:
        return 0
    erased = [row.id for row in found]
    stones = [_tombstone(row) | {"why": why, "erased_at": now} for row in found]
    connection.execute(tombstones.insert(), stones)
    connection.execute(delete(outbox).where(outbox.c.submission_id.in_(erased)))
    waiting = deliveries.c.submission_id.in_(erased) & (deliveries.c.state == "waiting")
    connection.execute(delete(deliveries).where(waiting))
    events = [_event(row) | {"created_at": now} for row in found]
    connection.execute(outbox.insert(), events)
    connection.execute(delete(submissions).where(submissions.c.id.in_(erased)))
    drop_unused(connection, {row.document_id for row in found})
    _drop_answered(connection, {row.invitation_id for row in found if row.invitation_id})
    return len(found)


def drop_unused(connection: Connection, candidates: Collection[str]) -> None:
    """Delete those of these recommendations that no submission has.

    They are locked first: what a send stores meanwhile is then seen, or it waits for the end.
    """
    mine = documents.c.id.in_(sorted(candidates))
    locking = select(documents.c.id).where(mine).order_by(documents.c.id)
    connection.execute(locking.with_for_update()).all()
    used = exists().where(submissions.c.document_id == documents.c.id)
    connection.execute(delete(documents).where(mine, ~used))


def _drop_answered(connection: Connection, candidates: set[str]) -> None:
    """Delete those of these invitations that no answer is left of, and what a program was told
    when it made one: such a reply was claimed at the very moment that the invitation bears."""
    used = exists().where(submissions.c.invitation_id == invitations.c.id)
    mine = invitations.c.id.in_(sorted(candidates))
    told = exists().where(
        invitations.c.agency_id == replies.c.agency_id,
        invitations.c.created_at == replies.c.created_at,
        mine,
        ~used,
    )
    connection.execute(delete(replies).where(told))
    connection.execute(delete(invitations).where(mine, ~used))


def _locked(connection: Connection, ids: Sequence[str]) -> Sequence[Row]:
    """Those that are there, locked in an order in which no two can wait for each other.

    Their agency comes first, as where it leaves: its tombstones could not be kept beside that.
    """
    mine = submissions.c.id.in_(ids)
    of_agency = agencies.c.id.in_(select(submissions.c.agency_id).where(mine))
    staying = select(agencies.c.id).where(of_agency).order_by(agencies.c.id)
    connection.execute(staying.with_for_update(read=True, key_share=True)).all()
    locking = select(submissions).where(mine).order_by(submissions.c.id).with_for_update()
    return connection.execute(locking).all()


def _tombstone(row: Row) -> dict[str, str]:
    kept = ("id", "agency_id", "form_id", "idempotency_key", "erase_hash")
    return {name: row._mapping[name] for name in kept}


def _event(row: Row) -> dict[str, str]:
    return {
        "id": new_id(),
        "agency_id": row.agency_id,
        "event": "submission.erased",
        "submission_id": row.id,
    }
