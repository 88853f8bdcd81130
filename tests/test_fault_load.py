"""Much at once: a burst, a double click, an end under load, and what processes hold afterwards."""

import gc
import os
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Barrier
from urllib.parse import urlsplit

import pytest
import requests
from agencies import live_form
from forms import BOOK, CODE
from sends import ASKING, SRI, asking, at_send, filled, only_one
from servers import KEY, Server, Tokens, environ_of, gunicorn, running, waitress
from sqlalchemy import select
from test_store_plans import statements

from recommender.settings import Settings
from recommender.store.database import Database
from recommender.store.desk import Desk
from recommender.store.records import FormRecord
from recommender.store.tables import agencies, contacts
from recommender.web.app import create_app

CLICKS = 4


@pytest.mark.slow
def test_a_double_click_and_two_tabs_store_one_and_show_everybody_the_same(
    database: Database,
) -> None:
    app = asking(database)
    address, fields = filled(at_send(app), **SRI)
    together = Barrier(CLICKS)

    def click(_: int) -> tuple[int, str]:
        client = app.test_client()
        together.wait(20)
        answer = client.post(address, data=fields)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(CLICKS) as pool:
        [(status, receipt)] = set(pool.map(click, range(CLICKS)))

    assert status == 303
    assert app.test_client().get(receipt).status_code == 200
    only_one(database)


@pytest.mark.slow
def test_a_burst_at_one_agency_is_asked_to_wait_and_no_other_one_is(store: Database) -> None:
    forms = [live_form(store, "kopi", **ASKING), live_form(store, "teh", "other", **ASKING)]
    app = create_app(BOOK, replace(Settings(), secret_key=KEY), store)
    own = app.extensions["recommender"]
    own.sends.form.most = 5
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0)
    app.extensions["recommender"] = replace(own, now=lambda: noon)
    tokens, numbers = Tokens(store), count()

    def send(form: FormRecord) -> int:
        email = f"{next(numbers)}@a.example"
        began = int(1000 * noon.timestamp()) - 60_000
        address = f"/f/{form.slug}/send?a={CODE}&t={tokens.of(form, started=began)}"
        answer = app.test_client().post(address, data=SRI | {"email": email})
        if answer.status_code == 429:
            assert 0 < int(answer.headers["Retry-After"]) <= own.sends.form.seconds
            assert email in answer.text
        return answer.status_code

    burst, other = (
        Counter(send(form) for _ in range(n)) for form, n in zip(forms, (12, 5), strict=True)
    )

    assert (burst, other) == ({303: 5, 429: 7}, {303: 5})
    assert [len(Desk(store, form.agency_id).submissions()) for form in forms] == [5, 5]
    with statements(store) as said:
        assert send(forms[0]) == 429
    assert said == []  # what will be refused costs the database nothing


@contextmanager
def agency_locked(postgres: Database):
    """Sends wait in the middle until the block ends."""
    with postgres.engine.connect() as other, other.begin():
        other.execute(agencies.select().with_for_update()).all()
        yield


def waiting(postgres: Database, wanted: int) -> None:
    """Return once so many transactions wait for a lock, as PostgreSQL itself tells."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with postgres.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        while connection.exec_driver_sql(asked).scalar_one() < wanted:
            connection.exec_driver_sql("SELECT pg_sleep(0.02)")


def until_nobody_is_taken(server: Server) -> None:
    """Return once whoever comes is refused: on an open socket they would wait, and be cut off."""
    where, deadline = urlsplit(server.address), time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection((where.hostname, where.port), 60).close()
        except ConnectionError:
            return
        time.sleep(0.02)  # a socket tells nobody that it was closed
    raise AssertionError("connections are still taken")


@pytest.mark.slow
@pytest.mark.parametrize("kind", [waitress, gunicorn])
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_is_told_to_end_answers_all_that_it_has_taken(
    database: Database, tmp_path: Path, kind
) -> None:
    """More than it has threads: the rest waits inside of it when it is told to end."""
    form, tokens, people = live_form(database, **ASKING), Tokens(database), 12
    server: Server = kind(tmp_path / "server", environ_of(database))

    def send(number: int) -> int:
        fields = SRI | {"email": f"{number}@a.example"}
        address = f"{server.address}/f/kopi/send?a={CODE}&t={given[number]}"
        return requests.post(address, fields, allow_redirects=False, timeout=60).status_code

    given = [tokens.of(form) for _ in range(people)]
    threads = 8 if kind is waitress else 4
    with running(server), ThreadPoolExecutor(people) as pool:
        server.until_ready()
        with agency_locked(database):
            sending = [pool.submit(send, number) for number in range(people)]
            waiting(database, threads)
            assert server.process
            server.process.terminate()
            until_nobody_is_taken(server)
        assert [one.result(60) for one in sending] == [303] * people
        assert server.process.wait(60) == 0
    with database.reading() as connection:
        assert len(connection.execute(select(contacts.c.email)).all()) == people


REQUESTS = int(os.environ.get("REQUESTS", "1000"))
MOST_GROWTH = REQUESTS // 2
"""Pieces of memory: what kept but one for every second request would be over it."""


@pytest.mark.slow
def test_a_thousand_requests_leave_nothing_behind(store: Database) -> None:
    app = create_app(BOOK, database=store)
    live_form(store, **ASKING)
    client = app.test_client()
    pages: Sequence[str] = ("/", "/2", f"/r/{CODE}", "/f/kopi", "/types/blog", "/nowhere")

    def ask(times: int) -> int:
        for number in range(times):
            client.get(pages[number % len(pages)])
        gc.collect()
        return sys.getallocatedblocks()

    before = ask(REQUESTS // 10)
    assert ask(REQUESTS) - before < MOST_GROWTH
