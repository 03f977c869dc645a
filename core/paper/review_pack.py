"""The worklist on paper for a meeting: who is counted where, then a block for everybody with an alert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from core.acts import Life
from core.engine.standing import Alert, CannotTell
from core.paper import plot
from core.paper.about import About
from core.paper.about_block import say_about
from core.paper.plot import Frame
from core.paper.ruled import cell, draw_table
from core.paper.runs import Line, Run
from core.paper.sheet import BODY, LEFT, RIGHT, SMALL, TINY, WIDTH, Sheet, line_height
from core.records import DAY, PRIORITIES
from core.views.answered import answer_line, unanswered_words
from core.views.model import ClinicPicture
from core.views.names import short_name, stale_after_days
from core.views.palette import LIGHT
from core.views.sentences import advice_line, fact_line, held_line
from core.views.text import capital, count_text, date_text, join_words, moment_text
from core.views.trend import Trend
from core.views.words import MARKS, grave_order, is_note, reason_words, words
from core.views.worklist import Row, count_marks, list_patients

_MOST_ALERTS = 4  # told in a block; the patient's own report tells all
_YEAR = 365 * DAY
_SPARK_WIDTH, _SPARK_HEIGHT = 34.0, 8.5  # mm
_BESIDE = 58.0  # mm at the right for the trend and its words
_NOTE_LINE = 6.5  # mm for a pen


class Describe(Protocol):
    """Makes what the pack says of itself, once it is known how many are shown."""

    def __call__(self, *, shown: int, hidden_high: int | None) -> About: ...


def review_pack(
    picture: ClinicPicture, keys: Collection[int] | None, describe: Describe, lives: Mapping[str, Life] | None = None
) -> bytes:
    """The pack as PDF.

    Args: keys (whom the filters leave; None: everybody); lives (of the alerts that stand, by id).
    Hazard: HAZ-008 (whoever is left out is counted, high alerts apart).
    """
    everybody = list_patients(picture)
    wanted = None if keys is None else frozenset(keys)
    rows = everybody if wanted is None else tuple(row for row in everybody if row.key in wanted)
    left_out = sum(row.high_alerts > 0 for row in everybody) - sum(row.high_alerts > 0 for row in rows)
    about = describe(shown=len(rows), hidden_high=None if wanted is None else left_out)
    sheet = Sheet(about, _draw_head)
    _say_counts(sheet, rows, everybody)
    alerted = [row for row in rows if row.mark in PRIORITIES or row.high_alerts]
    alerts, unknown = _by_patient(picture)
    sheet.heading(f"Patients with an alert: {len(alerted):,} of {count_text(len(rows), 'patient')}", follow=24)
    if not alerted:
        sheet.paragraph("No alert stands on what was checked. That is no statement about what was not checked.")
    for row in alerted:
        told = _reasons(row, alerts.get(row.patient_id, []), unknown.get(row.patient_id, []), lives or {})
        _draw_block(sheet, picture, row, told)
    shown = {row.key for row in alerted}
    _say_silent(sheet, [row for row in rows if row.key not in shown and row.mark in ("cannot_tell", "overdue")])
    _say_rest(sheet, [row for row in rows if row.key not in shown and row.mark not in ("cannot_tell", "overdue")])
    say_about(sheet)
    return sheet.finish()


def _draw_head(sheet: Sheet) -> None:
    about = sheet.about
    sheet.y += 5
    sheet.words(about.title, LEFT, sheet.y, 12, bold=True)
    sheet.words(f"as of {date_text(about.as_of)}", RIGHT, sheet.y, BODY, bold=True, align="R")
    said = f"{about.count} · filters: {about.filters or 'none'}"
    if about.hidden_high is not None:
        said += f" · {about.hidden_high:,} high hidden"
    for line in sheet.wrap([Run(said)], WIDTH, SMALL)[:4]:
        sheet.y += 3.6
        sheet.runs(line, LEFT, sheet.y, SMALL)
    sheet.y += 1.6
    sheet.stroke(LIGHT.ink, 0.4)
    sheet.pdf.line(LEFT, sheet.y, RIGHT, sheet.y)
    sheet.y += 2.5


def _say_counts(sheet: Sheet, rows: Sequence[Row], everybody: Sequence[Row]) -> None:
    """How many carry each mark, of those shown and of all."""
    said = f"as of {moment_text(sheet.about.as_of)} · last import {moment_text(sheet.about.last_import, 'never')}"
    sheet.paragraph(said, BODY, colour=LIGHT.muted, after=0.4)
    sheet.paragraph(sheet.about.place, BODY, bold=True, after=1.6)
    shown, total = count_marks(rows), count_marks(everybody)
    head = [cell("Mark", bold=True), cell("In this pack", bold=True, right=True), cell("Whole clinic", bold=True,
            right=True)]  # fmt: skip
    body = [
        [
            cell(str(MARKS[mark]), bold=True, colour=LIGHT.of_mark(mark)),
            cell(f"{shown[mark]:,}", right=True),
            cell(f"{total[mark]:,}", right=True),
        ]
        for mark in MARKS
    ]
    draw_table(sheet, [50, 30, 30], head, body, BODY - 0.5)
    note = "A patient counts once among high, medium and low, and again under cannot tell and overdue where those hold."
    sheet.paragraph(note, TINY, colour=LIGHT.muted)


def _draw_block(sheet: Sheet, picture: ClinicPicture, row: Row, reasons: Sequence[list[Run]]) -> None:
    """One patient: who, on what, why, what who says, and a line for a pen; never torn by the end of a page."""
    person = picture.people[row.patient_id]
    mark = MARKS[row.mark]
    colour = LIGHT.of_mark(row.mark)
    who = [Run(f"{mark} ", True, colour), Run(row.who, True)]
    parts: list[tuple[list[Line], float]] = []
    told: list[tuple[list[Run], float]] = [(who, BODY)]
    if not sheet.can_print(row.who):
        told.append(([Run("▯: a letter this paper cannot print", True, LIGHT.high)], TINY))
    told.append(([Run(f"born {date_text(person.birth_date)}"), Run(f" · {row.treatment}", colour=LIGHT.muted)], SMALL))
    told += [(runs, SMALL) for runs in reasons]
    down = 0.0
    for runs, size in told:  # beside the trend lines are short, below it they have the whole width
        room = WIDTH - 3 - (_BESIDE if down < _SPARK_HEIGHT + 1.5 else 0)
        parts.append((sheet.wrap(runs, room, size), size))
        down += len(parts[-1][0]) * line_height(size)
    height = sum(len(lines) * line_height(size) for lines, size in parts) + _NOTE_LINE + 3
    sheet.need(min(height, 240))
    top = sheet.y
    _draw_trend(sheet, row.trend, picture.as_of, top + 0.8)
    for lines, size in parts:
        for line in lines:
            sheet.need(line_height(size))
            sheet.y += line_height(size)
            sheet.runs(line, LEFT + 3, sheet.y - line_height(size) * 0.22, size)
    if sheet.y >= top:
        sheet.y = max(sheet.y, top + _SPARK_HEIGHT + 1.5)
    sheet.y += _NOTE_LINE - 1.5
    sheet.words("☐ reviewed     decision", LEFT + 3, sheet.y, TINY, colour=LIGHT.muted)
    sheet.words("by", RIGHT - 40, sheet.y, TINY, colour=LIGHT.muted)
    sheet.stroke(LIGHT.muted, 0.12)
    sheet.pdf.line(LEFT + 30, sheet.y + 0.5, RIGHT - 42, sheet.y + 0.5)
    sheet.pdf.line(RIGHT - 36, sheet.y + 0.5, RIGHT, sheet.y + 0.5)
    if sheet.y >= top:
        sheet.fill(colour)
        sheet.pdf.rect(LEFT, top, 0.9, sheet.y + 0.5 - top, style="F")
    sheet.y += 3.2


def _reasons(
    row: Row, alerts: Sequence[Alert], unknown: Sequence[CannotTell], lives: Mapping[str, Life]
) -> list[list[Run]]:
    """Why a patient is in the pack: alerts gravest first, each with what people answered, then what cannot be told,
    then what is overdue.
    """
    told: list[list[Run]] = []
    for one in alerts[:_MOST_ALERTS]:
        mark = MARKS[one.priority]
        told.append([Run(f"{mark.shape} ", True, LIGHT.of_mark(one.priority)), Run(fact_line(one), True)])
        told.append([Run(advice_line(one), colour=LIGHT.muted)])
        if one.held:
            told.append([Run(f"{capital(held_line(one))}.", True, LIGHT.cannot_tell)])
        if answer := answer_line(lives.get(one.alert_id)):
            told.append([Run(answer, True)])
    if len(alerts) > _MOST_ALERTS:
        mine = {one.alert_id: lives[one.alert_id] for one in alerts if one.alert_id in lives}
        waits = unanswered_words(alerts[_MOST_ALERTS:], mine)
        more = f"+{len(alerts) - _MOST_ALERTS} more{f' ({waits})' if waits else ''}: see the patient report."
        told.append([Run(more, True)])
    if unknown:
        causes = dict.fromkeys(f"{words(one.category)} ({reason_words(one.reason)})" for one in unknown)
        told.append([Run(f"{MARKS['cannot_tell']}: {join_words(causes)}", colour=LIGHT.cannot_tell)])
    if "overdue" in row.marks:
        told.append([Run(f"{MARKS['overdue']}: at least one test, see the patient report.")])
    return told


def _draw_trend(sheet: Sheet, trend: Trend, as_of: int, top: float) -> None:
    """The last year of the series behind the gravest alert, with its limit and newest value."""
    recent = [one for one in trend.points if as_of - _YEAR <= one[0] <= as_of]
    left = RIGHT - _SPARK_WIDTH - 19
    if not recent and trend.bound is None:
        sheet.words("no result in 12 months", left, top + 4, TINY, colour=LIGHT.muted)
        return
    extra = [value for value in (trend.limit, trend.bound[1] if trend.bound else None) if value is not None]
    values = [value for _, value in recent] + extra
    low, high = min(values), max(values)
    frame = Frame(left, top, _SPARK_WIDTH, _SPARK_HEIGHT, as_of - _YEAR, as_of, low, high if high > low else low + 1)
    if trend.limit is not None:
        sheet.stroke(LIGHT.high, 0.25)
        sheet.pdf.line(frame.left, frame.down(trend.limit), frame.right, frame.down(trend.limit))
    stale = stale_after_days(trend.analyte)
    breaks = frozenset(
        place for place in range(1, len(recent)) if stale and recent[place][0] - recent[place - 1][0] > stale * DAY
    )
    plot.draw_line(sheet, frame, recent, breaks)
    if trend.bound is not None:
        plot.draw_bound(sheet, frame.across(trend.bound[0]), frame.down(trend.bound[1]), trend.bound[2])
    else:
        plot.draw_dot(sheet, frame.across(recent[-1][0]), frame.down(recent[-1][1]))
    sheet.words(short_name(trend.analyte), frame.right + 2.5, top + 3, TINY, colour=LIGHT.muted)
    sheet.words(trend.last_text, frame.right + 2.5, top + 6.6, SMALL, bold=True)


def _say_silent(sheet: Sheet, rows: Sequence[Row]) -> None:
    """Who has no alert because nobody could judge, or whose test is overdue: one line each."""
    sheet.heading(f"Without an alert, but cannot tell or overdue: {count_text(len(rows), 'patient')}")
    if not rows:
        sheet.paragraph("Nobody.")
        return
    head = [cell(name, bold=True) for name in ("Mark", "Patient", "Why", "Since", "Treatment")]
    body = [
        [
            cell(str(MARKS[row.mark]), bold=True, colour=LIGHT.of_mark(row.mark)),
            cell(row.who, bold=True), cell(f"{row.why}. {row.why_detail}"), cell(row.since_text), cell(row.treatment),
        ]
        for row in rows
    ]  # fmt: skip
    draw_table(sheet, [27, 47, 54, 18, 36], head, body)


def _say_rest(sheet: Sheet, rows: Sequence[Row]) -> None:
    """Who is counted and not told: nobody leaves the paper in silence."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.mark] += 1
    said = join_words(f"{count:,} {MARKS[mark].word}" for mark, count in counts.items()) or "nobody"
    sheet.heading("Not told here")
    sheet.paragraph(f"Counted above and without a block of their own: {said}. “In limits” speaks of what was checked.")


def _by_patient(picture: ClinicPicture) -> tuple[Mapping[str, list[Alert]], Mapping[str, list[CannotTell]]]:
    """Alerts to act on, gravest first, and what cannot be told, by patient."""
    alerts: dict[str, list[Alert]] = defaultdict(list)
    unknown: dict[str, list[CannotTell]] = defaultdict(list)
    for alert in sorted(picture.standing.alerts, key=grave_order):
        if not is_note(alert):
            alerts[alert.patient_id].append(alert)
    for finding in picture.standing.cannot_tell:
        unknown[finding.patient_id].append(finding)
    return alerts, unknown
