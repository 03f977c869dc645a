"""Parts are known: pinned, hashed, each with its one reason, none below a floor with a known wound (P45)."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT

DIRECT = ("requirements.txt", "requirements-dev.txt")
LOCKS = ("requirements.lock", "requirements-dev.lock")
#: Known wounds below these versions (CVE-2026-33682 and older; CVE-2026-48818).
FLOORS = {"streamlit": (1, 54), "starlette": (1, 1, 0)}


def read_lines(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def read_pins(name: str) -> dict[str, str]:
    """Package -> version; names as the index compares them."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", "\n".join(read_lines(name)), re.M)
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.mark.parametrize("name", DIRECT)
def test_every_direct_dependency_is_pinned_and_says_what_it_is_for(name):
    said = re.compile(r"^(-r \S+|[a-z0-9._-]+(\[[a-z,]+\])?==\S+)  # \S.{10,}$")
    assert [line for line in read_lines(name) if not said.match(line)] == []


@pytest.mark.parametrize(("direct", "lock"), list(zip(DIRECT, LOCKS, strict=True)))
def test_the_lock_holds_every_pin_as_written(direct, lock):
    pins, locked = read_pins(direct), read_pins(lock)
    assert {package: locked.get(package) for package in pins} == pins


def test_the_tests_run_on_the_versions_the_clinic_runs():
    clinic, bench = read_pins("requirements.lock"), read_pins("requirements-dev.lock")
    assert {package: bench.get(package) for package in clinic} == clinic


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_carries_a_hash_and_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) == len(read_pins(lock))
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize(("package", "floor"), list(FLOORS.items()))
def test_nothing_is_older_than_its_last_known_wound(package, floor):
    version = tuple(int(part) for part in read_pins("requirements.lock")[package].split("."))
    assert version >= floor


def test_workbooks_are_read_defused():
    from openpyxl.xml import DEFUSEDXML

    assert DEFUSEDXML
