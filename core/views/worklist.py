"""Who needs somebody today, why, since when: one row per patient, gravest first, no high alert hidden uncounted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from core.engine.standing import Alert, CannotTell, Visit
from core.records import PRIORITIES
from core.views.model import ClinicPicture, CourseLine, Person
from core.views.names import analyte_name, short_name
from core.views.people import full_name, is_current, name_and_age
from core.views.sentences import advice_line, capital, fact_line, treatment_line
from core.views.text import count_text, date_text, join_words, plain, span_text
from core.views.trend import Points, Trend, choose_trend
from core.views.words import MARK_ORDER, MARKS, grave_order, gravest, reason_words, response_words, urgency, words

_Finding = TypeVar("_Finding", Alert, CannotTell, Visit)


@dataclass(frozen=True, slots=True)
class Row:
    """One patient on the worklist. marks: every state that holds, the first is shown; since: instant of that reason.

    high_alerts: how many of its open alerts are high. urgency: of the first alert (words.urgency).
    """

    key: int
    patient_id: str
    mark: str
    marks: tuple[str, ...]
    who: str
    treatment: str
    why: str
    why_detail: str
    more: int
    since: int | None
    since_text: str
    next_text: str
    trend: Trend
    high_alerts: int
    urgency: int
    categories: frozenset[str]
    drugs: frozenset[str]
    site: str
    searched: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the list is narrowed to; an empty set narrows nothing."""

    marks: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    drugs: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows left after filtering, and what the filters hide."""

    rows: tuple[Row, ...]
    total: int
    hidden_high: int

    @property
    def line(self) -> str:
        """The line above every list: how many of how many, and how many high alerts the filters hide (P15)."""
        return f"showing {len(self.rows):,} of {count_text(self.total, 'patient')} · {self.hidden_high:,} high hidden"


def list_patients(picture: ClinicPicture) -> tuple[Row, ...]:
    """Everybody as one row each: gravest first, then what cannot wait, then the oldest reason, then by name."""
    alerts = _by_patient(picture.standing.alerts)
    unknown = _by_patient(picture.standing.cannot_tell)
    visits = _by_patient(picture.standing.schedule)
    series: dict[str, dict[str, Points]] = defaultdict(dict)
    for (name, analyte), points in picture.sparks.items():
        series[name][analyte] = points
    rows = [
        _row(picture, person, alerts.get(name, ()), unknown.get(name, ()), visits.get(name, ()), series.get(name, {}))
        for name, person in picture.people.items()
    ]
    return tuple(sorted(rows, key=lambda row: (MARK_ORDER[row.mark], row.urgency, row.since or 0, row.who, row.key)))


def count_marks(rows: Iterable[Row]) -> Mapping[str, int]:
    """How many patients carry each mark.

    A patient counts once among high, medium and low (the gravest), and again under cannot tell and overdue where those
    hold too, because each asks for something of its own.
    """
    counts = Counter(mark for row in rows for mark in row.marks)
    return {mark: counts[mark] for mark in MARKS}


def narrow(rows: Sequence[Row], choice: Choice) -> Shown:
    """The rows that match every filter. Hazard: HAZ-008 (what is hidden is counted, always)."""
    wanted = choice.text.casefold().split()

    def matches(row: Row) -> bool:
        return (
            (not choice.marks or not choice.marks.isdisjoint(row.marks))
            and (not choice.categories or not choice.categories.isdisjoint(row.categories))
            and (not choice.drugs or not choice.drugs.isdisjoint(row.drugs))
            and (not choice.sites or row.site in choice.sites)
            and all(word in row.searched for word in wanted)
        )

    kept = tuple(row for row in rows if matches(row))
    hidden_high = sum(row.high_alerts for row in rows) - sum(row.high_alerts for row in kept)
    return Shown(kept, len(rows), hidden_high)


def columns(rows: Sequence[Row], draw: Callable[[Trend], str]) -> dict[str, list[object]]:
    """The rows as the table's columns. draw: a trend as an image address."""
    return {
        "mark": [[str(MARKS[row.mark])] for row in rows],
        "patient": [row.who for row in rows],
        "why": [row.why if row.more == 0 else f"{row.why}  +{row.more} more" for row in rows],
        "trend": [draw(row.trend) for row in rows],
        "since": [row.since_text for row in rows],
        "next": [row.next_text for row in rows],
        "treatment": [row.treatment for row in rows],
        "open": ["Open"] * len(rows),
    }


def _row(
    picture: ClinicPicture,
    person: Person,
    alerts: Sequence[Alert],
    unknown: Sequence[CannotTell],
    visits: Sequence[Visit],
    series: dict[str, Points],
) -> Row:
    courses = [one for one in picture.courses.get(person.patient_id, ()) if is_current(one, picture.as_of)]
    ordered = sorted(alerts, key=grave_order)
    overdue = sorted((one for one in visits if one.status == "overdue"), key=lambda one: one.window_end)
    marks = _marks(ordered, unknown, overdue, covered=any(one.drug in picture.drugs_covered for one in courses))
    why, detail, since = _reason(marks[0], ordered, unknown, overdue, courses)
    treatment = treatment_line(courses, picture.drugs_covered)
    limits = [line for one in courses for line in picture.limits.get(one.drug, ())]
    return Row(
        key=person.key,
        patient_id=person.patient_id,
        mark=marks[0],
        marks=marks,
        who=name_and_age(person, picture.as_of),
        treatment=treatment,
        why=why,
        why_detail=detail,
        more=max(0, len(ordered) - 1),
        since=since,
        since_text="" if since is None else span_text(since, picture.as_of),
        next_text=_next(ordered, visits),
        trend=choose_trend(series, ordered, limits),
        urgency=urgency(ordered[0]) if ordered else 0,
        high_alerts=sum(one.priority == "high" for one in ordered),
        categories=frozenset((*(one.category for one in ordered), *(one.category for one in unknown))),
        drugs=frozenset(one.drug for one in courses),
        site=plain(person.site),
        searched=f"{full_name(person)} {plain(person.patient_id)} {treatment} {plain(person.consultant)}".casefold(),
    )


def _marks(
    alerts: Sequence[Alert], unknown: Sequence[CannotTell], overdue: Sequence[Visit], *, covered: bool
) -> tuple[str, ...]:
    """Every mark that holds, gravest first; IN LIMITS only where something was checked and nothing found or missing."""
    marks = [gravest((one.priority for one in alerts), "")] if alerts else []
    marks += ["cannot_tell"] if unknown else []
    marks += ["overdue"] if overdue else []
    return tuple(marks) or (("in_limits",) if covered else ("not_checked",))


def _reason(
    mark: str,
    alerts: Sequence[Alert],
    unknown: Sequence[CannotTell],
    overdue: Sequence[Visit],
    courses: Sequence[CourseLine],
) -> tuple[str, str, int | None]:
    """The gravest reason in two lines, and since when it holds."""
    if mark in PRIORITIES:
        return fact_line(alerts[0]), advice_line(alerts[0]), alerts[0].since
    if mark == "cannot_tell":
        oldest = min(unknown, key=lambda one: one.since)
        what = join_words(dict.fromkeys(words(one.category) for one in unknown))
        return f"{capital(what)}: {reason_words(oldest.reason)}", plain(oldest.remedy), oldest.since
    if mark == "overdue":
        tests = ", ".join(dict.fromkeys(analyte_name(one.test) for one in overdue))
        return f"{tests} overdue", f"was due {date_text(overdue[0].due)}", overdue[0].window_end
    if mark == "in_limits":
        return "No alert stands on what was checked", "Open the patient for what that was.", None
    unheard = ", ".join(dict.fromkeys(plain(one.drug) for one in courses))
    return ("No rules for these drugs", unheard, None) if unheard else ("No monitored drug", "no current course", None)


def _next(alerts: Sequence[Alert], visits: Sequence[Visit]) -> str:
    """How soon somebody should look; where no alert asks for it, the next test that is due."""
    if alerts:
        return capital(response_words(alerts[0].priority))
    coming = min((one for one in visits if one.status in ("due", "upcoming")), key=lambda one: one.due, default=None)
    return "" if coming is None else f"{short_name(coming.test)} {date_text(coming.due)}"


def _by_patient(findings: Iterable[_Finding]) -> Mapping[str, list[_Finding]]:
    grouped: dict[str, list[_Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.patient_id].append(finding)
    return grouped
