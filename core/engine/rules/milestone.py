"""What is to be thought of so many months after a treatment began: a review, a taper, a question about stopping."""

from __future__ import annotations

import numpy as np

from core.engine.episodes import Findings, Found, nothing
from core.engine.kernels import starts
from core.engine.phases import DrugCourses
from core.engine.rules.compiled import CompiledRule
from core.engine.schedule import add_months, first_courses
from core.protocols.kinds import Milestone
from core.records import DAY


def evaluate_milestone(compiled: CompiledRule, rule: Milestone, courses: DrugCourses, restart_after_days: int) -> Found:
    """Open from the day so many calendar months after each treatment's start, for `open_days`; never beyond its end.

    Returns: findings measured on the day each opens. Treatments still ahead have theirs too, on the line of time.
    """
    treatments = courses.treatments(restart_after_days)
    wanted = np.ones(len(treatments), dtype=bool)
    if rule.of == "restart":  # the patient's first treatment of the drug, whatever for, is no restart
        wanted &= ~starts(treatments.patient)
    if compiled.indications is not None:
        first = first_courses(courses, treatments)
        wanted &= np.isin(courses.indication[first], list(compiled.indications))
    months = np.array(rule.months, dtype=np.int64)
    due = add_months(treatments.start[wanted][:, None], months).reshape(-1)
    patient = np.repeat(treatments.patient[wanted], len(months))
    closed = np.minimum(due + rule.open_days * DAY, np.repeat(treatments.end[wanted], len(months)))
    keep = due < closed
    patient, due, closed = patient[keep], due[keep], closed[keep]
    n = len(due)
    zero = np.zeros(n, dtype=np.int64)
    findings = Findings(
        patient, np.full(n, compiled.number), np.zeros(n, np.int16), np.full(n, -1), due, closed, zero,
        np.full(n, np.nan), due, np.full(n, np.nan), zero, zero,
    )  # fmt: skip
    return findings, *nothing()[1:]
