"""The import screen: a report that accounts for every row, or one sentence and nothing stored."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from core.services.import_data import import_paths
from core.services.trail import list_trail
from core.store.connect import open_store
from core.store.schema import metadata
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of

PATIENTS = b"patient_id,family_name,given_name,birth_date,sex\n007,OAKMOSS,Zephyrine,1962-03-12,female\n"
RESULTS = b"""patient_id,analyte,value,unit,collected_at
007,neutrophils,1.2,10*9/L,2026-11-18
007,neutrophils,1.3,blobs/L,2026-11-19
"""
MEDICATIONS = b"""patient_id,drug,indication,dose,dose_unit,frequency,start_date
007,anakinra,RA,100,mg,once daily,2026-06-02
"""


def import_data():
    from pages import import_data

    import_data.render()


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.setenv("NADIR_AS_OF", "2026-11-20")
    return url


def upload(*files: tuple[str, bytes], source: str = "laboratory"):
    screen = open_page(import_data)
    uploader = screen.file_uploader(key="import.files")
    for name, content in files:
        uploader = uploader.upload(name, content) or uploader
    screen.run()
    screen.text_input(key="import.source").set_value(source).run()
    button = screen.button(key="import.go")
    return screen if button.disabled else button.click().run()


def preview(*files: tuple[str, bytes], source: str = "laboratory"):
    """The same without pressing Import."""
    screen = open_page(import_data)
    for name, content in files:
        screen.file_uploader(key="import.files").upload(name, content)
    screen.run()
    return screen.text_input(key="import.source").set_value(source).run()


def stored_rows(url: str) -> int:
    with open_store(url).reading() as connection:
        return sum(connection.execute(select(func.count()).select_from(t)).scalar_one() for t in metadata.sorted_tables)


def test_what_would_come_of_the_files_is_shown_before_anything_is_stored(store):
    before = stored_rows(store)
    screen = preview(("patients.csv", PATIENTS), ("results.csv", RESULTS))
    shown = html_of(screen)
    assert "Preview, nothing is stored yet." in shown and "2 stored + 0 duplicates" in shown
    assert "Neutrophils 1.2\u00a0×10⁹/L, 18-Nov-2026" in shown and "OAKMOSS, Zephyrine, born 12-Mar-1962" in shown
    assert "1\u00a0patient concerned, 1\u00a0new patient among them" in shown
    assert stored_rows(store) == before
    assert not screen.exception


def test_an_unwatched_source_is_offered_to_be_watched_once_imported_and_no_longer_after_that(store):
    screen = upload(("patients.csv", PATIENTS))
    screen.button(key="import.watch-it").click().run()
    assert screen.query_params["part"] == "feeds"
    screen.button(key="import.watch").click().run()
    again = upload(("results.csv", RESULTS))
    assert not [one for one in again.button if one.key == "import.watch-it"]
    assert [one for one in again.button if one.key == "import.mend"]


def test_an_alert_that_would_open_is_named_with_its_patient_before_the_import(store):
    upload(("patients.csv", PATIENTS), ("medications.csv", MEDICATIONS))
    screen = preview(("results.csv", RESULTS.replace(b",1.2,", b",0.4,")))
    (opening, *_) = [row for row in table_of(screen) if "Neutrophils" in row["What"]]
    assert (opening["Change"], opening["Mark"], opening["Patient"]) == ("Opens", "▲ HIGH", "OAKMOSS, Zephyrine")


def test_an_import_by_somebody_else_since_the_preview_is_told_and_nothing_is_stored(store, tmp_path):
    screen = preview(("patients.csv", PATIENTS))
    (tmp_path / "patients.csv").write_bytes(PATIENTS.replace(b"007", b"008"))
    import_paths(store, [tmp_path / "patients.csv"], source="other", zone="UTC")
    screen.button(key="import.go").click().run()
    assert "The store has changed since this preview" in html_of(screen)
    screen.button(key="import.again").click().run()
    screen.button(key="import.go").click().run()
    assert "1\u00a0row in 1\u00a0file = 1 stored" in html_of(screen)


def test_the_report_stays_until_other_files_come(store):
    screen = upload(("patients.csv", PATIENTS), ("results.csv", RESULTS))
    assert "Stored, and the patients concerned evaluated." in html_of(screen.run())
    assert screen.button(key="import.go").disabled


def test_who_imported_how_much_is_in_the_trail(store):
    upload(("patients.csv", PATIENTS), ("results.csv", RESULTS))
    (_, entry), *_ = list_trail(store)
    assert (entry.by, entry.what, entry.subject) == ("local user", "import", "import 1 from laboratory")
    assert json.loads(entry.after) == {
        "rows_in": 3, "stored": 2, "duplicates": 0, "superseded": 0, "ignored": 0, "quarantined": 1,
    }  # fmt: skip


def test_the_name_of_the_sample_clinic_is_nobodys_source(store):
    screen = preview(("patients.csv", PATIENTS), source="Sample")
    assert "kept for the sample clinic" in html_of(screen) and screen.button(key="import.go").disabled


def test_every_row_is_accounted_for_and_each_refusal_has_its_remedy():
    screen = upload(("patients.csv", PATIENTS), ("results.csv", RESULTS))
    assert (
        "3\u00a0rows in 2\u00a0files = 2 stored + 0 duplicates + 0 superseded + 0 ignored + 1 quarantined"
        in html_of(screen)
    )
    (refused,) = [row for row in table_of(screen) if row["Outcome"] == "Quarantined"]
    assert (refused["File"], refused["Row"], refused["Reason"], refused["Value"]) == (
        "results.csv",
        "3",
        "unknown unit",
        "blobs/L",
    )
    assert not screen.exception


def test_the_strip_tells_of_this_very_import():
    assert "last import <b>never</b>" in html_of(open_page(import_data))
    assert "last import <b>never</b>" not in html_of(upload(("patients.csv", PATIENTS)))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("results.csv", RESULTS.replace(b"value,unit", b"value,value")),
        ("results.csv", RESULTS + b"\0"),
        ("x.zip", b"PK no zip"),
        ("a.exe", b"MZ"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_and_nothing_is_stored(name, content):
    screen = upload((name, content))
    assert "Nothing was stored." in html_of(screen) and 'role="alert"' in html_of(screen)
    assert "Traceback" not in html_of(screen) and not screen.exception and not screen.dataframe
    assert "last import <b>never</b>" in html_of(screen)


def test_a_file_name_never_becomes_markup_in_the_refusal():
    screen = upload(("<img src=x onerror=alert(1)>.csv", b"\0"))
    assert "<img" not in html_of(screen) and "&lt;img" in html_of(screen)


def test_nothing_can_be_imported_without_a_source():
    screen = open_page(import_data)
    assert screen.button(key="import.go").disabled


def test_only_an_administrator_may_import(monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "viewer")
    screen = open_page(import_data)
    assert not screen.get("file_uploader") and "not open to you" in screen.error[0].value


def test_a_button_that_cannot_be_pressed_says_what_is_missing():
    screen = open_page(import_data)
    assert screen.button(key="import.go").disabled
    assert "To see what would come of it, still missing: files and source." in html_of(screen)
    screen.text_input(key="import.source").set_value("laboratory").run()
    assert "To see what would come of it, still missing: files." in html_of(screen)
