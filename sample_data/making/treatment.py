"""Stories of treatment and its visits: planned, overdue, paused, stopped, held, changed, children, other drugs."""

from __future__ import annotations

from collections.abc import Iterator

from making.chart import Chart


def tell_stories() -> Iterator[Chart]:
    yield from _visits_not_kept()
    yield from _planned()
    yield from _courses()
    yield from _children()


def _visits_not_kept() -> Iterator[Chart]:
    never = Chart.open(13, "female", "1980-09-01")
    never.take_methotrexate("2024-11-04")
    never.treat("2026-05-11")
    never.screen("2026-04-20")
    never.weigh("2026-05-11")
    yield never

    overdue = Chart.open(14, "male", "1969-01-31")
    overdue.follow("2026-07-27", skip=(3, 4))
    yield overdue

    long_overdue = Chart.open(15, "female", "1973-11-22")
    long_overdue.follow("2025-01-20", skip=(18, 21))
    yield long_overdue

    quarter_overdue = Chart.open(16, "female", "1956-04-14")
    quarter_overdue.follow("2025-07-14", skip=(15,))
    yield quarter_overdue


def _planned() -> Iterator[Chart]:
    too_low = Chart.open(33, "female", "1982-05-20", neutrophils=2.0)
    too_low.prepare("2026-12-01", ready="2026-11-16", early={"neutrophils": "1.90"}, neutrophils="1.40")
    too_low.treat("2026-12-01", status="planned")
    yield too_low

    complete = Chart.open(34, "male", "1964-02-09")
    complete.prepare("2026-12-03", ready="2026-11-12")
    complete.treat("2026-12-03", status="planned")
    yield complete

    uncounted = Chart.open(35, "female", "1970-07-28")
    uncounted.take_methotrexate("2025-06-02")
    uncounted.draw("2026-06-08", before=True)
    uncounted.draw("2026-09-01", before=True)
    uncounted.screen("2026-09-01")
    uncounted.weigh("2026-09-01")
    uncounted.treat("2026-11-26", status="planned")
    yield uncounted


def _courses() -> Iterator[Chart]:
    paused = Chart.open(17, "female", "1971-03-03")
    paused.prepare("2025-03-10")
    paused.treat("2025-03-10", end="2026-06-26", status="stopped", reason="supply")
    paused.attend("2025-03-10", until="2026-06-26")
    paused.screen("2026-08-24")
    paused.baseline("2026-08-24")
    paused.treat("2026-09-01")
    paused.attend("2026-09-01")
    yield paused

    stopped = Chart.open(36, "male", "1962-12-30")
    stopped.prepare("2025-05-12")
    stopped.treat("2025-05-12", end="2026-08-14", status="stopped", reason="lack of effect")
    stopped.attend("2025-05-12", until="2026-08-14")
    stopped.draw("2026-09-10", neutrophils="1.40")
    yield stopped

    held = Chart.open(37, "female", "1965-10-10", neutrophils=2.6)
    held.prepare("2026-03-09")
    held.treat("2026-03-09", end="2026-11-04", status="completed", reason="held: neutrophils")
    held.attend("2026-03-09", until="2026-10-30")
    held.treat("2026-11-05", status="on-hold", reason="neutrophils 1.2 on 04-Nov-2026")
    held.draw("2026-11-04", neutrophils="1.20")
    held.draw("2026-11-11", neutrophils="1.40")
    held.draw("2026-11-18", neutrophils="2.20")
    yield held

    changed = Chart.open(40, "male", "1978-04-23", "CAPS", weight=76, height=179)
    changed.prepare("2025-11-10")
    changed.treat("2025-11-10", end="2026-05-14", status="completed", reason="dose change")
    changed.treat("2026-05-01", dose="150")
    changed.attend("2025-11-10", at={12: {"day": "2026-11-12"}})
    yield changed

    beside = Chart.open(45, "female", "1959-06-26")
    beside.follow("2025-12-15")
    beside.treat("2026-08-03", drug="brimstolimab", dose="40", frequency="every 2 weeks")
    yield beside


def _children() -> Iterator[Chart]:
    outgrown = Chart.open(38, "male", "2017-05-03", "NOMID", weight=27.4, height=131, creatinine=40)
    outgrown.prepare("2025-03-03")
    outgrown.treat("2025-03-03", dose="2", unit="mg/kg", end="2025-09-30", status="completed", reason="dose change")
    outgrown.treat("2025-10-01", dose="3", unit="mg/kg")
    outgrown.attend("2025-03-03", weighed=False)
    for day in ("2025-05-20", "2025-08-11", "2025-11-03", "2026-01-26", "2026-04-20", "2026-07-13"):
        outgrown.weigh(day)
    yield outgrown

    well = Chart.open(39, "female", "2014-02-10", "CAPS", weight=41, height=150, creatinine=46)
    well.prepare("2026-03-30")
    well.treat("2026-03-30", dose="2", unit="mg/kg")
    well.attend("2026-03-30", weighed=False)
    for day in ("2026-06-15", "2026-08-31", "2026-10-20"):
        well.weigh(day)
    yield well
