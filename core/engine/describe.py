"""Facts behind a finding, put back into a reader's terms: values, units, dates, and the inputs of an equation."""

from __future__ import annotations

import numpy as np

from core.catalogue import ANALYTES, analyte
from core.catalogue.vaccines import find_vaccine
from core.engine.age import completed_years
from core.engine.cohort import Cohort
from core.engine.series import COURSE_ROW
from core.engine.standing import Evidence
from core.engine.wording import iso_date, number
from core.protocols.kinds import Rule, Threshold
from core.records import COMPARATORS, COURSE_STATUSES, FAR, LONG_AGO, SEXES


def describe_evidence(cohort: Cohort, row: int) -> Evidence:
    """One fact: a result (row >= 0), an event (coded -2 - position) or a course (COURSE_ROW - position)."""
    if row <= COURSE_ROW:
        return _describe_course(cohort, COURSE_ROW - row)
    if row >= 0:
        r = cohort.results
        name = ANALYTES[int(r.analyte[row])]
        return Evidence(
            row_id=int(r.row_id[row]), at=int(r.at[row]), analyte=name, value=float(r.value[row]),
            comparator=COMPARATORS[int(r.comparator[row])], unit=analyte(name).unit, derived=bool(r.derived[row]),
            preliminary=bool(r.preliminary[row]),
        )  # fmt: skip
    e, i = cohort.events, -2 - row
    end = int(e.end[i])
    kind, code, detail = str(e.kind[i]), str(e.code[i]), str(e.detail[i])
    if kind == "symptom" and code:  # the code says what was felt, the kind only that something was
        kind, code = code, ""
    known = find_vaccine(code) if kind == "vaccination" else None
    if known is not None and known.name.lower() not in detail.lower():
        detail = f"{known.name}: {detail}" if detail else known.name
    return Evidence(
        row_id=int(e.row_id[i]), at=int(e.start[i]), event_id=str(e.event_id[i]), event=kind.replace("_", " "),
        detail=(detail or code).replace("_", " "), end=None if end >= FAR else end,
    )  # fmt: skip


def _describe_course(cohort: Cohort, i: int) -> Evidence:
    c = cohort.courses
    end, dose = int(c.end[i]), float(c.dose[i])
    amount = f"{number(dose)} {'mg/kg' if c.per_kg[i] else 'mg'}" if dose == dose else ""  # NaN: unreadable
    planned = COURSE_STATUSES[int(c.status[i])]
    return Evidence(
        row_id=int(c.row_id[i]), at=int(c.start[i]), event_id=str(c.course_id[i]), event=str(c.drug[i]),
        drug=str(c.drug[i]), detail=", ".join(part for part in (amount, planned) if part),
        end=None if end >= FAR else end,
    )  # fmt: skip


def inputs_of(cohort: Cohort, rule: Rule, rows: list[int], patient: int) -> dict[str, object]:
    """What went into a computed value, newest first of each: with dates, so that an old weight shows as one."""
    if not isinstance(rule, Threshold) or not rule.feature:
        return {}
    r = cohort.results
    inputs: dict[str, object] = {}
    sampled = 0
    for row in sorted((row for row in rows if row >= 0), key=lambda row: (int(r.at[row]), row)):
        name = ANALYTES[int(r.analyte[row])]
        inputs[name] = {
            "value": float(r.value[row]), "comparator": COMPARATORS[int(r.comparator[row])] or None,
            "unit": analyte(name).unit, "collected_at": iso_date(int(r.at[row])),
        }  # fmt: skip
        if name == "creatinine":
            sampled = int(r.at[row])
    people = cohort.patients
    inputs["sex"] = SEXES[int(people.sex[patient])]
    birth = int(people.birth[patient])
    if birth != LONG_AGO and sampled:
        inputs["age"] = int(completed_years(np.array([birth]), np.array([sampled]))[0])
    return inputs
