"""The first run offers two doors, and behind either of them made-up and real patients stay apart (P43)."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from core.ingest.limits import open_upload
from core.services import review
from core.services.file_templates import make_templates
from core.services.import_data import import_files
from core.store.connect import open_store
from tests.pages.conftest import html_of, open_page
from tests.pages.test_import import PATIENTS, preview
from tests.store.small_clinic import ANN, NOW, files


def worklist():
    from pages import worklist

    worklist.render()


@pytest.fixture(autouse=True)
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.delenv("NADIR_AS_OF", raising=False)
    return url


def test_an_empty_clinic_offers_the_sample_or_ones_own_data_and_says_what_it_is_not():
    screen = open_page(worklist)
    assert {button.key for button in screen.button} == {"doors.sample", "doors.own"}
    assert "Not for emergencies" in html_of(screen) and "never share a store" in html_of(screen)


def test_the_first_door_leads_to_the_sample_clinic_with_its_watermark_and_its_own_day():
    screen = open_page(worklist)
    screen.button(key="doors.sample").click().run(timeout=60)
    assert "SAMPLE CLINIC" in html_of(screen) and "as of <b>20-Nov-2026</b>" in html_of(screen)
    assert not screen.exception and screen.dataframe


def test_real_patients_cannot_be_brought_in_behind_the_first_door(url):
    open_page(worklist).button(key="doors.sample").click().run(timeout=60)
    people = len(review.clinic(url).people)
    screen = preview(("patients.csv", PATIENTS))
    assert "give them a store of their own" in html_of(screen) and screen.button(key="import.go").disabled
    assert len(review.clinic(url).people) == people


def test_a_clinic_with_something_in_it_offers_no_sample(url):
    ragged = files(patients=[ANN + ",,"])
    import_files(open_store(url), ragged, source="lab", zone="UTC", now=NOW)
    screen = open_page(worklist)
    assert not screen.button and "Import a file." in screen.markdown[0].value


def test_whoever_may_not_import_is_told_whom_to_ask(monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "viewer")
    screen = open_page(worklist)
    assert not screen.button and "Ask your clinic" in html_of(screen)


def test_the_empty_tables_are_the_clinic_file_set_and_can_be_imported_as_they_are(url):
    packed = make_templates()
    with ZipFile(BytesIO(packed)) as archive:
        assert archive.read("patients.csv").startswith(b"patient_id,family_name,given_name,birth_date,sex,")
        assert {"patients.csv", "results.csv", "medications.csv", "events.csv"} < set(archive.namelist())
    report = import_files(open_store(url), open_upload("t.zip", packed), source="lab", zone="UTC", now=NOW)
    assert report.total("in") == 0 and report.is_balanced
