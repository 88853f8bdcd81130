"""Mails that wait to be sent, and what a member wants of them."""

import sqlalchemy as sa
from alembic import op

from recommender.store.tables import Moment

revision = "0004"
down_revision = "0003"

_OF = {
    "agency_id": "agencies",
    "member_id": "members",
    "submission_id": "submissions",
    "invitation_id": "invitations",
}


def upgrade() -> None:
    op.add_column("members", sa.Column("told", sa.Boolean(), nullable=True))
    op.add_column("members", sa.Column("lang", sa.String(length=2), nullable=True))
    op.create_table(
        "mails",
        sa.Column("id", sa.String(length=32), nullable=False),
        *(sa.Column(name, sa.String(length=32), nullable=True) for name in _OF),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=40), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=op.f(f"fk_mails_{name}"), ondelete="CASCADE"
            )
            for name, table in _OF.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
    )
    for name in _OF:
        op.create_index(op.f(f"ix_mails_{name}"), "mails", [name])
    op.create_index("ix_mails_due", "mails", ["state", "due_at"])


def downgrade() -> None:
    op.drop_table("mails")
    with op.batch_alter_table("members") as members:
        for column in ("lang", "told"):
            members.drop_column(column)
