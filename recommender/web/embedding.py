"""Which agency's form a request belongs to, and what a person brings along from page to page.

Every page of the ready-made site also answers below `/f/<form>/`; there a request is a visit to
a form. The blueprint `form` (`web.form_pages`) holds these pages; `page.link` stays within it.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, current_app, g
from itsdangerous import BadData, URLSafeSerializer

from recommender.errors import StoreError
from recommender.web.known import Known
from recommender.web.lookers import is_looked_at
from recommender.web.running import running
from recommender.web.signer import signer

if TYPE_CHECKING:  # an app without forms never needs them
    from recommender.agency.form import FormSettings
    from recommender.store.records import FormRecord

View = TypeVar("View", bound=Callable[..., Any])

EVERY_STATE = frozenset({"draft", "live", "closed"})
LIVE = frozenset({"live"})
OTHERWISE = frozenset({"live", "closed"})
"""The states of a form in which a view answers that is not marked by `answers_while`."""


class Closed(Exception):
    """The form takes no answers any more."""


@dataclass(frozen=True, slots=True)
class Token:
    """What the pages of a form hand on, signed: nothing of it is kept in the browser or here.

    `started` is when the person began, in milliseconds since 1970. `key` makes one press of
    "send" and its repetitions the same. `hidden` are the declared keys of the first address.
    `preview` is somebody of the agency who tries the form out: the console makes such a token.
    """

    form: str
    version: int
    started: int
    key: str
    ref: str | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    invitation: str | None = None
    preview: bool = False

    def age(self, now: datetime) -> float:
        """Seconds since the person began."""
        return now.timestamp() - self.started / 1000


@dataclass(frozen=True, slots=True)
class Visit:
    """A request below `/f/<form>/`: the form under the settings that the person began with.

    `signed` is the token as links carry it on. `proven` says that the request brought a token
    that holds. A POST without one is `stale`: it changes nothing, and the page says that its
    button has to be pressed again. `token` is then a new one, with the key, the reference and
    the hidden keys of the one that was too old.
    `ignored` says that a reference or hidden key in the address could not be used.
    """

    form: "FormRecord"
    known: Known
    token: Token
    signed: str
    proven: bool
    stale: bool
    ignored: bool
    embedded: bool

    @property
    def look(self) -> tuple[str | int | bool, ...]:
        """What makes pages of this visit look other than those of another one."""
        form = self.form
        own = (self.embedded, self.stale, self.token.preview)
        return (form.id, form.version, form.state, form.agency_name, *own)

    @property
    def settings(self) -> "FormSettings":
        return self.known.settings


def visiting() -> Visit | None:
    """The visit that this request is; None on the ready-made site."""
    found: Visit | None = g._get_current_object().get("visit")
    return found


def visited() -> Visit:
    """The visit, in views that exist below a form only."""
    found = visiting()
    assert found is not None
    return found


def on_its_own() -> dict[str, None]:
    """For links that hold without the visit: they carry no token, except to go on trying out."""
    return {} if visited().token.preview else {"t": None}


def unproven() -> bool:
    """Whether this request is below a form and brought no token that holds."""
    visit = visiting()
    return visit is not None and not visit.proven


def answers_while(states: frozenset[str]) -> Callable[[View], View]:
    """Marks a view by the states of a form in which it answers (else: live and closed)."""

    def marked(view: View) -> View:
        view.answers_while = states  # type: ignore[attr-defined]
        return view

    return marked


def counted(*names: str) -> None:
    """Add one to counts of the form's day, by its own clock; nothing of the person is kept.

    What the agency tries out itself does not count, nor do programs that look at links.
    """
    visit, database, day = visiting(), running().database, counting_day()
    if visit and database and day:
        from recommender.store import front  # brings SQLAlchemy, which no other page needs

        with suppress(StoreError):  # a page is worth more than its count
            front.count(database, visit.form.id, day, *names)


def counting_day() -> date | None:
    """The day of the visited form, if what is done now counts."""
    visit = visiting()
    if visit is None or running().database is None or visit.token.preview or is_looked_at():
        return None
    from recommender.store.retention import zone_of

    return running().now().astimezone(zone_of(visit.settings.time_zone)).date()


def started(
    form: "FormRecord",
    ref: str | None = None,
    hidden: Mapping[str, str] | None = None,
    *,
    preview: bool = False,
) -> Token:
    """A token for somebody who begins now."""
    key = secrets.token_hex(16)
    return Token(form.id, form.version, _now(), key, ref, hidden or {}, preview=preview)


def renewed(token: Token, form: "FormRecord") -> Token:
    """The token of somebody who took too long and begins again now."""
    return replace(token, version=form.version, started=_now())


def signed(token: Token) -> str:
    """A token as addresses carry it; letters, digits, dots, lines and underscores only."""
    made: str | bytes = _signer().dumps(astuple(token))
    return made if isinstance(made, str) else made.decode()


def unsigned(text: str) -> Token | None:
    """The token of a text, however old; None if we did not sign it."""
    try:
        return Token(*_signer().loads(text))
    except (BadData, TypeError):
        return None


@contextmanager
def carrying(text: str) -> Iterator[None]:
    """Links made meanwhile carry this text in place of the token (for pages drawn to be kept)."""
    visit = visiting()
    if visit is None:
        yield
        return
    g.visit = replace(visit, signed=text)
    try:
        yield
    finally:
        g.visit = visit


def loader() -> Response:
    """What a host page loads to give its frames their height; asked for anew once an hour."""
    response = current_app.send_static_file("embed.js")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _signer() -> URLSafeSerializer:
    # Its age is told from `started`, which is signed too.
    return signer("form")


def _now() -> int:
    return int(running().now().timestamp() * 1000)
