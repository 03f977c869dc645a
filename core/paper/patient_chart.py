"""The patient's year on one time axis, in vectors: doses and events in lanes, then each test with its limits.

What the screen's chart shows (`core.views.patient_chart`), from the same panels and lanes; the newest value is written
beside its point, because paper cannot be hovered.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.paper import plot
from core.paper.plot import Frame
from core.paper.runs import Run
from core.paper.sheet import LEFT, RIGHT, SMALL, TINY, Sheet
from core.records import DAY
from core.views.chart_frame import spread, window
from core.views.lanes import Bar, Lane, make_lanes
from core.views.limit_labels import distinct, limit_words, speakers
from core.views.model import PatientPicture
from core.views.palette import BAND, LIGHT
from core.views.panels import Panel, make_panels, value_text
from core.views.patient_chart import value_range
from core.views.text import number_text
from core.views.words import MARKS

_LABELS = 24.0  # mm left of the curves
_LEAST_RIGHT, _MOST_RIGHT = 22.0, 62.0  # mm right of the curves for the limits' words
_LANE, _TALL, _SHORT = 4.8, 30.0, 16.3  # mm
_TITLE, _AXIS = 4.6, 6.6  # mm above a panel for its name, below the last one for the months
_APART = 2.6  # mm between two limit labels
_STRIP = 0.18  # share of a panel below its scale, for results that have no place on it
_BAR = {  # as on the screen: what is over, and any other event, is muted
    "running": LIGHT.accent, "held": LIGHT.line, "planned": LIGHT.line, "infection": LIGHT.medium,
    "antibiotic": LIGHT.low,
}  # fmt: skip
_LIGHT_BARS = ("held", "planned")
_DOSES = ("running", "past", "held", "planned")  # their first day has a stroke: started, changed or held
LEGEND = (
    "● result; ○ preliminary or in dispute; ▽ △ reported only as < or >; × replaced by a later report; ◌? could not be "
    "read; line to the right edge: action limit; grey band: reference range; dashed frame: this patient's own range; "
    "dotted frame: nobody could judge; dotted line: the day this paper speaks of. No line is drawn across a gap, a "
    "change of unit or a value known only as a range. Dose: a broken bar is not taken every day; a dotted line a hold."
)


def draw_chart(sheet: Sheet, picture: PatientPicture) -> None:
    """The whole chart; where a page is full it goes on below the head of the next."""
    panels = make_panels(picture)
    start, end = window(picture)
    lanes = [lane for lane in make_lanes(picture) if any(_is_seen(bar, start, end) for bar in lane.bars)]
    labels = [limit_words(panel, line) for panel in panels for line in speakers(panel.limits)]
    longest = max((sheet.measure(label, False, TINY) for label in labels), default=0.0)
    right = min(max(longest + 3, _LEAST_RIGHT), _MOST_RIGHT)
    base = Frame(LEFT + _LABELS, 0, RIGHT - LEFT - _LABELS - right, 0, start, end)
    _draw_lanes(sheet, base, lanes, picture.as_of, last=not panels)
    for place, panel in enumerate(panels):
        _draw_panel(sheet, base, panel, picture.as_of, _SHORT if place else _TALL, last=place == len(panels) - 1)
    sheet.paragraph(LEGEND, TINY, colour=LIGHT.muted)


def _is_seen(bar: Bar, start: int, end: int) -> bool:
    """Whether any of a bar lies in the year drawn; older ones stand in the table of events."""
    return bar.start <= end and (bar.end is None or bar.end >= start)


def _draw_lanes(sheet: Sheet, base: Frame, lanes: Sequence[Lane], as_of: int, *, last: bool) -> None:
    for first in range(0, len(lanes), 24):  # more lanes than a page holds go on over the page
        part = lanes[first : first + 24]
        sheet.need(len(part) * _LANE + _AXIS + 2)
        frame = Frame(base.left, sheet.y + 1, base.width, len(part) * _LANE, base.start, base.end)
        plot.draw_months(sheet, frame, named=True)
        for place, lane in enumerate(part):
            middle = frame.top + (place + 0.5) * _LANE
            for row, line in enumerate(sheet.wrap([Run(lane.name, False, LIGHT.muted)], _LABELS - 2, SMALL)[:1]):
                sheet.runs(line, LEFT, middle + 0.9 + row, SMALL)
            with sheet.clip(frame.left, frame.top, frame.width + 0.3, frame.height):
                for bar in lane.bars:
                    _draw_bar(sheet, frame, bar, middle, as_of)
            _say_dose(sheet, frame, lane, middle, as_of)
        plot.draw_today(sheet, frame, as_of)
        sheet.y = frame.bottom + _AXIS + (1 if last else 0)


def _say_dose(sheet: Sheet, frame: Frame, lane: Lane, y: float, as_of: int) -> None:
    """The dose in use right of the bars, where its own bar is too short for its words."""
    short = [
        bar.label
        for bar in lane.bars
        if bar.style == "running"
        and sheet.measure(bar.label, False, TINY)
        >= frame.across(as_of) - max(frame.across(bar.start), frame.left) - 1.5
    ]
    sheet.words("; ".join(dict.fromkeys(short)), frame.right + 1.8, y + 0.8, TINY)


def _draw_bar(sheet: Sheet, frame: Frame, bar: Bar, y: float, as_of: int) -> None:
    """Something that lasted, with its words inside where they have room, else beside it."""
    end = bar.end if bar.end is not None else max(as_of, bar.start + 7 * DAY)
    if not _is_seen(bar, frame.start, frame.end):
        return
    x, to = max(frame.across(bar.start), frame.left), min(frame.across(end), frame.right)
    wide = sheet.measure(bar.label, False, TINY)
    if bar.style == "event" and end - bar.start <= DAY:
        sheet.fill(LIGHT.ink)
        sheet.pdf.polygon([(x, y - 1.2), (x + 1.2, y), (x, y + 1.2), (x - 1.2, y)], style="F")
        beside = x - 2 - wide
        sheet.words(bar.label, beside if beside > frame.left else x + 2, y + 0.8, TINY)
        return
    _draw_stretch(sheet, bar, x, to, y, begun=frame.holds(bar.start))
    if wide < to - x - 1.5:
        dark = bar.style in _LIGHT_BARS or bool(bar.dash)
        if bar.style == "held":  # the dotted line is not to strike its own words
            sheet.fill(LIGHT.paper)
            sheet.pdf.rect(x + 0.7, y - 1.2, wide + 0.4, 2.4, style="F")
        sheet.words(bar.label, x + 0.9, y + 0.8, TINY, colour=LIGHT.ink if dark else LIGHT.paper)
    elif bar.style in ("infection", "antibiotic"):  # what it was is worth more than tidy lanes
        sheet.words(bar.label, to + 0.8 if to + wide < frame.right else x - wide - 0.8, y + 0.8, TINY)


def _draw_stretch(sheet: Sheet, bar: Bar, x: float, to: float, y: float, *, begun: bool) -> None:
    """A bar: full for every day, broken at its edges for a dose given more seldom, a dotted line for a hold."""
    colour, wide = _BAR.get(bar.style, LIGHT.muted), max(to - x, 0.6)
    if bar.style == "held":
        sheet.stroke(LIGHT.muted, 0.4)
        with sheet.dashed(0.5, 0.7):
            sheet.pdf.line(x, y, to, y)
    elif bar.dash:
        sheet.fill(LIGHT.line)
        sheet.pdf.rect(x, y - 1.7, wide, 3.4, style="F")
        sheet.stroke(colour, 0.5)
        with sheet.dashed(2, 2):
            sheet.pdf.line(x, y - 1.5, to, y - 1.5)
            sheet.pdf.line(x, y + 1.5, to, y + 1.5)
    else:
        sheet.fill(colour)
        sheet.pdf.rect(x, y - 1.7, wide, 3.4, style="F")
    if begun and bar.style in _DOSES:
        sheet.stroke(LIGHT.ink, 0.4)
        sheet.pdf.line(x, y - 2, x, y + 2)


def _draw_panel(sheet: Sheet, base: Frame, panel: Panel, as_of: int, height: float, *, last: bool) -> None:
    sheet.need(_TITLE + height + _AXIS + 1)
    low, high = value_range(panel)
    strip = _STRIP * height if panel.unreadable else 0.0
    frame = Frame(base.left, sheet.y + _TITLE, base.width, height - strip, base.start, base.end, low, high)
    sheet.words(panel.title, LEFT, frame.top - 1.2, SMALL, bold=True)
    beside = LEFT + sheet.measure(panel.title, True, SMALL) + 3
    sheet.words(panel.reference_line, beside, frame.top - 1.2, TINY, colour=LIGHT.muted)
    _draw_reference(sheet, frame, panel)
    whole = Frame(frame.left, frame.top, frame.width, height, frame.start, frame.end)
    plot.draw_months(sheet, whole, named=last)
    for tick in plot.value_ticks(low, high, 4 if height == _TALL else 3):
        y = frame.down(tick)
        sheet.stroke(LIGHT.line, 0.1)
        sheet.pdf.line(frame.left, y, frame.right, y)
        sheet.words(number_text(tick), frame.left - 1.2, y + 0.8, TINY, colour=LIGHT.muted, align="R")
    for gap in panel.gaps:
        plot.draw_span(sheet, frame, gap.start, gap.end, LIGHT.cannot_tell)
    _draw_limits(sheet, frame, panel)
    plot.draw_today(sheet, whole, as_of)
    with sheet.clip(frame.left, frame.top - 2, frame.width + 1, height + 3):
        _draw_points(sheet, frame, panel)
        if panel.unreadable:
            sheet.stroke(LIGHT.muted, 0.2)
            with sheet.dashed(0.4, 0.8):
                sheet.pdf.line(frame.left, frame.bottom, frame.right, frame.bottom)
        for one in panel.unreadable:
            if frame.holds(one.at):
                sheet.words(f"{MARKS['cannot_tell'].shape}?", frame.across(one.at), frame.bottom + strip * 0.75, SMALL,
                            bold=True, colour=LIGHT.cannot_tell, align="C")  # fmt: skip
    _say_newest(sheet, frame, panel)
    sheet.y = whole.bottom + (_AXIS if last else 0.6)


def _draw_reference(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """The reference range as a grey band behind everything, the patient's own as a dashed frame."""
    first, second = panel.reference
    bottom = frame.low if first is None else max(frame.low, first)
    top = frame.high if second is None else min(frame.high, second)
    if panel.reference_from and top > bottom:
        sheet.fill(BAND)
        sheet.pdf.rect(frame.left, frame.down(top), frame.width, frame.down(bottom) - frame.down(top), style="F")
    if panel.own is not None:
        sheet.stroke(LIGHT.muted, 0.25)
        upper, lower = frame.down(panel.own.high), frame.down(panel.own.low)
        with sheet.dashed(1.6, 1.0):
            sheet.pdf.rect(frame.left, upper, frame.width, max(lower - upper, 0.01))


def _draw_limits(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """Each action limit across the panel, its number and who asks for what at the right edge."""
    for line in distinct(panel.limits):
        sheet.stroke(LIGHT.of_mark(line.priority), 0.3)
        sheet.pdf.line(frame.left, frame.down(line.limit), frame.right, frame.down(line.limit))
    spoken = speakers(panel.limits)
    places = [frame.bottom - frame.down(line.limit) for line in spoken]
    labels = spread(places, _APART)
    below = min([0.0, *(shown + 1 for shown in labels)])  # a crowd at the floor is moved up: the next panel is below
    for line, shown in zip(spoken, [one - below for one in labels], strict=True):
        words = limit_words(panel, line)
        y = frame.bottom - shown
        sheet.stroke(LIGHT.of_mark(line.priority), 0.15)
        sheet.pdf.line(frame.right, frame.down(line.limit), frame.right + 1.4, y)
        sheet.words(words, frame.right + 1.8, y + 0.8, TINY, colour=LIGHT.of_mark(line.priority))


def _draw_points(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    trusted = [(one.at, one.value or 0.0) for one in panel.trusted]
    plot.draw_line(sheet, frame, trusted, panel.breaks)
    for one in panel.superseded:
        if frame.holds(one.at):
            plot.draw_cross(sheet, frame.across(one.at), frame.down(one.value or 0.0))
    for one in (*panel.trusted, *panel.disputed):
        if frame.holds(one.at):
            in_doubt = bool(one.reason)
            plot.draw_dot(
                sheet, frame.across(one.at), frame.down(one.value or 0.0), hollow=in_doubt or one.preliminary,
                colour=LIGHT.cannot_tell if in_doubt else LIGHT.ink,
            )  # fmt: skip
    for one in panel.censored:
        if frame.holds(one.at):
            plot.draw_bound(sheet, frame.across(one.at), frame.down(one.value or 0.0), one.comparator)


def _say_newest(sheet: Sheet, frame: Frame, panel: Panel) -> None:
    """The newest value beside its point: above it where a limit or the floor lies close below."""
    newest = max((*panel.trusted, *panel.censored), key=lambda one: (one.at, one.row_id), default=None)
    if newest is None or not frame.holds(newest.at):
        return
    text = value_text(panel.analyte, newest, [line.limit for line in panel.limits])
    wide = sheet.measure(text, True, SMALL)
    x, y = frame.across(newest.at), frame.down(newest.value or 0.0)
    x, y = min(x + 1.6, frame.right - wide), max(y - 1.3, frame.top + 2.2)
    sheet.fill(LIGHT.paper)  # no line is to strike the number
    sheet.pdf.rect(x - 0.3, y - 2.1, wide + 0.6, 2.5, style="F")
    sheet.words(text, x, y, SMALL, bold=True)
