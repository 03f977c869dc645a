"""Bytes that are no text are refused in one sentence wherever they come from, and nothing is stored of them."""

from __future__ import annotations

import json
import os

import pytest

from core.acts import Act
from core.cli import main
from core.errors import InputRefused
from core.services import acts, trail
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.store.connect import open_store
from tests.store.small_clinic import ANN, NOW, bring_in, result

COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-06-01,,active,"
NOT_TEXT = os.fsdecode(b"caf\xe9")  # Latin-1, as an old terminal sends it


@pytest.mark.parametrize(
    "words",
    [
        ("evaluate", "--as-of", "2026-12-13", "--patient", NOT_TEXT, "--json"),
        ("import", NOT_TEXT, "--json"),
        ("import", ".", "--source", NOT_TEXT, "--json"),
        ("calc", "convert", f"analyte={NOT_TEXT}", "--json"),
        ("export", NOT_TEXT, "--json"),
        (NOT_TEXT, "--json"),
    ],
)
def test_a_word_of_the_command_that_is_no_text_is_refused(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(list(words))
    assert left.value.code == 2
    place = words.index(next(one for one in words if NOT_TEXT in one)) + 1
    assert json.loads(capsys.readouterr().out)["error"].startswith(f"Word {place} of the command is not text in UTF-8")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('clinic') / 'clinic.db'}"
    bring_in(open_store(url), patients=[ANN], results=[result("R1", "0.9", "2026-12-10")], medications=[COURSE])
    return url


@pytest.mark.parametrize("kind", ["acknowledge", "note"])
def test_half_a_character_in_a_comment_is_refused_and_nothing_is_done(url, kind, monkeypatch):
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")
    alerts = evaluate_as_of(open_store(url), Asked(NOW)).at(NOW).alerts
    alert = next(one for one in alerts if one.category == "neutropenia")
    disposition = {"disposition": "will-monitor"} if kind == "acknowledge" else {}
    asked = Act(kind, "A. Reed", "clinician", "0012345", "k", alert.alert_id, comment="seen \ud83d", **disposition)
    with pytest.raises(InputRefused, match="half a character"):
        acts.act(url, asked)
    assert not acts.list_acts(url, "0012345")
    assert [one.what for _, one in trail.list_trail(url)] == ["import"]
