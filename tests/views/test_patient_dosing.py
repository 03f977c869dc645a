"""The dosing panel: three weights, what depends on them, and an exposure that says it is no recommendation."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from core.catalogue.drugs import drugs
from core.engine.standing import CannotTell
from core.protocols.exposure import exposures
from core.records import EVENT_KINDS
from core.views.dosing_panel import dosing_panel
from tests.views import example

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "clinical" / "anakinra.md"
LIMITS = tuple(
    replace(one, priority="medium") for one in example.patient().limits if one.analyte == "creatinine_clearance"
)
PICTURE = replace(example.patient(), limits=LIMITS)
CLEARANCE = {
    "equation": "(140 − age) × weight", "limits": [30.0, 60.0], "depends_on_weight": True,
    "inputs": {"age": 64, "sex": "female", "creatinine": 66.0, "creatinine_on": "2026-11-18", "weight": 63.8,
               "weight_on": "2026-11-18", "height": 156.0, "height_on": "2026-11-18", "body_mass_index": 26.2},
    "by_weight": [
        {"by": "actual", "weight": 63.8, "value": 60.04, "used": True, "band": "60 or above"},
        {"by": "ideal", "weight": 48.76, "value": 59.98, "used": False, "band": "30 to 60"},
    ],
    "sentence": "The dose band depends on the weight used: 60 by actual weight.",
}  # fmt: skip
EXPOSURE = {
    "normal_from": 90.0, "own": "moderate", "per_day": [1.0], "note": "Means of groups.",
    "groups": [{"name": "moderate", "from": 30.0, "to": 60.0, "event": "", "clearance_percent": 50.0, "daily": 2.0,
                "alternate": 1.0, "own": True}],
    "source": {"document": "A label", "section": "12.3", "version": "2025", "checked": "unchecked"},
}  # fmt: skip
FIGURES = {
    "drug": "anakinra", "clearance": CLEARANCE, "unknown": "", "exposure": EXPOSURE,
    "egfr": {"value": 89.3, "category": "G2", "surface": 1.6627, "absolute": 85.9},
}  # fmt: skip


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " "))


def test_each_weight_has_its_clearance_its_band_and_which_one_the_rules_use():
    said = words_of(dosing_panel(PICTURE, [FIGURES]))
    assert re.search(r"actual weight ?, used by the rules 63.8 kg 60.04 mL/min 60 or above", said)
    assert "ideal weight 48.8 kg 59.98 mL/min 30 to 60" in said  # never rounded across the limit of 60


def test_that_the_band_depends_on_the_weight_stands_out():
    html = dosing_panel(PICTURE, [FIGURES])
    assert '<p class="n-missing">The dose band depends on the weight used' in html
    same = {**FIGURES, "clearance": {**CLEARANCE, "depends_on_weight": False}}
    assert '<p class="n-muted">The dose band' in dosing_panel(PICTURE, [same])


def test_an_old_weight_shows_its_date():
    assert "weight 63.8 kg (18-Nov-2026)" in words_of(dosing_panel(PICTURE, [FIGURES]))


def test_the_exposure_says_that_it_is_no_recommendation_and_whose_numbers_they_are():
    said = words_of(dosing_panel(PICTURE, [FIGURES]))
    assert "Not a recommendation" in said and "A label, 12.3, 2025; value not yet read at the source" in said
    assert "moderate, 30 to 60 ◂ this patient 50% 2 × 1 ×" in said


def test_the_rules_on_clearance_are_told_with_who_says_so():
    assert "below 30 mL/min : reduce frequency (EMA and FDA)" in words_of(dosing_panel(PICTURE, [FIGURES]))


@pytest.mark.parametrize("reason", ["missing_weight", "unsteady_creatinine", "no_result"])
def test_a_clearance_that_cannot_be_told_is_said_to_be_and_no_exposure_is_guessed(reason):
    unknown = {**FIGURES, "clearance": None, "unknown": reason, "egfr": None, "exposure": None}
    said = words_of(dosing_panel(PICTURE, [unknown]))
    assert "◌ CANNOT TELL" in said and "Exposure" not in said


def test_a_patient_without_such_a_drug_is_told_why_nothing_is_shown():
    assert "No drug of this patient has rules on renal function" in dosing_panel(PICTURE, [])


@pytest.mark.parametrize(
    ("clearance", "group", "exposure"),
    [(120.0, None, 1), (90.0, None, 1), (89.99, "mild", 1 / 0.84), (60.0, "mild", 1 / 0.84), (59.99, "moderate", 2),
     (30.0, "moderate", 2), (29.99, "severe", 1 / 0.3)],
)  # fmt: skip
def test_the_groups_are_half_open_and_their_exposure_is_one_over_the_clearance_left(clearance, group, exposure):
    for known in exposures().values():
        own = known.group_of(clearance, frozenset())
        assert (None if own is None else own.name) == group
        assert own is None or own.exposure == pytest.approx(exposure)


def test_somebody_on_dialysis_belongs_to_that_group_whatever_the_clearance():
    for known in exposures().values():
        own = known.group_of(100.0, frozenset({"dialysis"}))
        assert own is not None and own.exposure == pytest.approx(4)


def test_the_groups_of_every_drug_follow_each_other_and_name_what_is_known():
    for drug, known in exposures().items():
        spans = sorted((one.from_, one.to) for one in known.group if one.to is not None)
        assert drug in drugs() and spans[0][0] == 0 and spans[-1][1] == known.normal_from
        assert all(before[1] == after[0] for before, after in pairwise(spans))
        assert all(one.event in EVENT_KINDS for one in known.group if one.to is None)
        assert known.source.checked == "unchecked"


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the clinical reference lies beside the project only here")
def test_every_clearance_of_a_group_stands_in_the_clinical_reference():
    said = REFERENCE.read_text(encoding="utf-8")
    for known in exposures().values():
        for one in known.group:
            assert f"-{one.clearance_fall_percent:g} %" in said


def test_while_creatinine_changes_the_figures_are_said_to_be_the_newest_samples_alone():
    unsteady = CannotTell("SAMPLE-0001", "anakinra", "anakinra.renal-frequency", "renal_dosing", "unsteady_creatinine",
                          "Repeat it.", PICTURE.as_of)  # fmt: skip
    html = dosing_panel(replace(PICTURE, cannot_tell=(unsteady,)), [FIGURES])
    assert words_of(html).index("CANNOT TELL") < words_of(html).index("Creatinine clearance by")
    assert "no equation holds" in html
    assert "no equation holds" not in dosing_panel(replace(PICTURE, cannot_tell=()), [FIGURES])
    other = replace(unsteady, drug="methotrexate")
    assert "no equation holds" not in dosing_panel(replace(PICTURE, cannot_tell=(other,)), [FIGURES])
