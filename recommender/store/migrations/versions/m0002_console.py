"""The console: how members sign in, what they add to submissions, and words to find these by."""

import sqlalchemy as sa
from alembic import op

from recommender.store.migrations.parts import belongs
from recommender.store.searching import words_of
from recommender.store.tables import Moment, Word

revision = "0002"
down_revision = "0001"

_AT_ONCE = 500

REMARKS = ("second_opinions", "overrules", "followups", "learning_consents")
"""Tables with at most one row for a submission."""


def upgrade() -> None:
    _let_members_sign_in()
    _make_audit()
    _make_notes()
    for table, columns in _remarks().items():
        _make_remarks(table, columns)
    for table in ("overrules", "followups"):
        op.create_index(f"ix_{table}_agency_id_changed_at", table, ["agency_id", "changed_at"])
    op.create_index(
        "ix_learning_consents_agency_id_submission_id",
        "learning_consents",
        ["agency_id", "submission_id"],
    )
    op.create_index("ix_submissions_of_form", "submissions", ["form_id", "created_at", "id"])
    op.drop_index("ix_submissions_form_id_created_at", "submissions")
    _make_search()
    _find_words()


def downgrade() -> None:
    op.create_index("ix_submissions_form_id_created_at", "submissions", ["form_id", "created_at"])
    op.drop_index("ix_submissions_of_form", "submissions")
    for table in ("search_words", *REMARKS, "notes", "audit", "passes"):
        op.drop_table(table)
    with op.batch_alter_table("members") as members:
        members.drop_index("ix_members_email")
        for column in ("seen_at", "session_key", "password_hash"):
            members.drop_column(column)


def _let_members_sign_in() -> None:
    texts = (("password_hash", 200), ("session_key", 32))
    for name, length in texts:
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("members", column)
    op.add_column("members", sa.Column("seen_at", Moment(), nullable=True))
    op.create_index("ix_members_email", "members", ["email"])
    op.create_table(
        "passes",
        sa.Column("id", sa.String(length=32), nullable=False),
        *belongs("passes", "agency_id", "agencies"),
        *belongs("passes", "member_id", "members"),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passes")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_passes_token_hash")),
    )
    op.create_index(op.f("ix_passes_agency_id"), "passes", ["agency_id"])
    op.create_index(op.f("ix_passes_member_id"), "passes", ["member_id"])


def _make_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=32), nullable=False),
        *belongs("audit", "agency_id", "agencies"),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_list", "audit", ["agency_id", "at", "id"])


def _make_notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", sa.String(length=32), nullable=False),
        *belongs("notes", "agency_id", "agencies"),
        *belongs("notes", "submission_id", "submissions"),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    op.create_index(op.f("ix_notes_submission_id"), "notes", ["submission_id"])


def _remarks() -> dict[str, tuple[sa.Column, ...]]:
    """What these tables have beside the author of a row."""
    return {
        "second_opinions": (
            sa.Column("code", sa.String(length=40), nullable=False),
            sa.Column("changed_at", Moment(), nullable=False),
        ),
        "overrules": (
            sa.Column("type", sa.String(length=40), nullable=False),
            sa.Column("reason", sa.Text(), nullable=False),
            sa.Column("changed_at", Moment(), nullable=False),
        ),
        "followups": (
            sa.Column("types", sa.String(length=200), nullable=False),
            sa.Column("done", sa.Text(), nullable=False),
            sa.Column("rate_before", sa.Float(), nullable=True),
            sa.Column("rate_after", sa.Float(), nullable=True),
            sa.Column("went", sa.String(length=10), nullable=False),
            sa.Column("changed_at", Moment(), nullable=False),
        ),
        "learning_consents": (
            sa.Column("how", sa.String(length=200), nullable=False),
            sa.Column("given_at", Moment(), nullable=False),
        ),
    }


def _make_remarks(table: str, columns: tuple[sa.Column, ...]) -> None:
    op.create_table(
        table,
        *belongs(table, "submission_id", "submissions"),
        *belongs(table, "agency_id", "agencies"),
        sa.Column("author", sa.String(length=254), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("submission_id", name=op.f(f"pk_{table}")),
    )


def _make_search() -> None:
    op.create_table(
        "search_words",
        *belongs("search_words", "submission_id", "submissions"),
        sa.Column("word", Word, nullable=False),
        *belongs("search_words", "agency_id", "agencies"),
        sa.PrimaryKeyConstraint("submission_id", "word", name=op.f("pk_search_words")),
    )
    op.create_index("ix_search_words_find", "search_words", ["agency_id", "word", "submission_id"])


def _find_words() -> None:
    """The words of what was stored before there was a search."""
    words = sa.table("search_words", *map(sa.column, ("submission_id", "word", "agency_id")))
    connection = op.get_bind()
    found = connection.execute(sa.text(_STORED), execution_options={"yield_per": _AT_ONCE})
    for rows in found.mappings().partitions():
        made = [
            {"submission_id": row["id"], "agency_id": row["agency_id"], "word": word}
            for row in rows
            for word in words_of(*(row[name] for name in _SAID))
        ]
        if made:
            connection.execute(words.insert(), made)


_SAID = ("name", "email", "organisation", "ref", "code")
_STORED = """
SELECT s.id, s.agency_id, c.name, c.email, c.organisation, s.ref, d.code
FROM submissions s JOIN documents d ON d.id = s.document_id
LEFT JOIN contacts c ON c.submission_id = s.id
"""
