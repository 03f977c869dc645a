"""How a made-up person is looked after: prescriptions, visits as the protocol asks for them, weights and screening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

from core.catalogue import analyte
from core.protocols.kinds import Visits
from core.protocols.loader import load_protocols
from core.records import DAY, Course
from tools.benchmark.chart import HOUR, Chart, first_day, read_clinic

MONTH = 30.4375


@dataclass
class Wishes:
    """What a story asks of the care: further visits, none from a moment on, no baseline, no weight from a moment on."""

    visits: list[int] = field(default_factory=list)
    lost_from: int | None = None
    no_baseline: bool = False
    weighed_until: int | None = None


def prescribe(
    chart: Chart,
    start: int,
    *,
    drug: str = "",
    dose: str = "",
    unit: str = "",
    frequency: str = "",
    end: int | None = None,
) -> None:
    """Write a prescription; one of the benchmark's own drug ends the one before it.

    A prescription is entered some days before it starts, when it is the first; else on its day.
    """
    clinic = read_clinic()
    person = next(p for p in clinic["people"] if p["indication"] == chart.indication)
    own = not drug
    if own:
        chart.courses[:] = [
            _ended(c, start) if c.drug == clinic["drug"] and c.end is None else c for c in chart.courses
        ]
    number = len(chart.courses)
    dose = dose or person["dose"]
    frequency = frequency or clinic["frequency"]
    course = Course(
        f"{chart.patient_id}-c{number}", chart.patient_id, drug or clinic["drug"], True, chart.indication,
        Decimal(dose), unit or person["unit"], dose, frequency, frequency, "SC" if own else "PO", start, end,
        "active",
    )  # fmt: skip
    chart.courses.append(course)
    first = own and number == 0
    chart.entered[str(course.course_id)] = start - (clinic["entered_days_before_start"] * DAY if first else 0)


def _ended(course: Course, at: int) -> Course:
    return replace(course, end=at, status="stopped")


def visits_asked(indication: str) -> Iterator[tuple[str, float, int]]:
    """Test, days after the start, tolerance: every visit the protocol asks for within the replay."""
    clinic = read_clinic()
    protocol = load_protocols().drugs[clinic["drug"]]
    for rule in protocol.rules:
        if not isinstance(rule, Visits) or rule.follows:
            continue
        if (rule.indications and indication not in rule.indications) or indication in rule.not_indications:
            continue
        for phase in rule.phases:
            months = list(phase.months)
            if phase.from_month is not None and phase.every_months is not None:
                months = list(range(phase.from_month, 30, phase.every_months))
            for days in (*(m * MONTH for m in months), *(float(d) for d in phase.days)):
                yield rule.test, days, phase.tolerance_days


def screening_asked(indication: str) -> Iterator[str]:
    """Tests the protocol asks for before a start."""
    protocol = load_protocols().drugs[read_clinic()["drug"]]
    for rule in protocol.rules:
        if isinstance(rule, Visits) and rule.baseline_days:
            fits = not rule.indications or indication in rule.indications
            if fits and indication not in rule.not_indications:
                yield rule.test


def look_after(chart: Chart, wishes: Wishes) -> None:
    """Take every sample of a person's two years and the time before."""
    clinic, tests = read_clinic(), read_clinic()["tests"]
    last = (first_day() + clinic["days"]) * DAY
    panel = list(tests["visit"])
    for days in tests["history_days"]:
        _take(chart, panel, chart.start - days * DAY + 9 * HOUR)
    baseline = chart.start - int(chart.uniform(tests["before_start_days"])) * DAY + 9 * HOUR
    before = dict.fromkeys([*panel, *tests["before"], *screening_asked(chart.indication)])
    if wishes.no_baseline:
        before.pop("neutrophils", None)
    _take(chart, before, baseline)
    moments: dict[int, dict[str, None]] = {}
    kept: dict[float, int] = {}
    asked = list(visits_asked(chart.indication))
    counts = sorted({days for test, days, _ in asked if test == "neutrophils"})
    for days in counts:
        late = chart.uniform(clinic["late_by_days"]) if chart.chance(clinic["late_visit_share"]) else 0.0
        if days > 6.5 * MONTH and late:
            late += 20  # quarterly windows are wider
        jitter = max(-10.0, min(10.0, float(chart.random.normal(0, 3))))
        kept[days] = chart.start + int(days + late + jitter) * DAY + 9 * HOUR
        moments[kept[days]] = dict.fromkeys(panel)
    for test, days, tolerance in asked:
        near = [at for due, at in kept.items() if abs(due - days) <= tolerance]
        if near:  # taken at the visit, and late with it
            moments[near[0]].setdefault(test)
        else:
            moments.setdefault(chart.start + int(days) * DAY + 9 * HOUR, {})[test] = None
    for at in wishes.visits:
        moments[at] = dict.fromkeys(panel)
    for at, names in sorted(moments.items()):
        if at < last and (wishes.lost_from is None or at < wishes.lost_from):
            _take(chart, names, at)
    adult = chart.start - chart.birth > 19 * 366 * DAY
    step = tests["weight_every_days" if adult else "child_weight_every_days"]
    until = min(last, wishes.weighed_until or last, wishes.lost_from if adult and wishes.lost_from else last)
    for at in range(baseline, until, step * DAY):
        chart.measure("weight", at)


def _take(chart: Chart, names: dict[str, None] | list[str], at: int) -> None:
    for name in names:
        if name in chart.levels or analyte(name).kind == "coded":
            chart.measure(name, at)
