"""Every hazard and promise that the project names can be looked up by a stranger, and nothing claims to be signed."""

from __future__ import annotations

import re

from tests.architecture.tree import ROOT, list_texts, name_of

PAPER = ROOT / "docs" / "safety.md"
NAME = re.compile(r"\b(?:HAZ-\d{3}|P\d{2})\b")
ROW = re.compile(r"^\| (HAZ-\d{3}|P\d{2}) \| (.+) \|$", re.M)
#: Sheets and codes of others that look like a promise: a made-up patient's number in a test's file.
MADE_UP = re.compile(r"[\"',\n]P\d{2}[\"',]")


def test_every_hazard_and_promise_named_anywhere_stands_on_one_page():
    told = {name for name, _ in ROW.findall(PAPER.read_text(encoding="utf-8"))}
    unknown = {
        f"{name_of(file)}: {name}"
        for file in list_texts()
        if file != PAPER and file.suffix in (".py", ".md", ".toml")
        for name in NAME.findall(MADE_UP.sub("", file.read_text(encoding="utf-8")))
        if name not in told
    }
    assert unknown == set()


def test_each_name_is_told_once_in_words_and_in_order():
    rows = ROW.findall(PAPER.read_text(encoding="utf-8"))
    names = [name for name, _ in rows]
    assert names == sorted(set(names))
    assert all(len(words.split()) >= 4 for _, words in rows)


def test_the_page_says_that_nobody_has_signed_it_and_readers_are_led_to_it():
    assert "No Clinical Safety Officer has read, rated or approved" in PAPER.read_text(encoding="utf-8")
    assert "docs/safety.md" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "safety.md" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
