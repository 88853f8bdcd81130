"""What one send writes, within one transaction."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, select, update

from recommender.errors import StoreError, Text
from recommender.store import mails
from recommender.store.database import hashed, new_id, ordered_id
from recommender.store.prepared import Prepared, together
from recommender.store.records import FormRecord, Made, Meant, Sending, Sent, Tombstone
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
    tombstones,
)
from recommender.store.upsert import INSERTS, insert

GONE: Text = {
    "en": "This form is no longer there. Nothing was stored.",
    "id": "Formulir ini sudah tidak ada. Tidak ada yang tersimpan.",
}


class Unknown(Exception):
    """Nobody has sent these answers under these rules before: they have to be worked out."""


def store(
    connection: Connection, form: FormRecord, sending: Sending, now: datetime
) -> Sent | Tombstone:
    """Store a submission within a transaction, or give what its key has stored already.

    Raises Unknown if what the answers lead to is only meant and nobody has sent the same before.
    """
    standing = _standing(connection, form, sending)
    if earlier := _earlier(standing):
        return earlier
    invited = standing.invitation
    thread, revision = _thread(connection, form, standing.thread)
    id_ = ordered_id(now)
    outcome = _outcome(connection, sending.made, standing)
    submission = {
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
        **outcome,
        **_brought(sending),
    }
    event = {"event": "submission.created", "submission_id": id_, "created_at": now}
    with together(connection):
        _SUBMISSION.write(connection, submission)
        _store_person(connection, form, id_, sending, now)
        _EVENT.write(connection, {"id": new_id(), "agency_id": form.agency_id, **event})
        if sending.counted_on:
            add(connection, form.id, sending.counted_on, "sent")
    _answered(connection, None if sending.test else invited, now)
    if sending.mailing:
        mails.tell_of_submission(connection, form.agency_id, id_, sending, now)
    return Sent(id_, form.id, revision, now)


def add(connection: Connection, form_id: str, day: date, *names: str) -> None:
    """Add one to each of these counts of a form's day."""
    day_of_form = {"form_id": form_id, "day": day.isoformat(), "count": 1}
    rows = [day_of_form | {"name": name} for name in names]
    _ADDING[connection.dialect.name].write(connection, *rows)


def _standing(connection: Connection, form: FormRecord, sending: Sending) -> Any:
    """What is there already that a send has to do with, in one row."""
    _take_turns(connection, form, sending)
    row = _STANDING.one(
        connection,
        agency=form.agency_id,
        form=form.id,
        key=sending.key,
        invitation=sending.invitation,
        email=_email_hash(sending.contact.email),
        document=sending.made.id,
    )
    if row is None:
        raise StoreError(GONE)
    return row


def _take_turns(connection: Connection, form: FormRecord, sending: Sending) -> None:
    """Wait for the client's other sends: two of them must not both be the first.

    Other clients' do not wait, as there may be a hundred a second at one agency. Turns are taken
    in an order in which no two sends can wait for each other. Who comes by invitation and by
    address at once meets a constraint, and begins again.
    """
    if connection.dialect.name == "sqlite":  # it has but one writer in any case
        return
    email = _email_hash(sending.contact.email)
    known_by = [name for name in (sending.invitation, email) if name] or [sending.key]
    for turn in sorted(_number(f"{form.agency_id} {name}") for name in known_by):
        _TURN.one(connection, turn=turn)


def _number(name: str) -> int:
    """Stands for a name among PostgreSQL's advisory locks, which have 64 bits and a sign."""
    return int(hashed(name)[:16], 16) - (1 << 63)


def _earlier(row: Any) -> Sent | Tombstone | None:
    """What was sent with this key before, erased or not."""
    if row.sent_id:
        return Sent(row.sent_id, row.sent_form, row.revision, row.created_at)
    if row.gone_id:
        return Tombstone(row.gone_id, row.gone_form, row.why, row.erased_at)
    return None


def _outcome(connection: Connection, made: Meant, standing: Any) -> Mapping[str, str]:
    """What lists show of a recommendation; its document is stored unless it is there."""
    if not isinstance(made, Made):
        if standing.label is None:
            raise Unknown
        return {name: getattr(standing, name) for name in ("goal", "first", "second", "label")}
    if standing.label is None:  # it is large, and need not be sent to a database that has it
        document = {"id": made.id, "code": made.code, "body": made.body}
        document |= {"rules_version": made.rules_version, "rules_digest": made.rules_digest}
        connection.execute(insert(connection, documents).on_conflict_do_nothing(), document)
    first, second = " ".join(made.first), " ".join(made.second)
    return {"goal": made.goal, "first": first, "second": second, "label": made.label}


def _brought(sending: Sending) -> Mapping[str, Any]:
    """The columns that only pass on what was sent."""
    return {
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
        _CONTACT.write(connection, row)
    said = (who.name, who.email, who.organisation, sending.ref, sending.made.code)
    own = {"submission_id": id_, "agency_id": form.agency_id}
    found_by = [own | {"word": word} for word in words_of(*said)]
    if found_by:
        _WORDS.write(connection, *found_by)
    if consent:
        words = {"version": consent.version, "text": consent.text, "lang": consent.lang}
        _CONSENT.write(connection, {"submission_id": id_, "given_at": now, **words})


def _email_hash(email: str | None) -> str | None:
    return hashed(email.casefold()) if email else None


def _thread(connection: Connection, form: FormRecord, thread: str | None) -> tuple[str, int]:
    """The client's thread and the number of this answer in it; a new thread for a new client."""
    if not thread:
        return new_id(), 1
    last = _LAST.one(connection, agency=form.agency_id, thread=thread).last
    # On PostgreSQL the thread's last answer may have been erased since it was found.
    return thread, (last or 0) + 1


_TURN = Prepared(
    select(func.pg_advisory_xact_lock(bindparam("turn", type_=BigInteger)).label("taken"))
)
_LIKE = submissions.alias("alike")
"""Any submission of the same recommendation: whatever it leads to is in there."""
_THREADS = submissions.alias("threads")
# Not by its agency as well: SQLite would go through all that the agency has, the newest first.
_NEWEST_THREAD = select(_THREADS.c.thread).order_by(_THREADS.c.created_at.desc()).limit(1)
_THREAD_INVITED = _NEWEST_THREAD.where(_THREADS.c.invitation_id == invitations.c.id)
_THREAD_OF_EMAIL = _NEWEST_THREAD.join(contacts, contacts.c.submission_id == _THREADS.c.id).where(
    contacts.c.agency_id == agencies.c.id, contacts.c.email_hash == bindparam("email")
)
_ALIKE = select(submissions.c.id).where(submissions.c.document_id == bindparam("document")).limit(1)
_STANDING = Prepared(
    select(
        submissions.c.id.label("sent_id"),
        submissions.c.form_id.label("sent_form"),
        submissions.c.revision,
        submissions.c.created_at,
        tombstones.c.id.label("gone_id"),
        tombstones.c.form_id.label("gone_form"),
        tombstones.c.why,
        tombstones.c.erased_at,
        invitations.c.id.label("invitation"),
        # A client is known by her invitation, else by her e-mail address.
        func.coalesce(
            _THREAD_INVITED.correlate(agencies, invitations).scalar_subquery(),
            _THREAD_OF_EMAIL.correlate(agencies).scalar_subquery(),
        ).label("thread"),
        _LIKE.c.goal,
        _LIKE.c.first,
        _LIKE.c.second,
        _LIKE.c.label,
    )
    .select_from(agencies)
    .outerjoin(
        submissions,
        (submissions.c.form_id == bindparam("form"))
        & (submissions.c.idempotency_key == bindparam("key")),
    )
    .outerjoin(
        tombstones,
        (tombstones.c.form_id == bindparam("form"))
        & (tombstones.c.idempotency_key == bindparam("key")),
    )
    # An invitation to another form counts for nothing.
    .outerjoin(
        invitations,
        (invitations.c.id == bindparam("invitation"))
        & (invitations.c.form_id == bindparam("form")),
    )
    .outerjoin(_LIKE, _LIKE.c.id == _ALIKE.scalar_subquery())
    .where(agencies.c.id == bindparam("agency"))
)
_LAST = Prepared(
    select(func.max(submissions.c.revision).label("last")).where(
        submissions.c.agency_id == bindparam("agency"), submissions.c.thread == bindparam("thread")
    )
)
_SUBMISSION, _CONTACT, _CONSENT, _WORDS, _EVENT = (
    Prepared(table.insert(), *table.c.keys())
    for table in (submissions, contacts, consents, search_words, outbox)
)
_ADDING = {
    dialect: Prepared(
        insert_into(counters).on_conflict_do_update(
            index_elements=["form_id", "day", "name"], set_={"count": counters.c.count + 1}
        ),
        *counters.c.keys(),
    )
    for dialect, insert_into in INSERTS.items()
}


def _answered(connection: Connection, invited: str | None, now: datetime) -> None:
    if invited:
        mine = (invitations.c.id == invited) & invitations.c.answered_at.is_(None)
        connection.execute(update(invitations).where(mine).values(answered_at=now))
