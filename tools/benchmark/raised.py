"""From what stood day by day to the alerts people saw raised: one alert per subject and unbroken stretch of days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from core.engine.rules.compiled import CompiledRule
from core.protocols.kinds import Overdue, Threshold
from core.records import PRIORITIES
from tools.benchmark.replay import Replay, Shown

Subject = tuple[str, str, str]


@dataclass
class Raised:
    """One alert as people saw it: raised on day `first`, gone after day `last`, with all that it said meanwhile.

    again: it, or a part of its life under another id, rests on nothing that an earlier alert of its subject did not
    rest on already, and no prescription came between.
    """

    patient_id: str
    subject: Subject
    first: int
    last: int
    parts: list[Shown] = field(default_factory=list)
    priority: str = "low"
    rule_id: str = ""
    again: str = ""

    @property
    def category(self) -> str:
        return self.subject[1]


def priority_of(compiled: CompiledRule, band: int) -> str:
    """The priority with which a finding speaks."""
    rule = compiled.rule
    match rule:
        case Threshold():
            return str(rule.bands[band].priority)
        case Overdue():
            return rule.after_tolerances[band].priority
        case _:
            return str(getattr(rule, "priority", "low"))


def list_raised(replay: Replay, course_days: Mapping[str, Collection[int]]) -> list[Raised]:
    """Every alert raised. course_days: patient -> days on which a prescription of theirs was entered, began, ended."""
    by_subject: dict[tuple[str, Subject], list[Shown]] = defaultdict(list)
    for one in replay.shown:
        by_subject[one.patient_id, one.subject].append(one)
    out: list[Raised] = []
    for (patient, subject), rows in by_subject.items():
        rows.sort(key=lambda s: (s.first, s.last))
        mine: list[Raised] = []
        for row in rows:
            if mine and row.first <= mine[-1].last + 1:
                mine[-1].last = max(mine[-1].last, row.last)
            else:
                mine.append(Raised(patient, subject, row.first, row.last))
            mine[-1].parts.append(row)
        _find_repeats(mine, course_days.get(patient, ()))
        for raised in mine:
            worst = min(raised.parts, key=lambda s: PRIORITIES.index(priority_of(replay.rules[s.rule], s.band)))
            raised.priority = priority_of(replay.rules[worst.rule], worst.band)
            raised.rule_id = replay.rules[worst.rule].rule_id
        out += mine
    return out


def _find_repeats(mine: list[Raised], course_days: Collection[int]) -> None:
    """Mark alerts that come back, or change their id, on facts already told."""
    told: set[str] = set()
    last = opened = None
    for raised in mine:
        for day in sorted({part.first for part in raised.parts}):
            now = [part for part in raised.parts if part.first == day]
            rests = frozenset().union(*(part.rests_on for part in now))
            fresh_id = opened is not None and all(part.opened != opened for part in now)
            came_back = last is not None and day > last + 1
            course_changed = any(last is not None and last < d <= day for d in course_days)
            if (fresh_id or came_back) and rests <= told and not course_changed:
                raised.again = "came back" if came_back else "new id"
            opened = min(part.opened for part in now)
            last = max((last or 0), *(part.last for part in now))
            told |= rests
