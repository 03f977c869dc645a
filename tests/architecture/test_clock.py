"""Only core/clock.py asks the time; everything else is told it (P10, P29): a replay of last year must not see today."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.tree import ROOT, dotted, list_modules, name_of, parse

ASKING = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "time.strftime",
    "pd.Timestamp.now",
    "pandas.Timestamp.now",
    "pd.Timestamp.today",
    "func.now",
    "func.current_timestamp",
}
CLOCK = ROOT / "core" / "clock.py"


def find_askers(tree: ast.Module) -> list[str]:
    """Every place that asks the time; durations (perf_counter, monotonic) are no time of day."""
    asked = [dotted(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    taken = [
        f"time.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for one in node.names
    ]
    return [name for name in (*asked, *taken) if name in ASKING]


@pytest.mark.parametrize("module", [m for m in list_modules("core", "pages", "app.py") if m != CLOCK], ids=name_of)
def test_nothing_but_the_clock_asks_the_time(module):
    assert find_askers(parse(module)) == []


def test_the_check_itself_finds_those_who_ask():
    assert find_askers(parse(CLOCK)) != []
    assert find_askers(ast.parse("from time import time\n")) == ["time.time"]
    assert find_askers(ast.parse("from time import perf_counter\n")) == []
