"""What every table is made of."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    MetaData,
    String,
)
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


class Moment(TypeDecorator):
    """A time in UTC, aware on the way in and on the way out; SQLite keeps it without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        if value is None:
            return None
        aware: datetime = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC)


Word = String(64).with_variant(String(64, collation="C"), "postgresql")
"""A word that is looked for by its beginning: in the order of its letters, as SQLite has it."""


def own_id(**options: Any) -> Column:
    return Column("id", String(32), primary_key=True, **options)


def of_agency(**options: Any) -> Column:
    """The agency that a row belongs to; with it, the row goes."""
    return Column(
        "agency_id",
        ForeignKey("agencies.id", ondelete="CASCADE"),
        nullable=False,
        **options,
    )


def of(table: str, name: str = "", **options: Any) -> Column:
    """The row of another table that this one belongs to; with it, this one goes."""
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(name or f"{table.removesuffix('s')}_id", key, **{"nullable": False} | options)
