"""The conditions a rule may combine: one thing each, joined by `all`, `any`, `none` or `at_least`. Data, never code."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core import records

Priority = Literal["high", "medium", "low"]
Action = Literal[
    "do_not_start", "stop", "withhold", "avoid", "reduce_frequency", "adjust_dose", "restore_frequency", "review",
    "repeat_test", "request_test", "inform",
]  # fmt: skip


def _is_indication(name: str) -> str:
    if name not in records.INDICATIONS:
        raise ValueError(f"indication {name!r} is not one of the contract's")
    return name


Indication = Annotated[str, AfterValidator(_is_indication)]
#: As the file writes them: "1.5" in quotes is no number, and yes no truth.
Number = Annotated[float, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)
    __slots__ = ("_hash",)  # not a field: a copy, changed or not, and a pickle leave it behind
    if TYPE_CHECKING:
        _hash: ClassVar[int]  # each object's own; said so that it is no field

    def __hash__(self) -> int:
        """Of all fields, reckoned once: rules are looked up by their conditions for every patient."""
        try:
            return self._hash
        except AttributeError:
            told = hash(tuple(self.__dict__[name] for name in type(self).model_fields))
            object.__setattr__(self, "_hash", told)
            return told


class Band(Strict):
    """One stretch of the number line. No priority: the value is clear there. Without from/above it has no lower end."""

    from_: Number | None = Field(None, alias="from")
    above: Number | None = None
    below: Number | None = None
    below_or_at: Number | None = None
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


#: What a measured or computed value can be asked; a leaf about one asks exactly one of these.
_QUESTIONS = ("from_", "above", "below", "below_or_at", "not_within_days", "changed", "missing")


class Leaf(Strict):
    """One condition on one thing: an analyte, a feature, events, other drugs, or the drug's own course.

    from, above, below, below_or_at: the value's range. not_within_days: no readable result for so long.
    changed: a fall or rise beyond the reference change value since the `previous` result, or against the `median` of
    `within_days`, or against the median of `within_days` `before_treatment` (before the drug was first given, whatever
    came since); `by`: and by at least so much. fallen_percent: since the previous result of `within_days`.
    newly: and an earlier readable result was not in the range: what was so from the first is no news.
    missing: no readable answer in date. absent: what no result, or a stale one, comes to.
    lasting: how long a value counts (common.toml). steady: not while the kidneys are acutely injured.
    events: within_days counts each for so long from its start. until_result_of: only until that test is done again.
    drugs: taken at the time, or until within_days ago; names, classes or groups of the catalogue.
    course: starting (planned, or in its first days), per_kg (dosed by weight), lasts_other_than `days`.
    """

    analyte: str = ""
    feature: str = ""
    events: str = ""
    drugs: tuple[str, ...] = ()
    course: Literal["", "starting", "per_kg", "lasts_other_than"] = ""
    from_: Number | None = Field(None, alias="from")
    above: Number | None = None
    below: Number | None = None
    below_or_at: Number | None = None
    not_within_days: Whole | None = None
    changed: Literal["fall", "rise"] | None = None
    against: Literal["previous", "median", "before_treatment"] = "previous"
    by: Number | None = None
    missing: Flag | None = None
    newly: Flag = False
    fallen_percent: Number | None = None
    within_days: Whole | None = None
    lasting: str = ""
    absent: Literal["cannot tell", "not met"] = "cannot tell"
    steady: Flag = False
    until_result_of: str = ""
    days: Whole | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        subjects = [self.analyte, self.feature, self.events, self.drugs, self.course]
        if sum(bool(one) for one in subjects) != 1:
            raise ValueError("a condition names exactly one of analyte, feature, events, drugs, course")
        asked = [name for name in _QUESTIONS if getattr(self, name) is not None]
        measured = bool(self.analyte or self.feature)
        if measured != (len(asked) == 1) or len(asked) > 1 or self.missing is False:
            raise ValueError(f"a value is asked exactly one of {', '.join(n.strip('_') for n in _QUESTIONS)}")
        if self.fallen_percent is not None and self.within_days is None:
            raise ValueError("fallen_percent needs within_days")
        if (self.against != "previous") != (self.changed is not None and self.within_days is not None):
            raise ValueError("a change against a median names within_days, and only that")
        if self.by is not None and self.changed is None:
            raise ValueError("by goes with changed")
        if not self.analyte and (self.not_within_days or self.changed or self.fallen_percent or self.lasting):
            raise ValueError("not_within_days, changed, fallen_percent and lasting are about an analyte")
        if self.within_days is not None and not (self.events or self.drugs or self.changed or self.fallen_percent):
            raise ValueError("within_days goes with events, drugs, changed or fallen_percent")
        if self.until_result_of and not (self.events or self.lasting):
            raise ValueError("until_result_of goes with events or with a value that lasts")
        if self.newly and (not asked or asked[0] in ("not_within_days", "changed", "missing") or self.lasting):
            raise ValueError("newly goes with a range of a value")
        if self.steady and not self.feature:
            raise ValueError("steady goes with a feature")
        if (self.course == "lasts_other_than") != (self.days is not None):
            raise ValueError("days goes with lasts_other_than")
        return self


class Every(Strict):
    all: tuple[Condition, ...] = Field(min_length=1)


class Some(Strict):
    any: tuple[Condition, ...] = Field(min_length=1)


class Neither(Strict):
    """Met while none of its conditions is; cannot tell while one of them cannot and none is met."""

    none: tuple[Condition, ...] = Field(min_length=1)


class AtLeast(Strict):
    """Met while so many of its conditions are."""

    at_least: Whole = Field(ge=1)
    of: tuple[Condition, ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _can_be_met(self) -> Self:
        if self.at_least > len(self.of):
            raise ValueError("at_least asks for more conditions than there are")
        return self


Condition = Every | Some | Neither | AtLeast | Leaf


def parts_of(node: Condition) -> tuple[Condition, ...]:
    """What a tree of conditions is joined from; nothing for a single condition."""
    match node:
        case Every():
            return node.all
        case Some():
            return node.any
        case Neither():
            return node.none
        case AtLeast():
            return node.of
        case _:
            return ()


def leaves_of(node: Condition) -> Iterator[Leaf]:
    """The single conditions of a tree, in file order."""
    if isinstance(node, Leaf):
        yield node
    for part in parts_of(node):
        yield from leaves_of(part)


def analytes_of(node: Condition) -> Iterator[str]:
    """The analytes a tree of conditions asks for ("" for a condition on something else), in file order."""
    for leaf in leaves_of(node):
        yield leaf.analyte
