"""Recall: who is due, overdue or never tested, who did not come, and which tests go into one draw."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from core.alerts.promises import Promise
from core.engine.standing import Visit
from core.records import DAY
from core.views.draws import Draw, Need, change_interval, find_needs, is_late, merge_draws
from core.views.model import ClinicPicture, Person
from core.views.names import analyte_name
from core.views.people import is_current, is_dead, name_and_age
from core.views.promised_needs import list_promised
from core.views.sentences import treatment_line
from core.views.text import join_words, plain
from core.views.words import Mark

_WORD = re.compile(r"[^\W_]+")

#: What a patient may be on this screen, the gravest first: the ladder of who did not come, then what is asked for.
STATES: Mapping[str, Mark] = {
    mark.code: mark
    for mark in (
        Mark("hold_supply", "▲", "HOLD SUPPLY"),
        Mark("second", "◆", "SECOND MISSED"),
        Mark("first", "●", "FIRST MISSED"),
        Mark("never", "◌", "NEVER TESTED"),
        Mark("overdue", "◷", "OVERDUE"),
        Mark("due", "○", "DUE"),
        Mark("upcoming", "→", "UPCOMING"),
    )
}
_NEVER_SILENT = ("hold_supply", "second", "first", "never", "overdue")  # hidden by a filter, these are counted
#: How far ahead draws may be listed, in days, and what the reader calls it: a choice of this screen.
HORIZONS: Mapping[int, str] = {7: "7 days", 14: "2 weeks", 28: "4 weeks", 56: "8 weeks"}
USUAL_HORIZON = 28


@dataclass(frozen=True, slots=True)
class Override:
    """Another interval for one test of one patient, as somebody set it. set_at, expires: instants; expires is its last
    day. key: of the patient. by: who set it; owner: who answers for it.
    """

    row_id: int
    key: int
    drug: str
    test: str
    interval_days: int
    reason: str
    owner: str
    by: str
    set_at: int
    expires: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What an override comes to for one test. before: the rule's own next need, None where no rule asks any more;
    after: with the override's dates, None where it cannot apply (why says so).
    """

    override: Override
    before: Need | None
    after: Need | None
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One patient on the recall list. states: all that hold, gravest first. needs by due day; draws the earliest
    first. missed: most windows missed in a row by one test.
    """

    key: int
    patient_id: str
    who: str
    treatment: str
    site: str
    states: tuple[str, ...]
    needs: tuple[Need, ...]
    draws: tuple[Draw, ...]
    missed: int
    changes: tuple[Changed, ...]
    searched: frozenset[str] = field(repr=False)

    @property
    def next(self) -> Draw:
        return self.draws[0]

    @property
    def late_since(self) -> int | None:
        """The day after the first window that closed without a result, None where none did."""
        return min((need.closes + DAY for need in self.needs if is_late(need)), default=None)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the list is narrowed to; an empty set narrows nothing."""

    states: frozenset[str] = frozenset()
    drugs: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    horizon_days: int = USUAL_HORIZON
    text: str = ""


def first_of_day(instant: int) -> int:
    """The first instant of an instant's day."""
    return instant // DAY * DAY


def list_lines(
    picture: ClinicPicture,
    overrides: Sequence[Override] = (),
    last_results: Mapping[tuple[int, str], int] | None = None,
    promises: Iterable[Promise] = (),
) -> tuple[Line, ...]:
    """Everybody of whom a test is asked, who did not come first, then the longest late, then by the day of the draw.

    Args: overrides in force; last_results: (key, test) -> instant of the last readable result, of patients with one;
          promises of a result: those of a repeat that has not come yet are asked for as well.
    """
    if "recall" not in picture.derived:
        picture.derived["recall"] = _make_lines(picture)
    today = first_of_day(picture.as_of)
    plain_lines = _add_promised(picture, picture.derived["recall"], list_promised(promises, today))
    if not overrides:
        return plain_lines
    own: dict[int, list[Override]] = defaultdict(list)
    for one in overrides:
        own[one.key].append(one)
    lines = [
        _overridden(picture, line, own[line.key], last_results or {}, today) if line.key in own else line
        for line in plain_lines
    ]
    return tuple(sorted(lines, key=_order))


def _make_lines(picture: ClinicPicture) -> tuple[Line, ...]:
    visits: dict[str, list[Visit]] = defaultdict(list)
    for visit in picture.standing.schedule:
        visits[visit.patient_id].append(visit)
    today = first_of_day(picture.as_of)
    lines = []
    for name, own in visits.items():
        needs = find_needs(own, today)
        if needs and not is_dead(picture.people[name], picture.as_of):
            lines.append(_line(picture, picture.people[name], needs, (), today))
    return tuple(sorted(lines, key=_order))


def _add_promised(
    picture: ClinicPicture, lines: tuple[Line, ...], promised: Mapping[str, tuple[Need, ...]]
) -> tuple[Line, ...]:
    by_patient, today = {line.patient_id: line for line in lines}, first_of_day(picture.as_of)
    for name, own in promised.items():
        if not is_dead(picture.people[name], picture.as_of):
            asked = by_patient[name].needs if name in by_patient else ()
            needs = tuple(sorted((*asked, *own), key=lambda need: (need.due, need.drug, need.test)))
            by_patient[name] = _line(picture, picture.people[name], needs, (), today)
    return tuple(sorted(by_patient.values(), key=_order)) if promised else lines


def _order(line: Line) -> tuple[int, int, int, int, str, int]:
    late = line.late_since
    step = list(STATES).index(line.states[0])
    return step, late if late is not None else 0, line.next.day, line.next.last, line.who, line.key


def _line(
    picture: ClinicPicture, person: Person, needs: tuple[Need, ...], changes: tuple[Changed, ...], today: int
) -> Line:
    courses = [one for one in picture.courses.get(person.patient_id, ()) if is_current(one, picture.as_of)]
    who = f"{name_and_age(person, picture.as_of)} · {plain(person.patient_id)}"
    treatment = treatment_line(courses, picture.drugs_covered)
    found = {need.status for need in needs} | {need.step for need in needs if need.step}
    ladder = [state for state in ("hold_supply", "second", "first") if state in found][:1]
    states = tuple(state for state in STATES if state in ladder or state in found - {"hold_supply", "second", "first"})
    return Line(
        person.key, person.patient_id, who, treatment, plain(person.site), states, needs, merge_draws(needs, today),
        max(need.missed for need in needs), changes,
        frozenset(_list_words(f"{who} {treatment} {person.site} {person.consultant}")),
    )  # fmt: skip


def _overridden(
    picture: ClinicPicture, line: Line, overrides: Iterable[Override], last: Mapping[tuple[int, str], int], today: int
) -> Line:
    needs = {id(need): need for need in line.needs}
    changes = []
    for one in overrides:
        own = [
            need for need in line.needs if (need.drug, need.test) == (one.drug, one.test) and not need.promised
        ]  # an interval moves the rule's visits; what somebody promised stays
        base = last.get((line.key, one.test))
        if not own:
            changes.append(Changed(one, None, None, "no rule asks for this test now"))
        elif base is None:
            changes.append(Changed(one, own[0], None, "there is no result yet to count from; the rule's dates stay"))
        else:
            since = first_of_day(one.set_at)
            after = change_interval(own[0], first_of_day(base), one.interval_days, since, today)
            changes.append(Changed(one, own[0], after, ""))
            for need in own:
                del needs[id(need)]
            needs[id(after)] = after
    ordered = tuple(sorted(needs.values(), key=lambda need: (need.due, need.drug, need.test)))
    return _line(picture, picture.people[line.patient_id], ordered, tuple(changes), today)


def count_states(lines: Iterable[Line]) -> Mapping[str, int]:
    """How many patients each state holds for; one may count under several."""
    counts = Counter(state for line in lines for state in line.states)
    return {state: counts[state] for state in STATES}


def narrow(lines: Sequence[Line], choice: Choice, as_of: int) -> tuple[Line, ...]:
    """The patients with a draw inside the horizon who match every filter."""
    until = first_of_day(as_of) + choice.horizon_days * DAY
    wanted = _list_words(choice.text)
    return tuple(
        line
        for line in lines
        if line.next.day < until
        and (not choice.states or not choice.states.isdisjoint(line.states))
        and (not choice.drugs or any(need.drug in choice.drugs for need in line.needs))
        and (not choice.tests or any(need.test in choice.tests for need in line.needs))
        and (not choice.sites or line.site in choice.sites)
        and all(any(found.startswith(word) for found in line.searched) for word in wanted)
    )


def keep_ahead(lines: Sequence[Line], choice: Choice, as_of: int) -> tuple[Line, ...]:
    """The same patients with only the draws inside the horizon."""
    until = first_of_day(as_of) + choice.horizon_days * DAY
    return tuple(replace(line, draws=tuple(draw for draw in line.draws if draw.day < until)) for line in lines)


def hidden_beside(lines: Sequence[Line], shown: Sequence[Line]) -> str:
    """What the filters hide of those who matter most: never hidden in silence."""
    keys = {line.key for line in shown}
    hidden = Counter(line.states[0] for line in lines if line.key not in keys)
    parts = [f"{hidden[state]:,} {STATES[state].word}" for state in _NEVER_SILENT if hidden[state]]
    return f"hidden: {join_words(parts)}" if parts else "0 late or never tested hidden"


def count_failed(picture: ClinicPicture) -> int:
    """How many patients could not be evaluated: nobody knows what is due of them, so none of them is a line."""
    return len({one.patient_id for one in picture.standing.cannot_tell if one.reason == "not_evaluated"})


def tests_text(draw: Draw) -> str:
    """The tests of one draw by name."""
    return ", ".join(analyte_name(test) for test in draw.tests)


def _list_words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
