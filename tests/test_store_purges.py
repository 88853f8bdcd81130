"""A server's hourly purge: one that fails stops neither the next one nor the server."""

import os
import re
import signal
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event
from urllib.request import urlopen

import pytest
from agencies import WHEN, live_form, sending
from process import COMMAND
from sqlalchemy import update

from recommender.store import front, migrations
from recommender.store.database import Database
from recommender.store.records import Sent, Tombstone
from recommender.store.tables import form_versions
from recommender.web.serve import PURGE_SECONDS, purge_until

OVER = WHEN - timedelta(days=800)
UNREADABLE = {"retention_days": "soon"}


class Hours(Event):
    """Hours that pass at once, and what happens in each; after the last one the server stops."""

    def __init__(self, *happening: Callable[[], object]) -> None:
        super().__init__()
        self.happening = list(happening)
        self.lasted: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.lasted.append(timeout)
        self.happening.pop(0)()
        return not self.happening


@pytest.mark.slow
def test_a_purge_that_meets_no_tables_is_followed_by_one_that_erases(
    empty_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def mended() -> None:
        migrations.upgrade(empty_database)
        front.send(empty_database, live_form(empty_database), sending(), OVER)

    hours = Hours(mended, lambda: found.append(front.behind(empty_database, "erase-key-1")))
    found: list[Sent | Tombstone | None] = []
    purge_until(hours, empty_database)

    assert [type(one) for one in found] == [Tombstone]
    assert hours.lasted == [PURGE_SECONDS] * 2
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.slow
def test_a_purge_that_cannot_read_a_form_is_followed_by_one_that_erases(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    form = live_form(database, **UNREADABLE)
    front.send(database, form, sending(), OVER)

    def looked() -> None:
        found.append(front.behind(database, "erase-key-1"))

    def mended() -> None:
        looked()
        with database.writing() as connection:
            connection.execute(update(form_versions).values(settings={}))

    found: list[Sent | Tombstone | None] = []
    purge_until(Hours(mended, looked), database)

    assert [type(one) for one in found] == [Sent, Tombstone]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.mark.slow
def test_a_server_answers_though_its_purge_has_failed(store: Database, tmp_path: Path) -> None:
    live_form(store, **UNREADABLE)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = os.environ | {"LC_ALL": "C.UTF-8", "DATABASE_URL": str(store.url)}
    serve = [*COMMAND, "serve", "--port", "0", "--lang", "en"]
    with subprocess.Popen(serve, cwd=tmp_path, env=environment, **pipes) as process:
        try:
            assert process.stdout
            assert process.stderr
            address = next(filter(None, (re.search(r"http\S+", one) for one in process.stdout)))
            assert any("ValueError" in line for line in process.stderr)
            with urlopen(f"{address[0]}/readyz", timeout=10) as answer:
                assert answer.status == 200
        finally:
            process.send_signal(signal.SIGINT)
