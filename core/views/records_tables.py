"""Tables of one patient: the schedule, doses and events, and every charted value in rows (the chart's twin)."""

from __future__ import annotations

from core.engine.standing import Visit
from core.views.lanes import event_name
from core.views.margin import margin_text
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import CourseLine, EventLine, PatientPicture
from core.views.names import analyte_name, measured_text, unit_text
from core.views.panels import make_panels, remarks, value_text
from core.views.sentences import span_line
from core.views.text import date_text, dose_text, moment_text, plain, span_text
from core.views.unbroken import unbroken
from core.views.words import authority_words, severity_words, status_words, words

_STATUS_ORDER = {"overdue": 0, "due": 1, "upcoming": 2, "missed": 3, "done": 3}
_NOTHING_SCHEDULED = (
    "No test is scheduled: the schedule starts with a running or planned course of a drug Nadir has rules for."
)


def schedule_table(picture: PatientPicture) -> Markup:
    """What is due when: overdue first, then what comes, then the past, newest first."""
    if not picture.schedule:
        return tag("p", _NOTHING_SCHEDULED)
    ordered = sorted(
        picture.schedule,
        key=lambda one: (_STATUS_ORDER[one.status], one.due if _STATUS_ORDER[one.status] < 3 else -one.due),
    )
    heads = [
        tag("th", head, scope="col")
        for head in ("Status", "Test", "Due", "Window", "Asked for by", "Drug", "Answered by")
    ]
    return _scrolling("Schedule", heads, [_visit_row(one, picture) for one in ordered])


def courses_table(picture: PatientPicture) -> Markup:
    """Every course, newest first; a dose always with its frequency."""
    if not picture.courses:
        return tag("p", "No course on record. Import medications.")
    heads = [
        tag("th", head, scope="col")
        for head in ("Drug", "Dose", "Indication", "From – to", "Status", "Reason", "Rules", "Source")
    ]
    rows = [
        tag(
            "tr", tag("th", tag("b", plain(one.drug)), scope="row"),
            tag("td", dose_text(one.dose_text, one.frequency_text, one.route)), tag("td", plain(one.indication)),
            tag("td", unbroken(span_line(one.start, one.end))), tag("td", status_words(one.status)),
            tag("td", plain(one.reason)),
            tag("td", "checked" if one.drug in picture.drugs_covered else mark_tag("not_checked")), _source(one),
        )
        for one in sorted(picture.courses, key=lambda one: -one.start)
    ]  # fmt: skip
    return _scrolling("Courses", heads, rows)


def events_table(picture: PatientPicture) -> Markup:
    """Everything that happened, newest first."""
    if not picture.events:
        return tag("p", "No event on record.")
    heads = [tag("th", head, scope="col") for head in ("Event", "When", "Severity", "Code", "Source")]
    rows = [
        tag(
            "tr",
            tag("th", event_name(one), scope="row"),
            tag("td", unbroken(span_line(one.start, one.end))),
            tag("td", plain(severity_words(one.severity))),
            tag("td", plain(one.code)),
            _source(one),
        )
        for one in sorted(picture.events, key=lambda one: -one.start)
    ]
    return _scrolling("Events", heads, rows)


def chart_columns(picture: PatientPicture, chosen: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every value the chart draws as rows, newest first: test, moment, value, unit, remarks, source line."""
    entries = sorted(
        (
            (point.at, panel.analyte, point)
            for panel in make_panels(picture, chosen)
            for points in (panel.trusted, panel.censored, panel.disputed, panel.superseded, panel.unreadable)
            for point in points
        ),
        key=lambda entry: (-entry[0], entry[1]),
    )
    limits = {
        line.analyte: [one.limit for one in picture.limits if one.analyte == line.analyte] for line in picture.limits
    }
    return {
        "Test": [analyte_name(analyte) for _, analyte, _ in entries],
        "Collected": [moment_text(at) for at, _, _ in entries],
        "Value": [
            "" if point.value is None else value_text(analyte, point, limits.get(analyte, ()))
            for _, analyte, point in entries
        ],
        "Unit": [unit_text(point.unit) for _, _, point in entries],
        "Margin to limit": [margin_text(analyte, point, picture.limits) for _, analyte, point in entries],
        "Remarks": ["; ".join(remarks(point)) for _, _, point in entries],
        "Source": [f"{plain(point.file)} row {point.row}" if point.file else "computed" for _, _, point in entries],
    }


def _source(line: CourseLine | EventLine) -> Markup:
    """The line of a file that a course or an event came with."""
    return tag("td", f"{plain(line.file)}, row {line.row:,}" if line.file else "", css="n-muted")


def _visit_row(visit: Visit, picture: PatientPicture) -> Markup:
    late = f" ({span_text(visit.due, picture.as_of)} after it was due)" if visit.status == "overdue" else ""
    answered = next((point for point in picture.series.get(visit.test, ()) if point.row_id == visit.satisfied_by), None)
    result = ""
    if answered is not None and answered.value is not None:
        value = measured_text(visit.test, answered.value, answered.comparator, answered.unit)
        result = f"{value} on {date_text(answered.at)}"
    return tag(
        "tr", tag("td", mark_tag("overdue") if visit.status == "overdue" else words(visit.status)),
        tag("th", analyte_name(visit.test), scope="row"), tag("td", unbroken(date_text(visit.due) + late)),
        tag("td", unbroken(f"{date_text(visit.window_start)} to {date_text(visit.window_end)}")),
        tag("td", ", ".join(map(authority_words, visit.authorities))), tag("td", plain(visit.drug)),
        tag("td", unbroken(result)),
    )  # fmt: skip


def _scrolling(label: str, heads: list[Markup], rows: list[Markup]) -> Markup:
    """A table that scrolls sideways on a narrow screen, reachable by keyboard."""
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), css="n-table n-records")
    return tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label=label)
