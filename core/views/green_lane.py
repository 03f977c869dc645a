"""The green lane: whom no rule's limit concerns, whose new results lie within the laboratory's ranges and of whom
nothing is due; which of them a human looks at first; and who is kept out although no rule speaks.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.records import LONG_AGO
from core.views.marks import mark_tag
from core.views.markup import Markup, join, tag
from core.views.model import ClinicPicture, Outside
from core.views.outside import outside_line
from core.views.row_states import RowState, visits_of
from core.views.text import count_text, date_text
from core.views.worklist import Row

SAMPLE_SHARE = 0.05  # of a lane is shown to a human before the rest is signed off
MOST_LISTED = 200  # rows of the table; the rest is counted
#: What being in the lane means, exactly: said wherever the lane is offered.
MEANING = (
    "New results since the last sign-off; no rule's limit crossed; the newest result of each test within the "
    "laboratory's own range (else the usual adult range); no test due."
)


@dataclass(frozen=True, slots=True)
class News:
    """Who can be signed off together, and who cannot: a newest result lies outside its range (patient -> which)."""

    green: tuple[Row, ...]
    kept_out: tuple[Row, ...]
    outside: Mapping[str, tuple[Outside, ...]]


def list_green(
    picture: ClinicPicture, rows: Iterable[Row], states: Mapping[str, RowState], signed: Mapping[str, int]
) -> tuple[Row, ...]:
    """Patients with news since they were last signed off, of whom no alert stands and nothing is due, by name.

    Args: signed (patient identifier -> instant of the last sign-off by anybody).
    Hazard: HAZ-014 (only what was checked and found in limits; nothing unknown, due or low is ever here).
    """
    due = visits_of(picture)
    found = [
        row
        for row in rows
        if (row.mark == "in_limits" or (row.only_outside and "not_checked" not in row.marks[:2]))
        and row.patient_id not in states and row.patient_id not in due
        and picture.newest_known.get(row.patient_id, LONG_AGO) > signed.get(row.patient_id, LONG_AGO)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.who, row.key)))


def keep_out(rows: Sequence[Row], outside: Mapping[str, Sequence[Outside]]) -> News:
    """The lane without those of whom a newest result is not certain to lie within its range, whenever it was taken:
    a late file or a correction of yesterday's count is as unread as today's, and nobody is signed off with one.

    Hazard: HAZ-014 (a CRP above its range signed off unread, because no rule names a limit for it).
    """
    found = {row.patient_id: tuple(outside.get(row.patient_id, ())) for row in rows}
    return News(
        tuple(row for row in rows if not found[row.patient_id]),
        tuple(row for row in rows if found[row.patient_id]),
        {name: few for name, few in found.items() if few},
    )


def count_waiting(picture: ClinicPicture, rows: Iterable[Row]) -> int:
    """How many are in limits and not in the lane, because a test is due."""
    due = visits_of(picture)
    return sum(row.mark == "in_limits" and row.patient_id in due for row in rows)


def lane_words(began: int, left: int | None = None) -> str:
    """How many a lane began with, and how many of them are left to sign off (None: not asked yet)."""
    if left is None or left == began:
        return count_text(began, "patient")
    return f"began with {count_text(began, 'patient')}, {f'{left:,}' if left else 'nobody'} left to sign off"


def draw_sample(keys: Sequence[int], seed: str) -> tuple[int, ...]:
    """The patients a human looks at first: one in twenty, at least one; the same seed draws the same."""
    count = max(1, -(-len(keys) * SAMPLE_SHARE // 1)) if keys else 0
    drawn = random.Random(seed).sample(sorted(keys), int(count))  # noqa: S311 - a quality sample keeps no secret
    return tuple(drawn)


def lane_table(picture: ClinicPicture, rows: Sequence[Row], sampled: Collection[int]) -> Markup:
    """The lane as a table: who, on what, the newest count, when the newest result came, what comes next."""
    heads = ("", "Patient", "Treatment", "Newest value", "Newest result on", "Next test", "Shown to a human")
    body = [
        tag(
            "tr", tag("td", mark_tag(row.mark)), tag("td", tag("b", row.who, css="n-nowrap")), tag("td", row.treatment),
            tag("td", row.trend.label, css="n-nowrap"),
            tag("td", date_text(picture.newest_known.get(row.patient_id)), css="n-nowrap"),
            tag("td", row.next_text, css="n-nowrap"), tag("td", "yes" if row.key in sampled else ""),
        )
        for row in rows[:MOST_LISTED]
    ]  # fmt: skip
    return _scrolled(heads, body, "Patients of the green lane")


def kept_out_table(lane: News) -> Markup:
    """Those kept out of the lane, each with the results that keep them out."""
    heads = ("Patient", "Treatment", "Newest result outside the laboratory's range")
    body = [
        tag(
            "tr", tag("td", tag("b", row.who, css="n-nowrap")), tag("td", row.treatment),
            tag("td", join([tag("div", outside_line(one)) for one in lane.outside[row.patient_id]])),
        )
        for row in lane.kept_out[:MOST_LISTED]
    ]  # fmt: skip
    return _scrolled(heads, body, "Kept out of the green lane")


def kept_out_line(lane: News) -> str:
    """How many are kept out and why, "" where nobody is."""
    count = len(lane.kept_out)
    if not count:
        return ""
    shown = f", showing {MOST_LISTED:,}" if count > MOST_LISTED else ""
    return (
        f"Kept out of the lane: {count_text(count, 'patient')} without an alert and with nothing due, of whom the "
        f"newest result of a test lies outside its range or cannot be judged by one{shown}"
    )


def _scrolled(heads: Sequence[str], body: Sequence[Markup], label: str) -> Markup:
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    table = tag("table", tag("thead", head), tag("tbody", *body), css="n-table")
    return tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label=label)
