"""A screen that fails tells the person a reference and one sentence; neither screen nor log learns a patient (P39)."""

from __future__ import annotations

import re

import pytest

from tests.browser import stand_ins
from tests.browser.probe import ask
from tests.browser.stand_ins import CANARY
from tools.serving import serve

FAILING = f"""from pages import guard

def render():
    guard.require("viewer")
    patients = {{"{CANARY}": 1}}
    try:
        patients["{CANARY} other"]
    except KeyError as missing:
        raise ValueError("row of {CANARY}, born 1962") from missing
"""
REFUSING = """from core.errors import StoreFailed
from pages import guard

def render():
    guard.require("viewer")
    raise StoreFailed("The store is locked: close the other program and try again.")
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = stand_ins.build_house(tmp_path_factory.mktemp("house"), {"patient": FAILING, "blind_spots": REFUSING})
    with serve(folder, folder / "log") as server:
        told = {name: ask(server, name) for name in ("patient", "blind_spots")}
    return told, (folder / "log").read_text()


def test_the_person_gets_one_plain_sentence_and_a_reference(answers):
    told, _ = answers
    assert re.search(
        r"could not finish this screen\..* may be incomplete\..* reference [0-9A-F]{8}", told["patient"].text
    )
    assert not told["patient"].holds("Traceback")
    assert not told["patient"].holds("KeyError")


def test_a_refusal_of_ours_says_its_own_remedy(answers):
    told, _ = answers
    assert "The store is locked: close the other program and try again." in told["blind_spots"].text


def test_neither_screen_nor_log_holds_the_patient(answers):
    told, log = answers
    assert not told["patient"].holds(CANARY)
    assert CANARY not in log


def test_the_log_holds_the_reference_the_types_and_the_place(answers):
    told, log = answers
    reference = re.search(r"reference ([0-9A-F]{8})", told["patient"].text)[1]
    line = next(line for line in log.splitlines() if reference in line)
    assert "ValueError at" in line
    assert "after KeyError at" in line
    assert re.search(r"render .*patient\.py:\d+", line)
