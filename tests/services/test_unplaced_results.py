"""A refused result whose date is the problem is never a silent hole under an older value called checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.services import mend_quarantine, review
from core.services.unplaced_results import Unplaced, add_unplaced, count_unnamed
from core.store.connect import open_store
from core.views.blind_spots import list_blind_spots
from core.views.checked import checked_line
from core.views.worklist import list_patients
from tests.services.fresh_clinic import ANN_ID, patient_of, pin_clinic
from tests.services.test_import_preview import COURSE, bring_in
from tests.store.small_clinic import ANN, NOW, files, result

GOOD = result("R1", "4.2", "2026-12-10")
REFUSED = ("03/11/2026", "2026-13-40", "2031-01-01", "")  # ambiguous, no date, in the future, missing
REASONS = dict(zip(REFUSED, ("ambiguous_date", "bad_date", "future_date", "missing_value"), strict=True))


@pytest.fixture
def settings(tmp_path, monkeypatch):
    return pin_clinic(tmp_path, monkeypatch, "2026-12-12")


@pytest.fixture
def store(settings):
    store = open_store(settings.db_url)
    bring_in(store, files(patients=[ANN], medications=[COURSE], results=[GOOD]))
    return store


def of_clinic(settings):
    picture = review.clinic(settings.db_url)
    return picture, [one for one in picture.standing.cannot_tell if "quarantine" in one.remedy]


@pytest.mark.parametrize("date", REFUSED)
def test_a_count_refused_for_its_date_cannot_be_told_on_any_screen(settings, store, date):
    bring_in(store, files(results=[result("R2", "0.7", date)]))
    picture, waiting = of_clinic(settings)
    (count,) = (one for one in waiting if one.category == "neutropenia")
    assert (count.patient_id, count.drug, count.reason) == (ANN_ID, "anakinra", REASONS[date])
    assert "0.7 10*9/L" in count.remedy
    assert "results.csv, row 2" in count.remedy
    assert date in count.remedy
    (row,) = list_patients(picture)
    assert "cannot_tell" in row.marks
    assert "neutropenia" in {name for one in list_blind_spots(picture) for name in one.categories}
    ann = patient_of(settings)
    checked, missing = checked_line(ann, "anakinra")
    assert "neutrophils 4.2" not in checked
    assert "neutropenia" in missing
    assert {one.reason for one in ann.cannot_tell if one.category == "neutropenia"} >= {REASONS[date]}


def test_no_older_number_is_drawn_as_the_newest_beside_a_refused_one(settings, store):
    bring_in(store, files(results=[result("R2", "0.7", "03/11/2026")]))
    (row,) = list_patients(of_clinic(settings)[0])
    assert (row.trend.analyte, row.trend.unread) == ("neutrophils", "ambiguous_date")
    assert row.trend.last_text != "4.2"


def test_a_mended_or_dismissed_row_is_waited_for_no_more(settings, store):
    for own in ("R2", "R3"):
        bring_in(store, files(results=[result(own, "3.7", "03/11/2026")]))
    first, second = mend_quarantine.list_quarantine(settings.db_url).rows
    mend_quarantine.mend_row(settings, first.row_id, {**first.fields, "collected_at": "2026-11-03"}, by="Dr Ash")
    assert "row 2" in of_clinic(settings)[1][0].remedy
    mend_quarantine.dismiss_rows(settings, [second.row_id], "sent twice", by="Dr Ash")
    assert of_clinic(settings)[1] == []
    assert not [one for one in patient_of(settings).cannot_tell if "quarantine" in one.remedy]


def test_a_result_no_rule_asks_for_leaves_nobody_untold(settings, store):
    bring_in(store, files(results=[result("R2", "140", "03/11/2026", analyte="sodium", unit="mmol/L")]))
    assert of_clinic(settings)[1] == []


@pytest.mark.parametrize(("no_later", "told"), [(NOW - 1, False), (NOW + 1, True)])
def test_only_a_readable_result_taken_after_it_arrived_ends_it(settings, store, no_later, told):
    from core.services.evaluate_clinic import Asked, evaluate_as_of

    taken = evaluate_as_of(store, Asked(NOW)).history.cohort.results.at.max()
    judged = evaluate_as_of(store, Asked(NOW))
    row = Unplaced(ANN_ID, "neutrophils", "bad_date", "", int(taken), int(taken) + no_later - NOW)
    courses = review.clinic(settings.db_url).courses
    standing = add_unplaced(judged.at(NOW), [row], judged.history, courses)
    assert any("quarantine" in one.remedy for one in standing.cannot_tell) is told


def test_no_fact_of_the_engine_is_touched(settings, store):
    judged = patient_of(settings)
    bring_in(store, files(results=[result("R2", "0.7", "03/11/2026")]))
    after = patient_of(settings)
    assert after.alerts == judged.alerts
    assert after.series == judged.series
    assert [one for one in after.cannot_tell if "quarantine" not in one.remedy] == list(judged.cannot_tell)


def test_rows_of_nobody_known_are_counted(settings, store):
    assert count_unnamed(settings.db_url) == 0
    lines = [result(f"R{n}", "0.7", "2026-12-01", patient_id=who) for n, who in enumerate(("12345", "", "77"), 2)]
    bring_in(store, files(results=[*lines, result("R9", "0.7", "03/11/2026")]))
    assert count_unnamed(settings.db_url) == 3


def test_a_past_day_is_shown_with_what_waited_on_it(settings, store):
    bring_in(store, files(results=[result("R2", "0.7", "03/11/2026")]))
    (row,) = mend_quarantine.list_quarantine(settings.db_url).rows
    later = replace(settings, as_of="2026-12-14")
    mend_quarantine.dismiss_rows(later, [row.row_id], "sent twice", by="Dr Ash")
    picture = review.clinic(settings.db_url, NOW - 1)
    assert [one for one in picture.standing.cannot_tell if "quarantine" in one.remedy]


@pytest.mark.parametrize(
    ("cells", "reason", "written"),
    [({"status": "pending"}, "unknown_code", "0.3 10*9/L, 2026-12-11, status pending"),
     ({"value": "0.3 Q"}, "not_numeric", "0.3 Q 10*9/L, 2026-12-11")],
)  # fmt: skip
def test_an_unreadable_result_says_its_true_cause_and_what_was_written(settings, store, cells, reason, written):
    bring_in(store, files(results=[result("R2", **{"value": "0.3", "at": "2026-12-11"} | cells)]))
    ann = patient_of(settings)
    for told in (review.clinic(settings.db_url).standing.cannot_tell, ann.cannot_tell):
        (count,) = {(one.reason, one.remedy) for one in told if one.category == "neutropenia"}
        assert count[0] == reason
        assert f"as written: {written}" in count[1]
        assert ("repeat the test" in count[1]) is (reason == "not_numeric")
    (point,) = (one for one in ann.series["neutrophils"] if one.reason)
    assert point.reason == reason
