"""Whether the trail is whole, in words that promise no more than was checked; the filters as an export tells them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from core.views.audit import VERDICTS, kind_words, second_text
from core.views.markup import Markup, tag
from core.views.text import MONTHS, plain

_NOT_ANCHORED = (
    "Whether its end was cut off cannot be told from the chain alone: keep the head shown below somewhere else, and "
    "hold the trail against it another day."
)
_ANCHORED = "Held against a head kept elsewhere: nothing up to it was cut off or rewritten."


def verdict_line(state: str, sentence: str, at: int, zone: str, *, anchored: bool) -> Markup:
    """The verdict first, then what it was held against and when."""
    mark = VERDICTS[state]
    told = tag("span", f"{mark.shape} {mark.word}", css=f"n-mark n-{mark.code.replace('_', '-')}")
    held = (_ANCHORED if anchored else _NOT_ANCHORED) if state == "intact" else ""
    return tag(
        "div", tag("p", told, " ", tag("b", sentence), f" Verified {second_text(at)} ({zone})."),
        tag("p", held) if held else None, css="n-card", role="status" if state == "intact" else "alert",
    )  # fmt: skip


def head_line(head: str) -> Markup:
    """The trail's end as a line to keep elsewhere."""
    return tag("p", "Its end now: ", tag("code", head, css="n-head"))


def filter_words(
    who: Collection[str], what: Collection[str], patient: str, since: date | None, until: date | None
) -> str:
    """The filters in words, as an export writes them; "" = none."""
    parts = [*map(plain, sorted(who)), *map(kind_words, sorted(what)), patient]
    parts += [f"from {_day(since)}" if since else "", f"to {_day(until)}" if until else ""]
    return "; ".join(filter(None, parts))


def _day(day: date) -> str:
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"
