"""Who needs somebody today, why, since when: one row per patient, gravest first, no high alert hidden uncounted."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from core.engine.standing import Alert, CannotTell, Visit
from core.records import PRIORITIES
from core.views.model import ClinicPicture, Person
from core.views.outside import unspoken_line, unspoken_lines
from core.views.people import is_current, name_and_age
from core.views.row_states import NO_ALERT, STATES, RowState
from core.views.shared_words import PatientSeries, SharedWords
from core.views.stage import stage_of
from core.views.text import count_text, plain, span_text
from core.views.trend import Points, Trend, choose_trend
from core.views.words import MARK_ORDER, MARKS, grave_order, is_note
from core.views.worklist_reason import (
    count_beyond_limit,
    held_since,
    list_marks,
    newest_count,
    say_next,
    say_quiet,
    say_reason,
    urgency_of,
)
from core.views.worklist_unsaid import add_marks, first_over, outside_of, say_over

_WORD = re.compile(r"[^\W_]+")
_Finding = TypeVar("_Finding", Alert, CannotTell)


@dataclass(frozen=True, slots=True)
class Row:
    """One patient on the worklist. marks: every state that holds, the first is shown; since: instant of that reason.

    not_checked is among the marks of whoever takes a drug without rules, whatever else was checked.
    high_alerts: how many of its open alerts are high. urgency: of the first alert (words.urgency). outside: newest
    results outside their range of which no alert speaks; only_outside: nothing else keeps it from IN LIMITS, or, of
    somebody who takes no drug with rules, from NOT CHECKED alone.
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
    outside: int = 0
    only_outside: bool = False


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
    return tuple(sorted(make_rows(picture, picture.people), key=_worst_first))


def make_rows(
    picture: ClinicPicture, names: Collection[str], answered: Collection[str] = (),
    over: Mapping[str, Sequence[Alert]] | None = None,
) -> list[Row]:  # fmt: skip
    """The rows of these patients, in no order. Args: answered (alerts, by id, that somebody dealt with: the headline is
    the worst of the others), over (high alerts that ended and nobody has looked since, by patient).
    """
    alerts = _by_patient(picture.standing.alerts)
    unknown = _by_patient(picture.standing.cannot_tell)
    overdue, coming = _list_waiting(picture.standing.schedule)
    said = SharedWords(picture)
    return [
        _row(
            said, picture.people[name], alerts.get(name, ()), unknown.get(name, ()), overdue.get(name, ()),
            coming.get(name, ()), PatientSeries(picture, name), answered, (over or {}).get(name, ()),
        )
        for name in names
    ]  # fmt: skip


def _worst_first(row: Row) -> tuple[int, int, int, str, int]:
    return MARK_ORDER[row.mark], row.urgency, row.since or 0, row.who, row.key


def count_marks(rows: Iterable[Row]) -> Mapping[str, int]:
    """How many patients carry each mark.

    A patient counts once among high, medium and low (the gravest), and again under cannot tell and overdue where those
    hold too, because each asks for something of its own.
    """
    counts = Counter(mark for row in rows for mark in row.marks)
    return {mark: counts[mark] for mark in MARKS}


def arrange(rows: Iterable[Row], states: Mapping[str, RowState], new: Collection[str]) -> tuple[Row, ...]:
    """Rows as they are worked: by mark; what somebody dealt with after what nobody did; what is past its time, then
    what cannot wait, then what is new, then the oldest. Looking at a patient moves them behind nobody worse.
    """

    def place(row: Row) -> tuple[int, int, bool, int, bool, tuple[int, int, int, str, int]]:
        state = states.get(row.patient_id, NO_ALERT)
        dealt = 2 if state.is_settled else 1 if state.leads_below(row.mark) else 0
        return (
            MARK_ORDER[row.mark], dealt, not state.is_late, row.urgency, row.patient_id not in new, _worst_first(row),
        )  # fmt: skip

    return tuple(sorted(rows, key=place))


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


def _row(
    said: SharedWords,
    person: Person,
    alerts: Sequence[Alert],
    unknown: Sequence[CannotTell],
    late: Sequence[Visit],
    coming: Sequence[Visit],
    series: Mapping[str, Points],
    answered: Collection[str],
    over: Sequence[Alert],
) -> Row:
    picture = said.picture
    courses = [one for one in picture.courses.get(person.patient_id, ()) if is_current(one, picture.as_of)]
    ordered: list[Alert] = []
    notes: list[Alert] = []
    for one in alerts:
        (notes if is_note(one) else ordered).append(one)
    if len(alerts) > 1:
        ordered.sort(key=lambda one: (one.alert_id in answered, grave_order(one)))
        notes.sort(key=grave_order)
    overdue = sorted(late, key=lambda one: one.window_end)
    drawn, leading = said.limits(courses)
    beyond = "" if ordered or unknown or overdue else count_beyond_limit(series, leading)
    held = held_since(courses, picture)
    quiet = "held" if held is not None else "low" if beyond else "in_limits"
    watched = {one.drug for one in courses if one.drug in picture.drugs_covered}
    all_held = bool(watched) and all(stage_of(courses, one, picture.as_of) == "held" for one in watched)
    outside = outside_of(picture, person.patient_id, alerts, unknown, covered=bool(watched))
    checked = list_marks(ordered, unknown, overdue, quiet if watched else "not_checked")
    marks = add_marks(
        checked,
        alarmed=any(one.alert_id not in answered for one in ordered),
        outside=bool(outside) and not all_held,
        over=[one.alert_id in picture.ran_out for one in over],
    )
    if any(one.drug not in picture.drugs_covered for one in courses) and "not_checked" not in marks:
        marks = (*marks, "not_checked")
    why, detail, since, unsaid = "", "", None, len(outside) if ordered else 0
    told_over = first_over(marks[0], over, picture.ran_out) if not ordered or marks[0] == "cannot_tell" else None
    if told_over is not None:
        why, detail, since = say_over(told_over, ran_out=told_over.alert_id in picture.ran_out)
    elif ordered or marks[0] not in ("held", "low"):
        why, detail, since = say_reason(marks[0], ordered, unknown, overdue, courses)
        if notes and marks[0] == "in_limits":
            why, detail = f"{why} · {count_text(len(notes), 'note')}", "; ".join(plain(one.title) for one in notes)
        if ordered and marks[0] in PRIORITIES and ordered[0].priority != marks[0]:  # the grave one is dealt with
            why = f"{MARKS[ordered[0].priority]}: {why}"
        if outside and ordered and ordered[0].alert_id in answered:  # what waits is what no alert says
            why, unsaid = f"{unspoken_line(outside)} · {why}", 0
    elif marks[0] == "low" and outside:
        why, detail, since = unspoken_line(outside), "; ".join(unspoken_lines(outside)), outside[0].at
    else:
        why, detail, since = say_quiet(held, beyond or newest_count(series))
        why = f"{why} · {unspoken_line(outside)}" if outside else why
    treatment = said.treatment(courses)
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
        more=(len(ordered) - 1 if ordered and marks[0] == ordered[0].priority else len(ordered)) + unsaid,
        since=since,
        since_text="" if since is None else span_text(since, picture.as_of),
        next_text=say_next(ordered, coming, picture.as_of),
        trend=choose_trend(series, ordered, unknown, drawn),
        urgency=urgency_of(marks[0], ordered, unknown, outside),
        high_alerts=sum(one.priority == "high" for one in ordered),
        categories=frozenset((*(one.category for one in alerts), *(one.category for one in unknown))),
        drugs=frozenset(one.drug for one in courses),
        site=plain(person.site),
        searched=" ".join(["", *_list_words(f"{who} {why} {person.site} {person.consultant} {treatment}")]),
        outside=len(outside),
        only_outside=bool(outside) and checked in (("in_limits",), ("not_checked",)) and not over,
    )


def _list_words(text: str) -> list[str]:
    """The words of a text, for a search by their beginnings."""
    return _WORD.findall(text.casefold())


def _list_waiting(visits: Iterable[Visit]) -> tuple[Mapping[str, list[Visit]], Mapping[str, tuple[Visit]]]:
    """The visits that a row speaks of, by patient: those that are overdue, and the next one."""
    overdue: dict[str, list[Visit]] = defaultdict(list)
    coming: dict[str, tuple[Visit]] = {}
    for one in visits:
        if one.status == "overdue":
            overdue[one.patient_id].append(one)
        elif one.status in ("due", "upcoming"):
            known = coming.get(one.patient_id)
            if known is None or one.due < known[0].due:
                coming[one.patient_id] = (one,)
    return overdue, coming


def _by_patient(findings: Iterable[_Finding]) -> Mapping[str, list[_Finding]]:
    grouped: dict[str, list[_Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.patient_id].append(finding)
    return grouped
