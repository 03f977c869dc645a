"""A list as a file that leaves a screen: made, told of in the trail, and only then handed out (P37, P40)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from core.paper.about import About
from core.paper.tables import Column, Kind, Row, to_csv, to_xlsx
from core.services.trail import record
from core.views.text import NBSP, count_text

#: What every list may be asked for as: ending and media type.
FORMS: Mapping[str, tuple[str, str]] = {
    "CSV": ("csv", "text/csv"),
    "Excel": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def name_files(name: str) -> dict[str, tuple[str, str]]:
    """File name and media type of each form of a list."""
    return {form: (f"{name}.{ending}", media) for form, (ending, media) in FORMS.items()}


def to_columns(told: Sequence[tuple[str, str, str]]) -> tuple[Column, ...]:
    """The columns a view tells as key, title and kind."""
    return tuple(Column(key, title, cast(Kind, kind)) for key, title, kind in told)


def make_list(
    url: str,
    form: str,
    columns: Sequence[Column],
    rows: Sequence[Row],
    about: About,
    *,
    filters: str,
    by: str,
    others: Mapping[str, Callable[[], bytes]] | None = None,
) -> bytes:
    """One list as a file, noted in the trail with its title, form and count.

    Args:   form: a key of FORMS or of others; about: says how many are shown (None: as many as there are rows) and of
            what; filters: in words, for the trail; by: who asks; others: what makes the forms only this list has.
    Raises: InputRefused (more rows than a sheet holds), StoreFailed (what the trail cannot tell of is not handed out).
    """
    made = others[form]() if others and form in others else (to_csv if form == "CSV" else to_xlsx)(columns, rows, about)
    count = len(rows) if about.shown is None else about.shown
    note_file(url, about.title, form, count, about.thing, filters=filters, by=by)
    return made


def note_file(url: str, title: str, form: str, count: int, thing: str, *, filters: str, by: str) -> None:
    """Say in the trail what is about to leave: "recall list, CSV, 1 patient". thing: what is counted, singular.

    Raises: StoreFailed (then it must not be handed out).
    """
    counted = count_text(count, thing).replace(NBSP, " ")
    record(url, by, "export", subject=f"{title[:1].lower()}{title[1:]}, {form}, {counted}", why=filters)
