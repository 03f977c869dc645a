"""Brands, salts, biosimilar suffixes and strengths are one drug; two drugs or none are nothing."""

from __future__ import annotations

import pytest

from core.catalogue import find_drug, find_drug_by_code, find_drugs_in

NAMED = [
    ("anakinra", "anakinra"),
    ("Kineret", "anakinra"),
    ("KINERET 100 mg/0.67 mL syringe", "anakinra"),
    ("anifrolumab-fnia", "anifrolumab"),
    ("adalimumab-atto 40 mg", "adalimumab"),
    ("Humira", "adalimumab"),
    ("certolizumab", "certolizumab pegol"),
    ("methotrexate sodium", "methotrexate"),
    ("Methotrexate 2.5mg tablets", "methotrexate"),
    ("hydroxychloroquine sulphate", "hydroxychloroquine"),
    ("cyclosporine", "ciclosporin"),
    ("6-MP", "mercaptopurine"),
    ("co-trimoxazole 480 mg", "co-trimoxazole"),
    ("theophylline", "theophylline"),
    ("Arcalyst", "rilonacept"),
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_prescription_names_its_drug(text: str, name: str) -> None:
    drug = find_drug(text)
    assert drug is not None and drug.name == name


@pytest.mark.parametrize(
    "text", ["", "xyz", "tablets", "adalimumab or etanercept", "warfarin-abcd", "anakinra/methotrexate", "not kineret"]
)
def test_what_names_no_drug_or_more_than_one_is_not_guessed(text: str) -> None:
    assert find_drug(text) is None


def test_a_free_text_gives_every_drug_it_names_in_order() -> None:
    names = [drug.name for drug in find_drugs_in("rash after Kineret; also MTX and Simponi Aria, and Kineret again")]
    assert names == ["anakinra", "methotrexate", "golimumab"]


@pytest.mark.parametrize(
    ("code", "name"),
    [("L04AC03", "anakinra"), ("72435", "anakinra"), ("L01XC02", "rituximab"), ("1256", "azathioprine")],
)
def test_a_code_old_or_new_finds_its_drug(code: str, name: str) -> None:
    drug = find_drug_by_code(code)
    assert drug is not None and drug.name == name


def test_a_code_shared_by_two_drugs_or_of_another_finds_none() -> None:
    assert find_drug_by_code("L04AA06") is None  # mycophenolate mofetil and mycophenolic acid
    assert find_drug_by_code("6387") is None  # lidocaine, taken for azathioprine by a public implementation


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("etanercept", "tnf_inhibitor"),
        ("canakinumab", "il1_inhibitor"),
        ("tocilizumab", "il6_inhibitor"),
        ("baricitinib", "jak_inhibitor"),
        ("baricitinib", "tsdmard"),
        ("rituximab", "bdmard"),
        ("methotrexate", "csdmard"),
        ("azathioprine", "thiopurine"),
    ],
)
def test_a_drug_belongs_to_its_class_and_group(name: str, word: str) -> None:
    drug = find_drug(name)
    assert drug is not None and drug.is_a(word) and not drug.is_a("")
