"""Retention: what a form keeps for so many days is gone after them; its counts stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, delete, exists, select

from recommender.store import mails, outbox, replies
from recommender.store.database import Database
from recommender.store.erasing import erase
from recommender.store.reading import FORMS
from recommender.store.tables import form_versions, forms, invitations, submissions

KEPT_DAYS = 180
TIME_ZONE = "Asia/Jakarta"
_AT_ONCE = 200
"""Erased in one transaction: senders need not wait long for it to end."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many submissions and unanswered invitations a purge has taken away."""

    submissions: int = 0
    invitations: int = 0


def purge(database: Database, now: datetime) -> Purged:
    """Erase everything whose time is over by each form's newest settings.

    A submission is kept on the day it came and on the `retention_days - 1` days after it, by the
    calendar of the form's time zone: with 180 days it is there on day 179 and gone on day 180.
    An invitation without an answer goes after as many days, though never before it expires.
    Safe to run at any time, by several processes at once, and again after one was killed.
    """
    with database.reading() as connection:
        newest = form_versions.c.version == forms.c.version
        found = connection.execute(FORMS.where(newest)).all()
    gone = [_purge(database, form, now) for form in found]
    replies.purge(database, now)
    mails.purge(database, now)
    outbox.purge(database, now)
    database.forget()
    return Purged(sum(one.submissions for one in gone), sum(one.invitations for one in gone))


def kept_since(settings: Mapping[str, Any], now: datetime) -> datetime:
    """The first moment of which a form of these settings keeps what came then."""
    zone = zone_of(settings.get("time_zone", TIME_ZONE))
    days = int(settings.get("retention_days", KEPT_DAYS))
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    return datetime(first.year, first.month, first.day, tzinfo=zone).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo | timezone:
    """The time zone of this name; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):  # a machine without a table of time zones
        return UTC


def _purge(database: Database, form: Row, now: datetime) -> Purged:
    since = kept_since(form.settings, now)
    over = (submissions.c.form_id == form.id) & (submissions.c.created_at < since)
    wanted = select(submissions.c.id).where(over).order_by(submissions.c.created_at)
    total = 0
    while True:
        with database.writing() as connection:
            ids = list(connection.execute(wanted.limit(_AT_ONCE)).scalars())
            total += erase(connection, ids, "retention", now)
        if len(ids) < _AT_ONCE:
            return Purged(total, _purge_invitations(database, form.id, since, now))


def _purge_invitations(database: Database, form_id: str, since: datetime, now: datetime) -> int:
    answered = exists().where(submissions.c.invitation_id == invitations.c.id)
    over = (
        (invitations.c.form_id == form_id)
        & (invitations.c.created_at < since)
        & (invitations.c.expires_at <= now)
    )
    with database.writing() as connection:
        return connection.execute(delete(invitations).where(over, ~answered)).rowcount
