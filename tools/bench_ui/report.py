"""The figures as a table and as JSON: every one against what was promised, met or missed, none left out."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Figure:
    """What a person waits for one thing: milliseconds; work: processor time of the server for it, milliseconds.

    limit: of the 95th percentile, None = nothing was promised. count 0: the thing is not there to be measured.
    """

    name: str
    count: int
    p50: float
    p95: float
    worst: float
    work: float
    limit: float | None
    aim: float | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """met, missed, not there, or nothing promised."""
        if not self.count:
            return "not there"
        if self.limit is None:
            return "no limit"
        if self.p95 > self.limit:
            return "missed"
        return "met" if self.aim is None else "met, aim too" if self.p95 <= self.aim else "met, aim missed"


def figure_of(
    name: str, spent: Sequence[float], work: Sequence[float], limit: float | None, aim: float | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Figure:  # fmt: skip
    """The median, the 95th percentile (nearest rank) and the worst of what was waited."""
    if not spent:
        return Figure(name, 0, 0, 0, 0, 0, limit, aim, extra or {})
    ordered = sorted(spent)
    p95 = ordered[-(-95 * len(ordered) // 100) - 1]
    return Figure(name, len(spent), median(ordered), p95, ordered[-1], median(work), limit, aim, extra or {})


def print_table(figures: Sequence[Figure]) -> None:
    """The figures in columns."""
    head = ("waited for", "n", "p50 ms", "p95 ms", "worst", "limit", "server ms", "")
    rows = [head] + [_cells(one) for one in figures]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:], strict=False)),
        ]
        sys.stdout.write("  ".join([*cells, row[-1]]) + "\n")


def _cells(one: Figure) -> tuple[str, ...]:
    limit = "" if one.limit is None else f"{one.limit:,.0f}"
    if not one.count:
        return one.name, "0", "", "", "", limit, "", one.verdict
    return (
        one.name, str(one.count), f"{one.p50:,.0f}", f"{one.p95:,.0f}", f"{one.worst:,.0f}", limit, f"{one.work:,.0f}",
        one.verdict,
    )  # fmt: skip


def to_json(figures: Sequence[Figure], patients: int, machine: Mapping[str, Any]) -> dict[str, Any]:
    """One document: what other tools read."""
    return {
        "patients": patients, **machine,
        "figures": [
            {
                "name": one.name, "count": one.count, "p50_ms": round(one.p50), "p95_ms": round(one.p95),
                "worst_ms": round(one.worst), "limit_ms": one.limit, "aim_ms": one.aim, "server_ms": round(one.work),
                "verdict": one.verdict, **one.extra,
            }
            for one in figures
        ],
    }  # fmt: skip
