"""The trail in words: narrowed, cut into pages, and no verdict that promises more than was checked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.acts import KINDS, OF_A_PATIENT, Act
from core.views.audit import (
    Choice,
    Told,
    columns,
    count_kinds,
    cut_page,
    head_text,
    make_lines,
    narrow,
    read_head_text,
    second_text,
    shown_words,
    tell_change,
    why_words,
)
from core.views.audit_subject import name_alerts, subject_words
from core.views.audit_words import filter_words, head_line, verdict_line
from tests.views.example import HOSTILE_NAMES, day

ENTRIES = [
    Told(4, 400, "A. Reed", "act", "P1", "acknowledge " + "0f" * 10, "", "", "acted-on"),
    Told(3, 300, "A. Reed", "view", "P2", "look", "", "", ""),
    Told(2, 200, "M. Okafor", "view", "P1", "look", "", "", ""),
    Told(1, 100, "M. Okafor", "export", "", "recall list, CSV, 2 patients", "", "", "due"),
]


def words(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        (Choice(), [4, 3, 2, 1]),
        (Choice(who=frozenset({"A. Reed"})), [4, 3]),
        (Choice(what=frozenset({"view"})), [3, 2]),
        (Choice(what=frozenset({"view", "export"}), who=frozenset({"M. Okafor"})), [2, 1]),
        (Choice(patient_id="P1"), [4, 2]),
        (Choice(since=200, until=400), [3, 2]),
        (Choice(patient_id=""), [1]),
        (Choice(who=frozenset({"nobody"})), []),
    ],
)
def test_a_filter_keeps_what_it_says_newest_first(choice, numbers):
    assert [one.number for one in narrow(ENTRIES, choice)] == numbers


def test_kinds_are_counted_in_a_fixed_order_and_an_unknown_one_is_not_lost():
    odd = Told(5, 500, "x", "teleport", "", "", "", "", "")
    assert list(count_kinds([*ENTRIES, odd]).items()) == [("view", 2), ("act", 1), ("export", 1), ("teleport", 1)]


@given(st.integers(0, 10_000), st.integers(-5, 500))
def test_the_pages_together_are_the_whole_list_and_no_page_is_out_of_reach(count, asked):
    cut = cut_page(count, asked)
    assert 1 <= cut.page <= cut.pages
    assert 0 <= cut.first <= cut.last <= count
    whole = [cut_page(count, page) for page in range(1, cut.pages + 1)]
    assert [one.first for one in whole[1:]] == [one.last for one in whole[:-1]]
    assert (whole[0].first, whole[-1].last) == (0, count)


def test_the_line_says_all_three_counts():
    assert (
        words(shown_words(cut_page(120, 3), 120, 10_000)) == "showing 101–120 of 120 that match · 10,000 entries in all"
    )
    assert words(shown_words(cut_page(0, 1), 0, 1)) == "showing 0 of 1 entry"


def test_of_before_and_after_only_what_differs_is_told_the_state_first():
    before = '{"act": 0, "owner": "", "state": "open"}'
    after = '{"act": 7, "owner": "A. Reed", "state": "acknowledged"}'
    assert tuple(map(words, tell_change(before, after))) == ("open · nobody", "acknowledged · A. Reed")
    kept = '{"act": 8, "owner": "A. Reed", "state": "snoozed"}'
    assert tell_change(after, kept) == ("acknowledged", "snoozed")


def test_a_list_a_date_and_plain_text_are_told_too():
    held = f'[{{"drug": "anakinra", "interval_days": 60, "expires": {day("2027-03-01")}}}]'
    assert words(tell_change(held, "")[0]) == "drug anakinra · expires 01-Mar-2027 · every 60 days"
    assert tell_change("off", "on {") == ("off", "on {")
    assert tell_change("", "") == ("", "")


def test_counts_of_an_import_are_written_as_counts_are():
    assert words(tell_change("", '{"rows_in": 12102, "stored": 12081}')[1]) == "rows in 12,102 · stored 12,081"


KNOWN = "0f" * 10
ACTED = Act("acknowledge", "A. Reed", "clinician", "P1", "k", KNOWN, "anakinra", "neutropenia")


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (f"acknowledge {KNOWN}", "Acknowledged: neutropenia (anakinra)"),
        (f"hand_over {KNOWN}", "Handed over: neutropenia (anakinra)"),
        ("decide " + "ab" * 10, "Decided: alert abababab"),
        ("look", "The patient's state"),
        ("sign_off", "Signed off in the green lane"),
        ("green lane 3: missed", "Green lane 3, drawn at random: something was missed"),
        ("interval override anakinra neutrophils", "Another interval: Neutrophils (anakinra)"),
        ("feed laboratory", "How often the feed laboratory is expected"),
        ("audit trail", "Audit trail"),
        ("a word nobody knows", "A word nobody knows"),
    ],
)
def test_an_entry_says_in_words_what_it_is_about_and_never_only_a_code(subject, said):
    assert subject_words(subject, name_alerts([ACTED])) == said


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_act_has_a_word_of_its_own(kind):
    subject = kind if kind in OF_A_PATIENT else f"{kind} {KNOWN}"
    said = subject_words(subject, {})
    assert kind not in said.split() and "_" not in said


def test_a_coded_reason_and_decision_are_told_in_words():
    assert why_words("acted-on; dose_held; told her; acted-on") == "Dealt with now; dose held; told her; acted-on"
    assert why_words("said in words") == "said in words"


def lines():
    people = {"P1": (7, "OAKMOSS, Zephyrine"), "P2": (None, "not on file")}
    return make_lines(ENTRIES, lambda utc: utc + 3_600, people.__getitem__)


def test_only_an_entry_about_a_patient_on_file_can_be_opened():
    cells = columns(lines(), {})
    assert cells["open"] == ["Open", None, "Open", None]
    assert cells["patient"] == ["OAKMOSS, Zephyrine", "not on file", "OAKMOSS, Zephyrine", ""]
    assert words(cells["when"][0]) == "01-Jan-1970 01:06:40"


def test_a_moment_is_told_to_the_second():
    assert words(second_text(day("2026-11-18") + 8 * 3600 + 12 * 60 + 5)) == "18-Nov-2026 08:12:05"


def test_a_head_is_read_back_as_written_and_anything_else_is_refused():
    assert read_head_text(f" {head_text(12, 'ab' * 32)}\n") == (12, "ab" * 32)
    for text in ("", "12", "12:", "12:xyz", f"-1:{'ab' * 32}", f"{'ab' * 32}:12", f"1:{'AB' * 32}", f"²:{'ab' * 32}"):
        assert read_head_text(text) is None


def test_an_intact_chain_without_an_anchor_does_not_promise_that_its_end_is_there():
    said = verdict_line("intact", "The trail is intact: 4 entries.", 0, "UTC", anchored=False)
    assert "✓ INTACT" in said
    assert "cannot be told from the chain alone" in said
    held = verdict_line("intact", "The trail is intact: 4 entries.", 0, "UTC", anchored=True)
    assert "nothing up to it was cut off" in held
    assert "cannot be told" not in held


@pytest.mark.parametrize("state", ["altered", "truncated", "rewritten"])
def test_a_broken_chain_is_an_alert_with_its_word_and_no_comfort(state):
    said = verdict_line(state, "It ends after entry 3.", 0, "UTC", anchored=True)
    assert f"▲ {state.upper()}" in said
    assert 'role="alert"' in said
    assert "nothing up to it" not in said


def test_the_filters_are_told_in_words_for_an_export():
    told = filter_words({"M. Okafor", "A. Reed"}, {"view"}, "patient 7", date(2026, 11, 1), None)
    assert told == "A. Reed; M. Okafor; Looked; patient 7; from 01-Nov-2026"
    assert filter_words((), (), "", None, None) == ""


def test_a_hostile_name_stays_text():
    said = verdict_line("altered", HOSTILE_NAMES[0], 0, "UTC", anchored=False) + head_line(HOSTILE_NAMES[0])
    assert "<img" not in said
