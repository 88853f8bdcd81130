"""What one send writes, within one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from recommender.errors import StoreError, Text
from recommender.store import mails
from recommender.store.database import hashed, new_id, ordered_id
from recommender.store.reading import found
from recommender.store.records import FormRecord, Made, Sending, Sent, Tombstone
from recommender.store.searching import words_of
from recommender.store.tables import (
    agencies,
    consents,
    contacts,
    counters,
    documents,
    invitations,
    outbox,
    search_words,
    submissions,
)
from recommender.store.upsert import INSERTS, insert

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
    id_ = ordered_id(now)
    _store_document(connection, sending.made)
    connection.execute(
        _SUBMISSION,
        {
            "id": id_,
            "agency_id": form.agency_id,
            "form_id": form.id,
            "form_version": form.version,
            "idempotency_key": sending.key,
            "thread": thread,
            "revision": revision,
            "document_id": sending.made.id,
            "erase_hash": hashed(sending.erase_token),
            "invitation_id": invited,
            "created_at": now,
            **_shown(sending),
        },
    )
    _store_person(connection, form, id_, sending, now)
    event = {"event": "submission.created", "submission_id": id_, "created_at": now}
    connection.execute(_EVENT, {"id": new_id(), "agency_id": form.agency_id, **event})
    _answered(connection, None if sending.test else invited, now)
    if sending.counted_on:
        add(connection, form.id, sending.counted_on, "sent")
    if sending.mailing:
        mails.tell_of_submission(connection, form.agency_id, id_, sending, now)
    return Sent(id_, form.id, revision, now)


def add(connection: Connection, form_id: str, day: date, *names: str) -> None:
    """Add one to each of these counts of a form's day."""
    day_of_form = {"form_id": form_id, "day": day.isoformat(), "count": 1}
    rows = [day_of_form | {"name": name} for name in names]
    connection.execute(_ADDING[connection.dialect.name], rows)


def _queue(connection: Connection, form: FormRecord) -> None:
    """Wait for the agency's other sends to end: two by one client must not both be the first.

    SQLite has but one writer in any case.
    """
    if connection.execute(_AGENCY, {"id": form.agency_id}).scalar() is None:
        raise StoreError(GONE)


def _store_document(connection: Connection, made: Made) -> None:
    if connection.execute(_DOCUMENT, {"id": made.id}).scalar():
        return  # it is large, and need not be sent to a database that has it
    connection.execute(
        insert(connection, documents).on_conflict_do_nothing(),
        {
            "id": made.id,
            "code": made.code,
            "rules_version": made.rules_version,
            "rules_digest": made.rules_digest,
            "body": made.body,
        },
    )


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
        connection.execute(_CONTACT, row)
    said = (who.name, who.email, who.organisation, sending.ref, sending.made.code)
    own = {"submission_id": id_, "agency_id": form.agency_id}
    found_by = [own | {"word": word} for word in words_of(*said)]
    if found_by:
        connection.execute(_WORDS, found_by)
    if consent:
        words = {"version": consent.version, "text": consent.text, "lang": consent.lang}
        connection.execute(_CONSENT, {"submission_id": id_, "given_at": now, **words})


def _email_hash(email: str | None) -> str | None:
    return hashed(email.casefold()) if email else None


def _invitation(connection: Connection, form: FormRecord, id_: str | None) -> str | None:
    """The invitation, if it is one to this form: a link to another one counts for nothing."""
    if id_ is None:
        return None
    return connection.execute(_INVITATION, {"id": id_, "form": form.id}).scalar()


def _thread(
    connection: Connection, form: FormRecord, invited: str | None, email: str | None
) -> tuple[str, int]:
    """The client's thread and the number of this answer in it; a new thread for a new client.

    A client is known by her invitation, else by her e-mail address.
    """
    by = {"agency": form.agency_id, "invitation": invited, "email": _email_hash(email)}
    thread = (invited and connection.execute(_THREAD_INVITED, by).scalar()) or (
        email and connection.execute(_THREAD_OF_EMAIL, by).scalar()
    )
    if not thread:
        return new_id(), 1
    last = connection.execute(_LAST, {"agency": form.agency_id, "thread": thread}).scalar()
    # On PostgreSQL the thread's last answer may have been erased since it was found.
    return thread, (last or 0) + 1


# Statements are made once: to make one anew costs several times what it does in the database.

_AGENCY = (
    select(agencies.c.id).where(agencies.c.id == bindparam("id")).with_for_update(key_share=True)
)
_DOCUMENT = select(documents.c.id).where(documents.c.id == bindparam("id"))
_INVITATION = select(invitations.c.id).where(
    invitations.c.id == bindparam("id"), invitations.c.form_id == bindparam("form")
)
_NEWEST_THREAD = (
    select(submissions.c.thread)
    .where(submissions.c.agency_id == bindparam("agency"))
    .order_by(submissions.c.created_at.desc())
    .limit(1)
)
_THREAD_INVITED = _NEWEST_THREAD.where(submissions.c.invitation_id == bindparam("invitation"))
_THREAD_OF_EMAIL = _NEWEST_THREAD.join(contacts).where(
    contacts.c.agency_id == bindparam("agency"), contacts.c.email_hash == bindparam("email")
)
_LAST = select(func.max(submissions.c.revision)).where(
    submissions.c.agency_id == bindparam("agency"), submissions.c.thread == bindparam("thread")
)
_SUBMISSION, _CONTACT, _CONSENT, _WORDS, _EVENT = (
    table.insert() for table in (submissions, contacts, consents, search_words, outbox)
)
_ADDING = {
    dialect: insert_into(counters).on_conflict_do_update(
        index_elements=["form_id", "day", "name"], set_={"count": counters.c.count + 1}
    )
    for dialect, insert_into in INSERTS.items()
}


def _answered(connection: Connection, invited: str | None, now: datetime) -> None:
    if invited:
        mine = (invitations.c.id == invited) & invitations.c.answered_at.is_(None)
        connection.execute(update(invitations).where(mine).values(answered_at=now))
