"""A database that cannot be used is refused in our words, whatever the driver says."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from agencies import WHEN, live_form, sending
from sqlalchemy.exc import IntegrityError

from recommender.errors import StoreError
from recommender.store import front, migrations, retention
from recommender.store.database import Database, new_id
from recommender.store.desk import Desk, all_agencies
from recommender.store.tables import agencies


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "mysql://a@b/c",
        "oracle://x",
        "sqlite://",
        "sqlite:///",
        "http://a/b",
        "a://[",
    ],
)
def test_an_address_of_no_known_kind_is_refused(address: str) -> None:
    with pytest.raises(StoreError) as refused:
        Database(address)
    assert "sqlite:///" in refused.value.message["en"]
    assert "sqlite:///" in refused.value.message["id"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_of_writing_postgresql_reaches_it(scheme: str, postgres: str) -> None:
    database = Database(postgres.replace("postgresql+psycopg", scheme))
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    database.close()


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_postgresql_that_cannot_hold_every_letter_is_refused(encoding, postgres: str) -> None:
    name = f"narrow_{new_id()}"
    with closing(Database(postgres)) as whole:
        plain = whole.engine.execution_options(isolation_level="AUTOCOMMIT")
        with plain.connect() as connection:
            options = f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
            connection.exec_driver_sql(f"CREATE DATABASE {name} {options}")
            with (
                closing(Database(whole.url.set(database=name))) as narrow,
                pytest.raises(StoreError, match="UTF8"),
                narrow.writing(),
            ):
                pass
            connection.exec_driver_sql(f"DROP DATABASE {name}")


def test_a_password_comes_through_and_is_not_shown(tmp_path: Path) -> None:
    database = Database(f"postgresql://me:s3cret@/x?host={tmp_path}")
    assert database.url.password == "s3cret"
    with pytest.raises(StoreError) as refused, database.reading():
        pass
    assert "s3cret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="folder"):
        Database(f"sqlite:///{tmp_path}/file/recommender.db")


def test_a_database_without_tables_is_refused(empty_database: Database) -> None:
    with pytest.raises(StoreError):
        all_agencies(empty_database)
    with pytest.raises(StoreError):
        retention.purge(empty_database, WHEN)


def test_a_server_that_is_not_there_is_refused(tmp_path: Path) -> None:
    database = Database(f"postgresql://postgres@/postgres?host={tmp_path}")
    for using in (database.reading, database.writing):
        with pytest.raises(StoreError), using():
            pass


def test_a_pool_without_a_free_connection_is_refused(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.store.database.WAIT_SECONDS", 0)
    database = Database(empty_database.url)
    taken = [database.engine.connect() for _ in range(15)]
    with pytest.raises(StoreError), database.reading():
        pass
    for one in taken:
        one.close()
    with database.reading():
        pass
    database.close()


def test_a_thread_that_may_not_write_for_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.store.database.WAIT_SECONDS", 0)
    with closing(Database(f"sqlite:///{tmp_path}/own.db")) as database:
        with database.writing(), pytest.raises(StoreError), database.writing():
            pass
        with database.reading(), database.writing() as connection:  # readers keep nobody waiting
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_what_breaks_a_rule_of_the_tables_is_told_as_it_is(database: Database) -> None:
    row = {"id": "1", "slug": "a", "name": "A", "created_at": WHEN}
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(agencies.insert(), [row, row])


def test_a_read_sees_one_state_though_somebody_writes_meanwhile(database: Database) -> None:
    form = live_form(database)
    desk = Desk(database, form.agency_id)
    with database.reading() as connection:
        before = desk._holdings(connection)
        front.send(database, form, sending(), WHEN)
        assert desk._holdings(connection) == before
    assert desk.holdings() != before


@pytest.mark.slow
def test_an_erasure_is_done_though_somebody_reads_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.store.database.WAIT_SECONDS", 0.05)
    file = tmp_path / "test.db"
    database = Database(f"sqlite:///{file}")
    migrations.upgrade(database)
    form = live_form(database)
    front.send(database, form, sending(body=b"kenari-8231"), WHEN)
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM submissions").fetchall()
    assert front.erase_by_token(database, "erase-key-1", WHEN) is not None
    reader.close()
    database.forget()
    assert all(b"kenari-8231" not in one.read_bytes() for one in tmp_path.glob("test.db*"))
    database.close()
