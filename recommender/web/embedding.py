"""Which agency's form a request belongs to, and what a person brings along from page to page.

Every page of the ready-made site also answers below `/f/<form>/`; there a request is a visit to
a form. The blueprint `form` (`web.form_pages`) holds these pages; `page.link` stays within it.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from flask import abort, current_app, g, request
from itsdangerous import BadData, URLSafeSerializer

from recommender.agency.form import SHIPPED, FormSettings
from recommender.agency.written import EMAIL, MOST_HIDDEN, written
from recommender.store import front
from recommender.store.database import StoreError
from recommender.store.records import FormRecord
from recommender.store.retention import zone_of
from recommender.web.known import Known
from recommender.web.running import running

MOST_AGE = 24 * 60 * 60
"""Seconds for which a form token is taken; after that, a page asks to press its button again."""

_SLUG = re.compile(r"[a-z0-9-]{1,64}")

# Contact details are given by a person on the send page and never by an address.
_PHONE = re.compile(r"(\+|0|62)[\d\s().-]+")

View = TypeVar("View", bound=Callable[..., Any])

EVERY_STATE = frozenset({"draft", "live", "closed"})
LIVE = frozenset({"live"})
_OTHERWISE = frozenset({"live", "closed"})


class Closed(Exception):
    """The form takes no answers any more."""


@dataclass(frozen=True, slots=True)
class Token:
    """What the pages of a form hand on, signed: nothing of it is kept in the browser or here.

    `started` is when the person began, in milliseconds since 1970. `key` makes one press of
    "send" and its repetitions the same. `hidden` are the declared keys of the first address.
    """

    form: str
    version: int
    started: int
    key: str
    ref: str | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    invitation: str | None = None

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

    form: FormRecord
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
        return (form.id, form.version, form.state, form.agency_name, self.embedded, self.stale)

    @property
    def settings(self) -> FormSettings:
        return self.known.settings


def visiting() -> Visit | None:
    """The visit that this request is; None on the ready-made site."""
    found: Visit | None = g.get("visit")
    return found


def visited() -> Visit:
    """The visit, in views that exist below a form only."""
    found = visiting()
    assert found is not None
    return found


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


def enter() -> None:
    """Before a request below a form: find the form, and take up the token or make one.

    404 where there is no such form or the form is a draft; raises Closed where it is closed.
    """
    if "slug" not in g:
        return
    form = _form(g.slug)
    view = current_app.view_functions[request.endpoint or ""]
    answers = form is not None and form.state in getattr(view, "answers_while", _OTHERWISE)
    if form is None or not (answers or form.state == "closed"):
        abort(404)
    g.visit = _visit(form)
    chosen = g.visit.settings.rules
    if chosen != SHIPPED and (book := running().shelf.under(chosen)):
        g.today = book
    if not answers:
        raise Closed


def counted(name: str) -> None:
    """Add one to the form's count of the day, by its own clock; nothing of the person is kept."""
    visit, database = visiting(), running().database
    if visit and database:
        day = running().now().astimezone(zone_of(visit.settings.time_zone)).date()
        with suppress(StoreError):  # a page is worth more than its count
            front.count(database, visit.form.id, day, name)


def started(
    form: FormRecord,
    ref: str | None = None,
    hidden: Mapping[str, str] | None = None,
    invitation: str | None = None,
) -> Token:
    """A token for somebody who begins now."""
    return Token(
        form.id, form.version, _now(), secrets.token_hex(16), ref, hidden or {}, invitation
    )


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


def _visit(form: FormRecord) -> Visit:
    text = request.values.get("t", "")
    brought = unsigned(text) if text else None
    if brought is not None and brought.form != form.id:
        brought = None
    fresh = brought is not None and brought.age(running().now()) <= MOST_AGE
    ignored = False
    if brought is None:
        known = running().forms.of(form)
        ref, hidden, ignored = _hidden(known.settings.hidden)
        token = started(form, ref, hidden)
    elif fresh:
        form = _as_begun(form, brought.version)
        known, token = running().forms.of(form), brought
    else:
        known = running().forms.of(form)
        token = replace(brought, version=form.version, started=_now())
    return Visit(
        form=form,
        known=known,
        token=token,
        signed=text if fresh else signed(token),
        proven=fresh,
        stale=not fresh and request.method == "POST",
        ignored=ignored,
        embedded=request.args.get("embed") == "1",
    )


def _form(slug: str) -> FormRecord | None:
    """The form as it is now; as it was last seen while the database is away.

    Then pages of questions still answer, and a send can say that nothing was stored.
    """
    database, forms = running().database, running().forms
    if database is None or not _SLUG.fullmatch(slug):
        return None
    try:
        form = front.form_by_slug(database, slug)
    except StoreError:
        if slug not in forms.latest:
            raise
        return forms.latest[slug]
    if form:
        forms.remember(form)
    return form


def _as_begun(form: FormRecord, version: int) -> FormRecord:
    """The form under the settings with which somebody began, in the state that it is in now."""
    forms, database = running().forms, running().database
    if version == form.version or database is None:
        return form
    earlier = forms.seen(form.id, version)
    if earlier is None:
        with suppress(StoreError):
            earlier = front.form_at(database, form.id, version)
    return replace(earlier, state=form.state) if earlier else form


def _hidden(declared: tuple[str, ...]) -> tuple[str | None, dict[str, str], bool]:
    """Reference, declared keys, and whether something of them had to be left out."""
    given = {key: request.args[key] for key in ("ref", *declared) if request.args.get(key)}
    read = {key: _usable(text) for key, text in given.items()}
    good = {key: text for key, text in read.items() if text}
    return good.pop("ref", None), good, None in read.values()


def _usable(text: str) -> str | None:
    """The text as it may be kept; None for one that is too long, or says how to reach somebody."""
    found = written(text)
    return found if found and len(found) <= MOST_HIDDEN and not _is_contact(found) else None


def _is_contact(text: str) -> bool:
    """Whether this is an email address or a phone number, which no address may bring along."""
    digits = sum(letter.isdigit() for letter in text)
    return bool(EMAIL.search(text)) or (digits > 8 and bool(_PHONE.fullmatch(text)))


def _signer() -> URLSafeSerializer:
    # Its age is told from `started`, which is signed too.
    return URLSafeSerializer(running().secret, salt="form")


def _now() -> int:
    return int(running().now().timestamp() * 1000)
