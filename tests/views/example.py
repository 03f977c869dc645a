"""A small clinic made by hand for the screens' tests: each mark once, hostile names, corrected and censored results."""

from __future__ import annotations

from datetime import date

from core.engine.standing import Alert, Basis, CannotTell, Evidence, Position, Source, Standing, Visit
from core.records import DAY
from core.views.model import ClinicPicture, CourseLine, EventLine, LimitLine, PatientPicture, Person, Point

HOSTILE_NAMES = ("<img src=x onerror=alert(1)>", "[click](javascript:alert(1))", "![](http://beacon.example/x.png)")


def day(iso: str) -> int:
    """The first instant of an ISO date."""
    return (date.fromisoformat(iso) - date(1970, 1, 1)).days * DAY


AS_OF = day("2026-11-20") + DAY - 1

EMA = Source("Kineret SmPC", "4.4", "EMA, 2025", "unchecked")
FDA = Source("Kineret PI", "Neutrophil counts", "FDA, 10/2025", "choice")
LOCAL = Source("Nadir default", "infection", "1", "choice")


def person(
    key: int,
    family: str,
    given: str = "Zephyrine",
    *,
    born: str = "1962-03-12",
    sex: str = "female",
    site: str = "North",
) -> Person:
    return Person(key, f"SAMPLE-{key:04d}", family, given, day(born), sex, site, "Dr Fennel", None)


def course(
    patient_id: str,
    drug: str = "anakinra",
    *,
    known: bool = True,
    status: str = "active",
    start: str = "2026-06-02",
    end: str = "",
    dose: str = "100 mg",
    frequency: str = "once daily",
    indication: str = "RA",
) -> CourseLine:
    return CourseLine(
        patient_id,
        f"c-{patient_id}-{drug}-{start}",
        drug,
        known,
        indication,
        dose,
        frequency,
        "SC",
        day(start),
        day(end) if end else None,
        status,
        "",
    )


def neutropenia(
    patient_id: str, value: float = 0.9, on: str = "2026-11-18", *, drug: str = "anakinra", row_id: int = 68
) -> Alert:
    positions = (
        Position(
            "EMA",
            "anakinra.neutrophils-stop",
            "stop",
            "high",
            "Stop or withhold: neutrophils below 1.5",
            "Label says discontinue below 1.5; consider stopping and repeating the count in 48-72 h.",
            EMA,
        ),
        Position(
            "FDA",
            "anakinra.neutrophils-review-fda",
            "review",
            "medium",
            "Review: neutrophils low",
            "Label gives no number; consider stopping.",
            FDA,
        ),
    )
    evidence = (Evidence(row_id, day(on) + 29_520, "neutrophils", value, "", "10*9/L"),)
    return Alert(
        f"{patient_id}:neutropenia",
        patient_id,
        drug,
        "neutropenia",
        "neutrophils",
        positions[0].rule_id,
        "high",
        "stop",
        positions[0].title,
        positions[0].advice,
        positions,
        day(on) + 29_520,
        None,
        day(on) + 29_520,
        evidence,
        Basis("<", 1.5, "10*9/L", value),
    )


def renal(patient_id: str, clearance: float = 28.4, on: str = "2026-11-06") -> Alert:
    position = Position(
        "EMA",
        "anakinra.renal-interval",
        "reduce_frequency",
        "medium",
        "Consider alternate-day dosing: CrCl below 30",
        "Label: consider alternate-day dosing below 30 mL/min.",
        EMA,
    )
    evidence = (
        Evidence(81, day(on), "creatinine", 178.0, "", "umol/L"),
        Evidence(82, day("2026-05-06"), "weight", 61.0, "", "kg"),
    )
    return Alert(
        f"{patient_id}:renal_dosing",
        patient_id,
        "anakinra",
        "renal_dosing",
        "creatinine_clearance",
        position.rule_id,
        "medium",
        "reduce_frequency",
        position.title,
        position.advice,
        (position,),
        day(on),
        None,
        day(on),
        evidence,
        Basis(
            "<",
            30.0,
            "mL/min",
            clearance,
            {
                "creatinine": {"value": 178.0, "comparator": None, "unit": "umol/L", "collected_at": on},
                "weight": {"value": 61.0, "comparator": None, "unit": "kg", "collected_at": "2026-05-06"},
                "sex": "female",
                "age": 64,
            },
            "cockcroft_gault",
        ),
    )


def infection(patient_id: str, on: str = "2026-11-10") -> Alert:
    position = Position(
        "LOCAL",
        "anakinra.infection-review",
        "review",
        "low",
        "Infection recorded on treatment",
        "Consider withholding until it has resolved.",
        LOCAL,
    )
    evidence = (Evidence(91, day(on), event_id="e1", event="infection", detail="cellulitis", end=None),)
    return Alert(
        f"{patient_id}:infection",
        patient_id,
        "anakinra",
        "infection",
        "e1",
        position.rule_id,
        "low",
        "review",
        position.title,
        position.advice,
        (position,),
        day(on),
        None,
        day(on),
        evidence,
        Basis(),
    )


def no_weight(patient_id: str, since: str = "2026-10-01") -> tuple[CannotTell, ...]:
    return tuple(
        CannotTell(
            patient_id,
            "anakinra",
            f"anakinra.{rule}",
            "renal_dosing",
            "missing_weight",
            "Record a weight; creatinine is there.",
            day(since),
        )
        for rule in ("renal-interval", "renal-restore")
    )


def visit(patient_id: str, due: str, status: str, test: str = "neutrophils") -> Visit:
    return Visit(
        patient_id, "anakinra", test, day(due), day(due) - 14 * DAY, day(due) + 14 * DAY, ("EMA", "FDA"), status
    )


def clinic(extra: int = 0) -> ClinicPicture:
    """Eight patients, each in another state, and `extra` further ones cycling through the same states."""
    people = [
        person(1, "OAKMOSS"),
        person(2, "BRACKEN", "Tamsin"),
        person(3, "SORREL", "Ivo", sex="male", site="South"),
        person(4, "TEASEL", "Wren"),
        person(5, "YARROW", "Odo", sex="male"),
        person(6, "CLOVER", "Nell"),
        person(7, "MADDER", "Ulf", sex="male", site="South"),
        person(8, HOSTILE_NAMES[0], HOSTILE_NAMES[1]),
    ]
    people += [
        person(9 + place, f"HEDGEROW{place:04d}", "Ada", site=("North", "South", "East")[place % 3])
        for place in range(extra)
    ]
    alerts: list[Alert] = []
    unknown: list[CannotTell] = []
    visits: list[Visit] = []
    courses: dict[str, tuple[CourseLine, ...]] = {}
    sparks: dict[tuple[str, str], tuple[tuple[int, float], ...]] = {}
    for place, someone in enumerate(people):
        name, story = someone.patient_id, place % 8
        courses[name] = (
            (course(name),)
            if story != 6
            else (course(name, "tocilizumab", known=False, dose="162 mg", frequency="once weekly"),)
        )
        values = (3.9, 3.4, 3.6, 2.8, 2.1, 1.7, 1.2, 0.9) if story == 0 else (4.1, 3.9, 4.4, 4.0, 3.7, 4.2)
        sparks[name, "neutrophils"] = tuple(
            (AS_OF - (len(values) - 1 - step) * 40 * DAY, value) for step, value in enumerate(values)
        )
        match story:
            case 0:
                alerts += [neutropenia(name), infection(name)]
            case 1:
                alerts.append(renal(name))
            case 2 | 7:
                alerts.append(infection(name))
            case 3:
                unknown += no_weight(name)
            case 4:
                visits.append(visit(name, "2026-10-02", "overdue"))
            case 5:
                visits.append(visit(name, "2026-12-02", "upcoming"))
    standing = Standing(AS_OF, tuple(alerts), tuple(unknown), tuple(visits), {"anakinra": "sha256:0"})
    return ClinicPicture(
        AS_OF,
        True,
        1,
        AS_OF - 50_000,
        standing,
        {someone.patient_id: someone for someone in people},
        courses,
        sparks,
        ("anakinra",),
    )


def point(
    row_id: int,
    on: str,
    value: float | None,
    *,
    unit: str = "10*9/L",
    given: str = "",
    given_unit: str = "",
    comparator: str = "",
    reason: str = "",
    superseded: bool = False,
    preliminary: bool = False,
    ref: tuple[float | None, float | None] = (None, None),
) -> Point:
    return Point(
        row_id,
        day(on) + 29_520,
        value,
        comparator,
        "",
        unit,
        given or ("" if value is None else f"{value:g}"),
        given_unit or unit,
        reason,
        preliminary,
        superseded,
        ref[0],
        ref[1],
        "results.csv",
        row_id + 2,
    )


def patient(key: int = 1, name: str = "OAKMOSS") -> PatientPicture:
    """The falling-neutrophils story with everything a chart must show honestly."""
    someone = person(key, name)
    label = someone.patient_id
    ref = (2.0, 7.5)
    counts = [
        ("2025-03-03", 5.1),
        ("2026-06-01", 3.9),
        ("2026-07-01", 3.4),
        ("2026-08-03", 3.6),
        ("2026-08-31", 2.8),
        ("2026-10-01", 2.1),
        ("2026-10-29", 1.7),
        ("2026-11-12", 1.2),
        ("2026-11-18", 0.9),
    ]
    neutrophils = [point(60 + place, on, value, ref=ref) for place, (on, value) in enumerate(counts)]
    neutrophils.append(point(69, "2026-11-12", 2.1, superseded=True, ref=ref))
    neutrophils.append(point(59, "2026-09-15", None, given="haemolysed", reason="not_numeric"))
    series = {
        "neutrophils": tuple(sorted(neutrophils, key=lambda one: (one.at, one.row_id))),
        "creatinine": (
            point(40, "2026-06-01", 84.0, unit="umol/L"),
            point(41, "2026-08-31", 106.08, unit="umol/L", given="1.2", given_unit="mg/dL"),
            point(42, "2026-11-12", 96.0, unit="umol/L"),
        ),
        "crp": (
            point(30, "2026-06-01", 41.0, unit="mg/L"),
            point(31, "2026-08-31", 5.0, unit="mg/L", comparator="<"),
            point(32, "2026-11-12", 64.0, unit="mg/L", preliminary=True),
        ),
        "weight": (point(20, "2026-05-06", 61.0, unit="kg"),),
    }
    courses = (
        course(label, start="2026-06-02", end="2026-09-20"),
        course(label, start="2026-09-20", end="2026-10-04", status="on-hold"),
        course(label, start="2026-10-04"),
        course(label, "methotrexate", known=False, dose="15 mg", frequency="once weekly", start="2024-02-01"),
    )
    events = (
        EventLine(label, "e1", "infection", day("2026-09-18"), day("2026-10-02"), "", "cellulitis", "moderate"),
        EventLine(label, "e2", "antibiotic", day("2026-09-19"), day("2026-09-26"), "", "co-amoxiclav", ""),
        EventLine(label, "e3", "symptom", day("2026-11-17"), day("2026-11-18"), "fever", "", ""),
    )
    limits = (
        LimitLine("neutrophils", 1.5, "below", "EMA", "stop"),
        LimitLine("neutrophils", 1.6, "below", "BSR", "review"),
        LimitLine("neutrophils", 1.0, "below", "FDA", "review"),
        LimitLine("creatinine_clearance", 30.0, "below", "EMA", "reduce frequency"),
        LimitLine("creatinine_clearance", 30.0, "below", "FDA", "reduce frequency"),
    )
    crcl = ((day("2026-06-01"), 68.2), (day("2026-08-31"), 54.0), (day("2026-11-12"), 59.7))
    schedule = (
        visit(label, "2026-10-02", "done"),
        visit(label, "2026-11-02", "overdue", "creatinine"),
        visit(label, "2026-12-02", "upcoming"),
    )
    unknown = (
        CannotTell(label, "anakinra", "anakinra.liver-alt", "liver", "stale_result", "Request ALT.", day("2026-02-03")),
    )
    return PatientPicture(
        AS_OF,
        True,
        1,
        AS_OF - 50_000,
        someone,
        courses,
        events,
        series,
        crcl,
        (neutropenia(label), infection(label), renal(label)),
        (),
        unknown,
        schedule,
        limits,
        {"anakinra": ("neutropenia", "renal_dosing", "infection", "liver")},
        ("anakinra",),
    )
