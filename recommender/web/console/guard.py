"""Who is at the door of the console: a member's session, and what it lets her do."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface
from werkzeug.wrappers import Response as AnyResponse

from recommender.i18n import LANGUAGES
from recommender.store import team
from recommender.store.desk import Desk
from recommender.store.records import Seat
from recommender.web.page import link
from recommender.web.problems import answer, sent
from recommender.web.running import database, running

HOURS = 12
"""A session ends after so long without a request."""
MOST_DAYS = 7
"""After so long it ends however busy it was: what was left open or copied does not stay open."""

View = TypeVar("View", bound=Callable[..., Any])
_SAFE = ("GET", "HEAD", "OPTIONS")


class _Sessions(SecureCookieSessionInterface):
    """A cookie that other hosts cannot set, where the connection is safe.

    Clients' pages neither set nor read it: there, no session is opened.
    """

    digest_method = staticmethod(sha256)

    def open_session(self, app: Flask, request: Request) -> Any:
        own = request.path.startswith("/console")
        return super().open_session(app, request) if own else None

    def get_cookie_name(self, app: Flask) -> str:
        return "__Host-console" if request.is_secure else "console"

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_path(self, app: Flask) -> str:
        return "/"  # as the prefix of its name asks


def keep_sessions(app: Flask, secret: str) -> None:
    app.secret_key = secret
    app.session_interface = _Sessions()
    app.config.update(
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=HOURS),
    )


def open_to_all(view: View) -> View:
    """Marks a view of the console that asks for no session."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def for_owners(view: View) -> View:
    """Marks a view of the console that owners alone may see."""
    view.for_owners = True  # type: ignore[attr-defined]
    return view


def enter() -> AnyResponse | None:
    """Before every request of the console: refuse what another site sent, find the member.

    Without a session a page leads to the sign-in, and a press of a button says how it can still
    be done. A view for owners answers 403 to others.
    """
    if request.method not in _SAFE and not _from_here():
        return answer(403, "foreign")
    _take_language()
    view = current_app.view_functions[request.endpoint or ""]
    if getattr(view, "open_to_all", False):
        return None
    g.seat = _seated()
    if g.seat is None:
        return _to_sign_in()
    if getattr(view, "for_owners", False) and g.seat.role != "owner":
        return answer(403, "owners")
    return None


def seat() -> Seat:
    """The member whose session this is, in views that ask for one."""
    found: Seat = g.seat
    return found


def desk() -> Desk:
    """What her agency can see and do."""
    return Desk(database(), seat().agency_id)


def sit_down(found: Seat, key: str) -> None:
    """Begin a session; whatever was in an earlier one is gone."""
    lang = session.get("lang")
    session.clear()
    session.permanent = True
    began = {"member": found.member_id, "key": key, "since": running().now().timestamp()}
    session.update(began | ({"lang": lang} if lang else {}))


def _seated() -> Seat | None:
    member, key, since = session.get("member"), session.get("key"), session.get("since", 0)
    if not (member and key) or running().now().timestamp() - since > MOST_DAYS * 86_400:
        return None
    return team.seat(database(), member, key)


def _from_here() -> bool:
    """Whether a page of ours sent this. A browser says so; whoever says nothing is refused.

    There is no token: the cookie goes to no other site's requests (SameSite), and this holds
    where that does not.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "")
    return urlsplit(origin).netloc == request.host


def _take_language() -> None:
    """A language that a member chose in an address holds for the rest of her session."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        session["lang"] = chosen
    g.lang = session.get("lang")


def _to_sign_in() -> Response | AnyResponse:
    if request.method in _SAFE:
        back = request.full_path.rstrip("?")
        return redirect(link("console.signing.show", next=back), 303)
    return answer(401, "signed_out", again=request.full_path, sent=sent())
