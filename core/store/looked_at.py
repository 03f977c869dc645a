"""When somebody last looked at a patient, and what came in since.

What was seen in a review round is what was stored before the patient came on the screen: before the step that went
before, or the round's start. That and the arrival of facts are told by the machine's own clock, whatever the clinic's
says: a result that was reported last week and arrived today is newer than yesterday's look. Only the end of a refused
row has no time but the clinic's.

Hazard: HAZ-008, HAZ-014 (a look that counts for what nobody could have seen).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from core.acts import ACTING_ROLES
from core.store import schema
from core.store.rows import in_portions


@dataclass(frozen=True, slots=True)
class Look:
    """One patient looked at: since when, on the clinic's clock (at) and in UTC seconds (since); what was stored before
    was on the screen.
    """

    at: int
    since: int


def list_looks(connection: Connection, patients: Collection[int]) -> dict[int, Look]:
    """The last look of any clinician at each of these patients (numbers) in a review round; nobody's: not in it.

    A step keeps no role: the first thing its reader did with this patient from then on does, the look it ends with.
    """
    step, act = schema.round_step.c, schema.act.c
    before = schema.round_step.alias("before")
    opened = schema.review_round.c
    role = (
        select(act.role)
        .where(
            act.patient_id == schema.person.c.patient_id, act.by == step.by, act.recorded_at >= step.recorded_at
        )
        .order_by(act.act_id)
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    last = (
        select(func.max(step.row_id))
        .join_from(schema.round_step, schema.review_round)
        .join(schema.person, schema.person.c.key == step.patient)
        .where(opened.kind == "review", step.answer == "seen", role.in_(ACTING_ROLES))
        .group_by(step.patient)
    )
    other = schema.round_step.alias("other").c
    one_before = select(func.max(other.row_id)).where(other.round_id == step.round_id, other.row_id < step.row_id)
    asked = (
        select(step.patient, *(func.coalesce(before.c[name], opened[name]) for name in ("at", "recorded_at")))
        .join_from(schema.round_step, schema.review_round)
        .outerjoin(before, before.c.row_id == one_before.scalar_subquery())
    )
    found: dict[int, Look] = {}
    for portion in in_portions(patients):
        chosen = asked.where(step.row_id.in_(last.where(step.patient.in_(portion))))
        found.update((patient, Look(at, since)) for patient, at, since in connection.execute(chosen))
    return found


def list_moved(connection: Connection, looks: Mapping[int, Look], tests: Mapping[str, Collection[int]]) -> set[int]:
    """Of these patients those of whom something came in since: a result of a test asked about, a treatment, an event,
    their own particulars, or a refused result of such a test, also one that was mended or dismissed.

    Args: tests (analyte -> patients it is asked about).
    """
    r, q, p = schema.result.c, schema.quarantine.c, schema.person.c
    moved: set[int] = set()

    def keep(arrived: Iterable[tuple[int, int]]) -> None:
        moved.update(patient for patient, newest in arrived if newest >= looks[patient].since)

    for table in (schema.patient, schema.course, schema.event):
        newest = select(table.c.patient, func.max(table.c.recorded_at)).group_by(table.c.patient)
        for portion in in_portions(looks):
            keep(tuple(row) for row in connection.execute(newest.where(table.c.patient.in_(portion))))
    of_test = select(r.patient, func.max(r.recorded_at)).group_by(r.patient)
    refused = select(p.key, q.recorded_at, q.superseded_at).join_from(
        schema.quarantine, schema.person, p.patient_id == q.patient_id
    )
    for test, patients in tests.items():
        for portion in in_portions(patients):
            keep(tuple(row) for row in connection.execute(of_test.where(r.analyte == test, r.patient.in_(portion))))
            for patient, recorded_at, closed in connection.execute(
                refused.where(q.analyte == test, p.key.in_(portion))
            ):
                look = looks[patient]
                if recorded_at >= look.since or (closed is not None and closed >= look.at):
                    moved.add(patient)
    return moved


def list_own_looks(connection: Connection, by: str, act_id: int) -> dict[str, Look]:
    """When somebody last looked at each patient (identifiers) on any screen, as it stood after an act of the clinic."""
    act = schema.act.c
    chosen = select(act.patient_id, func.max(act.at), func.max(act.recorded_at)).group_by(act.patient_id)
    chosen = chosen.where(act.by == by, act.kind.in_(("look", "sign_off")), act.act_id <= act_id)
    return {name: Look(int(at), int(since)) for name, at, since in connection.execute(chosen)}
