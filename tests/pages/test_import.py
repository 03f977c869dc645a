"""The import screen: a report that accounts for every row, or one sentence and nothing stored."""

from __future__ import annotations

import pytest

from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of

PATIENTS = b"patient_id,family_name,given_name,birth_date,sex\n007,OAKMOSS,Zephyrine,1962-03-12,female\n"
RESULTS = b"""patient_id,analyte,value,unit,collected_at
007,neutrophils,1.2,10*9/L,2026-11-18
007,neutrophils,1.3,blobs/L,2026-11-19
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
    return screen.button(key="import.go").click().run()


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
    assert "To import, still missing: files and source." in html_of(screen)
    screen.text_input(key="import.source").set_value("laboratory").run()
    assert "To import, still missing: files." in html_of(screen)
