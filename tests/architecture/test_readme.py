"""README's commands exist, its links lead somewhere, it says what Nadir is not, and no room or table goes untold."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from core.store.schema import metadata
from tests.architecture.tree import ROOT, list_files, name_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAPERS = [file for file in list_files() if file.suffix == ".md" and "pages" not in file.parts]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
IMAGES = ROOT / "docs" / "images"
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))


@pytest.fixture(scope="module")
def commands() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "core", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_two_commands_are_named():
    assert {"make run", "make test"} <= set(re.findall(r"^make [a-z]+", README, re.M))


def test_the_windows_steps_are_those_of_make():
    windows = README.split("### Windows")[1].split("\n## ")[0]
    for step in (
        "-m streamlit run app.py --server.address 127.0.0.1",
        "-m core demo",
        "-m core protocols check",
        "-m pytest",
    ):
        assert step in windows
        assert step in MAKEFILE
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert f"--require-hashes -r {lock}" in windows
        assert lock in MAKEFILE


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_every_make_task_a_paper_names_exists(paper):
    named = re.findall(r"(?:^|`)make ([a-z]+)\b", paper.read_text(encoding="utf-8"), re.M)
    assert sorted(set(named) - TARGETS) == []


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_every_command_a_paper_names_exists(paper, commands):
    named = re.findall(r"python -m core ([a-z]+)", paper.read_text(encoding="utf-8"))
    assert [name for name in sorted(set(named)) if not re.search(rf"^\s+{name}\b", commands, re.M)] == []


@pytest.mark.parametrize("paper", PAPERS, ids=name_of)
def test_every_link_between_papers_leads_somewhere(paper):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", paper.read_text(encoding="utf-8"))
    assert [link for link in links if not (paper.parent / link).exists()] == []


def test_readme_says_what_nadir_is_not():
    for words in (
        "Not an emergency system",
        "laboratory phoning",
        "No clinician has approved",
        "no compliance is claimed",
        "whoever runs it keeps the machine",
        "answers for its clinical use",
    ):
        assert words in README


def test_readme_says_at_its_head_what_nadir_is_for_and_not_for():
    head = README.split("\n## ")[0]
    assert "**For**: monitoring laboratory results" in head
    assert "**Not for** emergencies" in head


def test_every_screen_of_the_menu_is_told_in_readme():
    shell = (ROOT / "pages" / "shell.py").read_text(encoding="utf-8")
    titles = re.findall(r'Screen\("\w+", "\w+", "([^"]+)"', shell)
    assert titles
    assert [title for title in titles if f"| **{title}** |" not in README] == []


def test_every_kept_picture_is_shown_and_described():
    shown = {
        (paper.parent / path).resolve()
        for paper in PAPERS
        for words, path in re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", paper.read_text(encoding="utf-8"))
    }
    kept = {file for file in list_files() if file.is_relative_to(IMAGES) and file.suffix == ".png"}
    assert sorted(map(name_of, kept - shown)) == []


def test_every_kept_picture_is_small():
    heavy = [file for file in list_files() if file.is_relative_to(IMAGES) and file.stat().st_size > 400_000]
    assert list(map(name_of, heavy)) == []


def test_every_table_of_the_store_is_told_in_architecture():
    store = ARCHITECTURE.split("## The store")[1].split("\n## ")[0]
    assert sorted(set(metadata.tables) - set(re.findall(r"`(\w+)`", store))) == []


def test_every_room_of_core_is_told_in_architecture():
    rooms = {file.relative_to(ROOT / "core").parts[0] for file in list_files() if file.is_relative_to(ROOT / "core")}
    told = re.findall(r"\w+", ARCHITECTURE)
    assert sorted({room.removesuffix(".py") for room in rooms if not room.startswith("__")} - set(told)) == []


def test_every_setting_of_readme_is_read_and_every_one_read_is_in_readme():
    told = set(re.findall(r"`(NADIR_[A-Z_]+)`", README))
    read = {
        name
        for file in list_files()
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in ("core", "pages", "tools", "app.py")
        for name in re.findall(r"\bNADIR_[A-Z_]+\b", file.read_text(encoding="utf-8"))
    }
    assert told == read
