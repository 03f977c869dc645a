"""Stories of infection: at the start, serious, treated, over, and fever with and without a count."""

from __future__ import annotations

from collections.abc import Iterator

from making.chart import Chart


def tell_stories() -> Iterator[Chart]:
    yield from _infections()
    yield from _fevers()


def _infections() -> Iterator[Chart]:
    at_start = Chart.open(26, "female", "1979-07-19")
    at_start.prepare("2026-11-30", ready="2026-11-11")
    at_start.treat("2026-11-30", status="planned")
    at_start.happen("infection", "2026-11-14", detail="cellulitis of the left leg", severity="moderate")
    yield at_start

    serious = Chart.open(27, "male", "1957-10-27")
    serious.follow("2025-10-20")
    serious.happen("infection", "2026-11-13", detail="pneumonia, in hospital", severity="serious")
    yield serious

    weighed_up = Chart.open(28, "male", "2007-01-15", "NOMID", weight=58, height=172, creatinine=66)
    weighed_up.prepare("2025-06-30")
    weighed_up.treat("2025-06-30", dose="2", unit="mg/kg")
    weighed_up.attend("2025-06-30")
    weighed_up.happen("infection", "2026-11-15", detail="pyelonephritis, in hospital", severity="serious")
    yield weighed_up

    over = Chart.open(29, "female", "1966-06-16")
    over.follow("2025-11-24")
    over.happen("infection", "2026-10-01", "2026-10-12", detail="sinusitis", severity="moderate")
    over.happen("antibiotic", "2026-10-02", "2026-10-09", code="J01AA02", detail="doxycycline")
    yield over

    treated = Chart.open(30, "female", "1954-08-05")
    treated.follow("2026-03-02")
    treated.happen("antibiotic", "2026-11-16", "2026-11-23", code="J01CA04", detail="amoxicillin for a dental abscess")
    yield treated


def _fevers() -> Iterator[Chart]:
    gone_down = Chart.open(31, "male", "1972-12-12")
    gone_down.follow("2025-10-06")
    gone_down.draw("2026-11-16")
    gone_down.report("2026-11-16", "temperature", "38.4")
    gone_down.report("2026-11-18", "temperature", "36.7")
    yield gone_down

    uncounted = Chart.open(32, "female", "1981-02-28")
    uncounted.follow("2025-10-13", at={12: {"day": "2026-10-12"}})
    uncounted.report("2026-11-19", "temperature", "101.3", unit="[degF]")
    yield uncounted
