"""The rest of the list: people whose anakinra goes as the label would have it, so that the stories stand out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from making.chance import Chance
from making.chart import Chart
from making.days import AS_OF, add_months, on_weekday

FIRST, LAST = 56, 122
_STILLS = ("AOSD", "SJIA")
_AGES = {"RA": (36, 82), "AOSD": (22, 58), "SJIA": (18, 24), "CAPS": (20, 60), "FMF": (20, 52)}
_INDICATIONS = ("RA",) * 14 + ("AOSD",) * 2 + ("SJIA", "CAPS", "FMF", "FMF")


def tell_stories() -> Iterator[Chart]:
    for number in range(FIRST, LAST + 1):
        yield _follow_somebody(number)


def _follow_somebody(number: int) -> Chart:
    chance = Chance(number, "person")
    indication = _INDICATIONS[number * 7 % len(_INDICATIONS)]
    sex = "female" if chance.happens(0.72 if indication == "RA" else 0.5) else "male"
    age_days = int(chance.between(*_AGES[indication]) * 365.25)
    birth = AS_OF - timedelta(days=age_days)
    first = on_weekday(add_months(date(2024, 1, 8), chance.count(0, 31)) + timedelta(days=chance.count(0, 27)))
    chart = Chart.open(number, sex, birth.isoformat(), indication)
    chart.follow(first.isoformat())
    if indication in _STILLS:
        _watch_the_liver(chart, first)
    if indication == "FMF":
        begun = first - timedelta(days=chance.count(400, 2400))
        chart.treat(f"{begun}", drug="colchicine", dose="1", frequency="once daily", route="PO")
    _live_a_year(chart, first)
    return chart


def _watch_the_liver(chart: Chart, first: date) -> None:
    """Still's disease: transaminases in the first month as well, two and four weeks in."""
    drawn = {row["collected_at"][:10] for row in chart.results if row["analyte"] == "alt"}
    for weeks in (2, 4):
        day = on_weekday(first + timedelta(weeks=weeks))
        chance = Chance(chart.number, day, "liver")
        if f"{day}" not in drawn:
            chart.report(day, "alt", f"{chance.vary(chart.usual.alt, 9):.0f}")
        chart.report(day, "ast", f"{chance.vary(20, 9):.0f}")


def _live_a_year(chart: Chart, first: date) -> None:
    """What happens to anybody: an autumn's influenza vaccination, now and then an infection, long over."""
    chance = Chance(chart.number, "year")
    for year in (2024, 2025):
        if chance.happens(0.6) and first < date(year, 10, 1):
            day = on_weekday(date(year, 10, 1) + timedelta(days=chance.count(0, 40)))
            chart.happen("vaccination", f"{day}", code="150", detail="influenza, inactivated")
    if chance.happens(0.2) and first < date(2026, 3, 1):
        began = date(2026, 3, 10) + timedelta(days=chance.count(0, 120))
        over = began + timedelta(days=chance.count(5, 12))
        what = chance.pick(("sinusitis", "cystitis", "bronchitis", "tonsillitis"))
        chart.happen("infection", f"{began}", f"{over}", detail=what, severity="mild")
        if chance.happens(0.6):
            taken = began + timedelta(days=1)
            chart.happen("antibiotic", f"{taken}", f"{taken + timedelta(days=6)}", code="J01CA04", detail="amoxicillin")
