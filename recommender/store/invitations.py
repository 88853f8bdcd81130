"""The list of invitations, a page at a time, and how long it is."""

from datetime import datetime

from sqlalchemy import func, select, tuple_

from recommender.store.desk import Desk
from recommender.store.reading import invited
from recommender.store.records import Invitation
from recommender.store.tables import invitations


def page(
    desk: Desk, limit: int, before: tuple[datetime, str] | None = None, form_id: str | None = None
) -> list[Invitation]:
    """Invitations, the newest first; `before` is the last one of the page seen earlier."""
    wanted = select(invitations).where(desk.owns(invitations))
    if form_id:
        wanted = wanted.where(invitations.c.form_id == form_id)
    if before:
        wanted = wanted.where(tuple_(invitations.c.created_at, invitations.c.id) < before)
    newest = wanted.order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
    with desk.database.reading() as connection:
        return [invited(row) for row in connection.execute(newest.limit(limit))]


def number_of(desk: Desk, form_id: str) -> int:
    """How many invitations to one form there are."""
    mine = (invitations.c.form_id == form_id) & desk.owns(invitations)
    with desk.database.reading() as connection:
        return connection.execute(select(func.count()).where(mine)).scalar_one()
