"""One row per patient, the gravest reason first, and nothing hidden without its count (P15)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.engine.standing import Evidence
from core.views.model import LimitLine
from core.views.preview import preview
from core.views.worklist import Choice, count_marks, list_patients, narrow
from core.views.worklist_cells import columns
from tests.views import example

ROWS = list_patients(example.clinic())


def row_of(family: str, rows=ROWS):
    return next(row for row in rows if row.who.startswith(family))


def test_the_gravest_come_first_and_among_them_the_oldest():
    assert [row.mark for row in ROWS] == [
        "high",
        "medium",
        "cannot_tell",
        "low",
        "low",
        "overdue",
        "in_limits",
        "not_checked",
    ]


def test_a_patient_is_one_row_with_its_gravest_reason_and_a_count_of_the_rest():
    row = row_of("OAKMOSS")
    assert (row.why, row.more) == (
        "Stop or withhold: neutrophils below 1.5 · 0.9\u00a0×10⁹/L",
        1,
    )
    assert columns([row], lambda trend: "")["why"][0].endswith("…  +1")


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
        (Choice(text="orrel"), 0, 1),
        (Choice(text="fennel south"), 2, 1),
    ],
)
def test_a_filter_says_how_many_it_shows_and_how_many_high_patients_it_hides(choice, families, hidden):
    shown = narrow(ROWS, choice)
    assert (len(shown.rows), shown.total, shown.hidden_high) == (families, 8, hidden)
    assert shown.line == f"showing {families} of 8\u00a0patients · {hidden} high hidden"


def test_no_combination_of_filters_loses_a_high_patient_uncounted():
    total = sum(row.high_alerts > 0 for row in ROWS)
    for mark in {row.mark for row in ROWS}:
        for site in ("North", "South"):
            shown = narrow(ROWS, Choice(marks=frozenset({mark}), sites=frozenset({site})))
            assert sum(row.high_alerts > 0 for row in shown.rows) + shown.hidden_high == total


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


def only(alert=None, unknown=(), points=(), status="active", limits=()):
    """The first patient alone, with this alert, these blind spots and these counts."""
    picture = example.clinic()
    name = "SAMPLE-0001"
    standing = replace(
        picture.standing, alerts=() if alert is None else (alert,), cannot_tell=tuple(unknown), schedule=()
    )
    picture = replace(
        picture, standing=standing, people={name: picture.people[name]}, sparks={(name, "neutrophils"): points},
        courses={name: (replace(picture.courses[name][0], status=status),)}, limits={"anakinra": tuple(limits)},
    )  # fmt: skip
    return picture, list_patients(picture)[0]


DAY_AGO = example.AS_OF - 86_400


def test_a_joint_alert_tells_its_values_first_and_no_date():
    alert = replace(
        example.neutropenia("SAMPLE-0001", 0.4), category="neutropenic_infection", title="Possible neutropenic sepsis",
        evidence=(
            Evidence(1, DAY_AGO, event_id="e", event="chills"),
            Evidence(2, DAY_AGO, "temperature", 38.6, "", "Cel"),
            Evidence(3, DAY_AGO, "neutrophils", 0.4, "", "10*9/L"),
        ),
    )  # fmt: skip
    row = only(alert)[1]
    assert row.why == "Possible neutropenic sepsis · 0.4\u00a0×10⁹/L · 38.6\u00a0°C · chills"


def test_an_alert_whose_newest_result_cannot_be_judged_also_counts_as_cannot_tell():
    row = only(replace(example.neutropenia("SAMPLE-0001"), held="no_unit"))[1]
    assert row.marks == ("high", "cannot_tell") and row.why.endswith("newest result cannot be judged: no unit")


def test_an_older_number_is_never_shown_as_the_newest_without_saying_so():
    unknown = replace(
        example.no_weight("SAMPLE-0001")[0], category="neutropenia", reason="no_unit",
        remedy="The newest neutrophils result came without a unit.",
    )  # fmt: skip
    picture, row = only(unknown=[unknown], points=((DAY_AGO, 2.1),))
    assert row.trend.last_text == "◌ (2.1)"
    said = preview(picture, row)
    assert said.index("newest result cannot be read: no unit") < said.index("<b>2.1</b>")


def test_a_bound_stands_before_the_older_numbers_of_the_preview():
    alert = example.neutropenia("SAMPLE-0001", 1.5, "2026-11-20")
    bound = replace(alert, evidence=(replace(alert.evidence[0], comparator="<", at=example.AS_OF),))
    said = preview(*only(bound, points=((DAY_AGO, 2.2),)))
    assert said.index("<b>&lt;1.5</b>") < said.index("<b>2.2</b>")


def test_a_patient_on_hold_is_never_in_limits_and_shows_the_newest_count():
    row = only(points=((DAY_AGO, 1.7),), status="on-hold")[1]
    assert row.mark == "held" and row.why.startswith("HELD since 02-Jun-2026 · Neutrophils 1.7")


def test_a_count_below_a_drawn_limit_is_never_in_limits():
    limit = LimitLine("neutrophils", 2.0, "below", "LOCAL", "inform", "low")
    assert only(points=((DAY_AGO, 1.7),), limits=[limit])[1].mark == "low"


def test_an_unknown_neutrophil_count_comes_first_among_those_that_cannot_be_told_and_before_low():
    picture = example.clinic()
    unknown = replace(example.no_weight("SAMPLE-0006")[0], category="neutropenia")
    standing = replace(picture.standing, cannot_tell=(*picture.standing.cannot_tell, unknown))
    rows = list_patients(replace(picture, standing=standing))
    assert [row.patient_id for row in rows][2:4] == ["SAMPLE-0006", "SAMPLE-0004"]
    assert [row.mark for row in rows][2:5] == ["cannot_tell", "cannot_tell", "low"]


def test_the_patient_cell_names_the_identifier():
    assert row_of("OAKMOSS").who.endswith("· SAMPLE-0001")


def test_rows_are_made_once_for_a_picture_and_never_taken_over_by_the_next():
    picture = example.clinic()
    rows = list_patients(picture)
    assert list_patients(picture) is rows
    healed = replace(picture, standing=replace(picture.standing, alerts=()))
    assert not any(row.high_alerts for row in list_patients(healed))
    assert any(row.high_alerts for row in rows)


def test_two_long_names_that_are_cut_alike_are_told_apart_by_their_numbers():
    first = row_of("OAKMOSS")
    rows = [
        replace(first, who=f"BURDOCKCATKIN, {given}\u00a0\u00a069\u00a0y\u00a0M", patient_id=number)
        for given, number in (("Quillimor", "S-1"), ("Quillimax", "S-2"))
    ]
    cells = columns(rows, lambda trend: "")["patient"]
    assert [str(cell).split(" · ")[0] for cell in cells] == ["S-1", "S-2"]
    assert all(str(cell).endswith("\u00a0\u00a069\u00a0y\u00a0M") for cell in cells)
    assert "S-1" not in str(columns(rows[:1], lambda trend: "")["patient"])
