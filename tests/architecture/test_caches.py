"""No patient data in caches that all users share, but for the places reviewed here (P33)."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.tree import dotted, list_modules, name_of, parse

#: File -> why what it keeps may be shared.
REVIEWED = {
    "core/store/connect.py": "an engine per address: compiled statements, no connection, no row",
    "core/store/kept_cohort.py": "a digest of the program's own files",
    "core/services/kept_picture.py": "a digest of the program's own files",
    "core/views/outside.py": "which tests each rule of the protocols reads",
    "core/views/unit_words.py": "the units of the catalogue as one pattern",
}
SHARED = {
    "st.cache_data", "st.cache_resource", "streamlit.cache_data", "streamlit.cache_resource",
    "functools.cache", "functools.lru_cache", "cache", "lru_cache",
}  # fmt: skip


def find_caches(tree: ast.Module) -> list[str]:
    names = [dotted(node) for node in ast.walk(tree) if isinstance(node, (ast.Name, ast.Attribute))]
    taken = [
        one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "streamlit"
        for one in node.names
    ]
    return [name for name in names if name in SHARED] + [name for name in taken if f"st.{name}" in SHARED]


@pytest.mark.parametrize(
    "module", list_modules("pages", "core/services", "core/store", "core/views", "app.py"), ids=name_of
)
def test_a_shared_cache_stands_only_where_it_was_reviewed(module):
    assert find_caches(parse(module)) == [] or name_of(module) in REVIEWED


def test_every_reviewed_place_still_has_its_cache():
    modules = {name_of(module): module for module in list_modules("pages", "core", "app.py")}
    assert [name for name in REVIEWED if name not in modules or not find_caches(parse(modules[name]))] == []


def test_the_check_itself_finds_a_cache():
    assert find_caches(ast.parse("import streamlit as st\n@st.cache_data\ndef f(): pass\n")) == ["st.cache_data"]
    assert find_caches(ast.parse("from streamlit import cache_resource\n")) == ["cache_resource"]
