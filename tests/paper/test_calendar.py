"""Due tests as a calendar: readable by RFC 5545's rules, updated by a second import, naming nobody unasked."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.paper.calendar_file import to_ics
from core.views.recall import list_lines
from tests.paper.papers import about
from tests.views import example

PATIENTS = example.clinic()
LINES = list_lines(PATIENTS)
NAMED = {"people": PATIENTS.people}


def unfold(content: bytes) -> list[str]:
    """The lines a reader sees, folded ones joined again."""
    return content.decode("utf-8").replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def read_entries(content: bytes) -> list[dict[str, str]]:
    """Each entry's properties; none may come twice."""
    entries: list[dict[str, str]] = []
    for line in unfold(content):
        name, value = line.split(":", 1)
        if line == "BEGIN:VEVENT":
            entries.append({})
        elif entries:
            assert name not in entries[-1] or name == "END"
            entries[-1][name] = value
    return entries


def unescape(value: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def test_there_is_one_entry_for_each_draw():
    assert len(read_entries(to_ics(LINES, about()))) == sum(len(line.draws) for line in LINES) == 2


def test_the_file_is_a_calendar_by_the_rules():
    lines = unfold(to_ics(LINES, about()))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    assert [line for line in lines if not re.match(r"[A-Z-]+(;[A-Z]+=[A-Z]+)?:", line)] == []
    for entry in read_entries(to_ics(LINES, about())):
        assert {"UID", "DTSTAMP", "SEQUENCE", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY"} <= set(entry)


def test_lines_end_as_they_must_and_none_is_longer_than_75_octets_nor_tears_a_letter():
    long = replace(LINES[0], patient_id="Łódź-" * 60)
    content = to_ics([long], about(filters="ąęć" * 100, shown=1, total=1))
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    for line in content.split(b"\r\n"):
        assert len(line) <= 75
        line.decode("utf-8")
    assert "Łódź-" * 60 in unescape(read_entries(content)[0]["SUMMARY"])


def test_an_entry_is_a_whole_day_and_blocks_no_time():
    first = read_entries(to_ics(LINES, about()))[0]
    assert (first["DTSTART;VALUE=DATE"], first["DTEND;VALUE=DATE"]) == ("20261120", "20261121")
    assert first["TRANSP"] == "TRANSPARENT"


def test_no_name_leaves_the_clinic_unless_it_is_asked_for():
    content = to_ics(LINES, about()).decode("utf-8")
    for person in PATIENTS.people.values():
        assert person.family_name not in content
        assert person.given_name not in content
    assert "SAMPLE-0005" in content
    assert "YARROW\\, Odo" in to_ics(LINES, about(), **NAMED).decode("utf-8").replace("\r\n ", "")


def test_a_draw_that_moved_keeps_its_entry_and_outranks_the_older_file():
    before = read_entries(to_ics(LINES, about(version=3)))
    moved = [
        replace(line, draws=tuple(replace(draw, day=draw.day + 7 * 86_400) for draw in line.draws)) for line in LINES
    ]
    after = read_entries(to_ics(moved, about(version=4)))
    assert [one["UID"] for one in after] == [one["UID"] for one in before]
    assert [one["DTSTART;VALUE=DATE"] for one in after] != [one["DTSTART;VALUE=DATE"] for one in before]
    assert all(int(new["SEQUENCE"]) > int(old["SEQUENCE"]) for new, old in zip(after, before, strict=True))


def test_no_two_entries_share_a_uid_and_no_uid_holds_an_identifier():
    entries = read_entries(to_ics(LINES, about()))
    assert len({one["UID"] for one in entries}) == len(entries)
    assert not any("SAMPLE" in one["UID"] for one in entries)


@pytest.mark.parametrize("name", ["x\nATTACH:http://evil", "a;b,c\\d", "\r\nEND:VCALENDAR", "ATTENDEE:mailto:a@b"])
def test_a_hostile_identifier_stays_inside_its_line(name):
    lines = unfold(to_ics([replace(LINES[0], patient_id=name)], about()))
    assert not any(line.startswith(("ATTACH", "ATTENDEE")) for line in lines)
    assert lines.count("END:VCALENDAR") == 1
    if "\n" not in name:
        assert name in unescape(next(line for line in lines if line.startswith("SUMMARY:")))


def test_the_clinics_clock_is_told_in_universal_time():
    entry = read_entries(to_ics(LINES, about(), zone="America/New_York"))[0]
    assert entry["DTSTAMP"] == "20261121T045959Z"


def test_the_sample_clinic_says_so_in_every_entry():
    for entry in read_entries(to_ics(LINES, about())):
        assert entry["SUMMARY"].startswith("SAMPLE: ")
    assert "SAMPLE: " not in to_ics(LINES, about(sample=False)).decode("utf-8")


def test_what_is_late_is_called_late_and_what_is_due_has_its_last_day():
    told = [unescape(one["DESCRIPTION"]) for one in read_entries(to_ics(LINES, about()))]
    assert any("late." in one for one in told)
    assert any("until 16-Dec-2026." in one for one in told)
