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
from core.errors import ProtocolFault
from core.protocols.schema import Strict


class CaseCourse(Strict):
    """start, end: ISO dates, end inclusive as in the clinic file set."""

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
    """authority: all that speak, in the contract's order. opened: ISO date."""

    rule: str
    priority: str
    action: str
    authority: tuple[str, ...]
    opened: str


class ExpectedUnknown(Strict):
    rule: str
    reason: str


class ExpectedVisit(Strict):
    test: str
    due: str
    status: str


class Case(Strict):
    """One story. results: [when, analyte, value with comparator] in canonical units, or [when, analyte, "!reason"]
    for a trace.

    about: the categories that are compared; alerts and cannot_tell of these must be exactly the ones listed.
    """

    name: str
    as_of: str
    about: tuple[str, ...] = Field(min_length=1)
    sex: str = "female"
    born: str = "1962-03-12"
    authorities: tuple[str, ...] = ()
    results: tuple[tuple[str, str, str], ...] = ()
    courses: tuple[CaseCourse, ...] = Field(min_length=1)
    events: tuple[CaseEvent, ...] = ()
    alerts: tuple[ExpectedAlert, ...] = ()
    cannot_tell: tuple[ExpectedUnknown, ...] = ()
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
        ((e.severity for e in case.events if e.severity), records.SEVERITIES),
        ((name for _, name, _ in case.results), ANALYTES),
        ((text[1:] for _, _, text in case.results if text.startswith("!")), records.CANNOT_TELL_REASONS),
    ]
    faults = [
        f"{word!r} is not a word of the contract"
        for words, vocabulary in known
        for word in words
        if word not in vocabulary
    ]
    frequencies = (c.frequency for c in case.courses if c.frequency)
    faults += [f"{text!r} is not a frequency" for text in frequencies if find_frequency(text) is None]
    moments = [case.as_of, case.born, *(when for when, _, _ in case.results)]
    moments += [day for c in case.courses for day in (c.start, c.end) if day]
    moments += [day for e in case.events for day in (e.start, e.end) if day]
    numbers = [text.lstrip("<>=") for _, _, text in case.results if not text.startswith("!")]
    for text in moments:
        try:
            datetime.fromisoformat(text)
        except ValueError as error:
            faults.append(f"{text!r} is no date: {error}")
    for text in (*numbers, *(c.dose for c in case.courses)):
        try:
            Decimal(text)
        except InvalidOperation:
            faults.append(f"{text!r} is not a number")
    return faults
