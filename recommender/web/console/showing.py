"""A page of the console: the tabs, and whose console it is."""

from typing import Any, TypeGuard

from flask import current_app, g, request

from recommender.store import endpoints
from recommender.store.desk import Desk
from recommender.store.records import Seat
from recommender.web.page import render
from recommender.web.running import database, running

TABS = (
    ("console.submissions.index", "tab_submissions"),
    ("console.comparing.portfolio", "tab_portfolio"),
    ("console.practice.index", "tab_practice"),
    ("console.exporting.index", "tab_export"),
    ("console.forms.index", "tab_forms"),
    ("console.team.index", "tab_team"),
    ("console.hooks.index", "tab_hooks"),
)
"""The pages that every page of the console leads to, and the keys of their names."""
WITHIN = {"console.submission": "console.submissions", "console.keys": "console.team"}
"""Rooms without a tab, and in which one they are."""


def page(template: str, **values: Any) -> str:
    """A page of the console in the member's language."""
    here = ".".join((request.endpoint or "").split(".")[:2])  # rooms may have rooms of their own
    here, seat = WITHIN.get(here, here), g.get("seat")
    tabs = [tab for tab in TABS if _may_open(seat, tab[0])]
    values |= {"seat": seat, "tabs": tabs, "here": here, "marked": _marked(seat)}
    values["mailing"] = running().mailing
    return render(f"console/{template}", **values)


def _may_open(seat: Seat | None, room: str) -> bool:
    view = current_app.view_functions.get(room)
    owners = getattr(view, "for_owners", False)
    return view is not None and (not owners or _is_owner(seat))


def _marked(seat: Seat | None) -> tuple[str, ...]:
    """The tabs where something waits for this member to look at it."""
    silent = _is_owner(seat) and endpoints.any_silent(Desk(database(), seat.agency_id))
    return ("console.hooks.index",) if silent else ()


def _is_owner(seat: Seat | None) -> TypeGuard[Seat]:
    return seat is not None and seat.role == "owner"
