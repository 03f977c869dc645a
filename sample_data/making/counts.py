"""Stories of the neutrophil count: sliding, exact limits, units, censored, corrected, disputed, computed, late."""

from __future__ import annotations

from collections.abc import Iterator

from making.chart import Chart


def tell_stories() -> Iterator[Chart]:
    yield from _values()
    yield from _units_and_comparators()
    yield from _changes_of_mind()


def _values() -> Iterator[Chart]:
    well = Chart.open(1, "female", "1968-07-21")
    well.follow("2025-02-10")
    yield well

    just_below = Chart.open(2, "male", "1959-11-03", neutrophils=2.5)
    just_below.follow("2026-05-18", at={5: {"neutrophils": "2.10"}, 6: {"day": "2026-11-17", "neutrophils": "1.49"}})
    yield just_below

    exactly = Chart.open(3, "female", "1972-02-14", neutrophils=2.5)
    exactly.follow("2025-08-11", at={12: {"neutrophils": "2.15"}, 15: {"day": "2026-11-12", "neutrophils": "1.50"}})
    yield exactly

    emergency = Chart.open(4, "female", "1964-09-30")
    emergency.follow(
        "2026-08-24",
        at={2: {"neutrophils": "2.40"}, 3: {"day": "2026-11-19", "neutrophils": "0.40", "crp": "64.0"}},
    )
    emergency.report("2026-11-19", "temperature", "38.6")
    emergency.happen("symptom", "2026-11-19", code="chills", detail="chills since the morning")
    yield emergency

    sliding = Chart.open(7, "female", "1962-03-12", neutrophils=3.9)
    sliding.family, sliding.given = "OAKMOSS", "Zephyrine"
    slide = {1: ("2026-07-02", "3.60"), 2: ("2026-08-03", "3.10"), 3: ("2026-09-02", "2.60"), 4: ("2026-10-02", "2.10"),
             5: ("2026-11-03", "1.60"), 6: ("2026-11-18", "0.90")}  # fmt: skip
    sliding.follow("2026-06-02", at={month: {"day": day, "neutrophils": n} for month, (day, n) in slide.items()})
    yield sliding

    mild = Chart.open(47, "male", "1966-05-29", neutrophils=2.4)
    mild.follow("2025-06-23", at={12: {"neutrophils": "2.10"}, 15: {"day": "2026-09-24", "neutrophils": "1.60"}})
    yield mild


def _units_and_comparators() -> Iterator[Chart]:
    per_microlitre = Chart.open(20, "female", "1970-10-08", neutrophils=2.5)
    cells = {"value": "1490", "unit": "/uL", "ref_low": "2000", "ref_high": "7500"}
    per_microlitre.follow("2026-02-23", at={6: {"neutrophils": "2.10"}, 9: {"day": "2026-11-16", "neutrophils": cells}})
    yield per_microlitre

    no_unit = Chart.open(22, "male", "1961-01-17")
    no_unit.follow("2026-03-16")
    no_unit.draw("2026-11-17", neutrophils={"value": "1490", "unit": "", "ref_low": "", "ref_high": ""})
    yield no_unit

    american = Chart.open(23, "female", "1977-06-04")
    american.follow("2025-10-13")
    for row in american.results:
        _say_in_american_units(row)
    yield american

    below = Chart.open(24, "female", "1955-12-19", neutrophils=2.6)
    below.follow("2026-07-20", at={3: {"neutrophils": "2.20"}, 4: {"day": "2026-11-18", "neutrophils": "<1.5"}})
    yield below

    straddling = Chart.open(25, "male", "1973-04-02")
    straddling.follow("2026-01-19", at={9: {"day": "2026-10-21", "neutrophils": "<2.0"}})
    yield straddling

    computed = Chart.open(44, "female", "1969-08-11", neutrophils=2.5)
    differential = {"wbc": "4.10", "neutrophils_percent": "38", "bands_percent": "0", "without": ("neutrophils",)}
    computed.follow("2026-02-02", at={6: {"neutrophils": "2.20"}, 9: {"day": "2026-11-05", **differential}})
    yield computed


def _changes_of_mind() -> Iterator[Chart]:
    corrected = Chart.open(18, "female", "1974-03-26")
    corrected.follow("2026-06-15", at={5: {"day": "2026-11-16", "neutrophils": "0.80"}})
    corrected.report("2026-11-16", "neutrophils", "2.80", status="corrected", reported_at="2026-11-18T09:20:00")
    yield corrected

    corrected_late = Chart.open(19, "male", "1965-07-07")
    corrected_late.follow("2026-04-20", at={6: {"day": "2026-10-21", "neutrophils": "1.30"}})
    corrected_late.report("2026-10-21", "neutrophils", "2.60", status="corrected", reported_at="2026-11-19T16:40:00")
    yield corrected_late

    disputed = Chart.open(43, "female", "1958-02-23")
    disputed.follow("2026-05-25", at={6: {"day": "2026-11-16", "neutrophils": "2.40"}})
    disputed.report("2026-11-16", "neutrophils", "1.30", reported_at="2026-11-17T09:10:00")
    yield disputed

    late = Chart.open(46, "female", "1967-11-30", neutrophils=2.5)
    told_late = {"value": "1.55", "reported_at": "2026-11-19T17:05:00"}
    late.follow("2026-08-03", at={2: {"neutrophils": "2.20"}, 3: {"day": "2026-11-02", "neutrophils": told_late}})
    yield late

    withdrawn = Chart.open(50, "male", "1971-09-13")
    withdrawn.follow("2026-06-08", at={5: {"day": "2026-11-09"}})
    withdrawn.report("2026-11-13", "neutrophils", "0.60")
    withdrawn.report("2026-11-13", "neutrophils", "0.60", status="entered-in-error", reported_at="2026-11-14T10:00:00")
    yield withdrawn

    preliminary = Chart.open(51, "female", "1963-04-18", neutrophils=2.5)
    preliminary.follow("2026-01-05", at={9: {"neutrophils": "2.20"}})
    preliminary.draw("2026-11-18", neutrophils={"value": "1.55", "status": "preliminary"})
    yield preliminary


#: analyte -> unit and what one of it is in the unit of `laboratory.DRAWN`; a code where the other unit has its own.
_AMERICAN = {
    "wbc": ("K/uL", 1.0, ""),
    "neutrophils": ("K/uL", 1.0, ""),
    "platelets": ("10*3/uL", 1.0, ""),
    "haemoglobin": ("g/dL", 10.0, ""),
    "creatinine": ("mg/dL", 88.4, "2160-0"),
    "crp": ("mg/dL", 10.0, ""),
    "weight": ("[lb_av]", 0.45359237, ""),
    "height": ("[in_i]", 2.54, ""),
}


def _say_in_american_units(row: dict[str, str]) -> None:
    if row["analyte"] not in _AMERICAN:
        return
    unit, factor, code = _AMERICAN[row["analyte"]]
    for column in ("value", "ref_low", "ref_high"):
        row[column] = f"{float(row[column]) / factor:.2f}" if row[column] else ""
    row["unit"], row["loinc"] = unit, code or row["loinc"]
