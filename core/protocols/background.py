"""The numbers and words of what is shown beside an alert: baselines, infections, blunted CRP, Duffy-null."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from core.errors import ProtocolFault
from core.protocols.conditions import Strict
from core.protocols.schema import CitedSource

FILE = Path(__file__).parent / "beside" / "background.toml"


class PersonalBaselineSettings(Strict):
    days: int = Field(ge=1)
    source: CitedSource


class InfectionSettings(Strict):
    """Which events make an episode. suspected_kinds: those of the group that only report; temperature_from: Cel."""

    serious_events: str
    events: str
    suspected_kinds: tuple[str, ...]
    fever_code: str
    treatment_kind: str
    temperature_from: float
    source: CitedSource


class RestartSettings(Strict):
    afebrile_hours: int = Field(ge=1)
    crp_times_baseline: float = Field(gt=0)
    baseline_days: int = Field(ge=1)
    source: CitedSource


class Blunting(Strict):
    """A drug or class on which CRP and fever mislead. silenced: a normal CRP says nothing; after_days: so long on."""

    drug: str
    silenced: bool
    after_days: int = Field(ge=0)
    note: str
    source: CitedSource


class DuffyNullSettings(Strict):
    kind: str
    analyte: str
    range: str
    confirmed_events: str
    contradicted_by: tuple[str, ...]
    note: str
    unconfirmed: str
    source: CitedSource


class Background(Strict):
    personal_baseline: PersonalBaselineSettings
    infection: InfectionSettings
    restart: RestartSettings
    blunting: tuple[Blunting, ...]
    duffy_null: DuffyNullSettings


@cache
def background() -> Background:
    """What the file says, read once per process.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    try:
        return Background.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
