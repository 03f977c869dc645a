"""What the kept findings say is what judging every fact anew says: two ways to one worklist."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.clock import read_clock
from core.engine.standing import Alert, Standing
from core.protocols.loader import load_protocols
from core.records import DAY
from core.services.demo import load_demo
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.services.standing_now import is_current, read_standing
from core.store import clinic
from core.store.connect import Store, open_store

NOW = read_clock("UTC", "2026-11-20")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    url = f"sqlite:///{tmp_path_factory.mktemp('kept') / 'clinic.db'}"
    load_demo(url)
    return open_store(url)


@pytest.fixture(scope="module")
def kept(store: Store) -> Standing:
    with store.reading() as connection:
        return read_standing(connection, load_protocols(), NOW)


def without_evidence(alert: Alert) -> Alert:
    """Kept findings name the newest fact only; the whole evidence is evaluated when a patient is opened."""
    return replace(alert, evidence=(), basis=replace(alert.basis, inputs={}))


def test_kept_findings_raise_the_same_alerts_as_judging_anew(store: Store, kept: Standing) -> None:
    anew = evaluate_as_of(store, Asked(NOW)).at(NOW)
    assert [without_evidence(a) for a in kept.alerts] == [without_evidence(a) for a in anew.alerts]
    assert len(kept.alerts) > 30


def test_kept_findings_know_the_same_schedule_and_the_same_blind_spots(store: Store, kept: Standing) -> None:
    anew = evaluate_as_of(store, Asked(NOW)).at(NOW)
    assert set(kept.schedule) == set(anew.schedule)
    assert set(kept.cannot_tell) == set(anew.cannot_tell)


def test_every_alert_on_a_measured_value_names_the_fact_it_rests_on(kept: Standing) -> None:
    measured = [a for a in kept.alerts if a.basis.operator is not None]
    assert measured
    assert [a.title for a in measured if not a.evidence] == []


def test_findings_of_yesterday_or_of_other_rules_are_not_taken_for_todays(store: Store) -> None:
    with store.reading() as connection:
        held = clinic.read_clinic(connection)
    assert is_current(held, NOW)
    assert not is_current(held, NOW + DAY)
    assert not is_current(replace(held, protocol_hash="of other rules"), NOW)
