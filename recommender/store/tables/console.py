"""What the console keeps: sign-ins, deeds, words to search by, and what an agency adds."""

from sqlalchemy import JSON, Column, Float, Index, String, Table, Text

from recommender.store.tables.base import Moment, Word, metadata, of, of_agency, own_id

# Links by which a member chooses a password, the first or another one; each opens once.
passes = Table(
    "passes",
    metadata,
    own_id(),
    of_agency(index=True),
    of("members", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

# Who did what. `who` stays readable when the member has gone; `about` names ids, never contents.
audit = Table(
    "audit",
    metadata,
    own_id(),
    of_agency(),
    Column("at", Moment, nullable=False),
    Column("who", String(254), nullable=False),
    Column("what", String(40), nullable=False),
    Column("about", JSON, nullable=False),
    Index("ix_audit_list", "agency_id", "at", "id"),
)

# The words of a client by which her submission is found, in small letters: names, organisation,
# address, reference and code.
search_words = Table(
    "search_words",
    metadata,
    of("submissions", primary_key=True),
    Column("word", Word, primary_key=True),
    of_agency(),
    Index("ix_search_words_find", "agency_id", "word", "submission_id"),
)

# What the agency adds to a submission. All of it goes with the submission.
notes = Table(
    "notes",
    metadata,
    own_id(),
    of_agency(),
    of("submissions", index=True),
    Column("author", String(254), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# How the strategist herself would answer for the client.
second_opinions = Table(
    "second_opinions",
    metadata,
    of("submissions", primary_key=True),
    of_agency(),
    Column("author", String(254), nullable=False),
    Column("code", String(40), nullable=False),
    Column("changed_at", Moment, nullable=False),
)

# A type chosen beside the recommended one, never instead of it.
overrules = Table(
    "overrules",
    metadata,
    of("submissions", primary_key=True),
    of_agency(),
    Column("author", String(254), nullable=False),
    Column("type", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_overrules_agency_id_changed_at", "agency_id", "changed_at"),
)

# What was done, and how it went, months later. Rates are in percent of people reached.
followups = Table(
    "followups",
    metadata,
    of("submissions", primary_key=True),
    of_agency(),
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
    of("submissions", primary_key=True),
    of_agency(),
    Column("author", String(254), nullable=False),  # who wrote it down
    Column("how", String(200), nullable=False),  # how the client said so
    Column("given_at", Moment, nullable=False),
    Index("ix_learning_consents_agency_id_submission_id", "agency_id", "submission_id"),
)
