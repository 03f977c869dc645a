"""Taken, or meant to be taken, together with another drug: one finding for each pair."""

from __future__ import annotations

import numpy as np

from core.catalogue.drugs import drugs
from core.engine.episodes import Evidence, Findings, Found, nothing, stack
from core.engine.features import Measurements
from core.engine.kernels import key, merge, overlaps
from core.engine.phases import DrugCourses, Pieces, are_among
from core.engine.rules.compiled import CompiledRule
from core.engine.series import COURSE_ROW
from core.protocols.kinds import Interaction

#: A finding about a pair of drugs names the other one by -2 - its place in the catalogue (events take 0 and above).
DRUG_NAMES = tuple(drugs())
_PLACE = {name: place for place, name in enumerate(DRUG_NAMES)}


def other_drug(fact: int) -> str:
    """The other drug of a finding's fact."""
    return DRUG_NAMES[-2 - fact]


def evaluate_interaction(compiled: CompiledRule, rule: Interaction, own: DrugCourses, m: Measurements) -> Found:
    """Every overlap of a course of the drug with a course of another that the rule names."""
    names = m.drugs(rule.drugs)
    excepted = {own.drug, *m.drugs(rule.except_drugs)} if names else set()
    names = [name for name in names if name not in excepted]
    if not names:
        return nothing()
    pieces = own.meant_pieces
    if compiled.indications is not None:
        pieces = pieces.take(are_among(own.indication[pieces.course], compiled.indications))
    if "ended" in rule.phases:
        pieces = pieces.plus(own.ended_pieces(compiled.indications))
    if not len(pieces):
        return nothing()
    return stack([_meet(compiled.number, pieces, m.courses(name)) for name in names])


def _meet(number: int, own: Pieces, other: DrugCourses) -> Found:
    theirs = other.meant_pieces
    i, j = overlaps(own.patient, own.start, own.end, theirs.patient, theirs.start, theirs.end)
    real = np.maximum(own.known_from[i], theirs.known_from[j]) < np.minimum(own.end[i], theirs.end[j])
    i, j = i[real], j[real]
    opened = np.maximum(own.known_from[i], theirs.known_from[j])
    closed = np.minimum(own.end[i], theirs.end[j])
    began = np.maximum(own.start[i], theirs.start[j])
    patient, first, last = merge(own.patient[i], opened, closed)  # several courses of one drug are one overlap
    order = np.lexsort((opened, own.patient[i]))
    owner = np.searchsorted(key(patient, first), key(own.patient[i][order], opened[order]), side="right") - 1
    count = np.bincount(owner, minlength=len(patient)).astype(np.int64)
    n = len(patient)
    begin = np.cumsum(count) - count
    none, many = np.full(n, np.nan), np.full(len(order), np.nan)
    findings = Findings(
        patient, np.full(n, number), np.zeros(n, np.int16), np.full(n, -2 - _PLACE[other.drug]), first, last,
        np.ones(n, np.int64), none, began[order][begin], none, begin, count,
    )  # fmt: skip
    evidence = Evidence(COURSE_ROW - other.row[theirs.course[j][order]], opened[order], many, began[order])
    return findings, nothing()[1], evidence
