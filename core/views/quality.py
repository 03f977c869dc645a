"""The quality of care and of the alerts, counted: on time, time to act, what each rule cost and gave, the green lane.

Every figure is a count out of a count with its direction; a share of fewer cases than the house asks for is not told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core.alerts.escalate import Breach
from core.views.proportions import ACTION, WARNING, control_limits, upper_limit
from core.views.words import Mark

Direction = Literal["higher", "lower"]
#: How due tests may be put together, and what the reader calls it.
GROUPINGS: Mapping[str, str] = {
    "drug": "Drug", "test": "Test", "site": "Site", "quarter": "Quarter", "month": "Month",
}  # fmt: skip
IN_TIME = ("quarter", "month")  # their groups follow one another
#: How long back, in months, and what the reader calls it: a choice of this screen.
PERIODS: Mapping[int, str] = {3: "3 months", 6: "6 months", 12: "12 months", 24: "24 months"}
USUAL_PERIOD = 12
#: What became of an alert, as the yield of a rule counts it (the first five are core/alerts' own words).
OUTCOMES: Mapping[str, str] = {
    "acted": "Acted on", "watched": "Watched", "already_resolved": "Already resolved", "not_relevant": "Not relevant",
    "wrong": "Facts wrong", "ended": "Ended unanswered", "open": "Open, unanswered",
    "before": "Over before first use",
}  # fmt: skip
ANSWERED = ("acted", "watched", "already_resolved", "not_relevant", "wrong")

#: How a group stands against what chance alone explains.
STANDINGS: Mapping[str, Mark] = {
    mark.code: mark
    for mark in (
        Mark("far_below", "▼", "FAR BELOW"),
        Mark("below", "▽", "BELOW"),
        Mark("within", "○", "WITHIN LIMITS"),
        Mark("above", "△", "ABOVE"),
        Mark("far_above", "▲", "FAR ABOVE"),
        Mark("too_few", "–", "TOO FEW TO JUDGE"),
    )
}


@dataclass(frozen=True, slots=True)
class Least:
    """The fewest cases of a kind of which a share is told, and why the house asks for so many."""

    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Due tests of one drug, test, site or stretch of time whose window closed in the period.

    asked: all; on_time: with a result inside the window; later: first answered after it. days_late: median of those
    answered later, None where none was.
    """

    name: str
    asked: int
    on_time: int
    later: int
    days_late: float | None = None

    @property
    def never(self) -> int:
        """Not answered at all so far."""
        return self.asked - self.on_time - self.later


@dataclass(frozen=True, slots=True)
class Judged:
    """A group beside what chance alone explains. share and limits: 0 to 1, None where there are too few to judge."""

    group: Group
    standing: str
    share: float | None
    warning: tuple[float, float] | None
    action: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Tier:
    """Alerts of one tier that asked for an answer in the period.

    in_time, late: answered; missed: past its time (or over after it) without an answer; waiting: open within its time;
    ended: over on evidence before anybody had to answer. target_days: None = at the next review. days: median from
    raised to answered, of those answered, None where nobody was.
    """

    priority: str
    target_days: int | None
    in_time: int = 0
    late: int = 0
    missed: int = 0
    waiting: int = 0
    ended: int = 0
    days: float | None = None

    @property
    def raised(self) -> int:
        return self.in_time + self.late + self.missed + self.waiting + self.ended

    @property
    def answered(self) -> int:
        return self.in_time + self.late

    @property
    def judged(self) -> int:
        """Those of which it can be told whether they were answered in time."""
        return self.in_time + self.late + self.missed


@dataclass(frozen=True, slots=True)
class Rule:
    """What one rule cost and gave: alerts it led that were raised in the period, by outcome. months: patient-months on
    its drug.
    """

    rule_id: str
    drug: str
    priority: str
    fired: int
    outcomes: Mapping[str, int]
    months: float

    @property
    def answered(self) -> int:
        return sum(self.outcomes.get(name, 0) for name in ANSWERED)

    @property
    def per_month(self) -> float | None:
        """Alerts per patient-month, None where nobody was on the drug."""
        return self.fired / self.months if self.months else None


@dataclass(frozen=True, slots=True)
class GreenLane:
    """What is known of the patients signed off together. signed: all; looked: of these, shown to somebody at random;
    missed: of these, with something the lane had not seen.
    """

    signed: int = 0
    looked: int = 0
    missed: int = 0

    @property
    def bound(self) -> float:
        """The upper 95 % limit of the share the lane misses; 1 where nobody was looked at."""
        return upper_limit(self.missed, self.looked)


@dataclass(frozen=True)
class Quality:
    """Everything the screen tells of a period. start, end: instants. people, months: treated in it, and for how long
    together. on_time, effects: groups of due tests and their design effect, by grouping. acting_since: day people began
    to act here, None = nobody has. unmatched: acts about facts withdrawn since. failed: patients who could not be
    evaluated. version: of facts and acts. least: house minimum by what is counted (on_time, time_to_act, yield,
    green_lane).
    """

    start: int
    end: int
    people: int
    months: float
    on_time: Mapping[str, tuple[Group, ...]]
    effects: Mapping[str, float]
    tiers: tuple[Tier, ...]
    rules: tuple[Rule, ...]
    green: GreenLane
    breaches: tuple[Breach, ...] = ()
    acting_since: int | None = None
    unmatched: int = 0
    failed: int = 0
    version: str = ""
    least: Mapping[str, Least] = field(default_factory=dict)


def judge_groups(groups: Sequence[Group], least: int, effect: float = 1.0) -> tuple[Judged, ...]:
    """Hold every group against the limits of its own size around the share of all of them together.

    Args: least: a group of fewer tests is not judged, and its share not told; effect: the design effect, by which
          tests of one patient tell less than as many of different ones.
    """
    asked = sum(one.asked for one in groups)
    rate = sum(one.on_time for one in groups) / asked if asked else 0.0
    return tuple(_judge(one, rate, least, effect) for one in groups)


def _judge(group: Group, rate: float, least: int, effect: float) -> Judged:
    if group.asked < least:
        return Judged(group, "too_few", None, None, None)
    share = group.on_time / group.asked
    warning, action = (
        control_limits(rate, max(1, round(group.asked / effect)), outside) for outside in (WARNING, ACTION)
    )
    return Judged(group, _standing(share, warning, action), share, warning, action)


def _standing(share: float, warning: tuple[float, float], action: tuple[float, float]) -> str:
    if share < action[0]:
        return "far_below"
    if share > action[1]:
        return "far_above"
    return "below" if share < warning[0] else "above" if share > warning[1] else "within"


def total_of(groups: Iterable[Group]) -> Group:
    """All groups as one; the median lateness of all is not the median of medians, so it is left out."""
    listed = list(groups)
    return Group(
        "All", sum(g.asked for g in listed), sum(g.on_time for g in listed), sum(g.later for g in listed)
    )  # fmt: skip


def share_of(count: int, of: int, least: int) -> float | None:
    """A share, or None where there are too few to tell one."""
    return count / of if of >= max(1, least) else None
