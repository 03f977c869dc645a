"""One patient in five lines under the worklist: why, who says so, what cannot be told, the last results."""

from __future__ import annotations

from itertools import pairwise

from core.engine.standing import Alert
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import ClinicPicture
from core.views.names import analyte_name, usual_decimals
from core.views.people import describe_age, full_name, is_current
from core.views.sentences import advice_line, capital, fact_line, held_line, stance_line, treatment_line
from core.views.text import change_text, count_text, date_text, join_words, plain
from core.views.trend import Trend
from core.views.words import MARKS, grave_order, reason_words, words
from core.views.worklist import Row

_MOST_ALERTS = 2
_MOST_CAUSES = 1
_MOST_RESULTS = 5


def preview(picture: ClinicPicture, row: Row) -> Markup:
    """The selected patient at a glance: name, treatment, the gravest reasons with who says what, the last results."""
    person = picture.people[row.patient_id]
    courses = [one for one in picture.courses.get(row.patient_id, ()) if is_current(one, picture.as_of)]
    alerts = sorted(
        (one for one in picture.standing.alerts if one.patient_id == row.patient_id),
        key=grave_order,
    )
    unknown = [one for one in picture.standing.cannot_tell if one.patient_id == row.patient_id]
    head = tag(
        "div",
        tag("span", full_name(person), css="n-name"),
        tag("span", describe_age(person, picture.as_of), css="n-muted"),
        tag("span", plain(person.patient_id), css="n-muted"),
        tag("span", treatment_line(courses, picture.drugs_covered)),
        css="n-row",
    )
    lines = [_alert(one) for one in alerts[:_MOST_ALERTS]]
    causes: dict[tuple[str, str], dict[str, None]] = {}
    for one in unknown:
        causes.setdefault((one.reason, one.remedy), {})[words(one.category)] = None
    for (reason, remedy), judged in list(causes.items())[:_MOST_CAUSES]:
        what = f"{capital(join_words(judged))}: {reason_words(reason)}"
        lines.append(_line(mark_tag("cannot_tell"), what, plain(remedy)))
    further = [
        count_text(count, what)
        for count, what in ((len(alerts) - _MOST_ALERTS, "more alert"), (len(causes) - _MOST_CAUSES, "more blind spot"))
        if count > 0
    ]
    if further:
        lines.append(tag("li", tag("span"), tag("div", f"and {join_words(further)}", css="n-muted")))
    if not lines:
        lines.append(_line(mark_tag(row.mark), row.why, row.why_detail))
    return tag("section", head, tag("ul", *lines, css="n-reasons"), _last_results(row.trend), css="n-card n-preview")


def _alert(alert: Alert) -> Markup:
    held = f"{capital(held_line(alert))}. " if alert.held else ""
    return _line(mark_tag(alert.priority), fact_line(alert), held + advice_line(alert), stance_line(alert))


def _line(mark: Markup, what: str, *beneath: str) -> Markup:
    return tag("li", mark, tag("div", what, *(tag("div", line, css="n-muted") for line in beneath)))


def _last_results(trend: Trend) -> Markup | None:
    """The last five numbers of the series the row shows, newest first, each with its change since the one before.

    A newer result that is only a bound, disputed or unreadable stands before them, as such.
    Hazard: HAZ-011 (an older number taken for the newest).
    """
    if not trend.analyte:
        return None
    first = []
    if trend.bound is not None:
        first.append(tag("td", tag("b", trend.last_text), tag("br"), date_text(trend.bound[0])))
    if trend.unread:
        verb = "judged" if trend.unread in ("censored", "conflicting_duplicate") else "read"
        said = f"newest result cannot be {verb}: {reason_words(trend.unread)}"
        first.append(tag("td", tag("span", f"{MARKS['cannot_tell'].shape} {said}", css="n-missing")))
    if not first and not trend.points:
        return None
    usual = usual_decimals(trend.analyte)
    changes = ["", *(change_text(before[1], after[1], usual=usual) for before, after in pairwise(trend.points))]
    newest = list(zip(changes, trend.points, strict=True))[: -_MOST_RESULTS - 1 : -1]
    cells = [
        tag("td", tag("b", trend.text(value)), " ", tag("span", change, css="n-muted"), tag("br"), date_text(at))
        for change, (at, value) in newest
    ]
    name = tag("th", analyte_name(trend.analyte), tag("br"), tag("span", "newest first", css="n-muted"), scope="row")
    return tag("table", tag("tr", name, *first, *cells), css="n-results")
