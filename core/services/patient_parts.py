"""What the patient screen asks for when it is looked at: the proof of an alert, the dosing figures, jurisdictions.

Each answers for one patient from what was known at one instant, and never judges the clinic.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.calculators.body_size import bsa_mosteller
from core.calculators.renal import absolute_egfr, ckd_epi_2021, kdigo_gfr_category
from core.catalogue import find_frequency
from core.engine.history import History
from core.errors import InputRefused
from core.protocols.exposure import exposures
from core.protocols.kinds import Threshold
from core.records import DAY
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.services.explain import prove_within
from core.services.jurisdictions import compare_authorities
from core.services.proof.clearance import clearance_by_weight
from core.services.proof.record import Record
from core.settings import read_settings
from core.store import load
from core.store.connect import Store, open_store
from core.views.model import CourseLine, PatientPicture

_CLEARANCE = "creatinine_clearance"


def prove(url: str, picture: PatientPicture, alert_id: str) -> dict[str, Any]:
    """The whole derivation of one of a patient's alerts, from what was known on the day of the picture.

    Raises: InputRefused (this patient has no such alert then; the user chooses another); StoreFailed.
    """
    store = open_store(url)
    history = _history(store, picture)
    alert = history.explain(alert_id, picture.as_of)
    if alert is None or alert.patient_id != picture.person.patient_id:
        raise InputRefused("This patient has no such alert on that day: choose one from the list.")
    return prove_within(store, alert, history, picture.as_of)


def dosing(url: str, picture: PatientPicture) -> list[dict[str, Any]]:
    """For each drug with rules on renal function that the patient takes or is to take: the figures behind a dose.

    Returns: drug; clearance (by actual, ideal and adjusted weight, the band of each, None where it cannot be told);
             egfr; exposure (the published groups, None where none are published); courses.
    """
    history = _history(open_store(url), picture)
    return [
        _dosing_of(history, picture, drug)
        for drug, protocol in history.protocols.drugs.items()
        if any(one.drug == drug for one in picture.courses)
        and any(isinstance(rule, Threshold) and rule.feature == _CLEARANCE for rule in protocol.rules)
    ]


def jurisdictions(url: str, picture: PatientPicture) -> dict[str, Any]:
    """What each authority alone says of one patient, side by side.

    Raises: InputRefused (nobody of this name); StoreFailed.
    """
    store = open_store(url)
    with store.reading() as connection:
        cohort = load.cohort(connection, [picture.person.patient_id])
    return compare_authorities(cohort, picture.person.patient_id, picture.as_of)


def _history(store: Store, picture: PatientPicture) -> History:
    asked = Asked(picture.as_of, read_settings().authorities, picture.person.patient_id)
    return evaluate_as_of(store, asked).history


def _dosing_of(history: History, picture: PatientPicture, drug: str) -> dict[str, Any]:
    record = Record.of(history, picture.person.patient_id, drug, picture.as_of)
    clearance = clearance_by_weight(record)
    reading = record.reading(feature=_CLEARANCE)
    return {
        "drug": drug,
        "clearance": clearance,
        "unknown": reading.reason if reading is not None and clearance is None else "" if clearance else "no_result",
        "egfr": None if clearance is None else _egfr(clearance["inputs"]),
        "exposure": None if clearance is None else _exposure(clearance, picture, drug),
    }


def _egfr(inputs: dict[str, Any]) -> dict[str, Any] | None:
    """CKD-EPI 2021 from the same creatinine, indexed, and no longer indexed where a height is on file."""
    value = float(ckd_epi_2021(inputs["age"], inputs["sex"] == "female", inputs["creatinine"]))
    if np.isnan(value):
        return None
    height, weight = inputs["height"], inputs["weight"]
    surface = None if height is None else float(bsa_mosteller(height, weight))
    return {
        "value": value, "category": str(kdigo_gfr_category(value)), "surface": surface,
        "absolute": None if surface is None else float(absolute_egfr(value, surface)),
    }  # fmt: skip


def _exposure(clearance: dict[str, Any], picture: PatientPicture, drug: str) -> dict[str, Any] | None:
    """Each published group with its exposure at the same dose, daily and on alternate days; which one is the patient's.

    The exposure is an average over days: the dose given in a time, divided by the clearance.
    """
    known = exposures().get(drug)
    if known is None:
        return None
    used = next(float(one["value"]) for one in clearance["by_weight"] if one["used"])
    kinds = frozenset(
        one.kind
        for one in picture.events
        if one.start <= picture.as_of and (one.end is None or one.end > picture.as_of)
    )
    own = known.group_of(used, kinds)
    running = [one for one in picture.courses if one.drug == drug and _is_given(one, picture.as_of)]
    return {
        "normal_from": known.normal_from,
        "groups": [
            {
                "name": one.name, "from": one.from_, "to": one.to, "event": one.event,
                "clearance_percent": 100 - one.clearance_fall_percent, "daily": one.exposure,
                "alternate": one.exposure / 2, "own": one == own,
            }
            for one in known.group
        ],
        "own": "" if own is None else own.name,
        "per_day": [_per_day(one) for one in running],
        "source": known.source.model_dump(), "note": known.note,
    }  # fmt: skip


def _is_given(course: CourseLine, at: int) -> bool:
    return course.status == "active" and course.start <= at and (course.end is None or course.end > at // DAY * DAY)


def _per_day(course: CourseLine) -> float | None:
    """Administrations a day, None where the frequency cannot be read."""
    known = find_frequency(course.frequency_text)
    return None if known is None or known.per_day is None else float(known.per_day)
