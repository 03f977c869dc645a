"""Banner, verdicts, alert cards and tables of one patient: who, on what basis, what was not checked (P21, P25)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.views import patient, records_tables
from core.views.alert_card import alert_card
from core.views.flowsheet import flowsheet
from core.views.words import MARKS
from tests.views import example

PICTURE = example.patient()


def words_of(html: str) -> str:
    """What a reader sees of some HTML."""
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").replace("&lt;", "<").replace("&#x27;", "'")
    )


def test_the_banner_names_person_birth_date_sex_and_identifier_in_that_order_with_labels():
    said = words_of(patient.banner(PICTURE))
    assert re.search(r"OAKMOSS, Zephyrine .*Born 12-Mar-1962 \(64 y\) .*Sex female .*ID SAMPLE-0001", said)


def test_unknown_sex_and_birth_date_are_words_and_never_a_question_mark():
    nobody = replace(PICTURE, person=replace(PICTURE.person, sex="unknown", birth_date=-4_102_444_800))
    said = words_of(patient.banner(nobody))
    assert "Sex not stated" in said and "Born not stated (age not stated)" in said and "?" not in said


def test_a_death_stands_in_the_banner():
    assert "Died 01-Nov-2026" in words_of(
        patient.banner(replace(PICTURE, person=replace(PICTURE.person, deceased_date=example.day("2026-11-01"))))
    )


def test_a_verdict_says_what_was_checked_and_what_was_not_and_why():
    said = words_of(patient.verdicts(PICTURE))
    assert "▲ HIGH" in said
    assert "Checked: neutrophils 0.9 (18-Nov-2026), renal dosing, infection." in said
    assert "Not checked: liver (result too old since 03-Feb-2026)." in said


def test_a_hold_does_not_start_the_treatment_anew():
    said = words_of(patient.verdicts(PICTURE))
    assert "since 02-Jun-2026 (day 172) · this dose since 04-Oct-2026" in said


def test_a_drug_without_rules_is_named_as_not_checked():
    assert "– NOT CHECKED Nadir has no rules for this drug. methotrexate 15 mg once weekly" in words_of(
        patient.verdicts(PICTURE)
    )


def test_a_patient_without_a_current_course_is_not_called_in_limits():
    said = words_of(patient.verdicts(replace(PICTURE, courses=(), alerts=(), cannot_tell=())))
    assert "NOT CHECKED" in said and "IN LIMITS" not in said


def test_in_limits_is_said_only_of_what_was_checked():
    quiet = replace(PICTURE, alerts=(), cannot_tell=(), schedule=())
    said = words_of(patient.verdicts(quiet))
    assert "✓ IN LIMITS" in said and "No alert stands on what was checked." in said


@pytest.mark.parametrize("alerts", [(), PICTURE.alerts])
@pytest.mark.parametrize("unknown", [(), PICTURE.cannot_tell])
def test_no_screen_ever_says_that_all_is_well(alerts, unknown):
    said = words_of(patient.verdicts(replace(PICTURE, alerts=alerts, cannot_tell=unknown))).casefold()
    assert not re.search(r"all normal|\bsafe\b|all clear|nothing wrong", said)


def test_a_blind_spot_without_an_alert_is_cannot_tell_with_its_remedy():
    said = words_of(patient.verdicts(replace(PICTURE, alerts=())))
    assert "◌ CANNOT TELL" in said and "Cannot judge liver." in said and "Request ALT." in said


def test_an_alert_shows_value_limit_date_every_authority_its_source_and_that_nobody_signed_it():
    said = words_of(alert_card(PICTURE.alerts[0], PICTURE))
    for piece in (
        "Neutrophils 0.9 ×10⁹/L, 18-Nov-2026 08:12", "below 1.5 ×10⁹/L", "EMA", "FDA", "Kineret SmPC, 4.4, EMA, 2025",
        "Label gives no number; consider stopping.", "awaiting clinical sign-off", "anakinra.neutrophils-stop",
        "results.csv, row 70",
    ):  # fmt: skip
        assert piece in said


def test_a_computed_value_shows_its_equation_and_inputs_with_dates():
    said = words_of(alert_card(PICTURE.alerts[2], PICTURE))
    for piece in (
        "28.4 below 30 mL/min",
        "Cockcroft",
        "Weight : 61 kg, 06-May-2026",
        "Creatinine : 178 µmol/L, 06-Nov-2026",
        "sex : female",
    ):
        assert piece.replace(" : ", ": ") in said


def test_an_alert_held_open_by_an_unreadable_result_says_so():
    held = replace(PICTURE.alerts[0], held="no_unit")
    assert "The newest result cannot be judged: no unit." in words_of(alert_card(held, PICTURE))


def test_a_signed_rule_does_not_await_sign_off():
    alert = PICTURE.alerts[0]
    signed = replace(
        alert, positions=(replace(alert.positions[0], source=replace(alert.positions[0].source, signed=True)),)
    )
    assert "awaiting" not in words_of(alert_card(signed, PICTURE))


def test_the_flowsheet_marks_limits_bounds_replaced_preliminary_converted_and_unreadable_values():
    limits = tuple(replace(line, priority="high" if line.label == "stop" else "medium") for line in PICTURE.limits)
    html = flowsheet(replace(PICTURE, limits=limits)).table
    said = words_of(html)
    assert "▲ 0.9 −0.3" in said
    assert "<s" in html and "2.1</s>" in html
    assert "<5" in said and "64* ↑ +23" in said and "106†" in said and "◌ not a number; as written: haemolysed" in said


def test_the_flowsheet_goes_from_the_newest_to_the_oldest_and_says_how_many_dates_it_shows():
    sheet = flowsheet(PICTURE, most_dates=2)
    assert sheet.line == "showing 2 of 11\u00a0dates, newest first"
    assert words_of(sheet.table).index("18-Nov-2026") < words_of(sheet.table).index("12-Nov-2026")


def test_a_limit_itself_is_beyond_only_where_the_rule_includes_it():
    from core.views.limits import out_of_limit
    from core.views.model import LimitLine

    fever = LimitLine("temperature", 38.0, "above", "LOCAL", "withhold", "high")
    assert (out_of_limit(38.0, [fever]), out_of_limit(38.0, [replace(fever, inclusive=True)])) == ("", "high")


def test_the_schedule_lists_the_overdue_first_with_shape_and_word():
    said = words_of(records_tables.schedule_table(PICTURE))
    assert said.index("◷ OVERDUE") < said.index("upcoming") < said.index("done")


def test_the_table_beside_the_chart_holds_every_charted_value_with_its_source_line():
    table = records_tables.chart_columns(PICTURE)
    values = sum(len(PICTURE.series[one]) for one in ("neutrophils", "creatinine", "crp")) + len(PICTURE.crcl)
    assert {len(column) for column in table.values()} == {values}
    assert table["Source"][0] == "results.csv row 70"
    assert "replaced by a later report" in table["Remarks"]


@pytest.mark.parametrize("name", example.HOSTILE_NAMES)
def test_hostile_names_appear_literally_on_every_part_of_the_screen(name):
    person = replace(PICTURE.person, family_name=name, given_name=name, site=name, consultant=name)
    courses = (replace(PICTURE.courses[3], drug=name, reason=name, dose_text=name),)
    events = (replace(PICTURE.events[0], detail=name),)
    hostile = replace(PICTURE, person=person, courses=courses, events=events)
    html = "".join(
        (
            patient.banner(hostile),
            patient.verdicts(hostile),
            records_tables.courses_table(hostile),
            records_tables.events_table(hostile),
        )
    )
    assert "<img" not in html and "<a" not in html.replace("<article", "")
    assert name in words_of(html).replace("&gt;", ">")


def test_every_mark_is_a_shape_and_a_word_of_its_own():
    assert len({mark.shape for mark in MARKS.values()}) == len({mark.word for mark in MARKS.values()}) == len(MARKS)


def test_every_alert_of_the_gravest_priority_is_told_in_the_verdict():
    second = replace(PICTURE.alerts[0], alert_id="2", fact="e9", title="Possible neutropenic sepsis", evidence=())
    said = words_of(patient.verdicts(replace(PICTURE, alerts=(*PICTURE.alerts, second))))
    assert "neutrophils below 1.5" in said and "Possible neutropenic sepsis" in said and "+2 more, see Alerts" in said


def test_a_replaced_word_is_struck_and_the_standing_one_is_not():
    old = replace(example.point(10, "2026-06-01", None), coded="negative", superseded=True)
    new = replace(example.point(11, "2026-06-01", None), coded="positive")
    html = flowsheet(replace(PICTURE, series={"hbsag": (old, new)})).table
    assert "negative</s>" in html and "positive</s>" not in html


def test_an_open_alert_leads_with_its_own_next_step_and_not_with_the_routine_date():
    said = words_of(patient.verdicts(PICTURE))
    routine = "Routine schedule, only if the treatment goes on: 1 test overdue; next: Neutrophils 02-Dec-2026"
    assert said.index("Proposed: stop (") < said.index(routine)
    assert "Next: " not in said


def test_a_due_date_that_has_passed_says_how_long_ago():
    said = patient.due_line(example.day("2026-11-11"), example.AS_OF)
    assert said.replace("\u00a0", " ") == "due 11-Nov-2026, 9 days ago"


def graded_alert(priority: str):
    alert = PICTURE.alerts[0]
    source = replace(example.LOCAL, signed=False)
    graded = replace(
        alert.positions[0], authority="LOCAL", rule_id="x", priority=priority, action="stop",
        advice="Consider a call the same day.", source=source,
    )  # fmt: skip
    return replace(alert, positions=(*alert.positions, graded))


def test_the_graded_default_is_quoted_where_it_is_as_grave_and_says_nobody_signed_it():
    said = words_of(alert_card(graded_alert("high"), PICTURE))
    assert "Nadir default: Consider a call the same day. (awaiting clinical sign-off)" in said
    assert "EMA stop · FDA review · Nadir default stop" in said and "LOCAL" not in said


def test_a_milder_default_never_speaks_for_the_stricter_authority():
    assert "EMA: Label says discontinue" in words_of(alert_card(graded_alert("medium"), PICTURE))


def test_a_closed_alert_is_never_called_open():
    said = words_of(alert_card(replace(PICTURE.alerts[0], closed_at=example.AS_OF), PICTURE))
    assert "· resolved ·" in said and "· open ·" not in said


def test_what_an_open_alert_says_is_not_called_unchecked():
    unknown = replace(PICTURE.cannot_tell[0], category="neutropenia", reason="censored")
    said = words_of(patient.verdicts(replace(PICTURE, cannot_tell=(unknown,))))
    assert "Neutropenia: how far below is unknown" in said and "Not checked: neutropenia" not in said


def test_nothing_is_said_to_be_checked_that_had_nothing_to_judge():
    checked = {"anakinra": ("contraindication", "neutropenia", "infection", "surgery")}
    quiet = replace(PICTURE, alerts=(), cannot_tell=(), events=(), checked=checked)
    said = words_of(patient.verdicts(quiet))
    assert "Checked: neutrophils 0.9 (18-Nov-2026), infection: none recorded." in said


def test_a_drug_on_hold_is_never_called_in_limits():
    held = replace(PICTURE.courses[1], end=None)
    quiet = replace(PICTURE, courses=(held,), alerts=(), cannot_tell=(), schedule=(), limits=())
    said = words_of(patient.verdicts(quiet))
    assert "‖ HELD On hold since 20-Sep-2026; newest neutrophils 0.9 (18-Nov-2026)." in said
    assert "IN LIMITS" not in said


def test_a_count_beyond_a_drawn_limit_is_never_called_in_limits():
    limits = (replace(PICTURE.limits[0], priority="high"),)
    said = words_of(patient.verdicts(replace(PICTURE, alerts=(), cannot_tell=(), schedule=(), limits=limits)))
    assert "IN LIMITS" not in said and "lies beyond a limit drawn for it" in said


@pytest.mark.parametrize(("value", "comparator", "mark"), [
    (1.5, "<", "high"), (0.5, "<", "high"), (1.6, "<", ""), (1.5, "<=", ""), (1.0, ">", ""), (1.5, "", ""),
])  # fmt: skip
def test_a_bound_is_marked_only_where_every_value_it_allows_lies_beyond_the_limit(value, comparator, mark):
    from core.views.limits import out_of_limit

    assert out_of_limit(value, [replace(PICTURE.limits[0], priority="high")], comparator) == mark


def test_both_values_of_a_disputed_moment_are_marked_in_the_flowsheet():
    first = example.point(33, "2026-11-19", 1.3, reason="conflicting_duplicate")
    other = example.point(34, "2026-11-19", 2.4)
    said = words_of(flowsheet(replace(PICTURE, series={"neutrophils": (first, other)})).table)
    assert "◌ 1.3" in said and "◌ 2.4" in said


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({}, "Stop or withhold"),
        ({"alerts": PICTURE.alerts[2:]}, "Review"),
        ({"alerts": ()}, "Cannot tell whether to go on"),
        ({"alerts": (), "cannot_tell": ()}, "Review"),  # a test is overdue
        ({"alerts": (), "cannot_tell": (), "schedule": (), "limits": ()}, "Go on"),
    ],
)
def test_the_verdict_is_one_answer_and_go_on_only_where_nothing_stands(change, answer):
    html = patient.verdicts(replace(PICTURE, **change))
    assert re.findall(r'class="n-answer">([^<]+)<', html) == [answer]


def test_a_low_alert_never_hides_that_the_drug_cannot_be_judged():
    low = replace(PICTURE.alerts[1], priority="low", action="review")
    html = patient.verdicts(replace(PICTURE, alerts=(low,)))
    assert "Cannot tell whether to go on" in html


def test_a_drug_on_hold_is_not_told_to_go_on():
    held = replace(PICTURE.courses[1], end=None)
    quiet = replace(PICTURE, courses=(held,), alerts=(), cannot_tell=(), schedule=(), limits=())
    assert "n-answer" not in patient.verdicts(quiet)


def test_courses_and_events_lead_to_their_lines():
    courses = tuple(replace(one, file="medications.csv", row=7) for one in PICTURE.courses)
    events = tuple(replace(one, file="events.csv", row=9) for one in PICTURE.events)
    picture = replace(PICTURE, courses=courses, events=events)
    assert "medications.csv, row 7" in records_tables.courses_table(picture)
    assert "events.csv, row 9" in records_tables.events_table(picture)


def test_an_alert_about_age_rests_on_the_birth_date_and_not_on_an_absent_result():
    basis = replace(PICTURE.alerts[0].basis, operator=">=", threshold=65, unit="a", value=75.0)
    aged = replace(PICTURE.alerts[0], evidence=(), basis=basis, action="inform", title="Aged 65 or over")
    said = words_of(alert_card(aged, PICTURE))
    assert "Born on 12-Mar-1962: 75 years old." in said
    assert "The absence of a result" not in said
    assert "65 years" in said
