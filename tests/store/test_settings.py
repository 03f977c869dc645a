"""Settings come from the environment, are checked once, and the clock is the only one who knows what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core import clock
from core.clock import end_of_day, read_clock, read_utc
from core.errors import InputRefused
from core.records import AUTHORITIES, DAY
from core.settings import DEFAULT_DB_URL, Settings, choose_authorities, read_settings


def test_nothing_set_is_a_clinic_on_utc_with_its_store_beside_it():
    assert read_settings({}) == Settings(DEFAULT_DB_URL, "UTC", "", AUTHORITIES)
    assert read_settings({"NADIR_DB_URL": " ", "NADIR_ZONE": "", "NADIR_AS_OF": ""}) == read_settings({})


def test_what_is_set_is_what_holds():
    told = read_settings(
        {"NADIR_DB_URL": "sqlite:///x.db", "NADIR_ZONE": "Europe/London", "NADIR_AS_OF": "2026-11-20",
         "NADIR_AUTHORITIES": "bsr, EMA"}
    )  # fmt: skip
    assert told == Settings("sqlite:///x.db", "Europe/London", "2026-11-20", ("EMA", "BSR", "LOCAL"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NADIR_ZONE", "Mars/Olympus"),
        ("NADIR_ZONE", "../../etc/passwd"),
        ("NADIR_AS_OF", "20/11/2026"),
        ("NADIR_AS_OF", "2026-02-30"),
        ("NADIR_AUTHORITIES", "EMA,WHO"),
    ],
)
def test_a_setting_that_means_nothing_is_refused_by_name(name, value):
    with pytest.raises(InputRefused) as refused:
        read_settings({name: value})
    assert name in str(refused.value) or "authority WHO" in str(refused.value)


def test_house_safety_rules_cannot_be_switched_off():
    assert choose_authorities("EMA") == ("EMA", "LOCAL")
    assert choose_authorities("") == AUTHORITIES


def test_a_pinned_clock_stands_at_the_end_of_its_day():
    assert read_clock("UTC", "1970-01-02") == 2 * DAY - 1
    assert end_of_day(date(1970, 1, 1)) == DAY - 1


@pytest.mark.parametrize(
    ("moment", "zone", "wall"),
    [
        (datetime(2026, 1, 15, 12, tzinfo=UTC), "Europe/London", datetime(2026, 1, 15, 12, tzinfo=UTC)),
        (datetime(2026, 7, 15, 12, tzinfo=UTC), "Europe/London", datetime(2026, 7, 15, 13, tzinfo=UTC)),
        (datetime(2026, 7, 15, 12, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 7, 15, 21, tzinfo=UTC)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/London", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_clinics_wall_clock_is_what_is_told(monkeypatch, moment, zone, wall):
    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    monkeypatch.setattr(clock, "datetime", Stopped)
    assert read_clock(zone) == int(wall.timestamp())


def test_the_trail_is_kept_in_utc():
    assert abs(read_utc() - datetime.now(UTC).timestamp()) < 5
