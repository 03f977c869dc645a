"""The facts behind an alert as they arrived: file, row, value and unit as given, and the way to the canonical unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from sqlalchemy import Connection

from core.catalogue import ANALYTES, analyte, convert, find_unit
from core.catalogue.conversion import UnitProblem
from core.catalogue.units import units
from core.engine.cohort import Cohort
from core.engine.standing import Alert, Evidence
from core.engine.wording import iso, number
from core.records import COMPARATORS, Result
from core.services.contract_json import Json, evidence_to_json
from core.services.proof.record import PATIENT, Record
from core.store import quarantine, stored
from core.store.row_numbers import find_row

#: What a neutrophil count is derived from, in the order of the equation.
PARTS = ("wbc", "neutrophils_percent", "neutrophils_fraction", "bands_percent")


@dataclass(frozen=True, slots=True)
class Given:
    """A result as its line gave it. coded: the word, where it is one."""

    value: str
    unit: str
    coded: str | None
    file: str
    row: int
    status: str


def read_given(connection: Connection, patient_id: str, rows: set[int]) -> dict[int, Given]:
    """How the engine's result rows were given, those in quarantine included; derived rows have no line of their own."""
    kept = {number: find_row(number) for number in rows if number >= 0}
    found = stored.facts_by_row(connection, "result", {row for table, row in kept.values() if table == "result"})
    out: dict[int, Given] = {}
    for row, (table, position) in kept.items():
        fact = found[position].fact if table == "result" and position in found else None
        if isinstance(fact, Result):
            line = found[position]
            out[row] = Given(fact.value_as_given, fact.unit_as_given, fact.coded, line.file, line.row, fact.status)
    marks = {position: row for row, (table, position) in kept.items() if table == "quarantine"}
    for refused in quarantine.list_refusals(connection, [patient_id]) if marks else ():
        if refused.row_id in marks:
            fields, origin = dict(refused.row.fields), refused.row.origin
            value = fields.get("value", refused.issue.value)
            out[marks[refused.row_id]] = Given(value, fields.get("unit", ""), None, origin.file, origin.row, "refused")
    return out


def rows_behind(alert: Alert, record: Record) -> set[int]:
    """The engine's result rows whose lines an explanation needs: the evidence, and what derived counts came from."""
    rows = {one.row_id for one in alert.evidence if one.table == "result"}
    for one in alert.evidence:
        if one.derived:
            rows |= {part.row_id for part in parts_of(record.cohort, one)}
    return rows


def parts_of(cohort: Cohort, derived: Evidence) -> list[Evidence]:
    """The white cell count and the percentages of the same sample a derived neutrophil count was computed from."""
    r = cohort.results
    wanted = [ANALYTES.index(name) for name in PARTS]
    same = np.flatnonzero((r.patient == PATIENT) & (r.at == derived.at) & np.isin(r.analyte, wanted) & (r.reason == 0))
    return [
        Evidence(
            row_id=int(r.row_id[row]), at=int(r.at[row]), analyte=ANALYTES[int(r.analyte[row])],
            value=float(r.value[row]), comparator=COMPARATORS[int(r.comparator[row])],
            unit=analyte(ANALYTES[int(r.analyte[row])]).unit,
        )
        for row in sorted(same.tolist(), key=lambda row: wanted.index(int(r.analyte[row])))
    ]  # fmt: skip


def list_facts(
    alert: Alert,
    record: Record,
    result_ids: Mapping[int, str],
    origins: Mapping[tuple[str, int], tuple[str, int]],
    given: Mapping[int, Given],
) -> list[Json]:
    """Every fact of an alert with its line, how it was given, and what a derived one was computed from."""
    out = []
    for one in alert.evidence:
        fact = evidence_to_json(one, result_ids)
        file, row = origins.get((one.table, abs(one.row_id)), ("", 0))
        fact["file"], fact["row"] = file or None, row or None
        if one.table == "result":
            fact |= _as_given(one, given)
            fact["computed_from"] = _computed_from(one, record, result_ids, given) if one.derived else None
        out.append(fact)
    return out


def _as_given(one: Evidence, given: Mapping[int, Given]) -> Json:
    line = given.get(one.row_id)
    if line is None:
        return {"value_as_given": None, "unit_as_given": None, "conversion": None}
    words = {"value_as_given": line.value, "unit_as_given": line.unit or None}
    return {**words, "conversion": conversion_of(one.analyte, line, one.value)}


def conversion_of(name: str, line: Given, value: float | None) -> Json | None:
    """How a number came to the canonical unit: factor, offset, the route's source; None for a word or an unread line.

    The factor is exact (a fraction of the catalogue); where the line's own unit does not lead to the stored number
    (it was reported under another name), only that is said.
    """
    if line.coded or value is None or value != value or not analyte(name).unit:
        return None
    unit, text = find_unit(line.unit), line.value.strip().lstrip("<>=").strip()
    try:
        start = convert(name, Decimal(0), line.unit)
        factor = convert(name, Decimal(1), line.unit) - start
        reached = convert(name, Decimal(text.replace(",", ".")), line.unit)
    except (UnitProblem, InvalidOperation):
        return {"factor": None, "offset": None, "source": None, "sentence": "converted when it was imported"}
    if abs(float(reached) - value) > 1e-9 * max(1.0, abs(value)):
        return {"factor": None, "offset": None, "source": None, "sentence": "converted when it was imported"}
    canonical = analyte(name).unit
    if unit == canonical:
        sentence = "given in the unit rules use"
    else:
        times = f"{text} {line.unit} × {_shown(factor)}"
        plus = f" {'+' if start > 0 else '−'} {_shown(abs(start))}" if start else ""
        sentence = f"{times}{plus} = {number(value)} {canonical}"
    return {"factor": float(factor), "offset": float(start), "source": _route_source(name, unit), "sentence": sentence}


def _route_source(name: str, unit: str | None) -> str | None:
    """Where a factor between two kinds of unit comes from; None where both measure the same thing."""
    if unit is None or units()[unit].dimension == units()[analyte(name).unit].dimension:
        return None
    dimension = units()[unit].dimension
    return next((c.source for c in analyte(name).conversions if units()[c.unit].dimension == dimension), None)


def _shown(factor: Decimal) -> str:
    return number(float(factor)) if abs(factor) < 1 or factor % 1 else f"{factor:,f}".rstrip("0").rstrip(".")


def _computed_from(
    one: Evidence, record: Record, result_ids: Mapping[int, str], given: Mapping[int, Given]
) -> dict[str, Any]:
    parts = []
    for part in parts_of(record.cohort, one):
        fact = evidence_to_json(part, result_ids)
        line = given.get(part.row_id)
        fact["file"], fact["row"] = (line.file, line.row) if line else (None, None)
        parts.append(fact | _as_given(part, given))
    shares = " + ".join(f"{p['comparator'] or ''}{number(p['value'])} %" for p in parts if p["analyte"] != "wbc")
    cells = next((p for p in parts if p["analyte"] == "wbc"), None)
    sentence = None
    if cells is not None and shares and one.value is not None:
        count = f"{cells['comparator'] or ''}{number(cells['value'])}"
        sentence = f"{count} × ({shares}) / 100 = {number(one.value)} {one.unit} ({iso(one.at)[:10]})"
    return {"equation": "white cells × (segmented % + bands %) / 100", "inputs": parts, "sentence": sentence}
