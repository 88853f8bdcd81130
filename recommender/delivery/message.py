"""What a receiver is told, and how it knows that we say so (Standard Webhooks 1.0)."""

import base64
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from standardwebhooks import Webhook

from recommender.store.records import Delivery, Endpoint, Stored

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret as the libraries of receivers take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def payload(delivery: Delivery, stored: Stored | None) -> dict[str, Any]:
    """The event with what belongs to it now. `stored` is None for anything but a new submission."""
    return {
        "type": delivery.event,
        "timestamp": delivery.created_at.isoformat(timespec="milliseconds"),
        "data": {"submission": delivery.submission_id} | (created(stored) if stored else {}),
    }


def created(stored: Stored) -> dict[str, Any]:
    """What is told of a submission, without its id; the contact only with consent."""
    listed = stored.listed
    contact = listed.contact
    return {
        "form": listed.form,
        "ref": listed.ref,
        "revision": listed.revision,
        "thread": listed.thread,
        "test": listed.test,
        "lang": stored.lang,
        "hidden": dict(stored.hidden),
        "context": dict(stored.context),
        "contact": {
            "name": contact.name,
            "email": contact.email,
            "organisation": contact.organisation,
        }
        if stored.consent
        else None,
        "recommendation": json.loads(stored.document),
    }


def headers(endpoint: Endpoint, event_id: str, body: str, now: datetime) -> Mapping[str, str]:
    """The id, the time and the signatures; two of them while a secret is being replaced."""
    secrets_ = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_until and endpoint.old_until > now:
        secrets_.append(endpoint.old_secret)
    id_ = f"msg_{event_id}"
    signed = [Webhook(secret).sign(id_, now, body) for secret in secrets_]
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signed),
    }
