"""A database: SQLite by default, PostgreSQL by its address. The same code speaks to both."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from recommender.errors import RecommenderError, Text

WAIT_SECONDS = 5
"""How long a write waits for another one to end before it is refused."""


class StoreError(RecommenderError):
    """The database cannot be used now; `message` says why and what to do. Nothing was stored."""

    def __init__(self, message: Text):
        super().__init__(message["en"])
        self.message = message


UNREACHABLE: Text = {
    "en": "The database cannot be reached just now. Nothing was stored; please try again.",
    "id": "Basis data sedang tidak bisa dihubungi. Belum ada yang tersimpan; silakan coba lagi.",
}


class Database:
    """Where agencies' data is kept; give it an address such as `sqlite:///var/recommender.db`."""

    def __init__(self, url: str):
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is stored when the block ends, or nothing is."""
        with _refusing(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing."""
        options = {"read_only": True} if self.is_sqlite else {"postgresql_readonly": True}
        with _refusing(), self.engine.connect() as plain:
            connection = plain.execution_options(**options)
            with connection.begin():
                yield connection

    def forget(self) -> None:
        """After erasing: nothing of what was erased stays in SQLite's log either.

        The log cannot be emptied while somebody reads from it; then the next erasure does it.
        """
        if self.is_sqlite:
            with self.engine.connect() as plain:
                raw = plain.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self.engine.dispose()


def new_id() -> str:
    """An id that nobody can guess: 128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _refusing() -> Iterator[None]:
    """What a driver says when the database is away, locked or full, in our words."""
    try:
        yield
    except OperationalError as error:
        raise StoreError(UNREACHABLE) from error
    except DBAPIError as error:
        if not error.connection_invalidated and not isinstance(error.orig, sqlite3.DatabaseError):
            raise
        raise StoreError(UNREACHABLE) from error


# Errors name no values: what people wrote must not reach a log.


def _postgresql(url: str) -> Engine:
    return create_engine(url, pool_pre_ping=True, hide_parameters=True)


def _sqlite(url: str) -> Engine:
    waiting = {"timeout": WAIT_SECONDS}
    engine = create_engine(url, connect_args=waiting, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for setting in (
            "journal_mode = WAL",
            "synchronous = FULL",  # what was acknowledged outlives a power cut
            "foreign_keys = ON",
            "secure_delete = ON",  # what was erased is not left in the file
        ):
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail when another one wrote
        # meanwhile; one that takes the write lock at once waits its turn.
        only = connection.get_execution_options().get("read_only")
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if only else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if only else "BEGIN IMMEDIATE")

    return engine
