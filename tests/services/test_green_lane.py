"""Nobody is signed off with a result that came in after the last sign-off, whatever day it is of (HAZ-014)."""

from __future__ import annotations

import pytest

from core.errors import InputRefused
from core.services import acts, green_lane
from core.services.import_data import import_files
from core.services.worklist import read_panel
from core.store.connect import open_store
from tests.services.fresh_clinic import ANN_ID, COURSE, QUIET
from tests.services.running_clock import RunningClock
from tests.store.small_clinic import ANN, files, result

SIGNED = "2026-11-20T20:00"
BEFORE = "2026-11-20T12:00:00"
HB = {"analyte": "haemoglobin", "unit": "g/L"}
LATE = {
    "taken before the sign-off": result("late", "58", BEFORE, **HB),
    "taken and reported before it": result("late", "58", BEFORE, **HB, reported_at="2026-11-20T15:00:00"),
    "of the same sample": result("K", "7.1", "2026-11-20", analyte="potassium", unit="mmol/L"),
    "a correction": result("haemoglobin-2026-11-20", "58", "2026-11-20", **HB, status="corrected"),
}


@pytest.fixture
def clock(monkeypatch):
    return RunningClock(monkeypatch, SIGNED)


@pytest.fixture
def url(tmp_path, clock):
    """Ann, of whom nothing is to be said, signed off on a Friday evening."""
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    bring(url, clock, patients=[ANN], medications=[COURSE], results=QUIET)
    assert acts.sign_off(url, "Dr Ash", "clinician", [ANN_ID], "evening") == 1
    clock.turn("2026-11-21T12:00")
    return url


def bring(url, clock, **tables):
    import_files(open_store(url), files(**tables), source="lab", zone="UTC", now=clock.instant)


def read_news(url):
    news = green_lane.read_news(url, read_panel(url, "Dr Ash"))
    return [row.patient_id for row in news.green], [row.patient_id for row in news.kept_out]


def test_a_new_result_within_its_range_is_offered_to_be_signed_off(url, clock):
    assert read_news(url) == ([], [])
    bring(url, clock, results=[result("P", "250", "2026-11-21", analyte="platelets", unit="10*9/L")])
    assert read_news(url) == ([ANN_ID], [])


@pytest.mark.parametrize("late", LATE)
def test_what_came_in_after_the_sign_off_keeps_its_patient_out_though_it_is_older(url, clock, late):
    bring(url, clock, results=[LATE[late], result("P", "250", "2026-11-21", analyte="platelets", unit="10*9/L")])
    assert read_news(url) == ([], [ANN_ID])


def test_what_came_in_while_a_lane_waited_is_not_signed_off_with_it(url, clock):
    bring(url, clock, results=[result("P", "250", "2026-11-21", analyte="platelets", unit="10*9/L")])
    panel = read_panel(url, "Dr Ash")
    lane = green_lane.open_lane(url, "Dr Ash", [row.key for row in green_lane.read_green(url, panel)], "lane")
    for key in green_lane.read_lane(url, lane, "Dr Ash").waiting:
        green_lane.answer_sample(url, lane, key, "ok", "Dr Ash")
    bring(url, clock, results=[LATE["a correction"]])
    with pytest.raises(InputRefused, match="Nobody of this lane is left"):
        green_lane.sign_off_lane(url, lane, "Dr Ash", "clinician", read_panel(url, "Dr Ash"))
