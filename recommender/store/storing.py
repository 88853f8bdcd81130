"""What one send writes, within one transaction."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from recommender.errors import StoreError, Text
from recommender.store.database import hashed, new_id
from recommender.store.reading import found
from recommender.store.records import FormRecord, Made, Sending, Sent, Tombstone
from recommender.store.searching import words_of
from recommender.store.tables import (
    agencies,
    consents,
    contacts,
    documents,
    invitations,
    outbox,
    search_words,
    submissions,
)
from recommender.store.upsert import insert

GONE: Text = {
    "en": "This form is no longer there. Nothing was stored.",
    "id": "Formulir ini sudah tidak ada. Tidak ada yang tersimpan.",
}


def store(
    connection: Connection, form: FormRecord, sending: Sending, now: datetime
) -> Sent | Tombstone:
    """Store a submission within a transaction, or give what its key has stored already."""
    _queue(connection, form)
    if earlier := found(connection, form_id=form.id, idempotency_key=sending.key):
        return earlier
    invited = _invitation(connection, form, sending.invitation)
    thread, revision = _thread(connection, form, invited, sending.contact.email)
    id_, document = new_id(), _store_document(connection, sending.made)
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
            "invitation_id": invited,
            "created_at": now,
            **_shown(sending),
        },
    )
    _store_person(connection, form, id_, sending, now)
    event = {"event": "submission.created", "submission_id": id_, "created_at": now}
    connection.execute(outbox.insert(), {"id": new_id(), "agency_id": form.agency_id, **event})
    _answered(connection, invited, now)
    return Sent(id_, form.id, revision, now)


def _queue(connection: Connection, form: FormRecord) -> None:
    """Wait for the agency's other sends to end: two by one client must not both be the first.

    SQLite has but one writer in any case.
    """
    mine = select(agencies.c.id).where(agencies.c.id == form.agency_id)
    if connection.execute(mine.with_for_update(key_share=True)).scalar() is None:
        raise StoreError(GONE)


def _store_document(connection: Connection, made: Made) -> str:
    id_ = sha256(made.body).hexdigest()
    connection.execute(
        insert(connection, documents).on_conflict_do_nothing(),
        {
            "id": id_,
            "code": made.code,
            "rules_version": made.rules_version,
            "rules_digest": made.rules_digest,
            "body": made.body,
        },
    )
    return id_


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
        contact["email_hash"] = _email_hash(who.email)
        row = {"submission_id": id_, "agency_id": form.agency_id, **contact}
        connection.execute(contacts.insert(), row)
    said = (who.name, who.email, who.organisation, sending.ref, sending.made.code)
    own = {"submission_id": id_, "agency_id": form.agency_id}
    found_by = [own | {"word": word} for word in words_of(*said)]
    if found_by:
        connection.execute(search_words.insert(), found_by)
    if consent:
        words = {"version": consent.version, "text": consent.text, "lang": consent.lang}
        connection.execute(consents.insert(), {"submission_id": id_, "given_at": now, **words})


def _email_hash(email: str | None) -> str | None:
    return hashed(email.casefold()) if email else None


def _invitation(connection: Connection, form: FormRecord, id_: str | None) -> str | None:
    """The invitation, if it is one to this form: a link to another one counts for nothing."""
    mine = (invitations.c.id == id_) & (invitations.c.form_id == form.id)
    return connection.execute(select(invitations.c.id).where(mine)).scalar() if id_ else None


def _thread(
    connection: Connection, form: FormRecord, invited: str | None, email: str | None
) -> tuple[str, int]:
    """The client's thread and the number of this answer in it; a new thread for a new client.

    A client is known by her invitation, else by her e-mail address.
    """
    known = contacts.c.agency_id == form.agency_id, contacts.c.email_hash == _email_hash(email)
    thread = (
        invited and _newest_thread(connection, form, submissions.c.invitation_id == invited)
    ) or (email and _newest_thread(connection, form, *known))
    if not thread:
        return new_id(), 1
    last = select(func.max(submissions.c.revision)).where(
        submissions.c.agency_id == form.agency_id, submissions.c.thread == thread
    )
    # On PostgreSQL the thread's last answer may have been erased since it was found.
    return thread, (connection.execute(last).scalar() or 0) + 1


def _newest_thread(
    connection: Connection, form: FormRecord, *known: ColumnElement[bool]
) -> str | None:
    wanted = (
        select(submissions.c.thread)
        .outerjoin(contacts, contacts.c.submission_id == submissions.c.id)
        .where(submissions.c.agency_id == form.agency_id, *known)
        .order_by(submissions.c.created_at.desc())
    )
    return connection.execute(wanted.limit(1)).scalar()


def _answered(connection: Connection, invited: str | None, now: datetime) -> None:
    if invited:
        mine = (invitations.c.id == invited) & invitations.c.answered_at.is_(None)
        connection.execute(update(invitations).where(mine).values(answered_at=now))
