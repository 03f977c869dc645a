"""The trail: appended, chained, and honest about what a chain can and cannot show (P37, P38)."""

from __future__ import annotations

import sqlite3

import pytest

from core.store import audit
from core.store.audit import Entry
from tests.store.small_clinic import make_store


@pytest.fixture
def store(tmp_path):
    store = make_store(tmp_path)
    for n in range(1, 6):
        add(store, Entry(100 + n, "A. Reed", "view", f"P{n % 2}", f"look {n}", why="“round”"))
    return store


def add(store, entry):
    with store.writing() as connection:
        return audit.append(connection, entry)


def head(store):
    with store.reading() as connection:
        return audit.read_head(connection)


def verdict(store, anchored=None):
    with store.reading() as connection:
        told = audit.verify_chain(connection, anchored)
    return told.state, told.entries, told.at


def meddle(tmp_path, *statements):
    with sqlite3.connect(tmp_path / "clinic.db") as plain:
        for statement in statements:
            plain.execute(statement)


def test_an_untouched_trail_is_intact_with_and_without_an_anchor(store):
    assert verdict(store) == verdict(store, head(store)) == ("intact", 5, None)
    anchored = head(store)
    add(store, Entry(200, "B", "export"))
    assert verdict(store, anchored) == ("intact", 6, None)


def test_an_empty_trail_is_intact(tmp_path):
    assert verdict(make_store(tmp_path)) == ("intact", 0, None)


COLUMNS = ["recorded_at", "by", "what", "patient_id", "subject", "before", "after", "why", "previous", "hash"]


@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_cell_shows_at_its_entry(store, tmp_path, column):
    value = "999" if column == "recorded_at" else "'somebody else'"
    meddle(tmp_path, f'UPDATE audit SET "{column}" = {value} WHERE number = 3')
    assert verdict(store)[::2] == ("altered", 3)


def test_an_entry_taken_out_of_the_middle_shows_even_renumbered(store, tmp_path):
    meddle(tmp_path, "DELETE FROM audit WHERE number = 2")
    assert verdict(store)[::2] == ("altered", 2)
    meddle(tmp_path, *(f"UPDATE audit SET number = {n - 1} WHERE number = {n}" for n in (3, 4, 5)))
    assert verdict(store)[::2] == ("altered", 2)


def test_two_entries_that_change_places_show(store, tmp_path):
    meddle(tmp_path, *(f"UPDATE audit SET number = {b} WHERE number = {a}" for a, b in ((2, 9), (3, 2), (9, 3))))
    assert verdict(store)[::2] == ("altered", 2)


def test_a_cut_end_shows_only_against_a_head_kept_elsewhere(store, tmp_path):
    anchored = head(store)
    meddle(tmp_path, "DELETE FROM audit WHERE number = 5")
    assert verdict(store) == ("intact", 4, None)
    assert verdict(store, anchored) == ("truncated", 4, 5)


def test_a_trail_rebuilt_from_the_start_is_told_from_the_one_anchored(store, tmp_path):
    anchored = head(store)
    meddle(tmp_path, "DELETE FROM audit")
    for n in range(1, 7):
        add(store, Entry(100 + n, "Somebody", "view", "P1"))
    assert verdict(store) == ("intact", 6, None)
    assert verdict(store, anchored) == ("rewritten", 6, 5)


def test_every_verdict_is_a_sentence(store, tmp_path):
    with store.reading() as connection:
        assert "intact: 5 entries" in audit.verify_chain(connection).words
    anchored = head(store)
    meddle(tmp_path, "DELETE FROM audit WHERE number = 5")
    with store.reading() as connection:
        assert "entries are missing" in audit.verify_chain(connection, anchored).words


def test_entries_are_read_newest_first_of_one_patient_or_only_so_many(store):
    with store.reading() as connection:
        assert [number for number, _ in audit.list_entries(connection)] == [5, 4, 3, 2, 1]
        assert [number for number, _ in audit.list_entries(connection, newest=2)] == [5, 4]
        of_one = list(audit.list_entries(connection, patient_id="P1"))
    assert [number for number, _ in of_one] == [5, 3, 1]
    assert of_one[0][1] == Entry(105, "A. Reed", "view", "P1", "look 5", why="“round”")


def test_what_the_trail_has_no_word_for_is_refused(store):
    with pytest.raises(ValueError, match="knows no"):
        add(store, Entry(1, "A", "delete"))
    assert verdict(store) == ("intact", 5, None)
