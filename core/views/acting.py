"""What may be done about an alert as it stands, in the words of buttons and lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from core.acts import DECISIONS, OF_A_PATIENT, Kind, Life
from core.alerts.dispositions import dispositions, promised_by_decision
from core.alerts.house_rules import HouseRules
from core.alerts.lifecycle import say_act
from core.alerts.promises import DECIDES, find_test
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows, see_alert
from core.engine.standing import Alert
from core.records import DAY, PRIORITIES
from core.views.markup import Markup, tag
from core.views.names import analyte_name
from core.views.sentences import short_why
from core.views.text import count_text, date_text, join_words, plain
from core.views.words import MARKS, words

#: Act -> its button and its key in a round. No key is R or C: the browser and Streamlit use them.
BUTTONS: Mapping[Kind, tuple[str, str]] = {
    "acknowledge": ("Acknowledge", "a"), "assign": ("Assign", "g"), "hand_over": ("Hand over", "g"),
    "snooze": ("Snooze", "s"), "note": ("Note", "m"), "decide": ("Decide", "d"), "reopen": ("Reopen", "u"),
}  # fmt: skip
DECISION_WORDS: Mapping[str, str] = {code: words(code).capitalize() for code in DECISIONS}
_SNOOZE_DAYS = (1, 2, 3, 7, 14, 30, 60, 90)  # what a person says: until tomorrow, a week, a quarter
_MOST_ACTS = 6


def offered(life: Life) -> tuple[Kind, ...]:
    """The acts that fit an alert, in the order of their buttons."""
    handing: Kind = "hand_over" if life.owner else "assign"
    if life.ended_by == "evidence":
        return ("note",)
    if life.ended_by == "decision":
        return ("reopen", handing, "note")
    if life.state == "acknowledged":
        return ("reopen", handing, "snooze", "note", "decide")
    if life.state == "snoozed":
        return ("acknowledge", "reopen", handing, "note", "decide")
    return ("acknowledge", handing, "snooze", "note", "decide")


def alert_labels(alerts: Sequence[Alert], lives: Mapping[str, Life]) -> list[str]:
    """The alerts as choices: mark, drug, what was found, where it stands; no two are the same, so that a choice by its
    label is one alert.
    """
    labels: list[str] = []
    for alert in alerts:
        life = lives[alert.alert_id]
        place = "came back" if life.pierced_by else {"resolved": "ended"}.get(life.state, life.state)
        label = f"{MARKS[alert.priority]} {plain(alert.drug)}: {short_why(alert)} ({place})"
        again = sum(one == label or one.startswith(f"{label} no. ") for one in labels)
        labels.append(f"{label} no. {again + 1}" if again else label)
    return labels


def first_to_answer(alerts: Sequence[Alert], lives: Mapping[str, Life]) -> int:
    """The place of the gravest alert that waits for an answer; of the first where none does."""
    return next((place for place, one in enumerate(alerts) if lives[one.alert_id].state == "open"), 0)


def snooze_ends(latest: int, now: int) -> tuple[tuple[int, str], ...]:
    """The days offered for a snooze: (instant of the day's end, words), the latest allowed always among them."""
    most = latest // DAY - now // DAY
    days = sorted({*(one for one in _SNOOZE_DAYS if one < most), most})
    return tuple(
        ((now // DAY + one) * DAY + DAY - 1, f"{count_text(one, 'day')}, to {date_text((now // DAY + one) * DAY)}")
        for one in days
    )


def promise_ends(alerts: Sequence[Alert], now: int, rules: HouseRules) -> Mapping[int, str]:
    """The days by which a result may be promised about all of these alerts: the instant of the day's end -> words."""
    first = (now + 1) // DAY  # a clock pinned to a day stands at its last second: nothing comes on that day
    last = min(latest_end(one.priority, now, rules) for one in alerts) // DAY
    return {
        day * DAY + DAY - 1: f"{date_text(day * DAY)}, {_from_today(day - now // DAY)}"
        for day in range(first, last + 1)
    }  # fmt: skip


def _from_today(days: int) -> str:
    return {0: "today", 1: "tomorrow"}.get(days, f"in {count_text(days, 'day')}")


def promise_words(alert: Alert | None, now: int, rules: HouseRules, decision: str = "") -> str:
    """What the reasons (or this decision) that promise a result come to, before one is pressed. alert: None = several
    of them.
    """
    said = [f"“{one.display}”" for one in dispositions().values() if one.promises]
    if decision:
        said = [f"“{DECISION_WORDS[decision]}”"] if decision in promised_by_decision() else []
    if not said:
        return ""
    if alert is None:
        days = join_words(f"{count_text(rules.snooze_days[tier], 'day')} ({tier})" for tier in PRIORITIES)
        by_when = f"within {days} at most"
    else:
        by_when = f"by {date_text(latest_end(alert.priority, now, rules))} at the latest"
    asks = "expects a newer result" if len(said) == 1 else "expect a newer result"
    told = f"{join_words(said)} {asks} by the day chosen, {by_when}; without one the alert is open again and late."
    if alert is None:
        return f"{told} A repeat stands in Recall until it is taken."
    test = find_test(see_alert(alert, Rows(), now), alert, rules)
    if not test:
        return f"{told} This alert rests on no test, so Recall can ask for none."
    return f"{told} A repeat ({analyte_name(test)}) stands in Recall until it is taken."


def left_out_words(count: int) -> str:
    """How many open alerts one press for all of them leaves out, and why."""
    which = "1 open alert is" if count == 1 else f"{count:,} open alerts are"
    return f"{which} not among these: a value that low is acknowledged by itself."


def known_owners(lives: Iterable[Life], me: str) -> list[str]:
    """Everybody who has an alert, and the person asking, first."""
    return list(dict.fromkeys([me, *sorted({life.owner for life in lives if life.owner})]))


def acts_list(life: Life) -> Markup | None:
    """What people did about one alert, the latest first; None where nobody did anything."""
    told = [one for one in reversed(life.acts) if one.kind not in OF_A_PATIENT]
    if not told:
        return None
    lines = [tag("li", say_act(one)) for one in told[:_MOST_ACTS]]
    if len(told) > _MOST_ACTS:
        lines.append(tag("li", f"and {len(told) - _MOST_ACTS:,} earlier", css="n-muted"))
    return tag("ul", *lines, css="n-acts")


def done_line(kind: Kind, life: Life) -> Markup:
    """What an act came to, said once after it."""
    said = {"snooze": f"Snoozed until {date_text(life.snoozed_until)}.", "note": "The note is kept.",
            "decide": "The decision is recorded.", "close": "The alert is closed by decision.",
            "reopen": "The alert is open again.", "acknowledge": "Acknowledged."}  # fmt: skip
    line = said.get(kind, f"It is with {plain(life.owner)} now.")
    if kind in DECIDES and life.decision:
        line = f"{line[:-1]}: {words(life.decision)}."
    owner = f" Owner: {plain(life.owner)}." if kind in said and life.owner else ""
    return tag("p", f"✓ {line}{owner}", css="n-done", role="status")
