"""A clinic of one test's own on a pinned day, read the way screens read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.services import review, whole_patient
from core.settings import Settings
from core.views.model import PatientPicture
from tests.store.small_clinic import ANN, result

ANN_ID = ANN.split(",", 1)[0]
#: A treatment that began so long ago, with so many results, that nothing is said of Ann on 22-Nov-2026.
COURSE = "C1,0012345,anakinra,AOSD,100,mg,once daily,SC,2026-09-20,,active,"
_BEFORE = {  # what is asked before a start, and once in a while after it: value and unit
    "igra": ("negative", ""), "hbsag": ("negative", ""), "anti_hbc": ("negative", ""),
    "hcv_antibody": ("negative", ""), "urine_acr": ("1", "mg/mmol"), "weight": ("70", "kg"), "height": ("170", "cm"),
}  # fmt: skip
_EACH_TIME = {
    "neutrophils": ("4", "10*9/L"), "platelets": ("250", "10*9/L"), "creatinine": ("70", "umol/L"),
    "alt": ("20", "U/L"), "ast": ("20", "U/L"), "crp": ("2", "mg/L"), "wbc": ("6", "10*9/L"),
    "haemoglobin": ("130", "g/L"),
}  # fmt: skip
DATED = [("2026-09-18", _BEFORE | _EACH_TIME), *((day, _EACH_TIME) for day in ("2026-10-20", "2026-11-20"))]
QUIET = [
    result(f"{test}-{day}", value, day, analyte=test, unit=unit)
    for day, given in DATED
    for test, (value, unit) in given.items()
]


def pin_clinic(folder: Path, monkeypatch: pytest.MonkeyPatch, day: str) -> Settings:
    """Settings of an empty store in a folder; no picture of another test's is kept, and the clock stands still."""
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())
    monkeypatch.setenv("NADIR_AS_OF", day)
    return Settings(db_url=f"sqlite:///{folder / 'clinic.db'}", as_of=day)


def patient_of(settings: Settings, who: str = ANN_ID) -> PatientPicture:
    """One patient as their own screen has them."""
    return whole_patient.read_patient(settings.db_url, review.clinic(settings.db_url).people[who].key)
