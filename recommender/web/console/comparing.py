"""Clients beside each other, all clients together, and where people stop on the way."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache

from flask import Blueprint, abort, request

from recommender.agency.form import SHIPPED, FormSettings
from recommender.agency.written import MOST_TEXT, written
from recommender.console import comparing, stops
from recommender.console import portfolio as sums
from recommender.engine.rulebook import Rulebook
from recommender.i18n import words
from recommender.store import portfolio as clients
from recommender.store.listing import Wanted, counts, listing
from recommender.store.records import FormRecord, Listed
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk
from recommender.web.console.opening import checked, is_id
from recommender.web.console.showing import page
from recommender.web.page import language
from recommender.web.running import running, today

MOST_SENT = 5000
"""So many submissions, the newest ones, are added up."""
MOST_SHORT = 50
MOST_CHOSEN = 50
"""Of the choices in an address so many are kept."""
DAYS = (7, 30, 90)
HELP = {
    stops.BEGUN: "stop_help_begun",
    stops.FINISHED: "stop_help_finished",
    stops.SEND: "stop_help_send",
    stops.SENT: "stop_help_sent",
}
"""What usually helps when people do not come to a stage; between two pages another one."""
STAGES = {
    stops.SEEN: "stop_seen",
    stops.FINISHED: "stop_finished",
    stops.SEND: "stop_send",
    stops.SENT: "stop_sent",
}

blueprint = Blueprint("comparing", __name__)


@blueprint.get("/portfolio")
def portfolio() -> str:
    """Recommended against existing types over all clients, of `?form=` or of every form."""
    forms = desk().forms()
    form = _chosen(forms)
    found = clients.clients(desk(), MOST_SENT + 1, form.id if form else "")
    return page(
        "portfolio.html",
        forms=_names(forms),
        form=form.slug if form else "",
        found=sums.portfolio(found[:MOST_SENT], today(), cache(running().shelf.under)),
        more=len(found) > MOST_SENT,
        most=MOST_SENT,
        most_short=MOST_SHORT,
    )


@blueprint.get("/compare")
def compare() -> str | tuple[str, int]:
    """Two to five submissions (`?id=…&id=…`) side by side, or the page to choose them.

    `?find=` looks for others to choose by `?q=` and keeps those that are chosen.
    """
    ids = list(dict.fromkeys(request.args.getlist("id")))[:MOST_CHOSEN]
    if not ids or "find" in request.args:
        return _choosing(ids)
    if not comparing.LEAST <= len(ids) <= comparing.MOST:
        return _choosing(ids, "compare_few" if len(ids) < comparing.LEAST else "compare_many"), 422
    checked(*ids)
    found = clients.whole(desk(), ids)
    if len(found) < len(ids):
        abort(404)
    sides = [comparing.side(stored) for stored in found]
    asked, types = today().questionnaire.questions, today().types
    differing, alike = comparing.halves(comparing.answered(sides, asked))
    return page(
        "compare.html",
        ids=tuple(ids),
        sides=sides,
        differing=differing,
        alike=alike,
        places=comparing.placed(sides, types),
        said=lambda row, cell: comparing.in_words(asked.get(row.id), cell, language()),
        when=_days([one.listed for one in sides]),
        called=dict(_names(desk().forms())),
    )


@blueprint.get("/stops")
def where_people_stop() -> str:
    """How many came how far through a form in the last 7, 30 or 90 days."""
    forms = desk().forms()
    form = _chosen(forms) or (forms[0] if forms else None)
    asked = request.args.get("days", "")
    days = int(asked) if asked in map(str, DAYS) else DAYS[1]
    if form is None:
        return page("stops.html", form=None, forms=(), days=days, way=(), loss=None)
    settings = running().forms.of(form).settings
    since = _today_of(settings) - timedelta(days=days - 1)
    way = stops.stages(
        counts(desk(), since, form.id),
        len(_book(settings).questionnaire.pages),
        sends=settings.contact != "off",
    )
    return page(
        "stops.html",
        forms=_names(forms),
        form=form.slug,
        days=days,
        choices=DAYS,
        way=way,
        enough=stops.ENOUGH,
        loss=(loss := stops.biggest_loss(way)),
        help=HELP.get(loss.after.name, "stop_help_page") if loss else None,
        stage=_stage,
    )


def _choosing(ids: Sequence[str], problem: str | None = None) -> str:
    query = (written(request.args.get("q", "")) or "")[:MOST_TEXT]
    kept = clients.chosen(desk(), [*filter(is_id, ids)])
    found = listing(desk(), Wanted(query=query))
    offered = list({one.id: one for one in (*kept, *found.rows)}.values())
    return page(
        "compare_choose.html",
        offered=offered,
        ids=tuple(one.id for one in kept),
        query=query,
        problem=problem,
        too_many=found.too_many,
        found=len(found.rows),
        when=_days(offered),
        called=dict(_names(desk().forms())),
        most=comparing.MOST,
    )


def _chosen(forms: Sequence[FormRecord]) -> FormRecord | None:
    """The form that `?form=` names; None if it names none. 404 for one that is not there."""
    slug = request.args.get("form", "")
    found = next((form for form in forms if form.slug == slug), None)
    if slug and not found:
        abort(404)
    return found


def _names(forms: Sequence[FormRecord]) -> list[tuple[str, str]]:
    return [(form.slug, running().forms.of(form).settings.name) for form in forms]


def _book(settings: FormSettings) -> Rulebook:
    """The rulebook that asks the questions of a form."""
    own = None if settings.rules == SHIPPED else running().shelf.under(settings.rules)
    return own or today()


def _today_of(settings: FormSettings) -> date:
    return running().now().astimezone(zone_of(settings.time_zone)).date()


def _days(sent: Iterable[Listed]) -> dict[str, date]:
    """The day on which each was sent, by the clock of its form."""
    forms = {form.slug: running().forms.of(form).settings for form in desk().forms()}
    return {
        one.id: one.created_at.astimezone(zone_of(forms[one.form].time_zone)).date() for one in sent
    }


def _stage(stage: stops.Stage) -> str:
    t = words(language())
    return t("stop_page", n=stage.page + 1) if stage.page else t(STAGES[stage.name])
