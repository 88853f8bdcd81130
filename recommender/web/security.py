"""What every answer says to the browser, and what is refused before it is read."""

import re
from typing import Any

from flask import Flask, Request, Response, abort, current_app, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.formparser import FormDataParser

from recommender.web.embedding import visiting

MOST_URL = 8 * 1024
MOST_FIELDS = 500

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")

_WITHOUT_FORM = ("GET", "HEAD", "OPTIONS")
"""Methods whose requests bring nothing that any page reads as a form."""

FRAMES_FORMS = ("console.forms.embedding.preview",)
"""Pages of our own that show a form in frames."""

ASKED_BY_MACHINES = ("health.alive", "health.ready", "metrics")
"""They ask for the address of a single server, whatever name people know the installation by."""

OPEN_TO_ALL = ("static", "embed_js", "form.theme", "form.logo")

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # A result's address holds the answers, so no other site may learn it.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class _StrictForms(FormDataParser):
    """Refuses a form that cannot be read, which werkzeug would take for an empty one."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.silent = False

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except ValueError:
            abort(400)


class _Fields(ImmutableMultiDict[str, str]):
    """What an address or form says. Werkzeug spends an exception on each name that is not there."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        return super().get(key, default, type) if key in self else default


class _Asked(Request):
    form_data_parser_class = _StrictForms
    parameter_storage_class = _Fields


def register(app: Flask) -> None:
    app.request_class = _Asked
    if app.config["HOSTS"]:
        app.before_request(_refuse_foreign_host)
    app.before_request(_refuse_outsize)
    app.after_request(_add_headers)


def _refuse_foreign_host() -> None:
    """Only names of this installation are answered to."""
    if request.endpoint in ASKED_BY_MACHINES:
        return
    # Not by TRUSTED_HOSTS: with that, Flask knows no addresses while it renders the refusal.
    hosts = current_app.config["HOSTS"]
    name = re.sub(r":\d+$", "", request.host).lower()
    if not any(
        name == host.lstrip(".") or (host.startswith(".") and name.endswith(host)) for host in hosts
    ):
        abort(400)


def _refuse_outsize() -> None:
    """An address or form beyond the limits is refused before any of it is worked on."""
    if len(request.environ.get("RAW_URI") or request.full_path) > MOST_URL:
        abort(413)
    if request.method in _WITHOUT_FORM or request.mimetype not in FORM_TYPES:
        return
    if sum(len(values) for _, values in request.form.lists()) > MOST_FIELDS:
        abort(413)


def _add_headers(response: Response) -> Response:
    response.headers.extend(_HEADERS)
    if request.blueprints[-1:] == ["console"]:
        # Nothing of it is kept anywhere; a press of its buttons says which site it comes from.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
    if request.endpoint in FRAMES_FORMS:
        _say_policy(response, "frame-src 'self'", "frame-ancestors 'none'")
    visit = visiting()
    own = ["'self'"] if visit and visit.token.preview else []
    if visit and (framing := [*own, *visit.settings.sites]):
        del response.headers["X-Frame-Options"]  # it knows no list of sites
        _say_policy(response, f"frame-ancestors {' '.join(framing)}")
    if request.endpoint in OPEN_TO_ALL:
        # A page in a frame may count as no site at all, and its files would be kept from it.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        # Pages depend on answers in the address and on the reader's language: no shared copies.
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.headers.add("Vary", "Accept-Language")
    return response


def _say_policy(response: Response, *more: str) -> None:
    response.headers["Content-Security-Policy"] = "; ".join((_POLICY, *more))
