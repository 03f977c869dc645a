"""The Quality screen's tables as files; each leaves a line in the trail before it is handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.alerts.escalate import Breach
from core.engine.standing import Alert
from core.paper.tables import Column, Row
from core.protocols.loader import load_protocols
from core.services import reports
from core.services.list_file import FORMS, make_list
from core.views.model import ClinicPicture
from core.views.people import name_and_age
from core.views.proportions import wilson_interval
from core.views.quality import OUTCOMES, STANDINGS, Judged, Quality, Rule, Tier, share_of
from core.views.quality_text import TOO_FEW, group_name
from core.views.rule_titles import name_rules
from core.views.words import response_words

__all__ = ["FORMS", "Listing", "list_breaches", "list_groups", "list_rules", "list_tiers", "make_file"]


@dataclass(frozen=True)
class Listing:
    """One table to take away. name: of the file; title: of the paper; thing: what a row is."""

    name: str
    title: str
    thing: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def make_file(url: str, form: str, found: Listing, picture: ClinicPicture, *, filters: str, by: str) -> bytes:
    """One table as a file that says its period, counts and versions. form: a key of FORMS; by: who asks.

    Raises: StoreFailed (nothing is handed out that the trail cannot tell of).
    """
    count = len(found.rows)
    about = reports.describe_picture(
        picture, found.title, shown=count, total=count, thing=found.thing, filters=filters
    )  # fmt: skip
    return make_list(url, form, found.columns, found.rows, about, filters=filters, by=by)


def list_groups(grouping: str, groups: Sequence[Judged]) -> Listing:
    """Due tests by drug, test, site or stretch of time, with the limits of chance; shares from 0 to 1."""
    columns = (
        Column("group", "Group"), Column("standing", "Against chance"), Column("on_time", "On time", "number"),
        Column("later", "Later", "number"), Column("never", "Not done", "number"), Column("asked", "Due", "number"),
        Column("share", "Share on time (higher is better)", "number"),
        Column("days", "Days late, median (lower is better)", "number"),
        *(Column(key, title, "number") for key, title in _LIMITS.items()),
    )  # fmt: skip
    rows = [
        {
            "group": group_name(grouping, one.group.name), "standing": STANDINGS[one.standing].word.lower(),
            "on_time": one.group.on_time, "later": one.group.later, "never": one.group.never,
            "asked": one.group.asked, "share": one.share, "days": one.group.days_late,
            **dict(zip(_LIMITS, (*(one.warning or (None, None)), *(one.action or (None, None))), strict=True)),
        }
        for one in groups
    ]  # fmt: skip
    return Listing(f"quality-on-time-by-{grouping}", f"Due tests on time by {grouping}", "group", columns, tuple(rows))


_LIMITS = {
    "low95": "Lower 95 % limit", "high95": "Upper 95 % limit", "low998": "Lower 99.8 % limit",
    "high998": "Upper 99.8 % limit",
}  # fmt: skip


def list_tiers(quality: Quality) -> Listing:
    """Time to act by tier."""
    least = quality.least["time_to_act"].count
    columns = (
        Column("tier", "Tier"), Column("target", "Target"),
        *(Column(key, title, "number") for key, title in _TIMES.items()),
        Column("share", "Share in time (higher is better)", "number"), Column("note", "Note"),
        Column("days", "Median days to answer (lower is better)", "number"),
    )  # fmt: skip
    return Listing(
        "quality-time-to-act", "Time to act by tier", "tier", columns,
        tuple(_tier_row(one, least) for one in quality.tiers),
    )  # fmt: skip


_TIMES = {
    "in_time": "In time", "late": "Answered late", "missed": "Not answered in time", "waiting": "Still in time",
    "ended": "Ended first", "raised": "Raised",
}  # fmt: skip


def _tier_row(one: Tier, least: int) -> Row:
    timed = one.target_days is not None
    share = share_of(one.in_time, one.judged, least) if timed else None
    return {
        "tier": one.priority, "target": response_words(one.priority), **{key: getattr(one, key) for key in _TIMES},
        "share": share, "note": "" if share is not None else TOO_FEW if timed else "no target",
        "days": one.days if one.answered >= least else None,
    }  # fmt: skip


def list_rules(quality: Quality) -> Listing:
    """Burden and yield by rule."""
    least, titles = quality.least["yield"].count, name_rules(load_protocols())
    columns = (
        Column("rule", "Rule"), Column("title", "In words"), Column("tier", "Gravest tier"),
        Column("fired", "Raised", "number"),
        Column("burden", "Per patient-month (lower is better)", "number"),
        Column("share", "Acted on, share of answered (higher is better)", "number"),
        Column("low", "Lower end of its 95 % interval", "number"),
        Column("high", "Upper end of its 95 % interval", "number"),
        *(Column(key, title, "number") for key, title in OUTCOMES.items()),
    )  # fmt: skip
    return Listing(
        "quality-rules", "Burden and yield by rule", "rule", columns,
        tuple(_rule_row(one, least, titles) for one in quality.rules),
    )  # fmt: skip


def _rule_row(one: Rule, least: int, titles: Mapping[str, str]) -> Row:
    acted = one.outcomes.get("acted", 0)
    share = share_of(acted, one.answered, least)
    low, high = wilson_interval(acted, one.answered) if share is not None else (None, None)
    return {
        "rule": one.rule_id, "title": titles.get(one.rule_id, ""), "tier": one.priority, "fired": one.fired,
        "burden": one.per_month, "share": share, "low": low, "high": high,
        **{name: one.outcomes.get(name, 0) for name in OUTCOMES},
    }  # fmt: skip


def list_breaches(breaches: Sequence[Breach], picture: ClinicPicture, alerts: Mapping[str, Alert]) -> Listing:
    """Open alerts past the time their tier allows."""
    columns = (
        Column("tier", "Tier"), Column("patient", "Patient"), Column("id", "Patient id"), Column("what", "Alert"),
        Column("rule", "Rule"), Column("raised", "Raised", "moment"), Column("due", "Answer by", "moment"),
        Column("late", "Days late", "number"), Column("owner", "Owner"), Column("tell", "Who hears of it"),
    )  # fmt: skip
    rows = [
        {
            "tier": one.priority, "patient": name_and_age(picture.people[one.patient_id], picture.as_of),
            "id": one.patient_id, "what": alerts[one.alert_id].title, "rule": alerts[one.alert_id].rule_id,
            "raised": one.raised_at, "due": one.due_by, "late": one.late_days, "owner": one.owner or "nobody",
            "tell": ", ".join(one.tell),
        }
        for one in breaches
    ]  # fmt: skip
    return Listing("quality-past-their-time", "Open alerts past their time", "alert", columns, tuple(rows))
