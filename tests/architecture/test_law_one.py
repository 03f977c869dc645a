"""A clinical fact lives in exactly one data file: no drug, brand or analyte threshold is spelt in code (law 1)."""

from __future__ import annotations

import ast
import tomllib

import pytest

from core.catalogue import ANALYTES
from tests.architecture.tree import ROOT, list_modules, name_of, parse


def read_drug_words() -> set[str]:
    """Every drug's name and every brand of four letters or more, as the catalogue spells them."""
    drugs = tomllib.loads((ROOT / "core" / "catalogue" / "drugs.toml").read_text(encoding="utf-8"))
    entries = {name: entry for name, entry in drugs.items() if isinstance(entry, dict) and "class" in entry}
    words = {word.lower() for name, entry in entries.items() for word in (name, *entry.get("names", ()))}
    return {word for word in words if len(word) >= 4 and word.isalpha()}


DRUG_WORDS = read_drug_words()


def find_spoken(tree: ast.Module, words: set[str]) -> list[str]:
    """Text constants of the code that are, or hold, one of the words; documentation may speak of drugs."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    texts = [
        node.value.lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]
    return sorted({text for text in texts if words & set("".join(c if c.isalpha() else " " for c in text).split())})


def test_the_catalogue_names_drugs_to_look_for():
    assert "anakinra" in DRUG_WORDS
    assert len(DRUG_WORDS) > 20


@pytest.mark.parametrize("module", list_modules("core", "pages", "app.py"), ids=name_of)
def test_no_drug_is_named_in_code(module):
    assert find_spoken(parse(module), DRUG_WORDS) == []


def test_the_check_itself_finds_a_drug():
    assert find_spoken(ast.parse('if drug == "anakinra": pass'), DRUG_WORDS) == ["anakinra"]
    assert find_spoken(ast.parse('"""About anakinra."""'), DRUG_WORDS) == []


# ── analytes ──────────────────────────────────────────────────────────────────────────────────────────────────────
# An equation in code may name what it computes from; which tests a rule, a screen or a letter is about stands in the
# data files (protocols, background.toml, screens.toml).

#: What the equations in code are made of, wherever their inputs are shown: clearance, and a count from a differential.
INPUTS = {"creatinine", "creatinine_clearance", "egfr", "weight", "height"}
#: Modules that may name more, and why.
MAY_NAME = {
    "core/catalogue/analytes.py": "the contract's vocabulary itself",
    "core/catalogue/serology.py": "the four markers that the table of the file is keyed by",
    "core/calculators/answers.py": "arguments of calculators",
    "core/calculators/calc.py": "arguments of calculators",
    "core/engine/upper_limits.py": "the features that common.toml defines as ALT and AST against their limits",
    "core/store/derived.py": "the count computed from a differential",
    "core/services/proof/facts.py": "the count computed from a differential",
    "core/services/bench.py": "a synthetic cohort",
    "core/services/bench_store.py": "a synthetic cohort",
}


def find_analytes(tree: ast.Module) -> set[str]:
    """Text constants of the code that are an analyte of the contract."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value in set(ANALYTES)}


@pytest.mark.parametrize("module", list_modules("core", "pages", "app.py"), ids=name_of)
def test_no_test_is_named_in_code_but_as_the_input_of_an_equation(module):
    if name_of(module) not in MAY_NAME:
        assert sorted(find_analytes(parse(module)) - INPUTS) == []


def test_every_module_that_may_name_a_test_does():
    there = [name for name in MAY_NAME if (ROOT / name).exists()]
    assert [name for name in there if not find_analytes(parse(ROOT / name)) - INPUTS] == []


def test_the_check_itself_finds_an_analyte():
    assert find_analytes(ast.parse('_COUNT = "neutrophils"')) == {"neutrophils"}
    assert find_analytes(ast.parse('"neutrophils of a patient"')) == set()
