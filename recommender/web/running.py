"""What a running app holds between requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Request, current_app, g, request

from recommender.engine.rulebook import Rulebook
from recommender.rulebook.shelf import Shelf
from recommender.web.kept import Pages, Results
from recommender.web.known import Forms
from recommender.web.limits import Sends, SignIns, Window
from recommender.web.measured import Measurements

if TYPE_CHECKING:  # it brings SQLAlchemy, which an app without forms never needs
    from recommender.store.database import Database

STATIC = Path(__file__).resolve().parent / "static"


@dataclass(frozen=True)
class Running:
    """The rulebooks, the calendar, a digest of each static file, drawn pages, what the published
    cases say of each rulebook, and agencies' forms with the database that holds them.

    `secret` signs form tokens. Without a database no form is there. `calls` counts those of each
    key of the API; `hooks_anywhere` lets endpoints be in closed networks. With `mailing` what
    people should hear of is written down to be sent by mail.
    """

    shelf: Shelf
    database: "Database | None" = None
    secret: str = ""
    hooks_anywhere: bool = False
    mailing: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    today: Callable[[], date] = date.today
    assets: Mapping[str, str] = field(
        default_factory=lambda: {
            file.name: sha256(file.read_bytes()).hexdigest()[:10] for file in STATIC.iterdir()
        }
    )
    pages: Pages = field(default_factory=Pages)
    results: Results = field(default_factory=Results)
    measured: Measurements = field(default_factory=Measurements)
    forms: Forms = field(default_factory=Forms)
    sends: Sends = field(kw_only=True)
    sign_ins: SignIns = field(kw_only=True)
    forgotten: SignIns = field(kw_only=True)
    calls: Window = field(kw_only=True)


def asked() -> Request:
    """The request itself: each read through Flask's proxies costs more than what it reads."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined]
    return found


def running() -> Running:
    """The record of the app that handles this request."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    record: Running = app.extensions["recommender"]
    return record


def database() -> "Database":
    """The database, in views that exist below a form only: without one, no form is there."""
    found = running().database
    assert found is not None
    return found


def today() -> Rulebook:
    """The rulebook of today, or the one that the visited form has chosen.

    It is taken once a request, so that one page never mixes two.
    """
    held = g._get_current_object()
    rulebook: Rulebook | None = held.get("today")
    if rulebook is None:
        rulebook = held.today = running().shelf.today
    return rulebook


def answering() -> Rulebook:
    """The rulebook that answers this request: that of `?v=` where it is kept, else today's."""
    held = g._get_current_object()
    rulebook: Rulebook | None = held.get("rulebook")
    if rulebook is None:
        wanted, current = wanted_version(), today()
        known = wanted in ("", current.version)
        rulebook = held.rulebook = (None if known else running().shelf.under(wanted)) or current
    return rulebook


def wanted_version() -> str:
    """The version that the address names; empty where it names none."""
    # A plus sign in an address reads as a space unless it was escaped.
    return asked().args.get("v", "").replace(" ", "+")
