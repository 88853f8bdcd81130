"""Keys with which an agency's programs use the API; of a key only its hash is kept."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, select, update

from recommender.errors import StoreError
from recommender.store.audit import note
from recommender.store.database import Database, hashed, new_id
from recommender.store.desk import Desk
from recommender.store.tables import api_keys

PREFIX = "rc_"
SHOWN = 9
"""So many letters of a key are kept, to tell it from others; a key has 46."""
SCOPES = ("recommend", "read", "write")
MOST_KEYS = 50
"""An agency has at most so many keys that are not revoked."""

_USE_NOTED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its agency sees it: `beginning` are its first letters, the rest nobody has."""

    id: str
    agency_id: str
    name: str
    beginning: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def who(self) -> str:
        """How the audit list names it; no member's address looks so."""
        return f"{self.name} ({self.beginning}…)"


class TooMany(Exception):
    """The agency has as many keys as it may have."""


def make(
    desk: Desk, name: str, scopes: tuple[str, ...], by: str, now: datetime
) -> tuple[ApiKey, str]:
    """A new key, and its text, which nobody can show once more. Raises TooMany."""
    text = PREFIX + secrets.token_urlsafe(32)
    made = ApiKey(new_id(), desk.agency_id, name, text[:SHOWN], scopes, now)
    row = {"id": made.id, "agency_id": desk.agency_id, "name": name, "beginning": made.beginning}
    row |= {"key_hash": hashed(text), "scopes": " ".join(scopes)}
    held = select(api_keys.c.id).where(desk.owns(api_keys), api_keys.c.revoked_at.is_(None))
    with desk.database.writing() as connection:
        if len(connection.execute(held).all()) >= MOST_KEYS:
            raise TooMany
        connection.execute(api_keys.insert(), row | {"created_at": now})
        about = {"key": made.beginning, "scopes": " ".join(scopes)}
        note(connection, desk.agency_id, by, "key_made", now, **about)
    return made, text


def listed(desk: Desk) -> list[ApiKey]:
    """The agency's keys, revoked ones too, the newest first."""
    mine = select(api_keys).where(desk.owns(api_keys))
    newest = mine.order_by(api_keys.c.created_at.desc(), api_keys.c.id)
    with desk.database.reading() as connection:
        return [_key(row) for row in connection.execute(newest)]


def revoke(desk: Desk, id_: str, by: str, now: datetime) -> bool:
    """End a key at once; False if the agency has none of this id that still opens."""
    mine = desk.owns(api_keys) & (api_keys.c.id == id_) & api_keys.c.revoked_at.is_(None)
    with desk.database.writing() as connection:
        beginning = connection.execute(select(api_keys.c.beginning).where(mine)).scalar()
        ended = connection.execute(update(api_keys).where(mine).values(revoked_at=now)).rowcount
        if ended:
            note(connection, desk.agency_id, by, "key_revoked", now, key=beginning)
    return bool(ended)


def opened(database: Database, text: str, now: datetime) -> ApiKey | None:
    """The key of this text; None if there is none, or no longer. Notes that it is used."""
    if not text.startswith(PREFIX):
        return None
    mine = (api_keys.c.key_hash == hashed(text)) & api_keys.c.revoked_at.is_(None)
    with database.reading() as connection:
        row = connection.execute(select(api_keys).where(mine)).one_or_none()
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at >= _USE_NOTED:
        with suppress(StoreError), database.writing() as connection:  # a busy database: next time
            connection.execute(update(api_keys).where(mine).values(last_used_at=now))
    return _key(row)


def _key(row: Row) -> ApiKey:
    values = {name: row._mapping[name] for name in ApiKey.__slots__}
    return ApiKey(**values | {"scopes": tuple(row.scopes.split())})
