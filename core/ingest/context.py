"""What a row is read against: the source, the clinic's zone and clock, and the people already known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from core.ingest.dates import DateOrder
from core.records import Patient


@dataclass(frozen=True, slots=True)
class PersonKnown:
    """Who an identifier stands for. ambiguous: this import's own files contradict it, so nothing is filed under it.

    sex: "" where it is not told, which contradicts nobody. deceased_date: None where no death is recorded.
    """

    birth_date: int
    family_name: str = ""
    given_name: str = ""
    deceased_date: int | None = None
    ambiguous: bool = False
    sex: str = ""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What a row is read against.

    now: the clock in use, an instant. people: by patient_id. date_order, decimal_comma: as a mapping declares them.
    """

    source: str
    zone: ZoneInfo
    now: int
    people: Mapping[str, PersonKnown] = field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal_comma: bool = False


def introduce(patient: Patient, people: dict[str, PersonKnown]) -> None:
    """Make a person known to the rows that follow; an identifier that two people claim is no longer anybody's."""
    known = people.get(patient.patient_id)
    people[patient.patient_id] = PersonKnown(
        birth_date=patient.birth_date,
        family_name=patient.family_name,
        given_name=patient.given_name,
        ambiguous=known is not None and (known.ambiguous or is_another_person(known, patient)),
        sex=patient.sex,
        deceased_date=patient.deceased_date,
    )


def is_another_person(known: PersonKnown | Patient, patient: Patient) -> bool:
    """Whether a row differs in more than one correction can explain: it must keep enough to be known again.

    Enough is the birth date and one of the names (a marriage), or both names and the sex (a birth date mended).
    Hazard: P03. Letter case and spacing of a name decide nothing.
    """
    family = _plain(known.family_name) == _plain(patient.family_name)
    given = _plain(known.given_name) == _plain(patient.given_name)
    if known.birth_date == patient.birth_date:
        return not (family or given)
    return not (family and given and known.sex in ("", patient.sex))


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
