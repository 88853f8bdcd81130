"""Where a request below `/f/<form>/` begins: its form is looked up, its token taken up or made.

Only an app with a database imports this.
"""

import re
from contextlib import suppress
from dataclasses import replace

from flask import abort, current_app, g, request

from recommender.agency.form import SHIPPED
from recommender.agency.written import EMAIL, MOST_HIDDEN, written
from recommender.errors import StoreError
from recommender.store import front
from recommender.store.records import FormRecord
from recommender.web.embedding import OTHERWISE, Closed, Visit, renewed, signed, started, unsigned
from recommender.web.running import database, running

MOST_AGE = 24 * 60 * 60
"""Seconds for which a form token is taken; after that, a page asks to press its button again."""

_SLUG = re.compile(r"[a-z0-9-]{1,64}")
_BELOW = re.compile(rf"/f/({_SLUG.pattern})/")

# Contact details are given by a person on the send page and never by an address.
_PHONE = re.compile(r"(\+|0|62)[\d\s().-]+")


def enter() -> None:
    """Before a request below a form: find the form, and take up the token or make one.

    404 where there is no such form or the form is a draft, which its agency alone can try out;
    raises Closed where it is closed.
    """
    if request.endpoint is None:
        _find_lost()
    if "slug" not in g:
        return
    form = _form(g.slug)
    if form is None:
        abort(404)
    view = current_app.view_functions.get(request.endpoint or "")
    visit = _visit(form)
    if visit.token.preview and form.state == "draft":
        form = replace(visit.form, state="live")  # whoever tries it out meets it as it will be
        visit = replace(visit, form=form)
    answers = form.state in getattr(view, "answers_while", OTHERWISE)
    if not (answers or form.state == "closed"):
        abort(404)
    g.visit = visit
    chosen = g.visit.settings.rules
    if chosen != SHIPPED and (book := running().shelf.under(chosen)):
        g.today = book
    if not answers:
        raise Closed


def _find_lost() -> None:
    """The form below which a page is asked for that is none: its error page has its look."""
    if found := _BELOW.match(request.path):
        g.slug = found[1]


def _visit(form: FormRecord) -> Visit:
    text = request.values.get("t", "")
    brought = unsigned(text) if text else None
    if brought is not None and brought.form != form.id:
        brought = None
    fresh = brought is not None and brought.age(running().now()) <= MOST_AGE
    if brought is not None and brought.preview and not fresh:
        brought = None  # nobody tries a form out for ever
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
        token = renewed(brought, form)
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
    forms = running().forms
    if not _SLUG.fullmatch(slug):
        return None
    last = forms.latest.get(slug)
    if last and request.method == "POST" and running().sends.form.refused(last.id, running().now()):
        return last  # a flood of sends, which will be told to wait, costs the database nothing
    try:
        form = front.form_by_slug(database(), slug)
    except StoreError:
        if slug not in forms.latest:
            raise
        return forms.latest[slug]
    if form:
        forms.remember(form)
    return form


def _as_begun(form: FormRecord, version: int) -> FormRecord:
    """The form under the settings with which somebody began, in the state that it is in now."""
    if version == form.version:
        return form
    earlier = running().forms.seen(form.id, version)
    if earlier is None:
        with suppress(StoreError):
            earlier = front.form_at(database(), form.id, version)
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
