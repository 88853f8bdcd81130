"""The tables: the same on both databases, reached by migrations, safe to reach at once."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from recommender.errors import StoreError
from recommender.store import migrations
from recommender.store.database import Database, new_id
from recommender.store.tables import agencies, metadata

WHEN = datetime(2026, 11, 24, 9, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.slow
def test_migrations_lead_to_the_tables_that_the_program_names(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert migrations.revision(database) == migrations.newest()


@pytest.mark.slow
def test_several_processes_may_migrate_at_once(empty_database: Database) -> None:
    others = [Database(empty_database.url.render_as_string(False)) for _ in range(6)]
    with ThreadPoolExecutor(len(others)) as pool:
        list(pool.map(migrations.upgrade, others))
    assert migrations.revision(empty_database) == migrations.newest()
    for other in others:
        other.close()


def test_a_migration_that_fails_leaves_the_earlier_state(empty_database: Database) -> None:
    def half() -> None:
        with migrations._alone(empty_database) as connection:
            metadata.create_all(connection)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert inspect(empty_database.engine).get_table_names() == []


def test_times_come_back_as_they_went_in_whatever_their_zone(database: Database) -> None:
    jakarta = WHEN.astimezone(timezone(timedelta(hours=7)))
    with database.writing() as connection:
        row = {"id": new_id(), "slug": "kopi", "name": "Kopi", "created_at": jakarta}
        connection.execute(agencies.insert(), row)
    with database.reading() as connection:
        found = connection.execute(select(agencies.c.created_at)).scalar_one()
    assert (found, found.tzinfo) == (WHEN, UTC)


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    row = {"id": new_id(), "slug": "a", "name": "A", "created_at": WHEN.replace(tzinfo=None)}
    with pytest.raises(StatementError, match="without a zone"), database.writing() as connection:
        connection.execute(agencies.insert(), row)


def test_nothing_of_a_broken_transaction_is_stored(database: Database) -> None:
    row = {"id": new_id(), "slug": "a", "name": "A", "created_at": WHEN}

    def broken() -> None:
        with database.writing() as connection:
            connection.execute(agencies.insert(), row)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    with database.reading() as connection:
        assert connection.execute(select(agencies)).all() == []


def test_a_reading_connection_cannot_write(database: Database) -> None:
    row = {"id": new_id(), "slug": "a", "name": "A", "created_at": WHEN}
    with pytest.raises((StoreError, DBAPIError)), database.reading() as connection:
        connection.execute(agencies.insert(), row)
    with database.reading() as connection:
        assert connection.execute(select(agencies)).all() == []


def test_sqlite_keeps_what_was_acknowledged_and_forgets_what_was_erased(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/folder/recommender.db")
    with database.writing() as connection:
        said = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    database.close()
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_file_that_is_no_database_is_refused_in_our_words(tmp_path: Path) -> None:
    file = tmp_path / "recommender.db"
    file.write_bytes(b"not a database at all " * 100)
    with pytest.raises(StoreError) as refused:
        migrations.upgrade(Database(f"sqlite:///{file}"))
    assert set(refused.value.message) == {"en", "id"}


@pytest.mark.slow
def test_a_locked_database_is_refused_after_the_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recommender.store.database.WAIT_SECONDS", 0.05)
    file = tmp_path / "recommender.db"
    database = Database(f"sqlite:///{file}")
    migrations.upgrade(database)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError), database.writing():
        pass
    other.close()
    database.close()
