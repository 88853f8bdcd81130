"""What several migrations make in the same way. What a released one makes must stay as it is."""

import sqlalchemy as sa
from alembic import op


def belongs(table: str, column: str, other: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    """The row of another table that a row belongs to, and with which it goes."""
    name = op.f(f"fk_{table}_{column}")
    key = sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
    return sa.Column(column, sa.String(length=32), nullable=False), key
