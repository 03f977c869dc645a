"""No guessed dates (P18): ISO 8601, or the order a mapping declares; offsets are converted to the clinic's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ingest.dates import EARLIEST, LATEST, DateOrder, DateUnread, day_of, read_moment
from core.records import FAR

LONDON = ZoneInfo("Europe/London")
AUCKLAND = ZoneInfo("Pacific/Auckland")


def wall(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp())  # type: ignore[arg-type]


def refusal(text: str, order: DateOrder | None = None) -> str:
    with pytest.raises(DateUnread) as unread:
        read_moment(text, LONDON, order)
    return unread.value.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01", wall(2026, 3, 1)),
        ("20260301", wall(2026, 3, 1)),
        ("2026-03-01T08:10", wall(2026, 3, 1, 8, 10)),
        ("2026-03-01 08:10:59.999", wall(2026, 3, 1, 8, 10, 59)),
        ("20260301T0810", wall(2026, 3, 1, 8, 10)),
        ("2026-07-01T08:10Z", wall(2026, 7, 1, 9, 10)),
        ("2026-07-01T08:10+05:30", wall(2026, 7, 1, 3, 40)),
        ("2026-07-01T08:10:00-0400", wall(2026, 7, 1, 13, 10)),
        ("2026-01-01T00:30+01", wall(2025, 12, 31, 23, 30)),
        ("1880-01-01", wall(1880, 1, 1)),
    ],
)
def test_iso_dates_are_instants_on_the_clinic_s_wall_clock(text: str, expected: int) -> None:
    assert read_moment(text, LONDON).instant == expected


def test_a_date_alone_is_its_first_instant() -> None:
    assert read_moment("2026-03-01", LONDON) == (wall(2026, 3, 1), False)
    assert read_moment("2026-03-01T00:00", LONDON) == (wall(2026, 3, 1), True)


def test_the_hour_that_summer_time_skips_or_repeats_is_the_wall_clock_s() -> None:
    assert read_moment("2026-03-29T01:30", LONDON).instant == wall(2026, 3, 29, 1, 30)
    assert read_moment("2026-10-25T00:30Z", LONDON).instant == wall(2026, 10, 25, 1, 30)
    assert read_moment("2026-03-01T12:00Z", AUCKLAND).instant == wall(2026, 3, 2, 1, 0)


@pytest.mark.parametrize(
    ("zone", "repeats_from"), [(LONDON, "2026-10-25T00:00"), (ZoneInfo("Australia/Lord_Howe"), "2026-04-04T14:30")]
)
def test_moments_of_the_hour_lived_twice_keep_the_order_in_which_they_were_lived(
    zone: ZoneInfo, repeats_from: str
) -> None:
    first = datetime.fromisoformat(repeats_from)
    texts = [
        (first + timedelta(minutes=step)).isoformat() + "Z" for step in (-1, 0, 20, 29, 40, 58, 60, 61, 80, 119, 120)
    ]
    read = [read_moment(text, zone).instant for text in texts]
    assert read == sorted(set(read))
    assert read_moment("2026-10-25T01:20Z", LONDON).instant // 60 == wall(2026, 10, 25, 1, 59) // 60


@pytest.mark.parametrize(
    ("order", "text", "expected"),
    [
        ("dmy", "03/04/2026", wall(2026, 4, 3)),
        ("mdy", "03/04/2026", wall(2026, 3, 4)),
        ("dmy", "3.4.2026 08:10", wall(2026, 4, 3, 8, 10)),
        ("dmy", "03-Apr-2026", wall(2026, 4, 3)),
        ("ymd", "2026/04/03", wall(2026, 4, 3)),
        ("mdy", "2026-04-03", wall(2026, 4, 3)),
    ],
)
def test_a_declared_order_is_read_and_iso_always(order: DateOrder, text: str, expected: int) -> None:
    assert read_moment(text, LONDON, order).instant == expected


@pytest.mark.parametrize("text", ["03/04/2026", "3.4.2026", "01-03-26", "1/3/26 08:10"])
def test_a_date_of_two_readings_is_ambiguous(text: str) -> None:
    assert refusal(text) == "ambiguous_date"


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (None, "31/03/2026"), (None, "04/04/2026"), (None, "2026/03/01"), (None, "2026-3-1"), (None, "2026-02-30"),
        (None, "2026-13-01"), (None, "2026-03-01T24:00"), (None, "2026-03-01T08:60"), (None, "2026-03-01T08:10+25:00"),
        (None, "2026-03-01T08"), (None, "0001-01-01"), (None, "9999-12-31"), (None, "2100-01-01"), (None, "46000"),
        (None, "46000.5"), (None, "1900"), (None, "202603"), (None, "2026-W10-1"), (None, "2026-060"), (None, "today"),
        (None, "２０２６-03-01"), (None, "03-Apr-2026"), (None, "20261301"), (None, "-2026-03-01"), (None, ""),
        ("mdy", "31/03/2026"), ("dmy", "03/31/2026"), ("dmy", "03/04-2026"), ("dmy", "03-Foo-2026"),
        ("ymd", "03/04/26x"),
    ],
)  # fmt: skip
def test_what_is_no_certain_day_is_refused(order: DateOrder | None, text: str) -> None:
    assert refusal(text, order) == "bad_date"


@given(st.dates(EARLIEST, LATEST))
def test_every_day_reads_as_itself_and_never_as_open(day: date) -> None:
    instant = read_moment(day.isoformat(), LONDON).instant
    assert instant < FAR
    assert datetime.fromtimestamp(instant, UTC).date() == day
    assert day_of(instant + 86_399) == instant


@given(st.text(max_size=12))
def test_no_text_whatever_does_more_than_be_refused(text: str) -> None:
    try:
        read_moment(text, LONDON, "dmy")
    except DateUnread as unread:
        assert unread.reason in ("bad_date", "ambiguous_date")
