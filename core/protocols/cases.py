"""The stories beside each protocol: facts in time and the exact findings expected. Data; the runner is a service."""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pydantic import Field, ValidationError

from core import records
from core.catalogue import ANALYTES, find_frequency
from core.catalogue.drugs import drugs
from core.errors import ProtocolFault
from core.protocols.conditions import Strict


class CaseCourse(Strict):
    """start, end: ISO dates, end inclusive as in the clinic file set.

    drug: another drug than the protocol's (blank: the protocol's own). dose, frequency: blank = could not be read.
    """

    drug: str = ""
    start: str
    end: str = ""
    indication: str = "RA"
    frequency: str = "once daily"
    dose: str = "100"
    dose_unit: str = "mg"
    status: str = "active"


class CaseEvent(Strict):
    kind: str
    start: str
    end: str = ""
    code: str = ""
    detail: str = ""
    severity: str = ""


class ExpectedAlert(Strict):
    """rule: the one that leads. authority: all that speak, in the order shown. opened: ISO date.

    says: every position, "rule authority priority action"; blank where only the leading rule is compared.
    """

    rule: str
    priority: str
    action: str
    authority: tuple[str, ...]
    opened: str
    says: tuple[str, ...] = ()


class ExpectedUnknown(Strict):
    rule: str
    reason: str


class ExpectedVisit(Strict):
    """authority: all that ask for the visit; blank where that is not compared."""

    test: str
    due: str
    status: str
    authority: tuple[str, ...] = ()


class Case(Strict):
    """One story. results: [when, analyte, value with comparator, upper limit of its range] in canonical units (the
    limit may be left out; a coded value is its word), or [when, analyte, "!reason"] for a trace.

    about: the categories that are compared; alerts and cannot_tell of these must be exactly the ones listed.
    silent: the rules this story shows keeping silent: neither met nor in doubt. born: blank = unknown.
    """

    name: str
    as_of: str
    about: tuple[str, ...] = Field(min_length=1)
    sex: str = "female"
    born: str = "1962-03-12"
    authorities: tuple[str, ...] = ()
    results: tuple[tuple[str, str, str] | tuple[str, str, str, str], ...] = ()
    courses: tuple[CaseCourse, ...] = Field(min_length=1)
    events: tuple[CaseEvent, ...] = ()
    alerts: tuple[ExpectedAlert, ...] = ()
    cannot_tell: tuple[ExpectedUnknown, ...] = ()
    silent: tuple[str, ...] = ()
    schedule: tuple[ExpectedVisit, ...] | None = None


class CaseFile(Strict):
    case: tuple[Case, ...]


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of one protocol.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    try:
        return CaseFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).case
    except (ValidationError, tomllib.TOMLDecodeError) as error:
        raise ProtocolFault([f"{path.name}: {error}"]) from error


def misspelt(case: Case) -> list[str]:
    """Every word of a story that no vocabulary knows, every date and number that is none: it would compare nothing."""
    known: list[tuple[Iterable[str], Container[str]]] = [
        ([case.sex], records.SEXES),
        (case.about, records.CATEGORIES),
        (case.authorities, records.AUTHORITIES),
        ((c.indication for c in case.courses), records.INDICATIONS),
        ((c.status for c in case.courses), records.COURSE_STATUSES),
        ((e.kind for e in case.events), records.EVENT_KINDS),
        ((e.severity for e in case.events if e.severity), (*records.SEVERITIES, records.UNREADABLE_SEVERITY)),
        ((row[1] for row in case.results), ANALYTES),
        ((c.drug for c in case.courses if c.drug), drugs()),
        ((row[2][1:] for row in case.results if row[2].startswith("!")), records.CANNOT_TELL_REASONS),
    ]
    faults = [
        f"{word!r} is not a word of the contract"
        for words, vocabulary in known
        for word in words
        if word not in vocabulary
    ]
    frequencies = (c.frequency for c in case.courses if c.frequency)
    faults += [f"{text!r} is not a frequency" for text in frequencies if find_frequency(text) is None]
    return [*faults, *_misspelt_moments(case), *_misspelt_numbers(case)]


def _misspelt_moments(case: Case) -> list[str]:
    moments = [case.as_of, *([case.born] if case.born else []), *(row[0] for row in case.results)]
    moments += [day for c in case.courses for day in (c.start, c.end) if day]
    moments += [day for e in case.events for day in (e.start, e.end) if day]
    faults = []
    for text in moments:
        try:
            datetime.fromisoformat(text)
        except ValueError as error:
            faults.append(f"{text!r} is no date: {error}")
    return faults


def _misspelt_numbers(case: Case) -> list[str]:
    values = (row[2] for row in case.results)
    numbers = [text.lstrip("<>=") for text in values if not text.startswith("!") and text not in records.CODED_VALUES]
    numbers += [limit for row in case.results for limit in row[3:]]
    faults = []
    for text in (*numbers, *(c.dose for c in case.courses if c.dose)):
        try:
            Decimal(text)
        except InvalidOperation:
            faults.append(f"{text!r} is not a number")
    return faults
