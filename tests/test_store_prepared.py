"""Statements that are compiled once take and give the same values as SQLAlchemy does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from recommender.store.database import Database
from recommender.store.prepared import Prepared, together
from recommender.store.tables import agencies

MADE = datetime(2026, 11, 30, 12, 0, tzinfo=timezone(timedelta(hours=7)))
ADD = Prepared(agencies.insert(), "id", "slug", "name", "created_at")
ONE = Prepared(select(agencies).where(agencies.c.slug == bindparam("slug")))


def row(slug: str) -> dict:
    return {"id": slug, "slug": slug, "name": "Kopi 100 %", "created_at": MADE}


def test_rows_come_back_with_the_values_of_their_columns_types(database: Database) -> None:
    with database.writing() as connection:
        ADD.write(connection, row("one"))
        ADD.write(connection, row("two"), row("three"))
    with database.reading() as connection:
        found = [ONE.one(connection, slug=slug) for slug in ("one", "two", "three", "none")]
        plain = connection.execute(select(agencies).order_by(agencies.c.slug)).all()

    assert found.pop() is None
    assert sorted(found, key=lambda one: one.slug) == plain
    assert found[0].created_at == MADE
    assert found[0].created_at.tzinfo is UTC


def test_a_value_that_is_missing_is_an_error_and_never_stored_as_nothing(
    database: Database,
) -> None:
    with pytest.raises(KeyError, match="name"), database.writing() as connection:
        ADD.write(connection, {name: v for name, v in row("one").items() if name != "name"})
    with pytest.raises(KeyError, match="slug"), database.reading() as connection:
        ONE.one(connection)


def test_what_the_database_refuses_is_an_error_of_sqlalchemy_without_what_was_written(
    database: Database,
) -> None:
    with database.writing() as connection:
        ADD.write(connection, row("one"))
    with pytest.raises(IntegrityError) as refused, database.writing() as connection:
        ADD.write(connection, row("two"), row("one"))

    assert "Kopi" not in str(refused.value)
    with database.glancing() as connection:
        assert ONE.one(connection, slug="one").name == "Kopi 100 %"
        assert ONE.one(connection, slug="two") is None


def store_together(database: Database, *slugs: str) -> None:
    with database.writing() as connection, together(connection):
        for slug in slugs:
            ADD.write(connection, row(slug))


def test_of_writes_that_are_told_together_all_are_stored_or_the_refusal_is_an_error(
    database: Database,
) -> None:
    store_together(database, "one", "two")
    with pytest.raises(IntegrityError):
        store_together(database, "three", "one")

    with database.reading() as connection:
        found = connection.execute(select(agencies.c.slug).order_by(agencies.c.slug))
        assert found.scalars().all() == ["one", "two"]
