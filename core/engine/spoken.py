"""What an alert is made of before it is one: an open finding, the verdict of its rule, and the voices that give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from core.engine.rules.compiled import CompiledRule
from core.engine.standing import Evidence, Position, Source
from core.protocols.schema import FeatureText, Protocol


class OpenFinding(NamedTuple):
    """A finding that stands at an instant, with what is needed to speak of it. fact: analyte, feature, test or
    event:ID. clock: since when its alert stands as grave as it is, and from when that could be known; None: the alert
    is over, and closed_at is its end.
    """

    patient_id: str
    compiled: CompiledRule
    band: int
    fact: str
    opened: int
    alert_opened: int
    value: float
    measured: int
    evidence: tuple[Evidence, ...]
    held: str
    inputs: Mapping[str, object]
    feature: FeatureText | None
    protocol: Protocol
    clock: tuple[int, int] | None = None
    closed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """What one authority says with a verdict. rank: its place among other voices; fixed: the same for everybody."""

    authority: str
    rank: tuple[int, int, int, int]
    advice: str
    source: Source
    fixed: Position | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a band of a rule says of whoever meets it. tier: its priority as a position in PRIORITIES; title: "" where
    it is made of the number; operator, limit: what it compares with (None: nothing), shown as limit_text; unit: UCUM.
    """

    rule_id: str
    priority: str
    action: str
    tier: int
    title: str
    voices: tuple[Voice, ...]
    operator: str = ""
    limit: float | None = None
    limit_text: str = ""
    unit: str = ""
    unit_shown: str = ""
