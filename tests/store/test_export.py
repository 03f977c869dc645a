"""What leaves the store: the file set's columns, exact numbers, nothing that a spreadsheet would run (P40)."""

from __future__ import annotations

import csv
import io
import json

import pytest

from core.errors import InputRefused
from core.paper.inert import inert_text
from core.services.export import COLUMNS, KINDS, export
from core.services.inert_csv import make_inert, write_csv
from tests.store.small_clinic import ANN, HEADERS, bring_in, files, make_store, read_everything, result


@pytest.fixture
def store(tmp_path):
    opened = make_store(tmp_path)
    bring_in(
        opened,
        patients=[ANN],
        results=[
            result("R1", "1490", unit="/uL", reported_at="2026-03-01T11:00:00"),
            result("R2", "<0.5", "2026-03-08T09:30:00", ref_low="1.8", ref_high="7.5"),
            result("R3", "positive", analyte="hbsag", unit=""),
            result("R4", "4", unit="furlongs"),
        ],
        medications=["C1,0012345,anakinra,RA,100,mg,od,SC,2026-01-01,2026-02-28,stopped,rash"],
        events=["E1,0012345,infection,2026-02-01,2026-02-03,,=HYPERLINK(1),moderate"],
    )
    bring_in(opened, results=[result("R1", "1390", unit="/uL", status="corrected", reported_at="2026-03-02")])
    return opened


def read_json(store, kind, **options):
    out = io.StringIO()
    export(store, kind, out, form="json", **options)
    return json.loads(out.getvalue())[kind]


def read_csv(store, kind):
    out = io.StringIO()
    written = export(store, kind, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert len(rows) == written
    return rows


def test_results_are_in_canonical_units_beside_what_was_given(store):
    first, second, coded, correction = read_json(store, "results")
    assert (first["value"], first["unit"]) == (1.49, "10*9/L")
    assert (first["value_as_given"], first["unit_as_given"]) == ("1490", "/uL")
    assert (first["collected_at"], first["reported_at"]) == ("2026-03-01T00:00:00", "2026-03-01T11:00:00")
    assert (first["superseded_at"], correction["superseded_at"]) == ("2026-03-02T00:00:00", None)
    assert (second["value"], second["comparator"], second["value_as_given"]) == (0.5, "<", "<0.5")
    assert (second["ref_low"], second["ref_high"]) == (1.8, 7.5)
    assert (coded["value"], coded["unit"]) == ("positive", "")
    assert (first["file"], first["row"], first["source"]) == ("results.csv", 2, "lab")


def test_dates_are_the_file_sets_dates_and_ends_are_last_days(store):
    (course,), (event,), (patient,) = (read_json(store, kind) for kind in ("medications", "events", "patients"))
    assert (course["start_date"], course["end_date"]) == ("2026-01-01", "2026-02-28")
    assert (course["dose"], course["frequency"], course["frequency_as_given"]) == (100, "once daily", "od")
    assert (event["start_date"], event["end_date"]) == ("2026-02-01", "2026-02-03")
    assert (patient["patient_id"], patient["birth_date"]) == ("0012345", "1970-01-01")


def test_quarantine_tells_row_column_reason_and_the_row_as_given(store):
    (refused,) = read_json(store, "quarantine")
    assert (refused["file"], refused["row"], refused["column"]) == ("results.csv", 5, "unit")
    assert (refused["reason"], refused["value"]) == ("unknown_unit", "furlongs")
    assert refused["message"]
    assert refused["fields"]["result_id"] == "R4"
    assert refused["superseded_at"] is None


@pytest.mark.parametrize("kind", ["patients", "results", "medications", "events"])
def test_the_file_sets_columns_come_first_and_all_of_them(store, kind):
    out = io.StringIO()
    export(store, kind, out)
    header = out.getvalue().splitlines()[0].split(",")
    given = HEADERS[kind].split(",")
    assert header[: len(given)] == given
    assert "superseded_at" in header


def test_an_empty_store_exports_its_header_and_an_empty_list(tmp_path):
    store = make_store(tmp_path)
    assert [read_json(store, kind) for kind in KINDS] == [[]] * len(KINDS)
    assert read_csv(store, "results") == []


def test_what_was_exported_can_be_imported_and_says_the_same(store, tmp_path):
    again = make_store(tmp_path, "again.db")
    tables = {}
    for kind in HEADERS:
        rows = [row for row in read_csv(store, kind) if kind != "results" or not row["superseded_at"]]
        for row in rows:
            row["value"] = row.get("comparator", "") + row.get("value", "")
        tables[kind] = [",".join(row[column] for column in HEADERS[kind].split(",")) for row in rows]
    report = bring_in(again, **tables)
    assert report["quarantined"] == 0
    told = {row[4] for row in read_everything(again)["result"]}
    assert told == {1.39, 0.5, None}


def test_text_that_a_spreadsheet_would_run_is_made_inert(store):
    assert read_csv(store, "events")[0]["detail"] == "'=HYPERLINK(1)"
    assert read_json(store, "events")[0]["detail"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"), ("+SUM(A1)", "'+SUM(A1)"), ("-cmd|x", "'-cmd|x"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("\x00=x", "'=x"), ("a\x00b", "ab"), ("-", "'-"), ("-2.5", "-2.5"), ("+4", "+4"), (-2.5, -2.5),
        ("-1e3", "-1e3"), ("-1+1", "'-1+1"), ("O'Hara", "O'Hara"), ("", ""), (None, ""), (0, 0),
        (" =1+1", "' =1+1"), ("\u00a0=1+1", "'\u00a0=1+1"), ("\n=1+1", "'\n=1+1"), ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"), ("－1+1", "'－1+1"), ("＠x", "'＠x"), ("\u202e=1+1", "'\ufffd=1+1"),
        ("\u200b+1+1", "'\ufffd+1+1"), ("\u200d=1+1", "'\u200d=1+1"), ("ARDEN\u202ennA", "ARDEN\ufffdnnA"),
        ("'=1+1", "'=1+1"), ("two\nlines\tand more", "two\nlines\tand more"), (["\u202ex"], '["\ufffdx"]'),
    ],
)  # fmt: skip
def test_a_formula_is_led_by_an_apostrophe_and_a_number_stays_one(cell, written):
    assert make_inert(cell) == written


@pytest.mark.parametrize("text", ["=1", " =1", "\n=1", "＝1", "\u202e=1", "\t=1", "-2.5", "x\u202ey", "'=1", "a-b"])
def test_the_command_line_and_the_lists_judge_a_text_alike(text):
    listed = inert_text(text)
    assert str(make_inert(text)).startswith("'") == listed.startswith("'")
    assert "\u202e" not in f"{make_inert(text)}{listed}"


def test_an_inert_text_that_went_through_export_and_import_gains_no_second_apostrophe(store, tmp_path):
    """The row comes back whole, and is written as it was the first time."""
    (first,) = read_csv(store, "events")
    again = make_store(tmp_path, "again.db")
    line = ",".join(first[column] for column in HEADERS["events"].split(","))
    assert bring_in(again, patients=[ANN], events=[line])["quarantined"] == 0
    (second,) = read_csv(again, "events")
    assert second["detail"] == first["detail"] == "'=HYPERLINK(1)"


def test_rows_without_given_columns_take_those_of_the_first():
    out = io.StringIO()
    assert write_csv(out, [{"a": 1, "b": ["x", "y"]}, {"b": None}]) == 2
    assert out.getvalue() == 'a,b\n1,"[""x"", ""y""]"\n,\n'


def test_findings_are_written_as_whoever_evaluates_tells_them(store):
    alerts = [{"alert_id": "a1", "evidence": [{"value": 0.9}]}]
    assert read_json(store, "alerts", standing=lambda _connection, kind: alerts if kind == "alerts" else []) == alerts


@pytest.mark.parametrize("kind", ["alerts", "schedule"])
def test_an_empty_store_exports_findings_under_their_header(tmp_path, kind):
    out = io.StringIO()
    assert export(make_store(tmp_path, "empty.db"), kind, out, standing=lambda _connection, _kind: []) == 0
    assert out.getvalue() == ",".join(COLUMNS[kind]) + "\n"


@pytest.mark.parametrize(("kind", "form"), [("people", "csv"), ("results", "xml")])
def test_an_unknown_kind_or_form_is_refused_with_the_choices(store, kind, form):
    with pytest.raises(InputRefused, match="choose"):
        export(store, kind, io.StringIO(), form=form)


def test_files_helper_and_store_agree_on_the_columns():
    assert {file.name for file in files(**dict.fromkeys(HEADERS, ()))} == {f"{kind}.csv" for kind in HEADERS}
