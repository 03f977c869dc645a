"""Three hundred result sets in an hour: whom a week's news put where, how long that takes to read, and the machine."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from time import perf_counter

import numpy as np
import pytest

from core.engine.evaluate import evaluate
from core.protocols.loader import load_protocols
from core.records import DAY, LONG_AGO, PRIORITIES
from core.services.demo import load_demo
from core.views.round import READING_SECONDS, lane_of, time_lanes
from core.views.words import is_note
from core.views.worklist import list_patients
from tests.pages.conftest import html_of, open_page
from tests.views import example
from tools.benchmark.cohort import make_cohort
from tools.benchmark.filing import gather_charts

SETS = 300
MINUTES = 60


@pytest.fixture(scope="module")
def news():
    """The busiest 300 result sets in a row in two years of a made-up clinic of 300: what each raised, as a mark.

    A set is what one patient had taken on one day. It is read on the day it came, when what was raised before has been
    dealt with; a set that left something untold is one to look at. The clinic has far more planted trouble than a real
    one (docs/benchmark.md).
    """
    charts = make_cohort(SETS, 1)
    cohort = gather_charts(charts)
    r = cohort.results
    history = evaluate(cohort, load_protocols(), horizon=int(r.at.max()) + DAY)
    names = cohort.patients.patient_id
    drawn = sorted({(int(at) // DAY, str(names[p])) for at, p in zip(r.at, r.patient, strict=True)})
    raised: dict[tuple[int, str], list[str]] = {}
    for alert in history.between(drawn[0][0] * DAY, (drawn[-1][0] + 1) * DAY):
        if not is_note(alert) and any(one.analyte for one in alert.evidence):
            raised.setdefault((alert.opened_at // DAY, alert.patient_id), []).append(alert.priority)
    u = history.unknowns
    untold = {(int(at) // DAY, str(names[p])) for at, p in zip(u.opened, u.patient, strict=True) if at > LONG_AGO}
    marks = [
        min(raised.get(one, [""]), key=lambda found: PRIORITIES.index(found) if found else len(PRIORITIES))
        or ("cannot_tell" if one in untold else "in_limits")
        for one in drawn
    ]
    lanes = {"in_limits": "clear", "low": "look", "cannot_tell": "look"}
    weight = [READING_SECONDS[lanes.get(one, "flagged")] for one in marks]
    spent = np.concatenate([[0], np.cumsum(weight)])
    worst = int(np.argmax(spent[SETS:] - spent[:-SETS]))
    return marks[worst : worst + SETS]


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Seconds the screen takes for one patient of each lane, measured: a step of a round; a line of the green lane."""

    def worklist():
        from pages import worklist

        worklist.render()

    for name in ("NADIR_AS_OF", "NADIR_AUTHORITIES", "NADIR_ZONE"):
        monkeypatch.delenv(name, raising=False)
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    load_demo(url)
    monkeypatch.setenv("NADIR_DB_URL", url)
    screen = open_page(worklist)
    next(one for one in screen.button if one.label.startswith("Start round")).click().run()
    steps, acts = [], []
    for _ in range(5):
        before = perf_counter()
        next(one for one in screen.button if one.label == "Acknowledge").click().run()
        next(one for one in screen.button if one.label == "Dealt with now").click().run()
        acts.append(perf_counter() - before)
        before = perf_counter()
        next(one for one in screen.button if one.label == "Next").click().run()
        steps.append(perf_counter() - before)
    assert "6 of" in html_of(screen)
    return {"flagged": median(steps) + median(acts), "look": median(steps), "clear": 0.0}


def test_three_hundred_result_sets_are_reviewed_within_the_hour(news, machine, capsys):
    row = list_patients(example.clinic())[0]
    rows = [replace(row, mark=mark, marks=(mark,)) for mark in news]
    lanes = time_lanes(rows, {}, machine)
    total = sum(one.reading + one.machine for one in lanes)
    with capsys.disabled():
        for one in lanes:
            print(
                f"\n  {one.name:8s}{one.patients:5d} sets x {READING_SECONDS[one.name]:3d} s ="
                f"{one.reading / 60:6.1f} min reading, {one.machine:5.1f} s machine", end="",
            )  # fmt: skip
        print(f"\n  together {total / 60:.1f} min for {SETS} result sets", end="  ")
    assert len(rows) == SETS and sum(one.patients for one in lanes) == SETS
    assert {lane_of(one) for one in rows} == set(READING_SECONDS)  # every lane is really fallen into
    assert total <= MINUTES * 60
    assert np.isfinite(total)
