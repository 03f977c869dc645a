"""A cold server whose first request ever is a deep link shows nothing without passing the shell (P30, HAZ-015)."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.browser import stand_ins
from tests.browser.probe import ask, forge_hashes
from tests.browser.stand_ins import CANARY
from tools.serving import ROOT, Server, serve

URL_PATHS = [url_path for _, url_path, _ in stand_ins.SCREENS]
#: Everything that could be asked for by name: url paths, page files, the shell, the entry, what comes later, nonsense.
NAMES = [
    *URL_PATHS,
    "import_data",
    "shell",
    "guard",
    "login",
    "fault",
    "app",
    "audit",
    "pages/patient",
    "nosuch",
    "/",
    "",
]
SIGNED_OUT = {"NADIR_LOCAL_ROLES": ""}
FIRST_REQUESTS = [
    ("patient", ""),
    ("import_data", ""),
    ("shell", ""),
    ("audit", ""),
    ("", "pages/patient.py"),
    ("", "patient"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stand_ins.build_house(tmp_path_factory.mktemp("house"))


def hash_of(house: Path, what: str) -> str:
    from streamlit.util import calc_hash

    return calc_hash(str(house / what) if what.endswith(".py") else what) if what else ""


def ask_everything(server: Server, house: Path) -> list[tuple[str, object]]:
    """Every name and every forged hash, 32 connections at a time."""
    wishes = [(name, "") for name in NAMES] + [("", one) for one in forge_hashes(house, URL_PATHS)]
    with ThreadPoolExecutor(32) as crowd:
        answers = crowd.map(lambda wish: ask(server, wish[0], page_hash=wish[1], query="patient=1"), wishes)
        return list(zip(map(str, wishes), answers, strict=True))


@pytest.mark.parametrize(("name", "hashed"), FIRST_REQUESTS)
def test_signed_out_the_first_request_ever_gets_the_sign_in_and_nothing_else(house, tmp_path, name, hashed):
    with serve(house, tmp_path / "log", environ=SIGNED_OUT) as server:
        answer = ask(server, name, page_hash=hash_of(house, hashed), query="patient=1")
    assert answer.finished
    assert not answer.holds(CANARY)
    assert "Sign in" in answer.text


@pytest.mark.parametrize("command", ["streamlit", "uvicorn"])
def test_signed_out_no_name_and_no_forged_hash_gets_past_the_sign_in(house, tmp_path, command):
    with serve(house, tmp_path / "log", command=command, environ=SIGNED_OUT) as server:
        answers = ask_everything(server, house)
    assert len(answers) > 40
    assert [wish for wish, answer in answers if answer.holds(CANARY)] == []
    assert [wish for wish, answer in answers if "Sign in" not in answer.text] == []


def test_signed_out_not_even_a_page_that_draws_at_import_is_imported(tmp_path):
    house = stand_ins.build_house(tmp_path / "drawing", {"patient": stand_ins.draw_at_import("patient")})
    with serve(house, tmp_path / "log", environ=SIGNED_OUT) as server:
        answers = [ask(server, name, query="patient=1") for name in ("patient", "worklist")]
    assert [answer.holds(CANARY) for answer in answers] == [False, False]


def test_a_user_without_the_role_never_gets_the_page_by_any_name_or_forged_hash(house, tmp_path):
    with serve(house, tmp_path / "log", environ={"NADIR_LOCAL_ROLES": "viewer"}) as server:
        first = ask(server, "import")
        answers = ask_everything(server, house)
    assert first.unknown_page
    assert not first.holds(f"{CANARY} import_data")
    assert [wish for wish, answer in answers if answer.holds(f"{CANARY} import_data")] == []


def test_a_deep_link_as_first_request_reaches_its_page_through_the_shell(house, tmp_path):
    with serve(house, tmp_path / "log") as server:
        answer = ask(server, "patient", query="patient=1")
    assert answer.menu == ["", *URL_PATHS[1:]]
    assert {"patient", "recall", "blind_spots", "import", "rule_book"} <= set(answer.menu)
    assert f"{CANARY} patient" in answer.text


def test_roles_that_open_no_screen_get_a_page_that_says_so(house, tmp_path):
    with serve(house, tmp_path / "log", environ={"NADIR_LOCAL_ROLES": "clinician"}) as server:
        answer = ask(server, "patient")
    assert not answer.holds(CANARY)
    assert "No screen is open to you" in answer.text


def test_an_invented_role_adds_nothing(house, tmp_path):
    with serve(house, tmp_path / "log", environ={"NADIR_LOCAL_ROLES": "root,everything"}) as server:
        answer = ask(server, "patient")
    assert not answer.holds(CANARY)
    assert "Sign in" in answer.text


def read_family_names() -> list[str]:
    """Everybody in the sample clinic: any of these names, seen without a sign-in, is a leak."""
    with (ROOT / "sample_data" / "clinic" / "patients.csv").open(encoding="utf-8", newline="") as file:
        return [row["family_name"] for row in csv.DictReader(file) if row["family_name"]]


def test_nadir_itself_with_the_sample_clinic_names_nobody_to_a_signed_out_first_request(clinic, tmp_path):
    names = read_family_names()
    with serve(ROOT, tmp_path / "log", environ={**SIGNED_OUT, "NADIR_DB_URL": clinic}) as server:
        answers = [("first", ask(server, "patient", query="patient=1")), *ask_everything(server, ROOT)]
    assert len(names) > 100
    assert [(wish, name) for wish, answer in answers for name in names if answer.holds(name)] == []
    assert [wish for wish, answer in answers if "Sign in" not in answer.text] == []


def test_nadir_itself_names_them_to_whoever_may_see(clinic, tmp_path):
    with serve(ROOT, tmp_path / "log", environ={"NADIR_DB_URL": clinic}) as server:
        answer = ask(server, "")
    assert sum(answer.holds(name) for name in read_family_names()) > 10


class TestTheProbeCanSee:
    """Two layouts known to leak: if the probe stays silent on them, it is blind and the tests above prove nothing."""

    def test_control_a_a_pages_folder_beside_the_main_script_leaks(self, tmp_path):
        folder = stand_ins.build_control_a(tmp_path / "a")
        with serve(folder, tmp_path / "log", ready="/_stcore/health") as server:
            assert ask(server, "audit").holds(CANARY)

    def test_control_c_a_page_that_draws_at_import_leaks_once(self, tmp_path):
        folder = stand_ins.build_control_c(tmp_path / "c")
        with serve(folder, tmp_path / "log", environ=SIGNED_OUT) as server:
            assert ask(server, "worklist").holds(CANARY)
