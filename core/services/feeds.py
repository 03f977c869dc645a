"""Whether those who send files are still heard of: when each was last seen, and how long it may stay silent (P11).

How long is the clinic's own decision, kept in its store. What is usual can be learned and is only ever suggested: a
feed without a decided interval is listed as not watched, never as in order. Silence is judged when a screen is drawn,
by the real clock, so that nothing has to be alive to notice it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from core.clock import read_utc
from core.errors import InputRefused
from core.settings import read_settings
from core.store import audit, clinic, house, sources
from core.store.connect import open_store
from core.views.import_model import Feed

LONGEST_HOURS = 31 * 24  # a feed that may be silent for longer is not watched at all
_NAME = "feeds"
_HOUR = 3600
_NEWEST = 20  # imports from which the usual gap is learned
_ENOUGH = 4  # gaps before anything is called usual
_AT_ONCE = 600  # files sent within ten minutes of each other are one delivery


def list_feeds(url: str) -> tuple[Feed, ...]:
    """Every source that ever sent anything or is expected to, the silent ones first.

    Raises: InputRefused (there is no store yet), StoreFailed. Hazard: HAZ-001 (P11).
    """
    now = read_utc()
    with open_store(url, must_exist=True).reading() as connection:
        seen = sources.list_arrivals(connection, _NEWEST)
        expected = _read_expected(house.read_text(connection, _NAME))
        zone = clinic.read_clinic(connection).zone or read_settings().zone
    feeds = [
        Feed(
            source, _on_wall_clock(moments[0], zone), now - moments[0], expected.get(source), learn_usual_hours(moments)
        )
        for source, moments in seen.items()
    ]
    return tuple(sorted(feeds, key=lambda one: (not one.is_silent, one.source)))


def learn_usual_hours(moments: list[int]) -> int | None:
    """The usual time between deliveries in whole hours, rounded up; None while there are too few. Newest first."""
    gaps = [later - earlier for later, earlier in pairwise(moments) if later - earlier > _AT_ONCE]
    return -(-int(median(gaps)) // _HOUR) if len(gaps) >= _ENOUGH else None


def expect_feed(url: str, source: str, hours: int | None, *, by: str) -> None:
    """Decide how long a source may stay silent (None: it is not watched any more); the trail says who did.

    Raises: InputRefused (nobody of that name, or no possible interval; the user mends it); StoreFailed.
    """
    if hours is not None and not 1 <= hours <= LONGEST_HOURS:
        raise InputRefused(f"A feed can be expected every 1 to {LONGEST_HOURS} hours: choose a number between.")
    with open_store(url, must_exist=True).writing() as connection:
        if source not in sources.list_arrivals(connection, 1):
            raise InputRefused("Nothing was ever imported from this source: choose one from the list.")
        before = house.read_text(connection, _NAME)
        expected = _read_expected(before)
        if hours is None:
            expected.pop(source, None)
        else:
            expected[source] = hours
        after = json.dumps(expected, ensure_ascii=False, sort_keys=True)
        house.keep_text(connection, _NAME, after)
        entry = audit.Entry(read_utc(), by, "rule", subject=f"feed {source}", before=before, after=after)
        audit.append(connection, entry)


def _read_expected(text: str) -> dict[str, int]:
    return {str(source): int(hours) for source, hours in json.loads(text or "{}").items()}


def _on_wall_clock(at: int, zone: str) -> int:
    wall = datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=UTC)
    return int(wall.timestamp())
