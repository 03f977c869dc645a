"""One patient on paper: who, what stands and why, a year in a picture, newest results, what is due and unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.acts import Act, Life
from core.engine.standing import Alert
from core.paper.about import About
from core.paper.about_block import say_about
from core.paper.patient_chart import draw_chart
from core.paper.ruled import Cell, draw_table
from core.paper.runs import Run
from core.paper.screen_words import Node, find_tables, print_markup, read_markup, read_rows, read_runs
from core.paper.sheet import BODY, LEFT, RIGHT, SMALL, TINY, WIDTH, Sheet
from core.records import DAY
from core.views.acts_table import acts_table
from core.views.alert_card import alert_card
from core.views.answered import answer_line, tell_states
from core.views.checked import checked_line
from core.views.flowsheet import flowsheet
from core.views.good_to_know import good_to_know
from core.views.model import PatientPicture, Person
from core.views.palette import LIGHT
from core.views.patient import banner, order_alerts, verdicts
from core.views.people import is_current
from core.views.records_tables import courses_table, events_table, schedule_table
from core.views.text import capital, count_text, date_text, moment_text, plain
from core.views.words import is_note

MOST_DATES = 8  # what fits the width of a page and can still be read
_DENSE = 6.0  # pt: eight dates across the page
_MOST_PAST = 6  # visits already answered or missed
_PAST = ("done", "missed")
_UNPRINTED = "▯ stands for a letter this paper cannot print: identify by number and birth date."


def patient_report(
    picture: PatientPicture, about: About, acts: Sequence[Act] = (), lives: Mapping[str, Life] | None = None
) -> bytes:
    """The patient report as PDF.

    Args: acts: what people did about the patient by then, oldest first; lives: of the alerts that stand, by id.
    Hazard: HAZ-002 (name, birth date and identifier stand on every page).
    """
    told = lives or {}
    picture = tell_states(picture, told)
    sheet = Sheet(about, lambda one: draw_banner(one, picture))
    _say_title(sheet, picture, about)
    print_markup(sheet, verdicts(picture, lives=told))
    _draw_year(sheet, picture)
    _say_alerts(sheet, picture, told)
    _say_acts(sheet, acts)
    _say_results(sheet, picture)
    _say_schedule(sheet, picture)
    _say_unchecked(sheet, picture)
    _say_records(sheet, picture)
    say_about(sheet)
    return sheet.finish()


def draw_banner(sheet: Sheet, picture: PatientPicture) -> None:
    """Name, birth date, sex and identifiers as the screen's banner gives them, on top of every page."""
    found = read_markup(banner(picture))
    name, *facts = [read_runs(one, Run("")) for one in found.find("header") for one in _children(one)]
    for line in sheet.wrap([replace(run, bold=True) for run in name], WIDTH - 46, 12):
        sheet.y += 5
        sheet.runs(line, LEFT, sheet.y, 12)
    sheet.words(f"as of {date_text(picture.as_of)}", RIGHT, sheet.y, BODY, bold=True, align="R")
    flow = [run for fact in facts for run in (*_tight(fact), Run(" \u00a0 "))]
    for line in sheet.wrap(flow, WIDTH, BODY):
        sheet.y += 4
        sheet.runs(line, LEFT, sheet.y, BODY)
    if warning := unprinted_name(sheet, picture.person):
        sheet.y += 3.6
        sheet.words(warning, LEFT, sheet.y, SMALL, bold=True, colour=LIGHT.high)
    sheet.y += 1.6
    sheet.stroke(LIGHT.ink, 0.4)
    sheet.pdf.line(LEFT, sheet.y, RIGHT, sheet.y)
    sheet.y += 2.5


def unprinted_name(sheet: Sheet, person: Person) -> str:
    """What to say where a name has letters this paper cannot print; "" where it has none."""
    said = f"{person.family_name} {person.given_name} {person.patient_id}"
    return "" if sheet.can_print(said) else _UNPRINTED


def _children(node: Node) -> list[Node]:
    return [one for one in node.inside if isinstance(one, Node)]


def _tight(fact: list[Run]) -> list[Run]:
    """A label and its words on one line: "Born 12-Mar-1962 (64 y)"."""
    return [replace(run, text=run.text.replace(" ", "\u00a0")) for run in fact]


def _say_title(sheet: Sheet, picture: PatientPicture, about: About) -> None:
    imported = moment_text(picture.last_import, "never")
    said = f"Patient report as of {moment_text(picture.as_of)} · last import {imported}"
    sheet.paragraph(said, BODY, colour=LIGHT.muted, after=0.4)
    sheet.paragraph(about.place, BODY, bold=True, after=1.6)


def _draw_year(sheet: Sheet, picture: PatientPicture) -> None:
    sheet.heading("The last year", follow=60)
    if not picture.series and not picture.courses and not picture.events:
        sheet.paragraph("No results, no course and no event on record.")
        return
    draw_chart(sheet, picture)


def _say_alerts(sheet: Sheet, picture: PatientPicture, lives: Mapping[str, Life]) -> None:
    ordered = order_alerts(picture.alerts)
    alerts = [one for one in ordered if not is_note(one)]
    notes = [one for one in ordered if is_note(one)]
    beside = f" and {count_text(len(notes), 'note')}" if notes else ""
    sheet.heading(f"Alerts: {count_text(len(alerts), 'open alert')}{beside}", follow=24)
    if not ordered:
        sheet.paragraph("No alert stands on what was checked. That is no statement about what was not checked.")
    for alert in (*alerts, *notes):
        _say_alert(sheet, alert, picture, answer_line(lives.get(alert.alert_id)))


def _say_acts(sheet: Sheet, acts: Sequence[Act]) -> None:
    sheet.heading("What was done about it", follow=14)
    print_markup(sheet, acts_table(acts), SMALL)


def _say_alert(sheet: Sheet, alert: Alert, picture: PatientPicture, answer: str) -> None:
    print_markup(sheet, alert_card(alert, picture), BODY - 0.7)
    if answer:
        sheet.paragraph(answer, BODY - 0.7, indent=2.8, bold=True, after=2.0)


def _say_results(sheet: Sheet, picture: PatientPicture) -> None:
    shown = flowsheet(picture, most_dates=MOST_DATES)
    sheet.heading(f"Results: {shown.line}", follow=24)
    if not shown.total:
        sheet.paragraph("No results on record.")
        return
    head, rows = read_rows(find_tables(shown.table)[0])
    name, unit, reference = 25.0, 13.0, 14.0
    each = min((WIDTH - name - unit - reference) / shown.shown, 24.0)
    draw_table(sheet, [name, unit, reference, *[each] * shown.shown], _light(head), rows, _DENSE)
    for said in read_markup(shown.table).find("p"):
        if "n-elsewhere" in said.classes:
            sheet.paragraph(read_runs(said, Run("")), SMALL)
    sheet.paragraph(shown.legend, TINY, colour=LIGHT.muted)


def _light(head: list[Cell]) -> list[Cell]:
    """A head whose dates fit on one line."""
    return [
        Cell(tuple(tuple(replace(run, bold=False) for run in paragraph) for paragraph in one.paragraphs))
        for one in head
    ]


def _say_schedule(sheet: Sheet, picture: PatientPicture) -> None:
    past = sorted((one for one in picture.schedule if one.status in _PAST), key=lambda one: -one.due)
    open_ones = tuple(one for one in picture.schedule if one.status not in _PAST)
    kept = replace(picture, schedule=(*open_ones, *past[:_MOST_PAST]))
    total = len(picture.schedule)
    said = f"{len(open_ones):,} to come or overdue; showing {len(kept.schedule):,} of {count_text(total, 'test')}"
    sheet.heading(f"Schedule: {said if total else 'no test'}", follow=18)
    print_markup(sheet, schedule_table(kept), SMALL)


def _say_unchecked(sheet: Sheet, picture: PatientPicture) -> None:
    sheet.heading("What is not checked")
    said = []
    current = dict.fromkeys(one.drug for one in picture.courses if is_current(one, picture.as_of))
    if not current:
        said.append("No drug in use is on record: nothing is checked.")
    for drug in current:
        if drug not in picture.drugs_covered:
            said.append(f"{capital(plain(drug))}: Nadir has no rules for this drug.")
        elif missing := checked_line(picture, drug)[1]:
            said.append(f"{capital(plain(drug))}: {missing}")
    remedies = dict.fromkeys(plain(one.remedy) for one in picture.cannot_tell if one.remedy)
    for line in (*said, *(f"To mend: {remedy}" for remedy in remedies)):
        sheet.paragraph(line)
    if not said:
        sheet.paragraph("No rule of a drug in use was left unanswered; rules that are off until signed stand below.")
    print_markup(sheet, good_to_know(picture), SMALL)


def _say_records(sheet: Sheet, picture: PatientPicture) -> None:
    year = picture.as_of - 365 * DAY
    events = tuple(one for one in picture.events if one.end is None or one.end > year)
    sheet.heading(f"Courses: {count_text(len(picture.courses), 'course')}")
    print_markup(sheet, courses_table(picture), SMALL)
    older = f", {len(picture.events) - len(events):,} older not shown" if len(events) < len(picture.events) else ""
    sheet.heading(f"Events: {len(events):,} of the last year{older}")
    print_markup(sheet, events_table(replace(picture, events=events)), SMALL)
