"""Clocks that jump: nobody is refused for it, no time is negative, a day stays one day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from agencies import WHEN, live_form, sending
from flask import Flask
from receivers import receiving
from sends import ASKING, SRI, asking, at_send, desk_of, only_one, press
from test_delivery import BODY, Clock, endpoint_of, work, worker_of

from recommender.delivery import message
from recommender.store import front
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.listing import Wanted, listing
from recommender.store.retention import zone_of
from recommender.store.tables import counters

JUMPS = {"back": timedelta(hours=-1), "on": timedelta(hours=23), "day-back": timedelta(-1)}
each_jump = pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)


def set_clock(app: Flask, to: datetime) -> None:
    app.extensions["recommender"] = replace(app.extensions["recommender"], now=lambda: to)


@pytest.mark.slow
@each_jump
def test_who_answers_while_the_clock_jumps_sends_at_the_first_press(
    store: Database, jump: timedelta
) -> None:
    app = asking(store)
    page = at_send(app)
    set_clock(app, datetime.now(UTC) + jump)
    press(page, **SRI)

    assert only_one(store).seconds >= 0
    set_clock(app, datetime.now(UTC))
    assert page.get(page.address).h1 == page.h1  # the receipt stays where it is


@each_jump
def test_limits_on_sends_count_anew_after_a_jump_and_refuse_nobody_for_long(
    store: Database, jump: timedelta
) -> None:
    sends = asking(store).extensions["recommender"].sends
    now = WHEN
    for _ in range(sends.address.most):
        assert sends.wait("form", "192.0.2.1", now) == 0
    assert 0 < sends.wait("form", "192.0.2.1", now) <= sends.address.seconds
    assert sends.wait("form", "192.0.2.1", now + jump) == 0


def test_a_list_goes_on_from_page_to_page_though_the_clock_was_set_back(store: Database) -> None:
    form = live_form(store)
    for number in range(9):
        when = WHEN + timedelta(minutes=(0, 60, 1)[number % 3])
        front.send(store, form, sending(f"k{number}"), when)

    everyone = [one.id for one in listing(Desk(store, form.agency_id), Wanted()).rows]

    assert len(set(everyone)) == 9


@pytest.mark.slow
def test_webhooks_arrive_though_the_clock_is_set_back_and_forth(store: Database) -> None:
    clock, desk = Clock(), desk_of(asking_desk(store))
    with receiving(message.new_secret()) as receiver:
        endpoint_of(desk, receiver, clock() - timedelta(days=2))
        for number, hours in enumerate((0, -1, 25, -24)):
            clock.pass_(hours=hours)
            with time_machine.travel(clock(), tick=False):
                front.send(store, form_of(store), sending(f"k{number}", body=BODY), clock())
                work(worker_of(store, clock))
        clock.pass_(days=2)
        with time_machine.travel(clock(), tick=False):
            work(worker_of(store, clock))
        assert len({*receiver.ids}) == 4
        assert receiver.forged == []


def asking_desk(store: Database) -> Database:
    live_form(store, **ASKING)
    return store


def form_of(store: Database):
    form = front.form_by_slug(store, "kopi")
    assert form is not None
    return form


@pytest.mark.parametrize(
    ("zone", "moment", "hours"),
    [
        ("Europe/Berlin", datetime(2026, 10, 24, 22, 30, tzinfo=UTC), 25),
        ("Europe/Berlin", datetime(2026, 3, 28, 23, 30, tzinfo=UTC), 23),
        ("Asia/Jakarta", datetime(2026, 10, 24, 17, 30, tzinfo=UTC), 24),
    ],
)
def test_a_day_with_an_hour_more_or_less_is_one_day_of_the_form(
    store: Database, zone: str, moment: datetime, hours: int
) -> None:
    form = live_form(store)
    for hour in range(hours):
        day = (moment + timedelta(hours=hour)).astimezone(zone_of(zone)).date()
        front.count(store, form.id, day, "seen")

    with store.reading() as connection:
        counts = [row.count for row in connection.execute(counters.select())]
    assert counts == [hours]
