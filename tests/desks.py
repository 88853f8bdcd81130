"""A desk with something on it, for tests of the store."""

from datetime import datetime, timedelta

from agencies import WHEN, live_form, sending

from recommender.store import front
from recommender.store.database import Database, new_id
from recommender.store.desk import Desk
from recommender.store.records import Contact, Invitation, Sent

NOBODY = {"contact": Contact(), "consent": None}
UNKNOWN = "0" * 32


def desk_of(database: Database, slug: str = "kopi", agency: str = "studio") -> Desk:
    """The desk of a new agency with one form."""
    return Desk(database, live_form(database, slug, agency).agency_id)


def send(desk: Desk, key: str, when: datetime = WHEN, slug: str = "kopi", **changed) -> Sent:
    form = desk.form(slug)
    assert form is not None
    sent = front.send(desk.database, form, sending(key, **changed), when)
    assert isinstance(sent, Sent)
    return sent


def invitation(desk: Desk, token: str = "secret", slug: str = "kopi", **changed) -> Invitation:
    form = desk.form(slug)
    assert form is not None
    ends = WHEN + timedelta(days=30)
    made = {"id": new_id(), "client": "Sri", "email": "sri@a.example", "ref": "P-12", "code": ""}
    made |= {"created_at": WHEN, "expires_at": ends, "opened_at": None, "answered_at": None}
    whole = Invitation(**made | changed, agency_id=desk.agency_id, form_id=form.id)
    desk.invite(whole, token)
    return whole
