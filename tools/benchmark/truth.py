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
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence

from core.calculators.change import change_limits
from core.catalogue import ANALYTES, analyte
from core.engine.assemble import comparison
from core.engine.rules.compiled import CompiledRule
from core.protocols.conditions import Leaf, leaves_of
from core.protocols.kinds import Baseline, Interval, Overdue, Threshold
from core.protocols.loader import Protocols
from core.records import DAY
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
}
STAGES = ("aki_nhse", "aki_kdigo")
LATE_DAYS = 45
LONG = 100_000  # days: however old


class Judge:
    """Tells true alerts from false ones for one cohort."""

    def __init__(self, charts: Sequence[Chart], rules: tuple[CompiledRule, ...]) -> None:
        self.rules = rules
        self.truths: dict[str, list[Truth]] = defaultdict(list)
        self.samples: dict[tuple[str, str], list[Sample]] = defaultdict(list)
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

    def is_true(self, alert: Raised) -> bool:
        """Whether any of what the alert said with high or medium priority was so."""
        if self.is_explained(alert.patient_id, alert.category, alert.first):
            return True
        graver = [s for s in alert.parts if priority_of(self.rules[s.rule], s.band) != "low"]
        return any(self._is_so(part) for part in graver)

    def _is_so(self, shown: Shown) -> bool:
        rule = self.rules[shown.rule].rule
        match rule:
            case Threshold():
                return self._is_crossed(shown, rule)
            case Interval():
                leaves = [leaf for leaf in leaves_of(rule.when) if leaf.analyte]
                measured = [leaf for leaf in leaves if self._latest(shown, leaf.analyte) is not None]
                asked = [answer for leaf in measured if (answer := self._holds(shown, leaf)) is not None]
                return not asked or any(asked)
            case Baseline() | Overdue():
                return not any(
                    s.at // DAY <= shown.first < s.known // DAY and s.at // DAY >= shown.first - LATE_DAYS
                    for s in self.samples[shown.patient_id, rule.test]
                )
            case _:
                return True

    def _latest(self, shown: Shown, name: str) -> Sample | None:
        known = [s for s in self.samples[shown.patient_id, name] if s.known // DAY <= shown.last and not s.refused]
        return known[-1] if known else None

    def _is_crossed(self, shown: Shown, rule: Threshold) -> bool:
        band = rule.bands[shown.band]
        operator, limit = comparison(rule, band)
        if rule.feature in STAGES:
            return self._is_risen(shown)
        name, power = (rule.analyte, 1) if rule.analyte else SCALED.get(rule.feature, ("", 1))
        if not name or name not in ANALYTES:
            return True  # doses, ages, dates: recorded facts
        at = [s for s in self.samples[shown.patient_id, name] if s.at == shown.measured and s.value]
        if not at:
            at = [s for s in self.samples[shown.patient_id, name] if s.known // DAY <= shown.last and s.value][-1:]
        return not at or any(_beyond(shown.value * (s.blood / s.value) ** power, operator, limit) for s in at)

    def _is_risen(self, shown: Shown) -> bool:
        until = [s for s in self.samples[shown.patient_id, "creatinine"] if s.at <= shown.last * DAY + DAY]
        now = [s for s in until if s.at == shown.measured] or until[-1:]
        if not now:
            return False
        year = [s.state for s in until if 0 <= now[0].at - s.at <= 366 * DAY]
        return now[0].state >= 1.25 * min(year)

    def _holds(self, shown: Shown, leaf: Leaf) -> bool | None:
        """Whether one measured condition is so in the blood; None if it does not ask about a level."""
        latest = self._latest(shown, leaf.analyte)
        if latest is None or latest.coded is not None:
            return None
        if leaf.changed or leaf.fallen_percent:
            return self._is_changed(shown, leaf, latest)
        blood = latest.blood
        checks = [
            leaf.from_ is None or blood >= leaf.from_, leaf.above is None or blood > leaf.above,
            leaf.below is None or blood < leaf.below, leaf.below_or_at is None or blood <= leaf.below_or_at,
        ]  # fmt: skip
        asks = any(x is not None for x in (leaf.from_, leaf.above, leaf.below, leaf.below_or_at))
        return all(checks) if asks and not self._has_change(shown) else None

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
        days = leaf.within_days or LONG
        earlier = [s.blood for s in self.samples[shown.patient_id, leaf.analyte] if 0 < latest.at - s.at <= days * DAY]
        if not earlier:
            return False
        before = statistics.median(earlier) if leaf.against == "median" else earlier[-1]
        change = 100 * (latest.blood / before - 1)
        limits = change_limits(variation.cvi, variation.cva)
        return change >= limits.up if leaf.changed == "rise" else change <= limits.down


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


def _beyond(value: float, operator: str, limit: float) -> bool:
    return {"<": value < limit, "<=": value <= limit, ">": value > limit, ">=": value >= limit}[operator]
