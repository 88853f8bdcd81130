"""The audit list: who did what and when. It names ids and addresses, never what was in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, tuple_

from recommender.store.database import new_id
from recommender.store.records import Deed
from recommender.store.tables import audit

if TYPE_CHECKING:  # the desk itself writes down what it does
    from recommender.store.desk import Desk

COMMAND = "-"
"""Stands for whoever runs commands on the server, in place of a member's address."""


def note(
    connection: Connection, agency_id: str, who: str, what: str, now: datetime, **about: Any
) -> None:
    """Write down a deed within the transaction that does it: either both hold or none.

    `what` is a key that the console has words for (`deed_<what>`); `about` names the ids.
    """
    row = {"id": new_id(), "agency_id": agency_id, "at": now, "who": who, "what": what}
    connection.execute(audit.insert(), row | {"about": about})


def deeds(
    desk: "Desk", limit: int = 50, before: tuple[datetime, str] | None = None
) -> Sequence[Deed]:
    """What was done, the newest first; `before` is the last one of the page seen earlier."""
    wanted = select(audit.c.id, audit.c.at, audit.c.who, audit.c.what, audit.c.about)
    wanted = wanted.where(desk.owns(audit))
    if before:
        wanted = wanted.where(tuple_(audit.c.at, audit.c.id) < before)
    newest = wanted.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    with desk.database.reading() as connection:
        return [Deed(**row._mapping) for row in connection.execute(newest)]
