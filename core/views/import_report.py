"""What came in and what did not: every row accounted for, every refusal with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.views.markup import Markup, tag
from core.views.read_rows import cells
from core.views.text import count_text, plain
from core.views.words import reason_words, title_words, words

_OUTCOMES = ("stored", "duplicates", "superseded", "ignored", "quarantined")
_MOST_REASONS = 20
_URGENCY = {"quarantined": 0, "noted": 1, "ignored": 2, "superseded": 3, "duplicate": 4}


def summary(report: Mapping[str, Any], *, is_preview: bool = False) -> Markup:
    """The sum of all rows, and whether it comes out, then the same for each file. is_preview: nothing is stored
    yet, and the sentences say so.

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
    would = "Preview, nothing is stored yet. This import would make of " if is_preview else ""
    done = "Stored, and the patients concerned evaluated." if report["stored"] else "Nothing new was stored."
    stored = None if is_preview else tag("p", done)
    return tag(
        "section",
        tag("p", would, tag("b", sentence)),
        stored,
        tag("div", table, css="n-scroll", tabindex=0),
        css="n-card n-report",
    )


def reasons_table(report: Mapping[str, Any]) -> Markup | None:
    """Remarks by reason, refusals first: how many rows, which come first, and what to do; None without any."""
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for one in report["issues"]:
        groups.setdefault((one["outcome"], one["reason"], one["column"]), []).append(one)
    if not groups:
        return None
    ordered = sorted(groups.items(), key=lambda group: (_URGENCY.get(group[0][0], 9), -len(group[1])))
    lines = [
        cells(
            title_words(outcome),
            reason_words(reason),
            tag("span", plain(column), css="n-nowrap"),
            tag("span", count_text(len(issues), "row"), css="n-nowrap"),
            f"{plain(issues[0]['file'])}, row {issues[0]['row']}",
            plain(issues[0]["message"]),
        )
        for (outcome, reason, column), issues in ordered[:_MOST_REASONS]
    ]
    more = len(ordered) - len(lines)
    head = cells("Outcome", "Reason", "Column", "Rows", "First", "What to do there", head=True)
    return tag(
        "section",
        tag("div", tag("table", tag("thead", head), tag("tbody", *lines), css="n-table"), css="n-scroll", tabindex=0),
        tag("p", f"and {more:,} more reasons, in the list of every remark.") if more > 0 else None,
        css="n-report",
    )


def issue_columns(issues: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Every remark as the table's columns, refusals first."""
    ordered = sorted(issues, key=lambda one: (_URGENCY.get(one["outcome"], 9), one["file"], one["row"]))
    return {
        "Outcome": [title_words(one["outcome"]) for one in ordered],
        "Row": [str(one["row"]) for one in ordered],
        "Column": [plain(one["column"]) for one in ordered],
        "Value": [plain(one["value"]) for one in ordered],
        "What to do": [plain(one["message"]) for one in ordered],
        "Reason": [words(one["reason"]) for one in ordered],
        "File": [plain(one["file"]) for one in ordered],
    }
