"""Quality on a real store: tests counted by hand, answers timed from the acts themselves, rules counted once."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.acts import Act
from core.errors import ProtocolFault
from core.records import DAY, FAR
from core.services import acts, quality_files, review
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.services.quality import Counted, Done, read_least, read_quality, start_of, weigh
from core.services.quality_acts import count_green_lane, count_rules, count_tiers, match_answers
from core.services.quality_counts import DueTests, Raised, Treated, count_months, group_tests
from core.services.trail import list_trail
from core.store.connect import open_store
from core.views.quality import GROUPINGS, judge_groups
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result

NAMES = np.array(["P1", "P2"], dtype=object)
COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"


def day(iso: str) -> int:
    return (date.fromisoformat(iso) - date(1970, 1, 1)).days * DAY


NOW = day("2026-12-13") + DAY - 1
START = day("2026-06-13")


def due_tests(*rows: tuple[int, str, bool, str]) -> DueTests:
    """Tests of one drug: patient, the day after the window, on time, first answer after it ("" = none)."""
    patient, closed, done, answered = zip(*rows, strict=True)
    n = len(rows)
    return DueTests(
        ("anakinra", "neutrophils"), np.array(patient), np.zeros(n, np.int64), np.ones(n, np.int64),
        np.array([day(one) for one in closed]), np.array(done),
        np.array([day(one) if one else FAR for one in answered]),
    )  # fmt: skip


def test_tests_are_counted_by_when_their_window_closed():
    tests = due_tests(
        (0, "2026-06-13", True, ""),  # closed at the very start: the period before
        (0, "2026-07-01", True, ""),
        (0, "2026-08-01", False, "2026-08-05"),
        (1, "2026-09-01", False, "2026-09-01"),
        (1, "2026-10-01", False, ""),
        (1, "2026-12-31", True, ""),  # not closed yet
    )
    (north, south), effect = group_tests(tests, ["South", "East", "North"], np.array([2, 2, 2, 0, 0, 0]), START, NOW)
    assert (north.name, north.asked, north.on_time, north.later, north.never) == ("North", 2, 1, 1, 0)
    assert (south.asked, south.on_time, south.later, south.never) == (2, 0, 1, 1)
    assert (north.days_late, south.days_late) == (5.0, 1.0)  # the day after the window is one day late
    # clusters (1 of 2) and (0 of 2), rate 1/4: ((1-0.5)^2 + (0-0.5)^2) * 2/1 / (4 * 3/16)
    assert effect == pytest.approx(4 / 3)


def test_months_on_a_drug_are_cut_at_the_period():
    begins = np.array([day("2026-06-01"), day("2026-12-01"), day("2027-02-01")])
    treated = Treated("anakinra", np.array([0, 1, 1]), begins, np.array([day("2026-07-13"), FAR, FAR]))
    months, people = count_months([treated], START - 1, NOW)
    assert months["anakinra"] == pytest.approx((30 + 13) * 12 / 365.2425, abs=1e-4)
    assert people == 2
    assert count_months([], START, NOW) == ({}, 0)


def alerts(*rows: tuple[int, str, str, tuple[str, str, str]]) -> Raised:
    """Alerts: patient, opened, closed ("" = open), since when of high, medium, low ("" = never)."""
    n = len(rows)
    return Raised(
        (("anakinra", "neutropenia", "neutrophils"),), (("anakinra.stop", "anakinra"), ("anakinra.low", "anakinra")),
        np.array([row[0] for row in rows]), np.zeros(n, np.int64), np.array([day(row[1]) for row in rows]),
        np.array([day(row[2]) if row[2] else FAR for row in rows]), np.array([0 if row[3][0] else 1 for row in rows]),
        np.array([[day(one) if one else FAR for one in row[3]] for row in rows]),
    )  # fmt: skip


def act_on(raised: Raised, row: int, kind: str, on: str, number: int = 1, **told) -> Act:
    patient = str(NAMES[raised.patient[row]])
    return Act(
        kind, "A. Reed", "clinician", patient, f"k{number}", alert_id=raised.id_of(row, patient), drug="anakinra",
        category="neutropenia", fact="neutrophils", at=day(on), act_id=number, **told,
    )  # fmt: skip


def tiers_of(raised: Raised, *done: Act, start: int = START):
    return {one.priority: one for one in count_tiers(raised, match_answers(raised, NAMES, done), start, NOW)}


HIGH = ("2026-09-01", "2026-09-01", "2026-09-01")


def test_an_answer_on_the_same_day_is_in_time_for_high_and_the_next_day_is_late():
    raised = alerts((0, "2026-09-01", "", HIGH), (1, "2026-09-01", "", HIGH))
    told = tiers_of(
        raised,
        act_on(raised, 0, "acknowledge", "2026-09-01", 1, disposition="acted-on"),
        act_on(raised, 1, "acknowledge", "2026-09-02", 2, disposition="acted-on"),
    )
    assert (told["high"].in_time, told["high"].late, told["high"].days) == (1, 1, 0.5)


def test_assigning_and_noting_do_not_stop_the_clock():
    raised = alerts((0, "2026-09-01", "", HIGH), (1, "2026-08-20", "", HIGH))
    first = act_on(raised, 1, "acknowledge", "2026-09-01", 1, disposition="acted-on")
    told = tiers_of(raised, first, act_on(raised, 0, "assign", "2026-09-01", 2, owner="M. Okafor"))
    assert told["high"].missed == 1
    assert told["high"].answered == 1


def test_an_alert_counts_in_the_gravest_tier_it_had_come_to_before_the_answer():
    rose = alerts((0, "2026-09-01", "", ("2026-09-20", "2026-09-01", "2026-09-01")))
    early = tiers_of(rose, act_on(rose, 0, "acknowledge", "2026-09-01", disposition="acted-on"))
    assert (early["medium"].in_time, early["high"].raised) == (1, 0)
    late = alerts((0, "2026-09-01", "", ("2026-09-20", "2026-09-01", "2026-09-01")), (1, "2026-09-01", "", HIGH))
    told = tiers_of(
        late,
        act_on(late, 1, "acknowledge", "2026-09-01", 1, disposition="acted-on"),
        act_on(late, 0, "decide", "2026-09-22", 2, decision="dose_held", comment="held"),
    )
    assert (told["high"].in_time, told["high"].late, told["medium"].raised) == (1, 1, 0)


def test_what_was_over_before_anybody_acted_here_is_nobodys_omission():
    raised = alerts(
        (0, "2026-07-01", "2026-07-09", ("2026-07-01", "2026-07-01", "2026-07-01")),
        (1, "2026-07-01", "", ("2026-07-01", "2026-07-01", "2026-07-01")),
    )
    told = tiers_of(raised, act_on(raised, 1, "acknowledge", "2026-09-01", disposition="acted-on"))
    assert (told["high"].raised, told["high"].late) == (1, 1)  # and what stood then was as late as the worklist said


def test_an_alert_that_ended_within_its_time_is_not_judged_and_one_that_outlived_it_is_missed():
    medium = ("", "2026-10-01", "2026-10-01")
    raised = alerts((0, "2026-10-01", "2026-10-05", medium), (1, "2026-10-01", "2026-10-20", medium),
                    (0, "2026-12-10", "", ("", "2026-12-10", "2026-12-10")), (1, "2026-08-20", "", HIGH))  # fmt: skip
    told = tiers_of(raised, act_on(raised, 3, "acknowledge", "2026-09-01", disposition="acted-on"))["medium"]
    assert (told.ended, told.missed, told.waiting, told.judged) == (1, 1, 1, 1)


def test_low_alerts_have_no_target_and_are_never_late():
    low = ("", "", "2026-09-01")
    raised = alerts((0, "2026-09-01", "", low), (1, "2026-09-01", "", low))
    told = tiers_of(raised, act_on(raised, 0, "acknowledge", "2026-12-01", disposition="will-monitor"))["low"]
    assert (told.target_days, told.in_time, told.late, told.missed, told.waiting) == (None, 1, 0, 0, 1)


def test_without_an_act_no_time_is_told():
    assert all(one.raised == 0 for one in tiers_of(alerts((0, "2026-09-01", "", HIGH))).values())


def rules_of(raised: Raised, *done: Act):
    return count_rules(raised, match_answers(raised, NAMES, done), {"anakinra": 10.0}, START, NOW)


def test_a_rules_alerts_are_counted_once_by_their_latest_answer():
    raised = alerts((0, "2026-09-01", "", HIGH), (1, "2026-09-01", "2026-11-01", HIGH), (0, "2026-10-01", "", HIGH),
                    (1, "2026-11-05", "2026-11-20", HIGH), (0, "2026-06-01", "2026-06-02", HIGH))  # fmt: skip
    (rule,) = rules_of(
        raised,
        act_on(raised, 0, "acknowledge", "2026-09-02", 1, disposition="will-monitor"),
        act_on(raised, 0, "decide", "2026-09-03", 2, decision="dose_held", comment="held"),
        act_on(raised, 1, "acknowledge", "2026-09-03", 3, disposition="not-relevant"),
        act_on(raised, 2, "acknowledge", "2026-10-03", 4, disposition="already-done"),
        act_on(raised, 2, "reopen", "2026-10-04", 5, comment="no, it is not"),
    )
    assert (rule.rule_id, rule.priority, rule.fired) == ("anakinra.stop", "high", 4)  # the last began before the period
    assert rule.outcomes == {"acted": 1, "not_relevant": 1, "open": 1, "ended": 1}
    assert rule.per_month == pytest.approx(0.4)
    assert rule.answered == 2


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"disposition": "data-error"}, "wrong"),
        ({"disposition": "already-done"}, "already_resolved"),
        ({"decision": "no_change", "comment": "as before"}, "watched"),
        ({"decision": "stopped", "comment": "stopped", "disposition": "will-monitor"}, "acted"),
        ({"comment": "later"}, "watched"),
    ],
)
def test_each_answer_counts_as_its_code_says(told, outcome):
    raised = alerts((0, "2026-09-01", "", HIGH))
    (rule,) = rules_of(raised, act_on(raised, 0, "close", "2026-09-02", **told))
    assert rule.outcomes == {outcome: 1}


def test_what_ended_before_first_use_is_told_apart_from_what_went_unanswered():
    raised = alerts((0, "2026-07-01", "2026-07-05", HIGH), (1, "2026-09-01", "", HIGH))
    (alone,) = rules_of(alerts((0, "2026-07-01", "2026-07-05", HIGH)))
    assert alone.outcomes == {"before": 1}
    (rule,) = rules_of(raised, act_on(raised, 1, "acknowledge", "2026-09-02", disposition="acted-on"))
    assert rule.outcomes == {"before": 1, "acted": 1}


def test_an_act_finds_its_alert_again_when_its_opening_moved_and_is_counted_when_it_cannot():
    raised = alerts((0, "2026-09-01", "2026-09-20", HIGH), (0, "2026-10-01", "", HIGH))
    moved = Act(
        "acknowledge", "A. Reed", "clinician", "P1", "k", alert_id="of another day", drug="anakinra",
        category="neutropenia", fact="neutrophils", disposition="acted-on", at=day("2026-10-03"), act_id=1,
    )  # fmt: skip
    found = match_answers(raised, NAMES, [moved])
    assert list(found.of) == [1]
    lost = match_answers(alerts((1, "2026-10-01", "", HIGH)), NAMES, [moved])
    assert (lost.of, lost.unmatched) == ({}, 1)
    assert match_answers(alerts((1, "2026-10-01", "", HIGH)), NAMES, [moved], day("2026-11-01")).unmatched == 0


def test_the_green_lane_counts_looks_and_misses_and_not_what_was_before():
    signed = [Act("sign_off", "A. Reed", "clinician", "P1", "k", at=day(on)) for on in ("2026-06-01", "2026-10-01")]
    green = count_green_lane(signed, {"ok": 57, "missed": 2, "seen": 9}, START)
    assert (green.signed, green.looked, green.missed) == (1, 59, 2)


def test_a_period_of_months_ends_today_and_is_clamped_to_the_months_end():
    assert start_of(day("2026-11-20") + 5, 12) == day("2025-11-21") - 1
    assert start_of(day("2026-03-30"), 1) == day("2026-02-28") - 1


def test_the_house_minimum_is_data_with_its_reason(tmp_path):
    least = {name: one.count for name, one in read_least().items()}
    assert least == {"on_time": 20, "time_to_act": 10, "yield": 10, "green_lane": 20}
    assert all(one.why for one in read_least().values())
    broken = tmp_path / "quality.toml"
    for text in ("", "[on_time]\ncount = 0\nwhy = 'x'\n", "[on_time]\ncount = 5\n", "not toml"):
        broken.write_text(text)
        with pytest.raises(ProtocolFault):
            read_least(broken)


def test_weighing_an_empty_clinic_gives_zeros_and_no_error():
    none = np.empty(0, np.int64)
    counted = Counted(
        np.empty(0, object), DueTests((), none, none, none, none, none.astype(bool), none),
        Raised((), (), none, none, none, none, none, np.empty((0, 3), np.int64)), (), 0,
    )  # fmt: skip
    told = weigh(counted, Done(), {}, NOW, 12)
    assert (told.people, told.months, told.rules, told.acting_since) == (0, 0, (), None)
    assert all(groups == () for groups in told.on_time.values())


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")
    store = make_store(tmp_path)
    monthly = [result(f"R{n}", "4.0", f"2026-{month:02d}-01") for n, month in enumerate((6, 7, 8, 9))]
    bring_in(store, patients=[ANN, BEN], results=[*monthly, result("R9", "0.9", "2026-12-10")], medications=[COURSE])
    return f"sqlite:///{store.name}"


def test_a_whole_clinic_is_counted_as_the_engine_and_the_worklist_tell_it(clinic):
    told = read_quality(clinic, 12)
    picture = review.clinic(clinic)
    schedule = evaluate_as_of(open_store(clinic), Asked(picture.as_of)).at(picture.as_of).schedule
    done = sum(visit.status == "done" for visit in schedule)
    late = sum(visit.status in ("overdue", "missed") for visit in schedule)
    (drug,) = told.on_time["drug"]
    assert drug.never + drug.later == late > 0
    assert 0 < drug.on_time <= done  # a window may still be open though its test is done
    for grouping in GROUPINGS:
        assert sum(one.asked for one in told.on_time[grouping]) == drug.asked
    assert {one.name for one in told.on_time["site"]} == {""}
    assert told.people == 1
    assert told.acting_since is None
    assert sum(one.fired for one in told.rules) >= len(
        {one.alert_id for one in picture.standing.alerts if one.opened_at > told.start}
    )
    assert {one.rule_id for one in picture.standing.alerts} <= {one.rule_id for one in told.rules}
    assert [one.alert_id for one in told.breaches] == [
        one.alert_id for one in acts.breaches(clinic, picture.standing.alerts)
    ]


def test_an_act_is_counted_at_once_and_every_alert_keeps_its_own_id(clinic):
    before = read_quality(clinic, 12)
    alert = next(one for one in review.clinic(clinic).standing.alerts if one.category == "neutropenia")
    acts.act(clinic, Act("acknowledge", "A. Reed", "clinician", alert.patient_id, "k1", alert_id=alert.alert_id,
                         disposition="acted-on"))  # fmt: skip
    after = read_quality(clinic, 12)
    assert after.version != before.version
    assert after.unmatched == 0
    assert sum(one.outcomes.get("acted", 0) for one in after.rules) == 1
    (rule,) = [one for one in after.rules if one.outcomes.get("acted")]
    assert rule.rule_id == alert.rule_id
    assert len(after.breaches) == len(before.breaches) - 1


def test_a_second_look_evaluates_nobody_anew(clinic, monkeypatch):
    from core.services import quality

    read_quality(clinic, 12)
    monkeypatch.setattr(quality, "count_history", lambda *_: pytest.fail("evaluated again"))
    assert read_quality(clinic, 3).start > read_quality(clinic, 12).start


def test_every_table_can_be_taken_away_and_leaves_a_line_in_the_trail(clinic):
    told, picture = read_quality(clinic, 12), review.clinic(clinic)
    standing = {one.alert_id: one for one in picture.standing.alerts}
    groups = judge_groups(told.on_time["drug"], told.least["on_time"].count)
    for found in (
        quality_files.list_groups("drug", groups), quality_files.list_tiers(told), quality_files.list_rules(told),
        quality_files.list_breaches(told.breaches, picture, standing),
    ):  # fmt: skip
        for form in quality_files.FORMS:
            made = quality_files.make_file(clinic, form, found, picture, filters="12 months", by="A. Reed")
            entry = list_trail(clinic, newest=1)[0][1]
            assert (entry.what, entry.by, entry.why) == ("export", "A. Reed", "12 months")
            assert found.title.lower() in entry.subject
            assert made.startswith(b"PK" if form == "Excel" else b"\xef\xbb\xbf")


def test_a_share_of_too_few_is_blank_in_the_file_too(clinic):
    told, picture = read_quality(clinic, 12), review.clinic(clinic)
    groups = judge_groups(told.on_time["month"], told.least["on_time"].count)
    made = quality_files.make_file(
        clinic, "CSV", quality_files.list_groups("month", groups), picture, filters="", by="A. Reed"
    ).decode()
    lines = [line for line in made.splitlines() if "too few to judge" in line]
    assert lines
    assert all(line.split(",")[6].strip('"') == "" for line in lines)


MOMENTS = st.integers(0, 250).map(lambda days: (date(2026, 5, 1) + timedelta(days=days)).isoformat())


@given(st.lists(st.tuples(st.integers(0, 1), MOMENTS, st.integers(0, 90), st.integers(0, 2)), max_size=8), st.data())
@settings(max_examples=60, deadline=None)
def test_every_alert_is_counted_at_most_once_and_nothing_is_invented(drawn, data):
    told = []
    for patient, opened, lasts, tier in drawn:
        closed = (date.fromisoformat(opened) + timedelta(days=lasts)).isoformat() if lasts else ""
        told.append((patient, opened, closed, tuple("" if place < tier else opened for place in range(3))))
    raised = alerts(*told) if told else alerts((0, "2020-01-01", "2020-01-02", HIGH))
    chosen = data.draw(st.lists(st.integers(0, len(raised) - 1), max_size=6, unique=True))
    done = [
        act_on(raised, row, "acknowledge", data.draw(MOMENTS), number, disposition="acted-on")
        for number, row in enumerate(chosen, 1)
    ]
    found = match_answers(raised, NAMES, done)
    tiers, rules = count_tiers(raised, found, START, NOW), count_rules(raised, found, {}, START, NOW)
    assert sum(one.raised for one in tiers) <= len(raised)
    assert sum(one.answered for one in tiers) <= len(done)
    assert all(one.judged + one.waiting + one.ended == one.raised for one in tiers)
    assert all(sum(one.outcomes.values()) == one.fired for one in rules)
    assert sum(one.fired for one in rules) == sum(START < int(at) <= NOW for at in raised.opened)


def test_what_the_worklist_calls_late_is_never_in_time_here(clinic, monkeypatch):
    ten_in_december = [one for one in review.clinic(clinic).standing.alerts if one.category == "neutropenia"]
    assert [one.priority for one in ten_in_december] == ["high"]
    on = ten_in_december[0]  # high since 10-Dec, answered on 13-Dec, the first day anybody acts here
    late = {one.alert_id for one in acts.breaches(clinic, review.clinic(clinic).standing.alerts)}
    assert on.alert_id in late
    acts.act(clinic, Act("acknowledge", "A. Reed", "clinician", on.patient_id, "k1", alert_id=on.alert_id,
                         disposition="acted-on"))  # fmt: skip
    told = read_quality(clinic, 12)
    tiers = {one.priority: one for one in told.tiers}
    assert (tiers["high"].in_time, tiers["high"].late) == (0, 1)
    for priority, tier in tiers.items():
        open_late = sum(one.priority == priority for one in told.breaches)
        assert tier.missed == open_late  # nothing that is past its time counts as still in time
