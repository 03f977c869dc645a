"""A page file run on its own, or imported before the gate, draws nothing: it only defines (P30, HAZ-015)."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.tree import ROOT, dotted, list_modules, name_of, parse

PAGES = [file for file in list_modules("pages") if file.name != "shell.py"]
PURE_CALLS = {"dataclass", "dataclasses.dataclass", "MappingProxyType", "Path", "st.fragment", "st.dialog"}
PURE_BUILTINS = {"dict", "enumerate", "frozenset", "getattr", "len", "list", "map", "max", "min", "range", "set"}
PURE_BUILTINS |= {"sorted", "str", "tuple", "zip"}
UNGUARDED = {"login.py"}  # the way in itself: it shows nobody's data and asks for no role


def find_effects(tree: ast.Module) -> list[int]:
    """Lines of module-level statements that do something beyond defining a name."""
    lines = []
    for number, node in enumerate(tree.body):
        docstring = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if docstring or isinstance(node, (ast.Import, ast.ImportFrom)):
            continue
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            lines += [one.lineno for one in node.decorator_list if calls_something_impure(one)]
        elif not isinstance(node, (ast.Assign, ast.AnnAssign)) or calls_something_impure(node.value):
            lines.append(node.lineno)
    return lines


def calls_something_impure(node: ast.AST | None) -> bool:
    """Does this expression call Streamlit, our own code, or anything else that is not a known plain constructor?"""
    if node is None:
        return False
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    return any(not is_pure(call) for call in calls)


def is_pure(call: ast.Call) -> bool:
    name = dotted(call.func)
    # methods of literals (" ".join, {}.items) and constructors of our own constants are evaluated, not shown
    return name in PURE_CALLS | PURE_BUILTINS or (isinstance(call.func, ast.Attribute) and not name.startswith("st."))


def guards_first(function: ast.FunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    first = body[0] if body else None
    value = first.value if isinstance(first, (ast.Expr, ast.Assign)) else None
    return isinstance(value, ast.Call) and dotted(value.func) == "guard.require"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_file_only_defines(page):
    assert find_effects(parse(page)) == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in UNGUARDED], ids=name_of)
def test_every_render_asks_the_guard_first(page):
    renders = [node for node in parse(page).body if isinstance(node, ast.FunctionDef) and node.name == "render"]
    assert [node.lineno for node in renders if not guards_first(node)] == []


def test_every_screen_of_the_menu_is_a_page_with_a_render():
    shell = (ROOT / "pages" / "shell.py").read_text(encoding="utf-8")
    screens = [page for page in PAGES if page.parent.name == "pages" and f'Screen("{page.stem}",' in shell]
    assert len(screens) == shell.count("Screen(") - 1  # the class itself is written with the same word
    for page in screens:
        assert any(isinstance(node, ast.FunctionDef) and node.name == "render" for node in parse(page).body), page.name


def test_every_screen_of_the_menu_is_imported_before_somebody_waits_for_it():
    menu = re.findall(r'Screen\("(\w+)",', (ROOT / "pages" / "shell.py").read_text(encoding="utf-8"))
    app = (ROOT / "app.py").read_text(encoding="utf-8")
    assert menu
    assert [name for name in menu if f'"pages.{name}"' not in app] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "pages"], ids=name_of)
def test_no_page_bears_the_name_of_a_module_python_or_a_package_already_has(page):
    # pages/ is first on the path while a screen runs: pages/wave.py would be what `import wave` finds
    taken = set(sys.stdlib_module_names) | set(packages_distributions())
    assert page.stem == "__init__" or page.stem not in taken


@pytest.mark.parametrize(
    ("text", "effects"),
    [
        ('"""Doc."""\nimport streamlit as st\nX = 1\ndef render():\n    st.write(1)\n', 0),
        ("import streamlit as st\nst.write(1)\n", 1),
        ("import streamlit as st\nX = st.text_input('x')\n", 1),
        ("if True:\n    pass\n", 1),
        ("def load():\n    pass\nX = load()\n", 1),
        ("for x in ():\n    pass\n", 1),
        ("import streamlit as st\n@st.cache_data\ndef f():\n    pass\n", 0),
        ("from x import register\n@register('page')\ndef f():\n    pass\n", 1),
    ],
)
def test_the_check_itself_tells_defining_from_doing(text, effects):
    assert len(find_effects(ast.parse(text))) == effects


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ('def render():\n    """Doc."""\n    guard.require("viewer")\n', True),
        ('def render():\n    user = guard.require("viewer")\n', True),
        ('def render():\n    st.title("x")\n    guard.require("viewer")\n', False),
        ("def render():\n    pass\n", False),
        ('def render():\n    if late:\n        guard.require("viewer")\n', False),
    ],
)
def test_the_check_itself_tells_a_guarded_render_from_a_bare_one(text, guarded):
    assert guards_first(ast.parse(text).body[0]) is guarded
