"""The console for tests: an agency with members who are signed in, and clients who have sent."""

from agencies import WHEN, live_form
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from forms import BOOK
from page import Page

from recommender.store import team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.web.app import create_app

PASSWORD = "empat kata yang panjang"
HASHED = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Made with the least, which each sign-in then takes: what the product makes costs it 50 ms."""

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a request that one of our own pages made."""


def console_app(
    database: Database, slug: str = "kopi", agency: str = "studio", **settings
) -> Flask:
    """An app with one agency that has a live form, an owner and a member who may sign in."""
    live_form(database, slug, agency, **settings)
    desk = desk_of(database, slug)
    for role in ("owner", "member"):
        seat_at(desk, f"{role}@{agency}.example", role)
    return create_app(BOOK, database=database)


def desk_of(database: Database, slug: str = "kopi") -> Desk:
    """The desk of the agency that has this form."""
    from recommender.store.front import form_by_slug

    form = form_by_slug(database, slug)
    assert form is not None
    return Desk(database, form.agency_id)


def seat_at(desk: Desk, email: str, role: str = "member") -> None:
    """A member with PASSWORD."""
    team.add(desk, email, email.partition("@")[0].title(), role, COMMAND, WHEN)
    token = team.pass_for(desk, email, COMMAND, WHEN)
    assert token is not None
    assert team.choose_password(desk.database, token, HASHED, WHEN)


def signed_in(app: Flask, email: str = "owner@studio.example", lang: str = "en") -> Page:
    """Somebody who has signed in and looks at the first page of her console."""
    client = browser_of(app)
    answer = client.post("/console/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return Page(client, lang, {"Accept-Language": lang})


def browser_of(app: Flask) -> FlaskClient:
    """A client that says of every request that a page of ours made it."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client
