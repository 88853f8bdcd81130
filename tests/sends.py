"""Sending below a form, for tests: a form that asks for contact, and a press of its button."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flask import Flask
from forms import CODE, app_with, reader_of, stand
from page import Page, form_fields

from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.front import form_by_slug
from recommender.store.records import Stored

BUDGET = {
    "id": "budget",
    "kind": "one",
    "label": {"id": "Anggaran", "en": "Budget"},
    "options": [
        {"id": "low", "label": {"id": "Kecil", "en": "Small"}},
        {"id": "high", "label": {"id": "Besar", "en": "Large"}},
    ],
}
TOOLS = BUDGET | {"id": "tools", "kind": "many", "label": {"id": "Alat", "en": "Tools"}}
WISHES = {"id": "wishes", "kind": "long", "label": {"id": "Harapan", "en": "Wishes"}}
ASKING = {
    "language": "en",
    "contact": "after",
    "asks": {"name": "optional", "email": "required", "organisation": "optional"},
    "hidden": ["campaign"],
    "context": [BUDGET, TOOLS, WISHES],
}
SRI = {"name": "Sri", "email": "sri@kopi.example", "consent": "standard-1"}
OWN = {"own-budget": "low", "own-tools": ["high", "low"], "own-wishes": "satu\r\ndua"}


def asking(database: Database, **settings) -> Flask:
    """An app with a form that asks for contact."""
    return app_with(database, **(ASKING | settings))


def at_send(app: Flask, lang: str = "en", query: str = "", sites: Sequence[str] = ()) -> Page:
    """A reader who has come from a result to the send page, half a minute after she began."""
    began = datetime.now(UTC)
    stand(app, began)
    page = reader_of(app, lang, sites).get(f"/f/kopi/r/{CODE}{query}")
    stand(app, began + timedelta(seconds=30))
    return page.get(page.links(".share a.button")[0])


def filled(page: Page, **changes) -> tuple[str, dict]:
    """Where the form of the page is sent to, and its fields with what a person writes there."""
    form = page.one("main form[method=post]")
    return form.attributes["action"] or "", form_fields(form) | changes


def press(page: Page, status: int = 200, **changes) -> Page:
    """Write that into the form of the page and send it."""
    address, fields = filled(page, **changes)
    return page.post(address, fields, status=status)


def desk_of(database: Database) -> Desk:
    form = form_by_slug(database, "kopi")
    assert form is not None
    return Desk(database, form.agency_id)


def only_one(database: Database) -> Stored:
    """The one submission that is stored."""
    [listed] = desk_of(database).submissions()
    stored = desk_of(database).submission(listed.id)
    assert stored is not None
    return stored


def erase_address(page: Page) -> str:
    """The erase link of a receipt, without the host."""
    [address] = page.links(".address a")
    return address.removeprefix("http://localhost")
