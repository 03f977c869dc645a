"""Numbers and dates as sentences show them: never across a limit, never as the machine's locale would have it."""

from __future__ import annotations

import contextlib
import locale
import math
import re
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.engine.wording import date, iso, iso_date, join_remedies, number, remedy
from core.records import CANNOT_TELL_REASONS, FAR


def side(value: float, limit: float) -> int:
    """Below, on or above a limit."""
    return (value > limit) - (value < limit)


@given(st.floats(0, 5000), st.sampled_from([0.5, 1.0, 1.5, 1.6, 2.0, 30.0, 38.0, 60.0, 365.0]), st.integers(0, 3))
def test_a_rounded_number_stays_on_its_side_of_the_limit(value, limit, decimals):
    assert side(float(number(value, decimals, limit).replace(",", "")), limit) == side(value, limit)


@given(st.sampled_from([0.5, 1.0, 1.5, 1.6, 2.0, 30.0, 38.0, 60.0, 365.0]), st.integers(1, 8), st.sampled_from([-1, 1]))
def test_a_number_a_hair_beside_the_limit_shows_the_hair(limit, digits, sign):
    value = limit + sign * 10.0**-digits
    shown = number(value, 1, limit)
    assert side(float(shown), limit) == sign
    assert float(shown) == pytest.approx(value, abs=10.0**-digits)


@pytest.mark.parametrize(
    ("value", "decimals", "limit", "shown"),
    [
        (29.96, 1, 30.0, "29.96"),  # 30.0 would be on the other side
        (29.94, 1, 30.0, "29.9"),
        (29.9998, 1, 30.0, "29.9998"),
        (30.0, 1, 30.0, "30.0"),
        (30.04, 1, 30.0, "30.04"),  # 30.0 would be the limit itself
        (30.06, 1, 30.0, "30.1"),
        (59.95, 1, 60.0, "59.95"),
        (1.55, 1, 1.6, "1.55"),
        (139.6, 0, 140.0, "139.6"),
        (28.19, 1, None, "28.2"),
        (1234.56, 1, None, "1,234.6"),
        (3.0, 0, 1.0, "3"),
        (29.999999999999996, 1, 30.0, "29.999999999999996"),
    ],
)
def test_a_number_is_rounded_only_as_far_as_the_limit_allows(value, decimals, limit, shown):
    assert number(value, decimals, limit) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.5, "0.5"), (1.0, "1"), (1.50, "1.5"), (1.49, "1.49"), (1200.0, "1,200"), (353.6, "353.6"), (0.0, "0"),
        (38.0, "38"), (1234567.0, "1,234,567"), (0.1 + 0.2, "0.3"), (0.01, "0.01"), (-2.5, "-2.5"), (-0.5, "-0.5"),
        (0.00001, "0.00001"), (1e15, "1,000,000,000,000,000"),
    ],
)  # fmt: skip
def test_a_recorded_number_is_shown_as_recorded_without_idle_zeros(value, shown):
    assert number(value) == shown


@given(st.decimals(0, 10_000, places=3))
def test_every_recorded_digit_is_shown_and_no_other(recorded):
    shown = number(float(recorded))
    assert Decimal(shown.replace(",", "")) == recorded
    assert "e" not in shown.lower()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_shown_as_one(value):
    assert number(value) == number(value, 1, 30.0) == "?"


@pytest.mark.parametrize(
    ("instant", "day", "text"),
    [
        (0, "01-Jan-1970", "1970-01-01T00:00:00"),
        (1_771_545_599, "19-Feb-2026", "2026-02-19T23:59:59"),
        (1_771_545_600, "20-Feb-2026", "2026-02-20T00:00:00"),
        (1_835_395_200, "29-Feb-2028", "2028-02-29T00:00:00"),
        (-1, "31-Dec-1969", "1969-12-31T23:59:59"),
        (FAR - 1, "31-Dec-2099", "2099-12-31T23:59:59"),
    ],
)
def test_a_day_is_two_digits_three_letters_four_digits(instant, day, text):
    assert (date(instant), iso(instant), iso_date(instant)) == (day, text, text[:10])


@given(st.integers(-4_102_444_800, FAR))
def test_dates_hold_english_months_and_plain_digits_alone(instant):
    assert re.fullmatch(
        r"[0-3][0-9]-(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-[0-9]{4}", date(instant), re.ASCII
    )
    assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}", iso(instant), re.ASCII)


@pytest.fixture(params=["de_DE.UTF-8", "fr_FR.UTF-8", "tr_TR.UTF-8", "C", "C.UTF-8", "POSIX"])
def foreign(request, monkeypatch):
    """Another locale and another time zone; a locale the machine does not have is stood in for by its environment."""
    before = locale.setlocale(locale.LC_ALL)
    monkeypatch.setenv("LC_ALL", request.param)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, request.param)
    yield
    locale.setlocale(locale.LC_ALL, before)
    monkeypatch.undo()
    time.tzset()


def test_nothing_depends_on_the_locale_or_the_time_zone_of_the_machine(foreign):
    assert (date(1_771_545_600), iso(1_771_545_600), number(1234.5)) == (
        "20-Feb-2026", "2026-02-20T00:00:00", "1,234.5"
    )  # fmt: skip


@pytest.mark.parametrize("reason", CANNOT_TELL_REASONS[1:])
def test_every_cannot_tell_has_a_remedy_in_one_sentence(reason):
    said = remedy(reason, "neutrophils")
    assert said.endswith(".") and said[0].isupper() and "{" not in said and "_" not in said


@pytest.mark.parametrize(("test", "said"), [
    ("neutrophils", "The last neutrophil result is too old"), ("hbsag", "The last HBsAg result is too old"),
    ("crp", "The last C-reactive protein result is too old"), ("alt", "The last ALT result is too old"),
    ("anti_hbs", "The last hepatitis B surface antibody result is too old"),
])  # fmt: skip
def test_a_remedy_names_its_test_as_a_clinician_writes_it(test, said):
    assert remedy("stale_result", (test,)).startswith(said)


@pytest.mark.parametrize("reason", CANNOT_TELL_REASONS[1:])
def test_remedies_of_several_tests_are_joined_only_where_they_name_a_test(reason):
    said = join_remedies(reason, [remedy(reason, ("hbsag",)), remedy(reason, ("neutrophils",))])
    named = "HBsAg" in remedy(reason, ("hbsag",))
    assert (said is not None) == named
    assert said is None or ("HBsAg" in said and "neutrophils" in said and "{" not in said and said.endswith("."))


def test_a_remedy_in_other_words_is_never_joined():
    assert join_remedies("no_result", ["Request HBsAg, or import the results that exist elsewhere.", "Ask."]) is None
