"""The kinds of rules: what each may say. A rule has one condition and one or more authorities that speak on it.

Bands are half-open and tile the number line, which is checked here and nowhere else. There are no expressions: what
cannot be said needs a new, named rule kind.
"""

from __future__ import annotations

import math
import string
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from core import records
from core.protocols.conditions import (
    Action,
    AtLeast,
    Band,
    Every,
    Flag,
    Indication,
    Neither,
    Number,
    Priority,
    Some,
    Strict,
    Whole,
)

Phase = Literal["planned", "running", "held", "ended"]
Checked = Literal["checked", "checked via reproduction", "unchecked", "unchecked, low confidence", "choice", "seed"]
#: What a title or an advice may name; filled in by core.engine.wording.
FIELDS = frozenset({"value", "limit", "unit", "date", "event", "drug"})


class Says(Strict):
    """One authority speaking on a rule. indications: it speaks only for these (empty: for all the rule covers).

    advice: its own words, where they are not the rule's.
    """

    authority: Literal["EMA", "FDA", "BSR", "ACR", "EULAR", "NICE", "KDIGO", "NHSE", "CDC", "LOCAL"]
    document: str
    section: str
    checked: Checked
    indications: tuple[Indication, ...] = ()
    advice: str = ""


class RuleBase(Strict):
    """What every rule has. enabled = false: written down, shown in the rule book, never evaluated."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    keys: tuple[str, ...]
    category: str
    says: tuple[Says, ...] = Field(min_length=1)
    title: str = ""
    advice: str
    why: str
    enabled: Flag = True

    @model_validator(mode="after")
    def _speaks_plainly(self) -> Self:
        if self.category not in records.CATEGORIES:
            raise ValueError(f"category {self.category!r} is not one of the contract's")
        named = [s.authority for s in self.says]
        if len(set(named)) != len(named):
            raise ValueError("an authority speaks once on a rule")
        for text in (self.title, self.advice, *(says.advice for says in self.says)):
            unknown = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - FIELDS
            if unknown:
                raise ValueError(f"title or advice names {sorted(unknown)}; it may name {sorted(FIELDS)}")
        return self


class OnCourse(Strict):
    """When a rule applies: phases of the drug and conditions on the course itself."""

    phases: tuple[Phase, ...] = Field(alias="while", min_length=1)
    indications: tuple[Indication, ...] = ()
    not_indications: tuple[Indication, ...] = ()
    doses_per_day_above: Number | None = None
    doses_per_day_at_most: Number | None = None


class Sustained(Strict):
    results: Whole = Field(ge=2)
    days: Whole = Field(ge=0)


class Threshold(RuleBase, OnCourse):
    """A measured or computed value against bands."""

    kind: Literal["threshold"]
    analyte: str = ""
    feature: str = ""
    fact: str = ""
    absent: Literal["cannot tell", "not met"] = "cannot tell"
    lasting: str = ""
    whatever_follows: Flag = False
    steady: Flag = False
    first_only: Flag = False
    sustained: Sustained | None = None
    unless_events: str = ""
    bands: tuple[Band, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _tiles(self) -> Self:
        if bool(self.analyte) == bool(self.feature):
            raise ValueError("a threshold names either an analyte or a feature")
        if self.whatever_follows and not self.lasting:
            raise ValueError("whatever_follows goes with lasting")
        if self.lasting and self.absent != "not met":
            raise ValueError('what counts for days says nothing without a result: lasting goes with absent = "not met"')
        if self.steady and (not self.feature or self.lasting):
            raise ValueError("a rule that waits for a steady creatinine judges a feature, for as long as it answers")
        expected = -math.inf
        for band in self.bands:
            if band.start != expected:
                raise ValueError(f"bands must tile the line: expected one from {expected:g}, found {band.start:g}")
            if band.stop <= band.start:
                raise ValueError(f"the band from {band.start:g} is empty")
            expected = band.stop
        if expected != math.inf:
            raise ValueError(f"bands must tile the line: nothing from {expected:g} upwards")
        if not {True, False} == {band.priority is None for band in self.bands}:
            raise ValueError("bands need at least one clear stretch and one with a priority")
        return self

    @property
    def low_is_worse(self) -> bool:
        """Whether the alerting side is the low one (the topmost band is clear)."""
        return self.bands[-1].priority is None

    @property
    def subject(self) -> str:
        """The fact an alert of this rule is about."""
        return self.fact or self.analyte or self.feature


class Interval(RuleBase, OnCourse):
    """Several conditions at one time. replaces: rules that keep silent while this is met (off until signed)."""

    kind: Literal["interval"]
    fact: str
    when: Every | Some | Neither | AtLeast
    priority: Priority
    action: Action
    replaces: tuple[str, ...] = ()


class EventRule(RuleBase, OnCourse):
    """Something that happened or holds."""

    kind: Literal["event"]
    events: str
    except_events: str = ""
    fact: str = ""
    priority: Priority
    action: Action

    @model_validator(mode="after")
    def _asks_frequency_of_a_fact(self) -> Self:
        if not self.fact and (self.doses_per_day_above is not None or self.doses_per_day_at_most is not None):
            raise ValueError("a rule on single events has no frequency condition: name the fact it is about")
        return self


class CourseRule(RuleBase, OnCourse):
    """Being on such a course at all: its indication, its phase, its frequency."""

    kind: Literal["course"]
    fact: str
    priority: Priority
    action: Action


class Interaction(RuleBase, OnCourse):
    """Taken together with another drug: one finding for each pair.

    drugs: names, classes, mechanisms or groups of the catalogue; except_drugs: those of them it is not about.
    """

    kind: Literal["interaction"]
    drugs: tuple[str, ...] = Field(min_length=1)
    except_drugs: tuple[str, ...] = ()
    priority: Priority
    action: Action

    @model_validator(mode="after")
    def _asks_no_frequency(self) -> Self:
        if self.doses_per_day_above is not None or self.doses_per_day_at_most is not None:
            raise ValueError("an interaction has no frequency condition")
        if not {"planned", "running"} <= set(self.phases) or "held" in self.phases:
            raise ValueError("an interaction holds while planned and running, and may hold when ended")
        return self


class Treated(Strict):
    """For whom a rule on tests holds: treatments whose first course has such an indication (empty: all)."""

    indications: tuple[Indication, ...] = ()
    not_indications: tuple[Indication, ...] = ()


def _rises_from_the_start(months: tuple[int, ...]) -> tuple[int, ...]:
    if any(later <= earlier for earlier, later in zip((-1, *months), months, strict=False)):
        raise ValueError("must not be below 0, each later than the one before")
    return months


#: Months or days after a start, in their order.
After = Annotated[tuple[Whole, ...], AfterValidator(_rises_from_the_start)]


class VisitPhase(Strict):
    """Visits so many calendar months, or so many days, after the start; or every so many months without end."""

    months: After = ()
    days: After = ()
    from_month: Whole | None = Field(None, ge=0)
    every_months: Whole | None = Field(None, ge=1)
    tolerance_days: Whole = Field(ge=0)

    @model_validator(mode="after")
    def _is_one_form(self) -> Self:
        if [bool(self.months), bool(self.days), self.from_month is not None].count(True) != 1 or (
            self.from_month is None
        ) != (self.every_months is None):
            raise ValueError("a phase lists months, or days, or names from_month and every_months")
        return self


class Visits(RuleBase, Treated):
    """When a test is due. Without phases and follows: before the start only. or_tests: results that do as well."""

    kind: Literal["visits"]
    test: str
    or_tests: tuple[str, ...] = ()
    baseline_days: Whole = Field(ge=0)
    phases: tuple[VisitPhase, ...] = ()
    follows: str = ""

    @model_validator(mode="after")
    def _has_dates(self) -> Self:
        if self.phases and self.follows:
            raise ValueError("visits have phases of their own or follow another test")
        return self


class Baseline(RuleBase, Treated):
    """No result before the start. fact: what the alert is about, where it is not the test."""

    kind: Literal["baseline"]
    test: str
    fact: str = ""
    priority: Priority
    action: Action


class Lateness(Strict):
    times: Whole = Field(ge=1)
    priority: Priority
    action: Action
    advice: str = ""


class Overdue(RuleBase, Treated):
    """A visit without a result after its window. of: only visits that these visit rules ask for (empty: all)."""

    kind: Literal["overdue"]
    test: str
    of: tuple[str, ...] = ()
    after_tolerances: tuple[Lateness, ...] = Field(min_length=1)


class Milestone(RuleBase, Treated):
    """So many calendar months after the start of a treatment, for open_days. of: every beginning, or restarts only."""

    kind: Literal["milestone"]
    fact: str
    months: After = Field(min_length=1)
    open_days: Whole = Field(ge=1)
    of: Literal["beginning", "restart"] = "beginning"
    priority: Priority
    action: Action


class Card(RuleBase):
    """Something to know that no column of the file set can trigger: shown on the drug's panel, listed as such."""

    kind: Literal["card"]
    priority: Priority
    action: Action


Rule = Annotated[
    Threshold | Interval | EventRule | CourseRule | Interaction | Visits | Baseline | Overdue | Milestone | Card,
    Field(discriminator="kind"),
]
