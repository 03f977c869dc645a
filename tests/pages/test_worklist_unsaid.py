"""What no rule speaks of, and what nobody answered before it ran out, is never "in limits" and never "go on" (HAZ-014).

Over a real store, from the file to the screens.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.acts import Act
from core.records import DAY
from core.services import acts, review, whole_patient
from core.services.worklist import read_panel
from core.views.patient import verdicts
from core.views.preview import preview
from core.views.round import list_queue
from tests.pages.conftest import html_of, open_page
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result

LONG = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2024-06-01,{end},{status},"
RUNNING = (LONG.format(end="", status="active"),)
METHOTREXATE = "C2,0012345,methotrexate,RA,15,mg,once weekly,PO,2024-01-01,,active,"
GRAVE = (
    result("W", "1.1", "2026-12-12", analyte="wbc"),
    result("H", "58", "2026-12-12", analyte="haemoglobin", unit="g/L", ref_low="115", ref_high="165"),
    result("A", "900", "2026-12-12", analyte="alt", unit="U/L"),
)
FINE = (
    result("N", "3.4", "2026-12-12"),
    result("P", "250", "2026-12-12", analyte="platelets"),
    result("C", "70", "2026-12-12", analyte="creatinine", unit="umol/L"),
    result("G", "70", "2026-12-12", analyte="weight", unit="kg"),
)
SEPSIS = (
    result("N1", "0.4", "2026-10-01"),
    result("T1", "38.9", "2026-10-01", analyte="temperature", unit="Cel"),
)


def patient():
    from pages import patient

    patient.render()


@pytest.fixture
def clinic(tmp_path, monkeypatch):
    """Bring these results and courses into a store of its own; its address."""
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")

    def make(*results, courses=RUNNING, **tables):
        store = make_store(tmp_path)
        bring_in(store, patients=[ANN, BEN], results=results, medications=courses, **tables)
        url = f"sqlite:///{store.name}"
        monkeypatch.setenv("NADIR_DB_URL", url)
        return url

    return make


def row_of(panel):
    return next(one for one in panel.rows if one.patient_id == "0012345")


def shown(panel):
    row = row_of(panel)
    return preview(panel.picture, row, panel.lives, [one for one in panel.alerts("0012345") if one.closed_at])


def test_results_far_outside_their_range_are_never_in_limits_and_the_farthest_is_said_first(clinic):
    panel = read_panel(clinic(*FINE, *GRAVE), "a")
    row = row_of(panel)
    assert "in_limits" not in row.marks and row.outside == 3
    assert "0012345" in {one.patient_id for one in list_queue(panel.rows, panel.states)}
    said = shown(panel)
    assert said.index("ALT 900") < said.index("White blood cells 1.1") < said.index("Haemoglobin 58")
    assert "range 115–165, no rule speaks of it" in said and "Go on" not in said and "IN LIMITS" not in said


def test_the_patients_own_screen_says_review_and_names_the_results(clinic):
    url = clinic(*FINE, *GRAVE)
    said = verdicts(whole_patient.read_patient(url, row_of(read_panel(url, "a")).key))
    assert "ALT 900" in said and "Haemoglobin 58" in said
    assert "Go on" not in said and "IN LIMITS" not in said and "No alert stands" not in said


def test_what_is_outside_its_range_is_said_of_somebody_whose_watched_drug_was_stopped(clinic):
    stopped = LONG.format(end="2026-10-01", status="stopped")
    url = clinic(result("N", "0.3", "2026-12-12"), courses=(stopped, METHOTREXATE))
    panel = read_panel(url, "a")
    row = row_of(panel)
    assert row.marks == ("low", "not_checked") and row.why.startswith("Neutrophils 0.3")
    assert "Neutrophils 0.3" in shown(panel) and row in list_queue(panel.rows, panel.states)
    assert "Neutrophils 0.3" in verdicts(whole_patient.read_patient(url, row.key))


def test_an_old_result_of_somebody_nobody_watches_any_more_is_history(clinic):
    stopped = LONG.format(end="2025-01-01", status="stopped")
    panel = read_panel(clinic(result("N", "0.3", "2024-12-12"), courses=(stopped, METHOTREXATE)), "a")
    assert row_of(panel).marks == ("not_checked",)


def emergency_over(url, monkeypatch):
    """The clinic on the day after the emergency's last one, with the emergency."""
    monkeypatch.setenv("NADIR_AS_OF", "2026-10-01")
    acts.look(url, "B. Stone", "clinician", "0054321")
    for day in range(1, 80):
        at = review.clinic(url).as_of + day * DAY
        ended = [one for one in review.clinic(url, at).ended if one.category == "neutropenic_infection"]
        if ended:
            over = date(1970, 1, 1) + timedelta(days=ended[0].closed_at // DAY + 1)
            monkeypatch.setenv("NADIR_AS_OF", over.isoformat())
            return ended[0]
    raise AssertionError("the emergency never ended")


def test_an_emergency_that_only_ran_out_cannot_be_told(clinic, monkeypatch):
    url = clinic(*SEPSIS)
    over = emergency_over(url, monkeypatch)
    panel = read_panel(url, "a")
    assert over.alert_id in panel.picture.ran_out
    row, said = row_of(panel), shown(panel)
    assert "cannot_tell" in row.marks and "in_limits" not in row.marks
    assert "without a newer result or an answer" in said
    assert "IN LIMITS" not in said and "No longer: Possible" not in said and "Go on" not in said
    assert "ran out" in panel.states["0012345"].text


def test_an_emergency_that_a_newer_result_ended_keeps_its_words_and_is_not_in_limits(clinic, monkeypatch):
    newer = result("N2", "3.2", "2026-10-02"), result("T2", "36.6", "2026-10-02", analyte="temperature", unit="Cel")
    url = clinic(*SEPSIS, *newer)
    over = emergency_over(url, monkeypatch)
    panel = read_panel(url, "a")
    assert over.alert_id not in panel.picture.ran_out
    assert "in_limits" not in row_of(panel).marks
    said = shown(panel)
    assert "Ended on evidence of" in said and "IN LIMITS" not in said


def test_the_patients_own_screen_cannot_tell_after_an_emergency_ran_out_unseen(clinic, monkeypatch):
    url = clinic(*SEPSIS)
    emergency_over(url, monkeypatch)
    screen = open_page(patient, patient=str(row_of(read_panel(url, "a")).key))
    said = html_of(screen)
    assert "Possible neutropenic sepsis" in said and "without a newer result" in said and "Go on" not in said


def test_after_one_of_two_high_alerts_is_answered_the_row_is_headed_by_the_other(clinic, monkeypatch):
    monkeypatch.setenv("NADIR_AS_OF", "2026-10-01")
    url = clinic(*SEPSIS)
    panel = read_panel(url, "a")
    mine = [one for one in panel.alerts("0012345") if one.priority == "high"]
    assert len(mine) > 1
    first = mine[0]
    asked = Act(
        "acknowledge", "A. Reed", "clinician", "0012345", "k", first.alert_id, disposition="will-monitor",
        saw=panel.lives[first.alert_id].mark,
    )  # fmt: skip
    acts.act(url, asked)
    after = read_panel(url, "a")
    row, state = row_of(after), after.states["0012345"]
    assert row.mark == "high" and row.why != row_of(panel).why
    assert state.text.startswith("open") and "acknowledged" in state.codes
    said = shown(after)
    assert all(one.title in said for one in mine[1:])
