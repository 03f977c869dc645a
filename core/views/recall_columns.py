"""The recall list as a table: what each of its cells says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.records import DAY
from core.views.draws import Draw, is_late
from core.views.names import short_name
from core.views.recall import STATES, Line, first_of_day
from core.views.text import count_text, date_text, plain, span_text

#: What the table calls its columns.
HEADINGS: Mapping[str, str] = {
    "patient": "Patient", "day": "Next draw", "until": "Not after", "late": "Missed in a row", "tests": "Tests",
    "number": "Number", "treatment": "Treatment", "promised": "Promised", "changed": "Override",
}  # fmt: skip


def columns(lines: Sequence[Line], as_of: int) -> dict[str, list[object]]:
    """The lines as the table's columns."""
    today = first_of_day(as_of)
    return {
        "mark": [[str(STATES[line.states[0]])] for line in lines],
        "patient": [line.who.removesuffix(f" · {plain(line.patient_id)}") for line in lines],
        "day": ["today" if line.next.day == today else date_text(line.next.day) for line in lines],
        "until": [_until(line.next, today) for line in lines],
        "late": [_late(line, today) for line in lines],
        "tests": [", ".join(short_name(test) for test in line.next.tests) for line in lines],
        "number": [plain(line.patient_id) for line in lines],
        "treatment": [line.treatment for line in lines],
        **({"promised": [_promised(line) for line in lines]} if any(map(_promised, lines)) else {}),
        **({"changed": [_changed(line) for line in lines]} if any(line.changes for line in lines) else {}),
        "open": ["Open"] * len(lines),
    }


def _until(draw: Draw, today: int) -> str:
    if any(is_late(need) for need in draw.needs):
        return "late"
    return "today" if draw.last == today else date_text(draw.last)


def _late(line: Line, today: int) -> str:
    if line.late_since is None:
        return ""
    if not line.missed:
        return f"promised repeat, {span_text(line.late_since - DAY, today)}"
    never = ", never tested" if "never" in line.states and line.states[0] != "never" else ""
    return f"{count_text(line.missed, 'window')}, {span_text(line.late_since - DAY, today)}{never}"


def _promised(line: Line) -> str:
    return "; ".join(f"{short_name(need.test)} by {date_text(need.closes)}" for need in line.needs if need.promised)


def _changed(line: Line) -> str:
    return "; ".join(
        f"{short_name(one.override.test)} every {count_text(one.override.interval_days, 'day')}" for one in line.changes
    )
