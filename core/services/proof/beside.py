"""What stands beside an alert: the patient's own baseline, an infection's state, the reading of a hepatitis screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.catalogue import analyte
from core.catalogue.serology import (
    MARKERS,
    Sign,
    interpret_hepatitis_b,
    negative_counts_days,
    read_marker,
    table_source,
)
from core.engine.infection import infection_at
from core.engine.personal_baseline import PersonalBaseline, personal_baseline, population_range
from core.engine.restart import restart_checklist
from core.engine.series import ANALYTE_CODE
from core.engine.standing import Alert
from core.engine.wording import date, iso, iso_date, number, test_words
from core.protocols.background import background
from core.records import CODED_NUMBERS, COMPARATORS, DAY
from core.services.contract_json import evidence_to_json
from core.services.proof.facts import Given
from core.services.proof.record import PATIENT, Record
from core.views.condition_words import coded_word
from core.views.text import capital


def own_baseline(alert: Alert, record: Record) -> dict[str, Any] | None:
    """The patient's results before the drug beside the population range; None for an alert that is about no number."""
    name = alert.fact if alert.fact in {one.analyte for one in alert.evidence} else _chief_analyte(alert)
    if name is None:
        return None
    own = personal_baseline(record.cohort, PATIENT, record.drug, name, record.at)
    usual = population_range(record.cohort, PATIENT, name, record.at)
    if own is None:
        return None
    unit = analyte(name).unit
    exact = "exact " if unit else ""
    said = f"No {exact}{test_words(name)} result in the {own.days} days before {date(own.before)}"
    if own.count and own.median is not None and own.lowest is not None and own.highest is not None:
        results = "1 result" if own.count == 1 else f"{own.count} results"
        said = f"{results} in the {own.days} days before {date(own.before)}: {_figures(own, name)}"
    return {
        "analyte": name, "unit": unit, "count": own.count, "median": own.median, "lowest": own.lowest,
        "highest": own.highest, "first_at": None if own.first_at is None else iso(own.first_at),
        "last_at": None if own.last_at is None else iso(own.last_at), "not_exact": own.bounds, "days": own.days,
        "before": iso_date(own.before),
        "population": None if usual is None else {
            "low": usual.low, "high": usual.high, "source": usual.source, "is_default": not usual.own,
        },
        "sentence": f"{said}.",
    }  # fmt: skip


def _figures(own: PersonalBaseline, name: str) -> str:
    """Median and range of the results, or the word of a coded one; "negative to positive" where they differ."""
    median, lowest, highest = own.median or 0.0, own.lowest or 0.0, own.highest or 0.0
    if coded_word(name, lowest):
        words = dict.fromkeys(coded_word(name, value) for value in (lowest, highest))
        return " to ".join(words)
    if own.count == 1:
        return f"{number(median)} {analyte(name).unit_display}".rstrip()
    return f"median {number(median)}, {number(lowest)} to {number(highest)} {analyte(name).unit_display}".rstrip()


def _chief_analyte(alert: Alert) -> str | None:
    """The measured thing behind a computed fact, or behind several conditions: the newest number among the evidence."""
    measured = [one for one in alert.evidence if one.analyte and one.value is not None and analyte(one.analyte).unit]
    return max(measured, key=lambda one: one.at).analyte if measured else None


def infection_beside(alert: Alert, record: Record) -> dict[str, Any] | None:
    """The state of the infection and what stands before a restart, for alerts about infections."""
    if alert.category not in background().infection.categories:
        return None
    found = infection_at(record.measurements, PATIENT, record.at)
    checks = restart_checklist(record.measurements, PATIENT, record.at)
    cited = background().restart.source
    return {
        "state": found.state,
        "since": None if found.since is None else iso(found.since),
        "opened": None if found.opened is None else iso(found.opened),
        "rests_on": [evidence_to_json(one, {}) for one in found.rests_on],
        "restart": [
            {"check": one.what, "answer": one.verdict, "because": one.because,
             "rests_on": [evidence_to_json(fact, {}) for fact in one.rests_on]}
            for one in checks
        ],
        "source": cited.model_dump(),
    }  # fmt: skip


def is_about_hepatitis_b(alert: Alert, record: Record) -> bool:
    """Whether an alert rests on a marker of hepatitis B, or asks for one."""
    spoken = {position.rule_id for position in alert.positions}
    return any(set(c.tests) & set(MARKERS) for c in record.history.rules if c.rule_id in spoken)


def marker_rows(record: Record) -> dict[str, int]:
    """The newest result on file of each hepatitis B marker: position in the record's results."""
    r = record.cohort.results
    found = {}
    for name in MARKERS:
        rows = np.flatnonzero((r.patient == PATIENT) & (r.analyte == ANALYTE_CODE[name]) & (r.at <= record.at))
        if len(rows):
            found[name] = int(rows[np.lexsort((r.known[rows], r.at[rows]))[-1]])
    return found


def hepatitis_b_beside(record: Record, given: Mapping[int, Given]) -> dict[str, Any]:
    """What the markers on file say together, each with its date; "incomplete" without HBsAg or anti-HBc."""
    r = record.cohort.results
    known: dict[str, Sign] = {}
    told: list[dict[str, Any]] = []
    for name, row in marker_rows(record).items():
        value, comparator, at = float(r.value[row]), COMPARATORS[int(r.comparator[row])], int(r.at[row])
        line = given.get(int(r.row_id[row]))
        coded = _word_of(name, value, line)
        disputed = int(r.reason[row]) != 0 or _is_disputed(record, name, at) or _may_be_a_word(name, value, line)
        sign = None if disputed else read_marker(name, None if coded else value, coded, comparator)
        too_old = sign == "-" and _screened_from(record) - at // DAY > negative_counts_days()
        if sign is not None and not too_old:
            known[name] = sign
        told.append(
            {"marker": name, "title": analyte(name).short, "sign": sign, "collected_at": iso(at), "too_old": too_old,
             "value": coded or f"{comparator}{number(value)} {analyte(name).unit}".strip()}
        )  # fmt: skip
    read = interpret_hepatitis_b(known)
    source, advice_source = table_source()
    return {
        "state": read.state, "markers": told, "missing": list(read.missing),
        "readings": [{"name": one.name, "meaning": one.meaning, "advice": one.advice} for one in read.readings],
        "sentence": _sentence(read.state, [one.meaning for one in read.readings], read.missing),
        "source": source, "advice_source": advice_source,
    }  # fmt: skip


def _screened_from(record: Record) -> int:
    """The day a screen must be recent for: the first start of the drug, or the moment while it is only planned."""
    taken = record.courses.start[record.courses.taken | record.courses.on_hold]
    return min(record.at, int(taken.min()) if len(taken) else record.at) // DAY


def _word_of(name: str, value: float, line: Given | None) -> str | None:
    """The word a marker was reported as; a numeric marker's word is known only from its line."""
    if line is not None:
        return line.coded
    if analyte(name).unit or value != value:
        return None
    return next((word for word, number_of in CODED_NUMBERS.items() if number_of == value), None)


def _may_be_a_word(name: str, value: float, line: Given | None) -> bool:
    """Whether a number may be the code of a word, with no line at hand to tell: "positive" is kept as 1."""
    return line is None and bool(analyte(name).unit) and value in CODED_NUMBERS.values()


def _is_disputed(record: Record, name: str, at: int) -> bool:
    series = record.measurements.series(name)
    rows = np.flatnonzero(series.at == at)
    return bool(len(rows)) and float(series.low[rows[0]]) != float(series.high[rows[0]]) and not analyte(name).unit


def _sentence(state: str, meanings: list[str], missing: tuple[str, ...]) -> str:
    absent = " and ".join(analyte(name).short for name in missing)
    match state:
        case "incomplete":
            return f"Screen incomplete: no usable {absent} on file. Nothing is inferred from the other markers."
        case "unlisted":
            return "This combination of markers is not in the table: nothing is inferred from it."
        case "open":
            return f"Could be: {'; or '.join(meanings)}. {absent} would settle it."
        case _:
            return f"{capital(meanings[0])}."
