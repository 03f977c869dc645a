"""One row per patient, the gravest reason first, and nothing hidden without its count (P15)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.views.model import LimitLine
from core.views.worklist import Choice, columns, count_marks, list_patients, narrow
from tests.views import example

ROWS = list_patients(example.clinic())


def row_of(family: str, rows=ROWS):
    return next(row for row in rows if row.who.startswith(family))


def test_the_gravest_come_first_and_among_them_the_oldest():
    assert [row.mark for row in ROWS] == [
        "high",
        "medium",
        "low",
        "low",
        "cannot_tell",
        "overdue",
        "in_limits",
        "not_checked",
    ]


def test_a_patient_is_one_row_with_its_gravest_reason_and_a_count_of_the_rest():
    row = row_of("OAKMOSS")
    assert (row.why, row.more) == (
        "Stop or withhold: neutrophils below 1.5 (Neutrophils 0.9\u00a0×10⁹/L, 18-Nov-2026\u00a008:12)",
        1,
    )
    assert columns([row], lambda trend: "")["why"][0].endswith("+1 more")


def test_every_patient_has_exactly_one_row():
    assert sorted(row.key for row in ROWS) == list(range(1, 9))


def test_in_limits_is_never_said_of_a_patient_with_something_missing_or_overdue():
    assert row_of("TEASEL").mark == "cannot_tell"
    assert row_of("YARROW").mark == "overdue"


def test_a_patient_without_a_covered_drug_is_not_checked_and_never_in_limits():
    row = row_of("MADDER")
    assert (row.mark, row.why_detail) == ("not_checked", "tocilizumab")


@pytest.mark.parametrize(
    ("status", "end"), [("stopped", None), ("completed", None), ("active", example.day("2026-07-01"))]
)
def test_a_course_that_is_over_is_not_checked_any_more(status, end):
    picture = example.clinic()
    stopped = replace(picture.courses["SAMPLE-0006"][0], status=status, end=end)
    rows = list_patients(replace(picture, courses={**picture.courses, "SAMPLE-0006": (stopped,)}))
    assert row_of("CLOVER", rows).mark == "not_checked"


def test_an_alert_beside_a_blind_spot_counts_under_both_marks():
    picture = example.clinic()
    standing = replace(picture.standing, cannot_tell=(*picture.standing.cannot_tell, *example.no_weight("SAMPLE-0001")))
    counts = count_marks(list_patients(replace(picture, standing=standing)))
    assert (counts["high"], counts["cannot_tell"]) == (1, 2)


@pytest.mark.parametrize(
    ("choice", "families", "hidden"),
    [
        (Choice(), 8, 0),
        (Choice(marks=frozenset({"medium"})), 1, 1),
        (Choice(marks=frozenset({"high", "medium"})), 2, 0),
        (Choice(categories=frozenset({"renal_dosing"})), 2, 1),
        (Choice(drugs=frozenset({"tocilizumab"})), 1, 1),
        (Choice(sites=frozenset({"South"})), 2, 1),
        (Choice(text="oakmoss zeph"), 1, 0),
        (Choice(text="SAMPLE-0002"), 1, 1),
        (Choice(text="nobody"), 0, 1),
    ],
)
def test_a_filter_says_how_many_it_shows_and_how_many_high_alerts_it_hides(choice, families, hidden):
    shown = narrow(ROWS, choice)
    assert (len(shown.rows), shown.total, shown.hidden_high) == (families, 8, hidden)
    assert shown.line == f"showing {families} of 8\u00a0patients · {hidden} high hidden"


def test_no_combination_of_filters_loses_a_high_alert_uncounted():
    total = sum(row.high_alerts for row in ROWS)
    for mark in {row.mark for row in ROWS}:
        for site in ("North", "South"):
            shown = narrow(ROWS, Choice(marks=frozenset({mark}), sites=frozenset({site})))
            assert sum(row.high_alerts for row in shown.rows) + shown.hidden_high == total


def test_a_dose_stands_with_its_frequency_on_every_row():
    assert all("once" in row.treatment for row in ROWS)


def test_a_hostile_name_is_shown_as_it_was_given():
    assert any(row.who.startswith(f"{example.HOSTILE_NAMES[0]}, {example.HOSTILE_NAMES[1]}") for row in ROWS)


def test_the_trend_is_that_of_the_gravest_alert_with_the_limit_it_was_judged_by():
    trend = row_of("OAKMOSS").trend
    assert (trend.analyte, trend.limit, trend.last_text) == ("neutrophils", 1.5, "0.9")


def test_a_patient_without_an_alert_has_the_gravest_limit_of_the_drug_in_the_trend():
    limits = {
        "anakinra": (
            LimitLine("neutrophils", 1.0, "below", "LOCAL", "stop", "high"),
            LimitLine("neutrophils", 1.5, "below", "EMA", "stop", "high"),
            LimitLine("neutrophils", 2.0, "below", "LOCAL", "inform", "low"),
        )
    }
    rows = list_patients(replace(example.clinic(), limits=limits))
    assert row_of("CLOVER", rows).trend.limit == 1.5


def test_a_newest_result_known_only_as_a_bound_is_the_last_of_the_trend():
    picture = example.clinic()
    alert = example.neutropenia("SAMPLE-0001", 1.5, "2026-11-20")
    bound = replace(alert, evidence=(replace(alert.evidence[0], comparator="<", at=example.AS_OF),))
    sparks = {("SAMPLE-0001", "neutrophils"): ((example.AS_OF - 86_400 * 30, 2.2),)}
    picture = replace(picture, sparks=sparks, standing=replace(picture.standing, alerts=(bound,)))
    trend = row_of("OAKMOSS", list_patients(picture)).trend
    assert (trend.last_text, trend.bound) == ("<1.5", (example.AS_OF, 1.5, "<"))
