"""How a route of the API is made: what it takes and gives, by models, and who may ask.

The same `Operation` reads requests and is written into the description.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Request, Response, abort
from pydantic import BaseModel

from recommender.errors import Problem
from recommender.json_text import JsonError, parse
from recommender.render.document import canonical
from recommender.web.api import door
from recommender.web.api.door import Caller, Refused
from recommender.web.api.reading import problems_of
from recommender.web.running import asked, running

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """A route as programs know it.

    `scope` is what a key must be for; without one the route is open to all, and a key that is
    brought must open nonetheless. `gives` is the model of the answer, or the name of a schema
    that is none. `stores` is whether an Idempotency-Key is heeded. `also` are statuses that it
    has beside those that follow from all this.
    """

    gives: type[BaseModel] | str | None
    scope: str | None = None
    open_to_all: bool = False
    query: type[BaseModel] | None = None
    body: type[BaseModel] | str | None = None
    status: int = 200
    stores: bool = False
    most_bytes: int | None = None
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """What a program asks for: who it is, when, and what it sent, read by the models.

    A `body` that is described by no model is the value that was sent.
    """

    caller: Caller | None
    now: datetime
    query: Any
    body: Any
    desk: Any = None

    @property
    def by(self) -> str:
        return self.caller.who if self.caller else ""


View = Callable[..., Any]


def operation(made: Operation) -> Callable[[View], View]:
    """Make a view of a function that takes a `Call` and the values of the address.

    It gives an instance of the operation's model, canonical bytes, or None for no content.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answering(**path: str) -> Response:
            try:
                return _answered(made, view, path)
            except Refused as error:
                return door.refusal(error)

        answering.operation = made  # type: ignore[attr-defined]
        return answering

    return decorate


def written(status: int, body: bytes) -> Response:
    return Response(body, status, mimetype=JSON) if status != 204 else Response(status=204)


def _answered(made: Operation, view: View, path: Mapping[str, str]) -> Response:
    now, request = running().now(), asked()
    if made.most_bytes:
        request.max_content_length = made.most_bytes
    caller = door.enter(made.scope, now, open_to_all=made.open_to_all)
    sent = request.get_data() if made.body else b""

    def act(desk: Any) -> tuple[int, bytes]:
        query = _validated(made.query, request.args.to_dict()) if made.query else None
        body = _body(made.body, request, sent) if made.body else None
        return made.status, _bytes(view(Call(caller, now, query, body, desk), **path))

    if caller is None or not made.stores:
        return written(*act(_desk(caller)))
    from recommender.web.api.once import once

    return once(_desk(caller), now, sent, act)


def _desk(caller: Caller | None) -> Any:
    """What the agency of a program can see and do."""
    if caller is None:
        return None
    from recommender.store.desk import Desk  # it brings SQLAlchemy, as every key does

    database = running().database
    assert database is not None  # its key was found there
    return Desk(database, caller.agency_id)


def _body(model: type[BaseModel] | str, request: Request, sent: bytes) -> Any:
    if request.mimetype != JSON or request.content_encoding:
        abort(415)
    try:
        given = parse(sent)
    except JsonError as error:
        raise Refused(400, "400", (Problem(None, error.code, error.message),)) from None
    return given if isinstance(model, str) else _validated(model, given)


def _validated(model: type[BaseModel], given: Any) -> Any:
    found, problems = problems_of(model, given)
    if problems:
        raise Refused(422, "request", problems)
    return found


def _bytes(made: Any) -> bytes:
    if isinstance(made, BaseModel):
        return canonical(made.model_dump(mode="json"))
    return made or b""
