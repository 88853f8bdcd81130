"""A page of the console: the tabs, and whose console it is."""

from typing import Any

from flask import current_app, g, request

from recommender.store.records import Seat
from recommender.web.page import render

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


def page(template: str, **values: Any) -> str:
    """A page of the console in the member's language."""
    here = ".".join((request.endpoint or "").split(".")[:2])  # rooms may have rooms of their own
    seat = g.get("seat")
    tabs = [tab for tab in TABS if _may_open(seat, tab[0])]
    return render(f"console/{template}", seat=seat, tabs=tabs, here=here, **values)


def _may_open(seat: Seat | None, room: str) -> bool:
    view = current_app.view_functions.get(room)
    owners = getattr(view, "for_owners", False)
    return view is not None and (not owners or (seat is not None and seat.role == "owner"))
