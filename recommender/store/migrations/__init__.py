"""How a database gets to today's tables, step by step, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from recommender.store.database import Database

_LOCK = 7_202_611_240_001
"""Names our lock among PostgreSQL's advisory ones."""


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables to a revision; safe when several processes do so at once."""
    with _alone(database) as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str = "base") -> None:
    with _alone(database) as connection:
        command.downgrade(_config(connection), to)


def revision(database: Database) -> str | None:
    """The revision that the tables are at; None for a database without any."""
    with database.reading() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def made_ready(database: Database, *, upgrading: bool = False) -> bool:
    """Give a database without tables today's; False for one whose tables are of an earlier step.

    With `upgrading` those are brought to today's as well.
    """
    if revision(database) is None or (upgrading and is_behind(database)):
        upgrade(database)
    return not is_behind(database)


def is_behind(database: Database) -> bool:
    """Whether the tables lack a step that this program wants.

    Those of a later program lack none: it and this one run side by side while servers are updated.
    """
    has = revision(database)
    return has is None or has in revisions()[:-1]


@cache
def newest() -> str:
    """The revision that this program wants."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


@cache
def revisions() -> list[str]:
    """Every revision, the oldest first."""
    script = ScriptDirectory.from_config(_config(None))
    return [one.revision for one in reversed(list(script.walk_revisions()))]


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction that no other migration runs beside: SQLite's write lock, or an advisory one.

    Both databases take changes of tables back with the transaction, so that a migration which
    is killed leaves the earlier state.
    """
    with database.writing() as connection:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # others' may take long
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        yield connection


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
