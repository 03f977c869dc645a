"""The recall list as a table: what each of its cells says, cut to its column and saying that it was cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.records import DAY
from core.views.draws import Draw, is_late
from core.views.fit import fit_first, fit_list, fit_name, fit_text
from core.views.names import short_name
from core.views.recall import STATES, Line, first_of_day
from core.views.text import count_text, date_text, plain, span_text

#: What the table calls its columns.
HEADINGS: Mapping[str, str] = {
    "patient": "Patient", "day": "Next draw", "until": "Not after", "late": "Missed in a row", "tests": "Tests",
    "number": "Number", "treatment": "Treatment", "promised": "Promised", "changed": "Override",
}  # fmt: skip
#: Pixels of each column: at 768 px the mark and the next four are seen without scrolling, at 1,400 all that every list
#: has.
WIDTHS: Mapping[str, int] = {
    "mark": 150, "patient": 236, "day": 88, "until": 88, "late": 172, "tests": 194, "number": 112, "treatment": 224,
    "promised": 170, "changed": 150, "open": 54,
}  # fmt: skip


def columns(lines: Sequence[Line], as_of: int) -> dict[str, list[object]]:
    """The lines as the table's columns."""
    today = first_of_day(as_of)
    return {
        "mark": [[str(STATES[line.states[0]])] for line in lines],
        "patient": [
            fit_name(line.who.removesuffix(f" · {plain(line.patient_id)}"), WIDTHS["patient"]) for line in lines
        ],
        "day": ["today" if line.next.day == today else date_text(line.next.day) for line in lines],
        "until": [_until(line.next, today) for line in lines],
        "late": [_late(line, today) for line in lines],
        "tests": [fit_list([short_name(test) for test in line.next.tests], WIDTHS["tests"], ", ") for line in lines],
        "number": [fit_text(plain(line.patient_id), WIDTHS["number"]) for line in lines],
        "treatment": [fit_list(line.treatment.split("; "), WIDTHS["treatment"]) for line in lines],
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
        return fit_text(f"promised repeat, {span_text(line.late_since - DAY, today)}", WIDTHS["late"])
    missed, since = count_text(line.missed, "window"), span_text(line.late_since - DAY, today)
    if "never" not in line.states or line.states[0] == "never":
        return fit_text(f"{missed}, {since}", WIDTHS["late"])
    ways = (f"{missed}, {since}, never tested", f"{missed}, never tested", "never tested")
    return fit_first(ways, WIDTHS["late"])  # for how long is what the card below says as well


def _promised(line: Line) -> str:
    said = [f"{short_name(need.test)} by {date_text(need.closes)}" for need in line.needs if need.promised]
    return fit_list(said, WIDTHS["promised"])


def _changed(line: Line) -> str:
    said = [
        f"{short_name(one.override.test)} every {count_text(one.override.interval_days, 'day')}" for one in line.changes
    ]
    return fit_list(said, WIDTHS["changed"])
