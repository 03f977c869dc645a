"""The time to answer begins no earlier than the day Nadir first knew of the patient (HAZ-008)."""

from __future__ import annotations

import pytest

from core.acts import Act
from core.alerts.escalate import due_by
from core.engine.standing import Alert
from core.ingest.limits import InputFile
from core.records import DAY
from core.services import acts, review
from core.services.first_met import read_met
from core.services.import_data import import_files
from core.services.quality import read_quality
from core.store.connect import open_store
from tests.services.running_clock import RunningClock
from tests.spec.clinic import instant
from tests.store.small_clinic import ANN, BEN, HEADERS, result

ANNS = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-05,,active,"
BENS = "C2,0054321,anakinra,RA,100,mg,once daily,SC,2026-01-05,,active,"
LOW = result("R1", "1.2", "2026-02-01")
BENS_LOW = result("R2", "1.2", "2026-02-01", patient_id="0054321")
MONDAY = "2026-10-05T09:30"


class Clinic:
    """A clinic that lives by a clock the test turns."""

    def __init__(self, folder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())
        self.url = f"sqlite:///{folder / 'clinic.db'}"
        self.clock = RunningClock(monkeypatch, MONDAY)
        monkeypatch.setenv("NADIR_DB_URL", self.url)

    def bring(self, at: str, zone: str = "UTC", **tables: list[str]) -> None:
        self.clock.turn(at)
        sent = [InputFile(f"{n}.csv", "\n".join([HEADERS[n], *rows, ""]).encode()) for n, rows in tables.items()]
        import_files(open_store(self.url), sent, source="lab", zone=zone, now=self.clock.instant)

    def alerts(self, who: str = "0012345") -> list[Alert]:
        return [one for one in review.clinic(self.url).standing.alerts if one.patient_id == who]

    def life(self, who: str = "0012345"):
        (low,) = [one for one in self.alerts(who) if one.category == "neutropenia"]
        return low, acts.lives(self.url, [low])[low.alert_id]

    def acknowledge(self, alert: Alert) -> None:
        told = {"alert_id": alert.alert_id, "disposition": "acted-on"}
        acts.act(self.url, Act("acknowledge", "A. Reed", "clinician", alert.patient_id, "k1", **told))


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Clinic:
    return Clinic(tmp_path, monkeypatch)


def test_nobody_is_late_minutes_after_the_first_import(clinic):
    clinic.bring(MONDAY, patients=[ANN, BEN], results=[LOW, BENS_LOW], medications=[ANNS, BENS])
    clinic.clock.turn("2026-10-05T09:40")
    standing = review.clinic(clinic.url).standing.alerts
    assert {one.patient_id for one in standing} == {"0012345", "0054321"}
    assert acts.breaches(clinic.url, standing) == ()
    low, life = clinic.life()
    assert (low.since, life.raised_at) == (instant("2026-02-01"), instant("2026-10-05") + 9 * 3600 + 1800)
    assert life.due_by == due_by(low.priority, life.raised_at)


def test_an_alert_that_nobody_answers_after_the_first_import_is_late_all_the_same(clinic):
    clinic.bring(MONDAY, patients=[ANN], results=[LOW], medications=[ANNS])
    due = clinic.life()[1].due_by
    clinic.clock.turn("2026-11-30T09:00")
    _, life = clinic.life()
    assert (life.due_by, life.breached) == (due, True)


def test_a_patient_added_later_has_the_same_time_and_who_was_known_keeps_theirs(clinic):
    clinic.bring(MONDAY, patients=[ANN], results=[LOW], medications=[ANNS])
    before = clinic.life()[1]
    clinic.bring("2026-11-30T09:00", patients=[ANN, BEN], results=[LOW, BENS_LOW], medications=[ANNS, BENS])
    assert clinic.life()[1].raised_at == before.raised_at
    assert clinic.life()[1].breached
    _, bens = clinic.life("0054321")
    assert (bens.raised_at, bens.breached) == (instant("2026-11-30") + 9 * 3600, False)


def test_a_correction_of_who_a_patient_is_begins_no_clock_anew(clinic):
    clinic.bring(MONDAY, patients=[ANN], results=[LOW], medications=[ANNS])
    before = clinic.life()[1].raised_at
    clinic.bring("2026-11-30T09:00", patients=[ANN.replace("Ann,", "Anne,")])
    assert clinic.life()[1].raised_at == before


def test_a_late_report_about_a_known_patient_is_as_late_as_it_says(clinic):
    clinic.bring(MONDAY, patients=[ANN], medications=[ANNS])
    late = result("R1", "1.2", "2026-10-10", reported_at="2026-10-12")
    clinic.bring("2026-11-30T09:00", patients=[ANN], results=[late], medications=[ANNS])
    _, life = clinic.life()
    assert (life.raised_at, life.breached) == (instant("2026-10-12"), True)


def test_a_pinned_clock_reads_as_if_the_files_had_always_been_there(clinic, monkeypatch):
    clinic.bring(MONDAY, patients=[ANN], results=[LOW], medications=[ANNS])
    for day in ("2026-03-31", "2026-11-30"):
        monkeypatch.setenv("NADIR_AS_OF", day)
        _, life = clinic.life()
        assert (life.raised_at, life.breached) == (instant("2026-02-01"), True)


def test_the_clinics_wall_clock_says_when_a_patient_was_met(clinic):
    clinic.bring("2026-10-05T23:30", zone="Europe/Copenhagen", patients=[ANN], results=[LOW], medications=[ANNS])
    with open_store(clinic.url).reading() as connection:
        met = read_met(connection, ["0012345"], instant("2026-12-01"))
        assert met == {"0012345": instant("2026-10-06") + 3600 + 1800}
        assert read_met(connection, None, instant("2026-03-01")) == {"0012345": instant("2026-03-01")}
        assert read_met(connection, [], instant("2026-12-01")) == {}


def test_quality_times_answers_from_the_same_instant(clinic):
    clinic.bring(MONDAY, patients=[ANN, BEN], results=[LOW, BENS_LOW], medications=[ANNS, BENS])
    clinic.clock.turn("2026-10-05T15:30")
    low, life = clinic.life()
    clinic.acknowledge(low)
    quality = read_quality(clinic.url, 12)
    (tier,) = [one for one in quality.tiers if one.priority == low.priority]
    assert (tier.in_time, tier.late, tier.missed, tier.days) == (1, 0, 0, 0.25)
    assert quality.breaches == ()
    assert life.raised_at + DAY // 4 == clinic.clock.instant


def test_quality_times_the_answered_alert_alike_once_it_has_ended(clinic):
    clinic.bring(MONDAY, patients=[ANN], results=[LOW], medications=[ANNS])
    clinic.clock.turn("2026-10-05T15:30")
    low, _ = clinic.life()
    clinic.acknowledge(low)
    better = result("R9", "4.2", "2026-10-07")
    clinic.bring("2026-10-08T09:00", patients=[ANN], results=[LOW, better], medications=[ANNS])
    assert not [one for one in clinic.alerts() if one.category == "neutropenia"]
    (tier,) = [one for one in read_quality(clinic.url, 12).tiers if one.priority == low.priority]
    assert (tier.in_time, tier.late, tier.days) == (1, 0, 0.25)
