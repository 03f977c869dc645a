"""Who sends files: when each was last seen, whether that is as expected, and the banner when it is not (P11)."""

from __future__ import annotations

from collections.abc import Sequence

from core.views.import_model import Feed
from core.views.markup import Markup, tag
from core.views.read_rows import cells
from core.views.text import count_text, moment_text, plain

_DAY_HOURS = 24


def banner(feeds: Sequence[Feed]) -> Markup | None:
    """What every screen says while somebody should have been heard of; None while all is as expected."""
    silent = [feed for feed in feeds if feed.is_silent]
    if not silent:
        return None
    lines = [
        tag(
            "li",
            tag("b", plain(feed.source)),
            f": last seen {moment_text(feed.last_seen)}, {hours_words(feed.unseen_seconds // 3600)} ago; "
            f"expected every {hours_words(feed.expected_hours or 0)}.",
        )
        for feed in silent
    ]
    head = "A feed is silent" if len(silent) == 1 else f"{len(silent):,} feeds are silent"
    said = "New results may be missing from every screen: ask the sender, then import."
    return tag(
        "div",
        tag("p", tag("b", f"◷ {head}. "), said),
        tag("ul", *lines, css="n-plain"),
        css="n-card n-refusal n-silent",
        role="alert",
    )


def feed_table(feeds: Sequence[Feed]) -> Markup:
    """Every source with when it was last seen, how often it is expected, what has been usual, and its state."""
    rows = [
        cells(
            plain(feed.source),
            moment_text(feed.last_seen),
            "not decided" if feed.expected_hours is None else f"every {hours_words(feed.expected_hours)}",
            "too few imports to say" if feed.usual_hours is None else f"every {hours_words(feed.usual_hours)}",
            state_words(feed),
        )
        for feed in feeds
    ]
    head = cells("Source", "Last seen", "Expected", "Usual so far", "State", head=True)
    return tag("div", tag("table", tag("thead", head), tag("tbody", *rows), css="n-table"), css="n-scroll", tabindex=0)


def state_words(feed: Feed) -> str:
    """A feed's state as shape and word; one without an expected interval is never called in order."""
    if feed.expected_hours is None:
        return "– NOT WATCHED"
    return "◷ SILENT" if feed.is_silent else "✓ AS EXPECTED"


def hours_words(hours: int) -> str:
    """A length of time as people say it: whole days where it is some, else hours."""
    if hours >= _DAY_HOURS * 2 or (hours and hours % _DAY_HOURS == 0):
        return count_text(hours // _DAY_HOURS, "day")
    return count_text(hours, "hour")
