"""Who was promised a result, and which results came since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from sqlalchemy import Connection, case, func, or_, select

from core.catalogue import ANALYTES
from core.store.answers import is_answer
from core.store.derived import FRACTION, PERCENT, REPORTED, WBC
from core.store.rows import fetch_raw, in_portions
from core.store.schema import act, person, result

#: A count nobody reported is computed of the white cells and a share of them (core/store/derived.py).
_COUNT, _CELLS = ANALYTES[REPORTED], ANALYTES[WBC]
_SHARES = (ANALYTES[PERCENT], ANALYTES[FRACTION])

#: (patient, analyte) -> moment taken -> from when a result of that moment could first be known.
_Moments = Mapping[tuple[str, str], dict[int, int]]


def patients_promised(connection: Connection, dispositions: Collection[str], decisions: Collection[str]) -> set[str]:
    """Patients about whom somebody ever acted for one of these reasons, or made one of these decisions."""
    promising = or_(act.c.disposition.in_(dispositions), act.c.decision.in_(decisions))
    return set(connection.execute(select(act.c.patient_id).where(promising).distinct()).scalars())


def taken_since(
    connection: Connection, asked: Collection[tuple[str, str]], since: int, now: int
) -> dict[tuple[str, str], tuple[tuple[int, int], ...]]:
    """Of each (patient, analyte) asked for: when each readable result of it was taken from an instant on, and from when
    a result of that moment could first be known; a computed count once all it is computed of could be.

    A result corrected since was known when its first version was; one withdrawn is none.
    """
    tests = {test for _, test in asked}
    if _COUNT in tests:
        tests |= {_CELLS, *_SHARES}
    found = defaultdict[tuple[str, str], dict[int, int]](dict)
    for patient_id, test, at, known in _read(connection, {name for name, _ in asked}, tests, since, now):
        found[patient_id, test][at] = min(known, found[patient_id, test].get(at, known))
    told = {(name, test): _computed(found, name) | found[name, test] if test == _COUNT else found[name, test]
            for name, test in asked}  # fmt: skip
    return {pair: tuple(sorted(moments.items())) for pair, moments in told.items() if moments}


def _read(
    connection: Connection, names: Collection[str], tests: Collection[str], since: int, now: int
) -> Iterator[tuple[str, str, int, int]]:
    """Patient, analyte, moment and first knowledge of each result that is readable now."""
    r = result.c
    current = or_(r.superseded_at.is_(None), r.superseded_at > now)
    for portion in in_portions(sorted(names)):
        statement = (
            select(person.c.patient_id, r.analyte, r.collected_at, func.min(r.known_at))
            .join(person, person.c.key == r.patient)
            .where(person.c.patient_id.in_(portion), r.analyte.in_(sorted(tests)))
            .where(r.collected_at >= since, r.known_at <= now, is_answer(r))
            .group_by(person.c.patient_id, r.analyte, r.collected_at, r.source, r.result_id)  # versions of one result
            .having(func.max(case((current, 1), else_=0)) == 1)
        )
        for batch in fetch_raw(connection, statement):
            yield from batch


def _computed(found: _Moments, name: str) -> dict[int, int]:
    """The moments at which a patient's count can be computed."""
    cells = found.get((name, _CELLS), {})
    shares = [found.get((name, test), {}) for test in _SHARES]
    return {
        at: max(known, min(share[at] for share in shares if at in share))
        for at, known in cells.items()
        if any(at in share for share in shares)
    }
