"""Agencies, their members and forms, and what clients send."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from recommender.store.tables.base import Moment, metadata, of, of_agency, own_id

agencies = Table(
    "agencies",
    metadata,
    own_id(),
    Column("slug", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
)

members = Table(
    "members",
    metadata,
    own_id(),
    of_agency(index=True),
    Column("email", String(254), nullable=False),
    Column("name", String(200), nullable=False),
    Column("role", String(10), nullable=False),  # owner, member
    Column("created_at", Moment, nullable=False),
    # Empty until the member has chosen one; a session holds while `session_key` stays the same.
    Column("password_hash", String(200), nullable=False, server_default=""),
    Column("session_key", String(32), nullable=False, server_default=""),
    Column("seen_at", Moment),
    # Whether mail tells her of new submissions; empty: if she is an owner. And in which language.
    Column("told", Boolean),
    Column("lang", String(2)),
    UniqueConstraint("agency_id", "email"),
    Index("ix_members_email", "email"),
)

forms = Table(
    "forms",
    metadata,
    own_id(),
    of_agency(index=True),
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
    of("forms", primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("settings", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
)

logos = Table(
    "logos",
    metadata,
    of("forms", primary_key=True),
    Column("media", String(20), nullable=False),
    Column("content", LargeBinary, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    own_id(),
    of_agency(index=True),
    of("forms", index=True),
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

# Recommendations are kept once for everybody who got the same one, by its rules and answers.
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
    own_id(),
    of_agency(),
    of("forms"),
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
    Index("ix_submissions_of_form", "form_id", "created_at", "id"),
    Index("ix_submissions_document_id", "document_id"),
)

contacts = Table(
    "contacts",
    metadata,
    of("submissions", primary_key=True),
    of_agency(),
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
    of("submissions", primary_key=True),
    Column("version", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String(2), nullable=False),
    Column("given_at", Moment, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    own_id(),
    of_agency(index=True),
    of("forms"),
    Column("idempotency_key", String(64), nullable=False),
    Column("erase_hash", String(64), nullable=False, unique=True),
    Column("why", String(10), nullable=False),  # person, agency, retention
    Column("erased_at", Moment, nullable=False),
    UniqueConstraint("form_id", "idempotency_key"),
)

# Counts without a person: how many saw, began, finished and sent a form on a day.
counters = Table(
    "counters",
    metadata,
    of("forms", primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("name", String(20), primary_key=True),
    Column("count", Integer, nullable=False),
)
