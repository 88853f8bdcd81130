"""An agency with a live form, and things to send to it, for tests of the store and the pages."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from recommender.store.database import Database, new_id
from recommender.store.front import form_by_slug
from recommender.store.records import Consent, Contact, FormRecord, Made, Sending
from recommender.store.tables import agencies, form_versions, forms

WHEN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
AGREED = Consent("2026-11", "Saya setuju data ini disimpan.", "id")


def live_form(
    database: Database, slug: str = "kopi", agency: str = "studio", **settings: Any
) -> FormRecord:
    """A new agency's form, ready to be answered, with some settings."""
    agency_id, form_id = new_id(), new_id()
    with database.writing() as connection:
        made = {"id": agency_id, "slug": agency, "name": agency.title(), "created_at": WHEN}
        connection.execute(agencies.insert(), made)
        times = {"created_at": WHEN, "changed_at": WHEN}
        row = {"id": form_id, "agency_id": agency_id, "slug": slug, "state": "live", "version": 1}
        connection.execute(forms.insert(), row | times)
        first = {"form_id": form_id, "version": 1, "settings": settings, "created_at": WHEN}
        connection.execute(form_versions.insert(), first)
    found = form_by_slug(database, slug)
    assert found is not None
    return found


def sending(key: str = "key-1", body: bytes = b"{}", **changed: Any) -> Sending:
    """What a client sends who gives her name and address and agrees."""
    made = Made(
        code="7KX2M9QD7KX2M9QD",
        rules_version="1",
        rules_digest=f"sha256:{sha256(body).hexdigest()}",  # other bytes come of other rules
        body=body,
        goal="lead_generation",
        first=("blog",),
        second=("forum", "microblog"),
        label="clear",
    )
    sri = Contact("Sri", "sri@kopi.example", "Kopi Sri")
    whole = Sending(key, f"erase-{key}", made, "id", contact=sri, consent=AGREED)
    return replace(whole, **changed)
