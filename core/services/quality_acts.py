"""What people did, laid beside what was raised: how soon each tier was answered, what each rule led to, what the green
lane is known to miss.

An answer is an act that stops the clock: acknowledge, snooze, decide, close. Assigning and noting are none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np

from core.acts import Act
from core.alerts.dispositions import dispositions
from core.alerts.escalate import due_by
from core.alerts.lifecycle import TAKES_ON
from core.engine.cohort import Bools, Ints, Texts
from core.engine.standing import Alert
from core.records import DAY, FAR, LONG_AGO, PRIORITIES, RESPOND_WITHIN_DAYS
from core.services.quality_counts import Raised
from core.views.quality import GreenLane, Rule, Tier

#: A decision that changed nothing: the alert was seen and is being watched.
_UNCHANGED = "no_change"


@dataclass(frozen=True)
class Answers:
    """Acts by the alert (row of Raised) they are about, oldest first. since: first instant of the day on which people
    began to act here, None = nobody has. unmatched: acts on alerts that no longer stand in the history.
    """

    of: Mapping[int, tuple[Act, ...]] = field(default_factory=dict)
    since: int | None = None
    unmatched: int = 0


def match_answers(raised: Raised, patient_id: Texts, acts: Iterable[Act], start: int = LONG_AGO) -> Answers:
    """Give every answer to its alert: the one of its id; else, where a late or corrected result moved the opening, the
    one of the same patient and subject that stood when the act was done, the nearest in opening.

    Args: start: acts up to it are not missed where their alert is too old to be among those counted.
    """
    answers = [one for one in acts if one.alert_id and one.kind in (*TAKES_ON, "reopen")]
    if not answers:
        return Answers()
    whose = {one.patient_id for one in answers}
    touched = np.array([str(name) in whose for name in patient_id], dtype=bool)
    by_id: dict[str, int] = {}
    by_subject: dict[tuple[str, str, str, str], list[int]] = defaultdict(list)
    for row in np.flatnonzero(touched[raised.patient]).tolist() if len(raised) else []:
        name = str(patient_id[int(raised.patient[row])])
        by_id[raised.id_of(row, name)] = row
        by_subject[(name, *raised.subjects[int(raised.subject[row])])].append(row)
    of: dict[int, list[Act]] = defaultdict(list)
    unmatched = 0
    for act in answers:
        stood = by_subject.get((act.patient_id, act.drug, act.category, act.fact), [])
        found = by_id.get(act.alert_id, _moved(raised, stood, act))
        if found is None:
            unmatched += act.at > start
        else:
            of[found].append(act)
    since = min(one.at for one in answers) // DAY * DAY
    return Answers(
        {row: tuple(sorted(several, key=lambda one: one.act_id)) for row, several in of.items()}, since, unmatched
    )


def _moved(raised: Raised, rows: list[int], act: Act) -> int | None:
    stood = [row for row in rows if raised.opened[row] <= act.at]
    began = act.at if act.seen is None else act.seen.opened_at
    return min(
        (row for row in stood if raised.closed[row] > began),
        key=lambda row: abs(int(raised.opened[row]) - began), default=None,
    )  # fmt: skip


def match_standing(raised: Raised, patient_id: Texts, alerts: Iterable[Alert]) -> Mapping[int, Alert]:
    """The alerts that stand now, by row of Raised: what the worklist counts from, counted from here as well."""
    by_id = {one.alert_id: one for one in alerts}
    whose = {one.patient_id for one in by_id.values()}
    touched = np.array([str(name) in whose for name in patient_id], dtype=bool)
    rows = np.flatnonzero(touched[raised.patient]).tolist() if len(raised) and by_id else []
    named = ((row, raised.id_of(row, str(patient_id[int(raised.patient[row])]))) for row in rows)
    return {row: by_id[name] for row, name in named if name in by_id}


def count_tiers(
    raised: Raised, answers: Answers, start: int, now: int, standing: Mapping[int, Alert] | None = None
) -> tuple[Tier, ...]:
    """How soon the alerts of each tier were first answered.

    An alert that stands counts in the tier and from the instant the worklist counts it from; any other in the gravest
    tier it had come to before its first answer (or its end), from when somebody could know it was of that tier. What
    was over before people began to act here is not judged.

    Args:    standing: by row, the alerts that stand now (`match_standing`).
    Returns: every tier, gravest first; all zero where nobody has acted yet.
    """
    stands = standing or {}
    empty = tuple(Tier(name, RESPOND_WITHIN_DAYS[name]) for name in PRIORITIES)
    if answers.since is None:
        return empty
    counts = [Counter[str]() for _ in PRIORITIES]
    days: list[list[float]] = [[] for _ in PRIORITIES]
    silent = np.ones(len(raised), dtype=bool)
    for row, told in answers.of.items():
        answer = next((one for one in told if one.kind in TAKES_ON), None)
        if answer is None:
            continue
        first = answer.at
        silent[row] = False
        tier, clock = _clock_at(raised, row, answer, stands.get(row))
        if clock <= start:
            continue
        due = due_by(PRIORITIES[tier], clock)
        counts[tier]["in_time" if due is None or first <= due else "late"] += 1
        days[tier].append(max(0, first - clock) / DAY)
    for tier, rows in enumerate(_silent(raised, silent, answers.since, start, now, stands)):
        counts[tier].update(rows)
    return tuple(
        replace(
            one, in_time=told["in_time"], late=told["late"], missed=told["missed"], waiting=told["waiting"],
            ended=told["ended"], days=median(taken) if taken else None,
        )
        for one, told, taken in zip(empty, counts, days, strict=True)
    )  # fmt: skip


def _clock_at(raised: Raised, row: int, answer: Act, stands: Alert | None) -> tuple[int, int]:
    """Tier (position in PRIORITIES) and start of the time to answer, as they were when an alert was answered."""
    seen = "" if answer.seen is None else answer.seen.priority
    if stands is not None and stands.asks_since <= answer.at and seen in ("", stands.priority):
        return PRIORITIES.index(stands.priority), stands.asks_since
    return raised.tier_at(row, answer.at)


def _silent(
    raised: Raised, silent: Bools, since: int, start: int, now: int, stands: Mapping[int, Alert]
) -> list[dict[str, int]]:
    """Alerts nobody answered, by tier: missed (past its time), waiting (open within it), ended (over within it)."""
    over = raised.closed <= now
    last = np.where(over, raised.closed - 1, now)
    rows = np.flatnonzero(silent & (last >= since) & (raised.opened <= now))
    reached = raised.since[rows] <= last[rows, None]
    known: Bools = np.asarray(reached.any(axis=1))
    tier = np.where(known, reached.argmax(axis=1), len(PRIORITIES) - 1)
    clock = raised.since[rows, tier]
    for place, row in enumerate(rows.tolist()):
        if row in stands and not over[row]:
            known[place] = True
            tier[place], clock[place] = PRIORITIES.index(stands[row].priority), stands[row].asks_since
    counts = []
    for number, name in enumerate(PRIORITIES):
        within = RESPOND_WITHIN_DAYS[name]
        mine = known & (tier == number) & (clock > start)
        due = np.full(len(rows), FAR) if within is None else (clock // DAY + within) * DAY + DAY - 1
        missed = mine & (last[rows] > due)
        counts.append(
            {
                "missed": int(missed.sum()), "waiting": int((mine & ~missed & ~over[rows]).sum()),
                "ended": int((mine & ~missed & over[rows]).sum()),
            }
        )  # fmt: skip
    return counts


def count_rules(
    raised: Raised, answers: Answers, months: Mapping[str, float], start: int, now: int
) -> tuple[Rule, ...]:
    """What each rule cost and gave: alerts raised in (start, now], each counted once under the rule that led it.

    Args:    months: patient-months on each drug in the period.
    Returns: the rules that led any, the most frequent first.
    """
    rows = np.flatnonzero((raised.opened > start) & (raised.opened <= now))
    fired: dict[int, Counter[str]] = defaultdict(Counter)
    gravest: dict[int, int] = {}
    tiers = _gravest(raised, rows)
    for row, rule, tier in zip(rows.tolist(), raised.leader[rows].tolist(), tiers.tolist(), strict=True):
        fired[rule][_outcome(answers, row, int(raised.closed[row]), now)] += 1
        gravest[rule] = min(gravest.get(rule, tier), tier)
    out = [
        Rule(*raised.rules[rule], PRIORITIES[gravest[rule]], sum(counts.values()), dict(counts),
             months.get(raised.rules[rule][1], 0.0))
        for rule, counts in fired.items()
    ]  # fmt: skip
    return tuple(sorted(out, key=lambda one: (-one.fired, one.rule_id)))


def _gravest(raised: Raised, rows: Ints) -> Ints:
    """The gravest tier each alert came to in its life."""
    reached = raised.since[rows] < FAR
    return np.where(reached.any(axis=1), reached.argmax(axis=1), len(PRIORITIES) - 1)


def _outcome(answers: Answers, row: int, closed: int, now: int) -> str:
    """What became of one alert, by the latest answer that stands."""
    told = answers.of.get(row, ())
    last = told[-1] if told else None
    if last is not None and last.kind != "reopen":
        return _meaning(last)
    if closed > now:
        return "open"
    return "before" if answers.since is None or closed <= answers.since else "ended"


def _meaning(act: Act) -> str:
    if act.decision:
        return "watched" if act.decision == _UNCHANGED else "acted"
    reason = dispositions().get(act.disposition)
    return "watched" if reason is None else reason.counts_as


def count_green_lane(acts: Iterable[Act], looks: Mapping[str, int], start: int) -> GreenLane:
    """What is known of the green lane: patients signed off since `start`, and of those shown to somebody at random how
    many had nothing (ok) or something (missed) the lane had not seen. looks: how often each was answered.
    """
    signed = sum(one.kind == "sign_off" and one.at > start for one in acts)
    missed = looks.get("missed", 0)
    return GreenLane(signed, looks.get("ok", 0) + missed, missed)
