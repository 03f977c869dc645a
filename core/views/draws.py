"""Which of a patient's tests can be taken together: the fewest dates that lie inside every test's window.

1. Interval stabbing: ordered by the last day of each window, a date is set at the first window's end whenever no date
   set so far lies inside it. No set of dates can be smaller.
2. What is late has only today left: it joins the earliest draw, and whatever may be taken today joins it.
3. One result answers one visit: two visits of the same test never share a draw. A promised repeat may share one with
   either: it asks for a newer result, whatever that is taken for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.engine.standing import Visit
from core.records import DAY

#: The non-attender's ladder: so many windows missed in a row, and what that step is called.
LADDER = ("", "first", "second", "hold_supply")


@dataclass(frozen=True, slots=True)
class Need:
    """One test that is to be taken. due, opens, closes: first instants of days, closes inclusive, as the rule has them.

    status: never, overdue, due, upcoming. missed: windows missed in a row. own_days: days the rule leaves between the
    visit before and this one, None where there is none before. changed: an override set these dates. promised: by whom
    and when a repeat was promised that no rule asks for ("A. Reed on 05-Mar-2026"), "" for a rule's own visit.
    """

    drug: str
    test: str
    due: int
    opens: int
    closes: int
    status: str
    missed: int = 0
    authorities: tuple[str, ...] = ()
    own_days: int | None = None
    changed: bool = False
    promised: str = ""

    @property
    def step(self) -> str:
        """Where this test stands on the ladder ("" = nothing missed)."""
        return LADDER[min(self.missed, len(LADDER) - 1)]


@dataclass(frozen=True, slots=True)
class Draw:
    """Tests taken together. day: when; first, last: the days every one of them allows. Instants of days."""

    day: int
    first: int
    last: int
    needs: tuple[Need, ...]

    @property
    def tests(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(need.test for need in self.needs))


def find_needs(visits: Iterable[Visit], today: int) -> tuple[Need, ...]:
    """What has to be taken next, of one patient's visits: for each test what is late or due, then what comes after.

    Args:    today: first instant of the day.
    Returns: sorted by due day. A late test whose next window is open already needs one draw, not two.
    """
    several: dict[tuple[str, str], list[Visit]] = defaultdict(list)
    for visit in visits:
        several[visit.drug, visit.test].append(visit)
    needs: list[Need] = []
    for own in several.values():
        own.sort(key=lambda visit: (visit.due, visit.window_end))
        needs += _needs_of(own, today)
    return tuple(sorted(needs, key=lambda need: (need.due, need.drug, need.test)))


def _needs_of(visits: Sequence[Visit], today: int) -> list[Need]:
    closed = [visit for visit in visits if visit.status in ("done", "missed", "overdue")]
    missed = 0
    for visit in reversed(closed):
        if visit.status != "overdue":
            break
        missed += 1
    ever = any(visit.status in ("done", "missed") for visit in visits)
    needs: list[Need] = []
    if missed:
        late = closed[-missed]
        needs.append(_need(visits, late, "overdue" if ever else "never", missed))
    for visit in visits:
        if visit.status == "due" and not missed:
            needs.append(_need(visits, visit, "due"))
        elif visit.status == "upcoming":
            needs.append(_need(visits, visit, "upcoming"))
    return needs


def _need(visits: Sequence[Visit], one: Visit, status: str, missed: int = 0) -> Need:
    before = [visit.due for visit in visits if visit.due < one.due]
    own_days = (one.due - before[-1]) // DAY if before else None
    return Need(
        one.drug, one.test, one.due, one.window_start, one.window_end, status, missed, one.authorities, own_days
    )


def is_late(need: Need) -> bool:
    """Whether the window of a needed test has closed without a result."""
    return need.status in ("never", "overdue")


def merge_draws(needs: Sequence[Need], today: int) -> tuple[Draw, ...]:
    """The fewest draws for these needs, the earliest first, each on a day that all its tests allow.

    Args: today: first instant of the day; no draw lies before it.
    """
    left = sorted(_windows(needs, today), key=lambda window: (window[1], window[0]))
    draws = []
    while left:
        last = left[0][1]
        together = [window for window in left if window[0] <= last]
        left = [window for window in left if window[0] > last]
        first = max(opens for opens, _, _ in together)
        wanted = min(need.due for _, _, need in together)
        day = min(max(wanted, first), last)
        members = tuple(need for _, _, need in sorted(together, key=lambda window: (window[2].due, window[2].test)))
        draws.append(Draw(day, first, last, members))
    return tuple(draws)


def _windows(needs: Sequence[Need], today: int) -> list[tuple[int, int, Need]]:
    """The days on which each need may still be met: today alone for what is late; after the same test's one before."""
    out: list[tuple[int, int, Need]] = []
    free_from: dict[tuple[str, str], int] = {}
    for need in sorted(needs, key=lambda one: one.due):
        same = (need.drug, need.test)
        if is_late(need):
            opens = closes = today
        elif need.promised:
            opens, closes = max(need.opens, today), need.closes
        else:
            opens = max(need.opens, today, free_from.get(same, today))
            closes = max(need.closes, opens)
        if not need.promised:
            free_from[same] = closes + DAY
        out.append((opens, closes, need))
    return out


def change_interval(need: Need, base: int, interval_days: int, since: int, today: int) -> Need:
    """The same need with another interval: so many days after the last result, inside a window as wide as the rule's.

    A shorter interval makes nobody late before the day it was set, and never takes back what the rule counts as missed.

    Args:   base, since: first instants of the days of the last result and of the override.
    Hazard: HAZ-004.
    """
    wanted = base + interval_days * DAY
    if is_late(need) and wanted <= need.due:
        return replace(need, due=wanted, changed=True)
    due = max(wanted, min(since, need.due))  # no later than the rule asks, unless the interval itself is longer
    opens, closes = due - (need.due - need.opens), due + (need.closes - need.due)
    status = "upcoming" if today < opens else "due" if today <= closes else "overdue"
    missed = 0 if status != "overdue" else 1 + (today - closes - 1) // (interval_days * DAY)
    return replace(need, due=due, opens=opens, closes=closes, status=status, missed=missed, changed=True)
