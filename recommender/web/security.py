"""What every answer says to the browser, and what is refused before it is read."""

import re
from functools import lru_cache, partial
from typing import Any

from flask import Flask, Request, Response, abort
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.formparser import FormDataParser

from recommender.web import hearing
from recommender.web.embedding import Visit, visiting
from recommender.web.running import asked

MOST_URL = 8 * 1024
MOST_FIELDS = 500
MOST_HOSTS = 64
YEAR = 31_536_000
"""Seconds for which a browser that came by https comes by nothing else."""

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
    app.before_request(partial(_begin, app.config["HOSTS"]))
    app.after_request(_add_headers)


def _begin(hosts: tuple[str, ...]) -> None:
    """Before anything is done for a request; what is refused is told of with its route."""
    request = asked()
    hearing.note_route(request)
    # Not by TRUSTED_HOSTS: with that, Flask knows no addresses while it renders the refusal.
    if hosts and request.endpoint not in ASKED_BY_MACHINES and not _is_ours(request.host, hosts):
        abort(400)
    _refuse_outsize(request)


@lru_cache(MOST_HOSTS)
def _is_ours(asked_for: str, hosts: tuple[str, ...]) -> bool:
    """Whether it is a name of this installation; only these are answered to."""
    name = re.sub(r":\d+$", "", asked_for).lower()
    return any(
        name == host.lstrip(".") or (host.startswith(".") and name.endswith(host)) for host in hosts
    )


def _refuse_outsize(request: Request) -> None:
    """An address or form beyond the limits is refused before any of it is worked on."""
    if len(request.environ.get("RAW_URI") or request.full_path) > MOST_URL:
        abort(413)
    if request.method in _WITHOUT_FORM or request.mimetype not in FORM_TYPES:
        return
    if sum(len(values) for _, values in request.form.lists()) > MOST_FIELDS:
        abort(413)


def _add_headers(response: Response) -> Response:
    request, visit, said = asked(), visiting(), dict(_HEADERS)
    endpoint, own = request.endpoint or "", response.headers
    if request.is_secure:
        said["Strict-Transport-Security"] = f"max-age={YEAR}"
    if endpoint in OPEN_TO_ALL and response.status_code < 400:
        # A page in a frame may count as no site at all, and its files would be kept from it.
        said["Cross-Origin-Resource-Policy"] = "cross-origin"
    elif endpoint.partition(".")[0] == "console":
        # Nothing of it is kept anywhere; a press of its buttons says which site it comes from.
        said["Referrer-Policy"] = "same-origin"
        own.setdefault("Cache-Control", "no-store")
        own.add("Vary", "Accept-Language")  # Flask adds to it that sessions are in cookies
    else:
        # Pages depend on answers in the address and on the reader's language: no shared copies.
        said["Vary"] = "Accept-Language"
        if "Cache-Control" not in own.keys():  # noqa: SIM118 - else werkzeug spends an exception
            keyed = "HTTP_AUTHORIZATION" in request.environ  # what a key opens is kept nowhere
            said["Cache-Control"] = "no-store" if keyed else "private, no-cache"
    if endpoint in FRAMES_FORMS:
        said["Content-Security-Policy"] = f"{_POLICY}; frame-src 'self'; frame-ancestors 'none'"
    if visit and (framing := _framing(visit)):
        del said["X-Frame-Options"]  # it knows no list of sites
        said["Content-Security-Policy"] = f"{_POLICY}; frame-ancestors {' '.join(framing)}"
    hearing.say(request, said.items())
    return response


def _framing(visit: Visit) -> list[str]:
    """The sites that may show the pages of this visit in frames."""
    own = ["'self'"] if visit.token.preview else []
    return [*own, *visit.settings.sites]
