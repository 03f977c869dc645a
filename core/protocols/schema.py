"""The grammar of a protocol file: what a rule may say, and what makes a file unfit to start with.

A rule has one condition and one or more authorities that speak on it. Bands are half-open and tile the number line,
which is checked here and nowhere else. There are no expressions: what cannot be said needs a new, named rule kind.
"""

from __future__ import annotations

import math
import string
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core import records

Priority = Literal["high", "medium", "low"]
Phase = Literal["planned", "running", "held"]
Checked = Literal["checked", "checked via reproduction", "unchecked", "unchecked, low confidence", "choice", "seed"]
Action = Literal[
    "do_not_start", "stop", "withhold", "avoid", "reduce_frequency", "adjust_dose", "restore_frequency", "review",
    "repeat_test", "request_test", "inform",
]  # fmt: skip
#: What a title or an advice may name; filled in by core.engine.wording.
FIELDS = frozenset({"value", "limit", "unit", "date", "event"})


def _is_indication(name: str) -> str:
    if name not in records.INDICATIONS:
        raise ValueError(f"indication {name!r} is not one of the contract's")
    return name


Indication = Annotated[str, AfterValidator(_is_indication)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Says(Strict):
    """One authority speaking on a rule. indications: it speaks only for these (empty: for all the rule covers)."""

    authority: Literal["EMA", "FDA", "BSR", "ACR", "EULAR", "NICE", "KDIGO", "NHSE", "CDC", "LOCAL"]
    document: str
    section: str
    checked: Checked
    indications: tuple[Indication, ...] = ()


class Band(Strict):
    """One stretch of the number line. No priority: the value is clear there. Without from/above it has no lower end."""

    from_: float | None = Field(None, alias="from")
    above: float | None = None
    below: float | None = None
    below_or_at: float | None = None
    priority: Priority | None = None
    action: Action | None = None
    advice: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.from_ is not None and self.above is not None) or (
            self.below is not None and self.below_or_at is not None
        ):
            raise ValueError("a band has one lower end (from or above) and one upper end (below or below_or_at)")
        if (self.priority is None) != (self.action is None):
            raise ValueError("a band has both a priority and an action, or neither (clear)")
        return self

    @property
    def start(self) -> float:
        """First float in the band."""
        if self.above is not None:
            return math.nextafter(self.above, math.inf)
        return -math.inf if self.from_ is None else self.from_

    @property
    def stop(self) -> float:
        """First float after the band."""
        if self.below_or_at is not None:
            return math.nextafter(self.below_or_at, math.inf)
        return math.inf if self.below is None else self.below


class RuleBase(Strict):
    """What every rule has. enabled = false: written down, shown in the rule book, never evaluated."""

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    keys: tuple[str, ...]
    category: str
    says: tuple[Says, ...] = Field(min_length=1)
    title: str = ""
    advice: str
    why: str
    enabled: bool = True

    @model_validator(mode="after")
    def _speaks_plainly(self) -> Self:
        if self.category not in records.CATEGORIES:
            raise ValueError(f"category {self.category!r} is not one of the contract's")
        named = [s.authority for s in self.says]
        if len(set(named)) != len(named):
            raise ValueError("an authority speaks once on a rule")
        for text in (self.title, self.advice):
            unknown = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - FIELDS
            if unknown:
                raise ValueError(f"title or advice names {sorted(unknown)}; it may name {sorted(FIELDS)}")
        return self


class OnCourse(Strict):
    """When a rule applies: phases of the drug and conditions on the course itself."""

    phases: tuple[Phase, ...] = Field(alias="while", min_length=1)
    indications: tuple[Indication, ...] = ()
    not_indications: tuple[Indication, ...] = ()
    doses_per_day_above: float | None = None
    doses_per_day_at_most: float | None = None


class Sustained(Strict):
    results: int = Field(ge=2)
    days: int = Field(ge=0)


class Threshold(RuleBase, OnCourse):
    """A measured or computed value against bands."""

    kind: Literal["threshold"]
    analyte: str = ""
    feature: str = ""
    fact: str = ""
    absent: Literal["cannot tell", "not met"] = "cannot tell"
    lasting: str = ""
    steady: bool = False
    first_only: bool = False
    sustained: Sustained | None = None
    unless_events: str = ""
    bands: tuple[Band, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _tiles(self) -> Self:
        if bool(self.analyte) == bool(self.feature):
            raise ValueError("a threshold names either an analyte or a feature")
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


class Leaf(Strict):
    """One condition: an analyte in a range, its absence, or an event that holds."""

    analyte: str = ""
    from_: float | None = Field(None, alias="from")
    below: float | None = None
    lasting: str = ""
    fallen_percent: float | None = None
    within_days: int | None = None
    not_within_days: int | None = None
    events: str = ""

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if bool(self.analyte) == bool(self.events):
            raise ValueError("a condition names either an analyte or events")
        if self.analyte and sum(x is not None for x in (self.from_, self.below, self.not_within_days)) != 1:
            raise ValueError("an analyte condition has exactly one of from, below, not_within_days")
        if (self.fallen_percent is None) != (self.within_days is None):
            raise ValueError("fallen_percent and within_days go together")
        return self


class Every(Strict):
    all: tuple[Condition, ...] = Field(min_length=1)


class Some(Strict):
    any: tuple[Condition, ...] = Field(min_length=1)


Condition = Every | Some | Leaf


def analytes_of(node: Condition) -> Iterator[str]:
    """The analytes a tree of conditions asks for, in file order."""
    if isinstance(node, Leaf):
        yield node.analyte
    else:
        for part in node.all if isinstance(node, Every) else node.any:
            yield from analytes_of(part)


class Interval(RuleBase, OnCourse):
    """Several conditions at one time."""

    kind: Literal["interval"]
    fact: str
    when: Every | Some
    priority: Priority
    action: Action


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


class VisitPhase(Strict):
    months: tuple[int, ...] = ()
    from_month: int | None = None
    every_months: int | None = None
    tolerance_days: int = Field(ge=0)

    @model_validator(mode="after")
    def _is_one_form(self) -> Self:
        if bool(self.months) == (self.from_month is not None) or (self.from_month is None) != (
            self.every_months is None
        ):
            raise ValueError("a phase lists months, or names from_month and every_months")
        return self


class Visits(RuleBase):
    """When a test is due."""

    kind: Literal["visits"]
    test: str
    baseline_days: int = Field(ge=0)
    phases: tuple[VisitPhase, ...] = ()
    follows: str = ""

    @model_validator(mode="after")
    def _has_dates(self) -> Self:
        if bool(self.phases) == bool(self.follows):
            raise ValueError("visits have phases of their own or follow another test")
        return self


class Baseline(RuleBase):
    """No result before the start."""

    kind: Literal["baseline"]
    test: str
    priority: Priority
    action: Action


class Lateness(Strict):
    times: int = Field(ge=1)
    priority: Priority
    action: Action
    advice: str = ""


class Overdue(RuleBase):
    """A visit without a result after its window."""

    kind: Literal["overdue"]
    test: str
    after_tolerances: tuple[Lateness, ...] = Field(min_length=1)


Rule = Annotated[Threshold | Interval | EventRule | Visits | Baseline | Overdue, Field(discriminator="kind")]


class Document(Strict):
    document: str
    version: str


class CitedSource(Strict):
    document: str
    section: str
    version: str = ""
    checked: Checked


class Reviewed(Strict):
    by: str
    on: str
    next: str

    @property
    def signed(self) -> bool:
        return bool(self.by and self.on)


class ScheduleSettings(Strict):
    restart_after_days: int = Field(ge=1)
    source: CitedSource


class Protocol(Strict):
    """One drug's file."""

    drug: str
    title: str
    version: str
    reviewed: Reviewed
    documents: dict[str, Document]
    schedule: ScheduleSettings
    rule: tuple[Rule, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        seen: set[str] = set()
        visited = {r.test for r in self.rule if isinstance(r, Visits)}
        for rule in self.rule:
            if rule.id in seen:
                raise ValueError(f"rule {rule.id}: the id is used twice")
            seen.add(rule.id)
            for says in rule.says:
                if says.document not in self.documents:
                    raise ValueError(f"rule {rule.id}: document {says.document!r} is not in [documents]")
            if isinstance(rule, Baseline | Overdue) and rule.test not in visited:
                raise ValueError(f"rule {rule.id}: no visits of {rule.test} are scheduled")
            if isinstance(rule, Visits) and rule.follows and rule.follows not in visited:
                raise ValueError(f"rule {rule.id}: follows {rule.follows}, which has no visits")
        return self

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are evaluated."""
        return tuple(rule for rule in self.rule if rule.enabled)


class EventSelector(Strict):
    kind: str
    code: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without_words: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _names_a_kind(self) -> Self:
        if self.kind not in records.EVENT_KINDS:
            raise ValueError(f"event kind {self.kind!r} is not one of the contract's")
        return self


class EventGroup(Strict):
    source: CitedSource
    any: tuple[EventSelector, ...] = Field(min_length=1)


class FeatureText(Strict):
    title: str
    unit: str
    decimals: int
    equation: str
    source: CitedSource


class Planning(Strict):
    source: CitedSource
    planned_from_days: int = Field(ge=1)
    dated_later_from_days: int = Field(ge=1)


class Common(Strict):
    """What every protocol may refer to."""

    planning: Planning
    lasting: dict[str, int | str]
    events: dict[str, EventGroup]
    features: dict[str, FeatureText]

    @model_validator(mode="after")
    def _lasts_for_days(self) -> Self:
        wrong = [name for name, days in self.lasting.items() if name != "source" and not isinstance(days, int)]
        if wrong:
            raise ValueError(f"lasting {', '.join(wrong)}: give a number of days")
        return self
