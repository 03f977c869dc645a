"""Named groups of events (common.toml) and for how long each event holds."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from core.catalogue import is_doubtful_prophylaxis
from core.catalogue.admissions import leave_out_denied_infection
from core.records import DAY, EVENT_KINDS, FAR
from tests.oracle.facts import ARRANGED_AHEAD, Chart, EventRow, day_of
from tests.oracle.reference import kind_of_vaccine
from tests.oracle.spans import Span


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+", text.lower()))


def _says(words: tuple[str, ...], phrase: str) -> bool:
    """Do the words hold the phrase, all of it, one after the other?"""
    sought = _words(phrase)
    return any(words[place : place + len(sought)] == sought for place in range(len(words)))


def _fits(event: EventRow, pattern: dict[str, Any]) -> bool:
    words = _words(f"{event.code} {event.detail}")
    said = words
    if event.kind == "hospital_admission":
        said = _words(f"{leave_out_denied_infection(event.code)} {leave_out_denied_infection(event.detail)}")
    if event.kind != pattern["kind"]:
        return False
    if "code" in pattern and event.code not in pattern["code"]:
        return False
    if "vaccine" in pattern and kind_of_vaccine(event.code) not in pattern["vaccine"]:
        return False
    if "severity" in pattern and event.severity not in pattern["severity"]:
        return False
    if "words" in pattern and not any(_says(said, phrase) for phrase in pattern["words"]):
        return False
    beginnings = tuple(pattern.get("without_words", ()))
    if not beginnings or is_doubtful_prophylaxis(event.code, event.detail):
        return True
    return not any(word.startswith(beginnings) for word in words)


def is_in_group(event: EventRow, group: str, common: dict[str, Any]) -> bool:
    """Does the event belong to the named group?"""
    return any(pattern["kind"] == event.kind and _fits(event, pattern) for pattern in common["events"][group]["any"])


def span_of(event: EventRow, group: str, common: dict[str, Any], at: int) -> Span:
    """From when to when the event holds: to its end, else as long as its kind lasts, else on and on.

    What has happened for life never ends; what is arranged for a day after the instant counts for some time before.
    """
    lasting = common["events"][group].get("lasts_days") or common["lasting"].get(event.kind)
    is_over_at_once = EVENT_KINDS[event.kind] == "act" and event.end <= event.start + DAY
    has_no_end = event.end == FAR or is_over_at_once  # an act that lasts counts from its start all the same
    start, end = event.start, event.end
    if has_no_end and lasting is not None:
        end = start + lasting * DAY
    if common["events"][group].get("for_life"):
        end = FAR
    if event.kind in ARRANGED_AHEAD and event.start > at:
        start -= common["planning"]["foreseen_events_from_days"] * DAY
    return start, end


def spans_of_group(chart: Chart, group: str, common: dict[str, Any]) -> list[Span]:
    """All spans in which an event of the group holds."""
    if ("group", group) not in chart.notes:
        spans = [span_of(event, group, common, chart.at) for event in chart.events if is_in_group(event, group, common)]
        chart.notes["group", group] = spans
    found: list[Span] = chart.notes["group", group]
    return found


def spans_of_leaf(chart: Chart, leaf: dict[str, Any], common: dict[str, Any]) -> list[Span]:
    """The spans in which an event counts for a condition: for so many days, until a test is done again."""
    spans = []
    for event in chart.events:
        if not is_in_group(event, leaf["events"], common):
            continue
        start, end = span_of(event, leaf["events"], common, chart.at)
        if "within_days" in leaf:
            end = start + leaf["within_days"] * DAY
        if "until_result_of" in leaf:
            done = first_done_since(chart, leaf["until_result_of"], event.start)
            end = end if done is None else min(end, done)
        spans.append((start, end))
    return spans


def first_done_since(chart: Chart, test: str, at: int) -> int | None:
    """When the test was first done with a readable result, on the calendar day of the instant or later."""
    return next((point.at for point in chart.readable(test) if day_of(point.at) >= day_of(at)), None)
