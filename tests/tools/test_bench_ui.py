"""The screens' figures: none is hidden, and the clinic they are taken on is whole people, not pieces of them."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import func, select

from core.clock import read_clock
from core.records import DAY
from core.services import review
from core.store import kept_cohort, load, schema
from core.store.connect import open_store
from tools.bench_ui import clinic
from tools.bench_ui.mornings import NIGHT, age_judgement, let_clock_run
from tools.bench_ui.report import figure_of, to_json
from tools.benchmark import report
from tools.benchmark.screens import describe_screens

MACHINE = {"load": 1.0, "cores": 2}


def described(*figures) -> str:
    return describe_screens(to_json(figures, 10_000, MACHINE))


def test_a_limit_missed_at_the_95th_percentile_is_said_to_be_missed():
    spent = [100.0] * 18 + [201.0] * 2
    figure = figure_of("filter to rows", spent, spent, limit=200)
    assert (figure.p50, figure.p95, figure.verdict) == (100, 201, "missed")
    assert "| filter to rows | 20 | 100 | 201 | 201 | 200 | 100 | **missed** |" in described(figure)


def test_one_slow_repeat_in_twenty_is_shown_as_the_worst_and_not_as_the_95th_percentile():
    figure = figure_of("filter to rows", [100.0] * 19 + [900.0], [1.0] * 20, limit=200)
    assert (figure.p95, figure.worst, figure.verdict) == (100, 900, "met")


def test_what_could_not_be_measured_stays_in_the_table_with_its_limit():
    assert "| next patient in a round | 0 | – | – | – | 400 | – | **not there** |" in described(
        figure_of("next patient in a round", [], [], limit=400)
    )


def test_an_aim_is_judged_apart_from_the_limit():
    verdicts = [figure_of("to Recall", [one], [one], limit=500, aim=300).verdict for one in (250.0, 400.0, 600.0)]
    assert verdicts == ["met, aim too", "met, aim missed", "missed"]


def test_a_part_of_the_page_written_anew_leaves_the_others_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "PAGE", tmp_path / "benchmark.md")
    report.write_page("the score", "the speed", "the screens")
    report.write_page(speed="another speed")
    text = report.PAGE.read_text(encoding="utf-8")
    assert "the score" in text
    assert "another speed" in text
    assert "the screens" in text
    assert "the speed" not in text


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clinic, "TOLD", 30)
        yield open_store(f"sqlite:///{clinic.make_clinic(tmp_path_factory.mktemp('clinic'), 70)}")


def test_each_copy_is_the_same_person_some_days_earlier_under_another_name(copied):
    with copied.reading() as connection:
        everybody = load.cohort(connection)
    results, names = everybody.results, everybody.patients.patient_id
    assert len(set(names.tolist())) == len(names) == 70
    for person in (0, 17, 29):
        own, again = (results.take(results.patient == number) for number in (person, person + 30))
        assert names[person + 30] == f"{names[person]}-1"
        assert own.value.tolist() == again.value.tolist()
        assert (own.at - again.at).tolist() == [DAY] * len(own)


def test_the_last_copy_stops_at_the_number_asked_for(copied):
    with copied.reading() as connection:
        for table in (schema.patient, schema.result, schema.course):
            people = connection.execute(select(func.count(table.c.patient.distinct()), func.max(table.c.patient)))
            assert tuple(people.one()) == (70, 70)


def test_a_morning_is_the_same_clinic_brought_up_to_today_and_judged_hours_ago(copied, tmp_path, monkeypatch):
    file = tmp_path / "running.db"
    copied.engine.dispose()
    shutil.copy(copied.name, file)
    let_clock_run(file)
    url = f"sqlite:///{file}"
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1)
    monkeypatch.setattr(review, "Timer", _AtOnce)
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())
    now = review.clinic(url)
    assert now.as_of // DAY == read_clock("UTC") // DAY
    age_judgement(file)
    review._KEPT.clear()
    evening, is_now = review.soonest(url)
    assert not is_now
    assert evening.as_of == evening.standing.as_of == now.as_of - NIGHT
    assert evening.standing.alerts == now.standing.alerts
    assert len(now.standing.alerts) > 20


class _AtOnce:
    daemon = False

    def __init__(self, _seconds: float, act) -> None:
        self.start = act
