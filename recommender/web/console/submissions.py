"""The list of submissions: what came in, and the way to each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from flask import Blueprint, request

from recommender.console.filtering import FILTERS, LABELS, begin, place, placed, wanted, zone_name
from recommender.i18n import words
from recommender.store.listing import (
    LOOKS,
    MOST_FOUND,
    Listing,
    Place,
    counts,
    listing,
    median_seconds,
)
from recommender.store.records import FormRecord, Listed
from recommender.store.retention import zone_of
from recommender.web.console.guard import desk
from recommender.web.console.showing import page
from recommender.web.page import language, link
from recommender.web.running import running, today

blueprint = Blueprint("submissions", __name__)

DAYS = 30
"""Counts are those of so many days, today included."""


@blueprint.get("/submissions")
def index() -> tuple[str, int]:
    """The newest submissions, filtered by the address; `?before=` is where a page begins."""
    given = {name: request.args.get(name, "").strip() for name in FILTERS}
    forms = desk().forms()
    asked, problems = wanted(given, forms, today())
    zone = zone_name(forms, given["form"])
    before = place(request.args.get("before", ""))
    found = Listing() if problems else listing(desk(), asked, before)
    shown = page(
        "submissions.html",
        given=given,
        problems=problems,
        found=found,
        begun=before is not None,
        filtered=any(given.values()),
        forms=[(form.slug, form.settings.get("name", form.slug)) for form in forms],
        labels=LABELS,
        zone=zone,
        clock=_clock(forms),
        address=partial(_address, given),
        goals=today().questionnaire.questions["primary_goal"].options,
        types=_types,
        most=MOST_FOUND,
        looked=LOOKS[-1],
        looked_to=found.looked_to and found.looked_to.astimezone(zone_of(zone)),
        **_counts(zone_of(zone), asked.form_id),
    )
    return shown, 422 if problems else 200


def _counts(zone: tzinfo, form_id: str | None) -> dict[str, Any]:
    """How often the chosen form, or any, was seen, begun, finished and sent of late."""
    since = running().now().astimezone(zone).date() - timedelta(days=DAYS - 1)
    return {
        "days": DAYS,
        "counts": counts(desk(), since, form_id),
        "seconds": median_seconds(desk(), begin(since, zone), form_id),
    }


def _clock(forms: Sequence[FormRecord]) -> Callable[[Listed], datetime]:
    """When something was sent, by the clock of its form."""
    zones = {form.slug: zone_of(zone_name(forms, form.slug)) for form in forms}
    return lambda sent: sent.created_at.astimezone(zones[sent.form])


def _types(ids: Sequence[str]) -> str:
    """Types of one rank, as a sentence lists them."""
    known, lang = today().types, language()
    return words(lang).listed([known[id_].name[lang] if id_ in known else id_ for id_ in ids])


def _address(given: Mapping[str, str], after: Place | None = None, **changed: str) -> str:
    """The list with these filters, from a place on."""
    before = {"before": placed(after)} if after else {}
    return link("console.submissions.index", **(dict(given) | changed | before))
