"""Rows of the clinical reference, on both sides of their limits, asked as a clinic would: files in, JSON out.

reference_by_cli.csv holds one patient a line: the key of the reference, courses (drug|indication|dose|frequency|from|
to|status), results (analyte|value|unit|date|upper limit), events (date of begin and end, code, detail, severity behind
the kind), and what must be said, left unsaid, or called untold. Nothing of the program is called but its command line.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.architecture.tree import ROOT

ROWS = list(csv.DictReader((Path(__file__).parent / "reference_by_cli.csv").open(encoding="utf-8", newline="")))
NAMES = [f"P{number:03d}" for number in range(len(ROWS))]
HEADS = {
    "patients": "patient_id,family_name,given_name,birth_date,sex",
    "medications": "patient_id,drug,indication,dose,dose_unit,frequency,start_date,end_date,status",
    "results": "result_id,patient_id,analyte,value,unit,collected_at,ref_high",
    "events": "event_id,patient_id,kind,start_date,end_date,code,detail,severity",
}
#: Keys of the reference that no file can trigger, that ship switched off, or that only set dates (tests/spec).
NOT_ASKED = {
    "ANK-ANC11", "ANK-B2", "ANK-H3", "ANK-M2", "ANK-MON2", "ANK-MON3", "ANK-MON11", "ANK-Q1", "ANK-Q2", "ANK-REN6",
}  # fmt: skip


def split(cell: str) -> list[list[str]]:
    return [part.split("|") for part in cell.split("; ") if part]


def lines_of(name: str, row: Mapping[str, str]) -> Iterable[tuple[str, list[str]]]:
    """The lines of one patient, each with the file it belongs to."""
    yield "patients", [name, "A", "B", row["born"], row["sex"]]
    for drug, indication, dose, frequency, start, end, status in split(row["courses"]):
        yield "medications", [name, drug, indication, *dose.split(" "), frequency, start, end, status]
    for number, (analyte, value, unit, day, upper) in enumerate(split(row["results"])):
        yield "results", [f"{name}-{number}", name, analyte, value, unit, day, upper]
    for number, (kind, start, end, code, detail, severity) in enumerate(split(row["events"])):
        yield "events", [f"{name}-{number}", name, kind, start, end, code, detail, severity]


def run(*words: str, store: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "core", *words, "--db", store, "--json"], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "NADIR_DB_URL": store},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


@cache
def ask(as_of: str) -> dict[str, tuple[set[str], set[str]]]:
    """Patient -> what is said (rule, priority, action, authority) and what cannot be told (rule, reason)."""
    with TemporaryDirectory() as folder:
        files = {kind: [head.split(",")] for kind, head in HEADS.items()}
        for name, row in zip(NAMES, ROWS, strict=True):
            for kind, line in lines_of(name, row) if row["as_of"] == as_of else ():
                files[kind].append(line)
        for kind, lines in files.items():
            with (Path(folder) / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(lines)
        store = f"sqlite:///{folder}/clinic.db"
        assert run("import", folder, store=store)["quarantined"] == 0
        told = run("evaluate", "--as-of", as_of, store=store)
    found: dict[str, tuple[set[str], set[str]]] = {name: (set(), set()) for name in NAMES}
    for alert in told["alerts"]:  # type: ignore[attr-defined]
        for one in alert["positions"]:
            rule = one["rule_id"].removeprefix("anakinra.")
            found[alert["patient_id"]][0].add(f"{rule} {one['priority']} {one['action']} {one['authority']}")
    for one in told["cannot_tell"]:  # type: ignore[attr-defined]
        found[one["patient_id"]][1].add(f"{one['rule_id'].removeprefix('anakinra.')} {one['reason']}")
    return found


@pytest.mark.parametrize(("name", "row"), list(zip(NAMES, ROWS, strict=True)), ids=[
    f"{row['key']}: {row['results'] or row['events'] or row['courses']}, {row['says'] or row['silent'] or 'untold'}"
    for row in ROWS
])  # fmt: skip
def test_the_command_line_says_what_the_row_says(name: str, row: dict[str, str]) -> None:
    said, untold = ask(row["as_of"])[name]
    for wanted in (part.split(" ") for part in row["says"].split("; ") if part):
        rule, priority, action, *authorities = wanted
        mine = {tuple(one.split(" ")[1:]) for one in said if one.split(" ")[0] == rule}
        assert {one[:2] for one in mine} == {(priority, action)}, rule
        assert not authorities or {one[2] for one in mine} == set(authorities), rule
    silent = [part for part in row["silent"].split("; ") if part]
    assert [one for one in said if one.split(" ")[0] in silent] == []
    assert {part for part in row["cannot_tell"].split("; ") if part} <= untold


def test_every_key_of_the_reference_is_asked_or_named_as_not_asked() -> None:
    clinical = ROOT.parent / "shared" / "clinical" / "anakinra_rules.csv"
    if not clinical.is_file():
        pytest.skip("the clinical reference lies beside the project, not in it")
    with clinical.open(encoding="utf-8", newline="") as file:
        keys = {row["rule_key"] for row in csv.DictReader(file)}
    asked = {row["key"] for row in ROWS}
    assert sorted(keys - asked - NOT_ASKED) == []
    assert sorted((asked & NOT_ASKED) | (NOT_ASKED - keys)) == []
