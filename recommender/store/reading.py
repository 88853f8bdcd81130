"""What is selected of tables, and how a row becomes a value."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from recommender.store.database import Database
from recommender.store.records import (
    Consent,
    Contact,
    Invitation,
    Listed,
    Sent,
    Stored,
    Tombstone,
)
from recommender.store.tables import (
    agencies,
    consents,
    contacts,
    documents,
    form_versions,
    forms,
    submissions,
    tombstones,
)

FORMS = (
    select(
        forms.c.id,
        forms.c.agency_id,
        agencies.c.name.label("agency_name"),
        forms.c.slug,
        forms.c.state,
        form_versions.c.version,
        form_versions.c.settings,
    )
    .join(agencies, agencies.c.id == forms.c.agency_id)
    .join(form_versions, form_versions.c.form_id == forms.c.id)
)
"""Forms with every version of their settings; a condition chooses one."""

LISTED = (
    select(
        submissions.c.id,
        submissions.c.form_id,
        forms.c.slug.label("form"),
        submissions.c.thread,
        submissions.c.revision,
        submissions.c.goal,
        submissions.c.first,
        submissions.c.second,
        submissions.c.label,
        submissions.c.ref,
        submissions.c.test,
        submissions.c.created_at,
        contacts.c.name,
        contacts.c.email,
        contacts.c.organisation,
    )
    .join(forms, forms.c.id == submissions.c.form_id)
    .outerjoin(contacts, contacts.c.submission_id == submissions.c.id)
)

STORED = (
    LISTED.join(documents, documents.c.id == submissions.c.document_id)
    .outerjoin(consents, consents.c.submission_id == submissions.c.id)
    .add_columns(
        submissions.c.form_version,
        submissions.c.lang,
        submissions.c.hidden,
        submissions.c.context,
        submissions.c.seconds,
        documents.c.code,
        documents.c.rules_version,
        documents.c.body,
        consents.c.version.label("consent_version"),
        consents.c.text.label("consent_text"),
        consents.c.lang.label("consent_lang"),
        consents.c.given_at,
    )
)


SENT = select(
    submissions.c.id, submissions.c.form_id, submissions.c.revision, submissions.c.created_at
)
TOMBSTONES = select(tombstones.c.id, tombstones.c.form_id, tombstones.c.why, tombstones.c.erased_at)


def found(connection: Connection, **by: str) -> Sent | Tombstone | None:
    """The one submission with these values, or the tombstone that it has become."""
    there, gone = _found_by(*by)
    if row := connection.execute(there, by).one_or_none():
        return Sent(**row._mapping)
    row = connection.execute(gone, by).one_or_none()
    return Tombstone(**row._mapping) if row else None


@cache
def _found_by(*names: str) -> tuple[Select, Select]:
    """The questions, made once: to make one anew costs several times what its answer does."""
    wanted: dict[str, Any] = {name: bindparam(name) for name in names}
    return SENT.filter_by(**wanted), TOMBSTONES.filter_by(**wanted)


def stored_codes(database: Database) -> list[str]:
    """The code of every submission of every agency, the oldest first; tries do not count."""
    with database.reading() as connection:
        found = select(documents.c.code).join(submissions).where(~submissions.c.test)
        ordered = found.order_by(submissions.c.created_at, submissions.c.id)
        return list(connection.scalars(ordered))


def listed(row: Any) -> Listed:
    return Listed(
        id=row.id,
        form=row.form,
        thread=row.thread,
        revision=row.revision,
        goal=row.goal,
        first=tuple(row.first.split()),
        second=tuple(row.second.split()),
        label=row.label,
        ref=row.ref,
        test=row.test,
        created_at=row.created_at,
        contact=Contact(row.name, row.email, row.organisation),
    )


def stored(row: Any) -> Stored:
    agreed = row.consent_version is not None
    return Stored(
        listed=listed(row),
        form_version=row.form_version,
        lang=row.lang,
        hidden=row.hidden,
        context=row.context,
        seconds=row.seconds,
        code=row.code,
        rules_version=row.rules_version,
        document=row.body,
        consent=Consent(row.consent_version, row.consent_text, row.consent_lang)
        if agreed
        else None,
        consented_at=row.given_at,
    )


def invited(row: Row) -> Invitation:
    """An invitation; its token is known to the invited person only."""
    return Invitation(**{k: v for k, v in row._mapping.items() if k != "token_hash"})
