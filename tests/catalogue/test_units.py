"""A unit is known by many spellings; where capitals change the meaning they are obeyed, else forgiven."""

from __future__ import annotations

import pytest

from core.catalogue import find_unit, is_absent

ONE_UNIT_MANY_SPELLINGS = {
    "10*9/L": "10*9/L 10^9/L x10*9/L X10E9/L 10E9/L 10**9/L 10(9)/L 10⁹/L ×10⁹/l G/L G/l GI/L 10*9{cells}/L /nL",
    "10*3/uL": "10*3/uL 10^3/µL 10³/μl K/uL k/ul THOU/uL Thous/mm3 10*3/mm3 x10^3/uL 10*+3/ul Tsd/µl K/cumm",
    "10*6/uL": "10*6/uL 10^6/µl M/uL MILL/uL Mio/µl million/uL",
    "10*12/L": "10*12/L 10^12/L TI/L T/L",
    "/uL": "/uL /µL /μL /㎕ cells/uL cells/mm3 /mm3 /mm³ cells/cumm 1/uL {cells}/uL",
    "umol/L": "umol/L µmol/L μmol/l UMOL/L umol.L-1 µmol·l⁻¹ mcmol/L",
    "mg/dL": "mg/dL mg/dl MG/DL mg%",
    "g/L": "g/L g/l gm/L mg/mL",
    "mL/min/{1.73_m2}": "mL/min/{1.73_m2} ml/min/1.73m² mL/min/1.73m2 mL/min/1.73_m2 mL/min/1.73m^2",
    "ukat/L": "ukat/L µkat/l μkat/L",
    "[degF]": "[degF] F °F degF",
    "Cel": "Cel C °C ℃ degC",
    "fmol": "fmol fmol(Fe)",
    "1": "1 FRACTION",
}


@pytest.mark.parametrize(
    ("spelling", "ucum"), [(s, ucum) for ucum, spellings in ONE_UNIT_MANY_SPELLINGS.items() for s in spellings.split()]
)
def test_a_spelling_seen_in_the_wild_leads_to_its_ucum_unit(spelling: str, ucum: str) -> None:
    assert find_unit(spelling) == ucum


def test_capital_g_per_litre_is_a_cell_count_and_small_g_a_mass() -> None:
    assert (find_unit("G/L"), find_unit("g/L")) == ("10*9/L", "g/L")


def test_capital_m_per_microlitre_is_a_million_and_small_m_is_nothing() -> None:
    assert (find_unit("M/uL"), find_unit("m/uL")) == ("10*6/uL", None)


def test_molar_and_millimetre_are_told_apart_by_their_capitals() -> None:
    assert (find_unit("mM"), find_unit("mm")) == ("mmol/L", "mm")


@pytest.mark.parametrize("text", ["", "xyz", "nl", "10-9/L", "10+3/uL", "109/L", "mmol", "{|}1", "L-1"])
def test_what_is_no_known_unit_is_never_guessed(text: str) -> None:
    assert find_unit(text) is None


@pytest.mark.parametrize("text", ["", "  ", "NA", "n/a", "None", "NO UNITS", "-"])
def test_a_word_for_no_unit_reads_as_no_unit(text: str) -> None:
    assert is_absent(text)


def test_a_unit_is_not_read_as_absent() -> None:
    assert not is_absent("mg/dL")
