"""What people who answer a form do: see it, send it, have it erased. No agency is named here.

A form, an invitation or an erase link says for itself which agency it belongs to.
"""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, func, select, update
from sqlalchemy.exc import IntegrityError

from recommender.store.database import Database, new_id
from recommender.store.erasing import erase
from recommender.store.reading import FORMS, invited
from recommender.store.records import FormRecord, Invitation, Sending, Sent, Tombstone
from recommender.store.tables import (
    consents,
    contacts,
    counters,
    documents,
    form_versions,
    forms,
    invitations,
    outbox,
    submissions,
    tombstones,
)
from recommender.store.upsert import insert

_TRIES = 5
"""Two sends of one client race for a revision; whoever loses takes the next."""


def hashed(token: str) -> str:
    """What is kept of a secret token."""
    return sha256(token.encode()).hexdigest()


def form_by_slug(database: Database, slug: str) -> FormRecord | None:
    """A form under its newest settings, whatever its state."""
    newest = (forms.c.slug == slug) & (form_versions.c.version == forms.c.version)
    return _form(database, FORMS.where(newest))


def form_at(database: Database, form_id: str, version: int) -> FormRecord | None:
    """A form under the settings that somebody began to answer it with."""
    began = (forms.c.id == form_id) & (form_versions.c.version == version)
    return _form(database, FORMS.where(began))


def _form(database: Database, wanted: Select) -> FormRecord | None:
    with database.reading() as connection:
        found = connection.execute(wanted).one_or_none()
    return FormRecord(**found._mapping) if found else None


def send(database: Database, form: FormRecord, sending: Sending, now: datetime) -> Sent:
    """Store a submission with all that belongs to it, or give back the one with this key.

    Whoever gets an answer may be told that it has arrived: it is committed. Raises StoreError
    if nothing was stored.
    """
    for left in reversed(range(_TRIES)):
        try:
            with database.writing() as connection:
                return _stored(connection, form, sending, now)
        except IntegrityError:  # another send came between: look again
            if not left:
                raise
    raise AssertionError("unreachable")


def sent(database: Database, form_id: str, key: str) -> Sent | None:
    """The submission that was sent with this key."""
    with database.reading() as connection:
        return _earlier(connection, form_id, key)


def _stored(connection: Connection, form: FormRecord, sending: Sending, now: datetime) -> Sent:
    if earlier := _earlier(connection, form.id, sending.key):
        return earlier
    thread, revision = _thread(connection, form, sending)
    made, id_ = sending.made, new_id()
    document = sha256(made.body).hexdigest()
    connection.execute(
        insert(connection, documents).on_conflict_do_nothing(),
        {
            "id": document,
            "code": made.code,
            "rules_version": made.rules_version,
            "rules_digest": made.rules_digest,
            "body": made.body,
        },
    )
    connection.execute(
        submissions.insert(),
        {
            "id": id_,
            "agency_id": form.agency_id,
            "form_id": form.id,
            "form_version": form.version,
            "idempotency_key": sending.key,
            "thread": thread,
            "revision": revision,
            "document_id": document,
            "erase_hash": hashed(sending.erase_token),
            "invitation_id": sending.invitation,
            "created_at": now,
            **_shown(sending),
        },
    )
    _store_person(connection, form, id_, sending, now)
    event = {"event": "submission.created", "submission_id": id_, "created_at": now}
    connection.execute(outbox.insert(), {"id": new_id(), "agency_id": form.agency_id, **event})
    _answered(connection, sending.invitation, now)
    return Sent(id_, form.id, revision, now)


def _shown(sending: Sending) -> Mapping[str, Any]:
    """The columns that only pass on what was sent."""
    made = sending.made
    return {
        "goal": made.goal,
        "first": " ".join(made.first),
        "second": " ".join(made.second),
        "label": made.label,
        "lang": sending.lang,
        "ref": sending.ref,
        "hidden": dict(sending.hidden),
        "context": dict(sending.context),
        "test": sending.test,
        "seconds": sending.seconds,
    }


def _store_person(
    connection: Connection, form: FormRecord, id_: str, sending: Sending, now: datetime
) -> None:
    who, consent = sending.contact, sending.consent
    if who and not consent:
        raise ValueError("no contact is stored without consent")
    if who:
        contact = {"name": who.name, "email": who.email, "organisation": who.organisation}
        row = {"submission_id": id_, "agency_id": form.agency_id, **contact}
        connection.execute(contacts.insert(), row)
    if consent:
        words = {"version": consent.version, "text": consent.text, "lang": consent.lang}
        connection.execute(consents.insert(), {"submission_id": id_, "given_at": now, **words})


def _earlier(connection: Connection, form_id: str, key: str) -> Sent | None:
    columns = submissions.c
    wanted = select(columns.id, columns.form_id, columns.revision, columns.created_at).where(
        columns.form_id == form_id, columns.idempotency_key == key
    )
    found = connection.execute(wanted).one_or_none()
    return Sent(**found._mapping) if found else None


def _thread(connection: Connection, form: FormRecord, sending: Sending) -> tuple[str, int]:
    """The client's thread and the number of this answer in it; a new thread for a new client.

    A client is known by her invitation, else by her e-mail address.
    """
    mine = submissions.c.agency_id == form.agency_id
    if sending.invitation:
        same = submissions.c.invitation_id == sending.invitation
        known = select(submissions.c.thread).where(mine, same)
    elif sending.contact.email:
        same = func.lower(contacts.c.email) == sending.contact.email.lower()
        known = (
            select(submissions.c.thread)
            .join(contacts, contacts.c.submission_id == submissions.c.id)
            .where(mine, contacts.c.agency_id == form.agency_id, same)
        )
    else:
        return new_id(), 1
    thread = connection.execute(known.limit(1)).scalar()
    if thread is None:
        return new_id(), 1
    last = select(func.max(submissions.c.revision)).where(mine, submissions.c.thread == thread)
    return thread, connection.execute(last).scalar_one() + 1


def erase_by_token(database: Database, token: str, now: datetime) -> Tombstone | None:
    """Erase what this link belongs to, or say when that was done; None for no such link."""
    with database.writing() as connection:
        wanted = select(submissions.c.id).where(submissions.c.erase_hash == hashed(token))
        if id_ := connection.execute(wanted).scalar():
            erase(connection, [id_], "person", now)
        found = _tombstone(connection, token)
    database.forget()
    return found


def behind(database: Database, token: str) -> Sent | Tombstone | None:
    """What an erase link belongs to, erased or not."""
    columns = submissions.c
    wanted = select(columns.id, columns.form_id, columns.revision, columns.created_at)
    with database.reading() as connection:
        found = connection.execute(wanted.where(columns.erase_hash == hashed(token))).one_or_none()
        return Sent(**found._mapping) if found else _tombstone(connection, token)


def _tombstone(connection: Connection, token: str) -> Tombstone | None:
    columns = tombstones.c
    wanted = select(columns.id, columns.form_id, columns.why, columns.erased_at).where(
        columns.erase_hash == hashed(token)
    )
    found = connection.execute(wanted).one_or_none()
    return Tombstone(**found._mapping) if found else None


def invitation(database: Database, token: str) -> Invitation | None:
    """The invitation of a link, expired or not."""
    with database.reading() as connection:
        wanted = select(invitations).where(invitations.c.token_hash == hashed(token))
        found = connection.execute(wanted).one_or_none()
    return invited(found) if found else None


def opened(database: Database, invitation_id: str, now: datetime) -> None:
    """Note when an invitation was first opened."""
    mine = (invitations.c.id == invitation_id) & invitations.c.opened_at.is_(None)
    with database.writing() as connection:
        connection.execute(update(invitations).where(mine).values(opened_at=now))


def _answered(connection: Connection, invitation_id: str | None, now: datetime) -> None:
    if invitation_id:
        mine = (invitations.c.id == invitation_id) & invitations.c.answered_at.is_(None)
        connection.execute(update(invitations).where(mine).values(answered_at=now))


def count(database: Database, form_id: str, day: date, name: str) -> None:
    """Add one to a form's count of a day. Counts name nobody and are never erased."""
    row = {"form_id": form_id, "day": day.isoformat(), "name": name, "count": 1}
    with database.writing() as connection:
        adding = insert(connection, counters).values(row)
        connection.execute(
            adding.on_conflict_do_update(
                index_elements=["form_id", "day", "name"], set_={"count": counters.c.count + 1}
            )
        )
