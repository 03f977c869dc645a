"""The oracle on what conditions ask: changes, gaps, joins, how long things count, rules in place of others, visits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.oracle.stories import Fact, Said, course, event, patient, protocol, result

TAKEN = course("2026-01-01")


def rule_of(condition: str, phases: str = '["running"]') -> dict[str, Any]:
    return protocol(
        f"""
        [[rule]]
        id = "it"
        kind = "interval"
        category = "trend"
        fact = "it"
        while = {phases}
        when = {{ {condition} }}
        priority = "medium"
        action = "review"

        [events.reaction]
        for_life = true
        any = [{{ kind = "injection_site_reaction" }}]

        [events.hip]
        any = [{{ kind = "surgery", words = ["hip replacement", "THA"] }}]

        [events.live]
        any = [{{ kind = "vaccination", vaccine = ["live"] }}]

        [events.unclear]
        any = [{{ kind = "vaccination", vaccine = ["review", "unknown"] }}]
        """
    )


def ask(condition: str, *facts: Fact, on: str = "2026-03-10") -> str:
    """met, met (held: why), not met, or the reason why it cannot be told."""
    said = Said(patient(TAKEN, *facts), on, by=rule_of(condition))
    if said.alert("trend") is not None:
        return " ".join(["met", *said.held("trend")])
    return said.cannot_tell().get("it", "not met")


def counts(*values: str, analyte: str = "neutrophils") -> list[Fact]:
    """Results on the 1st of February, the 2nd and so on."""
    return [result(analyte, value, f"2026-02-{day:02}") for day, value in enumerate(values, 1)]


# --- changes. Neutrophils: CV 14.1 and 3.0, spread 1.96 x 1.4142 x root(ln 1.020781) = 0.39753: -32.80 %, +48.82 %.
# CRP: CV 34.1 and 4.0, spread 0.92530: -60.36 %, +152.26 %.
FALL = 'all = [{ analyte = "neutrophils", changed = "fall" }]'
USUAL = 'all = [{ analyte = "crp", changed = "rise", against = "median", within_days = 90, by = 10 }]'


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("4.0", "2.68"), "met"),  # -33.0 %
        (("4.0", "2.69"), "not met"),  # -32.75 %
        (("4.0", "3.0", "2.68"), "not met"),  # against the one before, not the first
        (("2.68",), "not met"),
        ((), "no_result"),
        (("4.0", "<2.69"), "censored"),
        (("4.0", "<2.68"), "met"),
        ((">4.0", "2.68"), "met"),
        (("<4.0", "2.68"), "censored"),
        (("<2.5", "2.68"), "not met"),
    ],
)
def test_a_fall_is_told_beyond_the_reference_change_value(values, expected) -> None:
    assert ask(FALL, *counts(*values)) == expected


def test_an_unreadable_result_is_passed_over_in_the_comparison_and_cannot_be_told_itself() -> None:
    between = result("neutrophils", "", "2026-02-02", reason="no_unit")
    assert ask(FALL, *counts("4.0"), between, result("neutrophils", "2.6", "2026-02-03")) == "met"
    assert ask(FALL, *counts("4.0"), between) == "no_unit"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("10", "8", "12", "25.3"), "met"),  # the median is 10: +153 %
        (("10", "8", "12", "25.2"), "not met"),  # +152 %
        (("2", "2", "11.9"), "not met"),  # +495 %, but not by 10
        (("2", "2", "12"), "met"),
        (("10", "14", "30"), "not met"),  # median 12: +150 %
        (("25.3",), "not met"),
        (("<5", "20"), "met"),
        (("<=8", "4"), "not met"),  # whatever it was, no rise by 10
        (("<12", "20"), "censored"),
    ],
)
def test_a_rise_is_told_against_the_usual_value_and_by_so_much(values, expected) -> None:
    assert ask(USUAL, *counts(*values, analyte="crp")) == expected


def test_the_usual_value_is_that_of_the_days_before() -> None:
    now = result("crp", "30", "2026-03-01")
    assert ask(USUAL, result("crp", "5", "2025-12-01"), now) == "met"  # 90 days before
    assert ask(USUAL, result("crp", "5", "2025-11-30"), now) == "not met"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("<4", "6", "30"), "met"),  # the usual value is 3 to 5: +500 % at least
        (("<4", "<=4", "10"), "not met"),  # by 10 only from nothing, and from nothing there is no more than nothing
        (("0", "30"), "not met"),
    ],
)
def test_values_start_at_0(values, expected) -> None:
    assert ask(USUAL.replace("by = 10", "by = 11"), *counts(*values, analyte="crp")) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("140", "<150"), "censored"),  # to anything from 149 down to nothing
        (("100", "<150"), "not met"),  # at the most by 100
        (("160", "40"), "met"),
        (("160", "41"), "not met"),
    ],
)
def test_a_fall_goes_down_to_nothing_at_the_most(values, expected) -> None:
    asked = 'all = [{ analyte = "platelets", changed = "fall", by = 120 }]'
    assert ask(asked, *counts(*values, analyte="platelets")) == expected


def test_a_fall_is_told_against_the_usual_count_before_the_drug_was_first_given() -> None:
    asked = 'all = [{ analyte = "neutrophils", changed = "fall", against = "before_treatment", within_days = 90 }]'
    day_before, first_day = result("neutrophils", "4", "2025-12-31T23:00"), result("neutrophils", "4", "2026-01-01")
    in_time, too_old = result("neutrophils", "4", "2025-10-03"), result("neutrophils", "4", "2025-10-02")
    slow = counts("3.2", "2.8", "2.68")  # -33.0 % of 4.0
    assert ask(asked, day_before, *slow) == "met"
    assert ask(asked, day_before, *slow[:2]) == "not met"
    assert ask(asked, first_day, *slow) == "not met"  # nothing before
    assert ask(asked, in_time, *slow) == "met"
    assert ask(asked, too_old, *slow) == "not met"
    assert ask(asked, in_time, day_before, result("neutrophils", "2.6", "2025-12-31T23:30")) == "not met"  # not begun
    earlier = course("2025-11-01", "2025-11-10", status="on-hold"), course("2025-06-01", status="planned")
    assert ask(asked, day_before, *slow, earlier[0]) == "not met"  # given before that count
    assert ask(asked, day_before, *slow, earlier[1]) == "met"
    unclear = result("neutrophils", "<4", "2025-12-31")
    assert ask(asked, unclear, *slow) == "censored"
    assert ask(asked, unclear, in_time, day_before, *slow) == "met"  # the middle one of three is 4


# --- gaps


def test_absent_is_not_met_where_the_rule_says_so_and_unreadable_never_is() -> None:
    asked = 'all = [{ analyte = "crp", from = 100, absent = "not met" }]'
    assert ask(asked) == "not met"
    assert ask(asked, result("crp", "5", "2025-03-09")) == "not met"  # stale
    assert ask(asked, result("crp", "", "2026-03-01", reason="no_unit")) == "no_unit"
    assert ask('all = [{ analyte = "crp", from = 100 }]') == "no_result"


def test_a_missing_value_is_one_that_is_not_there_too_old_or_unreadable() -> None:
    asked = 'all = [{ analyte = "crp", missing = true }]'
    assert ask(asked) == "met"
    assert ask(asked, result("crp", "0", "2025-03-09")) == "met"
    assert ask(asked, result("crp", "", "2026-03-01", reason="not_numeric")) == "met"
    assert ask(asked, result("crp", "0", "2025-03-10")) == "not met"


@pytest.mark.parametrize(
    ("value", "expected"), [("38", "not met"), ("38.1", "met"), ("<=38", "not met"), (">37", "censored")]
)
def test_above_is_open(value, expected) -> None:
    assert (
        ask('all = [{ analyte = "temperature", above = 38 }]', result("temperature", value, "2026-03-10")) == expected
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("1", "30"), "met"),
        (("30",), "not met"),  # so from the first: no news
        (("30", "30"), "not met"),
        (("30", "1", "30"), "met"),
        (("1", "<=30"), "censored"),
        (("<=30", "30"), "not met"),  # the first may have been either
        (("1",), "not met"),
    ],
)
def test_what_was_so_from_the_first_is_no_news(values, expected) -> None:
    newly = 'all = [{ analyte = "urine_acr", from = 3, newly = true }]'
    assert ask(newly, *counts(*values, analyte="urine_acr")) == expected


# --- joins: what is unknown is a platelet count that nobody did

UNKNOWN = '{ analyte = "platelets", below = 100 }'
YES, NO = '{ events = "dialysis" }', '{ events = "copd" }'


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (f"none = [{NO}, {NO}]", "met"),
        (f"none = [{NO}, {YES}, {UNKNOWN}]", "not met"),
        (f"none = [{NO}, {UNKNOWN}]", "no_result"),
        (f"at_least = 2, of = [{YES}, {NO}, {YES}]", "met"),
        (f"at_least = 2, of = [{YES}, {NO}, {UNKNOWN}]", "no_result"),
        (f"at_least = 2, of = [{NO}, {NO}, {UNKNOWN}]", "not met"),
        (f"at_least = 1, of = [{YES}, {UNKNOWN}]", "met"),
    ],
)
def test_joins_follow_three_valued_logic(condition, expected) -> None:
    assert ask(condition, event("dialysis", "2026-01-05")) == expected


# --- how long things count


def test_a_count_ends_the_asking_for_a_count() -> None:
    asked = 'any = [{ events = "infection", until_result_of = "neutrophils" }]'
    ill = event("infection", "2026-03-05T10:00")
    assert ask(asked, ill) == "met"
    assert ask(asked, ill, result("neutrophils", "3", "2026-03-04T08:00")) == "met"
    assert ask(asked, ill, result("neutrophils", "3", "2026-03-05T08:00")) == "not met"  # the same day, before
    assert ask(asked, ill, result("neutrophils", "3", "2026-03-08")) == "not met"
    assert ask(asked, ill, result("neutrophils", "", "2026-03-08", reason="no_unit")) == "met"


def test_a_fever_counts_for_its_days_or_until_the_count() -> None:
    asked = 'any = [{ analyte = "temperature", from = 38, lasting = "fever", until_result_of = "neutrophils" }]'
    hot = result("temperature", "38.5", "2026-03-05T10:00")
    assert ask(asked, hot) == "met"
    assert ask(asked, hot, on="2026-03-12") == "not met"
    assert ask(asked, hot, result("neutrophils", "3", "2026-03-06")) == "not met"


def test_an_event_counts_for_the_days_the_condition_says() -> None:
    asked = 'all = [{ events = "infection", within_days = 3 }]'
    assert ask(asked, event("infection", "2026-03-08")) == "met"
    assert ask(asked, event("infection", "2026-03-08"), on="2026-03-11") == "not met"
    assert ask(asked, event("infection", "2026-03-08", "2026-03-08"), on="2026-03-10") == "met"  # whatever its end says


def test_what_is_for_life_never_ends() -> None:
    assert ask('all = [{ events = "reaction" }]', event("injection_site_reaction", "2020-01-01", act=True)) == "met"


def test_words_are_whole_and_a_phrase_is_all_of_them_in_a_row() -> None:
    def hip(detail: str) -> str:
        return ask('all = [{ events = "hip" }]', event("surgery", "2026-03-10", act=True, detail=detail))

    assert [hip("Left hip replacement"), hip("left THA")] == ["met", "met"]
    assert [hip("hip fracture, replacement of fluid"), hip("thanks")] == ["not met", "not met"]


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("co-trimoxazole", "met"),
        ("prophylactic co-trimoxazole", "not met"),
        ("not prophylaxis", "met"),  # a text that leaves it in doubt excludes nothing
    ],
)
def test_words_that_leave_in_doubt_what_they_exclude_exclude_nothing(detail, expected) -> None:
    given = event("antibiotic", "2026-03-05", detail=detail)
    assert ask('all = [{ events = "infection" }]', given) == expected


@pytest.mark.parametrize(
    ("code", "live", "unclear"),
    [
        ("03", "met", "not met"), ("3", "met", "not met"), ("150", "not met", "not met"), ("53", "not met", "met"),
        ("999", "not met", "met"), ("", "not met", "met"), ("flu", "not met", "met"),
    ],
)  # fmt: skip
def test_a_vaccine_is_live_not_live_or_a_person_looks(code, live, unclear) -> None:
    given = event("vaccination", "2026-03-10", act=True, code=code)
    assert ask('all = [{ events = "live" }]', given) == live
    assert ask('all = [{ events = "unclear" }]', given) == unclear


def test_a_live_vaccine_on_treatment_is_told_for_28_days_and_a_year_ahead() -> None:
    given = event("vaccination", "2026-03-01", act=True, code="03")
    assert Said(patient(TAKEN, given), "2026-03-28").alert("vaccination", f"event:{given.event_id}") is not None
    assert Said(patient(TAKEN, given), "2026-03-29").alert("vaccination", f"event:{given.event_id}") is None
    ahead = event("vaccination", "2027-02-01", act=True, code="03")
    assert Said(patient(TAKEN, ahead), "2026-03-01").opened("vaccination", f"event:{ahead.event_id}") == "2026-02-01"
    assert Said(patient(TAKEN, ahead), "2026-01-31").alert("vaccination", f"event:{ahead.event_id}") is None


# --- one rule in place of another

REPLACING = protocol(
    """
    [[rule]]
    id = "low"
    kind = "threshold"
    category = "neutropenia"
    analyte = "neutrophils"
    while = ["running"]
    bands = [{ below = 1.5, priority = "high", action = "stop" }, { from = 1.5 }]

    [[rule]]
    id = "usual-for-this-patient"
    kind = "interval"
    category = "information"
    fact = "neutrophils"
    while = ["planned"]
    when = { all = [{ events = "asthma" }, { analyte = "neutrophils", from = 1.0 }] }
    replaces = ["low"]
    priority = "low"
    action = "inform"

    [[rule]]
    id = "switched-off"
    kind = "interval"
    enabled = false
    category = "information"
    fact = "neutrophils"
    while = ["planned"]
    when = { all = [{ events = "copd" }] }
    replaces = ["low"]
    priority = "low"
    action = "inform"

    [[rule]]
    id = "to-know"
    kind = "card"
    category = "information"
    priority = "low"
    action = "inform"
    """
)


def test_a_rule_is_silent_while_another_stands_in_its_place() -> None:
    def low(value: str, *facts: Fact) -> bool:
        said = Said(patient(TAKEN, result("neutrophils", value, "2026-03-01"), *facts), "2026-03-10", by=REPLACING)
        assert said.alert("information") is None  # its own phase is not there: it replaces all the same
        return said.alert("neutropenia") is not None

    assert low("1.2")
    assert not low("1.2", event("asthma", "2020-01-01"))
    assert low("0.9", event("asthma", "2020-01-01"))
    assert low("1.2", event("copd", "2020-01-01"))


HELD_TWICE = protocol(
    """
    [[rule]]
    id = "milder"
    kind = "interval"
    category = "trend"
    fact = "it"
    while = ["running"]
    when = { all = [{ analyte = "crp", from = 10 }] }
    priority = "medium"
    action = "review"

    [[rule]]
    id = "graver"
    kind = "interval"
    category = "trend"
    fact = "it"
    while = ["running"]
    when = { all = [{ analyte = "esr", from = 10 }] }
    priority = "high"
    action = "stop"
    """
)


def test_an_alert_is_held_for_the_reason_of_the_rule_it_is_named_after() -> None:
    crp = result("crp", "20", "2026-02-01"), result("crp", "", "2026-02-02", reason="no_unit")
    esr = result("esr", "20", "2026-02-01"), result("esr", "", "2026-02-02", reason="implausible")
    both = Said(patient(TAKEN, *crp, *esr), "2026-03-10", by=HELD_TWICE)
    assert both.held("trend")[0] == "implausible"
    one = Said(patient(TAKEN, *crp, esr[0]), "2026-03-10", by=HELD_TWICE)
    assert one.held("trend") == ["no_unit"]


# --- the calendar

CALENDAR = protocol(
    """
    [[rule]]
    id = "alt-visits"
    kind = "visits"
    category = "monitoring"
    test = "alt"
    or_tests = ["ast"]
    baseline_days = 28
    phases = [{ days = [14], tolerance_days = 7 }]
    says = [
      { authority = "LOCAL", document = "NADIR", section = "1", checked = "choice" },
      { authority = "EMA", document = "NADIR", section = "1", checked = "choice", indications = ["SJIA"] },
    ]

    [[rule]]
    id = "alt-visits-still"
    kind = "visits"
    category = "monitoring"
    test = "alt"
    indications = ["SJIA"]
    baseline_days = 10
    phases = [{ days = [28], tolerance_days = 7 }]

    [[rule]]
    id = "hbsag-visit"
    kind = "visits"
    category = "screening"
    test = "hbsag"
    baseline_days = 365

    [[rule]]
    id = "alt-baseline"
    kind = "baseline"
    category = "monitoring"
    test = "alt"
    priority = "low"
    action = "request_test"

    [[rule]]
    id = "hbsag-missing"
    kind = "baseline"
    category = "screening"
    test = "hbsag"
    fact = "hepatitis_b"
    not_indications = ["GOUT"]
    priority = "medium"
    action = "request_test"

    [[rule]]
    id = "response"
    kind = "milestone"
    category = "information"
    fact = "response"
    indications = ["RA"]
    months = [1, 3]
    open_days = 10
    priority = "low"
    action = "inform"

    [[rule]]
    id = "again"
    kind = "milestone"
    category = "trend"
    fact = "schedule"
    of = "restart"
    months = [0]
    open_days = 28
    priority = "low"
    action = "inform"
    """
)


def calendar(*facts: Fact, on: str) -> Said:
    return Said(patient(*facts), on, by=CALENDAR)


def test_visits_are_due_so_many_days_after_the_start_for_those_they_are_for() -> None:
    assert [due for due, *_ in calendar(course("2026-03-01"), on="2026-03-20").visits("alt")] == [
        "2026-03-01",
        "2026-03-15",
    ]
    still = calendar(course("2026-03-01", indication="SJIA"), on="2026-03-20")
    assert [due for due, *_ in still.visits("alt")] == ["2026-03-01", "2026-03-15", "2026-03-29"]
    voices = {row["due"]: row["authorities"] for row in still.all["schedule"] if row["test"] == "alt"}
    assert list(voices.values()) == [{"LOCAL", "EMA"}, {"LOCAL", "EMA"}, {"LOCAL"}]
    narrow = still.visits("alt")[0]
    assert narrow[1:3] == ("2026-02-19", "2026-03-01")


def test_another_test_does_as_well() -> None:
    said = calendar(course("2026-03-01"), result("ast", "30", "2026-02-10"), on="2026-03-02")
    assert said.visits("alt")[0][3] == "done"
    assert said.alert("monitoring", "alt") is None


def test_a_screening_test_is_wanted_before_the_start_and_under_its_own_name() -> None:
    said = calendar(course("2026-03-01", status="planned"), on="2026-02-20")
    assert said.opened("screening", "hepatitis_b") == "2025-03-01"
    assert [row[0] for row in said.visits("hbsag")] == ["2026-03-01"]
    screened = calendar(course("2026-03-01"), result("hbsag", "0", "2025-03-01"), on="2026-03-02")
    assert screened.alert("screening") is None
    assert calendar(course("2026-03-01", indication="GOUT"), on="2026-03-02").alert("screening") is None


def test_a_milestone_stands_for_its_days_while_the_treatment_lasts() -> None:
    assert calendar(course("2026-01-31"), on="2026-02-27").alert("information") is None
    assert calendar(course("2026-01-31"), on="2026-02-28").opened("information") == "2026-02-28"
    assert calendar(course("2026-01-31"), on="2026-03-09").alert("information") is not None
    assert calendar(course("2026-01-31"), on="2026-03-10").alert("information") is None
    assert calendar(course("2026-01-31", "2026-03-02"), on="2026-03-03").alert("information") is None
    assert calendar(course("2026-01-31", indication="SJIA"), on="2026-02-28").alert("information") is None


def test_a_restart_is_not_the_first_treatment() -> None:
    assert calendar(course("2026-03-01"), on="2026-03-02").alert("trend") is None
    again = course("2025-01-01", "2026-02-01"), course("2026-03-01")  # 27 days without: no restart
    assert calendar(*again, on="2026-03-02").alert("trend") is None
    again = course("2025-01-01", "2026-01-31"), course("2026-03-01")
    assert calendar(*again, on="2026-03-02").opened("trend") == "2026-03-01"


def test_what_is_arranged_counts_from_when_it_is_foreseen() -> None:
    asked = 'any = [{ events = "hip", within_days = 10 }]'
    planned = event("surgery", "2027-03-10", act=True, detail="hip replacement")
    assert ask(asked, planned, on="2026-03-09") == "not met"
    assert ask(asked, planned, on="2026-03-10") == "met"
    assert ask(asked, planned, on="2026-03-20") == "not met"


def test_a_drug_taken_lately_counts_for_so_many_days_after_each_stretch() -> None:
    asked = 'any = [{ drugs = ["il6_inhibitor"], within_days = 70 }]'
    taken = course("2026-01-01", "2026-01-31", drug="tocilizumab")
    assert ask(asked, taken, on="2026-04-11") == "met"
    assert ask(asked, taken, on="2026-04-12") == "not met"
    held = course("2026-01-11", status="on-hold", drug="tocilizumab")
    assert ask(asked, taken, held, on="2026-03-21") == "met"
    assert ask(asked, taken, held, on="2026-03-22") == "not met"


RUNS = protocol(
    """
    [[rule]]
    id = "twice"
    kind = "threshold"
    category = "neutropenia"
    analyte = "neutrophils"
    fact = "twice"
    sustained = { results = 2, days = 1 }
    while = ["running"]
    bands = [{ below = 1.6, priority = "medium", action = "review" }, { from = 1.6 }]

    [[rule]]
    id = "first"
    kind = "threshold"
    category = "neutropenia"
    analyte = "neutrophils"
    fact = "first"
    first_only = true
    while = ["running"]
    bands = [{ below = 1.6, priority = "medium", action = "review" }, { from = 1.6 }]

    [[rule]]
    id = "instead"
    kind = "interval"
    category = "neutropenia"
    fact = "other"
    while = ["held"]
    when = { all = [{ drugs = ["methotrexate"] }] }
    replaces = ["twice", "first"]
    priority = "low"
    action = "inform"
    """
)


def runs(*facts: Fact, on: str) -> set[str]:
    said = Said(patient(TAKEN, *facts), on, by=RUNS)
    return {name for name in ("twice", "first") if said.alert("neutropenia", name)}


def test_a_stretch_in_which_another_rule_stands_breaks_a_run() -> None:
    first, second = counts("1.2", "1.2")
    between = course("2026-02-01", "2026-02-01", drug="methotrexate")
    assert runs(first, second, on="2026-02-02") == {"twice"}
    assert runs(first, second, between, on="2026-02-01") == set()
    assert runs(first, second, between, on="2026-02-02") == {"first"}  # a new run of one


BY_SOME = protocol(
    """
    [[rule]]
    id = "it"
    kind = "interval"
    category = "trend"
    fact = "it"
    while = ["running"]
    when = { any = [{ analyte = "crp", above = 30 }] }
    priority = "medium"
    action = "review"
    says = [
      { authority = "EMA", document = "NADIR", section = "1", checked = "choice", indications = ["RA", "CAPS"] },
      { authority = "FDA", document = "NADIR", section = "1", checked = "choice", indications = ["CAPS"] },
    ]
    """
)


def test_who_speaks_on_some_indications_speaks_from_their_own_courses_on() -> None:
    one, two = course("2026-01-01", "2026-01-31"), course("2026-02-01", indication="CAPS")
    high, unclear = result("crp", "40", "2026-01-10"), result("crp", ">5", "2026-01-20")
    said = Said(patient(one, two, high), "2026-02-02", by=BY_SOME)
    assert {who for who, _, _ in said.positions("trend")} == {"EMA", "FDA"}
    assert said.opened("trend") == "2026-01-10"
    held = Said(patient(one, two, high, unclear), "2026-02-02", by=BY_SOME)
    assert {who for who, _, _ in held.positions("trend")} == {"EMA"}  # for the other it was never met
    assert held.cannot_tell() == {}
    silent = Said(patient(course("2026-01-01", indication="FMF"), high), "2026-02-02", by=BY_SOME)
    assert silent.alert("trend") is None


LATE = protocol(
    """
    [[rule]]
    id = "all-of-them"
    kind = "visits"
    category = "monitoring"
    test = "alt"
    baseline_days = 28
    phases = [{ days = [14, 28], tolerance_days = 7 }]

    [[rule]]
    id = "week-four"
    kind = "visits"
    category = "monitoring"
    test = "alt"
    baseline_days = 28
    phases = [{ days = [28], tolerance_days = 3 }]

    [[rule]]
    id = "late"
    kind = "overdue"
    category = "monitoring"
    test = "alt"
    of = ["week-four"]
    after_tolerances = [{ times = 1, priority = "low", action = "request_test" }]
    """
)


def test_an_overdue_rule_speaks_on_the_visits_it_is_about_alone() -> None:
    before = Said(patient(course("2026-03-01"), result("alt", "20", "2026-03-01")), "2026-04-01", by=LATE)
    assert [row[3] for row in before.visits("alt")] == ["done", "overdue", "due"]
    assert before.alert("monitoring") is None
    after = Said(patient(course("2026-03-01"), result("alt", "20", "2026-03-01")), "2026-04-02", by=LATE)
    assert after.opened("monitoring") == "2026-04-02"  # due on 29 March, both ask, the narrower window counts
