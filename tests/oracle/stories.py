"""Small patients told in one line per fact, for tests that read like a chart."""

from __future__ import annotations

import tomllib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import count
from math import inf, nextafter
from typing import Any

from core.protocols.schema import Protocol
from core.records import DAY, FAR
from tests.oracle.facts import CourseRow, EventRow, PatientFacts, ResultRow, instant_of
from tests.oracle.oracle import evaluate_patient
from tests.oracle.reference import fill_in, read_rules, with_floats

_row_ids = count(1)
DRUG = "anakinra"
Fact = ResultRow | CourseRow | EventRow


def protocol(text: str) -> dict[str, Any]:
    """A small protocol of the rules in the text, as a file would have it and as the grammar allows it.

    What every rule must say and no test is about (keys, advice, why, who says it) is filled in.
    """
    shell = {
        "drug": DRUG, "title": "Test", "version": "1", "reviewed": {"by": "", "on": "", "next": ""},
        "documents": {"NADIR": {"document": "Test", "version": "1"}},
        "schedule": {
            "restart_after_days": 28,
            "source": {"document": "Test", "section": "1", "version": "1", "checked": "choice"},
        },
    }  # fmt: skip
    read = tomllib.loads(text, parse_float=Decimal)
    source = shell["schedule"]["source"]  # type: ignore[index]
    events = {name: {"source": source} | group for name, group in read.get("events", {}).items()}
    whole = fill_in(shell | {"events": events, "rule": read["rule"]})
    Protocol.model_validate(with_floats(whole))
    return whole


@cache
def _rules() -> tuple[dict[str, Any], dict[str, Any]]:
    return read_rules(DRUG)


def instant(text: str) -> int:
    """`2026-01-31` or `2026-01-31T08:10` as an instant."""
    moment = datetime.fromisoformat(text)
    return instant_of(moment.date()) + moment.hour * 3600 + moment.minute * 60 + moment.second


def end_of(text: str) -> int:
    """The last second of the day."""
    return instant_of(date.fromisoformat(text)) + DAY - 1


def bounds(value: str) -> tuple[Decimal, Decimal, str]:
    """Lowest and highest number a value as given can mean, and its comparator: `<1.5` is any float below 1.5."""
    number = value.lstrip("<>=")
    comparator = value[: len(value) - len(number)]
    exact = Decimal(number)
    below = exact if "=" in comparator else Decimal(repr(nextafter(float(exact), -inf)))
    above = exact if "=" in comparator else Decimal(repr(nextafter(float(exact), inf)))
    if comparator.startswith("<"):
        return Decimal("-Infinity"), below, comparator
    if comparator.startswith(">"):
        return above, Decimal("Infinity"), comparator
    return exact, exact, ""


def result(analyte: str, value: str, at: str, *, reason: str = "", **other: Any) -> ResultRow:
    """One result; with a reason it is the trace of an unreadable one. known, superseded: as text; ref_high: as text."""
    low, high, comparator = bounds(value) if value else (Decimal("NaN"), Decimal("NaN"), "")
    return ResultRow(
        next(_row_ids), analyte, instant(at), low, high, comparator, reason,
        Decimal(other["ref_high"]) if "ref_high" in other else None,
        instant(other.get("known", at)), instant(other["superseded"]) if "superseded" in other else FAR,
    )  # fmt: skip


def course(
    start: str,
    end: str = "",
    *,
    status: str = "active",
    per_day: float | None = 1.0,
    indication: str = "RA",
    dose: str = "100 mg",
    drug: str = DRUG,
) -> CourseRow:
    """One course, of the drug unless another is named; `end` is its last day; dose "" cannot be read."""
    amount = Decimal(dose.split(maxsplit=1)[0]) if dose else None
    until = instant(end) + DAY if end else FAR
    return CourseRow(drug, indication, per_day, status, instant(start), until, amount, dose.endswith("/kg"))


def event(kind: str, start: str, end: str = "", *, act: bool = False, **words: str) -> EventRow:
    """One event; `end` is its last day; an act without an end is over after its day."""
    until = instant(end) + DAY if end else instant(start) + DAY if act else FAR
    words = {"code": "", "detail": "", "severity": ""} | words
    return EventRow(f"E{next(_row_ids)}", kind, start=instant(start), end=until, **words)


def patient(*facts: Fact, sex: str = "female", birth: str = "1966-03-02", died: str = "") -> PatientFacts:
    """A patient with these facts; birth "" = unknown."""
    return PatientFacts(
        "P1", instant(birth) if birth else None, sex, instant(died) if died else FAR,
        tuple(fact for fact in facts if isinstance(fact, ResultRow)),
        tuple(fact for fact in facts if isinstance(fact, CourseRow)),
        tuple(fact for fact in facts if isinstance(fact, EventRow)),
    )  # fmt: skip


class Said:
    """What the oracle says of a patient at the end of a day, in the words tests ask in."""

    def __init__(
        self,
        facts: PatientFacts,
        on: str,
        authorities: tuple[str, ...] | None = None,
        *,
        by: dict[str, Any] | None = None,
    ) -> None:
        of_the_drug, common = _rules()
        self.all = evaluate_patient(facts, by or of_the_drug, common, at=end_of(on), authorities=authorities)

    def alert(self, category: str, fact: str = "") -> dict[str, Any] | None:
        """The alert of this category (on this fact), None if there is none; more than one is an error."""
        found = [entry for entry in self.all["alerts"] if entry["category"] == category and fact in ("", entry["fact"])]
        assert len(found) <= 1, found
        return found[0] if found else None

    def positions(self, category: str, fact: str = "") -> set[tuple[str, str, str]]:
        """(authority, action, priority) of the alert of this category; empty if there is none."""
        alert = self.alert(category, fact)
        return {(who, action, priority) for who, _, action, priority in alert["positions"]} if alert else set()

    def opened(self, category: str, fact: str = "") -> str:
        alert = self.alert(category, fact)
        return "" if alert is None else str(date(1970, 1, 1).fromordinal(719163 + alert["opened_at"] // DAY))

    def held(self, category: str, fact: str = "") -> list[str]:
        """Why the alert of this category is held or may be graver; empty if it is not, or there is none."""
        alert = self.alert(category, fact)
        found: list[str] = alert["held"] if alert else []
        return found

    def cannot_tell(self) -> dict[str, str]:
        """Rule (without the drug) to reason."""
        return {entry["rule_id"].partition(".")[2]: entry["reason"] for entry in self.all["cannot_tell"]}

    def visits(self, test: str) -> list[tuple[str, str, str, str]]:
        """(due, first and last day of the window, status), by due date."""
        return [
            (
                *(
                    str(date(1970, 1, 1).fromordinal(719163 + row[key] // DAY))
                    for key in ("due", "window_start", "window_end")
                ),
                row["status"],
            )
            for row in self.all["schedule"]
            if row["test"] == test
        ]
