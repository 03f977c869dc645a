"""One import: what it keeps beside the rows, whom it evaluates, and what it refuses to mix (P01, P12, P14, P43)."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from sqlalchemy import select

from core.errors import InputRefused, StoreFailed
from core.ingest.limits import InputFile
from core.services.import_data import import_files, import_paths
from core.store import clinic
from core.store.schema import batch
from tests.store.small_clinic import ANN, BEN, NOW, bring_in, count_rows, files, make_store, result


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def read_clinic(store) -> clinic.Clinic:
    with store.reading() as connection:
        return clinic.read_clinic(connection)


def test_the_report_and_the_files_it_is_about_are_kept(store):
    given = files(patients=[ANN], results=[result("R1", "4.2"), result("R2", "4.2", unit="furlongs")])
    report = import_files(store, given, source="lab", zone="UTC", now=NOW, judge=lambda *_: {})
    with store.reading() as connection:
        kept = connection.execute(select(batch)).one()
    assert json.loads(kept.report) == report.to_json()
    assert kept.source == "lab"
    assert json.loads(kept.files) == [
        {"name": file.name, "sha256": sha256(file.path_or_bytes).hexdigest()} for file in given
    ]


@pytest.mark.parametrize("repeat", [1, 2])
def test_every_row_is_accounted_for_in_every_file_and_kind(store, repeat):
    for _ in range(repeat):
        report = bring_in(
            store,
            patients=[ANN, BEN, ANN, "x,,,,"],
            results=[result("R1", "4.2"), result("R1", "4.3"), result("R2", "4", unit=""), result("R2", "4"), "a,b,c"],
            events=["E1,0012345,infection,2026-02-01,,,,", "E2,0012345,omen,2026-02-01,,,,"],
        )
    for part in (report, *report["by_file"].values(), *report["by_kind"].values()):
        rows_in = part.get("rows_in", part.get("in"))
        told = sum(part[word] for word in ("stored", "duplicates", "superseded", "ignored", "quarantined"))
        assert rows_in == told
    assert report["rows_in"] == 11


def test_a_refused_file_stores_nothing(store):
    with pytest.raises(InputRefused):
        import_files(
            store,
            [*files(patients=[ANN]), InputFile("results.csv", b"value,value\n1,2\n", named=True)],
            source="lab", zone="UTC", now=NOW,
        )  # fmt: skip
    assert set(count_rows(store).values()) == {0}
    assert read_clinic(store) == clinic.Clinic()


def test_a_path_that_is_not_there_makes_no_store(tmp_path):
    with pytest.raises(InputRefused):
        import_paths(f"sqlite:///{tmp_path / 'new.db'}", [tmp_path / "nowhere"], source="lab", zone="UTC", now=NOW)
    assert not (tmp_path / "new.db").exists()


def test_every_import_that_changes_something_raises_the_version_and_no_other_does(store):
    bring_in(store, patients=[ANN])
    bring_in(store, results=[result("R1", "4.2")])
    assert read_clinic(store).version == 2
    bring_in(store, results=[result("R1", "4.2")])
    assert read_clinic(store).version == 2


def test_a_fault_that_leaves_nobody_judged_stores_nothing_rather_than_facts_nobody_can_judge(store):
    def judge(_connection, _patient_ids):
        raise ZeroDivisionError("half way through")

    with pytest.raises(ZeroDivisionError):
        bring_in(store, patients=[ANN], judge=judge)
    assert count_rows(store)["patient"] == 0


def test_a_store_that_fails_during_the_evaluation_fails_the_import(store):
    def judge(connection, _patient_ids):
        connection.exec_driver_sql("SELECT * FROM a_table_that_is_not_there")

    with pytest.raises(StoreFailed):
        bring_in(store, patients=[ANN], judge=judge)
    assert count_rows(store)["patient"] == 0


@pytest.mark.parametrize(("first", "second"), [("sample", "lab"), ("lab", "sample")])
def test_made_up_and_real_patients_never_share_a_store(store, first, second):
    bring_in(store, source=first, patients=[ANN])
    with pytest.raises(InputRefused, match="store of their own"):
        bring_in(store, source=second, patients=[BEN])
    assert count_rows(store)["patient"] == 1
    assert read_clinic(store).sample is (first == "sample")


def test_a_store_keeps_to_the_zone_it_began_with(store):
    bring_in(store, patients=[ANN])
    with pytest.raises(InputRefused, match="NADIR_ZONE=UTC"):
        import_files(store, files(patients=[BEN]), source="lab", zone="Europe/London", now=NOW)
    assert count_rows(store)["patient"] == 1


def test_an_import_that_was_overtaken_by_the_first_of_another_kind_is_refused_too(store, monkeypatch):
    import core.services.import_data as service

    read = service._read

    def read_while_another_is_faster(*arguments):
        monkeypatch.setattr(service, "_read", read)
        bring_in(store, source="sample", patients=[BEN])
        return read(*arguments)

    monkeypatch.setattr(service, "_read", read_while_another_is_faster)
    with pytest.raises(InputRefused, match="store of their own"):
        bring_in(store, source="lab", patients=[ANN])
    with store.reading() as connection:
        assert clinic.read_clinic(connection).sample is True
    assert count_rows(store)["patient"] == 1


def test_a_clock_is_pinned_by_the_import_that_asks_for_it_or_not_at_all(store):
    def import_pinned(given):
        import_files(store, given, source="sample", zone="UTC", now=NOW, pinned="2026-11-20", judge=lambda *_: {})

    with pytest.raises(InputRefused):
        import_pinned([InputFile("results.csv", b"value,value\n1,2\n", named=True)])
    assert read_clinic(store).clock == ""
    import_pinned(files(patients=[ANN]))
    assert read_clinic(store).clock == "2026-11-20"


def test_a_pinned_clock_is_kept(store):
    with store.writing() as connection:
        clinic.pin_clock(connection, "2026-11-20")
    assert read_clinic(store) == clinic.Clinic(clock="2026-11-20")
