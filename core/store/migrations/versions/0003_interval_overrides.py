"""Another interval for one test of one patient, as somebody decided it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the table; nothing that is stored changes."""
    op.create_table(
        "interval_override",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient", ROW_NUMBER, nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("ends", ROW_NUMBER, nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_interval_override"),
        sa.ForeignKeyConstraint(["patient"], ["person.key"], name="fk_interval_override_patient"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interval_override_patient", "interval_override", ["patient"])
