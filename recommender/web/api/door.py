"""Who is at the door of the API: a key, what it may do, and how often."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, after_this_request

from recommender.errors import Problem
from recommender.web.limits import Turn
from recommender.web.problems import answer
from recommender.web.running import asked, running

if TYPE_CHECKING:  # it brings SQLAlchemy
    from recommender.store.keys import ApiKey


class Refused(Exception):
    """What is asked cannot be done; `key` names the words that say so."""

    def __init__(self, status: int, key: str, problems: tuple[Problem, ...] = (), **filled: object):
        self.status, self.key, self.problems, self.filled = status, key, problems, filled


@dataclass(frozen=True, slots=True)
class Caller:
    """The program that asks: its agency, and how the audit list names it."""

    key_id: str
    agency_id: str
    who: str


def enter(scope: str | None, now: datetime, *, open_to_all: bool) -> Caller | None:
    """The program whose key the request brings; None for nobody, where that may be.

    Raises Refused: without a key that opens, with one that may not do this, or too often.
    """
    kind, _, text = asked().environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if not kind and open_to_all:
        return None
    key = _opened(text.strip(), now) if kind.lower() == "bearer" else None
    if key is None:
        raise Refused(401, "key")
    turn = running().calls.turn(key.id, now)
    after_this_request(partial(_say_turn, turn))
    if turn.wait:
        raise Refused(429, "calls", n=turn.wait)
    if scope and scope not in key.scopes:
        raise Refused(403, "scope", scope=scope)
    return Caller(key.id, key.agency_id, key.who)


def refusal(error: Refused) -> Response:
    """The refusal as a program reads it."""
    response = answer(error.status, error.key, error.problems, **error.filled)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _say_turn(turn: Turn, response: Response) -> Response:
    """Tell a key how often it may still call."""
    response.headers["RateLimit-Limit"] = str(running().calls.most)
    response.headers["RateLimit-Remaining"] = str(turn.left)
    response.headers["RateLimit-Reset"] = str(turn.reset)
    if turn.wait:
        response.headers["Retry-After"] = str(turn.wait)
    return response


def _opened(text: str, now: datetime) -> "ApiKey | None":
    database = running().database
    if database is None:
        return None
    from recommender.store import keys

    return keys.opened(database, text, now)
