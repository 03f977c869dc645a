"""Two simple ways of watching, scored like Nadir: the laboratory's flags, and a count every three months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.catalogue import analyte
from core.records import DAY, FAR
from tools.benchmark.chart import Chart, Sample

EVERY_DAYS, GRACE_DAYS = 91, 14  # three months, and two weeks more


@dataclass(frozen=True)
class Flag:
    """One alert of a baseline: what it is about (an analyte, or "" = no count), its days, the samples behind it."""

    patient_id: str
    analyte: str
    first: int
    last: int
    samples: tuple[Sample, ...] = ()


def flag_results(charts: Sequence[Chart], begin: int, end: int) -> list[Flag]:
    """Lab flags only: one alert per person and test, from a number outside its range until the next one inside."""
    out = []
    for chart in charts:
        for name in dict.fromkeys(s.analyte for s in chart.samples):
            out += _flags_of(chart, name, begin, end)
    return out


def _flags_of(chart: Chart, name: str, begin: int, end: int) -> list[Flag]:
    low, high = analyte(name).ref(chart.sex)
    out: list[Flag] = []
    since: int | None = None
    behind: list[Sample] = []
    for sample in sorted((s for s in chart.samples if s.analyte == name), key=lambda s: (s.known, s.at)):
        if not sample.unit and sample.coded is None:
            continue  # a number without a unit has no range
        number = float(sample.text) if sample.coded is None and sample.unit == analyte(name).unit else sample.value
        outside = sample.coded == "positive" or (
            sample.coded is None and ((low is not None and number < low) or (high is not None and number > high))
        )
        day = sample.known // DAY
        if outside:
            since = day if since is None else since
            behind.append(sample)
        elif since is not None:
            out.append(Flag(chart.patient_id, name, since, day - 1, tuple(behind)))
            since, behind = None, []
    if since is not None:
        out.append(Flag(chart.patient_id, name, since, end - 1, tuple(behind)))
    return [Flag(f.patient_id, f.analyte, max(f.first, begin), f.last, f.samples) for f in out if f.last >= begin]


def watch_intervals(charts: Sequence[Chart], begin: int, end: int, test: str, drug: str) -> list[Flag]:
    """Fixed interval only: an alert when three months and two weeks have passed on treatment without a count."""
    out = []
    for chart in charts:
        own = [c for c in chart.courses if c.drug == drug]
        start = min(c.start for c in own) // DAY
        stop = min(end, max(FAR if c.end is None else c.end for c in own) // DAY)
        days = sorted({s.known // DAY for s in chart.samples if s.analyte == test and s.known // DAY > start})
        for last, following in zip([start, *days], [*days, stop], strict=True):
            due = last + EVERY_DAYS + GRACE_DAYS + 1
            if due < min(following, stop) and due >= begin:
                out.append(Flag(chart.patient_id, "", due, following - 1))
    return out
