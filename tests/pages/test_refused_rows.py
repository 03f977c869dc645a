"""What waits in quarantine of a patient, on the screens: the list, the patient, the blind spots, the green lane."""

from __future__ import annotations

import pytest

from core.services import review
from core.store.connect import open_store
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of
from tests.services.test_import_preview import bring_in
from tests.services.test_refused_rows import COURSE, ETANERCEPT, INFECTION, QUIET, UNREADABLE
from tests.store.small_clinic import ANN, files

GIVEN = {
    "an infection": ({"medications": [COURSE], "events": [INFECTION]}, "An infection row was refused: events.csv"),
    "another drug": ({"medications": [COURSE, ETANERCEPT]}, "A treatment row was refused: medications.csv"),
    "the only course": ({"medications": [UNREADABLE["soon"]]}, "A treatment row was refused: medications.csv"),
}


def worklist():
    from pages import worklist

    worklist.render()


def patient():
    from pages import patient

    patient.render()


def blind_spots():
    from pages import blind_spots

    blind_spots.render()


@pytest.fixture
def import_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())
    for name in ("NADIR_AUTHORITIES", "NADIR_ZONE"):
        monkeypatch.delenv(name, raising=False)
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.setenv("NADIR_AS_OF", "2026-11-22")
    return lambda **tables: bring_in(open_store(url), files(patients=[ANN], results=QUIET, **tables))


def test_somebody_of_whom_nothing_was_refused_is_in_limits_and_in_the_lane(import_rows):
    import_rows(medications=[COURSE])
    screen = open_page(worklist)
    assert [row["mark"] for row in table_of(screen)] == [["✓ IN LIMITS"]]
    assert any("green lane" in one.label.lower() for one in screen.button)
    assert "Go on<" in html_of(open_page(patient, patient="1"))


@pytest.mark.parametrize("what", GIVEN)
def test_a_refused_row_is_said_on_every_screen_and_nobody_signs_it_off(import_rows, what):
    tables, said = GIVEN[what]
    import_rows(**tables)
    screen = open_page(worklist)
    (row,) = table_of(screen)
    assert row["mark"] == ["◌ CANNOT TELL"]
    assert "was refused" in html_of(screen) + str(row)
    assert not any("green lane" in one.label.lower() for one in screen.button if not one.disabled)
    shown = html_of(open_page(patient, patient="1"))
    assert "Cannot tell whether to go on" in shown
    assert said in shown
    assert "Go on<" not in shown
    assert "infection: none recorded" not in shown
    (spot,) = (one for one in table_of(open_page(blind_spots)) if "refused" in one["why"])
    assert spot["remedy"].startswith(said[:30])
