"""Who is there and what they were given, as the lines a screen shows: straight from the store, current rows only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from core.records import Course, Event, Patient
from core.store import stored
from core.views.model import CourseLine, EventLine, Person
from core.views.words import indication_words


def read_people(connection: Connection, names: list[str] | None = None) -> dict[str, Person]:
    """Everybody, or these patients, by their identifier."""
    out = {}
    for kept in stored.list_facts(connection, "patient", names):
        if kept.superseded_at is None and isinstance(kept.fact, Patient):
            p = kept.fact
            out[p.patient_id] = Person(
                kept.key, p.patient_id, p.family_name, p.given_name, p.birth_date, p.sex, p.site, p.consultant,
                p.deceased_date,
            )  # fmt: skip
    return out


def read_course_lines(connection: Connection, names: list[str] | None = None) -> Iterator[tuple[str, CourseLine]]:
    """Each course with whose it is; a dose or a frequency nobody could read as it was given."""
    for kept in stored.list_facts(connection, "medication", names):
        if kept.superseded_at is None and isinstance(kept.fact, Course):
            c = kept.fact
            dose = f"{c.dose:f} {c.dose_unit}" if c.dose is not None else c.dose_as_given or "dose not given"
            yield c.patient_id, CourseLine(
                c.patient_id, c.course_id or f"row-{kept.row_id}", c.drug, c.drug_known,
                indication_words(c.indication), dose, c.frequency or c.frequency_as_given or "frequency not given",
                c.route, c.start, c.end, c.status, c.reason, kept.file, kept.row,
            )  # fmt: skip


def group_lines(lines: Iterable[tuple[str, CourseLine]]) -> dict[str, tuple[CourseLine, ...]]:
    """Courses by patient, oldest first."""
    out: dict[str, list[CourseLine]] = {}
    for name, line in lines:
        out.setdefault(name, []).append(line)
    return {name: tuple(sorted(several, key=lambda c: c.start)) for name, several in out.items()}


def read_event_lines(connection: Connection, names: list[str]) -> Iterator[EventLine]:
    """What happened to these patients, whenever it became known."""
    for kept in stored.list_facts(connection, "event", names):
        if kept.superseded_at is None and isinstance(kept.fact, Event):
            e = kept.fact
            yield EventLine(
                e.patient_id, e.event_id or f"row-{kept.row_id}", e.kind, e.start, e.end, e.code, e.detail, e.severity,
                kept.file, kept.row,
            )  # fmt: skip
