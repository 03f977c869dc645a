"""One patient at a glance beside a list: a verdict per drug, the proof in lines, who acted, the last results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from core.acts import Life
from core.engine.standing import Alert, CannotTell
from core.views.asked_once import ask_once
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import ClinicPicture, CourseLine, Outside, Unread
from core.views.names import analyte_name, usual_decimals
from core.views.outside import unspoken_lines
from core.views.patient import order_alerts, verdict_mark, verdict_words
from core.views.people import describe_age, full_name, is_current
from core.views.row_states import alerts_of, is_open, open_first, unknown_of, visits_of
from core.views.sentences import advice_line, fact_line, held_line, response_line, stance_line, treatment_line
from core.views.shared_words import PatientSeries, SharedWords
from core.views.stage import stage_of
from core.views.text import capital, change_text, count_text, date_text, join_words, plain
from core.views.trend import Trend
from core.views.unit_words import print_units
from core.views.words import MARKS, is_note, reason_words, words
from core.views.worklist import Row
from core.views.worklist_reason import count_beyond_limit, say_reason
from core.views.worklist_unsaid import add_marks, outside_of, over_line

_MOST_ALERTS = 2
_MOST_CAUSES = 1
_MOST_OUTSIDE = 3
_MOST_RESULTS = 5


def preview(
    picture: ClinicPicture, row: Row, lives: Mapping[str, Life] | None = None, ended: Sequence[Alert] = (),
    *, most: int = _MOST_ALERTS,
) -> Markup:  # fmt: skip
    """The selected patient: name, treatment, verdict per drug, the gravest reasons with who says what and who acted.

    Args: lives (of the patient's alerts, by id); ended (high alerts that ended and nobody has seen); most (so many
          alerts are told, every high one that waits among them and first; the rest is counted).
    """
    told_lives = lives or {}
    person = picture.people[row.patient_id]
    courses = [one for one in picture.courses.get(row.patient_id, ()) if is_current(one, picture.as_of)]
    alerts = [one for one in alerts_of(picture).get(row.patient_id, ()) if not is_note(one)]
    notes = [one for one in alerts_of(picture).get(row.patient_id, ()) if is_note(one)]
    unknown = unknown_of(picture).get(row.patient_id, ())
    head = tag(
        "div",
        tag("span", full_name(person), css="n-name"),
        tag("span", describe_age(person, picture.as_of), css="n-muted"),
        tag("span", plain(person.patient_id), css="n-muted"),
        tag("span", treatment_line(courses, picture.drugs_covered)),
        css="n-row",
    )
    asked = ask_once(open_first(alerts, told_lives))
    urgent = [one for one in alerts if one.priority == "high" and is_open(one, told_lives)]
    told = [*urgent, *(one for one in order_alerts(asked) if one not in urgent)][: max(most, len(urgent))]
    lines = [_alert(one, picture.as_of, told_lives.get(one.alert_id)) for one in told]
    lines += [_ended(one, picture, told_lives.get(one.alert_id)) for one in ended]
    causes: dict[tuple[str, str], dict[str, None]] = {}
    for one in unknown:
        causes.setdefault((one.reason, one.remedy), {})[words(one.category)] = None
    most_causes = max(_MOST_CAUSES, most // 2)
    for (reason, remedy), judged in list(causes.items())[:most_causes]:
        what = f"{capital(join_words(judged))}: {reason_words(reason)}"
        lines.append(_line(mark_tag("cannot_tell"), what, plain(remedy)))
    further = [
        count_text(count, what)
        for count, what in ((len(alerts) - len(told), "more alert"), (len(causes) - most_causes, "more blind spot"))
        if count > 0
    ]
    outside = _outside(picture, row, courses, unknown)
    if "overdue" in row.marks and row.mark != "overdue" and not alerts and not unknown:
        lines.append(_overdue(picture, row))
    lines += [_line(mark_tag("low"), one) for one in unspoken_lines(outside[:_MOST_OUTSIDE])]
    if len(outside) > _MOST_OUTSIDE:
        further.append(f"{len(outside) - _MOST_OUTSIDE:,} more outside their range")
    if further:
        lines.append(tag("li", tag("span"), tag("div", f"and {join_words(further)}", css="n-muted")))
    if not lines or (row.mark == "held" and not alerts):
        lines.insert(0, _line(mark_tag(row.mark), row.why, "" if notes else row.why_detail))
    if notes:
        known = "; ".join(fact_line(one) for one in notes)
        lines.append(tag("li", tag("span", "to know", css="n-muted"), tag("div", known)))
    answers = _verdicts(picture, row, alerts, unknown, courses, ended)
    reasons = tag("ul", *lines, css="n-reasons")
    unread = picture.unread.get((row.patient_id, row.trend.analyte), ())
    return tag("section", head, answers, reasons, _last_results(row.trend, unread), css="n-card n-preview")


def _outside(
    picture: ClinicPicture, row: Row, courses: Sequence[CourseLine], unknown: Sequence[CannotTell]
) -> tuple[Outside, ...]:
    """What the row counts as outside its range, the farthest first."""
    covered = any(one.drug in picture.drugs_covered for one in courses)
    return outside_of(
        picture, row.patient_id, alerts_of(picture).get(row.patient_id, ()), unknown, covered=covered
    )  # fmt: skip


def _overdue(picture: ClinicPicture, row: Row) -> Markup:
    late = [one for one in visits_of(picture).get(row.patient_id, ()) if one.status == "overdue"]
    late.sort(key=lambda one: one.window_end)
    why, detail, _ = say_reason("overdue", (), (), late, ())
    return _line(mark_tag("overdue"), why, detail)


def _verdicts(
    picture: ClinicPicture, row: Row, alerts: Sequence[Alert], unknown: Sequence[CannotTell],
    courses: Sequence[CourseLine], ended: Sequence[Alert],
) -> Markup | None:  # fmt: skip
    """One answer per drug; a drug without rules is named as not checked."""
    limits = SharedWords(picture).limits(courses)[1]
    onward = "low" if count_beyond_limit(PatientSeries(picture, row.patient_id), limits) else "in_limits"
    late = [one for one in visits_of(picture).get(row.patient_id, ()) if one.status == "overdue"]
    said = []
    for drug in dict.fromkeys(one.drug for one in courses if one.drug in picture.drugs_covered):
        mine = [one for one in alerts if one.drug == drug]
        overdue = [one for one in late if one.drug == drug]
        over = [one.alert_id in picture.ran_out for one in ended if one.drug == drug]
        stage = stage_of(courses, drug, picture.as_of)
        unsaid = add_marks((), alarmed=bool(mine), outside=bool(row.outside) and stage != "held", over=over)
        quiet = "held" if stage == "held" else onward
        mark = verdict_mark(mine, [one for one in unknown if one.drug == drug], overdue, quiet, unsaid)
        answer = tag("b", verdict_words(mine, mark, stage))
        said.append(tag("span", tag("b", plain(drug)), " ", mark_tag(mark), " ", answer))
    for drug in dict.fromkeys(one.drug for one in courses if one.drug not in picture.drugs_covered):
        said.append(tag("span", tag("b", plain(drug)), " ", mark_tag("not_checked")))
    return tag("div", *said, css="n-row") if said else None


def _alert(alert: Alert, as_of: int, life: Life | None) -> Markup:
    held = f"{capital(held_line(alert))}. " if alert.held else ""
    stance = f"{stance_line(alert)} · respond {response_line(alert, as_of)}"
    done = (tag("b", life_line(life)),) if life is not None and life_line(life) else ()
    return _line(mark_tag(alert.priority), fact_line(alert), held + advice_line(alert), stance, *done)


def _ended(alert: Alert, picture: ClinicPicture, life: Life | None) -> Markup:
    """A high alert that ended and nobody has seen: never a mark that reads as leave to go on (HAZ-014)."""
    ran_out = alert.alert_id in picture.ran_out
    when = over_line(alert, ran_out=ran_out, answered=life is not None and life.acted is not None)
    if ran_out:
        return _line(mark_tag("cannot_tell"), fact_line(alert), when)
    return _line(mark_tag("low"), f"No longer: {fact_line(alert)}", when)


def life_line(life: Life) -> str:
    """What people did about an alert, in one line; "" while nobody did."""
    said = print_units(plain(life.why))
    if life.breached:
        said = f"Past its time: to be answered by {date_text(life.due_by)}. {said}"
    return said.strip() + (f" Owner: {plain(life.owner)}." if life.owner else "")


def _line(mark: Markup, what: str, *beneath: str) -> Markup:
    return tag("li", mark, tag("div", what, *(tag("div", line, css="n-muted") for line in beneath if line)))


def _last_results(trend: Trend, unread: Sequence[Unread] = ()) -> Markup | None:
    """The last five results of the series the row shows, newest first, each number with its change since the one
    before. A moment without a number has a cell of its own, with what stands there.

    A newer result that is only a bound, disputed or unreadable stands before them, as such.
    Hazard: HAZ-011 (an older number taken for the newest, or one of two for the true one).
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
    if not first and not trend.points and not unread:
        return None
    usual = usual_decimals(trend.analyte)
    changes = ["", *(change_text(before[1], after[1], usual=usual) for before, after in pairwise(trend.points))]
    cells = [
        (at, tag("td", tag("b", trend.text(value)), " ", tag("span", change, css="n-muted"), tag("br"), date_text(at)))
        for change, (at, value) in zip(changes, trend.points, strict=True)
    ]
    cells += [(one.at, _unread_cell(one, trend)) for one in unread]
    newest = [cell for _, cell in sorted(cells, key=lambda cell: -cell[0])[:_MOST_RESULTS]]
    name = tag("th", analyte_name(trend.analyte), tag("br"), tag("span", "newest first", css="n-muted"), scope="row")
    table = tag("table", tag("tr", name, *first, *newest), css="n-results")
    return tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label="Last results")


def _unread_cell(one: Unread, trend: Trend) -> Markup:
    """A moment without a number: both of two values, or that what stands there cannot be read."""
    said = " or ".join(trend.text(value) for value in one.values) or "unreadable"
    return tag("td", tag("span", f"{MARKS['cannot_tell'].shape} {said}", css="n-missing"), tag("br"), date_text(one.at))
