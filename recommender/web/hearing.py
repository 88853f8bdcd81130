"""Every request has an id and is told of once it is answered: to the log, and to the metrics.

What is told holds nothing of a person: the route in place of the address, no field, no header.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from logging import INFO
from time import perf_counter
from typing import Any

from flask import Flask, Request

from recommender.logs import request_id, requests

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_ROUTE = "recommender.route"
_HEADERS = "recommender.headers"


@dataclass(slots=True)
class Answered:
    """A request and its answer. `route` is the pattern of the address; empty if none fits it.

    `status` is 500 until an answer begins; `size` counts the bytes of its body.
    """

    method: str
    route: str = ""
    status: int = 500
    seconds: float = 0.0
    size: int = 0


Listener = Callable[[Answered], None]


def register(app: Flask, *listeners: Listener) -> None:
    """Tell the listeners of every request."""
    app.wsgi_app = Hearing(app.wsgi_app, listeners)  # type: ignore[method-assign]


def note_route(asked: Request) -> None:
    """Remember which route a request takes. To be called before any part may refuse it."""
    asked.environ[_ROUTE] = asked.url_rule.rule if asked.url_rule else ""


def say(asked: Request, headers: Iterable[tuple[str, str]]) -> None:
    """Have the answer carry these headers besides its own; they are sent as they are."""
    asked.environ[_HEADERS] = headers


def log(answered: Answered) -> None:
    """Log a request."""
    if not requests.isEnabledFor(INFO):
        return
    said = {
        "method": answered.method,
        "route": answered.route,
        "status": answered.status,
        "ms": round(1000 * answered.seconds, 1),
        "bytes": answered.size,
    }
    requests.info("answered", extra={"said": said})


class Hearing:
    """A WSGI app around another one. An id from a proxy is kept if it looks like one."""

    def __init__(self, app: Callable[..., Iterable[bytes]], listeners: tuple[Listener, ...]):
        self._app, self._listeners = app, listeners

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        id_ = given if _ID.fullmatch(given) else os.urandom(8).hex()
        request_id.set(id_)
        method = environ["REQUEST_METHOD"]
        answered, began = Answered(method if method in METHODS else "other"), perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            answered.status = int(status[:3])
            more = environ.get(_HEADERS, ())
            return start_response(status, [*headers, *more, ("X-Request-Id", id_)], *error)

        def end() -> None:
            answered.route = environ.get(_ROUTE, "")
            answered.seconds = perf_counter() - began
            for listener in self._listeners:
                listener(answered)
            request_id.set("")

        try:
            parts = self._app(environ, start)
        except BaseException:
            end()
            raise
        return _Counted(parts, answered, end)


@dataclass(slots=True)
class _Counted:
    """The parts of an answer; `end` is called once a server is done with them."""

    parts: Iterable[bytes]
    answered: Answered
    end: Callable[[], None]

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            self.answered.size += len(part)
            yield part

    def close(self) -> None:
        try:
            if close := getattr(self.parts, "close", None):
                close()
        finally:
            self.end()
