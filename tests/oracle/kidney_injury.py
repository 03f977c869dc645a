"""Acute kidney injury: the stage at each creatinine, by NHS England and by KDIGO; and a high one without history.

Source: calculators.md 3.6 ("higher ratio"; the written spec, not the deviating public implementation). Days are
calendar-day differences. An interval gives the lowest and the highest stage its values allow.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from core.records import FAR
from tests.oracle.clearance import ADULT, ENDLESS, sexes_of
from tests.oracle.facts import Chart, Point, completed_years, day_of
from tests.oracle.readings import Reading, read_analyte
from tests.oracle.reference import default_upper_limit
from tests.oracle.spans import Span, holds

YEAR, WEEK, TWO_DAYS = 365, 7, 2
NINE_DECIMALS = Decimal("1e-9")
NHSE_RISE, NHSE_STAGE_3 = Decimal(26), Decimal(354)
KDIGO_RISE, KDIGO_STAGE_3 = Decimal("26.5"), Decimal("353.6")

Earlier = list[tuple[int, Decimal]]  # days before, value


def _ratio(value: Decimal, baseline: Decimal) -> Decimal:
    if baseline <= 0:
        return ENDLESS
    return Decimal(0) if baseline == ENDLESS else _rounded(value / baseline)


def _rounded(number: Decimal) -> Decimal:
    """A ratio or a rise as it is compared; what is next to a limit, an open end too, lies on it."""
    return number if number.is_infinite() else number.quantize(NINE_DECIMALS)


def _lowest(earlier: Earlier, within: int) -> Decimal | None:
    return min((value for days, value in earlier if days <= within), default=None)


def _stage_of_ratio(ratio: Decimal) -> int:
    return 3 if ratio >= 3 else 2 if ratio >= 2 else 1


def stage_nhse(value: Decimal, earlier: Earlier, stage_3_above: Decimal) -> int:
    """Stage 0-3 of one creatinine (umol/L) after at least one earlier one within a year."""
    lowest_of_week = _lowest(earlier, WEEK)
    older = [older_value for days, older_value in earlier if days > WEEK]
    baselines = [base for base in (lowest_of_week, median(older) if older else None) if base is not None]
    ratio = max(_ratio(value, base) for base in baselines)
    if ratio >= Decimal("1.5"):
        return 3 if value > stage_3_above else _stage_of_ratio(ratio)
    lowest_of_48_hours = _lowest(earlier, TWO_DAYS)
    return int(lowest_of_48_hours is not None and _rounded(value - lowest_of_48_hours) > NHSE_RISE)


def stage_kdigo(value: Decimal, earlier: Earlier) -> int:
    """Stage 0-3 of one creatinine (umol/L) after at least one earlier one within a year."""
    baseline = _lowest(earlier, WEEK)
    if baseline is None:
        baseline = _lowest(earlier, YEAR)
    assert baseline is not None
    ratio = _ratio(value, baseline)
    lowest_of_48_hours = _lowest(earlier, TWO_DAYS)
    rises = lowest_of_48_hours is not None and _rounded(value - lowest_of_48_hours) >= KDIGO_RISE
    if ratio < Decimal("1.5") and not rises:
        return 0
    if value >= KDIGO_STAGE_3:
        return 3
    return _stage_of_ratio(ratio) if ratio >= Decimal("1.5") else 1


def upper_limits(chart: Chart, point: Point, analyte: str = "creatinine") -> list[Decimal]:
    """The upper limits that may hold for a result: its own, else the catalogue's for each possible sex."""
    if point.ref_high is not None:
        return [point.ref_high]
    limits = [default_upper_limit(analyte, sex) for sex in sexes_of(chart)]
    return [limit for limit in limits if limit is not None]


def _stage_3_limits(chart: Chart, point: Point) -> tuple[list[Decimal], str]:
    """Above which creatinine stage 3 begins, and why there may be more than one such limit."""
    birth = chart.facts.birth
    of_a_child = [3 * limit for limit in upper_limits(chart, point)]
    if birth is None:
        return [NHSE_STAGE_3, *of_a_child], "missing_birth_date"
    if completed_years(birth, point.at) >= ADULT:
        return [NHSE_STAGE_3], ""
    return of_a_child, "missing_sex"


def _within_a_year(chart: Chart, point: Point) -> list[Point]:
    earlier = chart.earlier("creatinine", point)
    return [other for other in earlier if day_of(point.at) - day_of(other.at) <= YEAR]


def _values(point: Point, earlier: Iterable[Point], end: str) -> Earlier:
    """Days before the point and one end of each earlier value; no creatinine is below nothing."""
    return [(day_of(point.at) - day_of(other.at), max(getattr(other, end), Decimal(0))) for other in earlier]


def read_stage(chart: Chart, algorithm: str, at: int) -> Reading:
    """The stage of the creatinine standing at the instant."""
    creatinine = read_analyte(chart, "creatinine", at)
    point = chart.standing("creatinine", at)
    if creatinine.kind != "value" or point is None:
        return creatinine
    if (algorithm, point.at) not in chart.notes:
        chart.notes[algorithm, point.at] = _stage_at(chart, algorithm, point)
    reading: Reading = chart.notes[algorithm, point.at]
    return reading


def _stage_at(chart: Chart, algorithm: str, point: Point) -> Reading:
    earlier = _within_a_year(chart, point)
    if not earlier:
        return Reading("unreadable", "missing_baseline", result_at=point.at)
    lows, highs = _values(point, earlier, "low"), _values(point, earlier, "high")
    why = point.why or next((other.why for other in reversed(earlier) if other.why), "")
    if algorithm == "aki_kdigo":
        stages = [stage_kdigo(point.low, highs), stage_kdigo(point.high, lows)]
    else:
        limits, why_limits = _stage_3_limits(chart, point)
        why = why or why_limits
        stages = [stage_nhse(point.low, highs, limit) for limit in limits]
        stages += [stage_nhse(point.high, lows, limit) for limit in limits]
    return Reading("value", why, Decimal(min(stages)), Decimal(max(stages)), point.at)


def spans_of_injury(chart: Chart, algorithm: str, spared: list[Span]) -> list[Span]:
    """From each creatinine that is an injury for sure until one that is none for sure (or until dialysis).

    A creatinine that cannot be staged ends nothing: nobody has said that the kidneys are steady again.
    """
    instants = {point.at for point in chart.points("creatinine")} | {edge for span in spared for edge in span}
    spans: list[Span] = []
    opened: int | None = None
    for instant in sorted(instants):
        stage = read_stage(chart, algorithm, instant)
        is_none = holds(spared, instant) or (stage.kind == "value" and stage.high < 1)
        if opened is None and not is_none and stage.kind == "value" and stage.low >= 1:
            opened = instant
        elif opened is not None and is_none:
            spans.append((opened, instant))
            opened = None
    return spans if opened is None else [*spans, (opened, FAR)]


def read_creatinine_without_history(chart: Chart, at: int) -> Reading:
    """Creatinine over its upper limit where no readable one lies within the year before; 0 where one does."""
    creatinine = read_analyte(chart, "creatinine", at)
    point = chart.standing("creatinine", at)
    if creatinine.kind != "value" or point is None:
        return creatinine
    if _within_a_year(chart, point):
        return Reading("value", result_at=point.at)
    return read_against_upper_limit(chart, "creatinine", at)


def read_against_upper_limit(chart: Chart, analyte: str, at: int) -> Reading:
    """A value over its upper limit: the report's own, else the catalogue's."""
    reading = read_analyte(chart, analyte, at)
    point = chart.standing(analyte, at)
    if reading.kind != "value" or point is None:
        return reading
    limits = upper_limits(chart, point, analyte)
    if not limits:
        return Reading("unreadable", "missing_reference_range", result_at=point.at)
    why = point.why or ("missing_sex" if len(limits) > 1 else "")
    return Reading("value", why, point.low / max(limits), point.high / min(limits), point.at)
