"""What the command line shows of patients stands in the trail before anybody reads it (P37)."""

from __future__ import annotations

import json

import pytest

from core.cli import main
from core.errors import StoreFailed
from core.services import trail
from core.services.trail import list_trail
from core.store.connect import open_store
from tests.store.small_clinic import ANN, BEN, bring_in, result

DAY = "2026-12-13"
COURSES = [
    f"C{n},{who},anakinra,RA,100,mg,once daily,SC,2026-06-01,,active," for n, who in enumerate(("0012345", "0054321"))
]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('clinic') / 'clinic.db'}"
    bring_in(open_store(url), patients=[ANN, BEN], results=[result("R1", "0.9", "2026-12-10")], medications=COURSES)
    return url


def run(*words):
    """The exit code of one command."""
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return left.value.code


def views_of(url):
    return [(one.by, one.patient_id, one.subject) for _, one in list_trail(url) if one.what == "view"]


def added_to(url, before):
    told = views_of(url)
    return told[: len(told) - len(before)]


def test_an_evaluation_of_everybody_tells_the_day_and_how_many_were_seen(url, capsys):
    before = views_of(url)
    assert run("evaluate", "--as-of", DAY, "--db", url) == 0
    assert "0012345" in capsys.readouterr().out
    assert added_to(url, before) == [("command line", "", f"evaluation as of {DAY}, 2 patients")]


def test_an_evaluation_of_one_patient_stands_at_that_patient(url, capsys):
    before = views_of(url)
    assert run("evaluate", "--as-of", DAY, "--patient", "0012345", "--db", url, "--json") == 0
    assert json.loads(capsys.readouterr().out)["alerts"]
    assert added_to(url, before) == [("command line", "0012345", f"evaluation as of {DAY}")]


def test_a_proof_stands_at_its_patient_with_the_alert(url, capsys):
    run("evaluate", "--as-of", DAY, "--db", url, "--json")
    alert = next(one for one in json.loads(capsys.readouterr().out)["alerts"] if one["category"] == "neutropenia")
    before = views_of(url)
    assert run("explain", alert["alert_id"], "--as-of", DAY, "--db", url) == 0
    assert "0.9" in capsys.readouterr().out
    assert added_to(url, before) == [("command line", "0012345", f"explain {alert['alert_id']}")]


@pytest.mark.parametrize("asked", [("--patient", "12345"), ("--authorities", "NOBODY")])
def test_a_question_that_is_refused_leaves_no_line(url, capsys, asked):
    before = views_of(url)
    assert run("evaluate", "--as-of", DAY, "--db", url, *asked) == 2
    assert capsys.readouterr().out == ""
    assert views_of(url) == before


def test_what_the_trail_cannot_tell_of_is_not_shown(url, capsys, monkeypatch):
    def fail(*_words, **_told):
        raise StoreFailed("Nothing was stored: the store x.db may not be written by this user. Give write permission.")

    monkeypatch.setattr(trail, "record", fail)
    assert run("evaluate", "--as-of", DAY, "--db", url) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Nothing is shown, because the trail cannot say that it was: the store x.db may not be")
    assert "0012345" not in told.err
