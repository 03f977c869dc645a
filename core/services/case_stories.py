"""Run the stories beside a protocol: what the engine says at the end of each, and how that differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from core.catalogue import analyte
from core.engine.evaluate import evaluate
from core.engine.gather import gather
from core.engine.known import as_known_at
from core.engine.standing import Alert, Standing
from core.engine.wording import iso_date
from core.protocols.cases import Case, CaseCourse, CaseEvent, ExpectedVisit
from core.protocols.loader import Protocols
from core.records import CODED_VALUES, DAY, LONG_AGO, Course, Event, Patient, Result, Trace

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - instants are on the clinic's own wall clock (core/records.py)


def instant(text: str) -> int:
    """An ISO date or time of a case as an instant."""
    return int((datetime.fromisoformat(text) - _EPOCH).total_seconds())


def tell_case(story: Case, drug: str, protocols: Protocols) -> Standing:
    """What the engine says at the end of a story."""
    return tell_cases([story], drug, protocols)[0]


def tell_cases(stories: Sequence[Case], drug: str, protocols: Protocols) -> list[Standing]:
    """What the engine says at the end of each story: those of one day and the same authorities are one clinic."""
    clinics: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for number, story in enumerate(stories):
        clinics.setdefault((story.as_of, story.authorities), []).append(number)
    told: dict[int, Standing] = {}
    for (as_of, authorities), numbers in clinics.items():
        patients: list[Patient] = []
        rows: list[Result | Trace] = []
        courses: list[Course] = []
        events: list[Event] = []
        for number in numbers:
            story, who = stories[number], f"CASE-{number}"
            patients.append(Patient(who, who, "Sample", instant(story.born) if story.born else LONG_AGO, story.sex))
            rows += [_row(who, *row) for row in story.results]
            courses += [_course(f"{who}-c{i}", who, c, drug) for i, c in enumerate(story.courses)]
            events += [_event(f"{who}-e{i}", who, e) for i, e in enumerate(story.events)]
        at = instant(as_of) + DAY - 1
        cohort = as_known_at(gather(patients, rows, courses, events), at)
        said = evaluate(cohort, protocols, horizon=at, authorities=authorities or None).at(at)
        told |= {number: _of(said, f"CASE-{number}") for number in numbers}
    return [told[number] for number in range(len(stories))]


def _of(said: Standing, who: str) -> Standing:
    return replace(
        said,
        alerts=tuple(a for a in said.alerts if a.patient_id == who),
        cannot_tell=tuple(c for c in said.cannot_tell if c.patient_id == who),
        schedule=tuple(v for v in said.schedule if v.patient_id == who),
    )


def _event(key: str, who: str, event: CaseEvent) -> Event:
    end = instant(event.end) + DAY if event.end else None
    return Event(key, who, event.kind, instant(event.start), end, event.code, event.detail, event.severity)


def _course(key: str, who: str, course: CaseCourse, drug: str) -> Course:
    dose = Decimal(course.dose) if course.dose else None
    return Course(
        key, who, course.drug or drug, True, course.indication, dose, course.dose_unit, course.dose,
        course.frequency or None, course.frequency, "SC", instant(course.start),
        instant(course.end) + DAY if course.end else None, course.status,
    )  # fmt: skip


def _row(who: str, when: str, name: str, text: str, limit: str = "") -> Result | Trace:
    at = instant(when)
    if text.startswith("!"):
        return Trace(who, name, at, None, text[1:])
    sign = next((s for s in ("<=", ">=", "<", ">") if text.startswith(s)), "")
    coded = text if text in CODED_VALUES else None
    return Result(
        None, who, name, None, None if coded else Decimal(text[len(sign) :]), sign, coded, analyte(name).unit, text,
        analyte(name).unit, at, None, ref_high=Decimal(limit) if limit else None,
    )  # fmt: skip


def run_case(story: Case, drug: str, protocols: Protocols) -> list[str]:
    """How the engine's answer differs from the story's expectation; empty when it does not."""
    return run_cases([story], drug, protocols)[0]


def run_cases(stories: Sequence[Case], drug: str, protocols: Protocols) -> list[list[str]]:
    """The same for many stories at once."""
    return [_compare(story, said) for story, said in zip(stories, tell_cases(stories, drug, protocols), strict=True)]


def _compare(story: Case, said: Standing) -> list[str]:
    alerts = [a for a in said.alerts if a.category in story.about]
    unknown = {(_bare(c.rule_id), c.reason) for c in said.cannot_tell if c.category in story.about}
    faults = [
        *_compare_alerts(story, alerts),
        *_differences("cannot-tell", unknown, {(e.rule, e.reason) for e in story.cannot_tell}),
    ]
    heard = {_bare(p.rule_id) for a in said.alerts for p in a.positions} | {_bare(c.rule_id) for c in said.cannot_tell}
    faults += [f"rule {rule} is not silent" for rule in story.silent if rule in heard]
    if story.schedule is not None:
        faults += _compare_visits(story.schedule, said)
    return faults


def _bare(rule_id: str) -> str:
    return rule_id.partition(".")[2]


def _differences(what: str, got: Set[tuple[str, ...]], want: Set[tuple[str, ...]]) -> Iterator[str]:
    yield from (f"expected {what} {' '.join(e)}" for e in sorted(want - got))
    yield from (f"unexpected {what} {' '.join(e)}" for e in sorted(got - want))


def _compare_alerts(story: Case, alerts: list[Alert]) -> Iterator[str]:
    heads = {
        (_bare(a.rule_id), a.priority, a.action, ",".join(a.authorities), iso_date(a.opened_at)): a for a in alerts
    }
    wanted = {(e.rule, e.priority, e.action, ",".join(e.authority), e.opened): e for e in story.alerts}
    yield from _differences("alert", set(heads), set(wanted))
    for head in heads.keys() & wanted.keys():
        if wanted[head].says:
            got = {(_bare(p.rule_id), p.authority, p.priority, p.action) for p in heads[head].positions}
            yield from _differences("position", got, {tuple(line.split()) for line in wanted[head].says})


def _compare_visits(listed: tuple[ExpectedVisit, ...], said: Standing) -> Iterator[str]:
    tests = {v.test for v in listed}
    visits = [v for v in said.schedule if v.test in tests]
    got = [(v.test, iso_date(v.due), v.status) for v in visits]
    want = [(v.test, v.due, v.status) for v in listed]
    yield from (f"expected visit {' '.join(e)}" for e in want if e not in got)
    yield from (f"unexpected visit {' '.join(e)}" for e in got if e not in want)
    asked = {(v.test, iso_date(v.due)): set(v.authorities) for v in visits}
    for v in listed:
        if v.authority and asked.get((v.test, v.due), set()) != set(v.authority):
            yield f"visit {v.test} {v.due} is asked for by {', '.join(sorted(asked.get((v.test, v.due), ())))}"
