"""Errors as the reader meets them: a friendly page, or problem+json for a program."""

import logging
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from recommender.errors import Problem, StoreError
from recommender.i18n import words
from recommender.render.document import canonical, problem_object
from recommender.web.embedding import Closed
from recommender.web.page import language, render

RETRY_AFTER = 5
"""Seconds after which a request that met no database may be tried again."""

_log = logging.getLogger(__name__)
_SECRET = ("password", "present")
_WORDED = (400, 403, 404, 405, 413, 415, 422, 500)


class WrongCode(Exception):
    """The code in an address is none of ours."""


class UnknownVersion(Exception):
    """A result, or without a code the rules themselves, is asked for of rules that are not kept."""

    def __init__(self, version: str, code: str):
        self.version, self.code = version, code


def register(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unforeseen)
    app.register_error_handler(WrongCode, lambda _: answer(404, "code"))
    app.register_error_handler(Closed, lambda _: answer(410, "closed"))
    app.register_error_handler(StoreError, _unstored)
    app.register_error_handler(
        UnknownVersion,
        lambda error: answer(
            404,
            "version" if error.code else "rules",
            version=error.version,
            code=error.code,
        ),
    )


def answer(status: int, key: str, problems: tuple[Problem, ...] = (), **filled: Any) -> Response:
    """The error in the reader's form and language; `key` is its name among the interface words."""
    if wants_json():
        return _problem_json(status, key, problems, filled)
    page = render("errors/error.html", key=key, filled=filled, status=status)
    return Response(page, status, mimetype="text/html")


def sent() -> list[tuple[str, str]]:
    """What a form brought, for a page that sends it again; passwords are to be written anew."""
    return [one for one in request.form.items(multi=True) if one[0] not in _SECRET]


def wants_json() -> bool:
    """Programs ask below /api or for an address that ends in .json."""
    return request.path.startswith("/api/") or request.path.endswith(".json")


def _problem_json(
    status: int, key: str, problems: tuple[Problem, ...], filled: dict[str, Any]
) -> Response:
    w = words(language())
    body = {
        "type": "about:blank",
        "status": status,
        "title": w(f"error_{key}_title"),
        "detail": w(f"error_{key}", **filled),
        "problems": [problem_object(problem) for problem in problems],
    }
    return Response(canonical(body), status, mimetype="application/problem+json")


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(status, str(status if status in _WORDED else 400))
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
    return response


def _unstored(error: StoreError) -> Response:
    """The database is away: what was asked for can be asked for again, with all that was sent."""
    _log.error("the database cannot be used at %s", request.endpoint, exc_info=error)
    response = answer(503, "503", again=request.full_path, sent=sent())
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _unforeseen(error: Exception) -> Response:
    _log.error("unforeseen error at %s", request.endpoint, exc_info=error)
    return answer(500, "500")
