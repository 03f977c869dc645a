"""When the conditions that rules combine hold, for every patient over all of time."""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np

from core.engine.change import find_change
from core.engine.cohort import Bools, Ints
from core.engine.dosing import dose_feature
from core.engine.feature import Feature
from core.engine.features import Measurements
from core.engine.kernels import column_of, positions
from core.engine.phases import DrugCourses, Spans
from core.engine.series import first_from
from core.engine.steadiness import Steadiness
from core.engine.timeline import (
    MET,
    NOT_MET,
    BandTable,
    Stretches,
    Timeline,
    combine,
    from_intervals,
    negate,
    never,
    only_new,
    override,
    until_stale,
    without_repeats,
)
from core.engine.window import narrow, points_within, restrict
from core.protocols.conditions import AtLeast, Band, Condition, Every, Leaf, Neither, leaves_of, parts_of
from core.protocols.schema import DOSE_FEATURES
from core.records import DAY, FAR

#: What is met where the value lies in the range a leaf names: only whether it is met matters.
_ASKED = {"priority": "high", "action": "review"}


class Conditions:
    """Judges conditions for one drug's protocol on one cohort; what several rules share is judged once.

    shared: answers that do not depend on the drug, kept among all protocols of the cohort.
    """

    def __init__(
        self, measurements: Measurements, steadiness: Steadiness, courses: DrugCourses, restart_after_days: int,
        shared: dict[Condition, Timeline],
    ) -> None:  # fmt: skip
        self.measurements, self.steadiness, self.courses = measurements, steadiness, courses
        self.restart_after_days = restart_after_days
        self.shared = shared
        self._own: dict[Condition, Timeline] = {}
        self._doses: dict[str, Feature] = {}

    def timeline_within(self, node: Condition, window: Spans, *, is_whole: bool = False) -> Timeline:
        """When a condition holds inside a window; outside it the answer means nothing.

        Of conditions that must all hold the rarest is asked first, and the others only where it leaves that open: a
        fever lasts a week, counts go on for years. is_whole: nothing else is made of the answer, so that one that is
        never met needs no points.
        """
        if isinstance(node, Leaf):
            if node.changed and node not in self.shared and node not in self._own:
                return restrict(self._changed(node, points_within(self.source(node.analyte, ""), window)), window)
            return restrict(self.timeline(node), window)
        parts = parts_of(node)
        if not isinstance(node, Every):
            return _join(node, [self.timeline_within(part, window) for part in parts])
        told: dict[int, Timeline] = {}
        for place in _rarest_first(node):
            told[place] = self.timeline_within(
                parts[place], window, is_whole=is_whole and isinstance(parts[place], Every)
            )
            window = narrow(told[place], window)
            if not len(window):
                if is_whole:
                    return never()
                break  # ruled out wherever the rule applies: what the others say changes nothing
        return _join(node, [told[place] for place in sorted(told)])

    def rules_out(self, node: Condition) -> bool:
        """Whether what happened, is taken or is prescribed can never meet a condition, whatever was measured: asked
        first, because most of what a rule waits for never happens to most patients.
        """
        if not _rests_on_events(node):
            return False
        if isinstance(node, Leaf):
            timeline = self.timeline(node)
            return not len(timeline) and timeline.default_state == NOT_MET
        parts = parts_of(node)
        match node:
            case Every():
                return any(self.rules_out(part) for part in parts)
            case AtLeast():
                return sum(not self.rules_out(part) for part in parts) < node.at_least
            case _:
                return all(self.rules_out(part) for part in parts)

    def timeline(self, node: Condition) -> Timeline:
        """When a condition holds, whatever the rule's phase."""
        kept = self._own if _is_own(node) else self.shared
        told = kept.get(node)
        if told is None:
            if isinstance(node, Leaf):
                told = without_repeats(self._leaf(node))
            else:
                told = _join(node, [self.timeline(part) for part in parts_of(node)])
            kept[node] = told
        return told

    def source(self, analyte: str, feature: str) -> Feature:
        """The measured or computed series a rule asks for."""
        if analyte:
            return self.measurements.measured(analyte)
        if feature not in DOSE_FEATURES:
            return self.measurements.feature(feature)
        if feature not in self._doses:
            self._doses[feature] = dose_feature(feature, self.measurements, self.courses)
        return self._doses[feature]

    def _leaf(self, leaf: Leaf) -> Timeline:
        if leaf.events:
            return self._events(leaf)
        if leaf.drugs:
            taken = self.measurements.taken(leaf.drugs)
            if not len(taken):
                return _while_in(taken)
            until = np.minimum(taken.end + (leaf.within_days or 0) * DAY, FAR)
            return _while_in(Spans.of(taken.patient, taken.start, until))
        if leaf.course:
            return _while_in(self._course(leaf))
        source = self.source(leaf.analyte, leaf.feature)
        if leaf.not_within_days is not None:
            return self._absence(leaf)
        if leaf.missing:
            return _missing(source.stretches)
        if leaf.changed:
            return self._changed(leaf, None)
        lasting = bool(leaf.lasting)
        stretches = source.lasting(int(self.measurements.common.lasting[leaf.lasting])) if lasting else source.stretches
        timeline = stretches.judge(_table(leaf), absent_is_not_met=lasting or leaf.absent == "not met")
        if leaf.newly:
            timeline = only_new(timeline, stretches.lapsed)
        if leaf.fallen_percent is not None:
            open_ = timeline.state[~stretches.lapsed] != NOT_MET
            timeline = combine([timeline, self._fallen(leaf, source, open_)], "all")
        if leaf.until_result_of:
            timeline = self._until_result(timeline, leaf.until_result_of)
        return self.steadiness.wait(timeline, leaf.feature) if leaf.steady else timeline

    def _events(self, leaf: Leaf) -> Timeline:
        events = self.measurements.happened(leaf.events)
        if leaf.within_days is not None:
            events = events.lasting(leaf.within_days)
        if leaf.until_result_of:
            events = events.until(self.measurements.series(leaf.until_result_of))
        return events.timeline()

    def _absence(self, leaf: Leaf) -> Timeline:
        """No readable result in the last days: never cannot-tell, because absence is what is asked."""
        series = self.measurements.series(leaf.analyte).answers
        again = until_stale(series, int(leaf.not_within_days or 0))
        present = Stretches.of(series, again)
        return _met_where(present.lapsed, present)

    def _fallen(self, leaf: Leaf, source: Feature, asked: Bools) -> Timeline:
        wanted, days = float(leaf.fallen_percent or 0.0), leaf.within_days
        found = find_change(source, "fall", wanted, against="previous", within_days=days, asked=asked)
        return found.judge(absent_is_not_met=leaf.absent == "not met")

    def _changed(self, leaf: Leaf, asked: Bools | None) -> Timeline:
        limit = self.measurements.change_limit(leaf.analyte, leaf.changed or "fall")
        found = find_change(
            self.source(leaf.analyte, ""), leaf.changed or "fall", limit, against=leaf.against,
            within_days=leaf.within_days, by=leaf.by, asked=asked, begun=self.begun if _is_own(leaf) else None,
        )  # fmt: skip
        return found.judge(absent_is_not_met=leaf.absent == "not met")

    @cached_property
    def begun(self) -> Ints:
        """When each patient was first given the drug; FAR for nobody has yet."""
        c = self.courses
        begun = np.full(len(self.measurements.cohort.patients), FAR, dtype=np.int64)
        given = (c.taken | c.on_hold) & ~c.planned
        np.minimum.at(begun, c.patient[given], c.start[given])
        return begun

    def _until_result(self, timeline: Timeline, test: str) -> Timeline:
        """The same answers, but each met point counts only until the test is done on its day or later."""
        done = self.measurements.series(test)
        timeline = without_repeats(timeline)
        met = positions(timeline.state == MET)
        until = column_of(FAR, len(timeline))
        if len(timeline):
            follows = timeline.patient[1:] == timeline.patient[:-1]
            until[:-1] = np.where(follows, timeline.at[1:], FAR)
        patient, at = timeline.patient[met], timeline.at[met]
        first = np.maximum(first_from(done.answers, patient, at // DAY * DAY), at)
        over = positions(first < until[met])
        gate = from_intervals(patient[over], first[over], until[met][over], column_of(-1, len(over)))
        return override(timeline, gate, NOT_MET, 0)

    def _course(self, leaf: Leaf) -> Spans:
        """When the drug's own course is as asked."""
        courses, planning = self.courses, self.measurements.common.planning
        if leaf.course == "per_kg":
            by_weight = []
            for pieces in (courses.taken_pieces, courses.planned_pieces):
                some = courses.per_kg[pieces.course]
                by_weight.append(Spans.of(pieces.patient[some], pieces.start[some], pieces.end[some]))
            return by_weight[0].plus(by_weight[1])
        treatments = courses.treatments(self.restart_after_days)
        if leaf.course == "starting":
            first = treatments.start + planning.starting_for_days * DAY
            return Spans.of(treatments.patient, treatments.start, first).plus(courses.planned_phase)
        return self._other_length(treatments, int(leaf.days or 0))

    def _other_length(self, treatments: Spans, days: int) -> Spans:
        """Treatments, and planned courses, whose length differs from so many days, from when that is known."""
        courses = self.courses
        only = courses.only_planned & (courses.end < FAR)
        later = courses.planning.dated_later_from_days * DAY
        patient = np.concatenate([treatments.patient, courses.patient[only]])
        start = np.concatenate([treatments.start, courses.start[only]])
        end = np.concatenate([treatments.end, courses.end[only]])
        ahead = np.where(treatments.start > self.measurements.horizon, later, 0)
        known = start - np.concatenate([ahead, courses.lead[only]])
        other = end // DAY - start // DAY != days
        begin = np.where(end < FAR, known, start // DAY * DAY + days * DAY)
        return Spans.of(patient[other], begin[other], end[other])


def _join(node: Condition, parts: list[Timeline]) -> Timeline:
    match node:
        case Every():
            return combine(parts, "all")
        case Neither():
            return negate(combine(parts, "any"))
        case AtLeast():
            return combine(parts, node.at_least)
        case _:
            return combine(parts, "any")


@cache
def _rests_on_events(node: Condition) -> bool:
    """Whether a condition cannot be met without an event, a drug or a course of some kind."""
    match node:
        case Leaf():
            return bool(node.events or node.drugs or node.course)
        case Every():
            return any(_rests_on_events(part) for part in node.all)
        case Neither():
            return False
        case AtLeast():
            return sum(not _rests_on_events(part) for part in node.of) < node.at_least
        case _:
            return all(_rests_on_events(part) for part in node.any)


@cache
def _rarest_first(node: Every) -> tuple[int, ...]:
    """The order in which conditions that must all hold are asked."""
    return tuple(sorted(range(len(node.all)), key=lambda i: _density(node.all[i])))


def _density(node: Condition) -> int:
    """How many points the answer to a condition has, roughly: what happened is rarer than what was measured."""
    if isinstance(node, Neither):
        return 4  # what must not be leaves nearly everything open
    if not isinstance(node, Leaf):
        pick = min if isinstance(node, Every) else max
        return pick(_density(part) for part in parts_of(node))
    if node.events or node.drugs or node.course:
        return 0
    if node.lasting:
        return 1
    return 2 if node.feature in DOSE_FEATURES or node.changed is None else 3


@cache
def _is_own(node: Condition) -> bool:
    """Whether a condition's answer depends on the drug whose protocol asks."""
    return any(
        leaf.course or leaf.feature in DOSE_FEATURES or leaf.against == "before_treatment" for leaf in leaves_of(node)
    )


def _while_in(spans: Spans) -> Timeline:
    return from_intervals(spans.patient, spans.start, spans.end, column_of(-1, len(spans)))


def _missing(stretches: Stretches) -> Timeline:
    """Met while nothing readable is in date: never cannot-tell, because absence is what is asked."""
    readable = np.isfinite(stretches.low) | np.isfinite(stretches.high)
    return _met_where(stretches.lapsed | ~readable, stretches)


def _met_where(gone: Bools, stretches: Stretches) -> Timeline:
    """Met before the first point and at these; no fact speaks for what is not there."""
    n = len(gone)
    zero = np.zeros(n, np.int16)
    return Timeline(
        stretches.patient, stretches.at, np.where(gone, MET, NOT_MET).astype(np.int16), zero, zero,
        column_of(-1, n)[None, :], column_of(np.nan, n, float), stretches.measured, MET, 0,
    )  # fmt: skip


@cache
def _table(leaf: Leaf) -> BandTable:
    """The bands of a leaf's range: met inside it."""
    ends = {"from": leaf.from_, "above": leaf.above, "below": leaf.below, "below_or_at": leaf.below_or_at}
    name, limit = next((name, limit) for name, limit in ends.items() if limit is not None)
    opposite = {"from": "below", "below": "from", "above": "below_or_at", "below_or_at": "above"}[name]
    met = Band.model_validate({name: limit, **_ASKED})
    clear = Band.model_validate({opposite: limit})
    return BandTable.of((met, clear) if name.startswith("below") else (clear, met))
