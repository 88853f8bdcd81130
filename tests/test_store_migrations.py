"""Migrations keep what is stored, from every earlier state up and down again."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
    select,
)

from recommender.store import migrations
from recommender.store.database import Database

Rows = dict[str, list[dict[str, Any]]]

OF_TYPE = {  # the first that fits
    Boolean: lambda _, number: bool(number),
    Integer: lambda _, number: number + 7,
    Float: lambda _, number: number + 0.25,
    DateTime: lambda _, number: datetime(2026, 11, 24 + number, 9, 30, 15, 123456, tzinfo=UTC),
    JSON: lambda _, number: {"kota": "Yogyakarta", "number": number},
    LargeBinary: lambda _, number: b"\x00\xff%d" % number,
    String: lambda column, number: f"{number}-{column.name}"[: column.type.length],
}


def tables(connection: Connection) -> list[Table]:
    """The tables that are there, each after those that it names."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def value(column: Column, number: int) -> Any:
    for kind, make in OF_TYPE.items():
        if isinstance(column.type, kind):
            return make(column, number)
    raise TypeError(f"no value for {column!r}: add its type above")


def fill(database: Database) -> None:
    """Two rows in every table, the second with nothing where nothing may be."""
    with database.writing() as connection:
        for table in tables(connection):
            for number in range(2):
                row = {c.name: value(c, number) for c in table.c if not (number and c.nullable)}
                for key in table.foreign_keys:
                    if key.parent.name in row:
                        row[key.parent.name] = value(key.column, number)
                connection.execute(table.insert(), row)


def rows(database: Database) -> Rows:
    with database.reading() as connection:
        return {
            table.name: [
                dict(row._mapping)
                for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in tables(connection)
        }


def lost(small: Rows, large: Rows) -> Iterator[tuple[str, object]]:
    """What is in the rows of the one and not in those of the other."""
    for table, mine in small.items():
        for number, row in enumerate(mine):
            there = large.get(table, [])
            other = there[number] if len(there) == len(mine) else {}
            yield from ((table, item) for item in row.items() if item not in other.items())


@pytest.mark.slow
@pytest.mark.parametrize("at", range(len(migrations.revisions())))
def test_rows_of_every_table_outlive_the_way_up_from_every_revision_and_down_again(
    empty_database: Database, at: int
) -> None:
    earlier = migrations.revisions()[: at + 1]
    migrations.upgrade(empty_database, earlier[-1])
    fill(empty_database)
    before = rows(empty_database)
    assert {len(found) for found in before.values()} == {2}

    migrations.upgrade(empty_database)
    assert list(lost(before, rows(empty_database))) == []
    for revision in reversed(earlier):
        migrations.downgrade(empty_database, revision)
        assert list(lost(rows(empty_database), before)) == []
        assert migrations.revision(empty_database) == revision
    migrations.downgrade(empty_database)
    assert set(inspect(empty_database.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(empty_database)
    assert migrations.revision(empty_database) == migrations.newest()


def test_the_steps_are_those_that_alembic_finds_and_in_its_order() -> None:
    found = ScriptDirectory(str(Path(migrations.__file__).parent)).walk_revisions()
    assert migrations.revisions() == [one.revision for one in found][::-1]
