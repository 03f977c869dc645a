"""A replayed number says exactly what a whole evaluation of an edited protocol file says, and changes nothing."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest

from core.engine.assemble import alert_key
from core.engine.compare import affected_by, compare, narrow_to
from core.engine.evaluate import evaluate
from core.engine.known import as_known_at
from core.errors import InputRefused
from core.protocols.loader import FOLDER, load_protocols, read_protocols
from core.records import DAY, FAR
from core.services.demo import load_demo
from core.services.rule_numbers import Number, find_rule, move_number, numbers_of
from core.services.what_if import Trial, replay, replay_clinic
from core.store import load
from core.store.connect import open_store
from core.views.what_if import WhatIf, summary
from tests.spec.clinic import Clinic, end_of
from tests.views.example import day

END = day("2026-11-20") + DAY - 1
START = END - 365 * DAY
DRUG = "anakinra"

#: Rule, its number, the trial value, and the same edit as somebody would make it in the rule's text.
MOVES = [
    ("neutrophils-stop", "1", 2.0, [("below = 1.5", "below = 2.0"), ("from = 1.5", "from = 2.0")]),
    ("neutrophils-stop", "1", 0.8, [("below = 1.5", "below = 0.8"), ("from = 1.5", "from = 0.8")]),
    ("renal-frequency", "1", 45.0, [("below = 30,", "below = 45,"), ("from = 30 ", "from = 45 ")]),
    ("crp-rise", "1", 40.0, [("from = 100,", "from = 40,")]),
    ("neutrophils-overdue", "2", 3, [("times = 2", "times = 3")]),
    ("neutrophils-visits-ema", "9", 2, [("every_months = 3", "every_months = 2")]),
    ("neutrophils-visits-ema", "8", 5, [("tolerance_days = 14", "tolerance_days = 5")]),
    ("neutrophils-duffy-null", "0", 1, [("enabled = false", "enabled = true")]),
    ("infection-fever", "0", 0, [("kind =", "enabled = false\nkind =")]),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    at = f"sqlite:///{tmp_path_factory.mktemp('what_if') / 'clinic.db'}"
    load_demo(at)
    return at


@pytest.fixture(scope="module")
def cohort(url: str):
    with open_store(url).reading() as connection:
        return as_known_at(load.cohort(connection), END)


def every_number() -> list[Number]:
    protocols = load_protocols()
    drug = protocols.drugs[DRUG]
    return [one for rule in drug.rule for one in numbers_of(rule, drug, protocols.common)]


def number(rule: str, key: str):
    return next(one for one in every_number() if one.rule_id == f"{DRUG}.{rule}" and one.key == key)


def edit_file(folder: Path, rule: str, edits: list[tuple[str, str]]) -> Path:
    """The protocol files with one rule's text edited."""
    for file in ("common.toml", f"{DRUG}.toml"):
        shutil.copy(FOLDER / file, folder / file)
    path = folder / f"{DRUG}.toml"
    blocks = re.split(r"(?m)^(?=\[\[rule\]\])", path.read_text(encoding="utf-8"))
    place = next(i for i, block in enumerate(blocks) if f'\nid = "{rule}"\n' in block)
    for old, new in edits:
        assert old in blocks[place], f"{rule} no longer holds {old!r}"
        blocks[place] = blocks[place].replace(old, new, 1)
    path.write_text("".join(blocks), encoding="utf-8")
    return folder


def firings(history, rules: set[str]) -> set[tuple[str, str, int, int]]:
    """Every stretch of these rules inside the period, from an evaluation of all rules."""
    f, who = history.findings, history.cohort.patients.patient_id
    return {
        (str(who[p]), history.rules[r].rule_id, opened, min(closed, FAR))
        for p, r, opened, closed in zip(
            f.patient.tolist(), f.rule.tolist(), f.opened.tolist(), f.closed.tolist(), strict=True
        )
        if history.rules[r].rule_id in rules and opened <= END and closed > START
    }


def alerts_begun(history, rules: set[str]) -> int:
    """Alerts that began in the period about the same things as these rules, counted from what the engine assembles."""
    subjects = {alert_key(one) for one in history.rules if one.rule_id in rules}
    events = {key for key in subjects if key[2] == ""}
    found = {
        (alert.patient_id, alert.alert_id)
        for alert in (*history.closed_before(END), *history.at(END).alerts)
        if START < alert.opened_at <= END
        and (
            (alert.drug, alert.category, alert.fact) in subjects
            or any((alert.drug, alert.category) == key[:2] and ":" in alert.fact for key in events)
        )
    }
    return len(found)


def would_fire(answer: WhatIf) -> set[str]:
    return {one.patient_id for one in answer.patients if one.kind not in ("lost", "cannot_tell")}


@pytest.mark.parametrize(("rule", "key", "value", "edits"), MOVES, ids=lambda one: str(one)[:24])
def test_a_moved_number_fires_as_an_edited_file_does(cohort, tmp_path, rule, key, value, edits):
    protocols, moved = load_protocols(), number(rule, key)
    edited = read_protocols(edit_file(tmp_path, rule, edits))
    answer = replay(cohort, protocols, move_number(protocols, moved, value), Trial(moved, value, START, END))
    before, after = (evaluate(cohort, one, horizon=END) for one in (protocols, edited))
    rules = set(answer.rules)
    was, would = firings(before, rules), firings(after, rules)

    assert would_fire(answer) == {one[0] for one in would}
    assert answer.before.patients == len({one[0] for one in was})
    assert (answer.before.alerts, answer.after.alerts) == (alerts_begun(before, rules), alerts_begun(after, rules))
    for one in answer.patients:
        own_was, own_would = ({o for o in side if o[0] == one.patient_id} for side in (was, would))
        expected = {
            "gained": not own_was and bool(own_would),
            "newly_told": not own_was and bool(own_would) and any(two.priority == "cannot_tell" for two in one.was),
            "lost": bool(own_was) and not own_would,
            "cannot_tell": not own_would and any(two.priority == "cannot_tell" for two in one.would),
            "changed": bool(own_was) and bool(own_would),
            "unchanged": own_was == own_would,
        }
        assert expected[one.kind], (one, own_was, own_would)
        if own_was != own_would:
            told = {(one.patient_id, f.rule_id, f.opened, f.closed) for f in one.would}
            assert told >= own_would - own_was
    untouched = {a for a in firings(after, {c.rule_id for c in after.rules}) if a[1] not in rules}
    assert untouched == {a for a in firings(before, {c.rule_id for c in before.rules}) if a[1] not in rules}


@pytest.mark.parametrize(("rule", "key", "value"), [(rule, key, value) for rule, key, value, _ in MOVES])
def test_fewer_rules_find_and_join_what_they_do_among_all(cohort, rule, key, value):
    protocols = move_number(load_protocols(), number(rule, key), value)
    protocol, found = find_rule(protocols, f"{DRUG}.{rule}")
    affected = affected_by(found, protocol)
    whole = evaluate(cohort, protocols, horizon=END)
    few = evaluate(cohort, narrow_to(protocols, DRUG, affected), horizon=END)
    assert len(few.rules) < len(whole.rules)

    def told(history):
        f = history.findings
        return {
            (p, history.rules[r].rule_id, band, opened, closed, begun, ended)
            for p, r, band, opened, closed, begun, ended in zip(
                *(c.tolist() for c in (f.patient, f.rule, f.band, f.opened, f.closed)),
                history.alert_opened.tolist(), history.alert_closed.tolist(), strict=True,
            )
            if history.rules[r].rule.id in affected
        }  # fmt: skip

    assert told(few) == told(whole)


def test_blocks_of_patients_tell_the_same_as_one_piece(cohort):
    protocols, moved = load_protocols(), number("neutrophils-stop", "1")
    changed = move_number(protocols, moved, 2.0)
    steps = list(compare(cohort, protocols, changed, horizon=END, step_rows=1_000))
    assert len(steps) > 5
    assert sum(one.people for one in steps) == len(cohort.patients)
    whole = firings(evaluate(cohort, changed, horizon=END), {f"{DRUG}.neutrophils-stop"})
    assert set().union(*(firings(one.after, {f"{DRUG}.neutrophils-stop"}) for one in steps)) == whole


def test_a_number_moved_nowhere_gains_and_loses_nobody(url):
    protocols, moved = load_protocols(), number("neutrophils-stop", "1")
    steps: list[float] = []
    answer = replay_clinic(url, protocols, Trial(moved, moved.value, START, END), steps.append)
    assert answer.before == answer.after
    assert {one.kind for one in answer.patients} == {"unchanged"}
    assert steps[-1] == 1.0


def test_more_visits_a_year_ask_for_more_draws_and_a_limit_for_none(url):
    protocols = load_protocols()
    visits, limit = number("neutrophils-visits-ema", "9"), number("neutrophils-stop", "1")
    denser = replay_clinic(url, protocols, Trial(visits, 1, START, END))
    assert denser.after.draws > denser.before.draws > 0
    assert denser.after.draws_per_patient_year > denser.before.draws_per_patient_year
    moved = replay_clinic(url, protocols, Trial(limit, 2.0, START, END))
    assert moved.after.draws == moved.before.draws == denser.before.draws


def test_a_trial_leaves_the_files_the_rules_and_the_store_as_they_were(url):
    protocols, moved = load_protocols(), number("neutrophils-stop", "1")
    store = Path(url.removeprefix("sqlite:///"))

    def fingerprints() -> list[str]:
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in (*sorted(FOLDER.glob("*.toml")), store)]

    held, rules = fingerprints(), protocols.drugs[DRUG].rule
    replay_clinic(url, protocols, Trial(moved, 3.0, START, END))
    assert fingerprints() == held
    assert load_protocols().drugs[DRUG].rule == rules
    assert protocols.drugs[DRUG].rule is rules


def test_a_number_that_makes_no_sense_is_refused_with_the_reason():
    protocols = load_protocols()
    with pytest.raises(InputRefused, match=r"does not fit this rule: .*empty"):
        move_number(protocols, number("neutrophils-low", "1"), 5.0)
    with pytest.raises(InputRefused, match="does not fit this rule"):
        move_number(protocols, number("neutrophils-visits-ema", "11"), -3)


def test_every_number_of_every_rule_can_be_moved_to_where_it_stands():
    protocols = load_protocols()
    numbers = every_number()
    assert len({(one.rule_id, one.key) for one in numbers}) == len(numbers) > 200
    for one in numbers:
        assert move_number(protocols, one, one.value).drugs[DRUG] == protocols.drugs[DRUG], one


def test_somebody_planned_or_held_is_counted_apart_from_those_on_the_drug() -> None:
    """A change planned beside a running course is judged, and adds no month of treatment and no patient."""
    both = load_protocols()
    moved = move_number(both, number("neutrophils-contraindication", "1"), 1.0)
    story = "{}\n2026-02-20 neutrophils 1.2"
    counts = []
    for course in ("2026-03-10 anakinra", "2026-01-01 anakinra on-hold\n2026-03-10 anakinra", "2026-01-01 anakinra"):
        cohort = as_known_at(Clinic.of(story.format(course)).cohort(), end_of("2026-03-01"))
        trial = Trial(number("neutrophils-contraindication", "1"), 1.0, day("2026-02-01"), end_of("2026-03-01"))
        answer = replay(cohort, both, moved, trial)
        counts.append((answer.treated, answer.count("lost"), answer.untouched, answer.not_treated))
        assert len(answer.patients) + answer.untouched == answer.treated + answer.not_treated
    assert counts == [(0, 1, 0, 1), (0, 1, 0, 1), (1, 0, 1, 0)]


@pytest.mark.parametrize("beside", ["", "\n2026-03-10 anakinra dose 200", "\n2026-03-10 anakinra planned, dose 200"])
def test_a_dose_planned_beside_a_running_one_adds_no_treatment(beside: str) -> None:
    both = load_protocols()
    trial = Trial(number("neutrophils-stop", "1"), 2.0, day("2026-02-01"), end_of("2026-03-01"))
    cohort = as_known_at(Clinic.of(f"2026-01-01 anakinra\n2026-02-20 neutrophils 1.8{beside}").cohort(), trial.end)
    answer = replay(cohort, both, move_number(both, trial.number, trial.value), trial)
    assert (answer.treated, answer.count("gained"), answer.not_treated) == (1, 1, 0)
    assert answer.months == pytest.approx(29 / 365.2425 * 12, abs=0.01)


def replayed(facts: str, value: float, until: str = "2026-03-01") -> WhatIf:
    """One patient on the drug since January: what another limit would have done by a day."""
    both, trial = load_protocols(), Trial(number("neutrophils-stop", "1"), value, day("2026-01-01"), end_of(until))
    cohort = as_known_at(Clinic.of(f"2026-01-01 anakinra\n{facts}").cohort(), trial.end)
    return replay(cohort, both, move_number(both, trial.number, value), trial)


def test_a_bound_across_the_moved_limit_is_neither_lost_nor_unconcerned() -> None:
    bound = replayed("2026-02-20 neutrophils <1.5", 1.0)
    assert [one.kind for one in bound.patients] == ["cannot_tell"]
    (blind,) = bound.patients[0].would
    assert (blind.priority, blind.reason, blind.opened) == ("cannot_tell", "censored", day("2026-02-20"))
    assert bound.patients[0].was[0].rule_id == f"{DRUG}.neutrophils-stop"
    above = replayed("2026-02-20 neutrophils >1.5", 2.0)  # not met at 1.5; nobody knows at 2.0
    assert ([one.kind for one in above.patients], above.untouched) == (["cannot_tell"], 0)
    assert [one.kind for one in replayed("2026-02-20 neutrophils 1.4", 1.0).patients] == ["lost"]


def test_a_bound_that_the_moved_limit_makes_certain_is_newly_told_and_never_said_not_to_have_fired() -> None:
    told = replayed("2026-02-20 neutrophils <2", 2.0)
    assert [one.kind for one in told.patients] == ["newly_told"]
    assert [one.priority for one in told.patients[0].was] == ["cannot_tell"]
    assert "0 gained, 0 lost, 1 newly told, 0 changed" in summary(told)


def test_what_fires_apart_from_a_bound_that_nobody_could_judge_is_gained() -> None:
    told = replayed("2026-01-10 neutrophils 1.8\n2026-01-20 neutrophils 4\n2026-02-20 neutrophils <2", 2.0)
    assert [one.kind for one in told.patients] == ["gained"]
    assert [one.priority for one in told.patients[0].was] == ["cannot_tell"]


@pytest.mark.parametrize("facts", ["", "2026-02-20 neutrophils <3"])
def test_what_nobody_can_judge_either_way_concerns_nobody(facts: str) -> None:
    told = replayed(facts, 1.0)
    assert (told.patients, told.untouched) == ((), 1)


def test_a_count_that_only_grows_old_after_a_lost_alert_is_lost() -> None:
    told = replayed("2026-02-20 neutrophils 1.4", 1.0, "2027-06-01")
    assert [one.kind for one in told.patients] == ["lost"]
