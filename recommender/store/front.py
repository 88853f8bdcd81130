"""What people who answer a form do: see it, send it, have it erased. No agency is named here.

A form, an invitation or an erase link says for itself which agency it belongs to.
"""

from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from recommender.store.database import Database, hashed
from recommender.store.erasing import erase
from recommender.store.prepared import Prepared
from recommender.store.reading import FORMS, found, invited
from recommender.store.records import (
    FormRecord,
    Invitation,
    Sending,
    Sent,
    Tombstone,
)
from recommender.store.storing import add, store
from recommender.store.tables import (
    form_versions,
    forms,
    invitations,
    logos,
    submissions,
)

_TRIES = 5
"""A send that met an erasing of the same recommendation begins again."""


def form_by_slug(database: Database, slug: str) -> FormRecord | None:
    """A form under its newest settings, whatever its state."""
    return _form(database, _NEWEST, slug=slug)


def form_at(database: Database, form_id: str, version: int) -> FormRecord | None:
    """A form under the settings that somebody began to answer it with."""
    return _form(database, _BEGAN, id=form_id, version=version)


def _form(database: Database, wanted: Prepared, **by: str | int) -> FormRecord | None:
    with database.glancing() as connection:
        row = wanted.one(connection, **by)
    return FormRecord(**row._asdict()) if row else None


_NEWEST = Prepared(
    FORMS.where(forms.c.slug == bindparam("slug"), form_versions.c.version == forms.c.version)
)
_BEGAN = Prepared(
    FORMS.where(forms.c.id == bindparam("id"), form_versions.c.version == bindparam("version"))
)


def logo(database: Database, form_id: str) -> tuple[str, bytes] | None:
    """A form's logo: its media type and its bytes."""
    with database.reading() as connection:
        wanted = select(logos.c.media, logos.c.content).where(logos.c.form_id == form_id)
        row = connection.execute(wanted).one_or_none()
    return (row.media, row.content) if row else None


def send(database: Database, form: FormRecord, sending: Sending, now: datetime) -> Sent | Tombstone:
    """Store a submission with all that belongs to it, or give back the one with this key.

    Whoever gets an answer may be told that it has arrived: it is committed. A tombstone says
    that it arrived earlier and has been erased since. Raises StoreError if nothing was stored,
    and Unknown if what the answers lead to has to be worked out first.
    """
    for left in reversed(range(_TRIES)):
        try:
            with database.writing() as connection:
                return store(connection, form, sending, now)
        except IntegrityError:
            if not left:
                raise
    raise AssertionError("unreachable")


def sent(database: Database, form_id: str, key: str) -> Sent | Tombstone | None:
    """The submission that was sent with this key, erased or not."""
    with database.reading() as connection:
        return found(connection, form_id=form_id, idempotency_key=key)


def together(database: Database, id_: str) -> list[str]:
    """The submissions sent with the invitation of this one, the first one first; none without."""
    with database.reading() as connection:
        return _together(connection, id_)


def _together(connection: Connection, id_: str) -> list[str]:
    own = select(submissions.c.invitation_id).where(submissions.c.id == id_).scalar_subquery()
    wanted = select(submissions.c.id).where(submissions.c.invitation_id == own)
    return list(connection.execute(wanted.order_by(submissions.c.revision)).scalars())


def erase_by_token(
    database: Database, token: str, now: datetime, *, whole: bool = False
) -> Tombstone | None:
    """Erase what this link belongs to, or say when that was done; None for no such link.

    With `whole`, all that was sent with the same invitation goes too.
    """
    with database.writing() as connection:
        wanted = select(submissions.c.id).where(submissions.c.erase_hash == hashed(token))
        if id_ := connection.execute(wanted).scalar():
            more = _together(connection, id_) if whole else []
            erase(connection, [id_, *more], "person", now)
        left = found(connection, erase_hash=hashed(token))
    database.forget()
    return left if isinstance(left, Tombstone) else None


def behind(database: Database, token: str) -> Sent | Tombstone | None:
    """What an erase link belongs to, erased or not."""
    with database.reading() as connection:
        return found(connection, erase_hash=hashed(token))


def invitation(database: Database, token: str) -> Invitation | None:
    """The invitation of a link, expired or not."""
    with database.reading() as connection:
        wanted = select(invitations).where(invitations.c.token_hash == hashed(token))
        row = connection.execute(wanted).one_or_none()
    return invited(row) if row else None


def opened(database: Database, invitation_id: str, now: datetime) -> None:
    """Note when an invitation was first opened."""
    mine = (invitations.c.id == invitation_id) & invitations.c.opened_at.is_(None)
    with database.writing() as connection:
        connection.execute(update(invitations).where(mine).values(opened_at=now))


def count(database: Database, form_id: str, day: date, *names: str) -> None:
    """Add one to each of these counts of a form's day. They name nobody and are never erased."""
    with database.writing() as connection:
        add(connection, form_id, day, *names)
