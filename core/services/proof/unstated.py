"""A rule about the indication where none of the vocabulary is on file: nobody said what the drug is given for."""

from __future__ import annotations

from typing import Any

from core.engine.standing import Alert
from core.protocols.kinds import CourseRule
from core.records import INDICATIONS
from core.services.proof.clauses import related_rules
from core.services.proof.record import PATIENT, Record

_TITLE = "No indication is recorded, or it is recorded as other"
_ADVICE = (
    "No indication is recorded, or only “other”: whether this is off-label cannot be told; consider recording what the "
    "drug is given for."
)


def lacks_indication(record: Record) -> bool:
    """Whether every course of the drug that has not ended is for OTHER, which is what a blank indication is kept as."""
    c = record.cohort.courses
    mine = (c.patient == PATIENT) & (c.drug == record.drug) & (record.at < c.end)
    return bool(mine.any() and (c.indication[mine] == INDICATIONS.index("OTHER")).all())


def say_without_indication(told: dict[str, Any], alert: Alert, record: Record) -> dict[str, Any]:
    """The proof of an alert about the indication itself, where none is on file; any other proof as it was."""
    about = {c.rule_id for c in related_rules(alert, record) if isinstance(c.rule, CourseRule)}
    if alert.rule_id not in about:
        return told
    positions = [{**one, "advice": _ADVICE} if one["rule_id"] in about else one for one in told["alert"]["positions"]]
    alone = [{**one, "title": _TITLE} if one["speaks"] else one for one in told["jurisdictions"]]
    return told | {
        "alert": told["alert"] | {"title": _TITLE, "advice": _ADVICE, "positions": positions},
        "jurisdictions": alone,
        "would_clear": f"An indication of the label recorded for the course of {record.drug}, or its end date.",
    }
