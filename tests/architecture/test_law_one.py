"""A clinical fact lives in exactly one data file: no drug, brand or analyte threshold is spelt in code (law 1)."""

from __future__ import annotations

import ast
import tomllib

import pytest

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
