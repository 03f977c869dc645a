"""What is to be thought of so many months after a treatment began: a review, a taper, a question about stopping."""

from __future__ import annotations

import numpy as np

from core.engine.episodes import Findings, Found, nothing
from core.engine.kernels import column_of, somewhere, starts
from core.engine.phases import DrugCourses, are_among
from core.engine.rules.compiled import CompiledRule
from core.engine.schedule import add_months, first_courses
from core.protocols.kinds import Milestone
from core.records import DAY


def evaluate_milestone(compiled: CompiledRule, rule: Milestone, courses: DrugCourses, restart_after_days: int) -> Found:
    """Open from the day so many calendar months after each treatment's start, for `open_days`; never beyond its end.

    Returns: findings measured on the day each opens. Treatments still ahead have theirs too, on the line of time.
    """
    treatments = courses.treatments(restart_after_days)
    wanted = column_of(True, len(treatments), bool)
    if rule.of == "restart":  # the patient's first treatment of the drug, whatever for, is no restart
        wanted &= ~starts(treatments.patient)
    if compiled.indications is not None:
        first = first_courses(courses, treatments)
        wanted &= are_among(courses.indication[first], compiled.indications)
    if not somewhere(wanted):
        return nothing()
    months = np.array(rule.months, dtype=np.int64)
    due = add_months(treatments.start[wanted][:, None], months).reshape(-1)
    patient = np.repeat(treatments.patient[wanted], len(months))
    closed = np.minimum(due + rule.open_days * DAY, np.repeat(treatments.end[wanted], len(months)))
    keep = due < closed
    patient, due, closed = patient[keep], due[keep], closed[keep]
    n = len(due)
    zero = np.zeros(n, dtype=np.int64)
    findings = Findings(
        patient, column_of(compiled.number, n), np.zeros(n, np.int16), column_of(-1, n), due, closed, zero,
        column_of(np.nan, n, float), due, column_of(np.nan, n, float), zero, zero,
    )  # fmt: skip
    return findings, *nothing()[1:]
