"""Order, repetition, time: the same rows in any order, any number of times, in any batches, lead to the same state."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.records import FAR, Course, Event, Patient, ReadRow, Result
from tests.property.shelf import COLLECTED, Shelf, as_row, result_row, unread_row

DAY = 86_400
STORY = [
    result_row("1.0", "preliminary", COLLECTED + 1),
    result_row("1.1", "final", COLLECTED + 2),
    result_row("1.2", "corrected", COLLECTED + 3),
    result_row("1.3", "corrected", COLLECTED + 4),
    result_row("1.3", "entered-in-error", COLLECTED + 5),
]
MOMENTS = range(COLLECTED, COLLECTED + 8)


def import_in(batches: list[list[ReadRow]]) -> Shelf:
    shelf = Shelf()
    for batch in batches:
        settled = shelf.take(batch)
        assert len(settled) == len(batch)
    return shelf


def believed(shelf: Shelf) -> list[set[tuple[str, float | None]]]:
    """What could be believed at every moment of the story: the whole history, not only its end."""
    return [shelf.readings_at(moment) for moment in MOMENTS]


@pytest.mark.parametrize("length", range(1, len(STORY) + 1))
def test_every_order_of_preliminary_final_corrections_and_withdrawal_leads_to_one_state_and_one_history(
    length: int,
) -> None:
    rows = STORY[:length]
    expected = believed(import_in([[row] for row in rows]))
    for order in permutations(rows):
        one_by_one = import_in([[row] for row in order])
        assert believed(one_by_one) == expected
        assert one_by_one.current() == [rows[-1].fact]
        assert believed(import_in([list(order)])) == expected


@given(st.lists(st.sampled_from(STORY), min_size=1, max_size=12), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_repetitions_and_any_cut_into_batches_change_nothing(rows: list[ReadRow], chance: object) -> None:
    once = [row for row in STORY if row in rows]
    batches: list[list[ReadRow]] = [[]]
    for row in rows:
        batches[-1].append(row)
        if chance.random() < 0.4:  # type: ignore[attr-defined]
            batches.append([])
    assert believed(import_in(batches)) == believed(import_in([once]))


READINGS = st.builds(
    result_row,
    st.sampled_from(["0.4", "1.0", "2.0"]),
    st.sampled_from(["preliminary", "final", "corrected", "cancelled", "entered-in-error"]),
    st.sampled_from([None, *(COLLECTED + n for n in range(1, 4))]),
    ref_low=st.sampled_from([None, Decimal("1.5")]),
)
UNREAD = st.builds(
    unread_row,
    st.sampled_from(["preliminary", "final", "corrected"]),
    st.sampled_from([None, COLLECTED + 2]),
    value=st.sampled_from(["1.0", "1500"]),
)


@given(st.lists(READINGS, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_whatever_arrives_under_one_identity_the_believed_history_is_free_of_order(
    rows: list[ReadRow], chance: object
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    expected = believed(import_in([rows]))
    assert believed(import_in([shuffled])) == expected
    assert believed(import_in([[row] for row in shuffled])) == expected


@given(st.lists(READINGS | UNREAD, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_importing_everything_again_writes_no_row_and_moves_no_moment(rows: list[ReadRow]) -> None:
    shelf = import_in([rows])
    before = (list(shelf.facts), list(shelf.refusals))
    again = shelf.take(rows)
    assert (shelf.facts, shelf.refusals) == before
    assert {one.outcome for one in again} <= {"duplicate", "quarantined"}
    shelf = import_in([[row] for row in rows])
    before = (list(shelf.facts), list(shelf.refusals))
    for row in rows:
        shelf.take([row])
    assert (shelf.facts, shelf.refusals) == before


@given(st.lists(READINGS | UNREAD, min_size=1, max_size=6))
@settings(max_examples=200, deadline=None)
def test_under_one_identity_at_most_one_value_counts_and_every_other_is_overtaken_or_disputed(
    rows: list[ReadRow],
) -> None:
    shelf = import_in([[row] for row in rows])
    current = shelf.current()
    readable = [row for row in rows if row.fact is not None]
    assert len(current) <= 1
    assert (
        current or shelf.open_traces() or not readable
    )  # an unreadable row may stand in a value's place, never nothing
    assert all(trace.reason in ("conflicting_duplicate", "no_unit") for trace in shelf.open_traces())


def test_a_preliminary_result_counts_until_its_final_arrives() -> None:
    shelf = import_in([[STORY[0]], [STORY[1]]])
    assert shelf.readings_at(COLLECTED + 1) == {("value", 1.0)}
    assert shelf.readings_at(COLLECTED + 2) == {("value", 1.1)}


def test_two_finals_with_different_values_are_a_dispute_and_the_first_stays() -> None:
    shelf = Shelf()
    shelf.take([result_row("1.4")])
    (settled,) = shelf.take([result_row("0.4")])
    assert (settled.outcome, settled.issues[0].reason) == ("quarantined", "conflicting_duplicate")
    assert [fact.value for fact in shelf.current()] == [Decimal("1.4")]  # type: ignore[union-attr]
    assert [trace.value for trace in shelf.open_traces()] == [Decimal("0.4")]
    assert shelf.readings_at(COLLECTED) == {("value", 1.4), ("value", 0.4)}


@pytest.mark.parametrize("status", ["corrected", "entered-in-error"])
def test_a_correction_or_a_withdrawal_settles_a_dispute(status: str) -> None:
    shelf = import_in([[result_row("1.4")], [result_row("0.4")], [result_row("0.5", status, COLLECTED + 9)]])
    assert shelf.open_traces() == []
    assert [fact.status for fact in shelf.current()] == [status]  # type: ignore[union-attr]


def test_two_corrections_reported_at_one_moment_with_different_values_are_a_dispute() -> None:
    shelf = Shelf()
    shelf.take([result_row("1.4", "corrected", COLLECTED + 3)])
    (settled,) = shelf.take([result_row("0.4", "corrected", COLLECTED + 3)])
    assert settled.outcome == "quarantined"


def test_disputed_words_carry_the_engine_s_numbers() -> None:
    rows = [
        result_row(None, coded=word, value_as_given=word, analyte="hbsag", unit="")
        for word in ("negative", "positive", "indeterminate")
    ]
    shelf = import_in([rows])
    assert [trace.value for trace in shelf.open_traces()] == [Decimal(1), Decimal("0.5")]
    assert (
        import_in([[rows[0]], [replace(rows[0], fact=replace(rows[0].fact, coded="not detected"))]]).open_traces() == []
    )  # type: ignore[type-var]


def test_the_same_measurement_in_another_unit_is_a_duplicate() -> None:
    shelf = import_in([[result_row("1.49")]])
    (settled,) = shelf.take([result_row("1.490", value_as_given="1490", unit_as_given="/uL")])
    assert settled.outcome == "duplicate"


def test_a_late_report_of_an_old_draw_never_overtakes_a_newer_draw() -> None:
    newer = result_row("0.4", result_id="R2", collected_at=COLLECTED + DAY)
    shelf = import_in([[newer], [result_row("3.0", "corrected", COLLECTED + 2 * DAY)]])
    assert len(shelf.current()) == 2
    assert all(one.superseded_at is None for one in shelf.facts)


def test_without_an_identifier_patient_analyte_and_time_are_the_identity() -> None:
    first, second = (result_row(value, result_id=None) for value in ("1.4", "0.4"))
    other_time = result_row("0.4", result_id=None, collected_at=COLLECTED + 60)
    shelf = import_in([[first], [second], [other_time]])
    assert [row.trace.value for _, row, _ in shelf.refusals if row.trace] == [Decimal("0.4")]
    assert len(shelf.current()) == 2


def test_two_identifiers_at_one_instant_are_both_stored_for_the_engine_to_see_the_dispute() -> None:
    shelf = import_in([[result_row("1.4"), result_row("0.4", result_id="R2")]])
    assert len(shelf.current()) == 2
    assert shelf.refusals == []


@pytest.mark.parametrize("status", ["final", "corrected", "entered-in-error"])
@pytest.mark.parametrize("together", [True, False])
def test_a_row_never_moves_to_another_patient_or_analyte(status: str, together: bool) -> None:
    mine = result_row("1.4")
    hers = result_row("0.4", status, COLLECTED + 9, patient_id="P2")
    other = result_row("90", status, COLLECTED + 9, analyte="creatinine")
    shelf = import_in([[mine, hers, other]] if together else [[mine], [hers], [other]])
    assert shelf.current() == [mine.fact]
    assert [row.issues[0].reason for _, row, _ in shelf.refusals] == ["patient_mismatch", "analyte_mismatch"]
    marks = [] if status == "entered-in-error" else [("P2", "neutrophils"), ("P1", "creatinine")]
    assert [(trace.patient_id, trace.analyte) for trace in shelf.open_traces()] == marks


def test_a_reused_result_id_marks_its_own_patient_and_analyte_with_its_value() -> None:
    shelf = import_in([[result_row("1.4")], [result_row("0.4", patient_id="P2")]])
    (trace,) = shelf.open_traces()
    assert (trace.patient_id, trace.reason, trace.value) == ("P2", "conflicting_duplicate", Decimal("0.4"))
    message = shelf.refusals[0][1].issues[0].message
    assert "result_id R1 already stands for another patient" in message
    assert "--source" in message
    assert [fact.value for fact in shelf.current()] == [Decimal("1.4")]  # type: ignore[union-attr]


def test_a_foreign_row_takes_no_part_in_the_dispute_of_the_identity_it_claims() -> None:
    hers = result_row("0.4", patient_id="P2")
    shelf = import_in([[result_row("1.4")], [hers], [result_row("1.5", "corrected", COLLECTED + 9)]])
    assert [trace.patient_id for trace in shelf.open_traces()] == ["P2"]
    assert [fact.value for fact in shelf.current()] == [Decimal("1.5")]  # type: ignore[union-attr]


def test_withdrawing_a_foreign_row_ends_its_own_mark() -> None:
    foreign = [
        result_row("0.4", status, COLLECTED + n, patient_id="P2") for n, status in enumerate(("final", "cancelled"))
    ]
    shelf = import_in([[result_row("1.4")], *([row] for row in foreign)])
    assert shelf.open_traces() == []
    assert [fact.value for fact in shelf.current()] == [Decimal("1.4")]  # type: ignore[union-attr]


def test_a_mended_row_closes_no_unreadable_row_of_another_patient_under_its_identity() -> None:
    clotted = unread_row(value="clotted", patient_id="P2")
    assert clotted.trace is not None
    hers = replace(clotted, trace=replace(clotted.trace, patient_id="P2"))
    shelf = import_in([[result_row("1.4")], [hers], [result_row("1.5", "corrected", COLLECTED + 9)]])
    assert [trace.patient_id for trace in shelf.open_traces()] == ["P2"]


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("before", "after"), [("final", "corrected"), ("preliminary", "final"), ("final", "final")])
def test_what_the_laboratory_said_last_cannot_be_read_so_the_earlier_value_answers_no_more(
    before: str, after: str, together: bool
) -> None:
    value, clotted = result_row("3.0", before), unread_row(after, COLLECTED + 5, value="clotted")
    shelf = import_in([[value, clotted]] if together else [[value], [clotted]])
    assert shelf.current() == []
    assert [one.fact for one in shelf.facts] == [value.fact]  # it stays in the record, struck
    assert shelf.readings_at(COLLECTED + 4) == {("value", 3.0)}
    assert shelf.readings_at(COLLECTED + 5) == {("no_unit", None)}


@pytest.mark.parametrize(("before", "after"), [("final", "corrected"), ("preliminary", "final")])
def test_an_unreadable_row_of_higher_standing_overtakes_a_value_that_arrives_after_it(before: str, after: str) -> None:
    shelf = import_in([[unread_row(after, COLLECTED + 5, value="clotted")], [result_row("3.0", before)]])
    assert shelf.current() == []
    assert shelf.readings_at(COLLECTED + 4) == {("value", 3.0)}
    assert shelf.readings_at(COLLECTED + 5) == {("no_unit", None)}


def test_an_unreadable_row_of_lower_standing_or_an_earlier_correction_overtakes_nothing() -> None:
    for value, clotted in (
        (result_row("3.0"), unread_row("preliminary", COLLECTED + 5)),
        (result_row("3.0", "corrected", COLLECTED + 9), unread_row("corrected", COLLECTED + 5)),
    ):
        shelf = import_in([[value], [clotted]])
        assert shelf.current() == [value.fact]
        assert shelf.open_traces() == []


def test_a_readable_correction_ends_what_an_unreadable_one_left_in_doubt() -> None:
    clotted, mended = unread_row("corrected", COLLECTED + 5), result_row("2.5", "corrected", COLLECTED + 9)
    shelf = import_in([[result_row("3.0")], [clotted], [mended]])
    assert shelf.open_traces() == []
    assert shelf.current() == [mended.fact]


def test_an_unreadable_result_under_another_identifier_leaves_the_readable_one_standing() -> None:
    value = result_row("3.0")
    shelf = import_in([[value], [unread_row(result_id="R2", value="clotted")]])
    assert shelf.current() == [value.fact]


def test_withdrawing_a_result_that_is_only_in_quarantine_closes_its_trace() -> None:
    shelf = import_in([[unread_row()], [result_row(None, "cancelled", COLLECTED + 4)]])
    assert shelf.open_traces() == []


def test_a_withdrawal_for_another_patient_closes_no_trace() -> None:
    shelf = import_in([[unread_row()], [result_row("2", "cancelled", COLLECTED + 4, patient_id="P2")]])
    assert [trace.reason for trace in shelf.open_traces()] == ["no_unit"]
    assert shelf.current() == []


def test_the_mended_row_closes_the_trace_of_the_broken_one() -> None:
    shelf = import_in([[unread_row(value="haemolysed")], [result_row("1.4")]])
    assert shelf.open_traces() == []
    assert len(shelf.current()) == 1


def test_a_row_that_became_readable_since_closes_its_own_refusal_though_it_has_no_identifier() -> None:
    readable = result_row("1.4", result_id=None)
    refused = ReadRow("result", readable.origin, "quarantined", None, (), None, readable.fields)
    shelf = import_in([[refused], [readable]])
    assert [ended is None for _, _, ended in shelf.refusals] == [False]


def test_an_unreadable_row_after_a_readable_one_of_another_value_stays_open() -> None:
    shelf = import_in([[result_row("1.4")], [unread_row(value="0.4")]])
    assert [trace.reason for trace in shelf.open_traces()] == ["no_unit"]


def test_the_same_value_that_only_lost_its_unit_leaves_no_open_trace() -> None:
    shelf = import_in([[result_row("1.4")], [unread_row(value="1.4")]])
    assert shelf.open_traces() == []
    assert len(shelf.refusals) == 1


def test_an_unreadable_correction_stays_open_beside_the_value_it_doubts() -> None:
    shelf = import_in([[result_row("1.4")], [unread_row("corrected", COLLECTED + 5)]])
    assert [trace.reason for trace in shelf.open_traces()] == ["no_unit"]


def test_an_unreadable_preliminary_is_overtaken_by_the_final_in_any_order() -> None:
    final = result_row("1.4", reported_at=COLLECTED + 5)
    for batches in ([[unread_row("preliminary")], [final]], [[final], [unread_row("preliminary")]]):
        assert import_in(batches).open_traces() == []


ANNA = Patient("P1", "Alder", "Anna", 0, "female")
COURSE = Course(
    course_id="C1", patient_id="P1", drug="anakinra", drug_known=True, indication="RA", dose=Decimal("100"),
    dose_unit="mg", dose_as_given="100 mg", frequency="once daily", frequency_as_given="od", route="SC", start=DAY,
    end=None, status="active",
)  # fmt: skip


def test_a_changed_course_supersedes_and_the_same_course_is_a_duplicate() -> None:
    stopped = replace(COURSE, end=9 * DAY, status="stopped")
    shelf = import_in([[as_row(COURSE)], [as_row(replace(COURSE, dose=Decimal("100.0")))], [as_row(stopped)]])
    assert shelf.current() == [stopped]
    assert len(shelf.facts) == 2


def test_of_several_versions_in_one_batch_the_last_line_wins_and_a_replay_changes_nothing() -> None:
    versions = [as_row(replace(COURSE, dose=Decimal(dose))) for dose in ("50", "75", "100", "75")]
    shelf = Shelf()
    outcomes = [one.outcome for one in shelf.take(versions)]
    assert outcomes == ["superseded", "duplicate", "superseded", "stored"]
    assert [fact.dose for fact in shelf.current()] == [Decimal("75")]  # type: ignore[union-attr]
    assert {one.outcome for one in shelf.take(versions)} == {"duplicate"}


def test_a_course_without_an_identifier_is_the_same_only_word_for_word() -> None:
    plain = replace(COURSE, course_id=None)
    shelf = import_in([[as_row(plain)], [as_row(plain)], [as_row(replace(plain, dose=Decimal(50)))]])
    assert len(shelf.current()) == 2


def test_a_person_may_marry_or_have_a_birth_date_mended_but_not_become_a_stranger() -> None:
    married = replace(ANNA, family_name="Birch")
    mended = replace(married, birth_date=DAY)
    half_a_stranger = replace(mended, family_name="Cedar", birth_date=2 * DAY)
    stranger = Patient("P1", "Cedar", "Carl", 900 * DAY, "male")
    shelf = Shelf()
    outcomes = [
        shelf.take([as_row(person)])[0].outcome for person in (ANNA, married, mended, half_a_stranger, stranger)
    ]
    assert outcomes == ["stored", "stored", "stored", "quarantined", "quarantined"]
    assert shelf.current() == [mended]


def test_an_identifier_of_a_course_is_not_taken_over_by_another_patient() -> None:
    shelf = import_in([[as_row(COURSE)], [as_row(replace(COURSE, patient_id="P2"))]])
    assert shelf.current() == [COURSE]


def test_an_identifier_of_a_course_or_an_event_is_not_taken_over_by_another_drug_or_kind() -> None:
    infection = Event("E1", "P1", "infection", DAY, None, "", "", "serious")
    for first, column, value in ((COURSE, "drug", "tocilizumab"), (infection, "kind", "vaccination")):
        shelf = import_in([[as_row(first)], [as_row(replace(first, **{column: value}))]])
        assert shelf.current() == [first]
        (issue,) = shelf.refusals[0][1].issues
        assert (issue.column, issue.reason) == (column, "conflicting_duplicate")
        assert "already stands for" in issue.message
        shelf.take([as_row(replace(first, start=2 * DAY))])
        assert [ended for _, _, ended in shelf.refusals] == [None]  # a new version of the first settles nothing


def test_a_refused_row_that_stands_twice_in_a_file_is_counted_twice_and_kept_once() -> None:
    shelf = Shelf()
    settled = shelf.take([unread_row(result_id=""), unread_row(result_id="")])
    assert [(one.outcome, one.repeated) for one in settled] == [("quarantined", False), ("quarantined", True)]
    assert len(shelf.refusals) == 1


def test_far_is_beyond_every_moment_a_result_can_be_known() -> None:
    assert isinstance(STORY[0].fact, Result)
    assert max(MOMENTS) < FAR
