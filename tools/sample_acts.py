"""A quarter of a year of work on the sample clinic, so that pictures show acts, a trail and quality figures.

Nobody did any of it: two made-up posts go through the worklist every working day, by the same doors a person uses, each
act on its own past day. Some alerts wait and some are left unanswered, as in any clinic.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from core.acts import Act, Life
from core.engine.standing import Alert
from core.errors import InputRefused
from core.records import DAY
from core.services import acts, green_lane, recall, review, saved_views, trail, worklist

FIRST, LAST = date(2026, 8, 17), date(2026, 11, 18)
SATURDAY = 5
PHARMACIST, CONSULTANT = "Sample pharmacist", "Sample rheumatologist"
SCREEN_USER = "local user"
UNTOUCHED = ("SAMPLE-0007",)  # the falling neutrophils of the pictures: left for the reader
NOT_YET = ("-baseline", "-missing")  # asked before a planned start: not on the list of these two
LEFT_EVERY, WAITS_EVERY = 9, 4  # one alert of so many is never answered, one of so many not on this day
REASONS = ("acted-on", "will-monitor", "patient-informed", "awaiting-result", "acted-on", "already-done")
MOST_IN_A_DAY = 4
WEEKS = 15  # of the override: its interval and how long it holds


def act_for_a_quarter(url: str) -> int:
    """Fill a store that holds the sample clinic with acts; how many alerts were answered."""
    done = 0
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=number)
        if day.weekday() < SATURDAY:
            with _on(day):
                done += _go_through(url, number)
    _settle_today(url)
    return done


@contextmanager
def _on(day: date) -> Iterator[None]:
    """The clock of the services stands at a day for as long as the block lasts."""
    before = os.environ.get("NADIR_AS_OF")
    os.environ["NADIR_AS_OF"] = day.isoformat()
    try:
        yield
    finally:
        del os.environ["NADIR_AS_OF"]
        if before is not None:
            os.environ["NADIR_AS_OF"] = before


def _go_through(url: str, number: int) -> int:
    waiting = [one for one in review.clinic(url).standing.alerts if _is_theirs(one)]
    lives = acts.lives(url, waiting)
    done = 0
    for alert in sorted(waiting, key=lambda one: (one.priority != "high", one.opened_at, one.alert_id)):
        life, turn = lives[alert.alert_id], sum(map(ord, alert.alert_id))
        if life.state == "open" and turn % LEFT_EVERY and (turn + number) % WAITS_EVERY and done < MOST_IN_A_DAY:
            done += _answer(url, alert, life, turn)
    return done


def _is_theirs(alert: Alert) -> bool:
    asked = alert.closed_at is None and alert.priority != "low" and alert.patient_id not in UNTOUCHED
    return asked and not alert.rule_id.endswith(NOT_YET)


def _answer(url: str, alert: Alert, life: Life, turn: int) -> int:
    """Look at the patient, then acknowledge; for a high one also say what was decided."""
    by, role = (PHARMACIST, "clinician") if alert.priority == "medium" else (CONSULTANT, "clinician")
    acts.look(url, by, role, alert.patient_id)
    asked = Act(
        "acknowledge", by, role, alert.patient_id, f"sample-{life.last_act_id}-{alert.alert_id}",
        alert_id=alert.alert_id, disposition=REASONS[turn % len(REASONS)], expects=life.last_act_id, saw=life.mark,
    )  # fmt: skip
    try:
        after = acts.act(url, asked)
        if alert.priority == "high" and alert.action in ("stop", "withhold"):
            decided = Act(
                "decide", by, role, alert.patient_id, f"sample-decided-{after.last_act_id}", alert_id=alert.alert_id,
                decision="dose_held", comment="Held until the next count.", expects=after.last_act_id, saw=after.mark,
            )  # fmt: skip
            acts.act(url, decided)
    except InputRefused:  # the facts as known on that day tell another story than the picture: somebody looks again
        return 0
    return 1


def _settle_today(url: str) -> None:
    """What the pictures show beside alerts: an override, a saved view, half a green lane signed off, an export."""
    found = recall.read_recall(url)
    line, need = next(
        (one, need)
        for one in found.lines
        for need in one.needs
        if not one.missed and need.test == "neutrophils" and need.status == "upcoming" and need.own_days
    )
    wish = recall.Wish(
        line.key, need.drug, need.test, WEEKS * 7, "Steady for two years, and far to travel", PHARMACIST,
        found.picture.as_of + WEEKS * 7 * DAY,
    )  # fmt: skip
    recall.set_override(url, wish, PHARMACIST)
    saved_views.save_view(url, SCREEN_USER, "Gravest", {"show": ("high", "cannot_tell")})
    panel = worklist.read_panel(url, PHARMACIST)
    green = [row.key for row in green_lane.read_green(url, panel)]
    if green:
        lane = green_lane.open_lane(url, PHARMACIST, green[::2], "sample-lane")
        for key in green_lane.read_lane(url, lane, PHARMACIST).waiting:
            green_lane.answer_sample(url, lane, key, "ok", PHARMACIST, seconds=12.0)
        green_lane.sign_off_lane(url, lane, PHARMACIST, "clinician", panel)
    trail.record(url, PHARMACIST, "export", subject="recall list, CSV, 31 patients", why="for the next round of draws")
