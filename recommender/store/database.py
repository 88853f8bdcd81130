"""A database: SQLite by default, PostgreSQL by its address. The same code speaks to both."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    PendingRollbackError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from recommender.errors import StoreError, Text
from recommender.settings_messages import MESSAGES

WAIT_SECONDS = 5
"""How long a write waits for another one to end before it is refused."""


UNREACHABLE: Text = {
    "en": "The database cannot be reached just now. Nothing was stored; please try again.",
    "id": "Basis data sedang tidak bisa dihubungi. Belum ada yang tersimpan; silakan coba lagi.",
}
FOLDER: Text = {
    "en": "The folder of the database cannot be made; check its path and who may write there.",
    "id": "Folder basis data tidak bisa dibuat; periksa letaknya dan siapa yang boleh menulis "
    "di sana.",
}
DAMAGED: Text = {
    "en": "The file of the database is damaged or holds something else. Put a backup in its "
    "place, or name another file in DATABASE_URL.",
    "id": "Berkas basis data rusak atau berisi hal lain. Ganti dengan cadangan, atau sebutkan "
    "berkas lain di DATABASE_URL.",
}
ENCODING: Text = {
    "en": "The PostgreSQL database was not made for every letter that people write; make another "
    "one with `createdb --encoding UTF8 --template template0`.",
    "id": "Basis data PostgreSQL ini tidak dibuat untuk semua huruf yang mungkin ditulis orang; "
    "buat yang baru dengan `createdb --encoding UTF8 --template template0`.",
}


class Database:
    """Where agencies' data is kept; give it an address such as `sqlite:///var/recommender.db`.

    Raises StoreError if the address is of no known kind or its folder cannot be made. Whether
    a database answers there shows when it is first used.
    """

    def __init__(self, url: str | URL):
        self.url = _address(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self._turn = _Turn() if self.is_sqlite else nullcontext()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction: all of it is stored when the block ends, or nothing is."""
        with _refusing(), self._turn, self.engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing."""
        options = _READING_SQLITE if self.is_sqlite else _READING_POSTGRESQL
        with _refusing(), self.engine.connect() as plain, _unchanged(plain):
            told = plain.execution_options(**options)
            told.begin()
            yield told
            if not self.is_sqlite:
                plain.commit()  # at a rollback, psycopg forgets every statement it has prepared

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """A connection for a single prepared selection, which needs no transaction around it.

        On PostgreSQL that saves two of four ways to the server and back.
        """
        with _refusing(), self.engine.connect() as plain:
            yield plain if self.is_sqlite else plain.execution_options(**_GLANCING_POSTGRESQL)

    def forget(self) -> None:
        """After erasing: nothing of what was erased stays in SQLite's log either.

        The log cannot be emptied while somebody reads from it; then the next call does it.
        """
        if not self.is_sqlite:
            return
        with suppress(StoreError), _refusing(), self.engine.connect() as plain:
            raw = plain.connection.driver_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        self.engine.dispose()


class _Turn:
    """Lets one thread write after another.

    SQLite has one writer. It has others look again now and then, at last ten times a second,
    and who looks at the right moment is next; so between processes, but not within one.
    """

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise StoreError(UNREACHABLE)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def new_id() -> str:
    """An id that nobody can guess: 128 random bits as 32 hex digits."""
    return secrets.token_hex(16)


def ordered_id(now: datetime) -> str:
    """An id whose first 32 bits are the second in which it was made, and whose other 96 are random.

    What is listed by its time then stands together in every index of ids as well: of a million
    submissions, a page of the list is read from a few pages of the file and not from a hundred.
    """
    return f"{int(now.timestamp()) & 0xFFFFFFFF:08x}{secrets.token_hex(12)}"


def hashed(token: str) -> str:
    """What is kept of a secret token."""
    return sha256(token.encode()).hexdigest()


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def _refusing() -> Iterator[None]:
    """What a driver says when the database is away, locked or full, in our words."""
    try:
        yield
    except (IntegrityError, DataError):
        raise  # about what was said to the database, not about the database
    except (DBAPIError, PoolTimeout, PendingRollbackError, sqlite3.DatabaseError) as error:
        raise StoreError(DAMAGED if _is_damage(error) else UNREACHABLE) from error


@contextmanager
def _unchanged(connection: Connection) -> Iterator[None]:
    """Whatever is written meanwhile is an error; and it is never committed.

    SQLite itself would refuse it after `PRAGMA query_only`, but each use of that has SQLite
    prepare all statements of the connection anew, which costs more than carrying them out.
    PostgreSQL does refuse it.
    """
    raw: Any = connection.connection.driver_connection
    before = getattr(raw, "total_changes", 0)
    yield
    if getattr(raw, "total_changes", 0) != before:
        raise sqlite3.OperationalError("something was written by what only reads")


def _is_damage(error: Exception) -> bool:
    code = getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


_READING_SQLITE = {"read_only": True}
_READING_POSTGRESQL = {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"}
_GLANCING_POSTGRESQL = {"isolation_level": "AUTOCOMMIT"}


def _address(url: str | URL) -> URL:
    """The address, with the driver that we bring. The folder of a file is made."""
    try:
        found = make_url(url)
        backend = found.get_backend_name()
    except (ArgumentError, ValueError):
        raise StoreError(MESSAGES["database"]) from None
    if backend in ("postgres", "postgresql"):
        return found.set(drivername="postgresql+psycopg")
    if backend != "sqlite" or not found.database:
        raise StoreError(MESSAGES["database"])
    try:
        Path(found.database).parent.mkdir(parents=True, exist_ok=True)
        if found.database != ":memory:" and not Path(found.database).exists():
            Path(found.database).touch(mode=0o600)  # it will hold people's contacts
    except OSError:
        raise StoreError(FOLDER) from None
    return found


def _keep_log(connection: Any) -> None:
    """Have SQLite write ahead to a log, so that readers and a writer need not wait.

    Of two processes that make a file at the same moment SQLite refuses one without the usual
    wait; it tries again.
    """
    end = monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > end:
                raise
            sleep(0.01)


# Errors name no values: what people wrote must not reach a log.


def _postgresql(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=WAIT_SECONDS,
        connect_args={"connect_timeout": WAIT_SECONDS},
    )

    @event.listens_for(engine, "connect", insert=True)  # before SQLAlchemy asks for its version
    def connect(connection: Any, _: Any) -> None:
        if connection.info.parameter_status("server_encoding") != "UTF8":
            raise StoreError(ENCODING)
        # A lock that is held for long must not hold every thread of the server.
        connection.execute(f"SET lock_timeout = {round(1000 * WAIT_SECONDS)}")
        connection.commit()

    return engine


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_timeout=WAIT_SECONDS,
        pool_use_lifo=True,  # what the last one has read need not be read from the file again
        connect_args={"timeout": WAIT_SECONDS},
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for setting in (
            "synchronous = FULL",  # what was acknowledged outlives a power cut
            "foreign_keys = ON",
            "secure_delete = ON",  # what was erased is not left in the file
            "cache_size = -8000",  # kB; a search reads pages from all over the file
        ):
            connection.execute(f"PRAGMA {setting}")
        _keep_log(connection)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail when another one wrote
        # meanwhile; one that takes the write lock at once waits its turn.
        # Said to the driver itself: SQLAlchemy would spend more on it than SQLite does.
        only = connection.get_execution_options().get("read_only")
        raw: Any = connection.connection.driver_connection
        raw.execute("BEGIN" if only else "BEGIN IMMEDIATE")

    return engine
