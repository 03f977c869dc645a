"""Describing a table column by column: what stands in it, what is still to be said, the first rows as read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from core.records import ReadRow
from core.views.markup import Markup, tag
from core.views.read_rows import cells, column_words, fact_words
from core.views.text import count_text, plain

KINDS = {
    "patient": "Patients: one row per person",
    "result": "Results: one row per measurement",
    "medication": "Treatments: one row per course",
    "event": "Events: infections, vaccinations, surgery …",
}
DATES: dict[Literal["", "iso", "dmy", "mdy", "ymd"], str] = {
    "": "Choose how dates are written",
    "iso": "2026-03-01 (ISO)",
    "dmy": "day first: 01/03/2026 or 01-Mar-2026",
    "mdy": "month first: 03/01/2026",
    "ymd": "year first: 2026/03/01",
}
_EXAMPLES = 3
_LONGEST = 40
_REMEDY = "Say above what the words mean, or which column holds what."


def examples_table(header: Sequence[str], rows: Sequence[Sequence[str]], taken: Mapping[str, str]) -> Markup:
    """The file's own columns with their first texts and what each is taken for. taken: file's column -> file set's."""
    lines = []
    for place, name in enumerate(header):
        texts = dict.fromkeys(row[place].strip() for row in rows if len(row) == len(header) and row[place].strip())
        shown = " · ".join(_cut(text) for text in list(texts)[:_EXAMPLES])
        target = column_words(taken[name]) if name in taken else "left aside"
        lines.append(cells(plain(name) or f"column {place + 1}", shown or "blank throughout", target))
    head = cells("Column of the file", "First texts in it", "Taken for", head=True)
    return tag("div", tag("table", tag("thead", head), tag("tbody", *lines), css="n-table"), css="n-scroll", tabindex=0)


def lacks_list(lacks: Sequence[str]) -> Markup:
    """What is still to be said before this can be saved."""
    return tag(
        "div",
        tag("b", f"Not complete yet: {count_text(len(lacks), 'thing')} to say."),
        tag("ul", *(tag("li", plain(one)) for one in lacks), css="n-plain"),
        css="n-card n-refusal",
        role="status",
    )


def say_unreadable(tried: int, refusal: str) -> str:
    """Why a mapping that reads nothing is not saved; "" where some row can be read. refusal: of the first row."""
    if not tried:
        return "The table has no row below its header to try this on: export it with some rows."
    if not refusal:
        return ""
    whose = "The one row cannot" if tried == 1 else f"None of the first {tried:,} rows can"
    first = "" if tried == 1 else " The first:"
    return f"{whose} be read, so this mapping would store nothing.{first} {refusal} {_REMEDY}"


def trial_table(rows: Sequence[ReadRow]) -> Markup:
    """The first rows as they would be read, each refusal with its sentence."""
    lines = []
    for row in rows:
        refused = next((issue.message for issue in row.issues if issue.outcome == "quarantined"), "")
        other = next((issue.message for issue in row.issues), "")
        if row.fact is not None:
            lines.append(cells(str(row.origin.row), plain(row.fact.patient_id), fact_words(row.fact), ""))
        else:
            who = dict(row.fields).get("patient_id", "")
            lines.append(cells(str(row.origin.row), plain(who), "not read", plain(refused or other)))
    head = cells("Row", "Patient", "As it would be read", "Because", head=True)
    return tag("div", tag("table", tag("thead", head), tag("tbody", *lines), css="n-table"), css="n-scroll", tabindex=0)


def _cut(text: str) -> str:
    shown = plain(text)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"
