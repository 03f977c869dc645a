"""Whom the rules failed on, said at a row that has just come in: it is stored, and nothing is known to be safe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.ingest.report import Report
from core.records import NOT_EVALUATED, Issue, ReadRow


def remark_unjudged(report: Report, rows: Iterable[ReadRow], failed: Mapping[str, str]) -> None:
    """Say at the first row of each patient who could not be evaluated that it is stored, and not judged.

    Args:   failed: patient identifier -> reference in the log.
    Hazard: HAZ-001 (P01).
    """
    awaited = dict(failed)
    for row in rows:
        about = row.fact or row.trace
        reference = awaited.pop(about.patient_id, None) if about else None
        if about and reference is not None:
            who, origin = about.patient_id, row.origin
            told = f"This row is stored, but the rules failed on patient {who}: look at the results yourself, and give "
            told += f"reference {reference} to whoever looks after this program."
            report.remark(Issue(origin.file, origin.row, "patient_id", NOT_EVALUATED, who, "noted", told))
