"""A request that stores something is carried out once, however often it is sent under its key."""

import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from flask import Response, request

from recommender.store import replies
from recommender.store.desk import Desk
from recommender.web.api.door import Refused
from recommender.web.api.operations import written

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

Act = Callable[[Any], tuple[int, bytes]]


def once(desk: Desk, now: datetime, sent: bytes, act: Act) -> Response:
    """Carry a request out at a desk, or give the answer that it got under its key before."""
    key = request.headers.get(HEADER)
    if key is None:
        return written(*act(desk))
    if not _KEY.fullmatch(key):
        raise Refused(400, "idempotency_key")
    try:
        claimed = replies.claim(desk, key, _request_hash(sent), now)
        if claimed.status is not None:
            response = written(claimed.status, claimed.body)
            response.headers["Idempotency-Replayed"] = "true"
            return response
        with replies.carrying_out(desk, claimed) as keeper:
            status, body = act(keeper.desk)
            keeper.keep(status, body)
    except replies.Reused:
        raise Refused(422, "key_reused") from None
    except replies.InFlight:
        raise Refused(409, "in_flight") from None
    return written(status, body)


def _request_hash(sent: bytes) -> str:
    """What makes two requests the same: where they go, of what kind they are, what they bring."""
    said = f"{request.method} {request.path} {request.mimetype}\n".encode()
    return sha256(said + sent).hexdigest()
