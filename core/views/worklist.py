"""Who needs somebody today, why, since when: one row per patient, gravest first, no high alert hidden uncounted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.engine.standing import Alert, CannotTell, Visit
from core.records import DAY, PRIORITIES
from core.views.limits import out_of_limit
from core.views.model import ClinicPicture, CourseLine, LimitLine, Person
from core.views.names import analyte_name, analyte_unit, measured_text, short_name
from core.views.people import is_current, name_and_age
from core.views.row_states import NO_ALERT, NOBODY, STATES, RowState
from core.views.sentences import advice_line, capital, short_why, treatment_line
from core.views.text import count_text, date_text, join_words, plain, span_text
from core.views.trend import Points, Trend, choose_trend
from core.views.words import (
    MARK_ORDER,
    MARKS,
    agreement,
    grave_order,
    gravest,
    is_note,
    reason_words,
    response_words,
    urgency,
    words,
)

_COUNT = "neutrophils"
_WORD = re.compile(r"[^\W_]+")
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
    owners: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shown:
    """The rows left after filtering, and what filters and pages hide.

    hidden_high: patients with a high alert who are not among `rows`, whatever hides them; on_other_pages: those of them
    whom a page hides. matching: patients the filters leave (None: all of `rows`); first: place of the first row.
    """

    rows: tuple[Row, ...]
    total: int
    hidden_high: int
    on_other_pages: int = 0
    matching: int | None = None
    first: int = 0

    @property
    def line(self) -> str:
        """The line above every list: how many of how many, how many patients with a high alert are hidden (P15)."""
        return f"{self.count} · {self.hidden_high:,} high hidden{self.hidden_where}"

    @property
    def count(self) -> str:
        """How many of how many."""
        if self.matching is None or self.matching == len(self.rows):
            return f"showing {len(self.rows):,} of {count_text(self.total, 'patient')}"
        last = self.first + len(self.rows)
        return (
            f"showing {self.first + 1:,} to {last:,} of {self.matching:,} that match, "
            f"of {count_text(self.total, 'patient')}"
        )

    @property
    def hidden_where(self) -> str:
        """What hides them, "" where no page does."""
        if not self.on_other_pages:
            return ""
        filtered = self.hidden_high - self.on_other_pages
        return f" ({self.on_other_pages:,} on other pages, {filtered:,} by filters)"


def list_patients(picture: ClinicPicture) -> tuple[Row, ...]:
    """Everybody as one row each: gravest first, then what cannot wait, then the oldest reason, then by name."""
    if "worklist" not in picture.derived:
        picture.derived["worklist"] = _make_rows(picture)
    return picture.derived["worklist"]


def _make_rows(picture: ClinicPicture) -> tuple[Row, ...]:
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


def arrange(rows: Iterable[Row], states: Mapping[str, RowState], new: Collection[str]) -> tuple[Row, ...]:
    """Rows as they are worked: by mark; what somebody dealt with after what nobody did; what cannot wait, then what is
    new, then the oldest.
    """

    def place(row: Row) -> tuple[int, bool, bool, bool]:
        state = states.get(row.patient_id, NO_ALERT)
        return MARK_ORDER[row.mark], state.is_settled, row.urgency > 0, row.patient_id not in new

    return tuple(sorted(rows, key=place))  # stable: within one place the order of `list_patients` holds


def narrow(
    rows: Sequence[Row],
    choice: Choice,
    states: Mapping[str, RowState] | None = None,
    new: Collection[str] = (),
) -> Shown:
    """The rows that match every filter. Hazard: HAZ-008 (what is hidden is counted, always)."""
    wanted = [f" {word}" for word in _list_words(choice.text)]
    known = states or {}

    def matches(row: Row) -> bool:
        return (
            (not choice.marks or not choice.marks.isdisjoint(row.marks))
            and (not choice.categories or not choice.categories.isdisjoint(row.categories))
            and (not choice.drugs or not choice.drugs.isdisjoint(row.drugs))
            and (not choice.sites or row.site in choice.sites)
            and (not choice.owners or not choice.owners.isdisjoint(known.get(row.patient_id, NO_ALERT).owners))
            and (not choice.states or _is_in(row, choice.states, known, new))
            and all(word in row.searched for word in wanted)
        )

    kept = tuple(rows) if choice == Choice() else tuple(row for row in rows if matches(row))
    hidden_high = sum(row.high_alerts > 0 for row in rows) - sum(row.high_alerts > 0 for row in kept)
    return Shown(kept, len(rows), hidden_high)


def _is_in(row: Row, wanted: Collection[str], states: Mapping[str, RowState], new: Collection[str]) -> bool:
    codes = states.get(row.patient_id, NO_ALERT).codes
    return not codes.isdisjoint(wanted) or ("new" in wanted and row.patient_id in new)


def turn_to(shown: Shown, page: int, size: int) -> Shown:
    """One page of what the filters left; the high alerts on the other pages count as hidden (P15)."""
    pages = max(1, -(-len(shown.rows) // size))
    first = min(max(page, 0), pages - 1) * size
    rows = shown.rows[first : first + size]
    elsewhere = sum(row.high_alerts > 0 for row in shown.rows) - sum(row.high_alerts > 0 for row in rows)
    return replace(
        shown, rows=rows, hidden_high=shown.hidden_high + elsewhere, on_other_pages=elsewhere,
        matching=len(shown.rows), first=first,
    )  # fmt: skip


def count_states(states: Mapping[str, RowState], new: Collection[str]) -> dict[str, int]:
    """How many patients each word of STATES holds for."""
    counts = Counter(code for state in states.values() for code in state.codes)
    counts["new"] = len(new)
    return {code: counts[code] for code in STATES if counts[code]}


def list_options(picture: ClinicPicture) -> Mapping[str, tuple[str, ...]]:
    """What the rows can be narrowed to by reason, drug and site; made once per picture."""
    if "options" not in picture.derived:
        reasons: set[str] = set()
        drugs: set[str] = set()
        sites: set[str] = set()
        for row in list_patients(picture):
            reasons |= row.categories
            drugs |= row.drugs
            sites.add(row.site)
        found = {"reason": tuple(sorted(reasons)), "drug": tuple(sorted(drugs)), "site": tuple(sorted(sites - {""}))}
        picture.derived["options"] = (found,)
    options: Mapping[str, tuple[str, ...]] = picture.derived["options"][0]
    return options


def columns(
    rows: Sequence[Row],
    draw: Callable[[Trend], str],
    states: Mapping[str, RowState] | None = None,
    new: Collection[str] = (),
) -> dict[str, list[object]]:
    """The rows as the table's columns. draw: a trend as an image address."""
    held = [(states or {}).get(row.patient_id, NO_ALERT) for row in rows]
    return {
        "mark": [[str(MARKS[row.mark])] for row in rows],
        "new": ["new" if row.patient_id in new else "" for row in rows],
        "patient": [row.who for row in rows],
        "treatment": [row.treatment for row in rows],
        "why": [row.why if row.more == 0 else f"{row.why}  +{row.more} more" for row in rows],
        "trend": [draw(row.trend) for row in rows],
        "since": [row.since_text for row in rows],
        "state": [state.text for state in held],
        "owner": [_owner(state) for state in held],
        "next": [state.next_text or row.next_text for row, state in zip(rows, held, strict=True)],
        "open": ["Open"] * len(rows),
    }


def _owner(state: RowState) -> str:
    others = len(state.owners - {state.owner, NOBODY})
    return state.owner + (f" +{others} more" if others else "")


def _row(
    picture: ClinicPicture,
    person: Person,
    alerts: Sequence[Alert],
    unknown: Sequence[CannotTell],
    visits: Sequence[Visit],
    series: dict[str, Points],
) -> Row:
    courses = [one for one in picture.courses.get(person.patient_id, ()) if is_current(one, picture.as_of)]
    ordered = sorted((one for one in alerts if not is_note(one)), key=grave_order)
    notes = sorted((one for one in alerts if is_note(one)), key=grave_order)
    overdue = sorted((one for one in visits if one.status == "overdue"), key=lambda one: one.window_end)
    limits = [line for one in courses for line in picture.limits.get(one.drug, ())]
    beyond = _count_beyond_limit(series, limits)
    held = _held_since(courses, picture)
    quiet = "held" if held is not None else "low" if beyond else "in_limits"
    covered = any(one.drug in picture.drugs_covered for one in courses)
    marks = _marks(ordered, unknown, overdue, quiet if covered else "not_checked")
    if ordered or marks[0] not in ("held", "low"):
        why, detail, since = _reason(marks[0], ordered, unknown, overdue, courses)
        if notes and marks[0] == "in_limits":
            why, detail = f"{why} · {count_text(len(notes), 'note')}", "; ".join(plain(one.title) for one in notes)
    else:
        why, detail, since = _quiet(held, beyond or _newest_count(series))
    treatment = treatment_line(courses, picture.drugs_covered)
    who = f"{name_and_age(person, picture.as_of)} · {plain(person.patient_id)}"
    return Row(
        key=person.key,
        patient_id=person.patient_id,
        mark=marks[0],
        marks=marks,
        who=who,
        treatment=treatment,
        why=why,
        why_detail=detail,
        more=len(ordered) - 1 if ordered and marks[0] == ordered[0].priority else len(ordered),
        since=since,
        since_text="" if since is None else span_text(since, picture.as_of),
        next_text=_next(ordered, visits, picture.as_of),
        trend=choose_trend(series, ordered, unknown, limits),
        urgency=_urgency(marks[0], ordered, unknown),
        high_alerts=sum(one.priority == "high" for one in ordered),
        categories=frozenset((*(one.category for one in alerts), *(one.category for one in unknown))),
        drugs=frozenset(one.drug for one in courses),
        site=plain(person.site),
        searched=" ".join(["", *_list_words(f"{who} {why} {person.site} {person.consultant} {treatment}")]),
    )


def _marks(
    alerts: Sequence[Alert], unknown: Sequence[CannotTell], overdue: Sequence[Visit], otherwise: str
) -> tuple[str, ...]:
    """Every mark that holds, gravest first; IN LIMITS only where something was checked and nothing found or missing.

    An alert that rests on a bound, or whose newest result could not be judged, is also one that cannot be told.
    """
    marks = [gravest((one.priority for one in alerts), "")] if alerts else []
    blind = any(one.held or any(item.comparator for item in one.evidence) for one in alerts)
    marks += ["cannot_tell"] if unknown or blind else []
    marks += ["overdue"] if overdue else []
    if not marks and not alerts:
        return (otherwise,)
    return tuple(sorted(marks, key=MARK_ORDER.__getitem__))


def _urgency(mark: str, alerts: Sequence[Alert], unknown: Sequence[CannotTell]) -> int:
    """What comes first among patients of one mark: what cannot wait, and an unknown neutrophil count."""
    if mark == "cannot_tell":
        return 0 if any(one.category == "neutropenia" for one in unknown) else 1
    return 10 * urgency(alerts[0]) - agreement(alerts[0]) if alerts else 0


def _held_since(courses: Sequence[CourseLine], picture: ClinicPicture) -> int | None:
    """Since when a drug with rules is on hold; None where none is."""
    holds = [
        one.start
        for one in courses
        if one.status == "on-hold" and one.start <= picture.as_of and one.drug in picture.drugs_covered
    ]
    return min(holds, default=None)


def _newest_count(series: dict[str, Points]) -> str:
    """The newest neutrophil count with its date, "" without one."""
    points = series.get(_COUNT, ())
    if not points:
        return ""
    at, value = points[-1]
    return f"{analyte_name(_COUNT)} {measured_text(_COUNT, value, unit=analyte_unit(_COUNT))}, {date_text(at)}"


def _count_beyond_limit(series: dict[str, Points], limits: Sequence[LimitLine]) -> str:
    """The newest neutrophil count where it lies beyond a limit drawn for it, else ""."""
    points = series.get(_COUNT, ())
    drawn = [one for one in limits if one.analyte == _COUNT]
    return f"{_newest_count(series)}, beyond a drawn limit" if points and out_of_limit(points[-1][1], drawn) else ""


def _quiet(held: int | None, count: str) -> tuple[str, str, int | None]:
    """The reason of a patient on hold, or whose count lies beyond a drawn limit, without an alert.

    Hazard: HAZ-014 (neither is ever called in limits).
    """
    detail = "No alert stands on what was checked."
    if held is None:
        return count, detail, None
    return " · ".join(part for part in (f"HELD since {date_text(held)}", count) if part), detail, held


def _list_words(text: str) -> list[str]:
    """The words of a text, for a search by their beginnings."""
    return _WORD.findall(text.casefold())


def _reason(
    mark: str,
    alerts: Sequence[Alert],
    unknown: Sequence[CannotTell],
    overdue: Sequence[Visit],
    courses: Sequence[CourseLine],
) -> tuple[str, str, int | None]:
    """The gravest reason in two lines, and since when it holds."""
    if mark in PRIORITIES or (mark == "cannot_tell" and not unknown):
        return short_why(alerts[0]), advice_line(alerts[0]), alerts[0].since
    if mark == "cannot_tell":
        oldest = min(unknown, key=lambda one: (one.category != "neutropenia", one.since))
        what = join_words(dict.fromkeys(words(one.category) for one in unknown))
        return f"{capital(what)}: {reason_words(oldest.reason)}", plain(oldest.remedy), oldest.since
    if mark == "overdue":
        tests = ", ".join(dict.fromkeys(analyte_name(one.test) for one in overdue))
        return f"{tests} overdue", f"was due {date_text(overdue[0].due)}", overdue[0].window_end
    if mark == "in_limits":
        return "No alert stands on what was checked", "Open the patient for what that was.", None
    unheard = ", ".join(dict.fromkeys(plain(one.drug) for one in courses))
    return ("No rules for these drugs", unheard, None) if unheard else ("No monitored drug", "no current course", None)


def _next(alerts: Sequence[Alert], visits: Sequence[Visit], as_of: int) -> str:
    """How soon somebody should look; where no alert asks for it, the next test that is due."""
    if alerts:
        return capital(response_words(alerts[0].priority))
    coming = min((one for one in visits if one.status in ("due", "upcoming")), key=lambda one: one.due, default=None)
    if coming is None:
        return ""
    if coming.due // DAY < as_of // DAY:
        return f"{short_name(coming.test)} due {span_text(coming.due, as_of)} ago"
    return f"{short_name(coming.test)} {date_text(coming.due)}"


def _by_patient(findings: Iterable[_Finding]) -> Mapping[str, list[_Finding]]:
    grouped: dict[str, list[_Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.patient_id].append(finding)
    return grouped
