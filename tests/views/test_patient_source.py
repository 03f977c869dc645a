"""From a number to its line in a file and its distance to the limit: the card behind every value (P21, P24)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.views.flowsheet import flowsheet
from core.views.margin import margin_text
from core.views.source_card import card_id, find_value, source_card
from tests.views import example

PICTURE = replace(
    example.patient(),
    limits=tuple(
        replace(one, priority="high" if one.label == "stop" else "medium") for one in example.patient().limits
    ),
)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").replace("&lt;", "<"))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.9, "0.6 ×10⁹/L below 1.5 (EMA stop), −40 %"),
        (1.2, "0.3 ×10⁹/L below 1.5 (EMA stop), −20 %"),
        (1.5, "0.1 ×10⁹/L below 1.6 (BSR review), −6.3 %"),
        (3.2, "1.6 ×10⁹/L above 1.6 (BSR review), +100 %"),
        (1.6, "at the limit 1.6 (BSR review)"),
    ],
)
def test_the_margin_is_to_the_gravest_limit_passed_else_to_the_nearest(value, said):
    point = example.point(1, "2026-11-18", value)
    assert margin_text("neutrophils", point, PICTURE.limits).replace("\u00a0", " ") == said


@pytest.mark.parametrize(
    "given", [{"comparator": "<"}, {"reason": "conflicting_duplicate"}, {"superseded": True}]
)  # fmt: skip
def test_what_is_no_certain_number_has_no_margin(given):
    assert margin_text("neutrophils", example.point(1, "2026-11-18", 0.9, **given), PICTURE.limits) == ""


def test_a_value_without_a_limit_has_no_margin():
    assert margin_text("crp", example.point(1, "2026-11-18", 64.0, unit="mg/L"), PICTURE.limits) == ""


def test_the_card_names_file_row_import_and_when_it_was_known():
    point = replace(
        PICTURE.series["neutrophils"][-1], feed="laboratory", import_number=12, imported_at=example.AS_OF,
        known_at=example.AS_OF, status="final",
    )  # fmt: skip
    said = words_of(source_card("neutrophils", point, PICTURE))
    for piece in (
        "Neutrophils 0.9 ×10⁹/L", "results.csv, row 70", "no. 12 from laboratory", "Known from 20-Nov-2026 23:59",
        "Margin 0.6 ×10⁹/L below 1.5 (EMA stop)", "Reference 2–7.5 as reported",
    ):  # fmt: skip
        assert piece in said


def test_a_replaced_value_leads_to_the_row_that_took_its_place():
    series = tuple(
        replace(one, replaced_by=67) if one.row_id == 69 else one for one in PICTURE.series["neutrophils"]
    )  # fmt: skip
    picture = replace(PICTURE, series={**PICTURE.series, "neutrophils": series})
    old = next(one for one in series if one.row_id == 69)
    assert "Replaced by 1.2 ×10⁹/L, results.csv, row 69" in words_of(source_card("neutrophils", old, picture))


def test_a_derived_count_says_what_it_was_computed_from_and_claims_no_line():
    point = replace(example.point(-5, "2026-11-18", 1.56), file="", row=0, status="derived", value_as_given="")
    said = words_of(source_card("neutrophils", point, PICTURE))
    assert "computed from other results of the same sample" in said and "results.csv" not in said
    assert "derived from the white cell count" in said


def test_a_row_of_somebody_else_is_not_found():
    other = example.patient(2, "BRACKEN")
    theirs = replace(other, series={"crp": (example.point(4711, "2026-11-01", 3.0, unit="mg/L"),)})
    assert find_value(theirs, 4711) is not None
    assert find_value(PICTURE, 4711) is None and find_value(PICTURE, 0) is None


def test_every_value_of_the_flowsheet_opens_a_card_of_its_own_and_no_card_is_another_patients():
    html = str(flowsheet(PICTURE).table)
    opened = re.findall(r'popovertarget="([^"]+)"', html)
    cards = re.findall(r'id="([^"]+)"', html)
    assert sorted(opened) == sorted(cards) and len(set(cards)) == len(cards) == 18
    assert set(re.findall(r'data-patient="(\d+)"', html)) == {"1"}
    assert card_id(-5) != card_id(5)


def test_the_margin_stands_behind_every_judged_value_of_the_flowsheet():
    assert "0.6\u00a0×10⁹/L below 1.5 (EMA stop)" in flowsheet(PICTURE).table


def test_older_dates_are_a_page_of_their_own_and_counted():
    sheet = flowsheet(PICTURE, most_dates=4, skip=4)
    assert sheet.line == "showing 4 of 11\u00a0dates, after 4 newer, newest first"
    assert flowsheet(PICTURE, most_dates=4, skip=99).shown == 1
    assert sheet.table.count('<th scope="col">') == 3 + 4


@pytest.mark.parametrize("name", example.HOSTILE_NAMES)
def test_an_outside_name_in_a_source_is_shown_as_it_is(name):
    point = replace(PICTURE.series["neutrophils"][-1], file=name, feed=name, import_number=1, value_as_given=name)
    html = source_card("neutrophils", point, PICTURE)
    assert "<img" not in html and "<a " not in html
