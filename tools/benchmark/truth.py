"""Whether an alert was true: explained by a planted truth, or by what the blood really held.

An alert of high or medium priority is FALSE unless one of these holds:
1. the person has a planted truth that explains its category, and the alert was raised between a day before the truth
   began and `explains_days` after it could be told;
2. a limit was truly crossed: at a sample it rests on, the blood itself (with the biology of the moment, without the
   analyser's error and before any slip of unit or typing) lies beyond the limit that the alert names; for a change, it
   moved as far as the rule asks (a passing change, counted apart), or the person's own level by at least half of that;
   for kidney injury by stages,
   the own level stands at least a quarter above its lowest of the year;
3. it rests on recorded facts alone (an event, a prescription, a date, an age), which are as planted; a missing test is
   false when its sample had been taken and was only not yet reported.

What rests on a measured or computed number that cannot be weighed here is neither true nor false: NOT JUDGED, counted
apart and left out of the share.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.calculators.change import change_limits
from core.catalogue import analyte
from core.engine.assemble import comparison
from core.engine.rules.compiled import CompiledRule
from core.protocols.conditions import Leaf, leaves_of
from core.protocols.kinds import Baseline, Interval, Overdue, Threshold
from core.protocols.loader import Protocols
from core.records import CODED_NUMBERS, DAY
from tools.benchmark.baselines import Flag
from tools.benchmark.chart import Chart, Sample, Truth, read_clinic
from tools.benchmark.raised import Raised, priority_of
from tools.benchmark.replay import Shown

#: Features made of one measured number, so that the blood's own value scales the feature.
SCALED = {
    "creatinine_clearance": ("creatinine", -1),
    "creatinine_without_history": ("creatinine", 1),
    "alt_of_upper_limit": ("alt", 1),
    "ast_of_upper_limit": ("ast", 1),
    "dosing_weight": ("weight", 1),
    "dosing_day_mg_per_kg": ("weight", -1),
}
#: Features that are read from prescriptions and dates as they stand.
RECORDED = ("age", "age_months", "weight_age", "dose_mg", "dosing_day_mg", "doses_per_day")
STAGES = ("aki_nhse", "aki_kdigo")
LATE_DAYS = 45
LONG = 100_000  # days: however old


class Judge:
    """Tells true alerts from false ones for one cohort."""

    def __init__(self, charts: Sequence[Chart], rules: tuple[CompiledRule, ...]) -> None:
        self.rules = rules
        self.truths: dict[str, list[Truth]] = defaultdict(list)
        self.samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
        self.starts = {chart.patient_id: chart.start for chart in charts}
        for chart in charts:
            self.truths[chart.patient_id] += chart.truths
            for sample in sorted(chart.samples, key=lambda s: (s.at, s.known)):
                self.samples[chart.patient_id, sample.analyte].append(sample)

    def is_explained(self, patient: str, category: str, day: int) -> bool:
        """Whether a planted truth of the person explains an alert of this category raised on this day."""
        span = int(read_clinic()["explains_days"])
        return any(
            category in truth.explains and truth.begins - 1 <= day <= truth.knowable + span
            for truth in self.truths[patient]
        )

    def is_true(self, alert: Raised) -> bool | None:
        """Whether any of what the alert said with high or medium priority was so; None where that cannot be judged."""
        if self.is_explained(alert.patient_id, alert.category, alert.first):
            return True
        graver = [s for s in alert.parts if priority_of(self.rules[s.rule], s.band) != "low"]
        return _any_so(self._is_so(part) for part in graver)

    def _is_so(self, shown: Shown) -> bool | None:
        rule = self.rules[shown.rule].rule
        match rule:
            case Threshold():
                return self._is_crossed(shown, rule)
            case Interval():
                return self._is_met(shown, leaves_of(rule.when))
            case Baseline() | Overdue():
                return not self._is_awaited(shown, rule.test)
            case _:
                return True

    def _is_met(self, shown: Shown, leaves: Iterable[Leaf]) -> bool | None:
        """Conditions together: any measured one that is so, else recorded facts alone. What was never measured did not
        raise the alert.
        """
        asked = []
        for leaf in leaves:
            if leaf.until_result_of and self._is_awaited(shown, leaf.until_result_of, shown.opened):
                return False
            absence = leaf.missing or leaf.not_within_days is not None
            measured = leaf.analyte and (absence or self._latest(shown, leaf.analyte) is not None)
            if measured or _is_computed(leaf.feature):
                asked.append(self._holds(shown, leaf))
        return any(told) if (told := [x for x in asked if x is not None]) else None if asked else True

    def _is_awaited(self, shown: Shown, test: str, since: int = 0) -> bool:
        """Whether a sample had been taken (since an instant) and was only not yet reported."""
        return any(
            s.at // DAY <= shown.first < s.known // DAY and s.at >= max(since, (shown.first - LATE_DAYS) * DAY)
            for s in self.samples[shown.patient_id, test]
        )

    def _latest(self, shown: Shown, name: str) -> Sample | None:
        known = [s for s in self.samples[shown.patient_id, name] if s.known // DAY <= shown.last and not s.refused]
        return known[-1] if known else None

    def _is_crossed(self, shown: Shown, rule: Threshold) -> bool | None:
        band = rule.bands[shown.band]
        operator, limit = comparison(rule, band)
        if rule.feature in STAGES:
            return self._is_risen(shown)
        if rule.feature in RECORDED:
            return True
        name, power = (rule.analyte, 1) if rule.analyte else SCALED.get(rule.feature, ("", 1))
        at = [s for s in self.samples[shown.patient_id, name] if s.at == shown.measured]
        if not at:
            at = [s for s in self.samples[shown.patient_id, name] if s.known // DAY <= shown.last][-1:]
        words = [CODED_NUMBERS[s.coded] for s in at if s.coded is not None]
        blood = [shown.value * (s.blood / s.value) ** power for s in at if s.value]
        return any(_beyond(value, operator, limit) for value in (*words, *blood)) if words or blood else None

    def _is_risen(self, shown: Shown) -> bool:
        until = [s for s in self.samples[shown.patient_id, "creatinine"] if s.at <= shown.last * DAY + DAY]
        now = [s for s in until if s.at == shown.measured] or until[-1:]
        if not now:
            return False
        year = [s.state for s in until if 0 <= now[0].at - s.at <= 366 * DAY]
        return now[0].state >= 1.25 * min(year)

    def _holds(self, shown: Shown, leaf: Leaf) -> bool | None:
        """Whether one measured condition is so in the blood; None if it does not ask about a level, or nobody knows."""
        if leaf.not_within_days is not None or leaf.missing:
            return not self._is_awaited(shown, leaf.analyte or SCALED.get(leaf.feature, ("", 1))[0])
        if leaf.feature:
            return None
        latest = self._latest(shown, leaf.analyte)
        if latest is None:
            return None
        if leaf.changed or leaf.fallen_percent:
            return self._is_changed(shown, leaf, latest)
        blood = latest.blood if latest.coded is None else CODED_NUMBERS[latest.coded]
        checks = [
            leaf.from_ is None or blood >= leaf.from_, leaf.above is None or blood > leaf.above,
            leaf.below is None or blood < leaf.below, leaf.below_or_at is None or blood <= leaf.below_or_at,
        ]  # fmt: skip
        return None if self._has_change(shown) else all(checks)

    def _has_change(self, shown: Shown) -> bool:
        rule = self.rules[shown.rule].rule
        return isinstance(rule, Interval) and any(leaf.changed for leaf in leaves_of(rule.when))

    def _is_changed(self, shown: Shown, leaf: Leaf, latest: Sample) -> bool:
        variation = analyte(leaf.analyte).variation
        earlier = [s.state for s in self.samples[shown.patient_id, leaf.analyte] if 0 < latest.at - s.at <= 366 * DAY]
        if not earlier or variation is None:
            return False
        limits = change_limits(variation.cvi, variation.cva)
        if leaf.changed == "rise":
            return 100 * (latest.state / min(earlier) - 1) >= limits.up / 2
        asked = leaf.fallen_percent if leaf.fallen_percent else -limits.down
        return 100 * (1 - latest.state / max(earlier)) >= asked / 2

    def is_in_blood(self, alert: Raised) -> bool:
        """Whether a false alarm about a change saw what the blood did: the biology of the day, no lasting change."""
        for part in alert.parts:
            rule = self.rules[part.rule].rule
            leaves = leaves_of(rule.when) if isinstance(rule, Interval) else ()
            if any(self._has_moved(part, leaf) for leaf in leaves if leaf.changed):
                return True
        return False

    def _has_moved(self, shown: Shown, leaf: Leaf) -> bool:
        latest, variation = self._latest(shown, leaf.analyte), analyte(leaf.analyte).variation
        if latest is None or variation is None:
            return False
        earlier = self._before(shown.patient_id, leaf, latest)
        if not earlier:
            return False
        before = earlier[-1] if leaf.against == "previous" else statistics.median(earlier)
        change = 100 * (latest.blood / before - 1)
        limits = change_limits(variation.cvi, variation.cva)
        return change >= limits.up if leaf.changed == "rise" else change <= limits.down

    def _before(self, patient: str, leaf: Leaf, latest: Sample) -> list[float]:
        """The blood at the samples that a change is measured from: of the days before, or before the treatment."""
        until = min(latest.at, self.starts[patient]) if str(leaf.against) == "before_treatment" else latest.at
        days = leaf.within_days or LONG
        return [s.blood for s in self.samples[patient, leaf.analyte] if s.at < until <= s.at + days * DAY]


def action_limits(protocols: Protocols, drug: str) -> dict[str, list[tuple[str, float]]]:
    """The limits of the protocol beyond which it asks for something (high or medium), per analyte."""
    out: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for rule in protocols.drugs[drug].rules:
        if isinstance(rule, Threshold) and rule.analyte:
            out[rule.analyte] += [comparison(rule, b) for b in rule.bands if b.priority in ("high", "medium")]
    return out


def is_true_flag(flag: Flag, judge: Judge, limits: dict[str, list[tuple[str, float]]]) -> bool:
    """A flag is true if a planted truth shows in its test then, or the blood crossed a limit of the protocol."""
    span = int(read_clinic()["explains_days"])
    for truth in judge.truths[flag.patient_id]:
        if flag.analyte in truth.tests and truth.begins - 1 <= flag.last and flag.first <= truth.knowable + span:
            return True
    return any(
        _beyond(s.blood, operator, limit) for s in flag.samples for operator, limit in limits.get(flag.analyte, ())
    )


def _is_computed(feature: str) -> bool:
    """Whether a feature is more than prescriptions and dates say."""
    return bool(feature) and feature not in RECORDED


def _any_so(parts: Iterable[bool | None]) -> bool | None:
    """True if any is; None if none is and one cannot be judged."""
    told = list(parts)
    return True if any(told) else None if None in told else False


def _beyond(value: float, operator: str, limit: float) -> bool:
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[operator]
