"""How long a session lasts, and signing in by an address that many agencies know."""

import pytest
from agencies import WHEN, live_form
from argon2 import PasswordHasher
from consoles import PASSWORD, browser_of, console_app, desk_of, seat_at, signed_in
from forms import BOOK, later

from recommender.store import team
from recommender.store.audit import COMMAND
from recommender.store.database import Database
from recommender.web.app import create_app
from recommender.web.console.guard import MOST_DAYS
from recommender.web.console.signing import MOST_SEATS

HERS = "maya@lepas.example"


@pytest.mark.slow
def test_a_session_ends_after_a_week_however_often_it_is_used(store: Database) -> None:
    app = console_app(store)
    later(app)
    page = signed_in(app)
    later(app, days=MOST_DAYS, seconds=-9)
    page.get("/console/account")
    later(app, days=MOST_DAYS, seconds=9)
    page.get("/console/account")
    assert page.h1 == "Sign in"
    assert signed_in(app).get("/console/account").h1 == "Your account"


@pytest.mark.slow
def test_another_password_begins_another_week(store: Database) -> None:
    app = console_app(store)
    later(app)
    page = signed_in(app).get("/console/account")
    later(app, days=MOST_DAYS, seconds=-9)
    page.post("/console/account", {"present": PASSWORD, "password": "lima kata yang lain lagi"})
    later(app, days=MOST_DAYS + 1)
    assert page.get("/console/account").h1 == "Your account"


def test_a_session_that_does_not_say_when_it_began_has_ended(store: Database) -> None:
    page = signed_in(console_app(store))
    with page.client.session_transaction("/console") as session:
        del session["since"]
    assert page.get("/console/account").h1 == "Sign in"


def agencies_of(store: Database, count: int, other: str) -> None:
    """Agencies with her as a member; PASSWORD is hers in the last one alone."""
    for number in range(count):
        live_form(store, f"form-{number:02}", f"agency-{number:02}")
        desk = desk_of(store, f"form-{number:02}")
        seat_at(desk, HERS)
        if number < count - 1:
            token = team.pass_for(desk, HERS, COMMAND, WHEN)
            assert team.choose_password(store, token or "", other, WHEN)


@pytest.mark.slow
def test_an_address_of_many_agencies_gets_into_each_by_its_own_password(store: Database) -> None:
    other = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("another one of hers")
    agencies_of(store, MOST_SEATS + 1, other)
    client = browser_of(create_app(BOOK, database=store))
    given = {"email": HERS, "password": PASSWORD}
    assert client.post("/console/sign-in", data=given).status_code == 422
    last = f"agency-{MOST_SEATS:02}"
    page = client.get(f"/console/sign-in?agency={last}")
    assert f"agency={last}" in page.get_data(as_text=True)
    assert client.post(f"/console/sign-in?agency={last}", data=given).status_code == 303
    assert last.title() in client.get("/console/account").get_data(as_text=True)
