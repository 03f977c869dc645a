"""Views somebody named, and rounds through the worklist with what was seen in each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables; nothing that is stored changes."""
    op.create_table(
        "saved_view",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_saved_view"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_saved_view_by_name", "saved_view", ["by", "name"], unique=True)
    op.create_table(
        "review_round",
        sa.Column("round_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("after_act", ROW_NUMBER, nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("filters", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("round_id", name="pk_review_round"),
        sa.UniqueConstraint("key", name="uq_review_round_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "round_step",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("round_id", ROW_NUMBER, nullable=False),
        sa.Column("patient", ROW_NUMBER, nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_round_step"),
        sa.ForeignKeyConstraint(["round_id"], ["review_round.round_id"], name="fk_round_step_round_id"),
        sa.ForeignKeyConstraint(["patient"], ["person.key"], name="fk_round_step_patient"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_round_step_round_id", "round_step", ["round_id"])
