"""A page of the console: the tabs, and whose console it is."""

from typing import Any

from flask import current_app, g, request

from recommender.web.page import render

TABS = (
    ("console.submissions.index", "tab_submissions"),
    ("console.comparing.portfolio", "tab_portfolio"),
    ("console.practice.index", "tab_practice"),
    ("console.exporting.index", "tab_export"),
    ("console.forms.index", "tab_forms"),
    ("console.team.index", "tab_team"),
)
"""The pages that every page of the console leads to, and the keys of their names."""


def page(template: str, **values: Any) -> str:
    """A page of the console in the member's language."""
    here = ".".join((request.endpoint or "").split(".")[:2])  # rooms may have rooms of their own
    tabs = [tab for tab in TABS if tab[0] in current_app.view_functions]
    return render(f"console/{template}", seat=g.get("seat"), tabs=tabs, here=here, **values)
