"""Everything that can be wrong with the catalogue files, found at once: what `protocols check` prints about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from core.catalogue.analytes import ANALYTES, Analyte, analytes
from core.catalogue.drugs import drugs
from core.catalogue.file_shapes import SHAPES
from core.catalogue.matching import is_loinc
from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name, fold_unit
from core.catalogue.units import find_unit, units
from core.catalogue.vaccines import vaccines
from core.errors import ProtocolFault
from core.records import CODED_VALUES, COURSE_STATUSES, EVENT_KINDS, INDICATIONS, ROUTES, SEVERITIES

_LOINC_STATUS = ("v", "k")
_VOCABULARIES = {
    "route": ROUTES, "indication": INDICATIONS, "severity": SEVERITIES, "course_status": COURSE_STATUSES,
    "coded": CODED_VALUES,
}  # fmt: skip
_DIRECTIONS = ("in", "out", "both")
#: Section 2 of the contract: the words a symptom's code may be.
_SYMPTOMS = {
    "fever", "chills", "unwell", "cough", "dyspnoea", "chest_pain", "sore_throat", "dysuria", "diarrhoea", "rash",
    "mouth_ulcers", "swollen_glands", "bruising", "black_stools", "angioedema", "urticaria", "anaphylaxis", "nodules",
    "oedema", "early_satiety", "confusion", "seizure", "reduced_urine",
}  # fmt: skip


def check_catalogue() -> list[str]:
    """Every fault of the catalogue files as a sentence that says where; empty when there is none.

    Files that cannot be read as what they are come first, and alone: all else is built on them.
    """
    if unread := [fault for name in SHAPES for fault in _unread(name)]:
        return unread
    checks = (
        _check_vocabulary,
        _check_analytes,
        _check_names,
        _check_units,
        _check_drugs,
        _check_vaccines,
        _check_terms,
        _check_grading,
        _check_screens,
    )
    faults: list[str] = []
    for check in checks:
        try:
            faults.extend(check())
        except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
            place = check.__name__.removeprefix("_check_")
            faults.append(f"{place}: an entry is incomplete or of the wrong type ({problem!r})")
    return faults


def _unread(name: str) -> list[str]:
    try:
        read_catalogue(name)
    except ProtocolFault as problem:
        return problem.faults
    return []


def _shared(pairs: Iterable[tuple[str, str]], what: str) -> Iterator[str]:
    """Spellings that lead to two owners."""
    owners: dict[str, str] = {}
    for spelling, owner in pairs:
        first = owners.setdefault(spelling, owner)
        if first != owner:
            yield f"{what} '{spelling}' belongs to both {first} and {owner}"


def _check_vocabulary() -> Iterator[str]:
    found = tuple(analytes())
    yield from (f"analytes.toml has no entry for {key}" for key in ANALYTES if key not in found)
    yield from (f"analytes.toml: {key} is not in the contract's vocabulary" for key in found if key not in ANALYTES)
    if not set(found) ^ set(ANALYTES) and found != ANALYTES:
        yield "analytes.toml is not in the contract's order"


def _check_analytes() -> Iterator[str]:
    for one in analytes().values():
        yield from _check_analyte(one)
    yield from _shared(((code, one.key) for one in analytes().values() for code, _ in one.loinc), "LOINC")


def _check_analyte(one: Analyte) -> Iterator[str]:
    if not one.source or not one.checked:
        yield f"{one.key}: a source and how it was checked must be given"
    if one.stored_as not in ANALYTES:
        yield f"{one.key}: stored_as '{one.stored_as}' is not an analyte"
    for code, status in one.loinc:
        if not is_loinc(code):
            yield f"{one.key}: LOINC {code} has a wrong check digit"
        if status not in _LOINC_STATUS:
            yield f"{one.key}: LOINC {code} has status '{status}', not v or k"
    if one.kind == "coded":
        return
    if one.kind != "numeric" or one.unit not in units():
        yield f"{one.key}: kind must be coded, or numeric with a unit of units.toml"
        return
    if one.plausible_low is None or one.plausible_high is None or one.plausible_low >= one.plausible_high:
        yield f"{one.key}: plausible limits must be two rising numbers"
        return
    for low, high in (one.ref_female, one.ref_male):
        if low is not None and high is not None and low >= high:
            yield f"{one.key}: the reference range does not rise"
        if any(x is not None and not one.plausible_low <= x <= one.plausible_high for x in (low, high)):
            yield f"{one.key}: the reference range is not within the plausible limits"
    yield from _check_conversions(one)


def _check_conversions(one: Analyte) -> Iterator[str]:
    canonical = units()[one.unit].dimension
    met: set[tuple[str, str]] = set()
    for conversion in one.conversions:
        if conversion.unit not in units():
            yield f"{one.key}: converts from '{conversion.unit}', which units.toml does not have"
            continue
        dimension = units()[conversion.unit].dimension
        if dimension == canonical:
            yield f"{one.key}: {conversion.unit} needs no conversion of its own, units.toml already scales it"
        if conversion.direction not in _DIRECTIONS or not conversion.multiply or not conversion.divide:
            yield f"{one.key}: the conversion from {conversion.unit} has no direction or a factor of zero"
        for direction in ("in", "out"):
            if conversion.direction in (direction, "both"):
                if (dimension, direction) in met:
                    yield f"{one.key}: two conversions {direction} for {dimension}"
                met.add((dimension, direction))


def _check_names() -> Iterator[str]:
    names = ((fold_name(name), one.key) for one in analytes().values() for name in (one.key, one.title, *one.names))
    yield from _shared(names, "analyte name")


def _check_units() -> Iterator[str]:
    content = read_catalogue("units")
    if not content.get("source") or not content.get("checked"):
        yield "units.toml: a source and how it was checked must be given"
    if len(content["unit"]) != len(units()):
        yield "units.toml: a UCUM unit stands there twice"
    exact = {fold_unit(text): unit.ucum for unit in units().values() for text in unit.exact}
    yield from _shared(((fold_unit(text), unit.ucum) for unit in units().values() for text in unit.exact), "unit")
    folded = (
        (fold_unit(text).casefold(), unit.ucum)
        for unit in units().values()
        for text in (unit.ucum, *unit.spellings)
        if fold_unit(text) not in exact
    )
    yield from _shared(folded, "unit")
    for unit in units().values():
        lost = [text for text in (unit.ucum, *unit.spellings, *unit.exact) if find_unit(text) != unit.ucum]
        yield from (f"units.toml: '{text}' is not found as {unit.ucum}" for text in lost)
    for dimension in {unit.dimension for unit in units().values()}:
        if not any(unit.scale == 1 for unit in units().values() if unit.dimension == dimension):
            yield f"units.toml: no unit of '{dimension}' has scale 1"
    yield from (
        f"units.toml: {unit.ucum} has a scale that is not positive" for unit in units().values() if unit.scale <= 0
    )


def _check_drugs() -> Iterator[str]:
    names = ((fold_name(name), drug.name) for drug in drugs().values() for name in (drug.name, *drug.names))
    yield from _shared(names, "drug name")
    yield from _shared(((drug.rxcui, drug.name) for drug in drugs().values() if drug.rxcui), "RxCUI")
    for drug in drugs().values():
        if not drug.source or not drug.checked or not drug.drug_class:
            yield f"{drug.name}: class, source and how it was checked must be given"
        if drug.group not in ("bdmard", "tsdmard", "csdmard", ""):
            yield f"{drug.name}: group '{drug.group}' is not one of bdmard, tsdmard, csdmard"
        if drug.rxcui and drug.rxcui_status not in _LOINC_STATUS:
            yield f"{drug.name}: RxCUI {drug.rxcui} has status '{drug.rxcui_status}', not v or k"


def _check_vaccines() -> Iterator[str]:
    for vaccine in vaccines().values():
        if not vaccine.cvx.isdigit() or vaccine.cvx != vaccine.cvx.lstrip("0").zfill(2):
            yield f"vaccine '{vaccine.cvx}' is not a CVX code of at least two digits"
        if not vaccine.source or not vaccine.checked:
            yield f"vaccine {vaccine.cvx}: a source and how it was checked must be given"
    names = read_catalogue("vaccines")["names"]
    yield from (
        f"vaccines.toml: names: '{cvx}' is not a vaccine of this file" for cvx in names if cvx not in vaccines()
    )
    yield from _shared(((fold_name(name), cvx) for cvx, spelt in names.items() for name in spelt), "vaccine name")


def _check_terms() -> Iterator[str]:
    content = read_catalogue("terms")
    for name in ("terms", "statements", "screens"):
        if not read_catalogue(name)["source"] or not read_catalogue(name)["checked"]:
            yield f"{name}.toml: a source and how it was checked must be given"
    for kind in ("frequency", *_VOCABULARIES, "symptom"):
        pairs = ((fold_name(text), one["name"]) for one in content[kind] for text in (one["name"], *one["spellings"]))
        yield from _shared(pairs, kind)
    for kind, words in _VOCABULARIES.items():
        if tuple(one["name"] for one in content[kind]) != words:
            yield f"terms.toml: {kind} differs from the contract's words"
    if {one["name"] for one in content["symptom"] if not one.get("read_as_written")} != _SYMPTOMS:
        yield "terms.toml: symptom differs from the contract's words"
    yield from _shared(((sign, one["name"]) for one in content["coded"] for sign in one.get("signs", ())), "sign")
    for one in (content["weakly"]["name"], content["weakly"]["protective"]["name"]):
        if one not in CODED_VALUES:
            yield f"terms.toml: weakly: '{one}' is not one of the contract's words"
    parts = ("own", "whole", "ends_of", "fillers_of", "milder")
    kinds = {kind for part in parts for kind in read_catalogue("statements")["denial"][part]}
    yield from (f"statements.toml: denial: '{kind}' is no kind of event" for kind in sorted(kinds - set(EVENT_KINDS)))


def _check_grading() -> Iterator[str]:
    for version, table in read_catalogue("grading").items():
        if not table.get("source") or not table.get("checked"):
            yield f"grading.toml {version}: a source and how it was checked must be given"
        for term, entry in table.items():
            if isinstance(entry, dict):
                yield from (f"grading.toml {version}.{term}: {fault}" for fault in _grading_faults(term, entry))


def _grading_faults(term: str, entry: dict[str, Any]) -> Iterator[str]:
    if term not in ANALYTES:
        yield "not an analyte"
    tables = entry.get("tables", [entry] if "below" in entry else [])
    yield from (
        f"unit '{table.get('unit')}' is not in units.toml" for table in tables if table.get("unit") not in units()
    )
    for name in ("below", "above", "uln", "baseline", "either", "low"):
        for limits in (table.get(name, []) for table in (entry, *entry.get("tables", []))):
            numbers = [limit for limit in limits if not isinstance(limit, str)]
            if numbers != sorted(numbers, reverse=name == "below"):
                yield f"the limits of '{name}' are not in order of grades"


def _check_screens() -> Iterator[str]:
    for place in ("charts", "trends"):
        for name in read_catalogue("screens")[place]:
            if name not in ANALYTES:
                yield f"screens.toml: {place} {name!r} is not an analyte; name one of the catalogue"
