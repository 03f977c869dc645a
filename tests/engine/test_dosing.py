"""The dose a patient is on, in mg, on a dosing day, by weight: from courses, weights and what cannot be read."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.engine.dosing import dose_feature
from core.engine.feature import Feature
from core.engine.features import Measurements
from core.engine.phases import DrugCourses
from core.engine.series import COURSE_ROW
from core.protocols.loader import load_protocols
from core.protocols.schema import DOSE_FEATURES
from core.records import CANNOT_TELL_REASONS, DAY
from tests.spec.clinic import Clinic, days_after, end_of, instant

CHILD, ADULT = "man born 2014-01-01\n", "man born 1970-01-01\n"


def clinic(story: str, on: str = "2027-12-31") -> Measurements:
    """A clinic whose courses say their dose in front: "2026-01-01 2 mg/kg anakinra, once daily", "? mg" unreadable."""
    plain, doses = [], []
    for line in (each.strip() for each in story.splitlines()):
        words = line.split()
        unit = next((i for i, word in enumerate(words) if word in ("mg", "mg/kg")), 0)
        if unit:
            doses.append((None if words[unit - 1] == "?" else Decimal(words[unit - 1]), words[unit]))
            words = words[: unit - 1] + words[unit + 1 :]
        plain.append(" ".join(words))
    told = Clinic.of("\n".join(plain))
    told.courses = [replace(c, dose=d, dose_unit=u) for c, (d, u) in zip(told.courses, doses, strict=True)]
    return Measurements(told.cohort(), load_protocols().common, horizon=end_of(on))


def said(feature: Feature, at: int) -> str:
    """ "100", "100 to 200, unknown_dose", "cannot tell: no_unit" or "nothing"."""
    laid = feature.stretches
    before = np.flatnonzero((laid.patient == 0) & (laid.at <= at))
    if not len(before):
        return "nothing"
    i = before[-1]
    reason = CANNOT_TELL_REASONS[int(laid.reason[i])]
    if laid.lapsed[i]:
        return "cannot tell: stale_result"
    if np.isinf(laid.low[i]) and np.isinf(laid.high[i]):
        return f"cannot tell: {reason}"
    if laid.low[i] == laid.high[i]:
        return f"{laid.low[i]:.9g}"
    return f"{laid.low[i]:.9g} to {laid.high[i]:.9g}, {reason}"


def dose(story: str, name: str, on: str = "2026-02-01", horizon: str = "2027-12-31") -> str:
    m = clinic(story, horizon)
    return said(dose_feature(name, m, m.courses("anakinra")), instant(on))


def doses(story: str, on: str = "2026-02-01") -> dict[str, str]:
    return {name: dose(story, name, on) for name in DOSE_FEATURES}


def weighed(story: str, on: str) -> str:
    return said(clinic(story).feature("dosing_weight"), instant(on))


# --- one course -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("course", "values"),
    [
        ("100 mg anakinra", ("100", "100", "2", "1")),
        ("100 mg anakinra, twice daily", ("100", "200", "4", "2")),
        ("100 mg anakinra, alternate days", ("100", "100", "2", "0.5")),  # on a day with a dose it is a whole one
        ("2 mg/kg anakinra", ("100", "100", "2", "1")),
        ("2 mg/kg anakinra, twice daily", ("100", "200", "4", "2")),
        ("2 mg/kg anakinra, alternate days", ("100", "100", "2", "0.5")),
    ],
)
def test_a_course_and_a_weight_make_all_four_doses(course, values):
    assert doses(f"{ADULT}2025-12-01 weight 50\n2026-01-01 {course}") == dict(zip(DOSE_FEATURES, values, strict=True))


def test_a_product_is_without_binary_rounding():
    assert dose(f"{ADULT}2025-12-01 weight 70\n2026-01-01 1.1 mg/kg anakinra", "dose_mg") == "77"
    m = clinic(f"{ADULT}2025-12-01 weight 70\n2026-01-01 1.1 mg/kg anakinra")
    assert dose_feature("dose_mg", m, m.courses("anakinra")).series.low[-1] == 77.0  # 1.1 * 70 is 77.00000000000001


# --- what cannot be read --------------------------------------------------------------------------------------------


def test_an_unreadable_dose_leaves_only_the_frequency():
    assert doses(f"{ADULT}2025-12-01 weight 50\n2026-01-01 ? mg anakinra") == {
        "dose_mg": "cannot tell: unknown_dose", "dosing_day_mg": "cannot tell: unknown_dose",
        "dosing_day_mg_per_kg": "cannot tell: unknown_dose", "doses_per_day": "1",
    }  # fmt: skip


def test_an_unreadable_frequency_leaves_only_the_single_dose():
    assert doses(f"{ADULT}2025-12-01 weight 50\n2026-01-01 100 mg anakinra, unreadable") == {
        "dose_mg": "100", "dosing_day_mg": "cannot tell: unknown_frequency",
        "dosing_day_mg_per_kg": "cannot tell: unknown_frequency", "doses_per_day": "cannot tell: unknown_frequency",
    }  # fmt: skip


def test_the_dose_is_named_before_the_frequency_and_the_frequency_before_the_weight():
    assert dose(f"{ADULT}2026-01-01 ? mg/kg anakinra, unreadable", "dosing_day_mg") == "cannot tell: unknown_dose"
    assert dose(f"{ADULT}2026-01-01 2 mg/kg anakinra, unreadable", "dosing_day_mg") == "cannot tell: unknown_frequency"
    assert dose(f"{ADULT}2026-01-01 2 mg/kg anakinra", "dosing_day_mg") == "cannot tell: missing_weight"


def test_without_a_weight_only_what_needs_one_cannot_be_told():
    assert doses(f"{ADULT}2026-01-01 100 mg anakinra") == {
        "dose_mg": "100", "dosing_day_mg": "100", "dosing_day_mg_per_kg": "cannot tell: missing_weight",
        "doses_per_day": "1",
    }  # fmt: skip
    assert doses(f"{ADULT}2026-01-01 2 mg/kg anakinra") == {
        "dose_mg": "cannot tell: missing_weight", "dosing_day_mg": "cannot tell: missing_weight",
        "dosing_day_mg_per_kg": "2", "doses_per_day": "1",
    }  # fmt: skip


def test_an_unreadable_weight_keeps_its_own_reason():
    assert dose(f"{ADULT}2025-12-01 weight !no_unit\n2026-01-01 2 mg/kg anakinra", "dose_mg") == "cannot tell: no_unit"


def test_a_disputed_weight_gives_every_dose_it_can_mean():
    disputed = f"{ADULT}2025-12-01 weight 50\n2025-12-01 weight 40\n2026-01-01 "
    assert dose(f"{disputed}2 mg/kg anakinra", "dosing_day_mg") == "80 to 100, conflicting_duplicate"
    assert dose(f"{disputed}100 mg anakinra", "dosing_day_mg_per_kg") == "2 to 2.5, conflicting_duplicate"


def test_a_weight_under_a_limit_is_still_above_zero():
    below = f"{ADULT}2025-12-01 weight <50\n2026-01-01 "
    assert dose(f"{below}2 mg/kg anakinra", "dose_mg") == "0 to 100, censored"
    assert dose(f"{below}100 mg anakinra", "dosing_day_mg_per_kg") == "2 to inf, censored"


# --- the weight changes and lapses ----------------------------------------------------------------------------------


def test_a_new_weight_changes_the_dose_by_weight_at_that_instant():
    story = f"{ADULT}2025-12-01 weight 50\n2026-01-01 2 mg/kg anakinra\n2026-02-01T09:00 weight 60"
    assert dose(story, "dose_mg", "2026-02-01T08:59:59") == "100"
    assert dose(story, "dose_mg", "2026-02-01T09:00:00") == "120"


def test_a_child_s_weight_answers_for_ninety_calendar_days_and_an_adult_s_for_ever():
    story = "2026-01-01T09:00 weight 50\n2026-01-01 2 mg/kg anakinra"
    assert dose(CHILD + story, "dose_mg", "2026-04-01T23:59:59") == "100"
    assert dose(CHILD + story, "dose_mg", "2026-04-02") == "cannot tell: stale_result"
    assert dose(ADULT + story, "dose_mg", "2027-12-31") == "100"
    assert dose("man born unknown\n" + story, "dose_mg", "2026-04-02") == "cannot tell: stale_result"


def test_a_weight_that_lapsed_in_childhood_does_not_answer_again_on_the_eighteenth_birthday():
    assert weighed("man born 2008-04-03\n2026-01-01 weight 50", "2026-04-02") == "cannot tell: stale_result"
    assert weighed("man born 2008-04-03\n2026-01-01 weight 50", "2026-04-03") == "cannot tell: stale_result"


def test_a_weight_still_in_date_on_the_eighteenth_birthday_answers_for_ever():
    assert weighed("man born 2008-04-01\n2026-01-01 weight 50", "2027-12-31") == "50"
    assert weighed("man born 2008-04-02\n2026-01-01 weight 50", "2026-04-02") == "50"  # adult as it would lapse


def test_before_the_first_weight_it_is_missing():
    story = f"{ADULT}2026-01-01 100 mg anakinra\n2026-02-01 weight 50"
    assert weighed(story, "2025-01-01") == "cannot tell: missing_weight"
    assert weighed(story, "2026-02-01") == "50"


# --- which courses are current --------------------------------------------------------------------------------------


def test_the_next_course_answers_from_its_first_instant():
    story = "2026-01-01 to 2026-01-31 100 mg anakinra completed\n2026-02-01 200 mg anakinra"
    assert dose(story, "dose_mg", "2026-01-31T23:59:59") == "100"
    assert dose(story, "dose_mg", "2026-02-01") == "200"


def test_between_courses_there_is_no_dose():
    story = "2026-01-01 to 2026-01-31 100 mg anakinra completed\n2026-03-01 200 mg anakinra"
    assert dose(story, "dose_mg", "2026-02-01", horizon="2026-03-15") == "cannot tell: unknown_dose"
    assert dose(story, "dose_mg", "2026-03-01", horizon="2026-03-15") == "200"


def test_what_is_held_is_no_dose_and_what_is_taken_again_is_one():
    story = "2026-01-01 100 mg anakinra\n2026-02-01 to 2026-02-10 100 mg anakinra on-hold"
    assert dose(story, "dose_mg", "2026-02-05") == "cannot tell: unknown_dose"
    assert dose(story, "dose_mg", "2026-02-11") == "100"


def test_two_courses_at_once_leave_the_dose_open_from_the_smaller_to_both_together():
    story = "2026-01-01 100 mg anakinra\n2026-02-01 to 2026-02-10 300 mg anakinra completed, twice daily"
    assert dose(story, "dose_mg", "2026-01-31") == "100"
    assert dose(story, "dose_mg", "2026-02-05") == "100 to 400, unknown_dose"
    assert dose(story, "dosing_day_mg", "2026-02-05") == "100 to 700, unknown_dose"
    assert dose(story, "doses_per_day", "2026-02-05") == "1 to 3, unknown_frequency"
    assert dose(story, "dose_mg", "2026-02-11") == "100"


def test_two_courses_that_agree_may_be_one_prescription_or_two():
    story = "2026-01-01 100 mg anakinra\n2026-01-15 100 mg anakinra"
    assert dose(story, "dose_mg", "2026-01-14T23:59:59") == "100"
    assert dose(story, "dose_mg") == "100 to 200, unknown_dose"
    assert dose(story, "dosing_day_mg") == "100 to 200, unknown_dose"
    assert dose(story, "doses_per_day") == "1 to 2, unknown_frequency"


def test_courses_one_after_the_other_are_never_added():
    one_by_one = "2026-01-01 to 2026-01-31 100 mg anakinra completed\n2026-02-01 100 mg anakinra"
    steps = "2026-06-01 to 2026-06-30 100 mg anakinra planned\n2026-07-01 200 mg anakinra planned"
    assert dose(one_by_one, "dose_mg", "2026-02-01") == "100"
    assert dose(steps, "dose_mg", "2026-02-01", horizon="2026-02-01") == "100 to 200, unknown_dose"


def test_two_planned_courses_of_the_same_days_may_both_be_meant():
    both = "2026-06-01 to 2026-06-30 100 mg anakinra planned\n2026-06-30 100 mg anakinra planned"
    assert dose(both, "dose_mg", "2026-02-01", horizon="2026-02-01") == "100 to 200, unknown_dose"


def test_the_sum_is_without_binary_rounding_and_of_three_courses_too():
    three = "".join(f"2026-01-0{day} 0.1 mg anakinra\n" for day in (1, 2, 3))
    assert dose(three, "dose_mg") == "0.1 to 0.3, unknown_dose"
    assert dose("2026-01-01 0 mg anakinra\n2026-01-02 0 mg anakinra", "dose_mg") == "0"


def test_beside_a_course_that_cannot_be_read_nothing_is_known():
    story = "2026-01-01 100 mg anakinra\n2026-01-15 ? mg anakinra"
    assert dose(story, "dose_mg", "2026-01-10") == "100"
    assert dose(story, "dose_mg") == "cannot tell: unknown_dose"


def test_of_two_courses_that_cannot_be_read_the_first_reason_in_order_is_named():
    story = f"{ADULT}2026-01-01 2 mg/kg anakinra\n2026-01-15 100 mg anakinra, unreadable"
    assert dose(story, "dosing_day_mg") == "cannot tell: unknown_frequency"


def test_a_planned_course_counts_only_while_nothing_is_taken_or_held():
    story = "2026-01-01 to 2026-01-31 100 mg anakinra completed\n2026-02-10 200 mg anakinra planned"
    assert dose(story, "dose_mg", "2025-12-01", horizon="2026-02-01") == "200"
    assert dose(story, "dose_mg", "2026-01-15", horizon="2026-02-01") == "100"
    assert dose(story, "dose_mg", "2026-02-01", horizon="2026-02-01") == "200"


def test_a_course_dated_later_is_planned_until_its_start():
    assert dose("2026-06-01 200 mg anakinra", "dose_mg", "2026-02-01", horizon="2026-02-01") == "200"


def test_another_drug_s_dose_is_no_dose_of_this_one():
    assert dose("2026-01-01 15 mg methotrexate, once weekly", "dose_mg") == "nothing"


# --- the facts behind a dose ----------------------------------------------------------------------------------------


def facts(story: str, name: str, on: str) -> tuple[int, int, int]:
    """Position of the course, position of the weight, and the instant the value was there."""
    m = clinic(story)
    s = dose_feature(name, m, m.courses("anakinra")).series
    i = int(np.flatnonzero(s.at <= instant(on))[-1])
    return COURSE_ROW - int(s.rows[0, i]), int(s.rows[1, i]), int(s.measured[i])


def test_a_dose_by_weight_rests_on_its_course_and_its_weight_whichever_is_later():
    story = f"{ADULT}2025-12-01 weight 50\n2026-01-01 2 mg/kg anakinra\n2026-02-01 weight 60"
    assert facts(story, "dose_mg", "2026-01-15") == (0, 0, instant("2026-01-01"))
    assert facts(story, "dose_mg", "2026-02-15") == (0, 1, instant("2026-02-01"))


def test_a_dose_in_mg_rests_on_its_course_alone():
    story = f"{ADULT}2025-12-01 weight 50\n2026-01-01 100 mg anakinra\n2026-02-01 weight 60"
    assert facts(story, "dose_mg", "2026-02-15") == (0, -1, instant("2026-01-01"))


def test_a_course_is_named_by_its_place_among_all_drugs():
    story = f"{ADULT}2025-12-01 15 mg methotrexate, once weekly\n2026-01-01 100 mg anakinra"
    assert facts(story, "dose_mg", "2026-02-15") == (1, -1, instant("2026-01-01"))


def test_of_two_courses_the_one_with_the_smaller_dose_is_named():
    story = "2026-01-01 300 mg anakinra\n2026-02-01 100 mg anakinra"
    assert facts(story, "dose_mg", "2026-02-15") == (1, -1, instant("2026-02-01"))


def test_a_patient_s_doses_do_not_depend_on_who_else_is_there():
    other = "B: man born 1970-01-01\n2026-01-01 300 mg anakinra\n2026-01-10 100 mg anakinra\n2025-12-01 weight 80\n"
    mine = "A: man born 2014-01-01\n2025-12-01 weight 50\n2026-01-01 2 mg/kg anakinra\n2026-02-01 weight 60\n"
    for name in DOSE_FEATURES:
        alone, first = clinic(mine), clinic(mine + other)
        one, two = (dose_feature(name, m, m.courses("anakinra")).series for m in (alone, first))
        keep = two.patient == 0
        for column in ("at", "low", "high", "reason", "measured"):
            assert np.array_equal(getattr(one, column), getattr(two, column)[keep])


# --- against a plain-Python twin ------------------------------------------------------------------------------------

COURSE = st.tuples(
    st.integers(0, 12), st.integers(1, 8), st.sampled_from(["? mg", "100 mg", "300 mg", "2 mg/kg", "0 mg/kg"]),
    st.sampled_from(["once daily", "twice daily", "alternate days", "unreadable"]),
    st.sampled_from(["active", "planned", "on-hold"]),
)  # fmt: skip
WEIGHT = st.tuples(st.integers(0, 12), st.sampled_from(["50", "60", "<50", ">40", "!no_unit"]))


def ten_days_later(steps: int) -> str:
    return days_after("2026-01-01", 10 * steps)


def twin(m: Measurements, name: str, at: int) -> tuple[float, float, str] | None:
    """The page of semantics read aloud, for one patient at one instant; None: nobody asks."""
    courses, r = m.courses("anakinra"), m.cohort.results
    taken, planned = (
        [int(p.course[i]) for i in range(len(p)) if p.start[i] <= at < p.end[i]]
        for p in (courses.taken_pieces, courses.planned_pieces)
    )
    before = [i for i in range(len(r)) if r.at[i] <= at]
    weight = (-math.inf, math.inf, "missing_weight")
    if before:
        i = max(before, key=lambda i: r.at[i])
        weight = (max(0.0, r.low[i]), r.high[i], "censored")
        if r.reason[i]:
            weight = (-math.inf, math.inf, CANNOT_TELL_REASONS[r.reason[i]])
        if at // DAY - r.at[i] // DAY > 90 and m.cohort.patients.birth[0] > instant("2010-01-01"):
            weight = (-math.inf, math.inf, "stale_result")
    each = [one_dose(courses, c, name, weight) for c in taken or planned]
    if not each:
        return None
    current = taken or planned
    at_once = [
        [
            e[1]
            for e, d in zip(each, current, strict=True)
            if c == d or courses.start[d] <= courses.start[c] < courses.end[d]
        ]
        for c in current
    ]
    low, high = min(e[0] for e in each), max(sum(highs) for highs in at_once)
    silent = [e for e in each if e[0] == -math.inf]
    if len(each) > 1 and low < high and not silent:
        return low, high, "unknown_frequency" if name == "doses_per_day" else "unknown_dose"
    order = ["unknown_dose", "unknown_frequency"]
    reasons = sorted((e[2] for e in silent or each), key=lambda why: order.index(why) if why in order else 2)
    return low, high, "" if low == high else reasons[0]


def one_dose(courses: DrugCourses, c: int, name: str, weight: tuple[float, float, str]) -> tuple[float, float, str]:
    dose, per_kg, often = float(courses.dose[c]), bool(courses.per_kg[c]), float(courses.per_day[c])
    nothing = (-math.inf, math.inf)
    if name == "doses_per_day":
        return (*nothing, "unknown_frequency") if math.isnan(often) else (often, often, "")
    if math.isnan(dose):
        return (*nothing, "unknown_dose")
    if name != "dose_mg" and math.isnan(often):
        return (*nothing, "unknown_frequency")
    times = 1.0 if name == "dose_mg" else max(1.0, often)
    if per_kg == (name == "dosing_day_mg_per_kg"):
        return dose * times, dose * times, ""
    if weight[0] == -math.inf:
        return (*nothing, weight[2])
    if per_kg:
        low, high = (0.0 if not dose else round(dose * w * times, 9) for w in weight[:2])
    else:
        low, high = (dose * times / w if w else math.inf for w in (weight[1], weight[0]))
    return low, high, weight[2]


@settings(max_examples=150, deadline=None)
@given(st.lists(COURSE, min_size=1, max_size=5), st.lists(WEIGHT, max_size=4, unique_by=lambda w: w[0]), st.booleans())
def test_at_every_instant_the_dose_is_what_the_courses_and_the_weight_of_that_instant_say(courses, weights, is_child):
    lines = [CHILD.strip() if is_child else ADULT.strip()]
    lines += [f"{ten_days_later(at)} weight {value}" for at, value in weights]
    for start, length, amount, often, status in courses:
        end = days_after(ten_days_later(start), 10 * length - 1)
        lines.append(f"{ten_days_later(start)} to {end} {amount} anakinra {status}, {often}")
    m = clinic("\n".join(lines), on=ten_days_later(8))
    for name in DOSE_FEATURES:
        series = dose_feature(name, m, m.courses("anakinra")).series
        assert (np.diff(series.at) > 0).all()
        for at in range(instant("2025-11-01"), instant("2026-09-01"), 5 * DAY):
            found = np.flatnonzero(series.at <= at)
            expected = twin(m, name, at)
            if expected is None:
                assert not len(found) or (np.isinf(series.low[found[-1]]) and series.rows[0, found[-1]] == -1)
                continue
            i = found[-1]
            assert (series.low[i], series.high[i]) == pytest.approx(expected[:2], rel=1e-9)
            assert CANNOT_TELL_REASONS[int(series.reason[i])] == expected[2]
