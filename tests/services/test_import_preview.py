"""A preview says what the import will do, and stores nothing: the same code, and here they agree (P01, P13)."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from core.errors import InputRefused
from core.ingest.limits import InputFile
from core.records import AUTHORITIES
from core.services.evaluate_clinic import Asked, evaluate_as_of, evaluate_safely
from core.services.import_data import import_files, read_files
from core.services.import_preview import judge_change, preview_rows
from core.store import clinic
from core.store.connect import open_store
from core.store.schema import metadata
from core.views.import_preview import file_card
from tests.store.small_clinic import ANN, BEN, HEADERS, NOW, files, make_store, result

COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-02-01,,active,"


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def preview(store, given, source="lab"):
    return preview_rows(store, read_files(store, given, source=source, zone="UTC", now=NOW, mapping=""), AUTHORITIES)


def bring_in(store, given, source="lab", **options):
    return import_files(store, given, source=source, zone="UTC", now=NOW, **options)


def count_everything(store):
    with store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def standing_alerts(store):
    return {one.alert_id: one for one in evaluate_as_of(store, Asked(NOW)).at(NOW).alerts}


def changes(made):
    return [(one.how, one.alert.patient_id, one.alert.category) for one in made.alerts]


def some_rows(seed):
    """Rows of every fate: new, the same again, corrected, contradictory, unreadable, unknown, ragged."""
    pick = random.Random(seed)
    lines = []
    for _ in range(40):
        number, value = pick.randrange(12), pick.choice(["0.4", "1.2", "2.5", "5.0", "haemolysed", "1.2,9"])
        day = f"2026-{pick.randrange(3, 12):02d}-{pick.randrange(1, 28):02d}"
        other = {
            "status": pick.choice(["", "", "corrected", "entered-in-error"]),
            "unit": pick.choice(["10*9/L", "10*9/L", "", "blobs"]),
            "patient_id": pick.choice(["0012345", "0012345", "0054321", "999"]),
        }
        lines.append(result(f"R{number}", value, day, **other))
    return lines


@pytest.mark.parametrize("seed", range(8))
def test_a_preview_and_the_import_after_it_tell_of_every_row_and_every_alert_alike(store, seed):
    bring_in(store, files(patients=[ANN], medications=[COURSE], results=some_rows(seed + 100)))
    given = files(patients=[ANN, BEN], results=some_rows(seed))
    before = standing_alerts(store)
    made = preview(store, given)
    assert bring_in(store, given, previewed=made.version).to_json() == made.report
    after = standing_alerts(store)
    told = {how: {one.alert.alert_id for one in made.alerts if one.how == how} for how in ("opens", "closes")}
    assert told == {"opens": after.keys() - before.keys(), "closes": before.keys() - after.keys()}
    worse = {one.alert.alert_id: one.alert for one in made.alerts if one.how not in ("opens", "closes")}
    assert {name: (after[name].priority, after[name].title) for name in worse} == {
        name: (one.priority, one.title) for name, one in worse.items()
    }
    unmoved = (before.keys() & after.keys()) - worse.keys()
    assert all((before[name].priority, before[name].title) == (after[name].priority, after[name].title)
               for name in unmoved)  # fmt: skip


def test_a_preview_leaves_not_one_row_behind(store):
    before = count_everything(store)
    preview(store, files(patients=[ANN], medications=[COURSE], results=[result("R1", "0.4"), result("R2", "no")]))
    assert count_everything(store) == before


def test_a_value_that_falls_further_is_said_to_worsen_and_one_that_recovers_to_close(store):
    bring_in(store, files(patients=[ANN], medications=[COURSE], results=[result("R1", "1.2", "2026-12-01")]))
    worse = preview(store, files(results=[result("R2", "0.9", "2026-12-05")]))
    assert ("worsens", "0012345", "neutropenia") in changes(worse)
    well = preview(store, files(results=[result("R2", "4.0", "2026-12-05")]))
    assert ("closes", "0012345", "neutropenia") in changes(well)


def test_an_unreadable_newest_result_is_said_to_leave_rules_without_an_answer(store):
    bring_in(store, files(patients=[ANN], medications=[COURSE], results=[result("R1", "4.2", "2026-12-01")]))
    made = preview(store, files(results=[result("R2", "4.0", "2026-12-05", unit="blobs")]))
    assert {one.unknown.reason for one in made.unknowns if one.opens} == {"unknown_unit"}
    assert made.touched == 1 and made.new_patients == 0


def test_files_that_change_nothing_concern_nobody(store):
    given = files(patients=[ANN], results=[result("R1", "4.2")])
    bring_in(store, given)
    made = preview(store, given)
    assert (made.touched, made.alerts, made.unknowns, made.report["duplicates"]) == (0, (), (), 2)


def test_each_column_is_told_with_how_many_rows_fill_it_and_what_is_left_aside(store):
    lines = "patient_id,family_name,given_name,birth_date,sex,shoe\n1,A,B,1970-01-01,male,42\n2,C,,1970-01-01,male,43\n"
    made = preview(store, [InputFile("patients.csv", lines.encode(), named=True)])
    (file,) = made.files
    assert (file.rows, file.left_aside) == (2, ("shoe",))
    assert {one.name: one.filled for one in file.columns}["given_name"] == 1
    assert [(line.row, line.outcome) for line in file.first] == [(2, "stored"), (3, "quarantined")]


def test_an_import_after_the_store_changed_is_refused_and_stores_nothing(store):
    given = files(patients=[ANN])
    made = preview(store, given)
    bring_in(store, files(patients=[BEN]), "other")
    before = count_everything(store)
    with pytest.raises(InputRefused, match="changed since this preview"):
        bring_in(store, given, previewed=made.version)
    assert count_everything(store) == before


def test_a_file_that_the_import_refuses_is_refused_by_the_preview_in_the_same_words(store):
    broken = [InputFile("results.csv", f"{HEADERS['results']},unit\n".encode(), named=True)]
    with pytest.raises(InputRefused) as here:
        preview(store, broken)
    with pytest.raises(InputRefused) as there:
        bring_in(store, broken)
    assert str(here.value) == str(there.value)


def test_the_same_alert_untouched_is_no_change(store):
    bring_in(store, files(patients=[ANN], medications=[COURSE], results=[result("R1", "1.2", "2026-12-01")]))
    (one, *_) = standing_alerts(store).values()
    assert judge_change(one, one) is None


def test_nobody_else_who_imports_waits_while_the_patients_of_a_preview_are_judged(store, monkeypatch):
    arrived = []

    def judge(*told, **more):
        with open_store(
            f"sqlite:///{store.name}", busy_seconds=0.05
        ).writing() as connection:  # another import, at this very moment
            arrived.append(clinic.raise_version(connection))
        return evaluate_safely(*told, **more)

    monkeypatch.setattr("core.services.evaluate_clinic.evaluate_safely", judge)
    made = preview(store, files(patients=[ANN], medications=[COURSE], results=[result("R1", "0.4")]))
    assert len(arrived) == 2 and made.alerts
    with pytest.raises(InputRefused, match="changed since this preview"):
        bring_in(store, files(patients=[BEN]), previewed=made.version)


def test_a_correction_says_which_value_it_replaces_and_what_is_no_other_value_says_nothing(store):
    bring_in(store, files(patients=[ANN], results=[result("R1", "0.45"), result("R2", "3.1", "2026-03-05")]))
    made = preview(store, files(results=[
        result("R1", "4.5", status="corrected"), result("R2", "3.1", "2026-03-05", status="corrected"),
        result("R3", "2.2", "2026-03-09"),
    ]))  # fmt: skip
    lines = made.files[0].first
    assert [[float(old.value) for old in line.replaces] for line in lines] == [[0.45], [], []]
    assert "replaces 0.45\u00a0×10⁹/L of the same sample" in file_card(made.files[0])


def test_of_a_value_corrected_twice_only_the_one_that_stands_is_replaced(store):
    bring_in(store, files(patients=[ANN], results=[result("R1", "0.45")]))
    bring_in(store, files(results=[result("R1", "4.5", reported_at="2026-03-02", status="corrected")]))
    made = preview(store, files(results=[result("R1", "5.4", reported_at="2026-03-03", status="corrected")]))
    assert [float(old.value) for old in made.files[0].first[0].replaces] == [4.5]
