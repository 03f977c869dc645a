"""What no alert says, and what is answered already: never "in limits", never before what waits (HAZ-008, HAZ-014)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.acts import Life
from core.engine.standing import CannotTell
from core.records import DAY
from core.views.model import Outside, Unread
from core.views.outside import list_unspoken
from core.views.preview import preview
from core.views.round import lane_of, list_queue
from core.views.row_states import alerts_of, describe_states
from core.views.worklist import arrange, list_patients
from core.views.worklist_cells import WIDTHS, columns
from core.views.worklist_lived import live_rows
from tests.views import example
from tests.views.test_worklist_states import ACKNOWLEDGED, lives_of, states_of

CLOVER, YARROW, MADDER, OAKMOSS = "SAMPLE-0006", "SAMPLE-0005", "SAMPLE-0007", "SAMPLE-0001"
AT = example.day("2026-11-18")
WBC = Outside("wbc", AT, AT, 1.1, "", 4.0, 11.0)
HB = Outside("haemoglobin", AT, AT, 58.0, "", 115.0, 165.0)
ALT = Outside("alt", AT, AT, 900.0, "", None, 35.0)


def rows_of(*outside, name=CLOVER, **changes):
    picture = replace(example.clinic(), outside={name: outside}, **changes)
    return picture, {one.patient_id: one for one in list_patients(picture)}


def test_a_result_outside_its_range_is_low_and_in_the_round_and_the_farthest_is_said_first():
    picture, rows = rows_of(HB, WBC, ALT)
    row = rows[CLOVER]
    assert row.marks == ("low",) and row.why == "ALT 900\u00a0U/L, above 35, no rule speaks of it (and 2 more)"
    assert row in list_queue(rows.values(), {}) and lane_of(row) == "look"
    said = preview(picture, row)
    assert said.index("ALT 900") < said.index("1.1") < said.index("Haemoglobin 58")
    assert "Review" in said and "Go on" not in said and "IN LIMITS" not in said


def test_the_words_of_a_single_result_name_its_value_and_its_range():
    assert rows_of(HB)[1][CLOVER].why == "Haemoglobin 58\u00a0g/L, outside 115–165, no rule speaks of it"


def test_a_result_of_which_an_alert_speaks_is_not_said_again():
    count = Outside("neutrophils", AT, AT, 0.9, "", 2.0, 7.5)
    picture, rows = rows_of(count, name=OAKMOSS)
    assert rows[OAKMOSS].outside == 0 and "no rule speaks" not in preview(picture, rows[OAKMOSS])


def test_a_result_outside_its_range_beside_an_overdue_test_says_both():
    picture, rows = rows_of(HB, name=YARROW)
    assert rows[YARROW].marks == ("low", "overdue")
    said = preview(picture, rows[YARROW])
    assert "Haemoglobin 58" in said and "OVERDUE" in said


def test_a_result_outside_its_range_of_somebody_without_a_covered_drug_is_said():
    row = rows_of(HB, name=MADDER)[1][MADDER]
    assert row.marks == ("low", "not_checked") and row.why.startswith("Haemoglobin 58")


def untold(rule, reason, remedy):
    return CannotTell(CLOVER, "anakinra", f"anakinra.{rule}", "neutropenia", reason, remedy, AT)


@pytest.mark.parametrize(
    ("test", "rule", "reason", "remedy", "said"),
    [
        # the name of one test stands in the words of another's remedy: AST in "last"
        ("ast", "neutrophils-stop", "stale_result", "The last neutrophil result is too old to answer.", True),
        ("neutrophils", "neutrophils-stop", "no_unit", "Ask the laboratory.", False),  # whatever the words
        ("neutrophils", "neutrophils-stop", "missing_weight", "Record a body weight.", True),  # of no test
        ("neutrophils", "no-such-rule", "no_unit", "Neutrophils came without a unit.", True),
    ],
)
def test_whether_a_cannot_tell_speaks_of_a_test_is_asked_of_its_rule(test, rule, reason, remedy, said):
    unread = Outside(test, AT, AT, None, unread="no_unit")
    assert bool(list_unspoken([unread], (), [untold(rule, reason, remedy)])) is said


def test_a_cannot_tell_never_speaks_for_a_value_that_lies_outside_its_range():
    low = Outside("neutrophils", AT, AT, 1.9, "", 2.0, 7.5)
    assert list_unspoken([low], (), [untold("neutrophils-stop", "censored", "Ask for the number.")]) == (low,)


@pytest.mark.parametrize("low_high", [(None, None)])
def test_where_there_is_no_range_nothing_lies_outside_it(low_high):
    assert rows_of(Outside("alt", AT, AT, 900.0, "", *low_high))[1][CLOVER].mark == "in_limits"


def test_answering_an_alert_does_not_take_a_result_outside_its_range_out_of_the_round():
    _, rows = rows_of(HB, name=OAKMOSS)
    states = states_of(p1_neutropenia=ACKNOWLEDGED, p1_infection=ACKNOWLEDGED)
    assert lane_of(rows[OAKMOSS], states[OAKMOSS]) == "look"


def over(*, ran_out):
    """A patient in limits of whom a high alert ended unseen: the picture, row and state."""
    alert = replace(
        example.neutropenia(CLOVER), alert_id="over", closed_at=example.day("2026-11-19"), opened_at=1, since=1
    )
    picture = replace(example.clinic(), ended=(alert,), ran_out=frozenset({"over"} if ran_out else ()))
    lives = {**lives_of(picture), "over": Life("over", "resolved", "evidence", seen=False)}
    rows = {one.patient_id: one for one in live_rows(picture, lives, {CLOVER: [alert]})}
    states = describe_states({}, {CLOVER: [alert]}, lives, {CLOVER}, picture.ran_out)
    return rows[CLOVER], states[CLOVER], preview(picture, rows[CLOVER], lives, [alert])


def test_behind_answered_alerts_a_result_outside_its_range_heads_the_row_and_marks_it():
    picture, before = rows_of(name=OAKMOSS)
    waiting = {one.alert_id: Life(one.alert_id, "open") for one in picture.standing.alerts}
    picture, _ = rows_of(HB, name=OAKMOSS)
    (row,) = (one for one in live_rows(picture, waiting, {}) if one.patient_id == OAKMOSS)
    assert row.why == before[OAKMOSS].why and row.more == before[OAKMOSS].more + 1  # counted beside what waits
    answered = {name: replace(life, state="acknowledged") for name, life in waiting.items()}
    (row,) = (one for one in live_rows(picture, answered, {}) if one.patient_id == OAKMOSS)
    assert row.why.startswith("Haemoglobin 58") and "low" in row.marks


def test_a_high_alert_that_ran_out_unseen_cannot_be_told():
    row, state, said = over(ran_out=True)
    assert row.marks == ("cannot_tell",) and state.text == "ran out, not seen"
    words = "ran out on 19-Nov-2026 without a newer result or an answer"
    assert words in row.why and words in said
    assert "IN LIMITS" not in said and "Cannot tell whether to go on" in said


def test_a_high_alert_that_evidence_ended_unseen_is_low_and_keeps_its_words():
    row, state, said = over(ran_out=False)
    assert row.marks == ("low",) and state.text == "ended, not seen"
    assert "Ended on evidence of 19-Nov-2026; nobody has looked since" in said
    assert "IN LIMITS" not in said and "Review" in said


def test_looking_at_what_is_late_moves_it_behind_nothing_that_is_less_urgent_or_in_time():
    picture = example.clinic(8)  # two patients of every story
    late = {"breached": True, "due_by": AT}
    states = states_of(picture, p9_neutropenia=late)
    rows = list_patients(picture)
    looked, unseen = "SAMPLE-0009", OAKMOSS
    assert [one.patient_id for one in arrange(rows, states, {unseen})][:2] == [looked, unseen]


def test_what_is_less_urgent_never_comes_before_because_it_is_new():
    rows = list_patients(example.clinic(8))
    urgent, other = (one for one in rows if one.mark == "high")
    rows = (replace(urgent, urgency=0), replace(other, urgency=9))
    assert [one.patient_id for one in arrange(rows, {}, {other.patient_id})] == [urgent.patient_id, other.patient_id]


def two_high():
    """The first patient with a second high alert, of which the graver is acknowledged."""
    picture = example.clinic()
    second = replace(
        example.neutropenia(OAKMOSS, 1.4), alert_id="second", category="cytopenia", fact="platelets",
        title="Platelets below 50", action="review", since=AT, evidence=(),
    )  # fmt: skip
    standing = replace(picture.standing, alerts=(*picture.standing.alerts, second))
    picture = replace(picture, standing=standing)
    lives = {**lives_of(picture, p1_neutropenia=ACKNOWLEDGED)}
    lives["second"] = Life("second", "open", raised_at=AT, breached=True, due_by=AT)
    return picture, lives


def test_a_row_is_headed_by_the_worst_that_waits_with_its_state_and_its_due():
    picture, lives = two_high()
    row = next(one for one in live_rows(picture, lives, {}) if one.patient_id == OAKMOSS)
    state = describe_states(alerts_of(picture), {}, lives, {OAKMOSS})[OAKMOSS]
    assert row.why == "Platelets below 50" and row.mark == "high" and row.high_alerts == 2
    assert (state.text, state.next_text, state.is_late) == ("open, late", "was 18-Nov-2026", True)


def test_where_the_high_alert_is_answered_a_row_says_that_a_lower_one_waits():
    picture = example.clinic()
    rows = live_rows(picture, lives_of(picture, p1_neutropenia=ACKNOWLEDGED), {})
    row = next(one for one in rows if one.patient_id == OAKMOSS)
    assert row.mark == "high" and row.why.startswith("● LOW: Infection recorded")


def test_the_preview_never_folds_a_high_alert_that_waits_or_puts_an_answered_one_before_it():
    picture, lives = two_high()
    row = next(one for one in live_rows(picture, lives, {}) if one.patient_id == OAKMOSS)
    said = preview(picture, row, lives, most=1)
    assert "Platelets below 50" in said and "Stop or withhold: neutrophils" not in said
    assert preview(picture, row, lives).index("Platelets below 50") < preview(picture, row, lives).index("Stop or wit"
        "hhold: neutrophils")  # fmt: skip


@pytest.mark.parametrize(
    ("unread", "said"),
    [
        (Unread(example.AS_OF - DAY, "conflicting_duplicate", (2.4, 1.3)), "◌ 2.4 or 1.3</span><br>19-Nov-2026"),
        (Unread(example.AS_OF - DAY, "implausible"), "◌ unreadable</span><br>19-Nov-2026"),
    ],
)
def test_the_last_results_keep_a_cell_for_what_has_no_number(unread, said):
    picture = replace(example.clinic(), unread={(CLOVER, "neutrophils"): (unread,)})
    row = next(one for one in list_patients(picture) if one.patient_id == CLOVER)
    assert said in preview(picture, row)


def test_a_date_past_its_time_keeps_its_year_in_its_cell():
    states = states_of(p1_neutropenia={"breached": True, "due_by": AT})
    rows = list_patients(example.clinic())
    place = [one.patient_id for one in rows].index(OAKMOSS)
    assert columns(rows, lambda trend: "", states)["next"][place] == "was 18-Nov-2026"
    assert sum(WIDTHS.values()) <= 1350
