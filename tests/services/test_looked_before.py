"""A result mildly outside its range comes back into a round only when something newer is known (HAZ-008, HAZ-014)."""

from __future__ import annotations

from itertools import count

import pytest

from core import clock
from core.services import acts, mend_quarantine
from core.services import round as service
from core.services.looked_before import leave_out_looked, left_out_line
from core.services.worklist import read_panel
from core.settings import Settings
from core.store.connect import open_store
from core.views.round import list_queue
from tests.services.fresh_clinic import ANN_ID, COURSE, QUIET, pin_clinic
from tests.services.running_clock import RunningClock
from tests.services.test_import_preview import bring_in
from tests.store.small_clinic import ANN, BEN, files, result

MILD = {"analyte": "crp", "unit": "mg/L"}
NEXT = "2026-11-21"
INFECTION = "E1,0012345,infection,20/11/2026,,,pneumonia,serious"


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Ann, of whom nothing is to be said but a CRP of 6; every reading of the machine's clock is a second later."""
    seconds = count(1_800_000_000)
    monkeypatch.setattr(clock.time, "time", lambda: float(next(seconds)))
    settings = pin_clinic(tmp_path, monkeypatch, "2026-11-22")
    bring(settings, patients=[ANN], medications=[COURSE], results=[*QUIET, result("C", "6", NEXT, **MILD)])
    return settings


def bring(settings, **tables):
    bring_in(open_store(settings.db_url), files(**tables))


def go_round(settings, role="clinician", *, finish=True):
    """Somebody begins a round through everybody who waits, and finishes with each of them."""
    url = settings.db_url
    panel = read_panel(url, "Dr Ash")
    queue = [row.key for row in list_queue(panel.rows, panel.states)]
    number = service.start_round(url, "Dr Ash", queue, f"round-{clock.read_utc()}")
    for key, name in service.read_round(url, number, "Dr Ash").names.items():
        if finish:
            service.record_step(url, number, key, 5.0, "Dr Ash")
        acts.look(url, "Dr Ash", role, name)


def waiting(settings, by="Dr Elm"):
    """Who is in the next round, and how many are left out."""
    panel = read_panel(settings.db_url, by)
    queue, left_out = leave_out_looked(settings.db_url, panel, list_queue(panel.rows, panel.states))
    return [row.patient_id for row in queue], left_out


def mark_of(settings):
    return next(row.mark for row in read_panel(settings.db_url, "Dr Elm").rows if row.patient_id == ANN_ID)


def test_who_was_finished_with_is_not_queued_again_and_keeps_the_mark_on_the_worklist(settings):
    assert waiting(settings) == ([ANN_ID], 0)
    go_round(settings)
    assert waiting(settings) == ([], 1)
    assert mark_of(settings) == "low"
    assert left_out_line(1) == "1 looked at before, nothing newer"


@pytest.mark.parametrize(("role", "finish"), [("viewer", True), ("clinician", False)])
def test_a_readers_look_or_a_round_left_half_way_counts_for_nobody(settings, role, finish):
    go_round(settings, role, finish=finish)
    assert waiting(settings) == ([ANN_ID], 0)


def test_a_readers_look_is_no_clinicians_when_they_act_as_one_on_another_day(settings):
    go_round(settings, "viewer")
    acts.look(settings.db_url, "Dr Ash", "clinician", ANN_ID)  # they read Ann's own screen, in another role
    assert waiting(settings) == ([ANN_ID], 0)


NEWER = {
    "a worse value": {"results": [result("C2", "80", "2026-11-22", **MILD)]},
    "a value as mild": {"results": [result("C2", "6", "2026-11-22", **MILD)]},
    "a correction": {"results": [result("C", "7", NEXT, **MILD, status="corrected")]},
    "an amended range": {"results": [result("C", "6", NEXT, **MILD, ref_high="4", status="corrected")]},
    "another test outside": {"results": [result("A", "900", NEXT, analyte="wbc", unit="10*9/L").replace("900", "3")]},
    "a late report of an older day": {"results": [result("C0", "90", "2026-11-20", **MILD)]},
    "an unreadable one": {"results": [result("C2", "80", "2026-11-22", **{**MILD, "unit": ""})]},
    "an unreadable one of a test that no rule reads": {
        "results": [result("W", "3", NEXT, analyte="wbc", unit="furlong")]
    },
    "a treatment": {"medications": ["C2,0012345,methotrexate,RA,15,mg,once weekly,PO,2026-11-20,,active,"]},
    "an event": {"events": ["E1,0012345,vaccination,2026-11-20,,influenza_inactivated,,"]},
    "a refused event": {"events": [INFECTION]},
    "other particulars": {"patients": [ANN.replace("1970", "1971")]},
}


@pytest.mark.parametrize("newer", NEWER)
def test_whatever_is_newer_brings_the_patient_back(settings, newer):
    go_round(settings)
    bring(settings, **NEWER[newer])
    assert waiting(settings) == ([ANN_ID], 0)
    if mark_of(settings) == "low":  # and a second look counts for what was newer
        go_round(settings)
        assert waiting(settings) == ([], 1)


def test_a_newer_result_within_its_range_takes_the_patient_out_of_the_round_and_the_count(settings):
    go_round(settings)
    bring(settings, results=[result("C2", "2", "2026-11-22", **MILD)])
    assert waiting(settings) == ([], 0)


def test_a_result_that_a_withdrawn_newer_one_hid_was_never_looked_at(settings):
    low = result("W", "3.5", NEXT, analyte="wbc", unit="10*9/L")  # keeps the patient in the round
    bring(settings, results=[low, result("C2", "2", "2026-11-22", **MILD)])
    go_round(settings)
    assert waiting(settings) == ([], 1)
    bring(settings, results=[result("C2", "2", "2026-11-22", **MILD, status="entered-in-error")])
    assert waiting(settings) == ([ANN_ID], 0)


def test_a_result_that_a_dismissed_row_hid_was_never_looked_at(settings):
    bring(settings, results=[result("C2", "80", "2026-11-22", **{**MILD, "unit": "furlong"})])
    go_round(settings)
    (row,) = mend_quarantine.list_quarantine(settings.db_url).rows
    mend_quarantine.dismiss_rows(settings, [row.row_id], "sent twice", by="Dr Ash")
    assert mark_of(settings) == "low" and waiting(settings) == ([ANN_ID], 0)


def test_what_came_in_while_the_patient_was_on_the_screen_was_not_seen(settings):
    url = settings.db_url
    bring(settings, patients=[BEN], results=[result("B", "9", NEXT, **MILD, patient_id="0054321")])
    panel = read_panel(url, "Dr Ash")
    queue = [row.key for row in list_queue(panel.rows, panel.states)]
    number = service.start_round(url, "Dr Ash", queue, "k")
    last = queue[-1]
    name = service.read_round(url, number, "Dr Ash").names[last]
    service.record_step(url, number, queue[0], 5.0, "Dr Ash")  # from here on the last is on the screen
    bring(settings, results=[result("new", "7", "2026-11-22", **MILD, patient_id=name)])
    service.record_step(url, number, last, 900.0, "Dr Ash")
    acts.look(url, "Dr Ash", "clinician", name)
    acts.look(url, "Dr Ash", "clinician", ANN_ID if name != ANN_ID else "0054321")
    assert waiting(settings) == ([name], 1)


def test_a_row_dismissed_while_the_patient_was_on_the_screen_hid_what_was_not_seen(tmp_path, monkeypatch):
    settings = Settings(db_url=f"sqlite:///{tmp_path / 'clinic.db'}")
    url, running = settings.db_url, RunningClock(monkeypatch, "2026-11-22T09:00")
    unread = result("C2", "80", "2026-11-22", **{**MILD, "unit": "furlong"})
    bring(settings, patients=[ANN], medications=[COURSE], results=[*QUIET, result("C", "6", NEXT, **MILD), unread])
    running.turn("2026-11-22T10:00")  # the round begins: Ann is on the screen, and her CRP cannot be read
    (key,) = (row.key for row in read_panel(url, "Dr Ash").rows if row.patient_id == ANN_ID)
    number = service.start_round(url, "Dr Ash", [key], "round")
    running.turn("2026-11-22T10:01")
    (row,) = mend_quarantine.list_quarantine(url).rows
    mend_quarantine.dismiss_rows(settings, [row.row_id], "sent twice", by="Dr Elm")
    running.turn("2026-11-22T10:02")
    service.record_step(url, number, key, 120.0, "Dr Ash")
    acts.look(url, "Dr Ash", "clinician", ANN_ID)
    running.turn("2026-11-22T10:03")
    assert waiting(settings) == ([ANN_ID], 0)
    go_round(settings)
    running.turn("2026-11-22T10:05")
    assert waiting(settings) == ([], 1)


def test_a_result_dated_ahead_of_the_look_was_not_seen_in_it(settings, monkeypatch):
    bring(settings, results=[result("C2", "7", "2026-11-23", **MILD)])
    go_round(settings)
    assert waiting(settings) == ([], 1)
    monkeypatch.setenv("NADIR_AS_OF", "2026-11-24")
    assert waiting(settings) == ([ANN_ID], 0)


@pytest.mark.parametrize("beside", [{"results": [result("N", "0.9", NEXT)]}, {"events": [INFECTION]}])
def test_what_an_alert_or_a_cannot_tell_speaks_of_is_never_left_out(settings, beside):
    bring(settings, **beside)
    go_round(settings)
    assert waiting(settings) == ([ANN_ID], 0)


def test_an_overdue_test_is_never_left_out(settings, monkeypatch):
    monkeypatch.setenv("NADIR_AS_OF", "2027-02-22")
    go_round(settings)
    assert waiting(settings) == ([ANN_ID], 0)
