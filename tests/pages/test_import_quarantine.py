"""The quarantine on screen: what waits is mended, tried again or dismissed, and both numbers are told."""

from __future__ import annotations

import pytest

from core.services import mend_quarantine
from core.services.import_data import import_files
from core.store.connect import open_store
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of
from tests.store.small_clinic import ANN, NOW, files, result


def import_data():
    from pages import import_data

    import_data.render()


@pytest.fixture
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-12")
    lines = [
        result("R1", "4.2", "2026-12-01", unit="blobs"),
        result("R2", "<b>4</b>", "2026-12-02"),
        result("R3", "4.4", "2026-12-03", patient_id="=cmd()"),
    ]
    import_files(open_store(url), files(patients=[ANN], results=lines), source="lab", zone="UTC", now=NOW)
    return url


def open_quarantine():
    screen = open_page(import_data, part="quarantine")
    assert not screen.exception
    return screen


def test_every_open_row_of_the_clinic_is_listed_with_both_numbers(url):
    screen = open_quarantine()
    assert {row["File"] for row in table_of(screen)} == {f"results.csv, row {n}" for n in (2, 3, 4)}
    assert "showing 3 of 3\u00a0rows · waiting to be mended · 3 ever refused, 0 settled since" in html_of(screen)


def test_narrowing_by_reason_tells_how_many_of_how_many(url):
    screen = open_quarantine()
    screen.session_state["import.reasons"] = ["unknown_patient"]
    screen.run()
    assert [row["Patient"] for row in table_of(screen)] == ["=cmd()"]
    assert "showing 1 of 3\u00a0rows" in html_of(screen)


def test_a_cell_is_mended_in_place_and_the_row_leaves_the_list(url):
    screen = open_quarantine()
    row = mend_quarantine.list_quarantine(url).rows[0]
    assert "cannot be judged while this row is newest" in html_of(screen)
    screen.text_input(key=f"import.cell-{row.row_id}-unit").set_value("10*9/L")
    next(button for button in screen.button if button.label == "Try again with these cells").click().run()
    assert "Mended: the row could be read and stands now." in html_of(screen)
    assert "showing 2 of 2\u00a0rows · waiting to be mended · 3 ever refused, 1 settled since" in html_of(screen)


def test_trying_all_again_says_how_many_could_be_read_and_why_the_rest_could_not(url):
    screen = open_quarantine()
    screen.button(key="import.retry").click().run()
    assert "0 of 3\u00a0rows could be read now; 3 still wait." in html_of(screen)
    assert "No patient &#x27;=cmd()&#x27; is known" in html_of(screen)


def test_nothing_is_dismissed_without_a_reason(url):
    screen = open_quarantine()
    assert screen.button(key="import.dismiss").disabled and screen.button(key="import.dismiss-all").disabled
    screen.text_input(key="import.dismiss-reason").set_value("a test of the laboratory's").run()
    screen.button(key="import.dismiss-all").click().run()
    assert "Dismissed: 3 of 3." in html_of(screen)
    assert "No row waits: 3 ever refused, 3 settled since." in html_of(screen)


def test_cells_from_outside_are_shown_as_letters(url):
    screen = open_quarantine()
    screen.session_state["import.reasons"] = [
        one.reason for one in mend_quarantine.list_quarantine(url).rows if "<b>" in one.value
    ]
    screen.run()
    assert "<b>4</b>" not in html_of(screen) and "&lt;b&gt;4&lt;/b&gt;" in html_of(screen)


def test_only_an_administrator_sees_what_was_refused(url, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "viewer,clinician")
    screen = open_page(import_data, part="quarantine")
    assert not screen.dataframe and "not open to you" in screen.error[0].value
