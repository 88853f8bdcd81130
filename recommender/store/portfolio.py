"""What is read of many clients at once: everybody's newest answers, or some of them whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from recommender.store.desk import Desk
from recommender.store.reading import LISTED, STORED, listed, stored
from recommender.store.records import Listed, Stored
from recommender.store.tables import documents, forms, submissions


@dataclass(frozen=True, slots=True)
class Client:
    """One client's newest answers: their code, and the version of the rules that she saw."""

    listed: Listed
    code: str
    rules_version: str


def clients(desk: Desk, limit: int, form: str = "") -> list[Client]:
    """The newest answers of each thread, the newest first, of one form or of all; no tests.

    Codes hold all answers; the documents that say the same are thousands of times as long.
    """
    later = submissions.alias()
    newer = select(later.c.id).where(
        later.c.agency_id == submissions.c.agency_id,
        later.c.thread == submissions.c.thread,
        later.c.revision > submissions.c.revision,
        ~later.c.test,
    )
    wanted = LISTED.join(documents, documents.c.id == submissions.c.document_id)
    wanted = wanted.add_columns(documents.c.code, documents.c.rules_version)
    if form:
        wanted = wanted.where(forms.c.slug == form)
        newer = newer.where(later.c.form_id == submissions.c.form_id)
    wanted = wanted.where(desk.owns(submissions), ~submissions.c.test, ~newer.exists())
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
