"""The stories beside each protocol: facts in time and the exact findings expected. Data; the runner is a service."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import Field, ValidationError

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
