"""Repeats that somebody promised, as tests to be taken: beside what the rules ask for, and never in its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from core.alerts.promises import Promise
from core.records import DAY
from core.views.draws import Need
from core.views.text import date_text, plain


def list_promised(promises: Iterable[Promise], today: int) -> Mapping[str, tuple[Need, ...]]:
    """What was promised and has not come, by patient identifier; of several promises of one test the first to be due.

    A repeat may be taken from the day of the promise on and is due on the last day promised. A result that is merely
    awaited asks for no draw.

    Args:   today: first instant of the day.
    Hazard: HAZ-004 (a test that a person promised and no list asks for).
    """
    first: dict[str, dict[tuple[str, str], Promise]] = defaultdict(dict)
    for one in sorted(promises, key=lambda one: (one.until, one.at, one.alert_id)):
        if one.what == "repeat" and one.test and not one.kept:
            first[one.patient_id].setdefault((one.drug, one.test), one)
    return {name: tuple(_need(one, today) for one in own.values()) for name, own in first.items()}


def _need(one: Promise, today: int) -> Need:
    opens, closes = one.at // DAY * DAY, one.until // DAY * DAY
    status = "overdue" if closes < today else "due"
    said = f"{plain(one.by)} on {date_text(one.at)}"
    return Need(one.drug, one.test, closes, opens, closes, status, promised=said)
