"""README's commands exist, its links lead somewhere, and it says what Nadir is not."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.architecture.tree import ROOT, list_files, name_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAPERS = [file for file in list_files() if file.suffix == ".md" and "pages" not in file.parts]
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
    ):
        assert words in README


def test_every_setting_of_readme_is_read_and_every_one_read_is_in_readme():
    told = set(re.findall(r"`(NADIR_[A-Z_]+)`", README))
    read = {
        name
        for file in list_files()
        if file.suffix == ".py" and file.relative_to(ROOT).parts[0] in ("core", "pages", "tools", "app.py")
        for name in re.findall(r"\bNADIR_[A-Z_]+\b", file.read_text(encoding="utf-8"))
    }
    assert told == read
