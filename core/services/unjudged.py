"""Whom the rules failed on, said at a row that has just come in: nothing is known to be safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.ingest.report import Report
from core.ingest.settled import Settled
from core.records import NOT_EVALUATED, Issue

_KEPT = ("stored", "superseded")


def remark_unjudged(report: Report, settled: Iterable[Settled], failed: Mapping[str, str]) -> None:
    """Say at one row of each patient who could not be evaluated that nobody judged them: at the first that was stored,
    else at the first of theirs.

    Args:   failed: patient identifier -> reference in the log.
    Hazard: HAZ-001 (P01).
    """
    awaited = dict(failed)
    for one in sorted(settled, key=lambda one: one.outcome not in _KEPT):
        about, origin = one.row.fact or one.row.trace, one.row.origin
        reference = awaited.pop(about.patient_id, None) if about else None
        if about and reference is not None:
            who, is_kept = about.patient_id, one.outcome in _KEPT
            told = "This row is stored, but the rules failed" if is_kept else "The rules failed"
            told += f" on patient {who}: look at the results yourself, and give reference {reference} to whoever looks "
            told += "after this program."
            outcome = "noted" if is_kept else one.outcome
            report.remark(Issue(origin.file, origin.row, "patient_id", NOT_EVALUATED, who, outcome, told))
