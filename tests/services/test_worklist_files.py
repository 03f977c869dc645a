"""The worklist and the blind spots leave the screen inert, saying how they came about, never unnoticed (P15, P40)."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from core.errors import InputRefused
from core.services import green_lane, list_file, worklist_files
from core.services.worklist import Panel
from core.views.blind_spots import list_blind_spots
from core.views.row_states import NO_ALERT
from core.views.worklist import Choice, narrow
from tests.views import example
from tests.views.test_worklist_states import PICTURE, ROWS

SPOTS = list_blind_spots(PICTURE)


@pytest.fixture
def trail(monkeypatch):
    told = []
    monkeypatch.setattr(list_file, "record", lambda url, by, what, **said: told.append((by, what, said)))
    return told


def panel():
    return Panel(PICTURE, {}, dict.fromkeys(PICTURE.people, NO_ALERT), frozenset(), frozenset(), (), 0, example.AS_OF)


def worklist(form, marks=()):
    shown = narrow(ROWS, Choice(marks=frozenset(marks)))
    return worklist_files.make_worklist(
        "sqlite://", form, shown.rows, panel(), filters="LOW", hidden_high=shown.hidden_high, by="A. Reed"
    )


def test_a_filtered_list_says_its_filters_counts_day_and_what_it_hides(trail):
    made = worklist("CSV", ["low"]).decode("utf-8-sig")
    low = [row for row in ROWS if "low" in row.marks]
    assert f"{len(low)} of {len(PICTURE.people)}" in made and "LOW" in made and "20-Nov-2026" in made
    high = sum(row.high_alerts > 0 for row in ROWS)
    assert f'# Patients with a high alert left out,"{high}"' in made
    assert trail == [("A. Reed", "export", {"subject": f"worklist, CSV, {len(low)} patients", "why": "LOW"})]


def test_a_name_from_outside_never_runs_in_a_sheet(trail):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(worklist("Excel")))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert not [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+@"]
    assert sum(1 for row in book["List"].iter_rows(min_row=2) if row[0].value) == len(ROWS)


def test_every_row_of_the_file_is_told_whole(trail):
    made = worklist("CSV")
    assert all(row.why in made.decode("utf-8-sig") for row in ROWS if '"' not in row.why)
    assert "…" not in made.decode("utf-8-sig").split("\r\n", 12)[-1]


def test_a_list_judged_earlier_neither_leaves_nor_is_signed_off(trail):
    earlier = replace(panel(), is_now=False)
    with pytest.raises(InputRefused, match="brought up to now"):
        worklist_files.make_worklist("sqlite://", "CSV", ROWS, earlier, filters="", hidden_high=0, by="A. Reed")
    with pytest.raises(InputRefused, match="brought up to now"):
        green_lane.sign_off_lane("sqlite://", 1, "A. Reed", "clinician", earlier)
    assert not trail


@pytest.mark.parametrize("form", list(list_file.FORMS))
def test_blind_spots_leave_with_their_remedies_and_a_line_in_the_trail(trail, form):
    made = worklist_files.make_blind_spots(
        "sqlite://", form, SPOTS, PICTURE, filters="Reason: No unit", total=len(SPOTS), by="A. Reed"
    )
    assert made[:3] in (b"\xef\xbb\xbf", b"PK\x03")
    assert trail[0][2]["subject"] == f"blind spots, {form}, {len(SPOTS)} blind spots"
    assert "\u00a0" not in trail[0][2]["subject"]
    if form == "CSV":
        assert all(one.remedy in made.decode("utf-8-sig") for one in SPOTS)


@pytest.mark.parametrize(("count", "said"), [(0, "0 blind spots"), (1, "1 blind spot"), (2, "2 blind spots")])
def test_the_trail_counts_what_left_in_good_words(trail, count, said):
    worklist_files.make_blind_spots(
        "sqlite://", "CSV", SPOTS[:count], PICTURE, filters="", total=len(SPOTS), by="A. Reed"
    )
    assert trail[0][2]["subject"] == f"blind spots, CSV, {said}"
