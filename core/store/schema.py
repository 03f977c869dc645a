"""The tables of a clinic's store: facts and acts, which are only appended; the trail, in which every entry vouches for
the one before. Nothing derived is stored: findings are made from the facts whenever somebody asks.

Numbers of patients: `person.key` is the stable, opaque number of one patient (URLs carry it, never the identifier).
Instants are the clinic's wall clock in seconds (core/records.py); only `recorded_at` and `started_at` are UTC seconds.
Plain types and no server's dialect, so that PostgreSQL can carry the same tables.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

#: Every revision in order; the last one is what `metadata` describes. Any other comes from a newer Nadir.
REVISIONS = ("0001", "0002", "0003", "0004", "0005")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only in a column spelt INTEGER; a server needs the wide type for the same numbers.
RowNumber = BigInteger().with_variant(Integer, "sqlite")
Instant = BigInteger


def _row_id() -> Column[int]:
    return Column("row_id", RowNumber, primary_key=True, autoincrement=True)


def _patient() -> Column[int]:
    return Column("patient", RowNumber, ForeignKey("person.key"), nullable=False)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


def _trail() -> list[Column[object]]:
    """Where a fact came from and for how long it counted. superseded_at: null = still current."""
    return [
        Column("source", Text, nullable=False),
        Column("batch_id", RowNumber, ForeignKey("batch.batch_id"), nullable=False),
        Column("file", Text, nullable=False),
        Column("row", Integer, nullable=False),
        Column("known_at", Instant, nullable=False),
        Column("superseded_at", Instant),
        Column("recorded_at", BigInteger, nullable=False),
    ]


#: What holds for the whole clinic, by name: see core/store/clinic.py.
clinic = Table("clinic", metadata, Column("name", String(64), primary_key=True), Column("value", Text, nullable=False))

#: One import: its files ([{name, sha256}] as JSON) and its whole report, so that every row leads back to its arrival.
batch = Table(
    "batch",
    metadata,
    Column("batch_id", RowNumber, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    _text("mapping"),
    Column("files", Text, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("report", Text, nullable=False),
    sqlite_autoincrement=True,
)

person = Table(
    "person",
    metadata,
    Column("key", RowNumber, primary_key=True, autoincrement=True),
    Column("patient_id", Text, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

patient = Table(
    "patient",
    metadata,
    _row_id(),
    _patient(),
    Column("family_name", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("birth_date", Instant, nullable=False),
    Column("sex", Text, nullable=False),
    _text("site"),
    _text("consultant"),
    Column("deceased_date", Instant),
    *_trail(),
    Index(None, "patient"),
    sqlite_autoincrement=True,
)

#: value: canonical unit; the float nearest the exact decimal: comparing it with a limit parsed the same way is exact.
result = Table(
    "result",
    metadata,
    _row_id(),
    _patient(),
    Column("result_id", Text),
    Column("analyte", Text, nullable=False),
    Column("loinc", Text),
    Column("value", Float),
    _text("comparator"),
    Column("coded", Text),
    _text("unit"),
    _text("value_as_given"),
    _text("unit_as_given"),
    Column("collected_at", Instant, nullable=False),
    Column("reported_at", Instant),
    Column("status", Text, nullable=False),
    Column("ref_low", Float),
    Column("ref_high", Float),
    *_trail(),
    Index(None, "patient", "analyte", "collected_at"),
    Index(None, "result_id"),
    sqlite_autoincrement=True,
)

#: content_key: the identity of a row that came without one of its own (see core/store/identities.py), else null.
course = Table(
    "course",
    metadata,
    _row_id(),
    _patient(),
    Column("course_id", Text),
    Column("drug", Text, nullable=False),
    Column("drug_known", Boolean, nullable=False),
    _text("indication"),
    Column("dose", Float),
    _text("dose_unit"),
    _text("dose_as_given"),
    Column("frequency", Text),
    _text("frequency_as_given"),
    _text("route"),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant),
    Column("status", Text, nullable=False),
    _text("reason"),
    Column("content_key", Text),
    *_trail(),
    Index(None, "patient"),
    Index(None, "course_id"),
    Index(None, "content_key"),
    sqlite_autoincrement=True,
)

event = Table(
    "event",
    metadata,
    _row_id(),
    _patient(),
    Column("event_id", Text),
    Column("kind", Text, nullable=False),
    Column("start_at", Instant, nullable=False),
    Column("end_at", Instant),
    _text("code"),
    _text("detail"),
    _text("severity"),
    Column("content_key", Text),
    *_trail(),
    Index(None, "patient"),
    Index(None, "event_id"),
    Index(None, "content_key"),
    sqlite_autoincrement=True,
)

#: Rows refused, as they came (`fields` is JSON), and the mark an unreadable result leaves (patient_id … comparator);
#: cannot_tell: why rules that need the result cannot tell.
#: superseded_at: from when a readable row stands in its place, null = open. row_key, fingerprint: under which identity,
#: and which exact wording, the row is found again (null = the row could not be read far enough to have an identity).
quarantine = Table(
    "quarantine",
    metadata,
    _row_id(),
    Column("kind", Text, nullable=False),
    Column("column", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("fields", Text, nullable=False),
    Column("patient_id", Text),
    Column("analyte", Text),
    Column("collected_at", Instant),
    Column("known_at", Instant),
    _text("cannot_tell"),
    Column("value", Float),
    _text("comparator"),
    Column("result_id", Text),
    Column("source", Text, nullable=False),
    Column("batch_id", RowNumber, ForeignKey("batch.batch_id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("superseded_at", Instant),
    Column("recorded_at", BigInteger, nullable=False),
    Column("row_key", Text),
    Column("fingerprint", Text, nullable=False),
    Index(None, "patient_id", "analyte"),
    Index(None, "row_key"),
    Index(None, "fingerprint"),
    sqlite_autoincrement=True,
)

#: What people did: see core/acts.py. key: the client's own, so that a double click is one act. seen: what the alert was
#: (JSON, null for an act on a patient); shown: ids of the ended alerts that were looked at (JSON).
act = Table(
    "act",
    metadata,
    Column("act_id", RowNumber, primary_key=True, autoincrement=True),
    Column("recorded_at", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("alert_id", Text, nullable=False),
    Column("patient_id", Text, nullable=False),
    _text("drug"),
    _text("category"),
    _text("fact"),
    _text("disposition"),
    _text("comment"),
    _text("audience"),
    _text("owner"),
    Column("until", Instant),
    _text("decision"),
    Column("seen", Text),
    Column("shown", Text, nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Index(None, "patient_id"),
    Index(None, "by", "kind"),
    sqlite_autoincrement=True,
)

#: Who saw, did, changed what: see core/store/audit.py. number: 1, 2, 3 … without a gap; hash: of previous and content.
audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("patient_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "patient_id"),
)

#: Another interval for one test of one patient: see core/store/overrides.py. expires: its last day; ends: the row that
#: this row takes back (such a row sets nothing of its own), null = it sets an interval.
interval_override = Table(
    "interval_override",
    metadata,
    _row_id(),
    _patient(),
    Column("drug", Text, nullable=False),
    Column("test", Text, nullable=False),
    Column("interval_days", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("expires", Instant, nullable=False),
    Column("ends", RowNumber),
    Column("recorded_at", BigInteger, nullable=False),
    Index(None, "patient"),
    sqlite_autoincrement=True,
)

#: A view of the worklist that somebody gave a name: see core/store/saved_views.py. words: its filters as JSON.
saved_view = Table(
    "saved_view",
    metadata,
    _row_id(),
    Column("by", Text, nullable=False),
    Column("name", String(80), nullable=False),
    Column("words", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Index(None, "by", "name", unique=True),
    sqlite_autoincrement=True,
)

#: One pass through a queue of patients: see core/store/rounds.py. kind: review, green. after_act: the clinic's last act
#: when it began. queue: the patients' numbers in order, sample: those drawn by the seed for a human first, both JSON.
review_round = Table(
    "review_round",
    metadata,
    Column("round_id", RowNumber, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("after_act", RowNumber, nullable=False),
    Column("seed", Text, nullable=False),
    Column("queue", Text, nullable=False),
    Column("sample", Text, nullable=False),
    _text("filters"),
    Column("recorded_at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

#: One patient looked at in a round. answer: seen (review); ok, missed (green lane). seconds: in front of the screen.
round_step = Table(
    "round_step",
    metadata,
    _row_id(),
    Column("round_id", RowNumber, ForeignKey("review_round.round_id"), nullable=False),
    _patient(),
    Column("answer", String(16), nullable=False),
    Column("seconds", Float, nullable=False),
    _text("comment"),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Index(None, "round_id"),
    sqlite_autoincrement=True,
)
