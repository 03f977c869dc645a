"""Named groups of events (common.toml) and for how long each event holds."""

from __future__ import annotations

import re
from typing import Any

from core.records import DAY, FAR
from tests.oracle.facts import Chart, EventRow
from tests.oracle.spans import Span

#: Acts that outlive their single day, in days counted from their start.
OUTLIVE_THEIR_DAY = ("positive_culture", "symptom")


def _words(event: EventRow) -> list[str]:
    return re.findall(r"[a-z0-9]+", f"{event.code} {event.detail}".lower())


def _fits(event: EventRow, pattern: dict[str, Any]) -> bool:
    words = _words(event)
    if event.kind != pattern["kind"]:
        return False
    if "code" in pattern and event.code not in pattern["code"]:
        return False
    if "severity" in pattern and event.severity not in pattern["severity"]:
        return False
    if "words" in pattern and not any(word in words for word in pattern["words"]):
        return False
    beginnings = tuple(pattern.get("without_words", ()))
    return not (beginnings and any(word.startswith(beginnings) for word in words))


def is_in_group(event: EventRow, group: str, common: dict[str, Any]) -> bool:
    """Does the event belong to the named group?"""
    return any(_fits(event, pattern) for pattern in common["events"][group]["any"])


def span_of(event: EventRow, common: dict[str, Any]) -> Span:
    """From when to when the event holds: to its end, else as long as its kind lasts, else on and on."""
    lasting = common["lasting"].get(event.kind)
    has_no_end = event.end == FAR or (event.kind in OUTLIVE_THEIR_DAY and event.end <= event.start + DAY)
    if has_no_end and lasting is not None:
        return event.start, event.start + lasting * DAY
    return event.start, event.end


def spans_of_group(chart: Chart, group: str, common: dict[str, Any]) -> list[Span]:
    """All spans in which an event of the group holds."""
    if ("group", group) not in chart.notes:
        spans = [span_of(event, common) for event in chart.events if is_in_group(event, group, common)]
        chart.notes["group", group] = spans
    found: list[Span] = chart.notes["group", group]
    return found
