"""What a moved number would have done, in counts a clinician can weigh, and whom it would have concerned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.records import FAR
from core.views.markup import Markup, join, tag
from core.views.model import Person
from core.views.people import name_and_age
from core.views.text import MINUS, count_text, date_text, number_text, plain
from core.views.words import MARKS, reason_words, words

#: What may become of a patient, and what the reader calls it.
KINDS: Mapping[str, str] = {
    "gained": "Gained: would have fired, did not",
    "lost": "Lost: fired, would not have",
    "cannot_tell": "Cannot tell: with the trial value nobody could judge",
    "newly_told": "Newly told: nobody could judge, would have fired",
    "changed": "Changed: another time or priority",
    "unchanged": "Unchanged: the same either way",
}


_RARE = ("cannot_tell", "newly_told")  # said only where somebody is


@dataclass(frozen=True, slots=True)
class Fired:
    """One stretch in which a rule was met, or (priority "cannot_tell") could not be judged for a reason. closed: FAR =
    still. value: the gravest number judged, None = none.
    """

    rule_id: str
    opened: int
    closed: int
    priority: str
    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PatientChange:
    """One patient under both sets of rules. kind: a key of KINDS. was, would: the stretches that differ (all of them
    where none does), last those that only one of them leaves without an answer.
    """

    patient_id: str
    kind: str
    was: tuple[Fired, ...]
    would: tuple[Fired, ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """One set of rules over the period. patients: for whom the rule fired; alerts: begun in the period; open_now: at
    its end; draws: fewest that keep every visit in its window; per month of treatment, per year of treatment (None: no
    treatment in the period).
    """

    patients: int
    alerts: int
    open_now: int
    draws: int
    alerts_per_patient_month: float | None
    draws_per_patient_year: float | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The answer. start, end: the period (instants); treated: patients on the drug in it, untouched: those of them for
    whom no affected rule fires either way; months: of treatment. rules: all whose findings the number can touch.
    not_treated: of those for whom one fires, how many were not on the drug in the period: it was planned, or on hold.
    """

    rule_id: str
    start: int
    end: int
    treated: int
    untouched: int
    months: float
    before: Rates
    after: Rates
    patients: tuple[PatientChange, ...]
    rules: tuple[str, ...]
    not_treated: int = 0

    def count(self, kind: str) -> int:
        """How many patients of one kind."""
        return sum(one.kind == kind for one in self.patients)


def summary(answer: WhatIf) -> str:
    """The whole answer in one sentence."""
    counts = Counter(one.kind for one in answer.patients)
    beside = f" {answer.not_treated:,} of those concerned had it planned or on hold." if answer.not_treated else ""
    told = [f"{counts[kind]:,} {words(kind)}" for kind in KINDS if counts[kind] or kind not in _RARE]
    return (
        f"{count_text(answer.treated, 'patient')} on the drug from {date_text(answer.start)} to "
        f"{date_text(answer.end)}: {', '.join(told)}, {answer.untouched:,} never concerned.{beside}"
    )


def trial_sentence(answer: WhatIf, title: str, place: str, stands: str, value: float, switch: bool) -> str:
    """What was tried, and that it is only a trial. Args: title (of the rule, in words)."""
    trial = ("evaluated" if value else "off") if switch else number_text(value)
    beside = f" Judged again with it: {count_text(len(answer.rules), 'rule')}." if len(answer.rules) > 1 else ""
    return f"Trial, not a change: {title}. {place}: {trial} instead of {stands}.{beside} Rule id: {answer.rule_id}."


def rates_table(answer: WhatIf) -> Markup:
    """Before and after side by side, with the difference."""
    one, other = answer.before, answer.after
    rows: list[tuple[str, float | None, float | None]] = [
        ("Patients this rule fired for", one.patients, other.patients),
        ("Alerts begun on these facts", one.alerts, other.alerts),
        ("Alerts open at the end", one.open_now, other.open_now),
        (
            "Alerts per 100 patient-months", _hundred(one.alerts_per_patient_month),
            _hundred(other.alerts_per_patient_month),
        ),
        ("Draws asked for", one.draws, other.draws),
        ("Draws per patient-year", one.draws_per_patient_year, other.draws_per_patient_year),
    ]  # fmt: skip
    head = tag("tr", *(tag("th", name, scope="col") for name in ("", "As it is", "Trial value", "Difference")))
    body = [
        tag(
            "tr", tag("th", name, scope="row"), *(tag("td", _rate(value), css="n-number") for value in (was, would)),
            tag("td", _difference(was, would), css="n-number"),
        )
        for name, was, would in rows
    ]  # fmt: skip
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", join(body)), css="n-table"), css="n-scroll", tabindex=0
    )


def apart_line(answer: WhatIf) -> str:
    """Why the alerts move less (or more) than the patients for whom the rule fires; "" where both move alike."""
    fired, begun = (
        other - one
        for one, other in ((answer.before.patients, answer.after.patients), (answer.before.alerts, answer.after.alerts))
    )
    if not fired or fired == begun:
        return ""
    return (
        "An alert is one fact with everything said about it. Where another rule or authority speaks about the same "
        "fact, its alert stands whether or not this rule fires."
    )


def _hundred(rate: float | None) -> float | None:
    return None if rate is None else 100 * rate


def _rate(value: float | None) -> str:
    if value is None:
        return "no treatment"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


def _difference(was: float | None, would: float | None) -> str:
    if was is None or would is None:
        return ""
    change = would - was
    shown = f"{abs(change):,}" if isinstance(change, int) else f"{abs(change):,.2f}"
    if not float(shown.replace(",", "")):
        return "±0"
    return ("+" if change > 0 else MINUS) + shown


def columns(changes: Sequence[PatientChange], people: Mapping[str, Person], as_of: int) -> dict[str, list[str]]:
    """Patients as a table's columns."""
    return {
        "kind": [words(one.kind) for one in changes],
        "patient": [_who(one, people, as_of) for one in changes],
        "was": [_stretches(one.was) or "did not fire" for one in changes],
        "would": [_stretches(one.would) or "would not fire" for one in changes],
        "open": ["Open"] * len(changes),
    }


def _who(one: PatientChange, people: Mapping[str, Person], as_of: int) -> str:
    person = people.get(one.patient_id)
    return plain(one.patient_id) if person is None else f"{name_and_age(person, as_of)} · {plain(one.patient_id)}"


def _stretches(found: Sequence[Fired]) -> str:
    """The newest two stretches, how grave or why nobody could judge, and how many more."""
    newest = sorted(found, key=lambda one: -one.opened)
    said = []
    for one in newest[:2]:
        mark = MARKS[one.priority].word if one.priority in MARKS else ""
        blind = one.priority == "cannot_tell"
        until = (", still" if blind else ", still met") if one.closed >= FAR else f" to {date_text(one.closed)}"
        value = "" if one.value is None else f" ({bound_text(one.value)})"
        why = f": {reason_words(one.reason)}" if one.reason else ""
        said.append(f"{mark}{value} {date_text(one.opened)}{until}{why}".strip())
    return "; ".join(said) + (f"; {len(newest) - 2} more" if len(newest) > 2 else "")


def bound_text(value: float) -> str:
    """A judged number; one a hair beside a printed one was reported as less or more than that: "<2"."""
    printed = round(value, 9)
    sign = "" if printed == value else "<" if value < printed else ">"
    return sign + number_text(printed)
