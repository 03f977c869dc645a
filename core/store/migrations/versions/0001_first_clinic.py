"""The first clinic: people, facts, quarantine, and what is derived from them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table; written out, so that later changes of the schema do not change the past."""
    op.create_table(
        "batch",
        sa.Column("batch_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_batch"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "clinic",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_clinic"),
    )
    op.create_table(
        "finding",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("resolved", sa.BigInteger(), nullable=False),
        sa.Column("alert_opened", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("first_row", sa.BigInteger(), nullable=True),
        sa.Column("last_row", sa.BigInteger(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("worst", sa.Float(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
    )
    op.create_index("ix_finding_patient_id", "finding", ["patient_id"])
    op.create_index("ix_finding_resolved", "finding", ["resolved"])
    op.create_table(
        "person",
        sa.Column("key", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_person"),
        sa.UniqueConstraint("patient_id", name="uq_person_patient_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unknown",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened", sa.BigInteger(), nullable=False),
        sa.Column("resolved", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_unknown_patient_id", "unknown", ["patient_id"])
    op.create_index("ix_unknown_resolved", "unknown", ["resolved"])
    op.create_table(
        "visit",
        sa.Column("patient_id", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("test", sa.Text(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("window_start", sa.BigInteger(), nullable=False),
        sa.Column("window_end", sa.BigInteger(), nullable=False),
        sa.Column("authorities", sa.Text(), nullable=False),
        sa.Column("satisfied_by", sa.BigInteger(), nullable=True),
        sa.Column("overdue_from", sa.BigInteger(), nullable=False),
        sa.Column("overdue_to", sa.BigInteger(), nullable=False),
        sa.Column("treatment_start", sa.BigInteger(), nullable=False),
        sa.Column("treatment_end", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_visit_patient_id", "visit", ["patient_id"])
    op.create_index("ix_visit_treatment_end", "visit", ["treatment_end"])
    op.create_table(
        "course",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient", ROW_NUMBER, sa.ForeignKey("person.key", name="fk_course_patient"), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=True),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("drug_known", sa.Boolean(), nullable=False),
        sa.Column("indication", sa.Text(), nullable=False),
        sa.Column("dose", sa.Float(), nullable=True),
        sa.Column("dose_unit", sa.Text(), nullable=False),
        sa.Column("dose_as_given", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=True),
        sa.Column("frequency_as_given", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batch.batch_id", name="fk_course_batch_id"), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_course"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_course_content_key", "course", ["content_key"])
    op.create_index("ix_course_course_id", "course", ["course_id"])
    op.create_index("ix_course_patient", "course", ["patient"])
    op.create_table(
        "event",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient", ROW_NUMBER, sa.ForeignKey("person.key", name="fk_event_patient"), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=False),
        sa.Column("end_at", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("content_key", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batch.batch_id", name="fk_event_batch_id"), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_content_key", "event", ["content_key"])
    op.create_index("ix_event_event_id", "event", ["event_id"])
    op.create_index("ix_event_patient", "event", ["patient"])
    op.create_table(
        "patient",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient", ROW_NUMBER, sa.ForeignKey("person.key", name="fk_patient_patient"), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.BigInteger(), nullable=False),
        sa.Column("sex", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("consultant", sa.Text(), nullable=False),
        sa.Column("deceased_date", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batch.batch_id", name="fk_patient_batch_id"), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_patient"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_patient_patient", "patient", ["patient"])
    op.create_table(
        "quarantine",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Text(), nullable=True),
        sa.Column("analyte", sa.Text(), nullable=True),
        sa.Column("collected_at", sa.BigInteger(), nullable=True),
        sa.Column("known_at", sa.BigInteger(), nullable=True),
        sa.Column("cannot_tell", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("result_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column(
            "batch_id", ROW_NUMBER, sa.ForeignKey("batch.batch_id", name="fk_quarantine_batch_id"), nullable=False
        ),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("row_key", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_quarantine"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_quarantine_fingerprint", "quarantine", ["fingerprint"])
    op.create_index("ix_quarantine_patient_id_analyte", "quarantine", ["patient_id", "analyte"])
    op.create_index("ix_quarantine_row_key", "quarantine", ["row_key"])
    op.create_table(
        "result",
        sa.Column("row_id", ROW_NUMBER, autoincrement=True, nullable=False),
        sa.Column("patient", ROW_NUMBER, sa.ForeignKey("person.key", name="fk_result_patient"), nullable=False),
        sa.Column("result_id", sa.Text(), nullable=True),
        sa.Column("analyte", sa.Text(), nullable=False),
        sa.Column("loinc", sa.Text(), nullable=True),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("comparator", sa.Text(), nullable=False),
        sa.Column("coded", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("value_as_given", sa.Text(), nullable=False),
        sa.Column("unit_as_given", sa.Text(), nullable=False),
        sa.Column("collected_at", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ref_low", sa.Float(), nullable=True),
        sa.Column("ref_high", sa.Float(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("batch_id", ROW_NUMBER, sa.ForeignKey("batch.batch_id", name="fk_result_batch_id"), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_result"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_result_patient_analyte_collected_at", "result", ["patient", "analyte", "collected_at"])
    op.create_index("ix_result_result_id", "result", ["result_id"])
