"""Erasing: contact and answers go from every table; a tombstone and an event stay."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from recommender.store.database import new_id
from recommender.store.tables import documents, outbox, submissions, tombstones


def erase(connection: Connection, ids: Sequence[str], why: str, now: datetime) -> int:
    """Erase these submissions within a transaction; how many there were.

    What hangs on a submission goes with it. A recommendation goes if nobody else has the same.
    Receivers hear that it was erased, and no longer that it was created.
    """
    columns = submissions.c
    wanted = select(
        columns.id, columns.agency_id, columns.form_id, columns.erase_hash, columns.document_id
    ).where(columns.id.in_(ids))
    found = connection.execute(wanted).all()
    if not found:
        return 0
    erased = [row.id for row in found]
    connection.execute(
        tombstones.insert(),
        [
            {
                "id": row.id,
                "agency_id": row.agency_id,
                "form_id": row.form_id,
                "erase_hash": row.erase_hash,
                "why": why,
                "erased_at": now,
            }
            for row in found
        ],
    )
    connection.execute(delete(outbox).where(outbox.c.submission_id.in_(erased)))
    connection.execute(
        outbox.insert(),
        [
            {
                "id": new_id(),
                "agency_id": row.agency_id,
                "event": "submission.erased",
                "submission_id": row.id,
                "created_at": now,
            }
            for row in found
        ],
    )
    connection.execute(delete(submissions).where(columns.id.in_(erased)))
    _drop_unused(connection, {row.document_id for row in found})
    return len(found)


def _drop_unused(connection: Connection, candidates: set[str]) -> None:
    used = select(submissions.c.id).where(submissions.c.document_id == documents.c.id).exists()
    connection.execute(delete(documents).where(documents.c.id.in_(candidates), ~used))
