"""The catalogue checks itself: the files as shipped are without fault, and each kind of fault is told, all at once."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.catalogue import ANALYTES, check, check_catalogue
from core.catalogue.analytes import Analyte, analytes
from core.catalogue.drugs import drugs
from core.catalogue.reading import read_catalogue
from core.catalogue.units import units
from core.catalogue.vaccines import vaccines
from core.errors import ProtocolFault

Change = Callable[[Analyte], Analyte]


def test_the_catalogue_as_shipped_has_no_fault() -> None:
    assert check_catalogue() == []


def test_the_files_order_is_the_contracts() -> None:
    assert tuple(analytes()) == ANALYTES


def spoil(monkeypatch: pytest.MonkeyPatch, key: str, change: Change) -> list[str]:
    spoilt = {**analytes(), key: change(analytes()[key])}
    monkeypatch.setattr(check, "analytes", lambda: spoilt)
    return check_catalogue()


def _other_unit(one: Analyte) -> Analyte:
    return replace(one, conversions=(replace(one.conversions[0], unit="stone"),))


@pytest.mark.parametrize(
    ("key", "change", "fault"),
    [
        ("wbc", lambda one: replace(one, loinc=(("751-8", "v"),)), "LOINC '751-8' belongs to both neutrophils and wbc"),
        ("wbc", lambda one: replace(one, loinc=(("6690-3", "v"),)), "wbc: LOINC 6690-3 has a wrong check digit"),
        ("wbc", lambda one: replace(one, loinc=(("6690-2", "x"),)), "wbc: LOINC 6690-2 has status 'x', not v or k"),
        ("wbc", lambda one: replace(one, names=("ANC",)), "analyte name 'anc' belongs to both neutrophils and wbc"),
        ("wbc", lambda one: replace(one, source=""), "wbc: a source and how it was checked must be given"),
        ("wbc", lambda one: replace(one, unit="10^9"), "wbc: kind must be coded, or numeric with a unit of units.toml"),
        (
            "wbc",
            lambda one: replace(one, plausible_high=Decimal(5)),
            "wbc: the reference range is not within the plausible limits",
        ),
        (
            "wbc",
            lambda one: replace(one, ref_male=(Decimal(9), Decimal(4))),
            "wbc: the reference range does not rise",
        ),
        ("wbc", lambda one: replace(one, plausible_low=None), "wbc: plausible limits must be two rising numbers"),
        (
            "creatinine",
            lambda one: replace(one, conversions=(replace(one.conversions[0], unit="mmol/L"),)),
            "creatinine: mmol/L needs no conversion of its own, units.toml already scales it",
        ),
        (
            "creatinine",
            lambda one: replace(one, conversions=(replace(one.conversions[0], multiply=Decimal(0)),)),
            "creatinine: the conversion from mg/dL has no direction or a factor of zero",
        ),
        (
            "creatinine",
            lambda one: replace(one, conversions=one.conversions * 2),
            "creatinine: two conversions in for mass per volume",
        ),
        ("creatinine", _other_unit, "creatinine: converts from 'stone', which units.toml does not have"),
        (
            "urea_nitrogen",
            lambda one: replace(one, stored_as="ureum"),
            "urea_nitrogen: stored_as 'ureum' is not an analyte",
        ),
    ],
)
def test_a_fault_of_an_analyte_is_told(monkeypatch: pytest.MonkeyPatch, key: str, change: Change, fault: str) -> None:
    assert fault in spoil(monkeypatch, key, change)


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = spoil(monkeypatch, "wbc", lambda one: replace(one, source="", loinc=(("6690-3", "v"),), names=("ANC",)))
    assert len(faults) == 3


def test_a_missing_analyte_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {key: one for key, one in analytes().items() if key != "crp"}
    monkeypatch.setattr(check, "analytes", lambda: fewer)
    assert "analytes.toml has no entry for crp" in check_catalogue()


@pytest.mark.parametrize(
    ("name", "changes", "fault"),
    [
        ("canakinumab", {"names": ("Kineret",)}, "drug name 'kineret' belongs to both anakinra and canakinumab"),
        ("canakinumab", {"rxcui": "72435"}, "RxCUI '72435' belongs to both anakinra and canakinumab"),
        ("canakinumab", {"rxcui_status": ""}, "canakinumab: RxCUI 853491 has status '', not v or k"),
        ("canakinumab", {"source": ""}, "canakinumab: class, source and how it was checked must be given"),
        ("canakinumab", {"group": "dmard"}, "canakinumab: group 'dmard' is not one of bdmard, tsdmard, csdmard"),
    ],
)
def test_a_fault_of_a_drug_is_told(
    monkeypatch: pytest.MonkeyPatch, name: str, changes: dict[str, Any], fault: str
) -> None:
    spoilt = {**drugs(), name: replace(drugs()[name], **changes)}
    monkeypatch.setattr(check, "drugs", lambda: spoilt)
    assert fault in check_catalogue()


@pytest.mark.parametrize(
    ("ucum", "changes", "fault"),
    [
        ("kg", {"spellings": ("lbs",)}, "unit 'lbs' belongs to both kg and [lb_av]"),
        ("kg", {"spellings": ("stone",)}, "units.toml: 'stone' is not found as kg"),
        ("kg", {"scale": Decimal(0)}, "units.toml: kg has a scale that is not positive"),
        ("kg", {"scale": Decimal(2)}, "units.toml: no unit of 'mass' has scale 1"),
    ],
)
def test_a_fault_of_a_unit_is_told(
    monkeypatch: pytest.MonkeyPatch, ucum: str, changes: dict[str, Any], fault: str
) -> None:
    spoilt = {**units(), ucum: replace(units()[ucum], **changes)}
    monkeypatch.setattr(check, "units", lambda: spoilt)
    assert fault in check_catalogue()


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"cvx": "3"}, "vaccine '3' is not a CVX code of at least two digits"),
        ({"checked": ""}, "vaccine 03: a source and how it was checked must be given"),
    ],
)
def test_a_fault_of_a_vaccine_is_told(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], fault: str) -> None:
    spoilt = {**vaccines(), "03": replace(vaccines()["03"], **changes)}
    monkeypatch.setattr(check, "vaccines", lambda: spoilt)
    assert fault in check_catalogue()


def test_a_vocabulary_out_of_order_or_with_a_stranger_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    backwards = dict(reversed(analytes().items()))
    monkeypatch.setattr(check, "analytes", lambda: backwards)
    assert "analytes.toml is not in the contract's order" in check_catalogue()
    stranger = {
        **analytes(),
        "moonstone": replace(analytes()["crp"], key="moonstone", loinc=(), names=(), title="Moon"),
    }
    monkeypatch.setattr(check, "analytes", lambda: stranger)
    assert "analytes.toml: moonstone is not in the contract's vocabulary" in check_catalogue()


def respell(monkeypatch: pytest.MonkeyPatch, file: str, change: Callable[[dict[str, Any]], None]) -> list[str]:
    """The faults told when one file read differently."""

    def read_spoilt(name: str) -> dict[str, Any]:
        content = deepcopy(read_catalogue(name))
        if name == file:
            change(content)
        return content

    monkeypatch.setattr(check, "read_catalogue", read_spoilt)
    return check_catalogue()


def set_in(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        if to is None:
            del place[path[-1]]
        else:
            place[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("file", "change", "fault"),
    [
        ("units", set_in("source", to=""), "units.toml: a source and how it was checked must be given"),
        ("units", set_in("unit", to=[]), "units.toml: a UCUM unit stands there twice"),
        ("terms", set_in("checked", to=""), "terms.toml: a source and how it was checked must be given"),
        ("terms", set_in("route", 0, "name", to="SUBCUT"), "terms.toml: route differs from the contract's words"),
        (
            "terms",
            set_in("route", 1, "spellings", to=["subcutaneous"]),
            "route 'subcutaneous' belongs to both SC and IV",
        ),
        (
            "terms",
            set_in("frequency", to=None),
            "terms: an entry is incomplete or of the wrong type (KeyError('frequency'))",
        ),
        ("grading", set_in("v4", "source", to=""), "grading.toml v4: a source and how it was checked must be given"),
        ("grading", set_in("v4", "moonstone", to={}), "grading.toml v4.moonstone: not an analyte"),
        ("grading", set_in("v4", "wbc", "unit", to="cells"), "grading.toml v4.wbc: unit 'cells' is not in units.toml"),
        (
            "grading",
            set_in("v5", "neutrophils", "below", to=["lln", 1.0, 1.5, 0.5]),
            "grading.toml v5.neutrophils: the limits of 'below' are not in order of grades",
        ),
        ("screens", set_in("source", to=""), "screens.toml: a source and how it was checked must be given"),
        (
            "screens",
            set_in("charts", 0, to="moonstone"),
            "screens.toml: charts 'moonstone' is not an analyte; name one of the catalogue",
        ),
        (
            "screens",
            set_in("trends", 0, to="moonstone"),
            "screens.toml: trends 'moonstone' is not an analyte; name one of the catalogue",
        ),
    ],
)
def test_a_fault_of_a_file_is_told(
    monkeypatch: pytest.MonkeyPatch, file: str, change: Callable[[dict[str, Any]], None], fault: str
) -> None:
    assert fault in respell(monkeypatch, file, change)


def test_a_catalogue_file_that_is_not_there_names_itself() -> None:
    with pytest.raises(ProtocolFault, match=r"moons\.toml cannot be read .*: put it back"):
        read_catalogue("moons")


def test_a_symptom_or_status_outside_the_contract_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    renamed = set_in("symptom", 0, "name", to="hotness")
    assert "terms.toml: symptom differs from the contract's words" in respell(monkeypatch, "terms", renamed)
    renamed = set_in("course_status", 2, "name", to="paused")
    assert "terms.toml: course_status differs from the contract's words" in respell(monkeypatch, "terms", renamed)


def test_a_word_a_laboratory_could_mean_in_two_ways_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    doubled = set_in("coded", 0, "spellings", to=["reactive"])
    assert "coded 'reactive' belongs to both negative and positive" in respell(monkeypatch, "terms", doubled)
    doubled = set_in("coded", 0, "signs", to=["+"])
    assert "sign '+' belongs to both negative and positive" in respell(monkeypatch, "terms", doubled)


def test_a_denial_of_an_event_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    strange = set_in("denial", "own", "moon_phase", to=["moon"])
    assert "statements.toml: denial: 'moon_phase' is no kind of event" in respell(monkeypatch, "statements", strange)
