"""A result's code and name lead to one analyte; doubt leads to quarantine, never to a neighbour."""

from __future__ import annotations

import pytest

from core.catalogue import ANALYTES, analyte, find_analyte, is_loinc

FOUND = [
    ("", "neutrophils", "neutrophils"),
    ("", "ANC", "neutrophils"),
    ("", "Neutrophils (absolute)", "neutrophils"),
    ("", "Neutrophils %", "neutrophils_percent"),
    ("", "Neutrophils/100 leukocytes in Blood by Automated count", "neutrophils_percent"),
    ("", "Hemoglobin [Mass/volume] in Blood", "haemoglobin"),
    ("", "White Blood Cell Count", "wbc"),
    ("", "gGT", "ggt"),
    ("", "K", "potassium"),
    ("", "Hemoglobin A1c/Hemoglobin.total in Blood", "hba1c"),
    ("", "blood culture", "blood_culture"),
    ("751-8", "", "neutrophils"),
    ("751-8", "Neutrophils, our machine 3", "neutrophils"),
    ("3094-0", "BUN", "urea_nitrogen"),
    ("3094-0", "urea", "urea_nitrogen"),
]


@pytest.mark.parametrize(("loinc", "name", "key"), FOUND)
def test_a_code_or_a_known_name_finds_its_analyte(loinc: str, name: str, key: str) -> None:
    match = find_analyte(loinc, name)
    assert (match.key, match.reason) == (key, "")


@pytest.mark.parametrize(("loinc", "name"), [("751-8", "platelets"), ("770-8", "neutrophils"), ("2160-0", "sodium")])
def test_a_code_and_a_name_that_disagree_are_a_mismatch(loinc: str, name: str) -> None:
    assert find_analyte(loinc, name).reason == "analyte_mismatch"


@pytest.mark.parametrize(
    ("loinc", "name"),
    [
        ("2028-9", "Carbon dioxide"),
        ("2028-9", ""),
        ("39156-5", "Body Mass Index"),
        ("788-0", "Erythrocyte distribution width [Entitic volume] by Automated count"),
        ("32623-1", "Platelet mean volume [Entitic volume] in Blood by Automated count"),
        ("2161-8", "Creatinine [Mass/volume] in Urine"),
    ],
)
def test_a_valid_code_of_something_else_is_out_of_scope(loinc: str, name: str) -> None:
    assert find_analyte(loinc, name).reason == "out_of_scope"


@pytest.mark.parametrize(
    ("loinc", "name"),
    [
        ("30451-9", "neutrophil count"),  # a valid code we do not hold, a name we watch
        ("30451-9", "Neutrofils"),  # the same, misspelt
        ("751-9", "neutrophils"),  # a broken code is not overruled by the name
        ("NEUT", "neutrophils"),
        ("", "Neutrofils"),
        ("", "culture"),
        ("", "Creatinine [Mass/volume] in Urine"),
        ("", ""),
    ],
)
def test_what_could_be_a_monitored_analyte_is_unknown_not_out_of_scope(loinc: str, name: str) -> None:
    match = find_analyte(loinc, name)
    assert (match.key, match.reason) == (None, "unknown_analyte")


@pytest.mark.parametrize(
    "name",
    ["Neutrophils [Synovial fluid]", "Neutrophils [CSF]", "Creatinine [Urine]", "WBC [Urine]", "Weight [birth]",
     "Temperature [ambient]", "Neutrophils [target]", "Neutrophils (CSF)", "Neutrophils {target}",
     "Neutrophils [#/volume] in Blood [target]", "Neutrophils by Automated count [CSF]",
     "Neutrophils [#/volume] in Blood by Automated count (CSF)", "Leukocytes [#/area] in Blood"],
)  # fmt: skip
def test_a_word_in_brackets_that_names_another_specimen_or_meaning_is_never_dropped(name: str) -> None:
    assert find_analyte("", name).reason == "unknown_analyte"
    assert find_analyte("30451-9", name).reason == "unknown_analyte"  # so like ours that it must not vanish


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Neutrophils [#/volume] in Blood by Automated count", "neutrophils"),
        ("Creatinine [Moles/volume] in Serum or Plasma", "creatinine"),
        ("Creatinine [Mass/volume] in Serum or Plasma", "creatinine"),
        ("Neutrophils [blood]", "neutrophils"),
    ],
)
def test_the_property_and_blood_itself_are_left_out_of_a_long_name(name: str, key: str) -> None:
    assert find_analyte("", name).key == key


def test_a_missing_code_or_name_may_be_given_as_none() -> None:
    assert find_analyte(None, "ANC").key == "neutrophils"


@pytest.mark.parametrize(("code", "valid"), [("751-8", True), ("751-9", False), ("98979-8", True), ("abc", False)])
def test_the_check_digit_tells_a_code_from_a_typing_error(code: str, valid: bool) -> None:
    assert is_loinc(code) is valid


def test_every_analyte_of_the_contract_is_found_by_its_key_and_by_its_title() -> None:
    for key in ANALYTES:
        assert find_analyte("", key).key == key
        assert find_analyte("", analyte(key).title).key == key


def test_urea_nitrogen_is_kept_as_urea() -> None:
    assert analyte("urea_nitrogen").stored_as == "urea"
    assert all(analyte(key).stored_as == key for key in ANALYTES if key != "urea_nitrogen")


def test_a_range_that_differs_between_the_sexes_is_not_given_for_an_unknown_sex() -> None:
    assert analyte("haemoglobin").ref("female") == (120.0, 150.0)
    assert analyte("haemoglobin").ref("unknown") == (None, None)
    assert analyte("neutrophils").ref("unknown") == (2.0, 7.5)


def test_a_result_is_stale_after_a_year_and_a_childs_weight_after_ninety_days() -> None:
    a_status = {"hbsag", "anti_hbc", "anti_hbc_igm", "anti_hbs", "hcv_antibody", "hiv", "igra", "tpmt"}
    assert {analyte(key).stale_after_days for key in ANALYTES if key not in a_status} == {365}
    assert min(analyte(key).stale_after_days for key in a_status) > 50 * 365  # stands until the next one
    assert {key: analyte(key).child_stale_after_days for key in ANALYTES if analyte(key).child_stale_after_days} == {
        "weight": 90
    }
