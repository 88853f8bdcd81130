"""A form's row with the newest version of its settings, within a transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from recommender.store.database import new_id
from recommender.store.tables import form_versions, forms


class Moved(Exception):
    """Somebody else has changed a form since the version that a change was made from."""


def put(
    connection: Connection,
    agency_id: str,
    slug: str,
    state: str,
    settings: Mapping[str, Any],
    now: datetime,
    seen: int | None,
) -> tuple[str, int]:
    """Keep a form, new or by a new version; its id and version. Raises Moved, see `seen`."""
    mine = (forms.c.agency_id == agency_id) & (forms.c.slug == slug)
    wanted = select(forms.c.id, forms.c.version).where(mine).with_for_update()
    found = connection.execute(wanted).one_or_none()
    id_, version = (found.id, found.version + 1) if found else (new_id(), 1)
    if seen not in (None, version - 1):
        raise Moved
    row = {"state": state, "version": version, "changed_at": now}
    if found:
        connection.execute(update(forms).where(forms.c.id == id_).values(row))
    else:
        first = {"id": id_, "agency_id": agency_id, "slug": slug, "created_at": now}
        connection.execute(forms.insert(), first | row)
    kept = {"form_id": id_, "version": version, "settings": settings}
    connection.execute(form_versions.insert(), kept | {"created_at": now})
    return id_, version
