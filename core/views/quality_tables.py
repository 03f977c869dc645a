"""The quality figures as tables: each chart's twin, the tiers, the rules, the alerts open past their time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.alerts.escalate import Breach
from core.engine.standing import Alert
from core.records import PRIORITIES
from core.views.marks import mark_tag
from core.views.markup import Markup, join, tag
from core.views.model import ClinicPicture
from core.views.people import name_and_age
from core.views.proportions import wilson_interval
from core.views.quality import GROUPINGS, OUTCOMES, STANDINGS, Judged, Least, Rule, Tier, share_of
from core.views.quality_text import (
    ARROWS,
    DIRECTIONS,
    TOO_FEW,
    burden_text,
    days_text,
    group_name,
    percent_text,
    range_text,
    rule_name,
)
from core.views.text import EN_DASH, NBSP, count_text, date_text, join_words, plain
from core.views.words import MARKS, response_words, words

_RULE_WIDTH = "width:300px;white-space:normal"  # a title takes two lines before it pushes the figures aside
#: The tiers as the breach list writes them, gravest first.
TIER_WORDS = [str(MARKS[priority]) for priority in PRIORITIES]


def on_time_table(grouping: str, groups: Sequence[Judged]) -> Markup:
    """The chart's numbers as a table."""
    heads = (
        (GROUPINGS[grouping], ""), ("Against chance", ""), (f"Share on time {ARROWS['higher']}", "n-number"),
        ("On time", "n-number"), ("Later", "n-number"), ("Not done", "n-number"), ("Due", "n-number"),
        (f"Days late, median {ARROWS['lower']}", "n-number"), ("95 % limits", "n-number"),
        ("99.8 % limits", "n-number"),
    )  # fmt: skip
    rows = [
        _row(
            group_name(grouping, one.group.name),
            ("", str(STANDINGS[one.standing])), ("n-number", percent_text(one.share)),
            *(("n-number", f"{count:,}") for count in
              (one.group.on_time, one.group.later, one.group.never, one.group.asked)),
            ("n-number", EN_DASH if one.group.days_late is None else f"{one.group.days_late:g}"),
            ("n-number", range_text(one.warning)), ("n-number", range_text(one.action)),
        )
        for one in groups
    ]  # fmt: skip
    return make_table(heads, rows)


def tiers_table(tiers: Sequence[Tier], least: Least) -> Markup:
    """How soon each tier was answered."""
    heads = (
        ("Tier", ""), ("Target", ""), (f"Share in time {ARROWS['higher']}", "n-number"),
        ("95 % interval", "n-number"), (f"Median time {ARROWS['lower']}", "n-number"), ("In time", "n-number"),
        ("Answered late", "n-number"), ("Not answered in time", "n-number"), ("Still in time", "n-number"),
        ("Ended first", "n-number"), ("Raised", "n-number"),
    )  # fmt: skip
    return make_table(heads, [_tier_row(one, least) for one in tiers])


def _tier_row(one: Tier, least: Least) -> Markup:
    share = share_of(one.in_time, one.judged, least.count)
    timed = one.target_days is not None
    told = percent_text(share) if timed else "no target"
    interval = wilson_interval(one.in_time, one.judged) if timed and share is not None else None
    typical = days_text(one.days) if one.answered >= least.count else TOO_FEW if one.answered else EN_DASH
    return tag(
        "tr", tag("th", mark_tag(one.priority), scope="row"), tag("td", response_words(one.priority)),
        tag("td", told, css="n-number"), tag("td", range_text(interval), css="n-number"),
        tag("td", typical, css="n-number"),
        *(
            tag("td", f"{count:,}", css="n-number")
            for count in (one.in_time, one.late, one.missed, one.waiting, one.ended, one.raised)
        ),
    )  # fmt: skip


def rules_table(rules: Sequence[Rule], least: Least, titles: Mapping[str, str]) -> Markup:
    """Burden and yield of every rule that led an alert. Args: titles (of rules, by id)."""
    heads = (
        ("Rule", ""), ("Gravest", ""), ("Raised", "n-number"),
        (f"Per patient-month {ARROWS['lower']}", "n-number"),
        (f"Acted on, of answered {ARROWS['higher']}", "n-number"), ("95 % interval", "n-number"),
        (f"Not relevant, of answered {ARROWS['lower']}", "n-number"),
        *((name, "n-number") for name in OUTCOMES.values()),
    )  # fmt: skip
    return make_table(heads, [_rule_row(one, least, titles) for one in rules])


def _rule_row(one: Rule, least: Least, titles: Mapping[str, str]) -> Markup:
    acted, moot = one.outcomes.get("acted", 0), one.outcomes.get("not_relevant", 0)
    share = share_of(acted, one.answered, least.count)
    interval = wilson_interval(acted, one.answered) if share is not None else None
    return _row(
        _rule_head(one, titles), ("", mark_tag(one.priority)), ("n-number", f"{one.fired:,}"),
        ("n-number", burden_text(one)),
        _share(share, "" if one.answered else "no answer yet"), ("n-number", range_text(interval)),
        _share(share_of(moot, one.answered, least.count), "" if one.answered else EN_DASH),
        *(_count(one.outcomes.get(name, 0)) for name in OUTCOMES),
    )  # fmt: skip


def _share(share: float | None, instead: str = "") -> tuple[str, str]:
    """A share as a cell; one that cannot be told is quiet."""
    return ("n-number n-muted" if share is None else "n-number"), instead or percent_text(share)


def _count(count: int) -> tuple[str, str]:
    """A count as a cell; nothing is quiet."""
    return ("n-number" if count else "n-number n-muted"), f"{count:,}"


def breach_columns(
    breaches: Sequence[Breach], picture: ClinicPicture, alerts: Mapping[str, Alert]
) -> dict[str, Sequence[object]]:
    """Open alerts past their time as a table's columns."""
    people = picture.people
    return {
        "tier": [[str(MARKS[one.priority])] for one in breaches],
        "patient": [name_and_age(people[one.patient_id], picture.as_of) for one in breaches],
        "late": [count_text(one.late_days, "day") if one.late_days else "today" for one in breaches],
        "what": [plain(alerts[one.alert_id].title) if one.alert_id in alerts else "" for one in breaches],
        "open": ["Open"] * len(breaches),
        "owner": [plain(one.owner) or "nobody" for one in breaches],
        "due": [date_text(one.due_by) for one in breaches],
        "raised": [date_text(one.raised_at) for one in breaches],
        "tell": [join_words(map(words, one.tell)) or EN_DASH for one in breaches],
    }


def make_table(heads: Sequence[tuple[str, str]], rows: Sequence[Markup]) -> Markup:
    """A table that scrolls sideways where it has to, and which way is good. heads: words and class of each column."""
    head = tag("tr", *(tag("th", _kept_together(name), scope="col", css=css) for name, css in heads))
    table = tag("table", tag("thead", head), tag("tbody", join(list(rows))), css="n-table")
    used = [said for way, said in DIRECTIONS.items() if any(name.endswith(ARROWS[way]) for name, _ in heads)]
    legend = tag("p", " · ".join(used), css="n-muted") if used else None
    return tag("div", tag("div", table, css="n-scroll n-wide", tabindex=0), legend)


def _kept_together(name: str) -> str:
    """A heading whose arrow never stands on a line by itself."""
    return f"{name[:-2]}{NBSP}{name[-1]}" if name[-2:] in (" ↑", " ↓") else name


def _rule_head(one: Rule, titles: Mapping[str, str]) -> Markup:
    """A rule in words, and small below it the id by which the rule book and the trail know it."""
    title = rule_name(one, titles)
    beside = tag("div", plain(one.rule_id), css="n-muted", style="font-weight:400")
    return tag("div", title, beside if title != plain(one.rule_id) else None, style=_RULE_WIDTH)


def _row(name: str | Markup, *cells: tuple[str, str]) -> Markup:
    return tag("tr", tag("th", name, scope="row"), *(tag("td", said, css=css) for css, said in cells))
