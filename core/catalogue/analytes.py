"""The analytes Nadir reads: canonical unit, plausible limits, default range, and how their units convert."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from core.catalogue.reading import read_catalogue
from core.catalogue.units import units

#: The contract's vocabulary, in the contract's order. Stored numbers are positions in it: never reorder, only append.
ANALYTES: tuple[str, ...] = (
    "neutrophils", "neutrophils_percent", "bands_percent", "wbc", "lymphocytes", "monocytes", "eosinophils",
    "haemoglobin", "haematocrit", "mcv", "platelets", "creatinine", "egfr", "creatinine_clearance", "cystatin_c",
    "urea", "urate", "sodium", "potassium", "alt", "ast", "alp", "ggt", "bilirubin", "albumin", "crp", "esr",
    "procalcitonin", "saa", "ferritin", "fibrinogen", "triglycerides", "cholesterol", "ldl", "hdl", "glucose", "ldh",
    "ck", "urine_acr", "urine_pcr", "igg", "igm", "iga", "hbsag", "anti_hbc", "anti_hbc_igm", "anti_hbs", "hbv_dna",
    "hcv_antibody", "hiv", "igra", "tpmt", "blood_culture", "urine_culture", "temperature", "weight", "height",
    "bp_systolic", "bp_diastolic", "heart_rate", "respiratory_rate", "spo2", "supar", "calcium", "phosphate",
    "chloride", "total_protein", "basophils", "rbc", "mch", "mchc", "tsh", "hba1c", "vitamin_b12", "urea_nitrogen",
    "neutrophils_fraction", "lymphocytes_fraction", "monocytes_fraction", "eosinophils_fraction",
    "basophils_fraction",
)  # fmt: skip

Limits = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a unit of another dimension becomes the canonical one: (value + add_before) x multiply / divide + add_after.

    direction: "in" (to canonical), "out" (from canonical) or "both".
    """

    unit: str
    multiply: Decimal
    divide: Decimal
    add_before: Decimal
    add_after: Decimal
    direction: str
    source: str


@dataclass(frozen=True, slots=True)
class Variation:
    """Within-subject (cvi) and analytical (cva) coefficients of variation, percent."""

    cvi: float
    cva: float
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class OtherRange:
    """A reference range of people the default does not fit (duffy_null), canonical unit."""

    name: str
    low: float
    high: float
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Analyte:
    """One thing that is measured.

    unit: canonical UCUM ("" for coded). kind: "numeric" or "coded"; may_be_coded: a numeric one that laboratories also
    report as a word. stored_as: the analyte results are kept under (urea_nitrogen is kept as urea).
    stale_after_days: a result answers nothing after that; child_stale_after_days: for a child, None = as adults.
    source, checked: where the default range comes from and how it was verified.
    """

    key: str
    title: str
    short: str
    unit: str
    unit_display: str
    kind: str
    may_be_coded: bool
    stored_as: str
    plausible_low: Decimal | None
    plausible_high: Decimal | None
    ref_female: Limits
    ref_male: Limits
    stale_after_days: int
    child_stale_after_days: int | None
    decimals: int
    loinc: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    conversions: tuple[Conversion, ...]
    variation: Variation | None
    other_ranges: tuple[OtherRange, ...]
    source: str
    checked: str

    def ref(self, sex: str) -> tuple[float | None, float | None]:
        """The adult default range (low, high) in the canonical unit; None = no limit on that side, or none known.

        For an unknown sex the range is given only where both sexes share it; judge by both otherwise.
        """
        if sex == "male" or (sex != "female" and self.ref_male == self.ref_female):
            low, high = self.ref_male
        elif sex == "female":
            low, high = self.ref_female
        else:
            low, high = None, None
        return (None if low is None else float(low), None if high is None else float(high))


def _limits(pair: list[Any] | None) -> Limits:
    low, high = pair or ("", "")
    return (None if low == "" else Decimal(low), None if high == "" else Decimal(high))


def _conversion(entry: dict[str, Any], sources: dict[str, dict[str, str]]) -> Conversion:
    return Conversion(
        unit=entry["unit"],
        multiply=Decimal(entry.get("multiply", 1)),
        divide=Decimal(entry.get("divide", 1)),
        add_before=Decimal(entry.get("add_before", 0)),
        add_after=Decimal(entry.get("add_after", 0)),
        direction=entry.get("direction", "both"),
        source=sources[entry["source"]]["text"],
    )


def _variation(entry: dict[str, Any], source: dict[str, str]) -> Variation:
    return Variation(float(entry["cvi"]), float(entry["cva"]), source["text"], source["checked"])


def _other_range(name: str, entry: dict[str, Any], source: dict[str, str]) -> OtherRange:
    low, high = entry["range"]
    return OtherRange(name, float(low), float(high), source["text"], source["checked"])


def _build(key: str, entry: dict[str, Any], sources: dict[str, dict[str, str]], stale_after_days: int) -> Analyte:
    unit = entry.get("unit", "")
    plausible_low, plausible_high = _limits(entry.get("plausible"))
    return Analyte(
        key=key,
        title=entry["title"],
        short=entry["short"],
        unit=unit,
        unit_display=units()[unit].display if unit else "",
        kind=entry.get("kind", "numeric"),
        may_be_coded=entry.get("may_be_coded", entry.get("kind") == "coded"),
        stored_as=entry.get("stored_as", key),
        plausible_low=plausible_low,
        plausible_high=plausible_high,
        ref_female=_limits(entry.get("ref_female", entry.get("ref"))),
        ref_male=_limits(entry.get("ref_male", entry.get("ref"))),
        stale_after_days=entry.get("stale_after_days", stale_after_days),
        child_stale_after_days=entry.get("child_stale_after_days"),
        decimals=entry.get("decimals", 0),
        loinc=tuple(entry["loinc"].items()),
        names=tuple(entry["names"]),
        conversions=tuple(_conversion(one, sources) for one in entry.get("conversions", ())),
        variation=_variation(entry["rcv"], sources["biovar"]) if "rcv" in entry else None,
        other_ranges=tuple(
            _other_range(name, one, sources[one["source"]]) for name, one in entry.get("other_ranges", {}).items()
        ),
        source=sources[entry["source"]]["text"],
        checked=sources[entry["source"]]["checked"],
    )


@cache
def analytes() -> dict[str, Analyte]:
    """Every analyte of the catalogue file by its key, in the file's order."""
    content = read_catalogue("analytes")
    return {
        key: _build(key, entry, content["sources"], content["stale_after_days"])
        for key, entry in content.items()
        if isinstance(entry, dict) and key != "sources"
    }


def analyte(key: str) -> Analyte:
    """One analyte by its contract key. Raises KeyError (a developer mends the caller) for any other key."""
    return analytes()[key]
