"""The words and marks of the contract's codes, as a clinician reads them. No mark needs its colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.engine.standing import Alert
from core.records import ACTIONS, PRIORITIES, RESPOND_WITHIN_DAYS, UNKNOWN_INDICATION, UNREADABLE_SEVERITY
from core.views.text import capital


@dataclass(frozen=True, slots=True)
class Mark:
    """A state as shape and word together: alive in greyscale, in print and when read aloud."""

    code: str
    shape: str
    word: str

    def __str__(self) -> str:
        return f"{self.shape} {self.word}"


#: Gravest first; a patient or a drug carries the first that applies.
MARKS: Mapping[str, Mark] = {
    mark.code: mark
    for mark in (
        Mark("high", "▲", "HIGH"),
        Mark("medium", "◆", "MEDIUM"),
        Mark("cannot_tell", "◌", "CANNOT TELL"),
        Mark("low", "●", "LOW"),
        Mark("overdue", "◷", "OVERDUE"),
        Mark("held", "‖", "HELD"),
        Mark("in_limits", "✓", "IN LIMITS"),
        Mark("not_checked", "–", "NOT CHECKED"),
    )
}
MARK_ORDER: Mapping[str, int] = {code: place for place, code in enumerate(MARKS)}

_ABBREVIATIONS = {"aki": "AKI"}
_REASONS = {
    "no_result": "no result yet",
    "stale_result": "result too old",
    "no_unit": "no unit",
    "unknown_unit": "unit not recognised",
    "implausible": "implausible",
    "censored": "reported only as < or >, across the limit",
    "not_numeric": "not a number",
    "missing_weight": "no usable weight",
    "missing_height": "no usable height",
    "missing_sex": "sex not stated",
    "missing_birth_date": "birth date not stated",
    "missing_baseline": "no earlier result to compare",
    "missing_reference_range": "no reference range",
    "unsteady_creatinine": "creatinine not steady",
    "out_of_scope_age": "outside the ages the equation covers",
    "unknown_dose": "dose cannot be read",
    "unknown_frequency": "frequency cannot be read",
    "conflicting_duplicate": "two different results for one moment",
    "not_evaluated": "evaluation failed",
    "not_covered": "no rules for this drug",
    "ambiguous_date": "date can be read as two days",
    "bad_date": "date cannot be read",
    "future_date": "date in the future",
    "before_birth": "date before birth",
    "missing_value": "a cell is blank",
    "unknown_code": "word not recognised",
    "refused_treatment": "treatment row refused",
    "refused_event": "event row refused",
    "refused_patient": "patient's row refused",
}
#: What waits in quarantine instead of standing in a patient's record; said by the screens alone.
REFUSED_ROWS = ("refused_treatment", "refused_event", "refused_patient")
_OPERATORS = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above", "==": "equal to"}
_PHASES = {
    "planned": "a planned treatment", "running": "treatment being taken", "held": "treatment on hold",
    "ended": "treatment that has ended",
}  # fmt: skip
_COURSE_STATUSES = {"on-hold": "held"}
_AUTHORITIES = {"LOCAL": "Nadir default"}


def words(code: str) -> str:
    """A contract code as plain words: renal_dosing as "renal dosing", aki as "AKI"."""
    return _ABBREVIATIONS.get(code, code.replace("_", " "))


def title_words(code: str) -> str:
    """A contract code as a heading: "Renal dosing"."""
    return capital(words(code))


def reason_words(reason: str) -> str:
    """Why a rule cannot tell, in words; an unknown code still reads as itself, never as nothing."""
    return _REASONS.get(reason, words(reason))


def response_words(priority: str) -> str:
    """How soon a priority expects somebody to look: today, within 7 days, at next review."""
    within_days = RESPOND_WITHIN_DAYS[priority]
    if within_days is None:
        return "at next review"
    return "today" if within_days == 0 else f"within {within_days} days"


def authority_words(authority: str) -> str:
    """Who says so, as a clinician reads it: LOCAL is a default of this program, not of anybody's guideline."""
    return _AUTHORITIES.get(authority, authority)


def phase_words(phase: str) -> str:
    """A phase of a drug as what the patient has: "a planned treatment", "treatment on hold"."""
    return _PHASES[phase]


def operator_words(operator: str | None) -> str:
    """A comparison in words: "below", "at or above"."""
    return _OPERATORS.get(operator or "", "against")


def status_words(status: str) -> str:
    """A course's status as the clinic says it."""
    return _COURSE_STATUSES.get(status, words(status))


def gravest(codes: Iterable[str], otherwise: str) -> str:
    """The gravest of several mark codes."""
    return min(codes, key=MARK_ORDER.__getitem__, default=otherwise)


def urgency(alert: Alert) -> int:
    """What cannot wait comes first among alerts of one priority: a possible neutropenic infection, then whatever holds
    or stops treatment, then reviews, last what only asks for a test.
    """
    if alert.category == "neutropenic_infection":
        return 0
    if alert.action in ("do_not_start", "stop", "withhold", "avoid"):
        return 1
    return 3 if alert.action in ("repeat_test", "request_test") else 2


def is_note(alert: Alert) -> bool:
    """Whether an alert is to be known rather than acted on: it informs about a standing fact, not about a result."""
    return alert.priority == "low" and alert.action == "inform" and not any(item.analyte for item in alert.evidence)


def agreement(alert: Alert) -> int:
    """How many authorities call it as grave as it is: a deeper count is high for more of them than a slight one."""
    return len({one.authority for one in alert.positions if one.priority == alert.priority})


def grave_order(alert: Alert) -> tuple[int, int, int, int, int]:
    """Sort key of alerts: priority, what cannot wait, the strictest action, how many say so, the oldest."""
    strictness = ACTIONS.index(alert.action) if alert.action in ACTIONS else len(ACTIONS)
    return PRIORITIES.index(alert.priority), urgency(alert), strictness, -agreement(alert), alert.since


def indication_words(indication: str) -> str:
    """What a drug is given for; where nobody wrote it, that it is not known."""
    return "indication not known" if indication == UNKNOWN_INDICATION else indication


def severity_words(severity: str) -> str:
    """How grave an event was; where that cannot be read, that it cannot. "" where nothing was written."""
    return "severity not readable" if severity == UNREADABLE_SEVERITY else words(severity) if severity else ""
