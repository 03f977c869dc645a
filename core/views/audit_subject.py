"""What an entry of the trail is about, in a reader's words: the trail's own are short and made for no screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from core.acts import Act
from core.views.names import analyte_name
from core.views.text import capital, plain
from core.views.words import words

#: What was done about an alert, and what was done about a patient as a whole.
_DONE: Mapping[str, str] = {
    "acknowledge": "Acknowledged", "assign": "Assigned", "hand_over": "Handed over", "snooze": "Snoozed",
    "note": "Noted", "decide": "Decided", "reopen": "Reopened", "close": "Closed",
}  # fmt: skip
_OF_PATIENT: Mapping[str, str] = {"look": "The patient's state", "sign_off": "Signed off in the green lane"}
_ANSWERS: Mapping[str, str] = {"ok": "nothing was missed", "missed": "something was missed"}
_ALERT = re.compile(r"([a-z_]+) ([0-9a-f]{20})")
_OVERRIDE = re.compile(r"interval override (.+) (\w+)")
_LANE = re.compile(r"green lane (\d+): (ok|missed)")
_FEED = re.compile(r"feed (.+)")


def name_alerts(acts: Iterable[Act]) -> Mapping[str, str]:
    """What each alert that somebody acted on is about, by its id: "neutropenia (anakinra)". No value, no name."""
    return {
        one.alert_id: words(one.category) + (f" ({plain(one.drug)})" if one.drug else "")
        for one in acts
        if one.alert_id and one.category
    }


def subject_words(subject: str, alerts: Mapping[str, str]) -> str:
    """What an entry is about. alerts: as `name_alerts`; of one that is not among them the beginning of its id is told,
    and the export tells all of it.
    """
    if subject in _OF_PATIENT:
        return _OF_PATIENT[subject]
    if found := _ALERT.fullmatch(subject):
        done = _DONE.get(found[1], capital(words(found[1])))
        return f"{done}: {alerts[found[2]]}" if found[2] in alerts else f"{done}: alert {found[2][:8]}"
    if found := _OVERRIDE.fullmatch(subject):
        return f"Another interval: {analyte_name(found[2])} ({plain(found[1])})"
    if found := _LANE.fullmatch(subject):
        return f"Green lane {found[1]}, drawn at random: {_ANSWERS[found[2]]}"
    if found := _FEED.fullmatch(subject):
        return f"How often the feed {plain(found[1])} is expected"
    return capital(plain(subject))
