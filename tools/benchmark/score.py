"""The score: what was found and how soon, what was false, how often people were called, what was said twice."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.records import DAY, PRIORITIES
from tools.benchmark.baselines import Flag
from tools.benchmark.chart import Chart, Truth, first_day, read_clinic
from tools.benchmark.raised import list_raised
from tools.benchmark.replay import Replay, Shown, Untold
from tools.benchmark.truth import Judge, is_true_flag

MONTH_DAYS = 30.4375
GRAVE = ("high", "medium")


@dataclass(frozen=True)
class Told:
    """Whether a truth was told in time. delay: days after it could be told, None = never."""

    truth: Truth
    delay: int | None

    @property
    def in_time(self) -> bool:
        return self.delay is not None and self.truth.knowable + self.delay <= self.truth.latest


@dataclass
class Score:
    """One way of watching, scored. alerts: (patient, rule or test, priority) of everything raised.

    grave: of high or medium priority; false, passing: those of them; unjudged: those nobody can tell.
    """

    name: str
    told: list[Told]
    alerts: list[tuple[str, str, str]]
    patient_months: float
    grave: int
    false: Counter[str] = field(default_factory=Counter)
    repeats: Counter[str] = field(default_factory=Counter)
    by_story: Counter[str] = field(default_factory=Counter)
    passing: Counter[str] = field(default_factory=Counter)
    unjudged: Counter[str] = field(default_factory=Counter)

    @property
    def per_month(self) -> float:
        return len(self.alerts) / self.patient_months

    @property
    def strict_share(self) -> float:
        """False alarms if what the blood did for a day and undid by the next test is called false as well."""
        return (sum(self.false.values()) + sum(self.passing.values())) / self.judged if self.judged else 0.0

    @property
    def judged(self) -> int:
        """Alerts of high or medium priority of which can be told whether they were true."""
        return self.grave - sum(self.unjudged.values())

    @property
    def false_share(self) -> float:
        return sum(self.false.values()) / self.judged if self.judged else 0.0

    def sensitivity(self, kind: str) -> tuple[int, int]:
        """Truths of a kind told in time, and all of them."""
        mine = [t for t in self.told if t.truth.kind == kind]
        return sum(t.in_time for t in mine), len(mine)

    def delays(self, kind: str) -> tuple[float, float]:
        """Median and 95th percentile of the days from when a truth could be told to when it was (those told at all)."""
        days = sorted(t.delay for t in self.told if t.truth.kind == kind and t.delay is not None)
        if not days:
            return math.nan, math.nan
        return days[len(days) // 2], days[min(len(days) - 1, math.ceil(len(days) * 0.95) - 1)]


def count_months(charts: Sequence[Chart]) -> float:
    """Months of observation: from the day a prescription was entered to the end of the replay."""
    end = first_day() + int(read_clinic()["days"])
    return sum(end - _watched_from(c) for c in charts) / MONTH_DAYS


def _watched_from(chart: Chart) -> int:
    """The day the benchmark's drug was first prescribed."""
    return chart.entered[str(chart.courses[0].course_id)] // DAY


def score_nadir(charts: Sequence[Chart], replay: Replay) -> Score:
    """Score Nadir's replay against what is planted."""
    judge = Judge(charts, replay.rules)
    days = {
        c.patient_id: {at // DAY for k in c.courses for at in (c.entered[str(k.course_id)], k.start, k.end or 0)}
        for c in charts
    }
    raised = list_raised(replay, days)
    shown, untold = defaultdict(list), defaultdict(list)
    for one in replay.shown:
        shown[one.patient_id].append(one)
    for other in replay.untold:
        untold[other.patient_id].append(other)
    told = [Told(t, _delay(t, shown[c.patient_id], untold[c.patient_id], replay)) for c in charts for t in c.truths]
    score = Score(
        "Nadir", told, [(r.patient_id, r.rule_id, r.priority) for r in raised], count_months(charts),
        sum(r.priority in GRAVE for r in raised),
    )  # fmt: skip
    stories = {c.patient_id: c.story for c in charts}
    for alert in raised:
        score.by_story[stories[alert.patient_id]] += 1
        if alert.priority in GRAVE and (verdict := judge.is_true(alert)) is not True:
            short = score.unjudged if verdict is None else score.passing if judge.is_in_blood(alert) else score.false
            short[f"{alert.rule_id} ({stories[alert.patient_id]})"] += 1
        if alert.again:
            score.repeats[f"{alert.rule_id} ({alert.again}, {stories[alert.patient_id]})"] += 1
    return score


def _delay(truth: Truth, shown: Iterable[Shown], untold: Iterable[Untold], replay: Replay) -> int | None:
    """Days from when the truth could be told to when it was."""
    right = [s for s in shown if set(truth.keys) & set(replay.rules[s.rule].rule.keys)]
    if truth.expects == "silence":
        over = max((s.last + 1 for s in right if s.first <= truth.latest <= s.last + 1), default=truth.knowable)
        standing = [s for s in right if s.first <= truth.latest <= s.last]
        return None if standing else max(0, over - truth.knowable)
    days = [max(s.first, truth.knowable) for s in right if s.last >= truth.knowable]
    if truth.expects == "cannot_tell":
        days += [max(u.first, truth.knowable) for u in untold if u.reason in truth.reasons and u.last >= truth.knowable]
    return min(days) - truth.knowable if days else None


def score_flags(
    charts: Sequence[Chart], flags: Sequence[Flag], name: str, judge: Judge, limits: dict[str, list[tuple[str, float]]]
) -> Score:
    """Score a baseline. A flag on no test (a count that did not come) tells the truths about missing tests."""
    mine: dict[str, list[Flag]] = defaultdict(list)
    for flag in flags:
        mine[flag.patient_id].append(flag)
    told = []
    for chart in charts:
        for truth in chart.truths:
            missing = truth.name == "missing"
            right = [f for f in mine[chart.patient_id] if (f.analyte in truth.tests) or (missing and not f.analyte)]
            days = [max(f.first, truth.knowable) for f in right if f.last >= truth.knowable]
            if truth.expects == "silence":
                standing = any(f.first <= truth.latest <= f.last for f in right)
                days = [] if standing or not any(f.first <= truth.knowable for f in right) else [truth.knowable]
            told.append(Told(truth, min(days) - truth.knowable if days else None))
    start = {c.patient_id: _watched_from(c) for c in charts}
    counted = [f for f in flags if f.last >= start[f.patient_id]]
    score = Score(
        name, told, [(f.patient_id, f.analyte or "no count", "medium") for f in counted], count_months(charts),
        len(counted),
    )  # fmt: skip
    for flag in counted:
        if flag.analyte and not is_true_flag(flag, judge, limits):
            score.false[flag.analyte] += 1
    return score


def per_rule(score: Score) -> list[tuple[str, int, dict[str, int]]]:
    """Alerts per rule (that led them), most first, with their priorities."""
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    for _, rule, priority in score.alerts:
        by_rule[rule][priority] += 1
    rows = [(rule, sum(n.values()), {p: n[p] for p in PRIORITIES}) for rule, n in by_rule.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))
