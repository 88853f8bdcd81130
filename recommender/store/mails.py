"""Mails that wait to be sent: written with what they tell of, leased by a worker, gone once sent.

Nothing here is written unless mail is set up; whoever calls knows that. A row names whom it is
for and what it is about; its text is made of that when it is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, or_, select, update

from recommender.i18n import LANGUAGES
from recommender.store.database import Database, new_id
from recommender.store.reading import invited
from recommender.store.records import Endpoint, Invitation, Sending
from recommender.store.tables import agencies, contacts, invitations, mails, members, submissions

if TYPE_CHECKING:  # the desk itself writes mails
    from recommender.store.desk import Desk

SUBMISSION, RECEIPT, INVITATION = "submission", "receipt", "invitation"
WELCOME, PASSWORD, FORGOTTEN, ENDPOINT = "welcome", "password", "forgotten", "endpoint"
"""What mails are about. FORGOTTEN is no mail: it becomes one for each place that somebody has."""

LEASE = timedelta(minutes=5)
"""Longer than a mail server may take, so that no mail is sent by two at once."""

KEPT = timedelta(days=30)
"""A mail that was given up is shown for so long; whatever is older is of no use to anybody."""

MOST_RECEIPTS = 3
"""An address gets so many of an agency in a day: anybody can write another's address."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as a worker leases it; `tries` counts the one that begins."""

    id: str
    agency_id: str
    agency: str
    kind: str
    lang: str
    email: str
    said: Mapping[str, Any]
    submission_id: str | None
    invitation_id: str | None
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A mail that could not be delivered, and why: a key of words, and the server's status."""

    kind: str
    email: str
    error: str
    status: int | None
    created_at: datetime


def put(
    connection: Connection, kind: str, email: str, lang: str | None, now: datetime, **about: Any
) -> None:
    """Write a mail within the transaction of what it tells of; `about` are further columns."""
    row: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "email": email,
        "lang": lang or LANGUAGES[0],
    }
    row |= {"state": "waiting", "tries": 0, "due_at": now, "created_at": now, "said": {}}
    connection.execute(mails.insert(), row | about)


def tell_of_submission(
    connection: Connection, agency_id: str, id_: str, sending: Sending, now: datetime
) -> None:
    """Write to the members who want to hear of it, and the receipt where there is to be one."""
    own = {"agency_id": agency_id, "submission_id": id_}
    told = or_(members.c.told, members.c.told.is_(None) & (members.c.role == "owner"))
    wanted = select(members).where(members.c.agency_id == agency_id, told).order_by(members.c.id)
    for row in connection.execute(wanted).all():
        who = own | {"member_id": row.id, "said": {"name": row.name}}
        put(connection, SUBMISSION, row.email, row.lang, now, **who)
    email = sending.contact.email
    if email and sending.receipt and not _has_many(connection, id_, now):
        said = {"erase": sending.erase_token}
        put(connection, RECEIPT, email, sending.lang, now, **own, said=said)


def _has_many(connection: Connection, id_: str, now: datetime) -> bool:
    """Whether a submission's address was written into many of a day."""
    own = contacts.alias()
    same = (own.c.submission_id == id_) & (own.c.email_hash == contacts.c.email_hash)
    lately = (
        select(func.count())
        .select_from(contacts)
        .join(own, same & (own.c.agency_id == contacts.c.agency_id))
        .join(submissions, submissions.c.id == contacts.c.submission_id)
        .where(submissions.c.created_at > now - timedelta(days=1))
    )
    return connection.execute(lately).scalar_one() > MOST_RECEIPTS


def tell_of_silence(connection: Connection, endpoint: Endpoint, why: str, now: datetime) -> None:
    """Write to the owners that an endpoint was switched off."""
    owners = (members.c.agency_id == endpoint.agency_id) & (members.c.role == "owner")
    for row in connection.execute(select(members).where(owners).order_by(members.c.id)).all():
        said = {"name": row.name, "url": endpoint.url, "why": why}
        own = {"agency_id": endpoint.agency_id, "member_id": row.id, "said": said}
        put(connection, ENDPOINT, row.email, row.lang, now, **own)


def lease(database: Database, now: datetime) -> Mail | None:
    """The mail that has been due for longest, ours for a while; None if there is none."""
    due = (mails.c.state == "waiting") & (mails.c.due_at <= now)
    oldest = select(mails).where(due).order_by(mails.c.due_at).limit(1)
    with database.writing() as connection:
        row = connection.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        name = select(agencies.c.name).where(agencies.c.id == row.agency_id)
        taken = {"due_at": now + LEASE, "tries": row.tries + 1}
        connection.execute(update(mails).where(mails.c.id == row.id).values(taken))
        found = {name: row._mapping[name] for name in Mail.__slots__ if name != "agency"}
        found |= {"agency": connection.execute(name).scalar() or "", "tries": row.tries + 1}
        return Mail(**found | {"agency_id": row.agency_id or ""})


def done(database: Database, mail: Mail) -> None:
    """Forget a mail that was sent, or that there is nothing to say about any more."""
    with database.writing() as connection:
        connection.execute(delete(mails).where(mails.c.id == mail.id))


def failed(
    database: Database, mail: Mail, error: str, status: int | None, again: datetime | None
) -> None:
    """Note why a mail was not sent, and when it is tried again; None gives it up.

    Whoever has leased it since then knows better.
    """
    values = {"due_at": again} if again else {"state": "given_up", "said": {}}
    mine = (mails.c.id == mail.id) & (mails.c.tries == mail.tries)
    with database.writing() as connection:
        noting = update(mails).where(mine)
        connection.execute(noting.values(error=error, status=status, **values))


def given_up(desk: "Desk", most: int = 20) -> Sequence[GivenUp]:
    """The agency's mails that could not be delivered, the newest first."""
    wanted = select(*(mails.c[name] for name in GivenUp.__slots__))
    mine = wanted.where(desk.owns(mails), mails.c.state == "given_up")
    with desk.database.reading() as connection:
        newest = connection.execute(mine.order_by(mails.c.created_at.desc()).limit(most))
        return [GivenUp(**row._mapping) for row in newest]


def invitation(database: Database, mail: Mail) -> Invitation | None:
    """The invitation that a mail brings; None once it is answered or gone."""
    mine = (invitations.c.id == mail.invitation_id) & invitations.c.answered_at.is_(None)
    with database.reading() as connection:
        row = connection.execute(select(invitations).where(mine)).one_or_none()
    return invited(row) if row else None


def purge(database: Database, now: datetime) -> None:
    """Delete what was given up long ago, and what nobody has sent for as long."""
    with database.writing() as connection:
        connection.execute(delete(mails).where(mails.c.created_at <= now - KEPT))
