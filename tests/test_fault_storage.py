"""Storage that fails: full, read-only, locked, damaged. Nobody loses an answer, nor gets a 500."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from agencies import WHEN, live_form, sending
from click.testing import CliRunner
from consoles import console_app, signed_in
from databases import fresh
from flask import Flask
from forms import BOOK, CODE
from page import Page
from sends import ASKING, SRI, asking, at_send, only_one, press
from servers import KEY
from sqlalchemy import event, text

from recommender.cli import main
from recommender.errors import StoreError
from recommender.i18n import words
from recommender.store import database as database_module
from recommender.store import front, migrations
from recommender.store.database import Database
from recommender.store.tables import agencies
from recommender.web.app import create_app

T = words("en")


def assert_refused_with_everything_kept(page: Page) -> None:
    """Press "send": it is not stored, said so, and what was written stands there still."""
    press(page, 503, **SRI)
    assert int(page.response.headers["Retry-After"]) > 0
    assert T("send_unstored") in page.text
    assert page.one("input[name=email]").attributes["value"] == SRI["email"]


def assert_read(app: Flask, *addresses: str) -> None:
    client = app.test_client()
    found = {address: client.get(address).status_code for address in addresses}
    assert set(found.values()) == {200}, found


PAGES = ("/", "/guide", f"/r/{CODE}", f"/r/{CODE}.json", "/f/kopi", f"/f/kopi/r/{CODE}")


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """The file takes nothing more until the block ends."""
    database.engine.dispose()
    file = f"file:{database.url.database}?mode=ro"

    def connect(*_: object) -> sqlite3.Connection:
        return sqlite3.connect(file, uri=True, check_same_thread=False)

    with closing(sqlite3.connect(str(database.url.database))) as keeping_the_log:
        keeping_the_log.execute("SELECT * FROM forms").fetchall()
        event.listen(database.engine, "do_connect", connect)
        yield
        event.remove(database.engine, "do_connect", connect)
        database.engine.dispose()


def run_alone(database: Database, *statements: str) -> None:
    """Outside of any transaction, on a connection of its own."""
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.engine.dispose()


@pytest.mark.slow
def test_on_a_read_only_disk_everything_is_read_and_nothing_is_lost(store: Database) -> None:
    app = console_app(store, **ASKING)
    member = signed_in(app)
    page = at_send(app)
    with read_only(store):
        assert_refused_with_everything_kept(page)
        assert_read(app, *PAGES)
        assert member.client.get("/console/submissions").status_code == 200
    press(page)
    only_one(store)


@pytest.mark.slow
def test_a_full_disk_is_told_and_once_there_is_room_again_sends_are_stored(
    store: Database,
) -> None:
    app = asking(store)
    page = at_send(app)
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.engine.dispose()

    def fill(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(store.engine, "connect", fill)
    assert_refused_with_everything_kept(page)
    assert_read(app, *PAGES)
    event.remove(store.engine, "connect", fill)
    store.engine.dispose()

    press(page)
    only_one(store)


@contextmanager
def small_disk(size: str) -> Iterator[Path]:
    """A disk of its own that anybody may use, if whoever runs the tests may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        folder.rmdir()
        pytest.skip("only root can mount a small disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is left on the disk until the block ends."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (64 * 1024, 512):
            try:
                while file.write(b"x" * size):
                    pass
            except OSError:  # no space is left
                continue
    yield
    filler.unlink()


@pytest.mark.slow
def test_on_a_real_disk_that_is_full_nothing_is_torn_and_room_is_all_it_takes() -> None:
    with (
        small_disk("8m") as disk,
        closing(Database(f"sqlite:///{disk}/forms.db")) as database,
    ):
        migrations.upgrade(database)
        app = asking(database)
        page = at_send(app)
        with filled(disk):
            assert_refused_with_everything_kept(page)
            assert_read(app, *PAGES)
        press(page)
        only_one(database)
        with database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.mark.slow
def test_postgresql_on_a_full_disk_is_told_and_goes_on_once_there_is_room(
    postgres: str,
) -> None:
    if os.environ.get("TEST_DATABASE_URL"):
        pytest.skip("that server may be on another machine")
    with small_disk("4m") as disk, fresh(postgres) as database:
        space = disk / "space"
        space.mkdir(mode=0o700)
        shutil.chown(space, *owner(database))
        run_alone(database, f"CREATE TABLESPACE small LOCATION '{space}'")
        run_alone(database, "ALTER DATABASE postgres SET default_tablespace = small")
        try:
            migrations.upgrade(database)
            app = asking(database)
            page = at_send(app)
            with filled(disk):
                with pytest.raises(StoreError):
                    send_much(database)
                assert_read(app, *PAGES)
            press(page, **SRI)
        finally:
            run_alone(database, "ALTER DATABASE postgres RESET default_tablespace")
            run_alone(database, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
            run_alone(database, "DROP TABLESPACE small")


def send_much(database: Database) -> None:
    form = front.form_by_slug(database, "kopi")
    assert form is not None
    for number in range(100):
        front.send(database, form, sending(f"k{number}", body=os.urandom(20_000)), WHEN)


def owner(database: Database) -> tuple[int, int]:
    """Whom the files of this PostgreSQL belong to."""
    with database.reading() as connection:
        data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
    return data.stat().st_uid, data.stat().st_gid


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else writes and does not come to an end before the block does."""
    with database.engine.connect() as other, other.begin():
        wanted = agencies.select() if database.is_sqlite else agencies.select().with_for_update()
        other.execute(wanted).all()
        yield


def test_a_lock_that_is_held_for_a_while_is_waited_for(database: Database) -> None:
    form = live_form(database)
    waiting = Event()
    with ThreadPoolExecutor(1) as pool:
        with locked(database):
            event.listen(database.engine, "checkout", lambda *_: waiting.set())
            sent = pool.submit(front.send, database, form, sending(), WHEN)
            assert waiting.wait(20)
        assert sent.result(20).revision == 1


@pytest.mark.slow
def test_a_lock_that_is_held_for_too_long_is_told_and_nothing_is_lost(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = asking(database)
    page = at_send(app)
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 0.05)
    with closing(Database(database.url)) as impatient, locked(database):
        app_of_impatient = asking_again(app, impatient)
        page.client = app_of_impatient.test_client()
        assert_refused_with_everything_kept(page)
        assert_read(app_of_impatient, *PAGES)
    page.client = app.test_client()
    press(page)
    only_one(database)


def asking_again(app: Flask, database: Database) -> Flask:
    """Another server of the same product, on this connection to the same database."""
    other = create_app(BOOK, database=database)
    own = app.extensions["recommender"]
    other.extensions["recommender"] = replace(own, database=database)
    return other


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"\x00garbage" * 999, b"SQLite format 3\x00" + b"x" * 9000])
@pytest.mark.parametrize(("lang", "said"), [("en", "damaged"), ("id", "rusak")])
def test_a_server_does_not_start_on_a_file_that_is_no_database(
    tmp_path: Path, content: bytes, lang: str, said: str
) -> None:
    file = tmp_path / "broken.db"
    file.write_bytes(content)
    environ = {"DATABASE_URL": f"sqlite:///{file}", "SECRET_KEY": KEY}

    done = CliRunner().invoke(main, ["serve", "--port", "0", "--lang", lang], env=environ)

    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert file.read_bytes() == content


@pytest.mark.slow
def test_a_database_that_is_damaged_while_it_serves_is_told_as_503(store: Database) -> None:
    app = asking(store)
    page = at_send(app)
    store.engine.dispose()
    file = Path(str(store.url.database))
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + b"\xff" * (len(whole) - 100))

    assert_refused_with_everything_kept(page)
    assert_read(app, "/", f"/r/{CODE}")


def test_every_connection_that_is_handed_out_is_durable(tmp_path: Path) -> None:
    durable = {"journal_mode": "wal", "synchronous": 2}
    with closing(Database(f"sqlite:///{tmp_path}/own.db")) as database:
        taken = [database.engine.connect() for _ in range(12)]
        for one in taken:
            said = {name: one.exec_driver_sql(f"PRAGMA {name}").scalar() for name in durable}
            assert said == durable
            one.close()


@pytest.mark.slow
def test_postgresql_acknowledges_what_is_on_its_disk_and_lets_nobody_wait_for_ever(
    postgres: str,
) -> None:
    with closing(Database(postgres)) as database:
        taken = [database.engine.connect() for _ in range(3)]
        for one in taken:
            assert one.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
            assert one.exec_driver_sql("SHOW lock_timeout").scalar() == "5s"
            one.close()
