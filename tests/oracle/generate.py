"""Random cohorts as the arrays the engine and the oracle are both given."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import inf, nan, nextafter
from typing import Any

import numpy as np

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort, Courses, Events, Patients, Results
from core.records import CANNOT_TELL_REASONS, COMPARATORS, COURSE_STATUSES, INDICATIONS, SEXES
from tests.oracle.drafts import Draft


def bounds(value: float, comparator: str) -> tuple[float, float]:
    """The closed interval of floats a number with its comparator can mean."""
    if comparator.startswith("<"):
        return -inf, value if comparator == "<=" else nextafter(value, -inf)
    if comparator.startswith(">"):
        return value if comparator == ">=" else nextafter(value, inf), inf
    return value, value


def _result_columns(drafts: Sequence[Draft]) -> Results:
    rows = [(place, row) for place, draft in enumerate(drafts) for row in draft.results]
    count = len(rows)
    ids = list(range(1, count + 1))
    random.Random(count).shuffle(ids)  # arrival has nothing to do with time
    has_value = [row["reason"] in ("", "conflicting_duplicate") for _, row in rows]
    limits = [
        bounds(row["value"], row["comparator"]) if readable else (nan, nan)
        for (_, row), readable in zip(rows, has_value, strict=True)
    ]
    return Results(
        row_id=np.array(ids, np.int64),
        patient=np.array([place for place, _ in rows], np.int64),
        analyte=np.array([ANALYTES.index(row["analyte"]) for _, row in rows], np.int16),
        at=np.array([row["at"] for _, row in rows], np.int64),
        low=np.array([low for low, _ in limits], np.float64),
        high=np.array([high for _, high in limits], np.float64),
        value=np.array([row["value"] if ok else nan for (_, row), ok in zip(rows, has_value, strict=True)], np.float64),
        comparator=np.array(
            [COMPARATORS.index(row["comparator"]) if ok else 0 for (_, row), ok in zip(rows, has_value, strict=True)],
            np.int16,
        ),
        reason=np.array([CANNOT_TELL_REASONS.index(row["reason"]) for _, row in rows], np.int16),
        ref_low=np.full(count, nan),
        ref_high=np.array([row["ref_high"] for _, row in rows], np.float64),
        preliminary=np.array([row["at"] % 5 == 1 for _, row in rows], np.bool_),
        derived=np.zeros(count, np.bool_),
        known=np.array([row["known"] for _, row in rows], np.int64),
        superseded=np.array([row["superseded"] for _, row in rows], np.int64),
    )


def _texts(words: list[str]) -> Any:
    column = np.empty(len(words), dtype=object)
    column[:] = words
    return column


def _course_columns(drafts: Sequence[Draft]) -> Courses:
    rows = [(place, row) for place, draft in enumerate(drafts) for row in draft.courses]
    count = len(rows)
    return Courses(
        row_id=np.arange(1, count + 1, dtype=np.int64),
        patient=np.array([place for place, _ in rows], np.int64),
        course_id=_texts([f"C{number}" for number in range(count)]),
        drug=_texts([row["drug"] for _, row in rows]),
        indication=np.array([INDICATIONS.index(row["indication"]) for _, row in rows], np.int16),
        dose=np.array([row["dose"] for _, row in rows], np.float64),
        per_kg=np.array([row["per_kg"] for _, row in rows], np.bool_),
        per_day=np.array([row["per_day"] for _, row in rows], np.float64),
        route=_texts(["SC"] * count),
        status=np.array([COURSE_STATUSES.index(row["status"]) for _, row in rows], np.int16),
        start=np.array([row["start"] for _, row in rows], np.int64),
        end=np.array([row["end"] for _, row in rows], np.int64),
    )


def _event_columns(drafts: Sequence[Draft]) -> Events:
    rows = [(place, row) for place, draft in enumerate(drafts) for row in draft.events]
    return Events(
        row_id=np.arange(1, len(rows) + 1, dtype=np.int64),
        patient=np.array([place for place, _ in rows], np.int64),
        event_id=_texts([f"E{number}" for number in range(len(rows))]),
        **{word: _texts([row[word] for _, row in rows]) for word in ("kind", "code", "detail", "severity")},
        start=np.array([row["start"] for _, row in rows], np.int64),
        end=np.array([row["end"] for _, row in rows], np.int64),
    )


def build_cohort(drafts: Sequence[Draft]) -> Cohort:
    """The arrays both minds are given."""
    patients = Patients(
        patient_id=_texts([draft.patient_id for draft in drafts]),
        birth=np.array([draft.birth for draft in drafts], np.int64),
        sex=np.array([SEXES.index(draft.sex) for draft in drafts], np.int16),
        died=np.array([draft.died for draft in drafts], np.int64),
    )
    return Cohort.of(patients, _result_columns(drafts), _course_columns(drafts), _event_columns(drafts))
