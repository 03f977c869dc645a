"""Which trend a worklist row shows: the series behind its gravest alert, with the action limit it is judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalogue.screens import usual_charts
from core.engine.standing import Alert, CannotTell
from core.records import CANNOT_TELL_REASONS, QUARANTINE_REASONS
from core.views.model import LimitLine
from core.views.names import analyte_name, analyte_unit, measured_text, short_name, stale_after_days, unit_text
from core.views.palette import Palette
from core.views.sentences import drawn_limit
from core.views.sparkline import sparkline
from core.views.words import MARK_ORDER, MARKS

Points = Sequence[tuple[int, float]]

#: Reasons that lie with the newest result itself, so that the number before it is not the newest.
_OF_THE_RESULT = (
    "no_unit", "unknown_unit", "implausible", "censored", "not_numeric", "conflicting_duplicate",
    *(reason for reason in QUARANTINE_REASONS if reason not in CANNOT_TELL_REASONS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trend:
    """One series of one patient. points: (instant, value), oldest first; limit: None where none is known.

    bound: a newer result known only as a bound ("<1.5"): instant, value, comparator. unread: why a newer result is not
    among them (a cannot-tell reason), "" where there is none.
    """

    analyte: str
    points: tuple[tuple[int, float], ...]
    limit: float | None
    bound: tuple[int, float, str] | None
    unread: str = ""

    @property
    def last_text(self) -> str:
        """The newest value, with its comparator where it is only a bound."""
        if self.bound is not None:
            return self.text(self.bound[1], self.bound[2])
        last = self.text(self.points[-1][1]) if self.points else ""
        return f"{MARKS['cannot_tell'].shape} ({last})" if self.unread and last else last

    @property
    def label(self) -> str:
        """The newest value with its name and unit: "Neutrophils 0.9 ×10⁹/L"; "" without one."""
        if not self.last_text:
            return ""
        unit = unit_text(analyte_unit(self.analyte)) if analyte_unit(self.analyte) else ""
        return f"{analyte_name(self.analyte)} {self.last_text} {unit}".strip()

    def text(self, value: float, comparator: str = "") -> str:
        """A value of this series as a result line shows it, never rounded across the limit."""
        return measured_text(self.analyte, value, comparator, against=() if self.limit is None else (self.limit,))


def choose_trend(
    series: Mapping[str, Points], alerts: Sequence[Alert], unknown: Sequence[CannotTell], limits: Sequence[LimitLine]
) -> Trend:
    """The series of the gravest alert that has one, else the first usual one.

    Args: alerts (gravest first); unknown (what cannot be told of this patient); limits (of the
          patient's drugs).
    """
    alert = next((one for one in alerts if one.fact in series), None)
    analyte = alert.fact if alert else next((one for one in usual_charts() if one in series), "")
    limit = drawn_limit(alert) if alert else None
    points = tuple(series.get(analyte, ()))
    bound = _bound(analyte, points, alerts)
    unread = _unread(analyte, alerts, unknown)
    return Trend(
        analyte, points, first_limit(analyte, limits) if limit is None else limit, bound,
        "" if bound is not None and unread == "censored" else unread,
    )  # fmt: skip


def first_limit(analyte: str, limits: Sequence[LimitLine]) -> float | None:
    """The limit of the highest priority that a falling (or rising) value would meet first."""
    known = [one for one in limits if one.analyte == analyte and one.priority]
    if not known:
        return None
    worst = min(known, key=lambda one: MARK_ORDER[one.priority])
    same = [one.limit for one in known if (one.priority, one.side) == (worst.priority, worst.side)]
    return max(same) if worst.side == "below" else min(same)


def draw_trend(trend: Trend, as_of: int, palette: Palette) -> str:
    """The trend as an image address for a table cell."""
    return sparkline(
        trend.points, as_of=as_of, palette=palette, name=short_name(trend.analyte), last_text=trend.last_text,
        limit=trend.limit, bound=trend.bound, gap_days=stale_after_days(trend.analyte),
    )  # fmt: skip


def _unread(analyte: str, alerts: Sequence[Alert], unknown: Sequence[CannotTell]) -> str:
    """Why the newest result of an analyte is no number: a cannot-tell names the test only in its remedy."""
    if not analyte:
        return ""
    name = analyte_name(analyte).casefold()
    held = [one.held for one in alerts if one.fact == analyte]
    told = [one.reason for one in unknown if name in one.remedy.casefold()]
    return next((reason for reason in (*held, *told) if reason in _OF_THE_RESULT), "")


def _bound(analyte: str, points: Points, alerts: Sequence[Alert]) -> tuple[int, float, str] | None:
    """Evidence newer than the last number, where it is no number but a bound."""
    found = [one for alert in alerts for one in alert.evidence if one.analyte == analyte and one.value is not None]
    newest = max(found, key=lambda one: one.at, default=None)
    if newest is None or newest.value is None or not newest.comparator or (points and newest.at <= points[-1][0]):
        return None
    return newest.at, newest.value, newest.comparator
