"""The same exports on the screens: who is on the worklist, what a patient's screen shows, whom Nadir cannot protect."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.services import review

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT.parent / "shared" / "fixtures"
EXPORTS = {
    "clinsight_trial": (FIXTURES / "csv" / "clinsight_trial", "2023-09-14"),
    "cdisc_lb": (FIXTURES / "csv" / "cdisc_lb_40subjects.csv", "2014-12-30"),
}
pytestmark = [
    pytest.mark.external,
    pytest.mark.skipif(not FIXTURES.is_dir(), reason="../shared/fixtures is not here"),
]
STOPS = {
    "COPPERBELL": "0.85", "INDIGOBELL": "0.73", "KESTRELBELL": "0.92", "BRAMBLECUP": "0.6", "COPPERCUP": "0.62",
    "GINGERCUP": "0.58", "JUNIPERCUP": "1.12", "BRAMBLEFERN": "1.43",
}  # fmt: skip


def run(url: str, *arguments: str | pathlib.Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NADIR_")}
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment | {"NADIR_DB_URL": url}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each export in a store of its own, loaded as the walk-through does."""
    urls = {}
    for mapping, (export, _) in EXPORTS.items():
        folder = tmp_path_factory.mktemp(mapping)
        urls[mapping] = url = f"sqlite:///{folder / 'clinic.db'}"
        run(url, "docs/walkthrough/make_companions.py", export, "--out", folder / "companions")
        run(url, "-m", "core", "import", folder / "companions", "--source", "sample")
        run(url, "-m", "core", "import", export, "--source", "sample", "--mapping", mapping)
    return urls


@pytest.fixture(params=list(EXPORTS))
def opened(request: pytest.FixtureRequest, stores: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """One of the stores as the clinic in use, its clock on the export's last day."""
    name: str = request.param
    monkeypatch.setenv("NADIR_DB_URL", stores[name])
    monkeypatch.setenv("NADIR_AS_OF", EXPORTS[name][1])
    return stores[name]


only_trial = pytest.mark.parametrize("opened", ["clinsight_trial"], indirect=True)
only_cdisc = pytest.mark.parametrize("opened", ["cdisc_lb"], indirect=True)


def show(screen: Callable[[], None], **query: str) -> AppTest:
    shown = AppTest.from_function(screen, default_timeout=60)
    for name, value in query.items():
        shown.query_params[name] = value
    shown.run()
    assert not shown.exception
    return shown


def words(shown: AppTest) -> str:
    return " ".join(block.proto.body for block in shown.get("html"))


def open_worklist() -> None:
    from pages import worklist

    worklist.render()


def open_patient() -> None:
    from pages import patient

    patient.render()


def open_blind_spots() -> None:
    from pages import blind_spots

    blind_spots.render()


@only_trial
def test_the_worklist_names_everybody_with_a_low_count_and_the_count(opened: str) -> None:
    table = show(open_worklist).dataframe[0].value
    shown = {row["patient"].split(",", maxsplit=1)[0]: row["why"] for _, row in table.iterrows()}
    for name, count in STOPS.items():
        assert f"Neutrophils {count} ×10⁹/L" in shown[name]
        assert "below 1.5" in shown[name]


def test_every_screen_says_that_these_people_are_made_up_and_what_day_it_is(opened: str) -> None:
    said = words(show(open_worklist))
    assert "SAMPLE" in said.upper()
    assert ("14-Sep-2023" in said) or ("30-Dec-2014" in said)


@only_trial
def test_a_patients_screen_shows_the_name_the_count_and_the_advice(opened: str) -> None:
    (person,) = [one for one in review.clinic(opened).people.values() if one.patient_id == "BEL_08_885"]
    said = words(show(open_patient, patient=str(person.key)))
    assert "INDIGOBELL" in said
    assert "0.73" in said
    assert "below 1.5" in said


@only_cdisc
def test_the_forty_without_a_neutrophil_count_are_blind_spots_with_a_remedy(opened: str) -> None:
    table = show(open_blind_spots).dataframe[0].value
    neutropenia = table[table["what"].str.contains("eutropenia")]
    assert len(neutropenia) == len(set(neutropenia["patient"])) == 40
    assert set(neutropenia["why"]) == {"No result yet"}
    assert all(remedy.startswith("Request neutrophils") for remedy in neutropenia["remedy"])
