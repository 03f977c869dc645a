"""One patient whose evaluation fails hides nobody else, nor themselves: on every path to a screen (P01)."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from core.clock import read_clock
from core.engine.cohort import Cohort
from core.records import NOT_EVALUATED
from core.services import evaluate_clinic, review
from core.services.answer import answer_evaluate
from core.services.demo import load_demo

NOW = read_clock("UTC", "2026-11-20")
BROKEN = "SAMPLE-0007"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('safe') / 'clinic.db'}"
    load_demo(url)
    return url


@pytest.fixture
def one_evaluation_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine raises whenever it meets one patient; the message quotes what must not be told."""
    sound = evaluate_clinic.evaluate

    def failing(cohort: Cohort, *rest: object, **options: object) -> object:
        if BROKEN in cohort.patients.patient_id:
            raise ZeroDivisionError("OAKMOSS has a secret")
        return sound(cohort, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(evaluate_clinic, "evaluate", failing)
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())


def test_the_worklist_shows_all_others_and_names_the_one_not_evaluated(url: str, one_evaluation_fails: None) -> None:
    picture = review.clinic(url)
    lost = [c for c in picture.standing.cannot_tell if c.reason == NOT_EVALUATED]
    assert [c.patient_id for c in lost] == [BROKEN]
    assert "Reference" in lost[0].remedy
    assert len({a.patient_id for a in picture.standing.alerts}) > 25
    assert BROKEN in picture.people


def test_the_command_line_says_the_same(url: str, one_evaluation_fails: None) -> None:
    told = answer_evaluate(url, NOW, ("EMA", "LOCAL"))
    assert [c["patient_id"] for c in told["cannot_tell"] if c["reason"] == NOT_EVALUATED] == [BROKEN]


def test_the_log_holds_the_place_and_the_reference_but_nothing_of_the_patient(
    url: str, one_evaluation_fails: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "nadir"):
        picture = review.clinic(url)
    lost = next(c for c in picture.standing.cannot_tell if c.reason == NOT_EVALUATED)
    reference = lost.remedy.rsplit("Reference ", 1)[1].rstrip(".")
    assert reference in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "OAKMOSS" not in caplog.text


def test_a_patient_stored_long_ago_is_judged_as_of_today_whoever_else_is_imported(tmp_path: Path) -> None:
    """A count that became overdue since the last import of the patient is on the worklist without a new import."""
    from core.services.import_data import import_paths

    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    for name, day in (("P1", "2026-01-05"), ("P2", "2026-06-20")):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "patients.csv").write_text(
            f"patient_id,family_name,given_name,birth_date,sex\n{name},FENWORT,Sample,1960-01-01,female\n"
        )
        (folder / "medications.csv").write_text(
            "course_id,patient_id,drug,indication,dose,dose_unit,frequency,route,start_date,end_date,status,reason\n"
            f"C-{name},{name},anakinra,RA,100,mg,once daily,SC,2026-02-01,,active,\n"
        )
        import_paths(url, [folder], source="lab", zone="UTC", now=read_clock("UTC", day))
    standing = review.clinic(url, read_clock("UTC", "2026-06-20")).standing
    overdue = {
        a.patient_id for a in standing.alerts if a.rule_id == "anakinra.neutrophils-overdue" and a.priority == "high"
    }
    assert overdue == {"P1", "P2"}
