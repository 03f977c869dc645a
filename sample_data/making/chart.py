"""One sample patient's chart: what the clinic's four files will say about them, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from making.chance import Chance
from making.days import AS_OF, list_visits, on_weekday
from making.laboratory import DRAWN, ROUND, SCREENS
from making.names import name_patient

Row = dict[str, str]

SITES = (("Harbour clinic", "Clinic A lead"), ("Hill clinic", "Clinic B lead"), ("Orchard clinic", "Clinic C lead"))


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual for this person on treatment; before it the inflammation shows (see `_mean_of`)."""

    neutrophils: float
    lymphocytes: float
    haemoglobin: float
    platelets: float
    creatinine: float
    alt: float
    crp: float
    crp_before: float
    weight: float
    height: float

    @classmethod
    def drawn(cls, chance: Chance, sex: str, **fixed: float) -> Usual:
        """An unremarkable adult; whatever `fixed` names is as told instead."""
        male = sex == "male"
        height = round(fixed.get("height", 0) or chance.between(*((168, 186) if male else (155, 172))))
        person = cls(
            neutrophils=chance.between(3.1, 5.4),
            lymphocytes=chance.between(1.3, 2.4),
            haemoglobin=chance.between(*((138, 156) if male else (124, 140))),
            platelets=chance.between(215, 335),
            creatinine=chance.between(*((68, 92) if male else (52, 72))),
            alt=chance.between(13, 26),
            crp=chance.between(1.2, 6.0),
            crp_before=chance.between(16, 48),
            weight=chance.between(20.5, 28.0) * (height / 100) ** 2,  # a body mass index from lean to plump
            height=height,
        )
        return replace(person, **fixed)


@dataclass
class Chart:
    """A patient and every row about them. Days are dates; every number is text, as a laboratory sends it."""

    number: int
    sex: str
    birth: date
    indication: str
    usual: Usual
    family: str = ""
    given: str = ""
    results: list[Row] = field(default_factory=list)
    courses: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)

    @classmethod
    def open(cls, number: int, sex: str, birth: str, indication: str = "RA", **usual: float) -> Chart:
        """A new chart; `usual` fixes what is usual for this person (see `Usual`)."""
        person = Usual.drawn(Chance(number, "usual"), sex, **usual)
        family, given = name_patient(number)
        return cls(number, sex, date.fromisoformat(birth), indication, person, family, given)

    @property
    def patient_id(self) -> str:
        return f"SAMPLE-{self.number:04d}"

    def as_patient(self) -> Row:
        site, consultant = SITES[self.number % len(SITES)]
        return {
            "patient_id": self.patient_id, "family_name": self.family, "given_name": self.given,
            "birth_date": self.birth.isoformat(), "sex": self.sex, "site": site, "consultant": consultant,
        }  # fmt: skip

    # ---------------------------------------------------------------- treatment and events
    def treat(self, start: str, *, drug: str = "anakinra", dose: str = "100", unit: str = "mg",
              frequency: str = "once daily", route: str = "SC", end: str = "", status: str = "active",
              reason: str = "") -> None:  # fmt: skip
        self.courses.append({
            "course_id": f"C{self.number:04d}-{len(self.courses) + 1}", "patient_id": self.patient_id, "drug": drug,
            "indication": self.indication, "dose": dose, "dose_unit": unit, "frequency": frequency, "route": route,
            "start_date": start, "end_date": end, "status": status, "reason": reason,
        })  # fmt: skip

    def happen(self, kind: str, start: str, end: str = "", *, code: str = "", detail: str = "",
               severity: str = "") -> None:  # fmt: skip
        self.events.append({
            "event_id": f"E{self.number:04d}-{len(self.events) + 1}", "patient_id": self.patient_id, "kind": kind,
            "start_date": start, "end_date": end, "code": code, "detail": detail, "severity": severity,
        })  # fmt: skip

    # ---------------------------------------------------------------- results
    def report(self, day: date | str, analyte: str, value: str, /, **columns: str) -> Row:
        """One result as the laboratory sends it, reported the same afternoon; `columns` overrides any column."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        clock = Chance(self.number, day, "clock")
        drawn = DRAWN[analyte]
        low, high = drawn.range_for(self.sex)
        row = {
            "result_id": f"S{self.number:04d}-{day:%y%m%d}-{analyte}", "patient_id": self.patient_id,
            "loinc": drawn.loinc, "analyte": analyte, "value": value, "unit": drawn.unit,
            "collected_at": f"{day}T{clock.count(8, 11):02d}:{clock.count(0, 11) * 5:02d}:00",
            "reported_at": f"{day}T{clock.count(13, 17):02d}:{clock.count(0, 11) * 5:02d}:00",
            "status": "final", "ref_low": low, "ref_high": high, **columns,
        }  # fmt: skip
        self.results.append(row)
        return row

    def draw(self, day: date | str, *, before: bool = False, without: Iterable[str] = (), **given: Any) -> None:
        """One blood round. `given` fixes a test's value (text) or replaces whole columns (a mapping)."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        chance = Chance(self.number, day, "round")
        values = {test: chance.vary(self._mean_of(test, before), DRAWN[test].cv) for test in ROUND}
        count = given.get("neutrophils")
        neutrophils = float(count) if isinstance(count, str) and count[:1].isdigit() else values["neutrophils"]
        white = neutrophils + values["lymphocytes"] + chance.between(0.5, 1.0)  # the other white cells
        for test, value in {"wbc": white, **values}.items():
            if test in given or test in without:
                continue
            self.report(day, test, f"{value:.{DRAWN[test].digits}f}")
        for test, found in given.items():
            columns = dict(found) if isinstance(found, Mapping) else {"value": found}
            self.report(day, test, columns.pop("value"), **columns)

    def _mean_of(self, test: str, before: bool) -> float:
        if test == "crp":
            return self.usual.crp_before if before else self.usual.crp
        shift = {"neutrophils": 1.1, "platelets": 1.12, "haemoglobin": 0.96} if before else {}
        return float(getattr(self.usual, test)) * shift.get(test, 1.0)

    def weigh(self, day: date | str) -> None:
        day = date.fromisoformat(day) if isinstance(day, str) else day
        weight = Chance(self.number, day, "scales").vary(self.usual.weight, DRAWN["weight"].cv)
        self.report(day, "weight", f"{weight:.1f}")
        self.report(day, "height", f"{self.usual.height:.0f}")

    # ---------------------------------------------------------------- the usual course of things
    def prepare(self, start: str, *, ready: str = "", early: Mapping[str, Any] | None = None, weighed: bool = True,
                methotrexate: bool = True, **baseline: Any) -> None:  # fmt: skip
        """Everything a clinic does before the first dose: two blood rounds, screens, weight; in RA with methotrexate.

        ready: the day of the baseline round (default: up to 18 days before). early, baseline: what the rounds found.
        """
        first = date.fromisoformat(start)
        chance = Chance(self.number, start, "before")
        seen = on_weekday(first - timedelta(days=chance.count(60, 110)))
        before = on_weekday(first - timedelta(days=chance.count(4, 18)))
        if self.indication == "RA" and methotrexate:
            self.take_methotrexate(first - timedelta(days=chance.count(300, 1400)))
        self.draw(seen, before=True, **(early or {}))
        self.screen(seen)
        self.baseline(ready or before, weighed=weighed, **baseline)

    def take_methotrexate(self, begun: date | str) -> None:
        dose = Chance(self.number, "methotrexate").pick(("10", "15", "15", "20"))
        self.treat(f"{begun}", drug="methotrexate", dose=dose, frequency="once weekly", route="PO")

    def screen(self, day: date | str) -> None:
        """Tuberculosis and hepatitis, all negative."""
        for test in SCREENS:
            self.report(day, test, "negative")

    def baseline(self, day: date | str, *, weighed: bool = True, **found: Any) -> None:
        """The round that counts as the one before the first dose."""
        self.draw(day, before=True, **found)
        self.test_urine(day)
        if weighed:
            self.weigh(day)

    def test_urine(self, day: date | str) -> None:
        self.report(day, "urine_acr", f"{Chance(self.number, day, 'urine').between(0.4, 1.7):.1f}")

    def attend(self, start: str, *, until: str = "", skip: Iterable[int] = (), weighed: bool = True,
               without: Iterable[str] = (), at: Mapping[int, Mapping[str, Any]] | None = None) -> None:  # fmt: skip
        """Come to each of the label's visits, a few days early or late, until a day (default: the demo's clock).

        skip: months not attended. at: month -> what that round found, or the day it was (`day`).
        """
        last = date.fromisoformat(until) if until else AS_OF
        for month, due in list_visits(date.fromisoformat(start), last + timedelta(days=14)):
            chance = Chance(self.number, start, "visit", month)
            reach = 6 if month <= 6 else 12  # the visits' own windows are wider: 14 and 30 days
            found = dict((at or {}).get(month, {}))
            told = found.pop("day", "")
            day = date.fromisoformat(told) if told else on_weekday(due + timedelta(days=chance.count(-reach, reach)))
            if month in skip or day > last or day >= AS_OF:
                continue
            self.draw(day, **{"without": without, **found})
            if month % 6 == 0 and weighed:
                self.weigh(day)
            if month % 12 == 0:
                self.test_urine(day)

    def follow(self, start: str, **visits: Any) -> None:
        """The plain case: prepared, treated as the label says, seen at every visit."""
        self.prepare(start)
        self.treat(start)
        self.attend(start, **visits)
