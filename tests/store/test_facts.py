"""Facts are only appended: what replaced what, and since when, can be read from the rows themselves (P08, P09, P13)."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest

from core.records import DAY
from core.store.batches import read_last_import
from core.store.people import read_identities
from core.store.quarantine import list_refusals
from core.store.stored import list_facts, list_patient_ids
from tests.store.small_clinic import ANN, BEN, NOW, Watch, bring_in, count_rows, make_store, read_everything, result


def instant(text: str) -> int:
    return int((datetime.fromisoformat(text) - datetime.fromisoformat("1970-01-01")).total_seconds())


def list_results(store):
    with store.reading() as connection:
        return list(list_facts(connection, "result"))


def values_by_end(store):
    return {(float(kept.fact.value), kept.superseded_at) for kept in list_results(store)}


@pytest.fixture
def store(tmp_path):
    opened = make_store(tmp_path)
    bring_in(opened, patients=[ANN, BEN])
    return opened


def test_a_row_leads_back_to_its_line(store):
    bring_in(store, results=[result("R1", "4.2"), result("R2", "<0.5", "2026-03-08T09:30:00")])
    first, second = list_results(store)
    assert (first.source, first.file, first.row) == ("lab", "results.csv", 2)
    assert (second.file, second.row, second.fact.comparator, str(second.fact.value)) == ("results.csv", 3, "<", "0.5")
    assert second.fact.value_as_given == "<0.5"
    assert second.fact.collected_at == second.known_at == instant("2026-03-08T09:30:00")


def test_a_result_is_known_from_its_report(store):
    bring_in(store, results=[result("R1", "4.2", reported_at="2026-03-02T10:00:00")])
    assert list_results(store)[0].known_at == instant("2026-03-02T10:00:00")


def test_a_correction_ends_the_old_value_when_it_was_reported(store):
    bring_in(store, results=[result("R1", "4.2")])
    bring_in(store, results=[result("R1", "1.2", status="corrected", reported_at="2026-03-05T08:00:00")])
    assert values_by_end(store) == {(4.2, instant("2026-03-05T08:00:00")), (1.2, None)}


def test_a_withdrawal_ends_the_value_and_stays_on_record(store):
    bring_in(store, results=[result("R1", "4.2")])
    bring_in(store, results=[result("R1", "", status="entered-in-error", reported_at="2026-03-05")])
    kept = list_results(store)
    assert [(row.fact.status, row.superseded_at is None) for row in kept] == [
        ("final", False),
        ("entered-in-error", True),
    ]


def test_every_order_of_arrival_leaves_the_same_current_value(tmp_path):
    lines = [
        result("R1", "2.0", status="preliminary", reported_at="2026-03-01T10:00:00"),
        result("R1", "1.8", status="final", reported_at="2026-03-02T10:00:00"),
        result("R1", "0.8", status="corrected", reported_at="2026-03-03T10:00:00"),
    ]
    told = []
    for number, order in enumerate(permutations(lines)):
        store = make_store(tmp_path, f"{number}.db")
        bring_in(store, patients=[ANN])
        for line in order:
            bring_in(store, results=[line])
        told.append(values_by_end(store))
    assert told[0] == {
        (2.0, instant("2026-03-02T10:00:00")),
        (1.8, instant("2026-03-03T10:00:00")),
        (0.8, None),
    }
    assert all(state == told[0] for state in told)


def test_the_same_files_again_add_no_row(store):
    tables = {
        "results": [result("R1", "4.2"), result("", "3.9", "2026-03-08"), result("R3", "7", unit="furlongs"),
                    result("R4", "1.1", "2026-03-15"), result("R4", "2.2", "2026-03-15")],
        "medications": ["C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,",
                        ",0012345,methotrexate,RA,15,mg,once weekly,PO,2025-01-01,,active,"],
        "events": ["E1,0012345,infection,2026-02-01,2026-02-10,,cellulitis,moderate",
                   ",0012345,copd,2020-02-01,,,,"],
    }  # fmt: skip
    bring_in(store, **tables)
    before, counts = read_everything(store), count_rows(store)
    assert counts["quarantine"] == 2
    assert counts["course"] == counts["event"] == 2
    for _ in range(3):
        report = bring_in(store, **tables)
        assert report["stored"] == report["superseded"] == 0
    assert read_everything(store) == before
    assert count_rows(store) == counts


def test_one_changed_digit_is_a_conflict_and_the_first_stays(store):
    bring_in(store, results=[result("R1", "4.2")])
    report = bring_in(store, results=[result("R1", "4.3")])
    assert [issue["reason"] for issue in report["issues"]] == ["conflicting_duplicate"]
    assert values_by_end(store) == {(4.2, None)}
    with store.reading() as connection:
        (refusal,) = list_refusals(connection)
    assert (refusal.row.trace.reason, str(refusal.row.trace.value), refusal.closed_at) == (
        "conflicting_duplicate",
        "4.3",
        None,
    )


def test_two_senders_may_use_one_number(store):
    bring_in(store, results=[result("R1", "4.2")])
    report = bring_in(store, source="other lab", results=[result("R1", "4.3")])
    assert report["stored"] == 1
    assert values_by_end(store) == {(4.2, None), (4.3, None)}


def test_a_mended_row_closes_its_place_in_quarantine(store):
    bring_in(store, results=[result("R1", "4.2", unit="")])
    with store.reading() as connection:
        assert [kept.closed_at for kept in list_refusals(connection)] == [None]
    bring_in(store, results=[result("R1", "4.2")])
    with store.reading() as connection:
        (refusal,) = list_refusals(connection)
    assert refusal.closed_at == instant("2026-03-01")
    assert refusal.issue.reason == "no_unit"
    assert dict(refusal.row.fields)["value"] == "4.2"


def test_a_refused_row_is_kept_word_for_word(store):
    bring_in(store, results=[result("R1", "haemolysed")])
    with store.reading() as connection:
        (refusal,) = list_refusals(connection)
    assert dict(refusal.row.fields)["value"] == "haemolysed"
    assert (refusal.issue.file, refusal.issue.row, refusal.issue.column) == ("results.csv", 2, "value")
    assert refusal.issue.message


def test_a_result_of_nobody_we_know_is_refused_until_the_patient_is_there(tmp_path):
    store = make_store(tmp_path)
    assert bring_in(store, results=[result("R1", "4.2")])["quarantined"] == 1
    bring_in(store, patients=[ANN])
    assert bring_in(store, results=[result("R1", "4.2")])["stored"] == 1
    with store.reading() as connection:
        assert [kept.closed_at is None for kept in list_refusals(connection)] == [False]


def test_a_changed_patient_keeps_the_number_by_which_pages_know_them(store):
    with store.reading() as connection:
        before = {kept.fact.patient_id: kept.key for kept in list_facts(connection, "patient")}
    bring_in(store, patients=["0012345,ARDEN-SMITH,Ann,1970-01-01,female,,,"])
    with store.reading() as connection:
        after = list(list_facts(connection, "patient", ["0012345"]))
        names = read_identities(connection, lambda _birth, family, given, _died: f"{given} {family}")
        people = list_patient_ids(connection, [before["0012345"], 999])
    assert {kept.key for kept in after} == {before["0012345"]}
    assert [kept.superseded_at for kept in after] == [NOW, None]
    assert names["0012345"] == "Ann ARDEN-SMITH"
    assert people == {before["0012345"]: "0012345"}


def test_a_changed_course_replaces_its_earlier_version(store):
    bring_in(store, medications=["C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"])
    bring_in(store, medications=["C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,2026-03-01,stopped,rash"])
    with store.reading() as connection:
        first, second = list_facts(connection, "medication")
    assert (first.superseded_at, second.superseded_at) == (NOW, None)
    assert (second.fact.end, second.fact.reason) == (instant("2026-03-01") + DAY, "rash")


def test_only_patients_whose_facts_changed_are_evaluated(store):
    lines = [result("R1", "4.2"), result("R2", "4.0", patient_id="0054321")]
    bring_in(store, results=lines)
    watch = Watch()
    bring_in(store, judge=watch, results=lines)
    assert watch.asked == []
    bring_in(store, judge=watch, results=[*lines, result("R3", "1.0", patient_id="0054321")])
    assert watch.asked == [{"0054321"}]
    bring_in(store, judge=watch, results=[result("R4", "no unit", unit="")])
    assert watch.asked[1:] == [{"0012345"}]  # a mark changes what can be told
    bring_in(store, judge=watch, results=[result("R4", "2.0")])
    assert watch.asked[2:] == [{"0012345"}]


def test_ten_thousand_known_rows_are_told_apart_by_few_questions(store):
    from sqlalchemy import event

    lines = [result(f"R{n}", "4.2", f"2026-01-{n % 28 + 1:02d}") for n in range(10_000)]
    bring_in(store, results=lines)
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    assert bring_in(store, results=lines)["duplicates"] == 10_000
    assert len(asked) < 40


def test_the_last_import_is_told(store):
    with store.reading() as connection:
        assert read_last_import(connection) is not None
