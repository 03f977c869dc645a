"""Rows in quarantine are mended by the same reading as new rows; the refused row stays, and the trail says who."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from core.errors import InputRefused
from core.services import mend_quarantine, trail
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.services.mappings import save_mapping
from core.settings import Settings
from core.store import schema
from core.store.connect import open_store
from core.store.sources import list_arrivals
from tests.services.test_import_preview import COURSE, bring_in
from tests.store.small_clinic import ANN, NOW, files, result


@pytest.fixture
def settings(tmp_path):
    return Settings(db_url=f"sqlite:///{tmp_path / 'clinic.db'}", as_of="2026-12-12")


@pytest.fixture
def store(settings):
    store = open_store(settings.db_url)
    bring_in(store, files(patients=[ANN], medications=[COURSE], results=[result("R1", "4.2", "2026-12-01")]))
    return store


def waiting(settings):
    return mend_quarantine.list_quarantine(settings.db_url).rows


def results_of(store):
    with store.reading() as connection:
        r = schema.result.c
        return list(connection.execute(select(r.result_id, r.value, r.source, r.file, r.row).order_by(r.row_id)))


def reasons_unknown(store):
    return {one.reason for one in evaluate_as_of(store, Asked(NOW)).at(NOW).cannot_tell if "neutro" in one.category}


def test_a_mended_cell_stores_the_row_under_its_own_source_and_line_and_keeps_the_refused_one(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    (row,) = waiting(settings)
    assert (row.reason, row.mark, row.fields["unit"]) == ("unknown_unit", "neutrophils", "blobs")
    tried = mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "10*9/L"}, by="Dr Ash")
    assert (tried.mended, tried.still_refused) == (1, 0)
    assert results_of(store)[-1] == ("R2", 0.9, "lab", "results.csv", 2)
    kept = mend_quarantine.list_quarantine(settings.db_url)
    assert (kept.rows, kept.ever) == ((), 1)
    with store.reading() as connection:
        (as_it_came,) = connection.execute(select(schema.quarantine.c.given)).scalars()
    assert as_it_came == "blobs"


def test_the_patient_is_judged_by_the_mended_value(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    assert "unknown_unit" in reasons_unknown(store)
    (row,) = waiting(settings)
    mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "10*9/L"}, by="Dr Ash")
    assert "unknown_unit" not in reasons_unknown(store)
    alerts = evaluate_as_of(store, Asked(NOW)).at(NOW).alerts
    assert {one.priority for one in alerts if one.category == "neutropenia"} == {"high"}


def test_a_row_that_is_refused_again_stays_as_it_was_and_says_why(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    (row,) = waiting(settings)
    tried = mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "clouds"}, by="Dr Ash")
    assert (tried.mended, tried.still_refused, tried.issues[0].value) == (0, 1, "clouds")
    assert waiting(settings) == (row,)


def test_a_row_whose_patient_came_later_can_simply_be_tried_again(settings, store):
    bring_in(
        store, files(results=[result("R3", "2.2", "2026-12-05", patient_id="77"), result("R4", "x", patient_id="78")])
    )
    bring_in(store, files(patients=["77,CEDAR,Cy,1990-02-01,male,,,"]))
    rows = waiting(settings)
    tried = mend_quarantine.retry_rows(settings, [row.row_id for row in rows], by="Dr Ash")
    assert (tried.tried, tried.mended, tried.still_refused) == (2, 1, 1)
    assert [row.fields["patient_id"] for row in waiting(settings)] == ["78"]


def test_a_mended_row_that_contradicts_a_stored_one_is_refused_as_a_conflict(settings, store):
    bring_in(store, files(results=[result("R1", "9.9", "2026-12-01", unit="blobs")]))
    (row,) = waiting(settings)
    tried = mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "10*9/L"}, by="Dr Ash")
    assert [issue.reason for issue in tried.issues] == ["conflicting_duplicate"]
    assert [one.value for one in results_of(store)] == [4.2]


def test_dismissing_takes_a_reason_lifts_the_mark_and_is_in_the_trail(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    (row,) = waiting(settings)
    with pytest.raises(InputRefused, match="takes a reason"):
        mend_quarantine.dismiss_rows(settings, [row.row_id], "  ", by="Dr Ash")
    assert mend_quarantine.dismiss_rows(settings, [row.row_id], "sample of another clinic", by="Dr Ash") == 1
    assert waiting(settings) == () and "unknown_unit" not in reasons_unknown(store)
    (_, entry), *_ = trail.list_trail(settings.db_url)
    assert (entry.by, entry.what, entry.patient_id, entry.why) == (
        "Dr Ash", "act", "0012345", "sample of another clinic",
    )  # fmt: skip


def test_who_mended_what_from_what_into_what_is_in_the_trail(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    (row,) = waiting(settings)
    mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "10*9/L"}, by="Dr Ash")
    (_, entry), *_ = trail.list_trail(settings.db_url)
    assert (entry.by, entry.what) == ("Dr Ash", "import")
    assert (json.loads(entry.before)["unit"], json.loads(entry.after)["unit"]) == ("blobs", "10*9/L")


def test_a_row_somebody_else_has_closed_cannot_be_mended_twice(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    (row,) = waiting(settings)
    mend_quarantine.dismiss_rows(settings, [row.row_id], "a test", by="Dr Ash")
    with pytest.raises(InputRefused, match="somebody else"):
        mend_quarantine.mend_row(settings, row.row_id, row.fields, by="Dr Birch")


def test_mending_is_no_sign_of_life_of_the_sender(settings, store):
    bring_in(store, files(results=[result("R2", "0.9", "2026-12-05", unit="blobs")]))
    with store.reading() as connection:
        before = list_arrivals(connection, 5)
    (row,) = waiting(settings)
    mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "10*9/L"}, by="Dr Ash")
    with store.reading() as connection:
        assert list_arrivals(connection, 5) == before


MAPPED = """title = "Another laboratory"
[[table]]
files = ["lab*.csv"]
kind = "result"
header = ["no", "test", "result", "units", "date"]
dates = "dmy"
decimal = ","
delimiter = ";"
[table.columns]
patient_id = "no"
analyte = "test"
value = "result"
unit = "units"
collected_at = "date"
"""


def test_a_mended_row_keeps_the_date_order_and_decimals_its_mapping_declared(settings, store):
    from core.ingest.limits import InputFile

    save_mapping(settings.db_url, "other lab", MAPPED, by="Dr Ash")
    rows = b"no;test;result;units;date\n0012345;neutrophils;3,5;blobs;03/04/2026\n"
    given = [InputFile("lab_7.csv", rows, named=True)]
    assert bring_in(store, given, mapping="other lab").total("quarantined") == 1
    (row,) = waiting(settings)
    mend_quarantine.mend_row(settings, row.row_id, {**row.fields, "unit": "10*9/L"}, by="Dr Ash")
    with store.reading() as connection:
        r = schema.result.c
        last = connection.execute(select(r.value, r.collected_at).order_by(r.row_id.desc())).first()
    assert last == (3.5, 1_775_174_400)  # 3 April 2026


def test_a_ragged_line_is_mended_by_putting_its_cells_under_their_columns(settings, store):
    bring_in(store, files(results=["R9,0012345,,neutrophils,3.3,10*9/L,2026-12-07,,,,,,one too many"]))
    (row,) = waiting(settings)
    assert row.reason == "ragged_row" and row.fields["cell 5"] == "3.3"
    cells = {"result_id": "R9", "patient_id": "0012345", "analyte": "neutrophils", "value": "3.3", "unit": "10*9/L",
             "collected_at": "2026-12-07"}  # fmt: skip
    assert mend_quarantine.mend_row(settings, row.row_id, cells, by="Dr Ash").mended == 1
    assert results_of(store)[-1][:2] == ("R9", 3.3)
    assert waiting(settings) == ()
