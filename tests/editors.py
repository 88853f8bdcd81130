"""The editor of a form in the console, for tests: opened, filled in, saved."""

from consoles import console_app, desk_of, signed_in
from page import Page, form_fields

from recommender.agency.form import FormSettings, settings_of
from recommender.store.database import Database

EDITOR = "/console/forms/kopi"
MAIN = f"form[action='{EDITOR}']"


def open_editor(store: Database, email: str = "owner@studio.example", **settings) -> Page:
    page = signed_in(console_app(store, **{"name": "Kopi", "contact": "after"} | settings), email)
    page.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return page.get(EDITOR)


def save(page: Page, changed: dict[str, str], *, status: int = 200) -> Page:
    """Press “save” with some fields written anew."""
    fields = form_fields(page.one(MAIN)) | changed
    return page.post(EDITOR, fields, status=status)


def settings_now(store: Database) -> FormSettings:
    form = desk_of(store).form("kopi")
    assert form is not None
    return settings_of(form)
