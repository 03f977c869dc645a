"""Stories of the kidneys: clearance against the dosing interval, acute injury, and what is missing to tell."""

from __future__ import annotations

from collections.abc import Iterator

from making.chart import Chart


def tell_stories() -> Iterator[Chart]:
    yield from _clearance_and_interval()
    yield from _acute()
    yield from _cannot_be_told()


def _clearance_and_interval() -> Iterator[Chart]:
    falling = Chart.open(5, "female", "1952-04-09", weight=57, height=160, creatinine=107)
    falling.prepare("2025-06-16", methotrexate=False, early={"creatinine": "102"}, creatinine="104")
    falling.treat("2025-06-16")
    falling.attend("2025-06-16", at={9: {"creatinine": "116"}, 12: {"creatinine": "121"}, 15: {"creatinine": "127"}})
    falling.draw("2026-10-19", creatinine="135")
    falling.draw("2026-11-16", creatinine="140")
    yield falling

    first_low = Chart.open(6, "male", "1941-09-20", weight=66, height=172, creatinine=122)
    first_low.prepare("2025-11-03", methotrexate=False)
    first_low.treat("2025-11-03")
    first_low.attend("2025-11-03", at={12: {"day": "2026-11-10", "creatinine": "152"}})
    yield first_low

    spaced = Chart.open(8, "female", "1948-01-30", weight=52, height=155, creatinine=133)
    spaced.prepare("2025-09-08", methotrexate=False)
    spaced.treat("2025-09-08", frequency="alternate days")
    spaced.attend("2025-09-08")
    yield spaced

    recovered = Chart.open(9, "male", "1955-06-11", weight=74, height=176, creatinine=230)
    recovered.prepare("2025-12-01", methotrexate=False, early={"creatinine": "200"}, creatinine="205")
    recovered.treat("2025-12-01", end="2026-02-15", status="completed", reason="dose change: creatinine clearance")
    recovered.treat("2026-02-16", frequency="alternate days")
    course = {1: "214", 2: "236", 3: "240", 4: "236", 5: "228", 6: "222", 9: "214"}
    recovered.attend("2025-12-01", until="2026-10-01", at={m: {"creatinine": value} for m, value in course.items()})
    recovered.draw("2026-10-12", creatinine="176")
    recovered.draw("2026-11-09", creatinine="168")
    yield recovered

    caution = Chart.open(48, "male", "1944-12-01", weight=68, height=171, creatinine=108)
    caution.prepare("2025-07-21", methotrexate=False)
    caution.treat("2025-07-21")
    caution.attend("2025-07-21")
    yield caution

    known_disease = Chart.open(55, "female", "1949-10-18", weight=61, height=158, creatinine=120)
    known_disease.happen("ckd", "2019-05-01", detail="stage 3b, under the kidney clinic")
    known_disease.prepare("2026-02-09", methotrexate=False)
    known_disease.treat("2026-02-09")
    known_disease.attend("2026-02-09", at={9: {"day": "2026-11-09", "creatinine": "146"}})
    yield known_disease


def _acute() -> Iterator[Chart]:
    doubled = Chart.open(10, "female", "1967-02-02", weight=70, height=165, creatinine=68)
    doubled.follow("2026-01-12")
    doubled.draw("2026-11-18", creatinine="152")
    yield doubled

    half_again = Chart.open(11, "male", "1970-08-25", weight=82, height=180, creatinine=84)
    half_again.follow("2025-09-29")
    half_again.draw("2026-11-16", creatinine="134")
    yield half_again


def _cannot_be_told() -> Iterator[Chart]:
    unweighed = Chart.open(12, "female", "1975-05-15")
    unweighed.prepare("2025-11-10", weighed=False)
    unweighed.treat("2025-11-10")
    unweighed.attend("2025-11-10", weighed=False)
    yield unweighed

    wrong_unit = Chart.open(21, "female", "1978-12-06")
    wrong_unit.follow("2026-05-11", at={6: {"day": "2026-11-11", "creatinine": "1.2"}})
    yield wrong_unit

    sex_unknown = Chart.open(41, "unknown", "1950-05-05", weight=60, height=166, creatinine=142)
    sex_unknown.prepare("2025-12-08", methotrexate=False)
    sex_unknown.treat("2025-12-08")
    sex_unknown.attend("2025-12-08", until="2026-10-01")
    sex_unknown.draw("2026-11-12", creatinine="145")
    yield sex_unknown

    haemolysed = Chart.open(42, "male", "1960-03-09")
    haemolysed.follow("2026-04-06")
    haemolysed.draw("2026-11-17", creatinine="haemolysed")
    yield haemolysed

    weighed_long_ago = Chart.open(49, "male", "1968-08-14")
    weighed_long_ago.follow("2025-02-24", weighed=False)
    yield weighed_long_ago

    left_out = Chart.open(52, "female", "1976-01-25")
    left_out.follow("2025-03-17", at={month: {"without": ("creatinine",)} for month in (9, 12, 15, 18, 21)})
    yield left_out

    unreadable = Chart.open(53, "male", "1946-06-21", weight=64, height=170, creatinine=172)
    unreadable.prepare("2026-02-16", methotrexate=False)
    unreadable.treat("2026-02-16", frequency="as the moon directs")
    unreadable.attend("2026-02-16")
    yield unreadable
