"""Where people stop on the way through a form, from counts without a person."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from agencies import WHEN
from consoles import console_app, desk_of, signed_in
from desks import desk_of as desk_with_form
from desks import invitation
from flask import Flask
from forms import answer, later, reader_of

from recommender.console import stops
from recommender.store import front
from recommender.store.database import Database
from recommender.store.tables import counters


@pytest.mark.slow
def test_the_way_of_people_is_counted_page_by_page(store: Database) -> None:
    app = console_app(store, contact="after", language="en")
    later(app)  # a day has counts of its own
    desk = desk_of(store)
    reader_of(app, "en").get("/f/kopi")
    page = answer(reader_of(app, "en"))
    later(app, seconds=30)
    page.get(page.links(".share a.button")[0])

    [counts] = desk.counts("kopi").values()
    assert counts == {"seen": 2, "begun": 1, "page-2": 1, "finished": 1, "send": 1}

    page.get(page.links("a.back")[0])
    page.get(next(link for link in page.links("main a") if "return=result" in link))
    page.submit({})
    assert list(desk.counts("kopi").values()) == [counts]


@pytest.mark.parametrize("agent", ["WhatsApp/2.23.20.0", "facebookexternalhit/1.1"])
def test_a_program_that_looks_at_a_link_has_seen_nothing(store: Database, agent: str) -> None:
    app = console_app(store)
    app.test_client().get("/f/kopi", headers={"User-Agent": agent})
    assert desk_of(store).counts("kopi") == {}


def test_an_invited_client_counts_as_somebody_who_saw_the_first_page(store: Database) -> None:
    app = console_app(store)
    invitation(desk_of(store), expires_at=datetime.now(UTC) + timedelta(days=3))
    page = reader_of(app).get("/f/kopi/i/secret")
    assert page.trail[-1][0] == 200
    assert [one["seen"] for one in desk_of(store).counts("kopi").values()] == [1]


def test_two_counts_are_one_statement(database: Database) -> None:
    desk = desk_with_form(database)
    form = desk.form("kopi")
    assert form is not None
    for _ in range(2):
        front.count(database, form.id, WHEN.date(), *stops.passed(1, 1))
    assert desk.counts("kopi") == {"2026-11-24": {"begun": 2, "finished": 2}}


def test_a_stage_never_counts_for_more_than_the_one_before() -> None:
    counts = {"seen": 40, "begun": 30, "page-2": 35, "finished": 10, "send": 4, "sent": 4}

    way = stops.stages(counts, 3, sends=True)

    assert [one.count for one in way] == [40, 30, 30, 10, 4, 4]
    assert [one.share for one in way] == [100, 75, 75, 25, 10, 10]
    assert [one.page for one in way] == [0, 1, 2, 0, 0, 0]
    loss = stops.biggest_loss(way)
    assert loss is not None
    assert (loss.before.name, loss.after.name, loss.lost) == ("page-2", "finished", 20)
    assert [one.name for one in stops.stages(counts, 3, sends=False)][-1] == "finished"


def test_of_few_people_no_loss_is_named() -> None:
    few = stops.stages({"seen": stops.ENOUGH - 1}, 3, sends=False)
    none_lost = stops.stages(
        {"seen": 20, "begun": 20, "page-2": 20, "finished": 20}, 3, sends=False
    )
    assert stops.biggest_loss(few) is None
    assert stops.biggest_loss(none_lost) is None
    assert stops.stages({}, 1, sends=True)[0].share == 0


@pytest.mark.slow
def test_the_page_names_the_biggest_loss_of_the_chosen_time(store: Database) -> None:
    app = console_app(store, contact="after")
    later(app)  # days are told apart by its clock
    count(app, {"seen": 100, "begun": 80, "page-2": 70, "finished": 20, "send": 10, "sent": 9})
    count(app, {"seen": 100, "begun": 10}, ago=20)
    page = signed_in(app).get("/console/stops?days=7")

    assert page.texts("tbody td:nth-child(2)") == ["100", "80", "70", "20", "10", "9"]
    assert "between “Reached page 3” and “Passed the last page”: 50 of 70" in page.text
    page.get("/console/stops?days=30")
    assert page.texts("tbody td:nth-child(3)")[0] == "200"
    assert "between “Saw page 1” and “Reached page 2”: 110 of 200" in page.text
    assert page.get("/console/stops?days=x").texts("tbody td:nth-child(3)")[0] == "200"
    assert page.get("/console/stops?days=90&lang=id").h1 == "Di mana orang berhenti"


def test_a_form_that_nobody_opened_says_so(store: Database) -> None:
    page = signed_in(console_app(store)).get("/console/stops")
    assert "Nobody has opened this form" in page.one(".empty").text()


def count(app: Flask, numbers: Mapping[str, int], ago: int = 0) -> None:
    running = app.extensions["recommender"]
    form = front.form_by_slug(running.database, "kopi")
    assert form is not None
    day = running.now().date() - timedelta(days=ago)
    with running.database.writing() as connection:
        rows = [
            {"form_id": form.id, "day": day.isoformat(), "name": name, "count": number}
            for name, number in numbers.items()
        ]
        connection.execute(counters.insert(), rows)
