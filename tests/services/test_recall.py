"""An override is an act: attributed, with a reason and an end, kept for good; what the engine finds stays as it is."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from core.errors import InputRefused
from core.records import DAY
from core.services import recall_files, review
from core.services.demo import load_demo
from core.services.recall import LONGEST_LIFE_DAYS, Wish, end_override, read_recall, set_override
from core.services.trail import list_trail, verify_trail
from core.store import overrides
from core.store.connect import open_store
from core.views.recall import Choice, narrow
from tests.paper.papers import read_text, squeeze
from tests.views.example import day

TODAY = day("2026-11-20")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("recall") / "clinic.db"
    load_demo(f"sqlite:///{path}")
    return path


@pytest.fixture
def url(kept, tmp_path):
    """The sample clinic, fresh for each test."""
    import sqlite3

    source, copy = sqlite3.connect(kept), sqlite3.connect(tmp_path / "clinic.db")
    source.backup(copy)
    source.close()
    copy.close()
    return f"sqlite:///{tmp_path / 'clinic.db'}"


def first_due(url: str):
    return next(line for line in read_recall(url).lines if line.states[0] == "due" and line.needs[0].own_days)


def wish(line, **changes) -> Wish:
    need = line.needs[0]
    asked = Wish(line.key, need.drug, need.test, 90, "stable counts", "Dr Fennel", TODAY + 60 * DAY)
    return replace(asked, **changes)


def test_an_override_moves_the_date_on_the_list_and_nothing_the_engine_finds(url):
    before = review.clinic(url).standing
    line = first_due(url)
    set_override(url, wish(line), "local user")
    after = read_recall(url)
    changed = next(one for one in after.lines if one.key == line.key)
    assert changed.changes[0].after.due > changed.changes[0].before.due
    assert after.picture.standing == before
    assert {one.key: one.needs for one in after.lines if one.key != line.key} == {
        one.key: one.needs for one in read_recall(url).lines if one.key != line.key
    }


def test_an_override_is_attributed_and_stands_in_the_trail(url):
    line = first_due(url)
    set_override(url, wish(line), "A. Pharmacist")
    (held,) = read_recall(url).in_force
    assert (held.by, held.owner, held.reason, held.interval_days) == ("A. Pharmacist", "Dr Fennel", "stable counts", 90)
    _, entry = list_trail(url, newest=1)[0]
    assert (entry.by, entry.what, entry.patient_id, entry.why) == (
        "A. Pharmacist", "act", line.patient_id, "stable counts"
    )  # fmt: skip
    assert json.loads(entry.after)["interval_days"] == 90
    assert verify_trail(url).state == "intact"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reason": "  "}, "Give a reason"),
        ({"owner": ""}, "Give an owner"),
        ({"interval_days": 0}, "interval from 1"),
        ({"interval_days": 4000}, "interval from 1"),
        ({"expires": TODAY}, "expiry after today"),
        ({"expires": TODAY + (LONGEST_LIFE_DAYS + 1) * DAY}, "expiry after today and within"),
        ({"test": "<script>"}, "Choose one of the tests"),
        ({"key": 99_999}, "no such patient"),
        ({"reason": "x" * 401}, "Shorten a reason"),
    ],
)
def test_an_override_without_a_reason_an_owner_or_a_sound_end_is_refused(url, changes, why):
    with pytest.raises(InputRefused, match=why):
        set_override(url, wish(first_due(url), **changes), "local user")
    assert read_recall(url).in_force == ()


def test_an_override_ends_with_a_reason_and_the_rules_dates_return_at_once(url):
    line = first_due(url)
    number = set_override(url, wish(line), "local user")
    with pytest.raises(InputRefused, match="Say why"):
        end_override(url, number, "local user", " ")
    end_override(url, number, "local user", "counts fell")
    found = read_recall(url)
    assert found.in_force == ()
    assert [one.row_id for one in found.over] == [number]
    assert next(one for one in found.lines if one.key == line.key).needs == line.needs
    with pytest.raises(InputRefused, match="does not hold any more"):
        end_override(url, number, "another", "too late")


def test_a_second_override_of_the_same_test_replaces_the_first_and_both_are_kept(url):
    line = first_due(url)
    first = set_override(url, wish(line), "one")
    second = set_override(url, wish(line, interval_days=45), "another")
    found = read_recall(url)
    assert [one.row_id for one in found.in_force] == [second]
    assert [one.row_id for one in found.over] == [first]
    end_override(url, second, "another", "back to the rule")
    assert read_recall(url).in_force == ()


def test_an_override_expires_by_itself_and_the_rules_dates_return(url):
    set_override(url, wish(first_due(url)), "local user")
    with open_store(url).reading() as connection:
        rows = overrides.list_overrides(connection)
    assert [row.row_id for row in overrides.list_in_force(rows, TODAY + 60 * DAY)] == [rows[0].row_id]
    assert overrides.list_in_force(rows, TODAY + 61 * DAY) == []


def test_an_override_survives_another_import_and_counts_from_the_newest_result(url):
    line = first_due(url)
    set_override(url, wish(line), "local user")
    with open_store(url).reading() as connection:
        last = overrides.last_results(connection, [line.key], TODAY + DAY)
    changed = next(one for one in read_recall(url).lines if one.key == line.key).changes[0]
    assert changed.after.due == last[line.key, line.needs[0].test] // DAY * DAY + 90 * DAY
    assert date(1970, 1, 1).toordinal() + changed.after.due // DAY > date(2026, 11, 20).toordinal() - 90


@pytest.mark.parametrize(
    ("form", "begins"),
    [("CSV", b"\xef\xbb\xbf#"), ("Excel", b"PK"), ("Calendar", b"BEGIN:VCALENDAR"), ("Letters", b"%PDF")],
)
def test_every_export_is_made_of_the_patients_shown_and_leaves_a_line_in_the_trail(url, form, begins):
    found = read_recall(url)
    shown = narrow(found.lines, Choice(), found.picture.as_of)[:3]
    made = recall_files.make_file(
        url,
        form,
        shown,
        found.picture,
        choice=Choice(),
        filters="draws within 4 weeks",
        total=len(found.lines),
        by="me",
    )
    assert made.startswith(begins)
    _, entry = list_trail(url, newest=1)[0]
    assert (entry.by, entry.what, entry.subject) == ("me", "export", f"recall list, {form}, 3 patients")
    if form == "CSV":
        text = made.decode("utf-8-sig")
        assert f"3 of {len(found.lines)} patients" in text.replace("\u00a0", " ")
        assert "draws within 4 weeks" in text


def test_one_patient_is_one_patient_in_the_trail(url):
    found = read_recall(url)
    recall_files.make_file(
        url, "CSV", found.lines[:1], found.picture, choice=Choice(), filters="", total=len(found.lines), by="me"
    )
    assert list_trail(url, newest=1)[0][1].subject == "recall list, CSV, 1 patient"


@pytest.mark.parametrize("form", ["CSV", "Calendar", "Letters"])
def test_every_file_says_the_same_total_and_the_same_filters(url, form):
    found = read_recall(url)
    shown, total = narrow(found.lines, Choice(), found.picture.as_of)[:3], len(found.lines)
    assert total != len(found.picture.people)  # else this could not fail
    made = recall_files.make_file(
        url, form, shown, found.picture, choice=Choice(), filters="draws within 4 weeks", total=total, by="me"
    )
    text = read_text(made) if form == "Letters" else made.decode("utf-8-sig").replace("\r\n ", "")
    assert squeeze(f"3 of {total} patients") in squeeze(text)
    assert squeeze("draws within 4 weeks") in squeeze(text)
