"""What came in and what did not: every row accounted for, every refusal with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.views.markup import Markup, tag
from core.views.text import count_text, plain
from core.views.words import title_words, words

_OUTCOMES = ("stored", "duplicates", "superseded", "ignored", "quarantined")
_URGENCY = {"quarantined": 0, "noted": 1, "ignored": 2, "superseded": 3, "duplicate": 4}


def summary(report: Mapping[str, Any]) -> Markup:
    """The sum of all rows, and whether it comes out, then the same for each file.

    Hazard: HAZ-001 (a row that is neither stored nor refused).
    """
    total = sum(report[outcome] for outcome in _OUTCOMES)
    counted = {one: one[:-1] if one == "duplicates" and report[one] == 1 else one for one in _OUTCOMES}
    parts = " + ".join(f"{report[outcome]:,} {counted[outcome]}" for outcome in _OUTCOMES)
    balanced = total == report["rows_in"]
    verdict = (
        "every row is accounted for" if balanced else "the sum does not come out: report this to the administrator"
    )
    sentence = f"{count_text(report['rows_in'], 'row')} in {count_text(report['files'], 'file')} = {parts}; {verdict}."
    heads = [tag("th", head, scope="col") for head in ("File", "Rows", *map(title_words, _OUTCOMES))]
    rows = [
        tag(
            "tr",
            tag("th", plain(name), scope="row"),
            *(tag("td", f"{counts[field]:,}", css="n-number") for field in ("in", *_OUTCOMES)),
        )
        for name, counts in report["by_file"].items()
    ]
    table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), css="n-table")
    stored = tag(
        "p", "Stored, and the patients concerned evaluated." if report["stored"] else "Nothing new was stored."
    )
    return tag("section", tag("p", tag("b", sentence)), stored, table, css="n-card n-report")


def issue_columns(issues: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Every remark as the table's columns, refusals first."""
    ordered = sorted(issues, key=lambda one: (_URGENCY.get(one["outcome"], 9), one["file"], one["row"]))
    return {
        "Outcome": [title_words(one["outcome"]) for one in ordered],
        "File": [plain(one["file"]) for one in ordered],
        "Row": [str(one["row"]) for one in ordered],
        "Column": [plain(one["column"]) for one in ordered],
        "Reason": [words(one["reason"]) for one in ordered],
        "Value": [plain(one["value"]) for one in ordered],
        "What to do": [plain(one["message"]) for one in ordered],
    }
