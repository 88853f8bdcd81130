"""How a database gets to today's tables, step by step, and back.

Alembic takes the steps. It is imported for that alone: nearly every start finds nothing to do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from recommender.store.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_HERE = Path(__file__).parent

_LOCK = 7_202_611_240_001
"""Names our lock among PostgreSQL's advisory ones."""


def upgrade(database: Database, to: str = "head") -> None:
    """Bring the tables to a revision; safe when several processes do so at once."""
    from alembic import command

    with _alone(database) as connection:
        command.upgrade(_config(connection), to)


def downgrade(database: Database, to: str = "base") -> None:
    from alembic import command

    with _alone(database) as connection:
        command.downgrade(_config(connection), to)


def revision(database: Database) -> str | None:
    """The revision that the tables are at; None for a database without any."""
    with database.reading() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT * FROM alembic_version")).scalar()
        return found


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


def newest() -> str:
    """The revision that this program wants."""
    return revisions()[-1]


@cache
def revisions() -> list[str]:
    """Every revision, the oldest first, by the names of the files of the steps."""
    return sorted(file.name[1:5] for file in (_HERE / "versions").glob("m*.py"))


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


def _config(connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
