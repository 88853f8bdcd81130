"""Keeping invitations within a transaction, and the mails that bring them."""

from dataclasses import asdict

from sqlalchemy import Connection, select

from recommender.store import mails
from recommender.store.audit import note
from recommender.store.database import hashed
from recommender.store.records import Invitation
from recommender.store.tables import forms, invitations


def keep(
    connection: Connection, agency_id: str, made: Invitation, token: str, by: str, mail: str
) -> None:
    """Keep an invitation, of its token only the hash; raises LookupError for another's form.

    With a language in `mail` it is sent to her address, if she has one; the token waits with it.
    """
    known = (forms.c.agency_id == agency_id) & (forms.c.id == made.form_id)
    slug = connection.execute(select(forms.c.slug).where(known)).scalar()
    if slug is None:
        raise LookupError("no form of this agency")
    own, now = {"agency_id": agency_id, "token_hash": hashed(token)}, made.created_at
    connection.execute(invitations.insert(), asdict(made) | own)
    note(connection, agency_id, by, "invited", now, slug=slug, invitation=made.id)
    if mail and made.email:
        about = {"agency_id": agency_id, "invitation_id": made.id, "said": {"token": token}}
        mails.put(connection, mails.INVITATION, made.email, mail, now, **about)
