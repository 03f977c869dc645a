"""Nothing derived is stored any more: what stands is judged from the facts whenever it is asked for."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop what earlier versions kept of their last evaluation; every fact and every act stays."""
    for table in ("finding", "unknown", "visit"):
        op.drop_table(table)
