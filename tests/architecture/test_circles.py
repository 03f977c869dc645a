"""No circle of imports, and no question to the database outside the rooms of the store: the house stays readable."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from tests.architecture.tree import ROOT, list_modules, name_of, parse

#: Circles that stand, by the import that closes each, made when a function is called, and why.
KNOWN = {("core.ingest.limits", "core.ingest.archives"): "a file may be an archive, whose members are such files"}
#: The same of imports that are made for types alone: a feature is given the measurements that will keep it.
KNOWN_FOR_TYPES = [
    (f"core.engine.{name}", "core.engine.features")
    for name in ("age", "clearance", "dosing", "kidney_injury", "upper_limits")
]


def imports_of(tree: ast.Module) -> set[str]:
    """Every dotted name a module imports: inside functions too, and for types alone."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return found


def find_circle(graph: Mapping[str, set[str]]) -> list[str]:
    """The names of one circle, in the order of their imports; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        for other in sorted(graph.get(name, ())):
            if circle := walk(other, [*path, name]):
                return circle
        done.add(name)
        return []

    return next((circle for name in sorted(graph) if (circle := walk(name, []))), [])


def test_no_modules_import_each_other_in_a_circle():
    modules = {name_of(file).removesuffix(".py").replace("/", "."): file for file in list_modules("core")}
    graph = {name: imports_of(parse(file)) & modules.keys() - {name} for name, file in modules.items()}
    for one, other in (*KNOWN, *KNOWN_FOR_TYPES):
        graph[one].remove(other)  # fails when the circle is gone: then this line goes too
    assert len(graph) > 300
    assert find_circle(graph) == []


def test_the_check_itself_finds_a_circle():
    assert find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert find_circle({"a": {"b", "c"}, "b": {"c"}}) == []
    assert imports_of(ast.parse("def f():\n    from a.b import c\n")) == {"a.b", "a.b.c"}
    assert imports_of(ast.parse("if TYPE_CHECKING:\n    from a.b import c\n")) == {"a.b", "a.b.c"}


def asks_itself(tree: ast.Module) -> list[str]:
    """What a module takes from the database's language or its tables; a connection is only handed on."""
    names = imports_of(tree) - {"sqlalchemy", "sqlalchemy.Connection", "core.store"}
    return sorted(name for name in names if name.split(".")[0] == "sqlalchemy" or name.startswith("core.store.schema"))


def test_only_the_store_asks_the_database():
    above = [
        file for file in list_modules("core", "pages", "app.py") if not file.is_relative_to(ROOT / "core" / "store")
    ]
    assert len(above) > 250
    assert {name_of(file): asked for file in above if (asked := asks_itself(parse(file)))} == {}


def test_the_check_itself_finds_a_question():
    assert asks_itself(ast.parse("from sqlalchemy import Connection, select")) == ["sqlalchemy.select"]
    assert asks_itself(ast.parse("from core.store import clinic, schema")) == ["core.store.schema"]
    assert asks_itself(ast.parse("from sqlalchemy import Connection\nfrom core.store import clinic")) == []
