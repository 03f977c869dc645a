"""The decision log: dated, newest first, one paragraph each, with its reason and its place."""

from __future__ import annotations

import re
from datetime import date

from tests.architecture.tree import ROOT

ENTRIES = re.findall(
    r"^## (D\d+) · (\d{4}-\d{2}-\d{2}) · (.+)\n\n([\s\S]*?)(?=\n## |\Z)",
    (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8"), re.M,
)  # fmt: skip


def test_the_log_has_entries_and_each_heading_has_a_date():
    headings = re.findall(r"^## ", (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8"), re.M)
    assert len(ENTRIES) == len(headings) > 0


def test_the_newest_stands_first():
    days = [date.fromisoformat(day) for _, day, _, _ in ENTRIES]
    numbers = [int(number[1:]) for number, _, _, _ in ENTRIES]
    assert days == sorted(days, reverse=True)
    assert numbers == list(range(len(ENTRIES), 0, -1))


def test_each_is_one_paragraph_that_names_a_place_that_exists():
    for number, _, _, text in ENTRIES:
        assert "\n\n" not in text.strip(), number
        places = re.search(r"Where:\s([\s\S]+)\.\Z", text.strip())
        assert places, number
        named = re.findall(r"`([^`]+)`", places[1])
        assert named, number
        assert [place for place in named if not (ROOT / place).exists()] == [], number
