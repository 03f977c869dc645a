"""Feeds in words: silence is told with what was expected, and nothing undecided is called in order (P11)."""

from __future__ import annotations

import pytest

from core.views.feeds import banner, feed_table, hours_words
from core.views.import_model import Feed

HOUR = 3600


def feed(unseen_hours, expected, source="laboratory"):
    return Feed(source, 20_000 * 86_400 + 8 * HOUR, unseen_hours * HOUR, expected, None)


def test_no_banner_stands_while_everybody_is_heard_of_or_nobody_is_expected():
    assert banner([feed(24, 24), feed(9_000, None)]) is None


def test_the_banner_names_each_silent_feed_with_when_and_how_often():
    said = banner([feed(75, 24), feed(25, 24, "<i>ward"), feed(1, 24, "quiet one")])
    assert "2 feeds are silent." in said and 'role="alert"' in said
    assert "last seen 04-Oct-2024\u00a008:00, 3\u00a0days ago; expected every 1\u00a0day." in said
    assert "<i>" not in said and "quiet one" not in said


@pytest.mark.parametrize(("one", "word"), [(feed(1, 24), "AS EXPECTED"), (feed(25, 24), "SILENT"),
                                           (feed(1, None), "NOT WATCHED")])  # fmt: skip
def test_each_state_is_a_word(one, word):
    assert word in feed_table([one])


@pytest.mark.parametrize(
    ("hours", "words"), [(0, "0 hours"), (1, "1 hour"), (24, "1 day"), (36, "36 hours"), (72, "3 days")]
)
def test_a_length_of_time_is_told_in_days_or_hours(hours, words):
    assert hours_words(hours).replace("\u00a0", " ") == words
