"""The laboratory's cumulative report: tests down, dates across, newest first, every qualified value marked as such."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.catalogue.analytes import analytes
from core.catalogue.screens import usual_charts
from core.records import DAY
from core.views.limits import dispute, is_certainly_above, is_certainly_below, out_of_limit
from core.views.margin import margin_text
from core.views.markup import Markup, tag, text
from core.views.model import LimitLine, PatientPicture, Point
from core.views.names import analyte_name, unit_text, usual_decimals
from core.views.panels import default_range, is_converted, newest_range, point_line, range_text, value_text
from core.views.source_card import card_id, source_card
from core.views.text import change_text, count_text, date_text, plain
from core.views.unbroken import unbroken
from core.views.words import MARKS, reason_words

Limits = tuple[float | None, float | None]

MOST_DATES = 14  # what fits a wide screen
_LEGEND = (
    "Marks ▲ ◆ ● : beyond an action limit of that priority. ↓ ↑ : outside the reference range (the report's own, else "
    "the adult default). < > : reported only as a bound. "
    "Struck: replaced by a later report. ◌ : unreadable or disputed. * : preliminary. † : converted from another unit. "
    "Beside a value: its change since the last comparable one."
)
_PRESS = "Press a value for its margin to the limit and source."  # what a screen can do and paper cannot


@dataclass(frozen=True, slots=True)
class Flowsheet:
    """table: the report; shown, total: how many dates of how many; skipped: newer ones left out; legend: its marks."""

    table: Markup
    shown: int
    total: int
    skipped: int = 0
    legend: str = _LEGEND

    @property
    def line(self) -> str:
        newer = f", after {self.skipped:,} newer" if self.skipped else ""
        return f"showing {self.shown:,} of {count_text(self.total, 'date')}{newer}, newest first"


def flowsheet(picture: PatientPicture, *, most_dates: int | None = MOST_DATES, skip: int = 0) -> Flowsheet:
    """Every result of a patient by test and day. Args: most_dates (None: all); skip (so many newer dates)."""
    days = sorted({point.at // DAY for points in picture.series.values() for point in points}, reverse=True)
    skip = max(0, min(skip, len(days) - 1))
    kept = days[skip:] if most_dates is None else days[skip : skip + most_dates]
    heads = [tag("th", "Test", scope="col"), tag("th", "Unit", scope="col"), tag("th", "Reference", scope="col")]
    heads += [tag("th", date_text(day * DAY), scope="col") for day in kept]
    order = {key: place for place, key in enumerate(dict.fromkeys((*usual_charts(), *analytes())))}
    tests = sorted(picture.series, key=lambda analyte: (order.get(analyte, len(order)), analyte))
    wanted = frozenset(kept)
    seen = [one for one in tests if any(point.at // DAY in wanted for point in picture.series[one])]
    rows = [_row(picture, analyte, kept) for analyte in seen]
    elsewhere = _elsewhere(picture, [one for one in tests if picture.series[one] and one not in seen])
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), css="n-table n-flow")
    scroll = tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label="Results by test and date")
    cards = [
        source_card(analyte, one, picture, card_id(one.row_id))
        for analyte in tests
        for one in dispute(picture.series[analyte])
        if one.at // DAY in wanted
    ]
    said = tag("p", f"{_LEGEND} {_PRESS}", css="n-muted")
    return Flowsheet(tag("div", scroll, elsewhere, said, *cards), len(kept), len(days), skip)


def _elsewhere(picture: PatientPicture, analytes_left: Sequence[str]) -> Markup | None:
    """The newest value of each test that has none on the dates shown, so that no test seems never done."""
    if not analytes_left:
        return None
    said = [point_line(one, max(picture.series[one], key=lambda point: point.at)) for one in analytes_left]
    return tag("p", tag("b", "Only on other dates, newest of each: "), unbroken("; ".join(said)), css="n-elsewhere")


def _row(picture: PatientPicture, analyte: str, days: Sequence[int]) -> Markup:
    points = dispute(picture.series[analyte])
    limits = [line for line in picture.limits if line.analyte == analyte]
    before = _earlier_values(points)
    by_day: dict[int, list[Point]] = {day: [] for day in days}
    for one in points:
        if one.at // DAY in by_day:
            by_day[one.at // DAY].append(one)
    unit = next((one.unit for one in points if one.unit), "")
    default = default_range(analyte, picture)
    reference = range_text(analyte, newest_range(points) or default)
    cells = [
        tag(
            "td",
            *_between(
                [
                    _opening(_cell(analyte, one, before.get(one.row_id), limits, default), one)
                    for one in reversed(by_day[day])
                ]
            ),
        )
        for day in days
    ]
    return tag(
        "tr",
        tag("th", analyte_name(analyte), scope="row", data_fold=_folded(unit, reference)),
        tag("td", unit_text(unit), css="n-muted"),
        tag("td", reference, css="n-muted"),
        *cells,
    )


def _folded(unit: str, reference: str) -> str:
    """Unit and reference as one line, which a narrow screen shows under the test instead of two columns."""
    return ", ".join(part for part in (unit_text(unit), reference) if part)


def _earlier_values(points: Sequence[Point]) -> dict[int, float]:
    """For each result that may be compared, the value of the comparable one before it."""
    comparable = [
        one for one in points if one.value is not None and not one.comparator and not one.superseded and not one.reason
    ]
    return {after.row_id: before.value for before, after in pairwise(comparable) if before.value is not None}


def _opening(cell: Markup, point: Point) -> Markup:
    """A cell as what it is: a button that opens where its value comes from."""
    return tag("button", cell, type="button", css="n-value", popovertarget=card_id(point.row_id))


def _cell(analyte: str, point: Point, before: float | None, limits: Sequence[LimitLine], default: Limits) -> Markup:
    away = margin_text(analyte, point, limits)
    said = point_line(analyte, point, [line.limit for line in limits]) + (f"; {away}" if away else "")
    if point.superseded:
        given = value_text(analyte, point) if point.value is not None else plain(point.coded or point.value_as_given)
        return tag("s", given, css="n-muted", title=said)
    if point.value is None:
        if point.coded and not point.reason:
            return tag("span", plain(point.coded), title=said)
        written = f"; as written: {plain(point.value_as_given)}" if point.value_as_given else ""
        why = f"{MARKS['cannot_tell'].shape} {reason_words(point.reason)}{written}"
        return tag("span", why, css="n-mark n-cannot-tell", title=said)
    number = value_text(analyte, point, [line.limit for line in limits])
    number += ("*" if point.preliminary else "") + ("†" if is_converted(point) else "")
    if point.reason:
        return tag(
            "span",
            f"{MARKS['cannot_tell'].shape} {number} {reason_words(point.reason)}",
            css="n-cannot-tell",
            title=said,
        )
    mark = out_of_limit(point.value, limits, point.comparator)
    change = "" if before is None else f" {change_text(before, point.value, usual=usual_decimals(analyte))}"
    beside = tag("span", change, css="n-muted") if change else None
    if mark:
        return tag("span", tag("b", f"{MARKS[mark].shape} {number}", css=f"n-mark n-{mark}"), beside, title=said)
    return tag("span", number, _arrow(point, default), beside, title=said)


def _arrow(point: Point, default: Limits) -> str:
    """Which side of the report's own range a value lies on, else of the default one; nothing where neither is known."""
    low, high = (point.ref_low, point.ref_high) if (point.ref_low, point.ref_high) != (None, None) else default
    if point.value is None:
        return ""
    if low is not None and is_certainly_below(point.value, low, point.comparator):
        return " ↓"
    return " ↑" if high is not None and is_certainly_above(point.value, high, point.comparator) else ""


def _between(cells: list[Markup]) -> list[Markup]:
    """Several results of one day under each other."""
    return [piece for place, cell in enumerate(cells) for piece in ((tag("br"), cell) if place else (cell,))] or [
        text("")
    ]
