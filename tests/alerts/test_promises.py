"""A repeat that was promised is asked for when its day has passed (HAZ-004, HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alerts.escalate import list_breaches
from core.alerts.lifecycle import life_of, promise_of, say_act
from core.alerts.promises import find_test, is_kept, name_day
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows, see_alert
from core.catalogue import ANALYTES
from core.engine.wording import date
from core.errors import InputRefused
from core.records import DAY
from tests.alerts.an_alert import RULES, an_alert, at, closed, count, done

LOW = an_alert(count(1.3))
END = at(5) // DAY * DAY + DAY - 1
PROMISED = done("acknowledge", LOW, 1, 1, until=END)


def life(alert, day, *acts, rows=None):
    return life_of(alert, acts or (PROMISED,), at(day), RULES, rows or Rows())


def test_a_promised_repeat_that_did_not_come_opens_the_alert_again_and_it_is_late():
    assert life(LOW, 5).state == "acknowledged"
    told = life(LOW, 6)
    assert (told.state, told.pierced_by, told.breached, told.due_by) == ("open", "not_repeated", True, END)
    assert f"promised by {date(END)} has not come" in told.why
    [breach] = list_breaches([LOW], {LOW.alert_id: told}, at(6), RULES)
    assert breach.late_days == 1


def test_a_newer_result_that_is_no_worse_keeps_the_promise_and_one_known_too_late_does_not():
    again = an_alert(count(1.3), count(1.4, 3, row=9))
    assert life(again, 30).state == "acknowledged"
    assert life(again, 30, rows=Rows({}, {9: at(7)})).pierced_by == "not_repeated"


def test_another_test_is_no_repeat():
    other = replace(LOW, evidence=(*LOW.evidence, count(4.0, 3, row=9, analyte="platelets")))
    seen = done("acknowledge", replace(LOW, evidence=(*LOW.evidence, count(5, 0, row=8, analyte="platelets"))), 1, 1,
                until=END)  # fmt: skip
    told = life(replace(other, evidence=(*other.evidence, count(5, 0, row=8, analyte="platelets"))), 6, seen)
    assert told.state == "open"


def test_other_reasons_promise_nothing():
    assert life(LOW, 60, done("acknowledge", LOW, 1, 1, disposition="acted-on")).state == "acknowledged"


@pytest.mark.parametrize("grave", [0.9, 1.3])
def test_a_promise_without_a_day_gets_the_last_its_tier_allows(grave):
    alert = an_alert(count(grave))
    named = name_day(done("acknowledge", alert, 1, 1), alert, RULES)
    assert named.until == latest_end(alert.priority, at(1), RULES)
    assert f"expected by {date(named.until)}" in say_act(named)


def test_a_promise_may_not_outlast_the_longest_the_alert_may_be_put_off():
    too_late = latest_end(LOW.priority, at(1), RULES) + 1
    for until in (too_late, at(1)):
        with pytest.raises(InputRefused, match="by when a result is expected"):
            name_day(replace(PROMISED, until=until), LOW, RULES)


ON_ITS_WAY = done("acknowledge", LOW, 1, 1, until=END, disposition="awaiting-result")


def with_taken(*moments, test="neutrophils"):
    """Results the store knows of that are no evidence of the alert: (day taken, day known)."""
    return Rows({}, {}, {("P1", test): tuple((at(taken), at(known)) for taken, known in moments)})


def test_a_test_on_its_way_that_never_arrives_opens_the_alert_again():
    assert life(LOW, 5, ON_ITS_WAY).state == "acknowledged"
    told = life(LOW, 6, ON_ITS_WAY)
    assert (told.state, told.pierced_by, told.breached, told.due_by) == ("open", "not_repeated", True, END)
    assert f"the result that was expected by {date(END)} has not come" in told.why


def test_what_was_on_its_way_may_have_been_taken_before_and_a_repeat_may_not():
    before = with_taken((0.4, 3))  # taken after the count that was seen, before the act, reported after it
    assert life(LOW, 6, ON_ITS_WAY, rows=before).state == "acknowledged"
    yesterday = done("acknowledge", LOW, 1, 2, until=END)
    assert life(LOW, 6, yesterday, rows=before).pierced_by == "not_repeated"
    assert life(LOW, 6, ON_ITS_WAY, rows=with_taken((-3, 3))).pierced_by == "not_repeated"  # older than what was seen


def test_a_result_known_before_somebody_said_it_was_on_its_way_is_not_the_one():
    late = done("acknowledge", LOW, 1, 3, until=END, disposition="awaiting-result")
    assert life(LOW, 6, late, rows=with_taken((1, 1))).pierced_by == "not_repeated"


def test_a_repeat_that_is_no_evidence_of_the_alert_keeps_the_promise_too():
    assert life(LOW, 30, rows=with_taken((3, 4))).state == "acknowledged"
    assert life(LOW, 30, rows=with_taken((3, 7))).pierced_by == "not_repeated"
    assert life(LOW, 30, rows=with_taken((3, 4), test="platelets")).pierced_by == "not_repeated"


def test_a_result_nobody_can_read_is_no_repeat():
    unread = replace(LOW, evidence=(*LOW.evidence, count(None, 3, row=9)))
    assert not is_kept(PROMISED, unread, at(30), RULES, Rows())


def test_a_promise_kept_before_acts_stored_what_was_seen_is_broken_when_its_day_passes():
    unseen = replace(PROMISED, seen=None)
    told = life(LOW, 6, unseen)
    assert (told.state, told.pierced_by, told.due_by) == ("open", "not_repeated", END)
    assert life(LOW, 6, unseen, rows=with_taken((3, 4))).pierced_by is None


def test_a_promise_kept_before_it_had_a_day_has_the_last_its_tier_allowed_then():
    old = done("acknowledge", LOW, 1, 1)
    last = latest_end(old.seen.priority, at(1), RULES)
    assert old.until is None and life_of(LOW, [old], last, RULES).state == "acknowledged"
    told = life_of(LOW, [old], last + 1, RULES)
    assert (told.state, told.due_by) == ("open", last) and date(last) in told.why


def test_a_decision_before_the_day_does_not_call_off_the_repeat_and_one_after_it_answers_for_it():
    held = done("decide", LOW, 2, 2, decision="dose_held", comment="until the count")
    assert life(LOW, 5, PROMISED, held).acted == "decide" and life(LOW, 5, PROMISED, held).state == "acknowledged"
    assert life(LOW, 6, PROMISED, held).pierced_by == "not_repeated"
    after = replace(held, at=at(7))
    assert life(LOW, 8, PROMISED, after).state == "acknowledged"


def test_a_snooze_for_a_repeat_comes_back_on_its_day_and_after_a_decision_too():
    snoozed = done("snooze", LOW, 1, 1, until=END, disposition="will-monitor")
    held = done("decide", LOW, 2, 2, decision="dose_held", comment="until the count")
    assert life(LOW, 6, snoozed).pierced_by == "end_of_time"
    assert life(LOW, 5, snoozed, held).state == "acknowledged"
    assert life(LOW, 6, snoozed, held).pierced_by == "not_repeated"


@pytest.mark.parametrize("kind", ["acknowledge", "close", "reopen"])
def test_whoever_settles_it_otherwise_takes_the_place_of_the_promise(kind):
    other = done(kind, LOW, 2, 2, disposition="acted-on", decision="dose_held" if kind == "close" else "", comment="c")
    assert promise_of(LOW, [PROMISED, other], at(6), RULES) is None
    assert life(LOW, 6, PROMISED, other).pierced_by is None


@pytest.mark.parametrize(
    ("fact", "evidence", "test"),
    [
        ("neutrophils", (count(38.5, 0, analyte="temperature"),), "neutrophils"),
        ("creatinine_clearance", (count(140, 0, analyte="creatinine"), count(70, 1, analyte="weight")), "creatinine"),
        ("amyloidosis", (count(40, 0, analyte="urine_acr"), count(5, 1, analyte="saa")), "saa"),
        ("age", (), ""),
    ],
)
def test_the_test_to_repeat_is_what_the_alert_is_about_or_what_the_house_names_for_it(fact, evidence, test):
    alert = an_alert(*evidence, fact=fact)
    assert find_test(see_alert(alert, Rows(), at(1)), alert, RULES) == test


@pytest.mark.parametrize(
    ("fact", "evidence", "test"),
    [
        ("amyloidosis", (count(40, 0, analyte="urine_acr"), count(38, 1, analyte="temperature")), "urine_acr"),
        ("amyloidosis", (count(38, 1, analyte="temperature"),), ""),
        ("temperature", (count(38.5, 0, analyte="temperature"),), ""),
        ("weight", (count(5, 0), count(70, 1, analyte="weight")), ""),
    ],
)
def test_what_no_laboratory_measures_is_never_the_promised_test(fact, evidence, test):
    alert = an_alert(*evidence, fact=fact)
    seen = see_alert(alert, Rows(), at(1))
    assert find_test(seen, alert, RULES) == test
    promised = done("acknowledge", alert, 1, 1, until=END)
    assert find_test(promised.seen, promised, RULES) == test  # an act names what its alert is about
    if not test:
        newer = with_taken((3, 3), test="temperature")
        assert life_of(alert, [promised], at(6), RULES, newer).pierced_by == "not_repeated"


def test_a_fact_that_no_test_repeats_is_named_by_the_catalogue():
    assert {fact for fact, test in RULES.repeats.items() if not test} <= set(ANALYTES)


def test_a_promise_outlives_an_end_that_no_newer_result_of_its_test_brought():
    held = closed(LOW, 3)  # the rule applies while the drug is taken
    for rows in (Rows(), with_taken((0, 0)), with_taken((0, 3)), with_taken((3, 3), test="platelets")):
        told = promise_of(held, [PROMISED], at(9), RULES, rows)
        assert (told.test, told.until, told.kept) == ("neutrophils", END, False)
    late = promise_of(held, [PROMISED], at(9), RULES, with_taken((8, 8)))
    assert late.kept
    assert promise_of(held, [PROMISED], at(2), RULES) is not None  # it stood then


def test_an_end_on_a_newer_result_ends_the_promise_though_it_was_taken_before_it():
    early = with_taken((0.5, 4))  # taken after the count that was seen, before the day of the promise
    promised = replace(PROMISED, at=at(2))
    assert promise_of(closed(LOW, 0.5), [promised], at(5), RULES, early) is None
    assert promise_of(closed(LOW, 4), [promised], at(5), RULES, early) is None
    assert promise_of(closed(LOW, 3), [promised], at(5), RULES, early) is not None


def test_a_promise_that_rests_on_no_test_ends_with_its_alert():
    nameless = an_alert(fact="age")
    promised = done("acknowledge", nameless, 1, 1, until=END)
    assert promise_of(nameless, [promised], at(3), RULES) is not None
    assert promise_of(closed(nameless, 3), [promised], at(3), RULES) is None


def test_what_is_promised_is_told_with_who_when_and_whether_it_came():
    told = promise_of(LOW, [PROMISED], at(2), RULES)
    assert (told.by, told.at, told.until, told.test, told.what, told.kept) == (
        "A. Reed", at(1), END, "neutrophils", "repeat", False
    )  # fmt: skip
    assert promise_of(LOW, [PROMISED], at(9), RULES, with_taken((8, 8))).kept  # late, and needed no more
    snoozed = done("snooze", LOW, 1, 1, until=END, disposition="will-monitor")
    assert promise_of(LOW, [snoozed], at(2), RULES).until == END
    assert promise_of(LOW, [done("note", LOW, 1, 1, disposition="will-monitor")], at(2), RULES) is None
