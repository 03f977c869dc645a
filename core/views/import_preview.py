"""A preview: what each column is taken for, the first rows as read, and what would change for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from core.records import PRIORITIES, Result
from core.views.import_model import AlertChange, FileTaken, How, Preview, ReadLine, UnknownChange
from core.views.markup import Markup, tag
from core.views.names import measured_text
from core.views.read_rows import cells, column_words, fact_words
from core.views.sentences import short_why
from core.views.text import count_text, date_text, join_words, plain
from core.views.words import MARKS, reason_words, title_words, words

_HOW: dict[How, str] = {
    "opens": "Opens",
    "worsens": "Worsens",
    "changes": "Changes",
    "improves": "Improves",
    "closes": "Closes",
}
_KINDS = {"patient": "patients", "result": "results", "medication": "treatments", "event": "events", "other": "other"}
_OUTCOMES = {
    "stored": "would be stored", "duplicate": "stored already", "superseded": "overtaken already",
    "ignored": "out of scope", "quarantined": "quarantine",
}  # fmt: skip
_LONGEST = 60  # letters of a cell: enough to recognise it by


def file_card(file: FileTaken) -> Markup:
    """One file: how its columns are understood and its first rows as read."""
    head = tag("h3", f"{plain(file.name)}: {count_text(file.rows, 'row')} of {_KINDS[file.kind]}")
    if not file.rows:
        return tag("section", head, tag("p", "This file has a header and no rows."), css="n-card n-report")
    columns = tag(
        "table",
        tag("thead", cells("Taken for", "From", "Filled", "First text", head=True)),
        tag(
            "tbody",
            *(
                cells(column_words(one.name), plain(one.comes_from), _filled(one.filled, file.rows), _cut(one.example))
                for one in file.columns
            ),
        ),
        css="n-table",
    )
    aside = ", ".join(plain(name) for name in file.left_aside)
    first = tag(
        "table",
        tag("thead", cells("Row", "Patient", "As read", "Would become", "Because", head=True)),
        tag(
            "tbody",
            *(
                cells(
                    str(one.row),
                    tag("span", plain(_patient_of(one)), css="n-nowrap"),
                    fact_words(one.fact) if one.fact is not None else _given(one.given),
                    tag("span", _OUTCOMES[one.outcome], css="n-nowrap"),
                    _because(one),
                )
                for one in file.first
            ),
        ),
        css="n-table",
    )
    return tag(
        "section",
        head,
        tag("p", f"The first {len(file.first)} of them:", css="n-muted") if len(file.first) < file.rows else None,
        tag("div", first, css="n-scroll", tabindex=0),
        tag(
            "details",
            tag("summary", f"What each column is taken for ({len(file.columns)})"),
            columns,
            open="open" if any(one.comes_from != one.name for one in file.columns) else None,
        ),
        tag("p", tag("b", f"Left aside, not understood: {aside}.")) if aside else None,
        css="n-card n-report",
    )


def change_line(preview: Preview) -> Markup:
    """How many patients are concerned, and how many alerts would open, worsen, improve and close, by priority."""
    if not preview.touched:
        return tag("p", tag("b", "No patient's picture would change."), css="n-line")
    new = f", {count_text(preview.new_patients, 'new patient')} among them" if preview.new_patients else ""
    counts = Counter((one.how, one.alert.priority) for one in preview.alerts)
    said = []
    for how, word in _HOW.items():
        parts = [f"{counts[how, p]:,} {MARKS[p].shape} {MARKS[p].word}" for p in PRIORITIES if counts[how, p]]
        if parts:
            said.append(f"{word.lower()} {join_words(parts)}")
    opened = sum(one.opens for one in preview.unknowns)
    closed = len(preview.unknowns) - opened
    if opened:
        said.append(f"{MARKS['cannot_tell'].shape} {count_text(opened, 'rule')} could not be judged")
    if closed:
        said.append(f"{count_text(closed, 'rule')} could be judged again")
    what = "; ".join(said) or "no alert would open, change or close"
    return tag("p", tag("b", f"{count_text(preview.touched, 'patient')} concerned{new}: "), f"{what}.", css="n-line")


def change_columns(preview: Preview) -> dict[str, list[str]]:
    """Every change as a table's columns, the gravest first: alerts, then what can no longer be judged or can again."""
    table: dict[str, list[str]] = {name: [] for name in ("Change", "Mark", "Patient", "What", "Since", "Drug")}
    unknowns = preview.unknowns
    lines = [
        *(_alert_cells(one) for one in preview.alerts if one.how in ("opens", "worsens")),
        *(_unknown_cells(one) for one in unknowns if one.opens),
        *(_alert_cells(one) for one in preview.alerts if one.how not in ("opens", "worsens")),
        *(_unknown_cells(one) for one in unknowns if not one.opens),
    ]
    for line in lines:
        for name, text in zip(table, line, strict=True):
            table[name].append(text)
    return table


def _alert_cells(one: AlertChange) -> Sequence[str]:
    alert = one.alert
    what = plain(short_why(alert))
    if one.was is not None and one.how not in ("opens", "closes"):
        what = f"{what} (was: {MARKS[one.was.priority].word}, {plain(short_why(one.was))})"
    since = date_text(alert.since)
    return (_HOW[one.how], str(MARKS[alert.priority]), _who(one), what, since, plain(alert.drug))


def _unknown_cells(one: UnknownChange) -> Sequence[str]:
    unknown = one.unknown
    how = "Not judged" if one.opens else "Judged again"
    what = f"{title_words(unknown.category)}: {reason_words(unknown.reason)}"
    return (how, str(MARKS["cannot_tell"]), _who(one), what, date_text(unknown.since), plain(unknown.drug))


def _who(one: AlertChange | UnknownChange) -> str:
    return f"{plain(one.who)}{' (new)' if one.is_new_patient else ''}"


def _filled(filled: int, rows: int) -> str:
    return "all rows" if filled == rows else f"{filled:,} of {count_text(rows, 'row')}"


def _because(line: ReadLine) -> str:
    """Why a row becomes what it becomes, and what it takes the place of.

    Hazard: HAZ-006 (a correction that looks like one more result).
    """
    parts = [plain(line.said)] if line.said else []
    for old in line.replaces:
        same = isinstance(line.fact, Result) and _sample(line.fact) == _sample(old)
        parts.append(f"replaces {_reading(old)} of the same sample" if same else f"replaces {fact_words(old)}")
    return "; ".join(parts)


def _sample(result: Result) -> tuple[str, int]:
    return result.analyte, result.collected_at


def _reading(result: Result) -> str:
    if result.value is None:
        return words(result.coded or "withdrawn")
    return measured_text(result.analyte, float(result.value), result.comparator, result.unit)


def _patient_of(line: ReadLine) -> str:
    return line.fact.patient_id if line.fact is not None else line.given.get("patient_id", "")


def _given(given: Mapping[str, str]) -> str:
    return _cut(" · ".join(f"{name}: {text}" for name, text in given.items() if name != "patient_id"), 160)


def _cut(text: str, longest: int = _LONGEST) -> str:
    shown = plain(text)
    return shown if len(shown) <= longest else shown[:longest] + "…"
