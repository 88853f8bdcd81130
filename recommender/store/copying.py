"""A whole database into another one, of the same kind or not: for backups and for moving."""

from collections.abc import Mapping

from sqlalchemy import exists, select

from recommender.store import migrations
from recommender.store.database import Database
from recommender.store.tables import metadata

AT_ONCE = 500
"""Rows that are held in memory together."""


def copy(source: Database, target: Database) -> Mapping[str, int] | None:
    """Copy every row, and tell how many of each table; None if the target holds something.

    What is copied is the source as it was at one moment, whoever writes to it meanwhile; it is
    in the target whole or, if this is stopped, not at all. The tables of the source have to be
    today's; the target gets them.
    """
    if not migrations.made_ready(target):
        return None
    copied = dict.fromkeys((table.name for table in metadata.sorted_tables), 0)
    with source.reading() as old, target.writing() as new:
        for table in metadata.sorted_tables:
            if new.execute(select(exists().select_from(table))).scalar():
                return None
        for table in metadata.sorted_tables:  # each after those that it refers to
            rows = old.execution_options(yield_per=AT_ONCE).execute(select(table))
            for part in rows.mappings().partitions():
                new.execute(table.insert(), [dict(row) for row in part])
                copied[table.name] += len(part)
    return copied
