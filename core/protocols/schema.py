"""A protocol file as a whole, and what makes it unfit to start with. The kinds of rules are in kinds.py, the
conditions they combine in conditions.py.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from core import records
from core.catalogue.terms import find_symptom
from core.protocols.conditions import Flag, Strict, Whole, leaves_of
from core.protocols.kinds import (
    Baseline,
    Card,
    Checked,
    Interval,
    Overdue,
    Rule,
    Threshold,
    Visits,
)


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
    restart_after_days: Whole = Field(ge=1)
    source: CitedSource


class EventSelector(Strict):
    """Events of one kind. vaccine: what the catalogue says of the CVX code."""

    kind: str
    code: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    without_words: tuple[str, ...] = ()
    vaccine: tuple[Literal["live", "not live", "review", "unknown"], ...] = ()

    @model_validator(mode="after")
    def _names_a_kind(self) -> Self:
        if self.kind not in records.EVENT_KINDS:
            raise ValueError(f"event kind {self.kind!r} is not one of the contract's")
        severities = (*records.SEVERITIES, records.UNREADABLE_SEVERITY)
        if strange := sorted(set(self.severity) - set(severities)):
            raise ValueError(f"severity {', '.join(strange)} is not one of {', '.join(severities)}")
        if strange := [code for code in self.code if self.kind == "symptom" and find_symptom(code) != code]:
            raise ValueError(f"code {', '.join(strange)} is not a symptom of the contract")
        return self


class EventGroup(Strict):
    """Events that mean the same to a rule. for_life: what once began never ends, whatever end is written.

    lasts_days: how long one without an end of its own counts here, instead of what [lasting] says of its kind.
    """

    for_life: Flag = False
    lasts_days: Whole | None = Field(None, ge=1)
    source: CitedSource
    any: tuple[EventSelector, ...] = Field(min_length=1)


#: Features of the drug's current course, which there is none of while it is held or ended.
DOSE_FEATURES = ("dose_mg", "dosing_day_mg", "dosing_day_mg_per_kg", "doses_per_day")


def _asks_dose(rule: Interval | Threshold) -> bool:
    asked = [rule.feature] if isinstance(rule, Threshold) else [leaf.feature for leaf in leaves_of(rule.when)]
    return bool(set(asked) & set(DOSE_FEATURES))


class Protocol(Strict):
    """One drug's file."""

    drug: str
    title: str
    version: str
    reviewed: Reviewed
    documents: dict[str, Document]
    schedule: ScheduleSettings
    events: dict[str, EventGroup] = Field(default_factory=dict)
    rule: tuple[Rule, ...]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        seen: set[str] = set()
        visited = {r.test for r in self.rule if isinstance(r, Visits)}
        asking: dict[str, set[str]] = {}
        for rule in self.rule:
            if isinstance(rule, Visits):
                asking.setdefault(rule.test, set()).add(rule.id)
        thresholds = {r.id for r in self.rule if isinstance(r, Threshold)}
        for rule in self.rule:
            if rule.id in seen:
                raise ValueError(f"rule {rule.id}: the id is used twice")
            seen.add(rule.id)
            for says in rule.says:
                if says.document not in self.documents:
                    raise ValueError(f"rule {rule.id}: document {says.document!r} is not in [documents]")
            if (
                isinstance(rule, Interval | Threshold)
                and _asks_dose(rule)
                and set(rule.phases) - {"planned", "running"}
            ):
                raise ValueError(f"rule {rule.id}: there is a dose only while planned or running")
            if isinstance(rule, Interval) and any(
                x.steady and x.feature in DOSE_FEATURES for x in leaves_of(rule.when)
            ):
                raise ValueError(f"rule {rule.id}: a dose does not wait for a steady creatinine")
            if isinstance(rule, Overdue) and (wrong := set(rule.of) - asking.get(rule.test, set())):
                raise ValueError(f"rule {rule.id}: of {sorted(wrong)}, which are no visits of {rule.test}")
            if isinstance(rule, Baseline | Overdue) and rule.test not in visited:
                raise ValueError(f"rule {rule.id}: no visits of {rule.test} are scheduled")
            if isinstance(rule, Interval) and (wrong := set(rule.replaces) - thresholds):
                raise ValueError(f"rule {rule.id}: replaces {sorted(wrong)}, which are no threshold rules here")
            if isinstance(rule, Visits) and rule.follows and rule.follows not in visited:
                raise ValueError(f"rule {rule.id}: follows {rule.follows}, which has no visits")
        return self

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are evaluated."""
        return tuple(rule for rule in self.rule if rule.enabled and not isinstance(rule, Card))

    @property
    def cards(self) -> tuple[Card, ...]:
        """What is shown and never evaluated, because nothing a file set holds could trigger it."""
        return tuple(rule for rule in self.rule if isinstance(rule, Card))


class FeatureText(Strict):
    """A computed value in a reader's words. inputs: the tests it is made of, the chief one first."""

    title: str
    unit: str
    decimals: Whole
    equation: str
    inputs: tuple[str, ...] = ()
    source: CitedSource


class Planning(Strict):
    source: CitedSource
    planned_from_days: Whole = Field(ge=1)
    dated_later_from_days: Whole = Field(ge=1)
    foreseen_events_from_days: Whole = Field(ge=1)
    starting_for_days: Whole = Field(ge=1)
    ended_for_days: Whole = Field(ge=1)


class Steady(Strict):
    """When a creatinine is unsteady: from the first such stage until a later result shows none, but not with events."""

    source: CitedSource
    stages: tuple[str, ...] = Field(min_length=1)
    unless_events: str


class Common(Strict):
    """What every protocol may refer to."""

    planning: Planning
    steadiness: Steady
    lasting: dict[str, int | str]
    events: dict[str, EventGroup]
    features: dict[str, FeatureText]
