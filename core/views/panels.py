"""What the patient chart shows of one analyte: its points sorted by how far to trust them, its limits, its range."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.catalogue.screens import usual_charts
from core.records import DAY
from core.views.limits import dispute
from core.views.model import Gap, LimitLine, OwnRange, PatientPicture, Point
from core.views.names import analyte_name, analyte_unit, measured_text, reference_range, stale_after_days, unit_text
from core.views.text import is_adult, moment_text, plain
from core.views.words import reason_words

_SAME_FACTOR = 1e-6  # two conversion factors closer than this are one unit spelt twice


@dataclass(frozen=True, slots=True)
class Panel:
    """One analyte over time. Each point stands in exactly one of the five lists; `breaks` are points no line may reach.

    reference_from: whose range it is ("this report's own" or "adult default"), "" without one. own: what was usual for
    this patient before the drug. gaps: when nobody could judge. factor, measure: what every number is multiplied with
    to be drawn, and the words for what comes out (1 and "" for the numbers themselves).
    """

    analyte: str
    unit: str
    trusted: tuple[Point, ...]
    censored: tuple[Point, ...]
    disputed: tuple[Point, ...]
    superseded: tuple[Point, ...]
    unreadable: tuple[Point, ...]
    breaks: frozenset[int]
    computed: bool
    limits: tuple[LimitLine, ...]
    reference: tuple[float | None, float | None]
    reference_from: str
    own: OwnRange | None = None
    gaps: tuple[Gap, ...] = ()
    factor: float = 1.0
    measure: str = ""

    @property
    def title(self) -> str:
        """Name and unit, always together, or what it is measured against; and whether it was computed."""
        name = analyte_name(self.analyte) + ("" if self.is_relative else f" {unit_text(self.unit)}")
        made = ", computed" if self.computed else ""
        return f"{name}{made}" + (f", {self.measure}" if self.measure else "")

    @property
    def is_relative(self) -> bool:
        """Whether what is drawn is measured against something of the patient's or of the rules'."""
        return bool(self.measure) and not self.measure.startswith("raw")

    @property
    def reference_line(self) -> str:
        """The reference range in words, with the population it belongs to; the patient's own beside it."""
        span = range_text(self.analyte, self.reference)
        said = [f"grey: {'' if self.is_relative else 'reference '}{span}, {self.reference_from}"] if span else []
        if self.own is not None and "own" not in self.measure:  # the scale itself may name the patient's own already
            said.append(f"dashed: {own_text(self.analyte, self.own)}")
        return "; ".join(said)

    def numbers(self) -> list[float]:
        """Every number the panel must have room for, as it is drawn."""
        points = (*self.trusted, *self.censored, *self.disputed, *self.superseded)
        found = [one.value for one in points if one.value is not None] + [line.limit for line in self.limits]
        found += [self.own.low, self.own.high] if self.own else []
        return [one * self.factor for one in found]


def make_panels(picture: PatientPicture, chosen: Iterable[str] = ()) -> tuple[Panel, ...]:
    """The usual analytes that have anything to show, then those the reader chose."""
    panels = (_panel(picture, analyte) for analyte in dict.fromkeys((*shown_first(picture), *chosen)))
    return tuple(panel for panel in panels if panel.numbers() or panel.unreadable or panel.gaps)


def shown_first(picture: PatientPicture) -> tuple[str, ...]:
    """What the chart shows unasked: the usual analytes, then whatever else an open alert is about."""
    alarmed = (one.fact for one in picture.alerts if any(p.value is not None for p in picture.series.get(one.fact, ())))
    return tuple(dict.fromkeys((*usual_charts(), *alarmed)))


def own_text(analyte: str, own: OwnRange) -> str:
    """The patient's own range in words: "own 3.4–5.1 (3 before anakinra)"."""
    span = range_text(analyte, (own.low, own.high)) if own.high > own.low else measured_text(analyte, own.low)
    return f"own {span} ({own.count:,} before {plain(own.drug)})"


def range_text(analyte: str, limits: tuple[float | None, float | None]) -> str:
    """A reference range in words: "2–7.5", "up to 5", "from 60"; "" where neither end is known."""
    first, last = ("" if end is None else measured_text(analyte, end) for end in limits)
    if first and last:
        return f"{first}–{last}"
    return f"from {first}" if first else f"up to {last}" if last else ""


def newest_range(points: Sequence[Point]) -> tuple[float | None, float | None] | None:
    """The reference range of the newest current report that states one."""
    stated = ((one.ref_low, one.ref_high) for one in reversed(points) if not one.superseded)
    return next((limits for limits in stated if limits != (None, None)), None)


def default_range(analyte: str, picture: PatientPicture) -> tuple[float | None, float | None]:
    """The catalogue's range where the report states none; it is an adult's, so a child (or unknown age) gets none."""
    person = picture.person
    return reference_range(analyte, person.sex) if is_adult(person.birth_date, picture.as_of) else (None, None)


def choosable(picture: PatientPicture) -> tuple[str, ...]:
    """Further analytes with a number to draw."""
    shown = shown_first(picture)
    return tuple(
        sorted(
            (
                one
                for one, points in picture.series.items()
                if one not in shown and any(p.value is not None for p in points)
            ),
            key=analyte_name,
        )
    )


def is_converted(point: Point) -> bool:
    """Whether the number shown was computed from another unit than the one shown."""
    factor = _factor(point)
    return factor is not None and abs(factor - 1) > _SAME_FACTOR


def point_line(analyte: str, point: Point, against: Sequence[float] = ()) -> str:
    """One result in words: value, moment, and everything that qualifies it."""
    value = point.coded if point.value is None else value_text(analyte, point, against, point.unit)
    return "; ".join(
        part
        for part in (f"{analyte_name(analyte)} {value or 'unreadable'}, {moment_text(point.at)}", *remarks(point))
        if part
    )


def value_text(analyte: str, point: Point, against: Sequence[float] = (), unit: str | None = None) -> str:
    """The value of a result that has one, never rounded across the limits it is judged by."""
    value = 0.0 if point.value is None else point.value
    return measured_text(analyte, value, point.comparator, unit, against=against, converted=is_converted(point))


def remarks(point: Point) -> list[str]:
    """What qualifies a result: preliminary, replaced, disputed, unreadable and why, converted from what."""
    said = ["preliminary"] if point.preliminary else []
    said += ["derived from the white cell count and its differential"] if point.status == "derived" else []
    said += ["replaced by a later report"] if point.superseded else []
    said += [reason_words(point.reason)] if point.reason else []
    given = plain(f"{point.value_as_given} {point.unit_as_given}".strip())
    if given and (point.reason or is_converted(point)):
        said.append(f"reported as {given}")
    return said


def _panel(picture: PatientPicture, analyte: str) -> Panel:
    gaps = picture.gaps.get(analyte, ())  # shown without a single result too: that nobody could judge is the news
    points = [one for one in dispute(picture.series.get(analyte, ())) if one.value is not None or one.reason]
    computed = analyte == "creatinine_clearance" and bool(picture.crcl) and not points
    if computed:
        points = [_computed_point(analyte, at, value) for at, value in picture.crcl]
    current = [one for one in points if not one.superseded and one.value is not None]
    trusted = tuple(one for one in current if not one.reason and not one.comparator)
    reported = next(
        ((one.ref_low, one.ref_high) for one in reversed(trusted) if (one.ref_low, one.ref_high) != (None, None)), None
    )
    default = (None, None) if computed or not trusted else default_range(analyte, picture)
    return Panel(
        analyte=analyte,
        unit=next((one.unit for one in points if one.unit), analyte_unit(analyte) if gaps else ""),
        trusted=trusted,
        censored=tuple(one for one in current if one.comparator and not one.reason),
        disputed=tuple(one for one in current if one.reason),
        superseded=tuple(one for one in points if one.superseded and one.value is not None),
        unreadable=tuple(one for one in points if one.value is None and not one.superseded),
        breaks=_breaks(trusted, [one for one in current if one.comparator or one.reason], stale_after_days(analyte)),
        computed=computed,
        limits=tuple(line for line in picture.limits if line.analyte == analyte) if points or gaps else (),
        reference=reported or default,
        reference_from="as reported" if reported else "adult default" if default != (None, None) else "",
        own=picture.own_ranges.get(analyte) if points else None,
        gaps=gaps,
    )


def _computed_point(analyte: str, at: int, value: float) -> Point:
    return Point(0, at, value, "", "", analyte_unit(analyte), "", "", "", False, False, None, None, "", 0)


def _breaks(trusted: Sequence[Point], untrusted: Sequence[Point], stale_days: int | None) -> frozenset[int]:
    """Positions in `trusted` that no line from the point before may reach (P26).

    Because the earlier value no longer answered by then, because the unit reported changed, or because a value between
    them is only known as a range or is disputed.
    """
    broken = set()
    for place in range(1, len(trusted)):
        before, after = trusted[place - 1], trusted[place]
        stale = stale_days is not None and after.at - before.at > stale_days * DAY
        between = any(before.at <= one.at <= after.at for one in untrusted)
        if stale or between or _unit_changed(before, after):
            broken.add(place)
    return frozenset(broken)


def _unit_changed(before: Point, after: Point) -> bool:
    first, second = _factor(before), _factor(after)
    return (
        first is not None and second is not None and abs(first - second) > _SAME_FACTOR * max(abs(first), abs(second))
    )


def _factor(point: Point) -> float | None:
    """How the reported number became the stored one; None where the report's text is no plain number."""
    if point.value is None or point.unit_as_given == point.unit:
        return None if point.value is None else 1.0
    try:
        given = float(point.value_as_given.strip().lstrip("<>=≤≥ "))
    except ValueError:
        return None
    return point.value / given if given else None
