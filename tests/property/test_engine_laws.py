"""What holds of every clinic: alone or among others, in any order, cut anywhere, asked on any day.

The clinics are the oracle's: random patients around every limit and window, tied, corrected, late and unreadable rows.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort, Results
from core.engine.evaluate import cut, evaluate, without
from core.engine.history import History
from core.engine.known import as_known_at
from core.engine.series import COURSE_ROW
from core.engine.standing import Alert, Standing
from core.protocols.kinds import Baseline, Interval, Overdue, Threshold
from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS, DAY, FAR, FORESEEN_EVENTS
from tests.oracle.drafts import Draft, draft_patients
from tests.oracle.generate import build_cohort

Row = tuple[Any, ...]
Clinic = tuple[tuple[Draft, ...], tuple[int, ...]]
SEEDS = (1000, 1001)  # two large clinics, the same every time, where a law needs a crowd to mean something


@lru_cache(maxsize=32)
def clinic(seed: int, patients: int) -> Clinic:
    """Random patients and three days to judge them on."""
    drafts, days = draft_patients(seed, patients)
    return tuple(drafts), tuple(days)


def every_clinic(examples: int, patients: int = 25) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A law of any clinic; the smallest one that breaks it is told."""

    def law(test: Callable[..., None]) -> Callable[..., None]:
        drawn = given(seed=st.integers(0, 10**6), size=st.integers(1, patients))(test)
        return settings(max_examples=examples, phases=(Phase.reuse, Phase.generate, Phase.shrink))(drawn)

    return law


def judge(cohort: Cohort, at: int, **how: Any) -> History:
    return evaluate(as_known_at(cohort, at), load_protocols(), horizon=at, **how)


def rows_of(table: Any, *names: str) -> list[Row]:
    """Columns as plain rows; NaN as text, so that it equals itself."""
    return list(zip(*(map(repr, getattr(table, name).tolist()) for name in names), strict=True))


def _source(cohort: Cohort, row: int) -> tuple[str, str]:
    if row <= COURSE_ROW:
        return "course", str(cohort.courses.course_id[COURSE_ROW - row])
    if row < 0:
        return "event", str(cohort.events.event_id[-2 - row])
    return "result", str(cohort.results.row_id[row])


def told_of(history: History) -> dict[str, set[Row]]:
    """Everything a history holds, as rows of one patient each, free of where in the arrays they stood."""
    c, f, u, v, e = history.cohort, history.findings, history.unknowns, history.visits, history.evidence
    who = c.patients.patient_id.tolist()
    out: dict[str, set[Row]] = {name: set() for name in who}
    sources = [_source(c, row) for row in e.row.tolist()]
    facts = (
        list(zip(sources, *zip(*rows_of(e, "at", "value", "measured"), strict=True), strict=True)) if sources else []
    )
    chains = zip(history.alert_opened.tolist(), history.alert_closed.tolist(), strict=True)
    stretches = rows_of(f, "band", "opened", "closed", "n", "measured", "value", "worst")
    for i, (row, chain) in enumerate(zip(stretches, chains, strict=True)):
        rule, fact, first = history.rules[f.rule[i]], int(f.fact[i]), int(f.evidence_first[i])
        about = str(fact) if fact < 0 else str(c.events.event_id[fact])
        evidence = tuple(facts[first : first + int(f.evidence_count[i])])
        out[who[f.patient[i]]].add(("finding", rule.rule_id, rule.says, about, row, chain, evidence))
    for i, row in enumerate(rows_of(u, "opened", "closed")):
        rule = history.rules[u.rule[i]]
        out[who[u.patient[i]]].add(("unknown", rule.rule_id, rule.says, CANNOT_TELL_REASONS[u.reason[i]], row))
    columns = ("due", "opens", "closes", "treatment_start", "treatment_end", "planned", "satisfied_at", "answered_at")
    for i, row in enumerate(rows_of(v, *columns)):
        drug, grid = history.grids[v.grid[i]]
        by = int(c.results.row_id[v.satisfied_row[i]]) if v.satisfied_row[i] >= 0 else None
        out[who[v.patient[i]]].add(("visit", drug, grid.test, grid.entries[v.entry[i]], row, by))
    return out


def lines_of(standing: Standing, *, rows: bool = True) -> set[str]:
    """Everything said at an instant, a line each. rows = False: by what the facts say, not by which row says it."""
    return {
        *(repr(a if rows else without_rows(a)) for a in standing.alerts), *map(repr, standing.cannot_tell),
        *(repr(v if rows else replace(v, satisfied_by=v.satisfied_by and 1)) for v in standing.schedule),
    }  # fmt: skip


def without_rows(alert: Alert) -> Alert:
    facts = [replace(fact, row_id=0, preliminary=False) for fact in alert.evidence]
    return replace(alert, evidence=tuple(sorted(facts, key=repr)))  # rows of one instant stand by number


def differences(one: set[Any], other: set[Any]) -> list[str]:
    """The first lines only one of two says; empty when they say the same."""
    only = [sorted(map(str, a - b))[:2] for a, b in ((one, other), (other, one))]
    return [f"- {line}" for line in only[0]] + [f"+ {line}" for line in only[1]]


def differences_of(one: History, other: History) -> list[str]:
    first, second = told_of(one), told_of(other)
    assert first.keys() == second.keys()
    return [line for name in first for line in differences(first[name], second[name])]


# --- alone, in blocks, in any order ----------------------------------------------------------------------------------


@every_clinic(12)
def test_a_patient_alone_is_judged_exactly_as_among_all_others(seed, size):
    drafts, days = clinic(seed, size)
    cohort = as_known_at(build_cohort(drafts), days[1])
    whole = told_of(judge(cohort, days[1]))
    for place, draft in enumerate(drafts):
        alone = told_of(judge(cut(cohort, place, place + 1).cohort, days[1]))
        assert alone.keys() == {draft.patient_id}
        assert differences(whole[draft.patient_id], alone[draft.patient_id]) == []


@every_clinic(15)
def test_leaving_some_patients_out_changes_nothing_of_the_others(seed, size):
    drafts, days = clinic(seed, size)
    cohort = as_known_at(build_cohort(drafts), days[1])
    whole, gone = told_of(judge(cohort, days[1])), {seed % size, (seed // 7) % size}
    rest = told_of(judge(without(cohort, gone), days[1]))
    assert rest.keys() == {draft.patient_id for place, draft in enumerate(drafts) if place not in gone}
    for name in rest:
        assert differences(whole[name], rest[name]) == []


@every_clinic(12)
def test_the_size_of_a_block_changes_nothing(seed, size):
    drafts, days = clinic(seed, size)
    cohort = build_cohort(drafts)
    whole = judge(cohort, days[1], block_rows=10**9)
    for rows in (1, 50):
        assert differences_of(whole, judge(cohort, days[1], block_rows=rows)) == []


def test_two_workers_find_what_one_finds(monkeypatch):
    # A worker runs the main module's file again; screen tests leave a script of their own in its place.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    drafts, days = clinic(SEEDS[0], 120)
    cohort = build_cohort(drafts)
    assert differences_of(judge(cohort, days[1]), judge(cohort, days[1], block_rows=300, workers=2)) == []


@every_clinic(20)
def test_the_order_of_arrival_changes_nothing(seed, size):
    drafts, days = clinic(seed, size)
    cohort = build_cohort(drafts)
    chance = np.random.default_rng(seed)

    def mix(table: Any) -> Any:
        return table.take(chance.permutation(len(table)))

    mixed = Cohort.of(cohort.patients, mix(cohort.results), mix(cohort.courses), mix(cohort.events))
    assert differences_of(judge(cohort, days[1]), judge(mixed, days[1])) == []


@every_clinic(20)
def test_the_order_of_the_patients_changes_nothing(seed, size):
    drafts, days = clinic(seed, size)
    cohort = build_cohort(drafts)
    order = np.random.default_rng(seed).permutation(size)
    place = np.argsort(order)  # where each patient went

    def moved(table: Any) -> Any:
        return replace(table, patient=place[table.patient])

    mixed = Cohort.of(
        cohort.patients.take(order), moved(cohort.results), moved(cohort.courses), moved(cohort.events)
    )  # fmt: skip
    assert differences_of(judge(cohort, days[1]), judge(mixed, days[1])) == []


def joined(results: Results, more: Results) -> Results:
    return Results(
        **{f.name: np.concatenate([getattr(results, f.name), getattr(more, f.name)]) for f in fields(Results)}
    )


@every_clinic(20)
def test_every_result_sent_twice_changes_nothing(seed, size):
    drafts, days = clinic(seed, size)
    cohort = build_cohort(drafts)
    again = replace(cohort.results, row_id=cohort.results.row_id + len(cohort.results))
    doubled = Cohort.of(cohort.patients, joined(cohort.results, again), cohort.courses, cohort.events)
    for at in days:
        once, twice = judge(cohort, at).at(at), judge(doubled, at).at(at)
        assert differences(lines_of(once, rows=False), lines_of(twice, rows=False)) == []


@every_clinic(20)
def test_a_normal_result_of_one_patient_changes_nothing_of_any_other(seed, size):
    drafts, days = clinic(seed, size)
    cohort = build_cohort(drafts)
    if not len(cohort.results):
        return
    one = cohort.results.take(np.array([0]))
    normal = replace(
        one, row_id=np.array([10**6]), analyte=np.array([ANALYTES.index("neutrophils")], np.int16),
        at=np.array([days[1] - 9 * DAY]), known=np.array([days[1] - 9 * DAY]), superseded=np.array([FAR]),
        **dict.fromkeys(("low", "high", "value"), np.array([4.2])),
        **dict.fromkeys(("comparator", "reason"), np.zeros(1, np.int16)),
    )  # fmt: skip
    more = Cohort.of(cohort.patients, joined(cohort.results, normal), cohort.courses, cohort.events)
    whose = drafts[int(one.patient[0])].patient_id
    before, after = told_of(judge(cohort, days[1])), told_of(judge(more, days[1]))
    for name in before.keys() - {whose}:
        assert differences(before[name], after[name]) == []


# --- what was true then ----------------------------------------------------------------------------------------------


def known_at_once(drafts: Sequence[Draft]) -> list[Draft]:
    """The same people, every result known when it was taken and never corrected."""
    return [
        replace(draft, results=[row | {"known": row["at"], "superseded": FAR} for row in draft.results])
        for draft in drafts
    ]


@every_clinic(25)
def test_a_history_asked_about_an_earlier_day_says_what_was_said_on_that_day(seed, size):
    """Alerts with evidence, title and numbers, cannot-tells and schedule alike.

    Whoever has a course that is planned, begins or is resumed later, or an act entered before its day, was judged by
    the planning rules, which ask what has begun by the day of asking: left out.
    """
    drafts, days = clinic(seed, size)
    first = days[0] - 60 * DAY
    begun = [
        draft for draft in known_at_once(drafts)
        if all(c["start"] <= first and c["status"] != "planned" for c in draft.courses)
        and not any(c["status"] == "on-hold" and first < c["end"] < FAR for c in draft.courses)
        and all(e["start"] <= first or e["kind"] not in FORESEEN_EVENTS for e in draft.events)
    ]  # fmt: skip
    cohort = build_cohort(begun)
    history = judge(cohort, days[2])
    chance = random.Random(seed)
    for at in (*days, chance.randint(first, days[2]), chance.randint(first, days[2])):
        assert differences(lines_of(judge(cohort, at).at(at)), lines_of(history.at(at))) == []


@every_clinic(25)
def test_a_later_fact_changes_nothing_about_earlier_days(seed, size):
    drafts, days = clinic(seed, size)
    cohort = build_cohort(known_at_once(drafts))
    late = evaluate(as_known_at(cohort, days[0]), load_protocols(), horizon=days[2])
    assert differences(standing_bands(late, days[0]), standing_bands(judge(cohort, days[2]), days[0])) == []


def standing_bands(history: History, at: int) -> set[Row]:
    """Patient, rule, band and opening of what stands at an instant, visits left out."""
    f = history.findings
    plain = [c.number for c in history.rules if not isinstance(c.rule, Baseline | Overdue)]
    there = np.flatnonzero((f.opened <= at) & (at < f.closed) & np.isin(f.rule, plain))
    columns = (f.patient, f.rule, f.band, f.opened)
    return set(zip(*(column[there].tolist() for column in columns), strict=True))


# --- exactly one answer ----------------------------------------------------------------------------------------------


@every_clinic(25)
def test_a_stretch_opens_before_it_closes_and_never_overlaps_another_of_its_kind(seed, size):
    drafts, days = clinic(seed, size)
    history = judge(build_cohort(drafts), days[1])
    f, u = history.findings, history.unknowns
    assert (f.opened < f.closed).all() and (u.opened < u.closed).all()
    assert (history.alert_opened <= f.opened).all() and (f.closed <= history.alert_closed).all()
    kinds: dict[Row, list[tuple[int, int]]] = {}
    for i in range(len(f)):
        visits = isinstance(history.rules[f.rule[i]].rule, Overdue | Baseline)  # each visit has stretches of its own
        one = (int(f.rule[i]), int(f.patient[i]), int(f.fact[i]), int(f.measured[i]) if visits else 0)
        kinds.setdefault(one, []).append((int(f.opened[i]), int(f.closed[i])))
    for i in range(len(u)):
        one = ("unknown", int(u.rule[i]), int(u.patient[i]))
        kinds.setdefault(one, []).append((int(u.opened[i]), int(u.closed[i])))
    for kind, stretches in kinds.items():
        stretches.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(stretches)), kind


@pytest.mark.parametrize("seed", SEEDS)
def test_on_any_day_a_rule_is_met_or_cannot_tell_or_neither_and_never_both(seed):
    drafts, days = clinic(seed, 120)
    history = judge(build_cohort(drafts), days[2])
    chance = random.Random(seed)
    met = unknown = held = 0
    for at in (*days, *(days[0] - chance.randrange(300 * DAY) for _ in range(5))):
        said = history.at(at)
        entries = [(c.patient_id, c.rule_id) for c in said.cannot_tell]
        spoken = {(alert.patient_id, p.rule_id) for alert in said.alerts for p in alert.positions}
        assert len(set(entries)) == len(entries)
        assert set(entries) & spoken == set()
        for alert in said.alerts:
            authorities = [(p.authority, p.rule_id) for p in alert.positions]
            assert len(authorities) == len(set(authorities))
            held += bool(alert.held)
        assert "unsteady_creatinine" not in {alert.held for alert in said.alerts}
        met, unknown = met + len(spoken), unknown + len(entries)
    assert met > 100 and unknown > 100 and held > 20


@every_clinic(20)
def test_no_two_alerts_share_an_id_and_every_alert_of_a_number_rests_on_a_fact_of_its_time(seed, size):
    drafts, days = clinic(seed, size)
    history = judge(build_cohort(drafts), days[1])
    measured = {c.rule_id for c in history.rules if isinstance(c.rule, Threshold) and c.tests}  # an age is no fact
    alerts = [*history.at(days[1]).alerts, *history.closed_before(days[1])]
    assert len({alert.alert_id for alert in alerts}) == len(alerts)
    for alert in alerts:
        assert alert.positions and alert.title and alert.advice
        if alert.rule_id in measured:
            assert alert.evidence
            past = [fact.at for fact in alert.evidence if fact.table == "result"]  # a course may be planned
            assert max(past, default=0) < (alert.closed_at or days[1] + 1)


# --- unknown is never normal -----------------------------------------------------------------------------------------

TRACES = ("no_unit", "unknown_unit", "implausible", "not_numeric")
#: What an unreadable result of an analyte must not silence, besides the rules of the analyte itself.
FEATURES = {
    "neutrophils": (), "temperature": (), "creatinine": ("creatinine_clearance", "aki_nhse", "aki_kdigo"),
    "weight": ("creatinine_clearance",),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("analyte", FEATURES)
def test_blinding_the_newest_result_never_silences_a_rule_that_spoke(seed, analyte):
    drafts, days = clinic(seed, 120)
    at = days[1]
    seeing = known_at_once(drafts)
    blind = [blinded(draft, analyte, at, TRACES[place % len(TRACES)]) for place, draft in enumerate(seeing)]
    before, after = (judge(build_cohort(people), at) for people in (seeing, blind))
    spoke = rules_met(before, at, analyte)
    assert spoke, "nothing to silence"
    unknown = {(c.patient_id, c.rule_id) for c in after.at(at).cannot_tell}
    assert spoke - rules_met(after, at, analyte) - unknown == set()


def blinded(draft: Draft, analyte: str, at: int, reason: str) -> Draft:
    """The newest result of an analyte (all rows of its instant) made unreadable."""
    newest = max((row["at"] for row in draft.results if row["analyte"] == analyte and row["at"] <= at), default=None)
    return replace(
        draft,
        results=[
            row | {"reason": reason} if row["analyte"] == analyte and row["at"] == newest else row
            for row in draft.results
        ],
    )


def rules_met(history: History, at: int, analyte: str) -> set[tuple[str, str]]:
    """Patients and rules judging this analyte that are met at an instant."""
    f, names = history.findings, history.cohort.patients.patient_id
    judging = {
        c.number for c in history.rules
        if isinstance(c.rule, Interval)
        or (isinstance(c.rule, Threshold) and (c.rule.analyte == analyte or c.rule.feature in FEATURES[analyte]))
    }  # fmt: skip
    there = np.flatnonzero((f.opened <= at) & (at < f.closed) & np.isin(f.rule, list(judging)))
    return {(str(names[f.patient[i]]), history.rules[f.rule[i]].rule_id) for i in there}
