"""A clinic told in one line per fact, and what Nadir says of it on a day: the language of these chapters.

    woman born 1962-03-12                                       (this one, where no person is named)
    2026-01-01                 anakinra                         a course: once daily, for RA, still running
    2026-01-01 to 2026-02-28   anakinra stopped, alternate days, for NOMID        (the last day counts)
    2026-01-01                 anakinra dose 2 mg/kg, twice daily                 (100 mg where none is named)
    2026-02-20T09:00           neutrophils <1.5                 a result in canonical units
    2026-02-21                 neutrophils !no_unit             unreadable; `!conflicting_duplicate 2.2` has a value
    2026-02-22                 creatinine 120, limit 84, known 2026-02-24, until 2026-03-01
    2026-02-25 to 2026-03-03   infection serious                an event; further words are its detail
    2026-02-25                 symptom fever                    the code of a symptom; of a vaccination its number

"B: man born 1950-01-01 died 2026-02-01" begins the next patient.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np

from core.catalogue import ANALYTES, analyte, find_drug, find_frequency
from core.engine.cohort import Cohort
from core.engine.evaluate import evaluate
from core.engine.gather import gather
from core.engine.history import History
from core.engine.known import as_known_at
from core.engine.standing import Alert, Standing, Visit
from core.engine.wording import iso, iso_date
from core.protocols.loader import Protocols, load_protocols
from core.protocols.schema import Protocol
from core.records import (
    CANNOT_TELL_REASONS,
    CODED_VALUES,
    COMPARATORS,
    COURSE_STATUSES,
    DAY,
    EVENT_KINDS,
    FAR,
    INDICATIONS,
    LONG_AGO,
    SEVERITIES,
    UNREADABLE_SEVERITY,
    Course,
    Event,
    Patient,
    Result,
    Trace,
)

DRUG = "anakinra"
SEXES = {"woman": "female", "man": "male", "person": "unknown"}
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the clinic's own wall clock


def instant(text: str) -> int:
    """An ISO date (its first instant) or time."""
    return int((datetime.fromisoformat(text) - _EPOCH).total_seconds())


def end_of(day: str) -> int:
    """The last second of a day: "as of" that day."""
    return instant(day) + DAY - 1


def days_after(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


@dataclass
class Clinic:
    """The records a story tells, and until when each result counts."""

    patients: list[Patient] = field(default_factory=list)
    results: list[Result | Trace] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    until: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, story: str) -> Clinic:
        clinic = cls()
        for line in (each.strip() for each in story.splitlines()):
            if line:
                clinic._read(line)
        return clinic

    def _read(self, line: str) -> None:
        head, _, rest = line.partition(" ")
        if head.endswith(":"):
            self._add_person(head[:-1], rest.split())
            return
        if not self.patients:
            if head in SEXES:
                self._add_person("A", line.split())
                return
            self._add_person("A", ["woman", "born", "1962-03-12"])
        rest = rest.strip()
        end = ""
        if rest.startswith("to "):
            _, end, rest = rest.split(maxsplit=2)
        subject, _, words = rest.strip().partition(" ")
        subject = subject.rstrip(",")
        if subject in ANALYTES:
            self._add_result(subject, head, words)
        elif subject in EVENT_KINDS:
            self._add_event(subject, head, end, words.split())
        else:
            self._add_course(subject, head, end, words)

    def _add_person(self, name: str, words: list[str]) -> None:
        said = dict(zip(words[1::2], words[2::2], strict=True))
        born = said.get("born", "1962-03-12")
        died = instant(said["died"]) if "died" in said else None
        birth = LONG_AGO if born == "unknown" else instant(born)
        self.patients.append(Patient(name, "Sample", name, birth, SEXES[words[0]], deceased_date=died))

    def _add_result(self, name: str, when: str, words: str) -> None:
        value, *more = (part.strip() for part in words.split(","))
        said = dict(part.split(maxsplit=1) for part in more if " " in part)
        who, at = self.patients[-1].patient_id, instant(when)
        known = instant(said["known"]) if "known" in said else None
        self.until.append(instant(said["until"]) if "until" in said else FAR)
        if value.startswith("!"):
            reason, _, number = value[1:].partition(" ")
            self.results.append(Trace(who, name, at, known, reason, value=Decimal(number) if number else None))
            return
        sign = next(c for c in sorted(COMPARATORS, key=len, reverse=True) if value.startswith(c))
        coded = value if value in CODED_VALUES else None
        self.results.append(
            Result(
                None, who, name, None, None if coded else Decimal(value[len(sign) :]), sign, coded, analyte(name).unit,
                value, analyte(name).unit, at, known, "preliminary" if "preliminary" in more else "final",
                ref_high=Decimal(said["limit"]) if "limit" in said else None,
            )
        )  # fmt: skip

    def _add_course(self, drug: str, start: str, end: str, words: str) -> None:
        found = find_drug(drug)
        assert found, f"{drug!r} is no drug, analyte or event"
        said = [part.strip() for part in words.split(",") if part.strip()]
        status = next((word for word in said if word in COURSE_STATUSES), "active")
        indication = next((word[4:] for word in said if word.startswith("for ")), "RA")
        assert indication in INDICATIONS, indication
        dose, unit = next(([*word.split(), "mg"][1:3] for word in said if word.startswith("dose ")), ("100", "mg"))
        told = [word for word in said if word != status and not word.startswith(("for ", "dose "))]
        frequency = told[0] if told else "once daily"
        readable = frequency if find_frequency(frequency) else None
        assert readable or frequency == "unreadable", frequency
        self.courses.append(
            Course(
                None, self.patients[-1].patient_id, str(found.name), True, indication,
                None if dose == "unreadable" else Decimal(dose), unit, dose, readable,
                frequency, "SC", instant(start), instant(end) + DAY if end else None, status,
            )
        )  # fmt: skip

    def _add_event(self, kind: str, start: str, end: str, words: list[str]) -> None:
        code = words.pop(0) if words and (kind == "symptom" or words[0].isdigit()) else ""
        severity = words.pop(0) if words and words[0] in (*SEVERITIES, UNREADABLE_SEVERITY) else ""
        who = self.patients[-1].patient_id
        until = instant(end) + DAY if end else None
        self.events.append(Event(None, who, kind, instant(start), until, code, " ".join(words), severity))

    def cohort(self) -> Cohort:
        cohort = gather(self.patients, self.results, self.courses, self.events)
        rows = cohort.results.row_id - 1
        return replace(cohort, results=replace(cohort.results, superseded=np.array(self.until, np.int64)[rows]))


@dataclass
class Said:
    """What Nadir says at the end of a day."""

    history: History
    standing: Standing

    def alerts(self, category: str, patient: str = "A") -> list[Alert]:
        return [a for a in self.standing.alerts if a.category == category and a.patient_id == patient]

    def alert(self, category: str, patient: str = "A") -> Alert:
        """The one alert of a category."""
        (found,) = self.alerts(category, patient)
        return found

    def positions(self, category: str, patient: str = "A") -> set[str]:
        """Who says what in a category: "EMA high stop"; empty where it is silent."""
        return {f"{p.authority} {p.priority} {p.action}" for a in self.alerts(category, patient) for p in a.positions}

    def answer(self, rule: str, patient: str = "A") -> str:
        """One rule's answer: "high stop", "high stop, held: no_unit", "cannot tell: no_unit" or "silent"."""
        return _answer(self.history, self.standing, rule, patient)

    def life(self, rule: str, patient: str = "A") -> list[str]:
        """The answer at every instant at which it changed, from the first that was not silent."""
        numbers = [c.number for c in self.history.rules if c.rule_id == f"{DRUG}.{rule}"]
        moments: set[int] = set()
        for table in (self.history.findings, self.history.unknowns):
            mine = np.isin(table.rule, numbers)
            moments |= {*table.opened[mine].tolist(), *table.closed[mine].tolist()}
        told: list[str] = []
        before = "silent"
        for at in sorted(moment for moment in moments if moment <= self.standing.as_of):
            now = _answer(self.history, self.history.at(at), rule, patient)
            if now != before:
                told.append(f"{iso(at).removesuffix('T00:00:00')} {now}")
            before = now
        return told

    def cannot_tell(self, patient: str = "A") -> dict[str, str]:
        """Rule to reason."""
        return {c.rule_id.partition(".")[2]: c.reason for c in self.standing.cannot_tell if c.patient_id == patient}

    def visits(self, test: str, patient: str = "A") -> list[str]:
        """ "2026-02-28 due", by due date."""
        return [f"{iso_date(v.due)} {v.status}" for v in self._visits(test, patient)]

    def windows(self, test: str, patient: str = "A") -> dict[str, str]:
        """Due day to first and last day of its window."""
        return {
            iso_date(v.due): f"{iso_date(v.window_start)} to {iso_date(v.window_end)}"
            for v in self._visits(test, patient)
        }

    def _visits(self, test: str, patient: str) -> list[Visit]:
        return [v for v in self.standing.schedule if v.test == test and v.patient_id == patient]


def _answer(history: History, standing: Standing, rule: str, patient: str) -> str:
    name = f"{DRUG}.{rule}"
    mine = [a for a in standing.alerts if a.patient_id == patient]
    met = {(p.priority, p.action): a for a in mine for p in a.positions if p.rule_id == name}
    reasons = [c.reason for c in standing.cannot_tell if c.rule_id == name and c.patient_id == patient]
    assert len(reasons) + bool(met) <= 1, "a rule ends in exactly one of met, not met, cannot tell"
    if reasons:
        return f"cannot tell: {reasons[0]}"
    verdict = " and ".join(sorted(f"{priority} {action}" for priority, action in met))
    doubt = _doubt(history, standing.as_of, name, patient) if met else ""
    assert not doubt or all(alert.held for alert in met.values()), "the alert says that it is held"
    return f"{verdict}, held: {doubt}" if doubt else verdict or "silent"


def _doubt(history: History, at: int, rule: str, patient: str) -> str:
    """Why a rule could not be judged at an instant, "" if it could."""
    u, who = history.unknowns, history.cohort.patients.patient_id
    for row in np.flatnonzero((u.opened <= at) & (at < u.closed)):
        if history.rules[u.rule[row]].rule_id == rule and who[u.patient[row]] == patient:
            return CANNOT_TELL_REASONS[u.reason[row]]
    return ""


def tell(story: str, on: str, *, authorities: tuple[str, ...] | None = None, rules: Protocols | None = None) -> Said:
    """What Nadir says of a story at the end of a day, from what was known then.

    authorities: the published ones that speak (None: all). rules: others than those that ship.
    """
    at = end_of(on)
    cohort = as_known_at(Clinic.of(story).cohort(), at)
    history = evaluate(cohort, rules or load_protocols(), horizon=at, authorities=authorities)
    return Said(history, history.at(at))


def taken(story: str, on: str = "2026-03-01", **how: object) -> Said:
    """The same of somebody who has taken the drug once daily for RA since 2026-01-01."""
    return tell(f"2026-01-01 {DRUG}\n{story}", on, **how)  # type: ignore[arg-type]


def rules_of(text: str) -> Protocols:
    """Made-up rules for what no real rule says, in the protocol's own language; `says`, `keys`, texts are filled in."""
    raw = tomllib.loads(text)
    filled = [
        {"keys": [], "advice": "Consider.", "why": "Because.", "title": ""}
        | {"says": [{"authority": "LOCAL", "document": "D", "section": "1", "checked": "choice"}], "while": ["running"]}
        | rule
        for rule in raw["rule"]
    ]
    protocol = Protocol.model_validate(
        {
            "drug": DRUG, "title": "Made up", "version": "1", "reviewed": {"by": "", "on": "", "next": ""},
            "documents": {"D": {"document": "Made up", "version": "1"}},
            "schedule": {
                "restart_after_days": 28, "source": {"document": "D", "section": "1", "checked": "choice"}
            },
            "rule": filled,
        }
    )  # fmt: skip
    return Protocols(load_protocols().common, {DRUG: protocol}, {DRUG: "sha256:made-up"})
