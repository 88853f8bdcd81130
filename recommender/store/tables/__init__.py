"""Every table. Migrations say how a database gets there; a test holds the two equal.

Ids are random, 128 bits as 32 hex digits; those of submissions begin with their time. Times
are in UTC. A row names its agency, or hangs on one that does (a form, a submission), so that one
condition (`store.desk`) keeps agencies apart; documents alone are shared, by whoever got the same
recommendation.
"""

from recommender.store.tables.base import Moment, Word, metadata
from recommender.store.tables.clients import (
    agencies,
    consents,
    contacts,
    counters,
    documents,
    form_versions,
    forms,
    invitations,
    logos,
    members,
    submissions,
    tombstones,
)
from recommender.store.tables.console import (
    audit,
    followups,
    learning_consents,
    notes,
    overrules,
    passes,
    search_words,
    second_opinions,
)
from recommender.store.tables.delivery import (
    api_keys,
    attempts,
    deliveries,
    endpoints,
    mails,
    outbox,
    replies,
)

__all__ = [
    "Moment",
    "Word",
    "agencies",
    "api_keys",
    "attempts",
    "audit",
    "consents",
    "contacts",
    "counters",
    "deliveries",
    "documents",
    "endpoints",
    "followups",
    "form_versions",
    "forms",
    "invitations",
    "learning_consents",
    "logos",
    "mails",
    "members",
    "metadata",
    "notes",
    "outbox",
    "overrules",
    "passes",
    "replies",
    "search_words",
    "second_opinions",
    "submissions",
    "tombstones",
]
