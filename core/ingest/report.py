"""The import report: every row accounted for, every refusal with its remedy. Source: CONTRACT 1, import report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from core.ingest.settled import Outcome, Settled
from core.records import KINDS, Issue

_COUNTED: dict[Outcome, str] = {
    "stored": "stored",
    "duplicate": "duplicates",
    "superseded": "superseded",
    "ignored": "ignored",
    "quarantined": "quarantined",
}
_FIELDS = ("in", *_COUNTED.values())


def _zeros() -> dict[str, int]:
    return dict.fromkeys(_FIELDS, 0)


class Report:
    """Counts rows by file and kind. `rows_in == stored + duplicates + superseded + ignored + quarantined`, always."""

    def __init__(self, source: str, file_names: Iterable[str]) -> None:
        self.source = source
        self.issues: list[Issue] = []
        self._by_file: defaultdict[str, dict[str, int]] = defaultdict(_zeros)
        self._by_kind: defaultdict[str, dict[str, int]] = defaultdict(_zeros)
        for name in file_names:
            self._by_file[name] = _zeros()

    def add(self, settled: Settled) -> None:
        """Count one settled row and keep its issues."""
        row = settled.row
        field = _COUNTED[settled.outcome]
        for counts in (self._by_file[row.origin.file], self._by_kind[row.kind]):
            counts["in"] += 1
            counts[field] += 1
        self.issues.extend(settled.issues)

    def remark(self, issue: Issue) -> None:
        """Keep a remark on a whole file; it counts no row."""
        self.issues.append(issue)

    def total(self, field: str) -> int:
        """Rows over all files; field: in, stored, duplicates, superseded, ignored or quarantined."""
        return sum(counts[field] for counts in self._by_file.values())

    @property
    def is_balanced(self) -> bool:
        """Whether every row that came in ended in exactly one outcome, in every file and kind (promise P01)."""
        tables = (*self._by_file.values(), *self._by_kind.values())
        return all(counts["in"] == sum(counts[field] for field in _FIELDS[1:]) for counts in tables)

    def to_json(self) -> dict[str, Any]:
        """The report as CONTRACT 1 words it."""
        return {
            "source": self.source,
            "files": len(self._by_file),
            "rows_in": self.total("in"),
            **{field: self.total(field) for field in _FIELDS[1:]},
            "issues": [issue_to_json(issue) for issue in self.issues],
            "by_kind": {kind: dict(self._by_kind[kind]) for kind in KINDS if kind in self._by_kind},
            "by_file": {name: dict(counts) for name, counts in self._by_file.items()},
        }

    def to_text(self, *, most_lines: int = 5) -> str:
        """For a person: totals, each file, then refusals and remarks by reason, the first lines of each."""
        counts = ", ".join(f"{field} {self.total(field)}" for field in _FIELDS[1:])
        lines = [f"{self.source}: {_number(len(self._by_file), 'file')}, {_number(self.total('in'), 'row')}: {counts}."]
        for name, by_file in self._by_file.items():
            parts = ", ".join(f"{field} {by_file[field]}" for field in _FIELDS[1:] if by_file[field])
            lines.append(f"  {name}: {_number(by_file['in'], 'row')}{': ' + parts if parts else ''}")
        groups: dict[tuple[str, str], list[Issue]] = {}
        for issue in self.issues:
            groups.setdefault((issue.outcome, issue.reason), []).append(issue)
        for (outcome, reason), issues in sorted(
            groups.items(), key=lambda one: (_URGENCY.get(one[0][0], 9), one[0][1])
        ):
            lines.extend(_group_to_text(outcome, reason, issues, most_lines))
        return "\n".join(lines)


_URGENCY = {"quarantined": 0, "noted": 1, "ignored": 2, "superseded": 3, "duplicate": 4}


def issue_to_json(issue: Issue) -> dict[str, Any]:
    """One remark as CONTRACT 1 words it."""
    return {
        "file": issue.file,
        "row": issue.row,
        "column": issue.column,
        "reason": issue.reason,
        "value": issue.value,
        "outcome": issue.outcome,
        "message": issue.message,
    }


def _group_to_text(outcome: str, reason: str, issues: list[Issue], most_lines: int) -> list[str]:
    shown = issues[:most_lines]
    said = f"{len(shown)} of {len(issues)} shown" if len(shown) < len(issues) else str(len(issues))
    lines = ["", f"{outcome}, {reason} ({said}):"]
    for issue in shown:
        row = f", row {issue.row}" if issue.row else ""
        column = f", {issue.column}" if issue.column else ""
        lines.append(f"  {issue.file}{row}{column}: {issue.message}")
    return lines


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
