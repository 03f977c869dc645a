"""What would have happened with another number: the clinic's own history replayed, nothing stored, nothing changed.

Only the rules that the number can touch, and those that share an alert with them, are judged again; they find exactly
what they find among all rules (tests/services/test_what_if.py holds this against a whole evaluation of an edited file).
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from core.engine.assemble import alert_key
from core.engine.cohort import Cohort, Ints
from core.engine.compare import Compared, affected_by, compare, narrow_to
from core.engine.history import History
from core.engine.known import as_known_at
from core.errors import InputRefused
from core.protocols.kinds import Threshold, Visits
from core.protocols.loader import Protocols
from core.records import CANNOT_TELL_REASONS, DAY, FAR
from core.services.rule_numbers import Number, find_rule, move_number
from core.store import clinic, load
from core.store.connect import open_store
from core.views.what_if import KINDS, Fired, PatientChange, Rates, WhatIf

Tell = Callable[[float], object]
_YEAR_DAYS = 365.2425
_MONTHS = 12.0

#: Answers in memory between two looks at one screen (P33): by store, version of its facts and question, never by user.
_KEPT: OrderedDict[tuple[object, ...], WhatIf] = OrderedDict()
_KEEP = 4
_LOCK = Lock()

#: A finding in time: rule, when it opened and closed, how grave it is, the number behind it.
_Stretch = tuple[str, int, int, str, float | None]
#: A stretch in which a rule could not be judged: rule, from when to when, why (a cannot-tell reason).
_Blind = tuple[str, int, int, str]


@dataclass
class _Side:
    """What one set of rules comes to, gathered over the blocks. blind: what could not be judged, by patient."""

    fired: dict[str, set[_Stretch]] = field(default_factory=lambda: defaultdict(set))
    blind: dict[str, set[_Blind]] = field(default_factory=lambda: defaultdict(set))
    alerts: int = 0
    alerts_open: int = 0
    draws: int = 0


@dataclass(frozen=True)
class Trial:
    """One question: a number, its trial value, and the period the answer is for. start, end: instants."""

    number: Number
    value: float
    start: int
    end: int
    authorities: tuple[str, ...] | None = None


def replay_clinic(url: str, protocols: Protocols, trial: Trial, tell: Tell | None = None) -> WhatIf:
    """Replay everybody of a store as known at the end of the period.

    Args:   tell (is given how far it is, 0 to 1).
    Raises: InputRefused (the number does not fit the rule: the user chooses another), StoreFailed (the administrator).
    """
    changed = move_number(protocols, trial.number, trial.value)
    store = open_store(url)
    with store.reading() as connection:
        asked = (store.name, clinic.read_clinic(connection).version, tuple(protocols.hashes.values()), trial)
        with _LOCK:
            if asked in _KEPT:
                _KEPT.move_to_end(asked)
                return _KEPT[asked]
        cohort = load.cohort(connection)
    answer = replay(as_known_at(cohort, trial.end), protocols, changed, trial, tell)
    with _LOCK:
        _KEPT[asked] = answer
        while len(_KEPT) > _KEEP:
            _KEPT.popitem(last=False)
    return answer


def replay(cohort: Cohort, before: Protocols, after: Protocols, trial: Trial, tell: Tell | None = None) -> WhatIf:
    """What the changed rules would have found, beside what the rules as they are found."""
    found = find_rule(before, trial.number.rule_id)
    moved = find_rule(after, trial.number.rule_id)
    if found is None or moved is None:
        raise InputRefused(f"There is no rule {trial.number.rule_id}: choose one from the rule book.")
    protocol, rule = found
    affected = affected_by(rule, protocol) | affected_by(moved[1], moved[0])
    drug = protocol.drug
    narrow = [narrow_to(one, drug, affected) for one in (before, after)]
    sides = (_Side(), _Side())
    treated_days, people, judged = 0.0, set[str](), 0
    for pair in compare(cohort, *narrow, horizon=trial.end, authorities=trial.authorities):
        treated_days += _treated_days(pair.before, drug, trial)
        people |= _treated(pair, drug, trial)
        for side, history in zip(sides, (pair.before, pair.after), strict=True):
            _gather(side, history, drug, affected, trial)
        judged += pair.people
        if tell is not None:
            tell(judged / max(1, len(cohort.patients)))
    if not isinstance(rule, Visits):
        sides[1].draws = sides[0].draws  # a limit asks for no visit
    months = treated_days / _YEAR_DAYS * _MONTHS
    changes = _differences(*sides)
    fired = {one.patient_id for one in changes}
    rates = [_rates(side, months) for side in sides]
    return WhatIf(
        trial.number.rule_id, trial.start, trial.end, len(people), len(people - fired),
        months, rates[0], rates[1], changes, tuple(sorted(f"{drug}.{one}" for one in affected)),
        len(fired - people),
    )  # fmt: skip


def _rates(side: _Side, months: float) -> Rates:
    return Rates(
        len(side.fired), side.alerts, side.alerts_open, side.draws,
        side.alerts / months if months else None, side.draws / months * _MONTHS if months else None,
    )  # fmt: skip


def _differences(before: _Side, after: _Side) -> tuple[PatientChange, ...]:
    """Everybody for whom the affected rules fire under either set of rules, or can no longer be judged.

    Hazard: HAZ-014 (a count known only as "<1.5" at a limit moved to 1.0 told as "would not have fired", or one of "<2"
    at a limit moved to 2 as "did not fire").
    """
    out = []
    for name in sorted({*before.fired, *after.fired, *after.blind}):
        was, would = before.fired.get(name, set()), after.fired.get(name, set())
        blind_was, blind_would = before.blind.get(name, set()), after.blind.get(name, set())
        untold_was = _fired_blind(blind_was - blind_would, was)
        untold_would = _fired_blind(blind_would - blind_was, would)
        if not was and not would and not untold_would:
            continue
        same = was == would and not untold_would
        kind = (
            "unchanged" if same else "changed" if was and would else "newly_told" if _begin_within(would, untold_was)
            else "gained" if would else "cannot_tell" if untold_would else "lost"
        )  # fmt: skip
        told_was = [*_fired(was - would or was), *untold_was]
        out.append(PatientChange(name, kind, tuple(told_was), (*_fired(would - was or would), *untold_would)))
    order = tuple(KINDS)
    return tuple(sorted(out, key=lambda one: (order.index(one.kind), one.patient_id)))


def _begin_within(stretches: Collection[_Stretch], untold: Collection[Fired]) -> bool:
    """Whether all that fired began while nobody could judge the same rule; False where nothing fired."""
    within = (
        any(rule == one.rule_id and one.opened <= start < one.closed for one in untold) for rule, start, *_ in stretches
    )
    return bool(stretches) and all(within)


def _fired(stretches: Iterable[_Stretch]) -> tuple[Fired, ...]:
    return tuple(Fired(*one) for one in sorted(stretches, key=lambda one: (one[1], one[0], one[2], one[3])))


def _fired_blind(stretches: Iterable[_Blind], fired: Iterable[_Stretch]) -> tuple[Fired, ...]:
    """What could not be judged, without what begins within a finding of the same rule, which stays open meanwhile."""
    told = [
        one for one in stretches
        if not any(rule == one[0] and start <= one[1] < end for rule, start, end, _, _ in fired)
    ]  # fmt: skip
    return tuple(
        Fired(rule, start, end, "cannot_tell", None, why)
        for rule, start, end, why in sorted(told, key=lambda one: (one[1], one[0], one[2]))
    )


def _gather(side: _Side, history: History, drug: str, affected: Collection[str], trial: Trial) -> None:
    rules = history.rules
    touched = {alert_key(one) for one in rules if one.rule.id in affected}
    is_affected = np.array([one.rule.id in affected for one in rules], dtype=bool)
    is_touched = np.array([alert_key(one) in touched for one in rules], dtype=bool)
    f = history.findings
    inside = (f.opened <= trial.end) & (f.closed > trial.start)
    who = history.cohort.patients.patient_id
    u = history.unknowns
    if len(rules) and len(u):
        blind = (u.opened <= trial.end) & (u.closed > trial.start) & is_affected[u.rule]
        for i in np.flatnonzero(blind).tolist():
            end = FAR if u.closed[i] > trial.end else int(u.closed[i])  # until when, nobody knows yet
            told = (rules[int(u.rule[i])].rule_id, int(u.opened[i]), end, CANNOT_TELL_REASONS[int(u.reason[i])])
            side.blind[str(who[int(u.patient[i])])].add(told)
    if len(rules) and len(f):
        for i in np.flatnonzero(inside & is_affected[f.rule]).tolist():
            compiled = rules[int(f.rule[i])]
            side.fired[str(who[int(f.patient[i])])].add(
                (
                    compiled.rule_id,
                    int(f.opened[i]),
                    min(int(f.closed[i]), FAR),
                    _priority(history, i),
                    _value(f.worst[i]),
                )
            )
        begun = is_touched[f.rule] & (history.alert_opened > trial.start) & (history.alert_opened <= trial.end)
        open_now = is_touched[f.rule] & (f.opened <= trial.end) & (f.closed > trial.end)
        side.alerts += _count_alerts(history, begun)
        side.alerts_open += _count_alerts(history, open_now)
    side.draws += _count_draws(history, drug, trial)


def _priority(history: History, i: int) -> str:
    f = history.findings
    rule = history.rules[int(f.rule[i])].rule
    if isinstance(rule, Threshold):
        return rule.bands[int(f.band[i])].priority or ""
    late = getattr(rule, "after_tolerances", None)
    return str(late[int(f.band[i])].priority) if late else str(getattr(rule, "priority", ""))


def _value(number: float) -> float | None:
    return None if number != number else float(number)


def _count_alerts(history: History, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    """Findings of one patient, subject, event and beginning are one alert."""
    f, rules = history.findings, history.rules
    chosen = np.flatnonzero(rows).tolist()
    return len(
        {
            (int(f.patient[i]), alert_key(rules[int(f.rule[i])]), int(f.fact[i]), int(history.alert_opened[i]))
            for i in chosen
        }
    )


def _treatments(history: History, drug: str) -> tuple[Ints, Ints, Ints]:
    spans = history.measurements.courses(drug).running
    return spans.patient, spans.start, spans.end


def _treated_days(history: History, drug: str, trial: Trial) -> float:
    """Days on the drug inside the period, all patients together."""
    _, start, end = _treatments(history, drug)
    days = np.minimum(end, trial.end + 1) - np.maximum(start, trial.start)
    return float(np.maximum(days, 0).sum()) / DAY


def _treated(pair: Compared, drug: str, trial: Trial) -> set[str]:
    patient, start, end = _treatments(pair.before, drug)
    here = np.unique(patient[(start <= trial.end) & (end > trial.start)])
    return {str(name) for name in pair.before.cohort.patients.patient_id[here]}


def _count_draws(history: History, drug: str, trial: Trial) -> int:
    """The fewest draws that keep every visit of the drug due in the period inside its window (see core/views/draws.py).

    Counted with one pass over the windows by patient and last day: a new draw is needed whenever a window opens after
    the last draw set.
    """
    v = history.visits
    own = np.array([name == drug for name, _ in history.grids], dtype=bool)
    if not len(v) or not own.any():
        return 0
    rows = np.flatnonzero(own[v.grid] & (v.due > trial.start) & (v.due <= trial.end) & (v.due < v.treatment_end))
    order = rows[np.lexsort((v.closes[rows], v.patient[rows]))]
    draws, whose, last = 0, -1, -1
    for patient, opens, closes in zip(
        v.patient[order].tolist(), v.opens[order].tolist(), v.closes[order].tolist(), strict=True
    ):
        if patient != whose or opens > last:
            draws, whose, last = draws + 1, patient, closes - DAY
    return draws
