"""What an agency's own programs are told and may ask, and the mails that people get."""

from sqlalchemy import (
    JSON,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from recommender.store.tables.base import Moment, metadata, of, of_agency, own_id

# What receivers have still to hear of. The payload is made when it is sent: an event says only
# what happened to which submission, so that an erased one leaves nothing behind.
outbox = Table(
    "outbox",
    metadata,
    own_id(),
    of_agency(index=True),
    Column("event", String(30), nullable=False),
    Column("submission_id", String(32), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
)

# Where an agency's own programs hear of submissions. The secret is kept as it is: it signs.
endpoints = Table(
    "endpoints",
    metadata,
    own_id(),
    of_agency(index=True),
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
    own_id(),
    of_agency(),
    of("endpoints"),
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
    own_id(),
    of("deliveries", "delivery_id", index=True),
    Column("at", Moment, nullable=False),
    Column("status", Integer),
    Column("error", String(40)),
    Column("seconds", Float, nullable=False),
)

# Mails that wait. The text is made when it is sent; `said` holds what cannot be looked up
# then, such as the token of a link, and is emptied when a mail is given up. A sent one is deleted,
# and with what it tells of, or whom, it goes unsent. Only a wish for another password, of whoever
# it may be, belongs to no agency.
mails = Table(
    "mails",
    metadata,
    own_id(),
    of("agencies", "agency_id", nullable=True, index=True),
    of("members", nullable=True, index=True),
    of("submissions", nullable=True, index=True),
    of("invitations", nullable=True, index=True),
    Column("kind", String(20), nullable=False),
    Column("lang", String(2), nullable=False),
    Column("email", String(254), nullable=False),
    Column("said", JSON, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, given_up
    Column("tries", Integer, nullable=False),
    Column("error", String(40)),  # why the last try failed, and the status of the server
    Column("status", Integer),
    # Whoever sends it moves this on first, so that nobody else does so meanwhile.
    Column("due_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_mails_due", "state", "due_at"),
)

# Keys for an agency's programs; of a key only its hash is kept, and its beginning to tell it by.
api_keys = Table(
    "api_keys",
    metadata,
    own_id(),
    of_agency(index=True),
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
