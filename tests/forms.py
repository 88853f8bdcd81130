"""Forms of an agency as pages, for tests: a form with some settings, and a reader of its pages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from agencies import WHEN, live_form
from databases import set_up
from flask import Flask
from page import Page
from profiles import PLAIN, shipped_rulebook

from recommender.engine import code
from recommender.engine.answers import read
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.front import form_by_slug
from recommender.web import embedding
from recommender.web.app import create_app

BOOK = shipped_rulebook()
FIRST = {"primary_goal": PLAIN["primary_goal"], "organisation": PLAIN["organisation"]}
REST = ({"audience_activity": PLAIN["audience_activity"]},)
LAST = {"content_strengths": PLAIN["content_strengths"]}
CODE = code.encode(BOOK.layouts, read(BOOK.questionnaire, PLAIN))


def sqlite(folder: Path) -> Database:
    """A database with today's tables in a folder."""
    database = Database(f"sqlite:///{folder}/forms.db")
    set_up(database)
    return database


def app_with(database: Database, slug: str = "kopi", agency: str = "studio", **settings) -> Flask:
    """An app with a live form of these settings."""
    live_form(database, slug, agency, **settings)
    return create_app(BOOK, database=database)


def reader_of(app: Flask, lang: str = "id", sites: Sequence[str] = ()) -> Page:
    """A reader of the app's pages, which these sites may show in a frame."""
    return Page(app.test_client(), lang, sites=sites)


def later(app: Flask, **time: float) -> None:
    """Let time pass for an app, whose clock stands still from then on."""
    stand(app, datetime.now(UTC) + timedelta(**time))


def stand(app: Flask, when: datetime) -> None:
    """Let the clock of an app stand still at a moment."""
    app.extensions["recommender"] = replace(app.extensions["recommender"], now=lambda: when)


def answer(page: Page, address: str = "/f/kopi") -> Page:
    """From the first page of a form to its result."""
    page.get(address)
    for changes in (FIRST, *REST, LAST):
        page.submit(changes)
    return page


def token_of(app: Flask, page: Page) -> embedding.Token:
    """The token that a page's links carry on."""
    [text] = {query(link)["t"][0] for link in page.links("a[href^='/f/'], nav a")}
    with app.test_request_context():
        found = embedding.unsigned(text)
    assert found is not None
    return found


def query(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


def change(database: Database, **settings) -> None:
    """A new version of the form, with these settings."""
    form = form_by_slug(database, "kopi")
    Desk(database, form.agency_id).put_form("kopi", settings.pop("state", "live"), settings, WHEN)


def code_in(page: Page) -> str:
    return urlsplit(page.address).path.rpartition("/")[2]
