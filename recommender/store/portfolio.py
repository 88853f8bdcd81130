"""What is read of many clients at once: everybody's answers, or some of them whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from recommender.store.desk import Desk
from recommender.store.reading import LISTED, STORED, listed, stored
from recommender.store.records import Listed, Stored
from recommender.store.tables import documents, forms, submissions


@dataclass(frozen=True, slots=True)
class Client:
    """What a client answered, as a code, and the version of the rules that she saw."""

    listed: Listed
    code: str
    rules_version: str


def clients(desk: Desk, limit: int, form_id: str = "") -> list[Client]:
    """Whoever sent something, the newest first, to one form or to all; tests are left out.

    Who sent several times is there several times. Codes hold all answers; the documents that
    say the same are thousands of times as long.
    """
    way = desk.owns(submissions)
    if form_id:  # walk the index of that form
        own = select(forms.c.id).where(desk.owns(forms), forms.c.id == form_id)
        way = submissions.c.form_id == own.scalar_subquery()
    wanted = LISTED.join(documents, documents.c.id == submissions.c.document_id)
    wanted = wanted.add_columns(documents.c.code, documents.c.rules_version)
    wanted = wanted.where(way, ~submissions.c.test)
    newest = wanted.order_by(submissions.c.created_at.desc(), submissions.c.id.desc())
    with desk.database.reading() as connection:
        found = connection.execute(newest.limit(limit))
        return [Client(listed(row), row.code, row.rules_version) for row in found]


def chosen(desk: Desk, ids: Sequence[str]) -> list[Listed]:
    """These submissions as lists show them, in this order; those of others are not there."""
    wanted = LISTED.where(desk.owns(submissions), submissions.c.id.in_(ids))
    with desk.database.reading() as connection:
        found = {row.id: listed(row) for row in connection.execute(wanted)}
    return [found[id_] for id_ in ids if id_ in found]


def whole(desk: Desk, ids: Sequence[str]) -> list[Stored]:
    """These submissions with all that belongs to them, in this order; others' are not there."""
    wanted = STORED.where(desk.owns(submissions), submissions.c.id.in_(ids))
    with desk.database.reading() as connection:
        found = {row.id: stored(row) for row in connection.execute(wanted)}
    return [found[id_] for id_ in ids if id_ in found]
