"""The green lane: whose news are all in limits and of whom nothing is due, and which of them a human looks at first."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Mapping, Sequence

from core.records import LONG_AGO
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import ClinicPicture
from core.views.row_states import RowState, visits_of
from core.views.text import date_text
from core.views.worklist import Row

SAMPLE_SHARE = 0.05  # of a lane is shown to a human before the rest is signed off
MOST_LISTED = 200  # rows of the table; the rest is counted


def list_green(
    picture: ClinicPicture, rows: Iterable[Row], states: Mapping[str, RowState], signed: Mapping[str, int]
) -> tuple[Row, ...]:
    """Patients with news since they were last signed off, of whom nothing stands and nothing is due, by name.

    Args: signed (patient identifier -> instant of the last sign-off by anybody).
    Hazard: HAZ-014 (only what was checked and found in limits; nothing unknown, due or low is ever here).
    """
    due = visits_of(picture)
    found = [
        row
        for row in rows
        if row.marks == ("in_limits",) and row.patient_id not in states and row.patient_id not in due
        and picture.newest_known.get(row.patient_id, LONG_AGO) > signed.get(row.patient_id, LONG_AGO)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.who, row.key)))


def count_waiting(picture: ClinicPicture, rows: Iterable[Row]) -> int:
    """How many are in limits and not in the lane, because a test is due."""
    due = visits_of(picture)
    return sum(row.mark == "in_limits" and row.patient_id in due for row in rows)


def draw_sample(keys: Sequence[int], seed: str) -> tuple[int, ...]:
    """The patients a human looks at first: one in twenty, at least one; the same seed draws the same."""
    count = max(1, -(-len(keys) * SAMPLE_SHARE // 1)) if keys else 0
    drawn = random.Random(seed).sample(sorted(keys), int(count))  # noqa: S311 - a quality sample keeps no secret
    return tuple(drawn)


def lane_table(picture: ClinicPicture, rows: Sequence[Row], sampled: Collection[int]) -> Markup:
    """The lane as a table: who, on what, the newest count, when the newest result came, what comes next."""
    heads = ("", "Patient", "Treatment", "Newest count", "Newest result on", "Next", "Shown to a human")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = [
        tag(
            "tr", tag("td", mark_tag(row.mark)), tag("td", tag("b", row.who)), tag("td", row.treatment),
            tag("td", row.trend.last_text), tag("td", date_text(picture.newest_known.get(row.patient_id))),
            tag("td", row.next_text), tag("td", "yes" if row.key in sampled else ""),
        )
        for row in rows[:MOST_LISTED]
    ]  # fmt: skip
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), css="n-table"), css="n-scroll")
