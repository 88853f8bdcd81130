"""Every table. Migrations say how a database gets there; a test holds the two equal.

Ids are random, 128 bits as 32 hex digits. Times are in UTC. A row names its agency, or
hangs on one that does (a form, a submission), so that one condition (`store.desk`) keeps agencies
apart; documents alone are shared, by whoever got the same recommendation.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator):
    """A time in UTC, aware on the way in and on the way out; SQLite keeps it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        if value is None:
            return None
        aware: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC)


Word = String(64).with_variant(String(64, collation="C"), "postgresql")
"""A word that is looked for by its beginning: in the order of its letters, as SQLite has it."""


def _id(**options: Any) -> Column:
    return Column("id", String(32), primary_key=True, **options)


def _agency(**options: Any) -> Column:
    """The agency that a row belongs to; with it, the row goes."""
    return Column(
        "agency_id",
        ForeignKey("agencies.id", ondelete="CASCADE"),
        nullable=False,
        **options,
    )


def _of(table: str, name: str = "", **options: Any) -> Column:
    """The row of another table that this one belongs to; with it, this one goes."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name or f"{table.removesuffix('s')}_id", key, **{"nullable": False} | options)


agencies = Table(
    "agencies",
    metadata,
    _id(),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
)

members = Table(
    "members",
    metadata,
    _id(),
    _agency(index=True),
    Column("email", String(254), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(10), nullable=False),  # owner, member
    Column("created_at", Moment, nullable=False),
    # Empty until the member has chosen one; a session holds while `session_key` stays the same.
    Column("password_hash", String(200), nullable=False, server_default=""),
    Column("session_key", String(32), nullable=False, server_default=""),
    Column("seen_at", Moment),
    UniqueConstraint("agency_id", "email"),
    Index("ix_members_email", "email"),
)

# Links by which a member chooses a password, the first or another one; each opens once.
passes = Table(
    "passes",
    metadata,
    _id(),
    _agency(index=True),
    _of("members", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# Who did what. `who` stays readable when the member has gone; `about` names ids, never contents.
audit = Table(
    "audit",
    metadata,
    _id(),
    _agency(),
    Column("at", Moment, nullable=False),
    Column("who", String(254), nullable=False),
    Column("what", String(40), nullable=False),
    Column("about", JSON, nullable=False),
    Index("ix_audit_list", "agency_id", "at", "id"),
)

forms = Table(
    "forms",
    metadata,
    _id(),
    _agency(index=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("state", String(10), nullable=False),  # draft, live, closed
    Column("version", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# Whoever has begun to answer goes on under the settings that she began with.
form_versions = Table(
    "form_versions",
    metadata,
    _of("forms", primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

logos = Table(
    "logos",
    metadata,
    _of("forms", primary_key=True),
    Column("media", String(20), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    _agency(index=True),
    _of("forms", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("client", String(200), nullable=False),
    Column("email", String(254)),
    Column("ref", String(200)),
    Column("code", String(40), nullable=False),  # the answers it begins with; empty for none
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("opened_at", Moment),
    Column("answered_at", Moment),
)

# Recommendations are kept once for everybody who got the same one, by the digest of their bytes.
documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("rules_version", String(40), nullable=False),
    Column("rules_digest", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

submissions = Table(
    "submissions",
    metadata,
    _id(),
    _agency(),
    _of("forms"),
    Column("form_version", Integer, nullable=False),
    Column("idempotency_key", String(64), nullable=False),
    # One client's answers share a thread; a later one is a new revision beside the first.
    Column("thread", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("goal", String(64), nullable=False),
    Column("first", String(200), nullable=False),  # the types at rank 1, joined by a space
    Column("second", String(200), nullable=False),
    Column("label", String(10), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("ref", String(200)),
    Column("hidden", JSON, nullable=False),
    Column("context", JSON, nullable=False),
    Column("invitation_id", ForeignKey("invitations.id", ondelete="SET NULL"), index=True),
    Column("erase_hash", String(64), nullable=False, unique=True),
    Column("test", Boolean, nullable=False),
    Column("seconds", Integer),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("form_id", "idempotency_key"),
    UniqueConstraint("agency_id", "thread", "revision"),
    Index("ix_submissions_list", "agency_id", "created_at", "id"),
    Index("ix_submissions_form_id_created_at", "form_id", "created_at"),
    Index("ix_submissions_document_id", "document_id"),
)

contacts = Table(
    "contacts",
    metadata,
    _of("submissions", primary_key=True),
    _agency(),
    Column("name", String(200)),
    Column("email", String(254)),
    Column("organisation", String(200)),
    # The hash of the address in small letters: by it a later answer finds the first one.
    Column("email_hash", String(64)),
    Index("ix_contacts_agency_id_email_hash", "agency_id", "email_hash"),
)

consents = Table(
    "consents",
    metadata,
    _of("submissions", primary_key=True),
    Column("version", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String(2), nullable=False),
    Column("given_at", Moment, nullable=False),
)

# The words of a client by which her submission is found, in small letters: names, organisation,
# address, reference and code.
search_words = Table(
    "search_words",
    metadata,
    _of("submissions", primary_key=True),
    Column("word", Word, primary_key=True),
    _agency(),
    Index("ix_search_words_find", "agency_id", "word", "submission_id"),
)

# What the agency adds to a submission. All of it goes with the submission.
notes = Table(
    "notes",
    metadata,
    _id(),
    _agency(),
    _of("submissions", index=True),
    Column("author", String(254), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# How the strategist herself would answer for the client.
second_opinions = Table(
    "second_opinions",
    metadata,
    _of("submissions", primary_key=True),
    _agency(),
    Column("author", String(254), nullable=False),
    Column("code", String(40), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# A type chosen beside the recommended one, never instead of it.
overrules = Table(
    "overrules",
    metadata,
    _of("submissions", primary_key=True),
    _agency(),
    Column("author", String(254), nullable=False),
    Column("type", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_overrules_agency_id_changed_at", "agency_id", "changed_at"),
)

# What was done, and how it went, months later. Rates are in percent of followers.
followups = Table(
    "followups",
    metadata,
    _of("submissions", primary_key=True),
    _agency(),
    Column("author", String(254), nullable=False),
    Column("types", String(200), nullable=False),  # those that were used, joined by a space
    Column("done", Text, nullable=False),
    Column("rate_before", Float),
    Column("rate_after", Float),
    Column("went", String(10), nullable=False),  # well, mixed, badly, unknown
    Column("changed_at", Moment, nullable=False),
    Index("ix_followups_agency_id_changed_at", "agency_id", "changed_at"),
)

# That a client lets the rules learn from her answers, without her name; a row is a yes.
learning_consents = Table(
    "learning_consents",
    metadata,
    _of("submissions", primary_key=True),
    _agency(),
    Column("author", String(254), nullable=False),  # who wrote it down
    Column("how", String(200), nullable=False),  # how the client said so
    Column("given_at", Moment, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    _id(),
    _agency(index=True),
    _of("forms"),
    Column("idempotency_key", String(64), nullable=False),
    Column("erase_hash", String(64), nullable=False, unique=True),
    Column("why", String(10), nullable=False),  # person, agency, retention
    Column("erased_at", Moment, nullable=False),
    UniqueConstraint("form_id", "idempotency_key"),
)

# What receivers have still to hear of. The payload is made when it is sent: an event says only
# what happened to which submission, so that an erased one leaves nothing behind.
outbox = Table(
    "outbox",
    metadata,
    _id(),
    _agency(index=True),
    Column("event", String(30), nullable=False),
    Column("submission_id", String(32), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

# Where an agency's own programs hear of submissions. The secret is kept as it is: it signs.
endpoints = Table(
    "endpoints",
    metadata,
    _id(),
    _agency(index=True),
    Column("url", String(2000), nullable=False),
    Column("secret", String(100), nullable=False),
    Column("old_secret", String(100)),
    Column("old_until", Moment),
    Column("state", String(10), nullable=False),  # on, off
    Column("why", String(10)),  # why it is off: hand, gone, failing
    Column("failing_since", Moment),
    # A worker has it until then; nobody else delivers to it meanwhile.
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
)

# One event for one endpoint; `event_id` is the same for every endpoint and every try.
deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _agency(),
    _of("endpoints"),
    Column("event_id", String(32), nullable=False),
    Column("event", String(30), nullable=False),
    Column("submission_id", String(32), nullable=False, index=True),
    Column("state", String(10), nullable=False),  # waiting, done, given_up
    Column("tries", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("event_id", "endpoint_id"),
    Index("ix_deliveries_due", "state", "endpoint_id", "due_at"),
    Index("ix_deliveries_list", "agency_id", "created_at", "id"),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    _of("deliveries", "delivery_id", index=True),
    Column("at", Moment, nullable=False),
    Column("status", Integer),
    Column("error", String(40)),
    Column("seconds", Float, nullable=False),
)

# Letters that wait to be sent by SMTP. `about` has ids and what the words need, never answers.
mails = Table(
    "mails",
    metadata,
    _id(),
    _agency(index=True),
    Column("to", String(254), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("about", JSON, nullable=False),
    Column("submission_id", String(32), index=True),
    Column("state", String(10), nullable=False),  # waiting, done, given_up
    Column("tries", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_mails_due", "state", "due_at"),
)

# Keys for an agency's programs; of a key only its hash is kept, and its beginning to tell it by.
api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _agency(index=True),
    Column("name", String(200), nullable=False),
    Column("beginning", String(16), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("scopes", String(60), nullable=False),  # recommend, read, write: joined by a space
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("revoked_at", Moment),
)

# What a program was answered when it stored something, so that the same request, sent again
# under its Idempotency-Key, gets the same answer and stores nothing twice.
replies = Table(
    "replies",
    metadata,
    Column("agency_id", ForeignKey("agencies.id", ondelete="CASCADE"), primary_key=True),
    Column("idempotency_key", String(64), primary_key=True),  # its hash
    Column("request_hash", String(64), nullable=False),
    Column("status", Integer),  # empty while the request is being carried out
    Column("body", LargeBinary),
    Column("created_at", Moment, nullable=False, index=True),
)

# Counts without a person: how many saw, began, finished and sent a form on a day.
counters = Table(
    "counters",
    metadata,
    _of("forms", primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)
