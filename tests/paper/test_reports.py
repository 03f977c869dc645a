"""The papers of the sample clinic say the same values as the command line, for the right patient."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from core.clock import end_of_day
from core.errors import InputRefused, StoreFailed
from core.protocols.loader import load_protocols
from core.services import reports, review
from core.services.answer import answer_evaluate
from core.services.demo import load_demo
from core.services.trail import list_trail
from core.settings import read_settings
from core.views.names import analyte_name, measured_text
from core.views.recall import list_lines
from core.views.text import date_text, iso_date_text
from core.views.worklist import list_patients
from tests.paper.papers import read_pages, read_text, squeeze


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store that holds the sample clinic; its URL."""
    folder: Path = tmp_path_factory.mktemp("reports")
    url = f"sqlite:///{folder / 'clinic.db'}"
    load_demo(url)
    return url


def test_the_patient_report_says_the_values_of_evaluate(store):
    clinic = review.clinic(store)
    answer = answer_evaluate(store, clinic.as_of, read_settings().authorities)
    rows = [row for row in list_patients(clinic) if row.mark in ("high", "medium", "cannot_tell")]
    assert len(rows) > 20
    for row in rows[::5]:
        said = {
            part: [one for one in answer[part] if one["patient_id"] == row.patient_id]
            for part in ("alerts", "cannot_tell", "schedule")
        }
        assert said["alerts"] or said["cannot_tell"]
        text = read_text(reports.patient_file(store, row.key, by="Ann"))
        assert row.patient_id in text
        for alert in said["alerts"]:
            assert squeeze(alert["alert_id"]) in text
            assert squeeze(alert["title"]) in text
            for item in alert["evidence"]:
                if item.get("value") is not None:
                    shown = measured_text(item["analyte"], item["value"], item["comparator"] or "", item["unit"])
                    assert squeeze(shown) in text
        for finding in said["cannot_tell"]:
            assert squeeze(finding["remedy"]) in text
        for visit in said["schedule"]:
            if visit["status"] in ("due", "overdue", "upcoming"):
                assert squeeze(f"{analyte_name(visit['test'])}{iso_date_text(visit['due_date'])}") in text


def test_a_report_of_a_past_day_says_that_day(store):
    row = next(row for row in list_patients(review.clinic(store)) if row.mark == "high")
    today = date_text(review.clinic(store).as_of)
    pages = read_pages(reports.patient_file(store, row.key, end_of_day(date(2026, 9, 1)), by="Ann"))
    assert all("as of 01-Sep-2026" in page for page in pages)
    assert today not in "".join(pages)


def test_nobodys_report_is_refused_in_words(store):
    before = list_trail(store)
    with pytest.raises(InputRefused, match="no such patient"):
        reports.patient_file(store, 10**9, by="Ann")
    assert list_trail(store) == before


def test_the_paper_carries_the_hash_of_the_rules_and_the_programs_version(store):
    row = list_patients(review.clinic(store))[0]
    text = read_text(reports.patient_file(store, row.key, by="Ann"))
    for digest in load_protocols().hashes.values():
        assert digest in text
    assert "Nadir0." in text
    assert squeeze("Not clinically signed") in text


def test_the_pack_holds_every_patient_with_an_alert(store):
    text = read_text(reports.panel_pdf(store, filters_text="none chosen"))
    rows = [row for row in list_patients(review.clinic(store)) if row.mark in ("high", "medium", "low")]
    assert len(rows) > 20
    assert [row.patient_id for row in rows if row.patient_id not in text] == []
    assert squeeze("filters: none chosen") in text


def test_a_pack_of_some_says_how_many_high_it_leaves_out(store):
    rows = list_patients(review.clinic(store))
    high = sum(row.high_alerts > 0 for row in rows)
    kept = [row.key for row in rows if not row.high_alerts]
    text = read_text(reports.panel_pdf(store, kept, "mark: not high"))
    assert squeeze(f"{len(kept)} of {len(rows)} patients") in text
    assert squeeze(f"{high} high hidden") in text


def test_letters_and_calendar_follow_the_recall_list(store):
    lines = list_lines(review.clinic(store))[:3]
    pages = read_pages(reports.letters_pdf(store, lines, clinic_name="Hill Road"))
    assert [line.patient_id in page for line, page in zip(lines, pages[1:], strict=True)] == [True] * 3
    calendar = reports.recall_ics(store, lines).decode("utf-8").replace("\r\n ", "")
    assert all(line.patient_id in calendar for line in lines)
    assert not any(review.clinic(store).people[line.patient_id].family_name in calendar for line in lines)


def test_letters_to_nobody_are_refused_in_words(store):
    with pytest.raises(InputRefused, match="at least one patient"):
        reports.letters_pdf(store, [])


def test_a_patient_report_is_made_within_two_seconds(store):
    row = list_patients(review.clinic(store))[0]
    before = time.process_time()
    reports.patient_file(store, row.key, by="Ann")
    assert time.process_time() - before < 2


def test_who_took_a_report_away_stands_in_the_trail_with_the_day_it_shows(store):
    row = list_patients(review.clinic(store))[0]
    before = len(list_trail(store))
    made = reports.patient_file(store, row.key, end_of_day(date(2026, 9, 1)), by="Ann")
    (_, told), *_ = list_trail(store)
    assert made.startswith(b"%PDF") and len(list_trail(store)) == before + 1
    assert (told.by, told.what, told.patient_id) == ("Ann", "export", row.patient_id)
    assert told.subject == "patient report, PDF, 1 patient, as of 01-Sep-2026"


def test_a_report_that_the_trail_cannot_tell_of_is_not_handed_out(store, monkeypatch):
    def fail(*told, **more):
        raise StoreFailed("The trail cannot be written.")

    monkeypatch.setattr(reports, "record", fail)
    with pytest.raises(StoreFailed):
        reports.patient_file(store, list_patients(review.clinic(store))[0].key, by="Ann")


def test_who_took_a_review_pack_away_stands_in_the_trail_with_how_many_and_the_filters(store):
    clinic = review.clinic(store)
    keys = [row.key for row in list_patients(clinic)[:3]]
    for chosen, count in ((keys, "3 patients"), (keys[:1], "1 patient")):
        made = reports.panel_file(store, chosen, clinic, filters="mark: high", by="Ann")
        (_, told), *_ = list_trail(store)
        assert made.startswith(b"%PDF")
        assert (told.by, told.what, told.subject) == ("Ann", "export", f"panel review pack, PDF, {count}")
        assert told.why == "mark: high"
