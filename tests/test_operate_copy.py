"""Backups, and moving to another database: whole, of one moment, while clients go on sending."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import parse_qs, urlsplit

import databases
import pytest
from agencies import WHEN, live_form, sending
from click.testing import CliRunner, Result
from databases import fresh, set_up
from sqlalchemy import Engine, event, func, select
from test_store_migrations import fill

from recommender.cli import main
from recommender.store import copying, front, migrations
from recommender.store.database import Database
from recommender.store.records import Contact, FormRecord
from recommender.store.tables import consents, contacts, metadata, outbox, submissions

EARLIER = 25


def address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def copy(source: Database, target: str) -> Result:
    environ = {"DATABASE_URL": address(source)}
    return CliRunner().invoke(main, ["db", "copy", target, "--lang", "en"], env=environ)


def content(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, in an order that does not hang on the kind of database."""
    with database.reading() as connection:
        rows = {
            name: [tuple(row) for row in connection.execute(select(table))]
            for name, table in metadata.tables.items()
        }
    return {name: sorted(found, key=repr) for name, found in rows.items()}


@contextmanager
def clients(database: Database, form: FormRecord, threads: int = 3) -> Iterator[list[str]]:
    """Clients who send until the block ends; gives the keys that were acknowledged so far."""
    done, acknowledged, begun = Event(), [], [Event() for _ in range(threads)]

    def press(thread: int) -> None:
        for number in count():
            key = f"{thread}-{number}"
            one = sending(key, contact=Contact(email=f"{key}@a.example"))
            front.send(database, form, one, WHEN)
            acknowledged.append(key)
            begun[thread].set()
            if done.is_set():
                return

    running = [Thread(target=press, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    try:
        for one in begun:
            assert one.wait(30)
        yield acknowledged
    finally:
        done.set()
        for thread in running:
            thread.join()


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(f"sqlite:///{tmp_path}/source.db")) as made:
        set_up(made)
        yield made


@pytest.mark.slow
def test_every_row_of_every_table_is_copied_to_either_kind(
    source: Database, empty_database: Database
) -> None:
    fill(source)
    before = content(source)

    done = copy(source, address(empty_database))

    assert done.exit_code == 0, done.output
    assert {len(rows) for rows in before.values()} == {2}
    assert content(empty_database) == content(source) == before


@pytest.mark.slow
@pytest.mark.parametrize("_cycle", range(int(os.environ.get("BACKUPS", "1"))))
def test_a_backup_made_while_clients_send_is_whole_and_goes_on_where_it_was(
    store: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _cycle: int
) -> None:
    monkeypatch.setattr(copying, "AT_ONCE", 10)
    form, backup = live_form(store), f"sqlite:///{tmp_path}/backup.db"
    for number in range(EARLIER):
        front.send(store, form, sending(f"earlier {number}"), WHEN)
    with clients(store, form) as acknowledged:
        before = [*acknowledged]
        met = []

        @event.listens_for(Engine, "after_cursor_execute")
        def meet(_: object, __: object, statement: str, *___: object) -> None:
            """The copy has begun to read; it goes on when somebody has sent meanwhile."""
            if current_thread() is main_thread() and statement.startswith("SELECT submissions."):
                have, end = len(acknowledged), monotonic() + 60
                while len(acknowledged) == have and monotonic() < end:
                    sleep(0.01)
                met.append(len(acknowledged) > have)

        assert copy(store, backup).exit_code == 0
        event.remove(Engine, "after_cursor_execute", meet)
        assert met == [True]  # none of them had to wait for it
    with closing(Database(backup)) as restored:
        with restored.reading() as connection:
            keys = set(connection.execute(select(submissions.c.idempotency_key)).scalars())
            parts = [
                connection.execute(select(func.count()).select_from(table)).scalar()
                for table in (contacts, consents, outbox)
            ]
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert keys >= {*before} | {f"earlier {number}" for number in range(EARLIER)}
        assert parts == [len(keys)] * 3
        assert {front.sent(restored, form.id, key) for key in before} == {
            front.sent(store, form.id, key) for key in before
        }
        front.send(restored, form, sending("later"), WHEN)
    print("1 backups")


def test_what_holds_something_already_is_left_as_it_is(
    source: Database, database: Database
) -> None:
    live_form(source)
    live_form(database, "teh", "other")
    before = content(database)

    done = copy(source, address(database))

    assert done.exit_code == 2
    assert "already" in done.stderr
    assert content(database) == before


@pytest.mark.parametrize("target", ["mysql://x", "postgresql://u:secret@127.0.0.1:1/x"])
def test_a_target_that_cannot_be_used_is_said_in_words(source: Database, target: str) -> None:
    done = copy(source, target)

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.output


@pytest.mark.slow
def test_a_dump_of_postgresql_made_while_clients_send_brings_all_back(postgres: str) -> None:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("that server may be of another version than the programs here")
    where = ["--host", parse_qs(urlsplit(postgres).query)["host"][0], "-U", "postgres"]
    programs = next(one for one in databases.folders() if (one / "pg_dump").exists())
    with fresh(postgres) as database:
        migrations.upgrade(database)
        form = live_form(database)
        with clients(database, form) as acknowledged:
            before = [*acknowledged]
            dump = [programs / "pg_dump", *where, "--format", "custom", "postgres"]
            made = subprocess.run(dump, check=True, stdout=subprocess.PIPE).stdout
        with database.writing() as connection:  # an hour later, all is lost
            connection.execute(submissions.delete())
        options = ["--dbname", "postgres", "--clean", "--if-exists", "--single-transaction"]
        subprocess.run([programs / "pg_restore", *where, *options], input=made, check=True)
        found = content(database)
        assert {front.sent(database, form.id, key) is not None for key in before} == {True}
    sizes = {len(found[name]) for name in ("submissions", "contacts", "consents", "outbox")}
    assert len(sizes) == 1
    assert sizes.pop() >= len(before)
