"""The three formatters of every number on screen: value, date, dose (P25, P28, P29)."""

from __future__ import annotations

import locale
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import DAY, FAR, LONG_AGO
from core.views import text
from core.views.names import measured_text
from tests.architecture.tree import list_modules, name_of
from tests.views.example import day


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.5"),
        (1.0, "1"),
        (1200, "1,200"),
        (1490, "1,490"),
        (139.6, "139.6"),
        (-2.5, "−2.5"),
        (0, "0"),
        (0.0123456, "0.0123"),
    ],
)
def test_a_number_is_printed_as_a_laboratory_prints_it(value, shown):
    assert text.number_text(value) == shown


@pytest.mark.parametrize(
    ("value", "limit", "usual", "shown"),
    [
        (139.6, 140, 0, "139.6"),
        (1.55, 1.6, 1, "1.55"),
        (1.4996, 1.5, 2, "1.4996"),
        (29.96, 30, 0, "29.96"),
        (1.5, 1.5, 2, "1.5"),
    ],
)
def test_rounding_never_crosses_a_limit(value, limit, usual, shown):
    assert text.number_text(value, against=[limit], usual=usual) == shown


@given(st.decimals("0.01", "2000", places=4), st.decimals("0.01", "2000", places=2), st.integers(0, 3))
def test_a_shown_number_lies_on_the_same_side_of_its_limit_as_the_number_itself(value, limit, usual):
    shown = Decimal(text.number_text(float(value), against=[float(limit)], usual=usual).replace(",", ""))
    assert (shown < limit, shown > limit) == (value < limit, value > limit)


def test_recorded_precision_is_kept_and_the_digits_of_a_conversion_are_not():
    assert measured_text("neutrophils", 1.495, unit="10*9/L") == "1.495\u00a0×10⁹/L"
    assert measured_text("creatinine", 106.08, unit="umol/L") == "106\u00a0µmol/L"
    assert measured_text("creatinine", 88.4, converted=True) == "88"


def test_a_bound_keeps_its_comparator():
    assert measured_text("neutrophils", 0.3, "<", "10*9/L") == "<0.3\u00a0×10⁹/L"
    assert measured_text("neutrophils", 0.3, "<=") == "≤0.3"


def test_a_date_is_the_same_in_every_locale():
    before = locale.setlocale(locale.LC_TIME)
    try:
        for name in ("C", "C.UTF-8", ""):
            try:
                locale.setlocale(locale.LC_TIME, name)
            except locale.Error:
                continue
            assert text.date_text(day("2026-03-12")) == "12-Mar-2026"
    finally:
        locale.setlocale(locale.LC_TIME, before)


@pytest.mark.parametrize("instant", [None, FAR, LONG_AGO])
def test_a_date_nobody_stated_is_words(instant):
    assert text.date_text(instant) == "not stated"


def test_a_time_of_day_is_shown_only_where_there_is_one():
    assert text.moment_text(day("2026-11-18") + 29_520) == "18-Nov-2026\u00a008:12"
    assert text.moment_text(day("2026-11-18")) == "18-Nov-2026"


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("1962-03-12", "2026-11-20", "64 y"),
        ("1962-11-21", "2026-11-20", "63 y"),
        ("2024-02-29", "2026-02-28", "23 mo"),
        ("2024-02-29", "2026-03-01", "2 y"),
        ("2026-11-01", "2026-11-20", "19 d"),
        ("2026-09-10", "2026-11-20", "10 wk"),
    ],
)
def test_an_age_turns_on_the_birthday(born, today, age):
    assert text.age_text(day(born), day(today)) == age.replace(" ", "\u00a0")


def test_age_stops_at_death():
    assert text.age_text(day("1962-03-12"), day("2026-11-20"), day("2020-01-01")) == "57\u00a0y"


def test_a_dose_never_stands_without_its_frequency():
    assert text.dose_text("100.0 mg", "once daily", "SC") == "100 mg once daily SC".replace(" ", "\u00a0")
    assert "frequency not stated" in text.dose_text("10 mg", "").replace("\u00a0", " ")


def test_a_dose_text_that_is_no_number_stays_as_it_was_written():
    assert text.dose_text("half a syringe", "once weekly").replace("\u00a0", " ") == "half a syringe once weekly"


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "1 day"), (2, "2 days"), (90, "2 months"), (800, "2 years")]
)
def test_how_long_something_lasts_is_told_in_whole_units(days, said):
    assert text.span_text(day("2026-01-01"), day("2026-01-01") + days * DAY) == said.replace(" ", "\u00a0")


def test_a_change_is_exact_in_decimals_and_always_signed():
    assert text.change_text(0.3, 0.4) == "+0.1"
    assert text.change_text(2.8, 2.1) == "−0.7"
    assert text.change_text(1.5, 1.5) == "±0"


def test_a_direction_override_in_a_name_becomes_visible():
    assert text.plain("OAK\u202eMOSS\u200b\n") == "OAK\ufffdMOSS\ufffd\ufffd"


def test_joiners_that_names_need_stay():
    assert text.plain("علی\u200cرضا") == "علی\u200cرضا"


@pytest.mark.parametrize(
    ("said", "shown"), [("renal dosing, AKI", "Renal dosing, AKI"), ("AKI", "AKI"), ("", ""), ("éclat", "Éclat")]
)
def test_words_at_the_head_of_a_line_keep_every_other_letter(said, shown):
    assert text.capital(said) == shown


def test_no_other_module_of_the_screens_makes_capitals_of_its_own():
    rooms = list_modules("core/views", "core/services", "core/paper", "pages")
    assert len(rooms) > 200
    assert [name_of(file) for file in rooms if "[:1].upper()" in file.read_text()] == ["core/views/text.py"]
