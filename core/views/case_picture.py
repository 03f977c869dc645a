"""A story beside a rule as a small picture: the course, what happened, each result, and the limit it is judged by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import zip_longest

from core.protocols.cases import Case, CaseCourse, ExpectedAlert
from core.protocols.kinds import Rule, Threshold, Visits
from core.records import CODED_NUMBERS, DAY
from core.views.names import analyte_name, analyte_unit, measured_text, unit_text
from core.views.palette import Palette
from core.views.text import count_text, iso_date_text, join_words, number_text
from core.views.words import MARKS, authority_words, reason_words, words

WIDTH = 520
_LEFT, _RIGHT = 12, 404  # px: the drawing; right of it limits are written
_LANE, _PANEL, _TOP, _AXIS = 20, 84, 6, 22
_MOST_PANELS = 2
_LEAST_SPAN = 0.5
_FONTS = "-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"  # the page's own


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a story expects of one rule. kind: fires, cannot tell, silent, schedule; said: in words."""

    kind: str
    said: str


def outcome_of(story: Case, rule: Rule) -> Outcome | None:
    """What a story shows of a rule; None where it says nothing about it."""
    for alert in story.alerts:
        spoken = [line.split() for line in alert.says if line.split()[0] == rule.id]
        if alert.rule == rule.id or spoken:
            return Outcome("fires", _fires(alert, spoken, rule))
    for one in story.cannot_tell:
        if one.rule == rule.id:
            return Outcome("cannot tell", f"{MARKS['cannot_tell']}: {reason_words(one.reason)}")
    if rule.id in story.silent:
        return Outcome("silent", "Must stay silent")
    if isinstance(rule, Visits) and story.schedule and any(one.test == rule.test for one in story.schedule):
        dates = [f"{iso_date_text(one.due)} {one.status}" for one in story.schedule if one.test == rule.test]
        return Outcome("schedule", f"Due {', '.join(dates[:4])}" + (" …" if len(dates) > 4 else ""))
    return None


def _fires(alert: ExpectedAlert, spoken: Sequence[Sequence[str]], rule: Rule) -> str:
    if not spoken:
        who = join_words(authority_words(one) for one in alert.authority)
        return f"{MARKS[alert.priority]} {words(alert.action)}, opened {iso_date_text(alert.opened)} ({who})"
    said = "; ".join(f"{MARKS[line[2]]} {words(line[3])} ({authority_words(line[1])})" for line in spoken)
    beside = "" if alert.rule == rule.id else f", beside {alert.rule}"
    return f"{said}, opened {iso_date_text(alert.opened)}{beside}"


def choose_stories(stories: Sequence[Case], rule: Rule) -> tuple[tuple[Case, Outcome], ...]:
    """The stories about a rule, each kind in turn: where it fires, where it cannot tell, where it must stay silent."""
    order = ("fires", "cannot tell", "silent", "schedule")
    found = [(story, told) for story in stories if (told := outcome_of(story, rule)) is not None]
    kinds = [[one for one in found if one[1].kind == kind] for kind in order]
    return tuple(one for several in zip_longest(*kinds) for one in several if one is not None)


def describe_story(story: Case, told: Outcome) -> str:
    """The picture in a sentence, for whoever cannot see it."""
    results = [
        f"{analyte_name(row[1])} {_said(row[1], row[2])} on {iso_date_text(row[0][:10])}" for row in story.results
    ]
    shown = "; ".join(results[-6:]) or "no result"
    return f"{story.name}. {told.said}. As of {iso_date_text(story.as_of)}: {shown}."


def _said(analyte: str, text: str) -> str:
    if text.startswith("!"):
        return reason_words(text[1:])
    if text in CODED_NUMBERS:
        return text
    sign = next((s for s in ("<=", ">=", "<", ">") if text.startswith(s)), "")
    return measured_text(analyte, float(text[len(sign) :]), sign, analyte_unit(analyte))


def draw_story(story: Case, rule: Rule, colours: Palette) -> str:
    """The story as an SVG image address: courses and events as lanes, then each test with its limit, time to scale."""
    start, end = _span(story)
    frame = _Frame(start, end, colours)
    parts: list[str] = []
    y = _TOP
    for course in story.courses:
        until = _at(course.end) + DAY if course.end else end
        dashed = course.status in ("on-hold", "planned")
        said = _course_words(course, dashed)
        parts.append(frame.lane(y, _at(course.start), until, said, dashed=dashed))
        y += _LANE
    for event in story.events:
        until = _at(event.end) + DAY if event.end else _at(event.start) + DAY
        parts.append(
            frame.lane(y, _at(event.start), until, words(event.detail or event.kind), dashed=False, event=True)
        )
        y += _LANE
    for analyte in _panels(story, rule):
        parts.append(_panel(frame, story, rule, analyte, y))
        y += _PANEL
    parts.append(frame.axis(y))
    return _address("".join(parts), y + _AXIS)


def _course_words(course: CaseCourse, dashed: bool) -> str:
    dose = f"{course.dose} {course.dose_unit}" if course.dose else "dose cannot be read"
    frequency = course.frequency or "frequency cannot be read"
    return " ".join(filter(None, (course.drug, dose, frequency, f"({course.status})" if dashed else "")))


def _panels(story: Case, rule: Rule) -> list[str]:
    """The tests drawn: the one the rule is about first."""
    own = getattr(rule, "analyte", "") or getattr(rule, "test", "") or getattr(rule, "fact", "")
    seen = list(dict.fromkeys(row[1] for row in story.results))
    seen.sort(key=lambda name: name != own)
    return seen[:_MOST_PANELS]


def _span(story: Case) -> tuple[int, int]:
    end = _at(story.as_of) + DAY
    starts = [_at(row[0]) for row in story.results] + [_at(event.start) for event in story.events]
    starts += [_at(course.start) for course in story.courses]
    last = max([end, *(_at(course.start) + 7 * DAY for course in story.courses)])
    first = min([*starts, end - 30 * DAY])
    return first - (last - first) // 40, last


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class _Frame:
    """The time axis all lanes and panels share."""

    start: int
    end: int
    colours: Palette

    def across(self, at: int) -> float:
        inside = min(max(at, self.start), self.end)
        return _LEFT + (_RIGHT - _LEFT) * (inside - self.start) / (self.end - self.start)

    def lane(self, y: int, begin: int, until: int, said: str, *, dashed: bool, event: bool = False) -> str:
        """A bar with its words beside or on it."""
        x, wide = self.across(begin), max(3.0, self.across(until) - self.across(begin))
        fill = "none" if dashed else self.colours.line if event else self.colours.surface
        stroke = self.colours.ink if event else self.colours.muted
        rule = f" stroke-dasharray='4 3'" if dashed else ""  # noqa: F541
        where = x + 4 if wide > _room(said) else x + wide + 4
        anchor = "start"
        if where + _room(said) > WIDTH:
            where, anchor = x - 4, "end"
        return (
            f"<rect x='{x:.1f}' y='{y + 2}' width='{wide:.1f}' height='{_LANE - 4}' rx='3' fill='{fill}' "
            f"stroke='{stroke}'{rule}/>"
            f"<text x='{where:.1f}' y='{y + 14}' fill='{self.colours.ink}' text-anchor='{anchor}'>{_ascii(said)}</text>"
        )

    def axis(self, y: int) -> str:
        """First day and the day the story speaks of."""
        days = count_text((self.end - self.start) // DAY, "day").replace("\u00a0", " ")
        last = datetime.fromtimestamp(self.end - DAY, UTC).date().isoformat()
        return (
            f"<path d='M{_LEFT} {y}H{_RIGHT}' stroke='{self.colours.line}'/>"
            f"<text x='{_LEFT}' y='{y + 15}' fill='{self.colours.muted}'>{days}</text>"
            f"<text x='{_RIGHT}' y='{y + 15}' text-anchor='end' fill='{self.colours.muted}'>"
            f"{iso_date_text(last)}</text>"
        )


def _room(said: str) -> float:
    return 6.6 * len(said)  # px a letter of 12 px takes, generously


def _panel(frame: _Frame, story: Case, rule: Rule, analyte: str, y: int) -> str:
    """One test: its limits as solid lines with their number, its results with theirs, what cannot be read as ◌."""
    colours = frame.colours
    rows = [(_at(row[0]), row[2]) for row in story.results if row[1] == analyte]
    limits = _limits(rule, analyte)
    numbers = [value for _, text in rows if (value := _value(text)) is not None]
    known = [*numbers, *limits] or [0.0]
    low, high = min(known), max(known)
    low = min(low, high * _LEAST_SPAN) if high > 0 else low  # a hundredth beside the limit must not fill the picture
    low, high = (low - 1, high + 1) if high == low else (low, high)

    def down(value: float) -> float:
        return y + 30 + (_PANEL - 46) * (high - value) / (high - low)

    name = f"{analyte_name(analyte)} {unit_text(analyte_unit(analyte))}".strip()
    out = [f"<text x='{_LEFT}' y='{y + 13}' fill='{colours.muted}'>{_ascii(name)}</text>"]
    for limit in limits:
        out.append(
            f"<path d='M{_LEFT} {down(limit):.1f}H{_RIGHT}' stroke='{colours.high}' stroke-width='1.5'/>"
            f"<text x='{_RIGHT + 6}' y='{down(limit) + 4:.1f}' fill='{colours.high}'>{number_text(limit)} limit</text>"
        )
    out.append(_curve(frame, rows, down))
    middle = down((low + high) / 2)
    every = max(1, -(-len(rows) // 8))  # no more numbers than there is room for, the last always
    for place, (at, text) in enumerate(rows):
        value = _value(text)
        height = middle if value is None else down(value)
        out.append(_point(frame.across(at), height, text, colours))
        if (len(rows) - 1 - place) % every == 0:
            shown = reason_words(text[1:]) if value is None else text
            anchor = "end" if frame.across(at) > _RIGHT - 60 else "middle"
            out.append(
                f"<text x='{frame.across(at):.1f}' y='{height - 7:.1f}' text-anchor='{anchor}' "
                f"fill='{colours.ink}'>{_ascii(shown)}</text>"
            )
    return "".join(out)


def _curve(frame: _Frame, rows: Sequence[tuple[int, str]], down: Callable[[float], float]) -> str:
    """Straight lines between exact numbers, broken at a bound and at what cannot be read."""
    path, pen = "", "M"
    for at, text in rows:
        value = _value(text)
        if value is None or text[0] in "<>":
            pen = "M"
            continue
        path += f"{pen}{frame.across(at):.1f} {down(value):.1f}"
        pen = "L"
    return f"<path d='{path}' stroke='{frame.colours.ink}' stroke-width='1.5'/>" if path else ""


def _point(x: float, y: float, text: str, colours: Palette) -> str:
    """A number as a dot, a bound as an open triangle, what cannot be read as a dashed circle."""
    if text.startswith("!"):
        return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='5' stroke='{colours.cannot_tell}' stroke-dasharray='2 2'/>"
    if text[0] in "<>":
        tip = 5 if text[0] == "<" else -5
        return f"<path d='M{x - 4:.1f} {y:.1f}h8l-4 {tip}z' stroke='{colours.ink}'/>"
    return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='3' fill='{colours.ink}'/>"


def _limits(rule: Rule, analyte: str) -> list[float]:
    if not isinstance(rule, Threshold) or rule.analyte != analyte:
        return []
    ends = [band.below if band.below is not None else band.below_or_at for band in rule.bands[:-1]]
    return [end for end in ends if end is not None]


def _value(text: str) -> float | None:
    if text.startswith("!"):
        return None
    return CODED_NUMBERS[text] if text in CODED_NUMBERS else float(text.lstrip("<>="))


def _address(drawing: str, height: int) -> str:
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height}' viewBox='0 0 {WIDTH} {height}' "
        f"font-family='{_FONTS}' font-size='12' fill='none'>{drawing}</svg>"
    )
    return "data:image/svg+xml," + svg.replace("%", "%25").replace("#", "%23")


def _ascii(text: str) -> str:
    """Text as an SVG in an address may hold it: escaped, letters beyond ASCII as character references."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode("ascii")
