"""How renal function changes exposure to a drug, from the published clearances of groups: shown, never judged by."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from core.errors import ProtocolFault
from core.protocols.conditions import Strict
from core.protocols.schema import CitedSource

FILE = Path(__file__).parent / "beside" / "exposure.toml"


class RenalGroup(Strict):
    """One group of a study. from_, to: mL/min, half-open; None, None: told by an event. Fall: of mean clearance, %."""

    name: str
    from_: float | None = Field(default=None, alias="from", ge=0)
    to: float | None = Field(default=None, gt=0)
    event: str = ""
    clearance_fall_percent: float = Field(ge=0, lt=100)

    @property
    def exposure(self) -> float:
        """How many times the exposure of normal renal function, at the same dose."""
        return 1 / (1 - self.clearance_fall_percent / 100)


class Exposure(Strict):
    """The groups of one drug, mildest first; normal_from: mL/min, what the study calls normal."""

    title: str
    normal_from: float
    source: CitedSource
    note: str
    group: tuple[RenalGroup, ...]

    def group_of(self, clearance: float, kinds: frozenset[str]) -> RenalGroup | None:
        """The group somebody belongs to; None with normal renal function. kinds: of the events that hold."""
        told = next((one for one in self.group if one.event and one.event in kinds), None)
        if told is not None:
            return told
        stretches = ((one.from_, one.to, one) for one in self.group)
        return next(
            (one for low, high, one in stretches if low is not None and high is not None and low <= clearance < high),
            None,
        )


@cache
def exposures() -> Mapping[str, Exposure]:
    """By drug what the file says, read once per process.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    try:
        return TypeAdapter(dict[str, Exposure]).validate_python(tomllib.loads(FILE.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
