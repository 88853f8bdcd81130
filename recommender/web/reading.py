"""Pages to read: each type, the guide, and every source."""

from collections.abc import Iterable

from flask import Blueprint, abort

from recommender.engine.content import Advice, Chapter, Platform, Use
from recommender.web.drafts import must_be_kept
from recommender.web.page import link, link_to_example, render
from recommender.web.running import answering

ACCESSIBILITY = {
    "a11y_checked": (
        *("a11y_checked_axe", "a11y_checked_firefox", "a11y_checked_webkit"),
        *("a11y_checked_reader", "a11y_checked_keyboard", "a11y_checked_narrow"),
        *("a11y_checked_colours", "a11y_checked_script"),
    ),
    "a11y_gaps": (
        *("a11y_gap_reader", "a11y_gap_browsers", "a11y_gap_people"),
        *("a11y_gap_language", "a11y_gap_pdf"),
    ),
}
"""The lists of the statement: the words of each heading, and of its points."""

blueprint = Blueprint("reading", __name__)
blueprint.before_request(must_be_kept)


@blueprint.get("/types/<id_>")
def type_(id_: str) -> str:
    """One type explained."""
    known = answering().types.get(id_)
    if known is None:
        abort(404)
    platforms = [p for p in answering().platforms.values() if id_ in p.types]
    advice = [one for one in answering().advice if id_ in one.types]
    return render(
        "reading/type.html",
        type=known,
        platforms=platforms,
        cited=numbered([*known.uses, *platforms]),
        advice_sources=numbered(advice),
    )


@blueprint.get("/guide")
def guide() -> str:
    """What social-media interaction is, with the place in the product that each answer leads to."""
    return render("reading/guide.html", cited=numbered(answering().guide), place=_place)


@blueprint.get("/sources")
def sources() -> str:
    """Every source of the rulebook."""
    return render("reading/sources.html")


@blueprint.get("/accessibility")
def accessibility() -> str:
    """The accessibility statement: what of it was checked, how, and what is not known."""
    return render("reading/accessibility.html", points=ACCESSIBILITY)


def numbered(said: Iterable[Use | Chapter | Advice | Platform]) -> dict[str, int]:
    """The sources that these cite, numbered in the order of their first mention."""
    order = dict.fromkeys(source for one in said for source in one.sources)
    return {source: n for n, source in enumerate(order, 1)}


def _place(name: str) -> str:
    """The address of a place that a chapter of the guide leads to."""
    kind, _, id_ = name.partition(".")
    if kind == "type":
        return link("reading.type_", id_=id_)
    if kind == "guide":
        return f"{link('reading.guide')}#{id_}"
    if kind == "example":
        return link_to_example()
    return link({"questionnaire": "questionnaire.show", "sources": "reading.sources"}[kind])
