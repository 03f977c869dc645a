"""The numbers and words of what is shown beside an alert: baselines, infections, blunted CRP, Duffy-null."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from core.catalogue import ANALYTES, analyte
from core.catalogue.drugs import drugs
from core.errors import ProtocolFault
from core.protocols.conditions import Strict
from core.protocols.schema import CitedSource
from core.records import CATEGORIES, EVENT_KINDS

FILE = Path(__file__).parent / "beside" / "background.toml"


class PersonalBaselineSettings(Strict):
    days: int = Field(ge=1)
    source: CitedSource


class LeadingSettings(Strict):
    """The test whose newest result screens show first, and the category of the alerts about it."""

    test: str
    category: str
    source: CitedSource


class InfectionSettings(Strict):
    """Which events make an episode. categories: of the alerts about one; suspected_kinds: those of the group that only
    report; temperature_from: Cel.
    """

    serious_events: str
    events: str
    categories: tuple[str, ...]
    suspected_kinds: tuple[str, ...]
    fever_code: str
    treatment_kind: str
    temperature: str
    temperature_from: float
    fever_lasts: str
    culture: str
    culture_from: float
    culture_lasts: str
    source: CitedSource


class RestartSettings(Strict):
    afebrile_hours: int = Field(ge=1)
    crp: str
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
    leading: LeadingSettings
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


def name_strangers(said: Background, groups: Collection[str]) -> Iterator[str]:
    """Names in the file that nothing defines: a drug nobody knows would silently blunt nothing. groups: of events."""
    for drug in (one.drug for one in said.blunting):
        if not any(known.is_a(drug) for known in drugs().values()):
            yield f"{FILE.name}: {drug!r} is neither a drug of the catalogue nor a class or group of one; mend its name"
    for group in (said.infection.serious_events, said.infection.events, said.duffy_null.confirmed_events):
        if group not in groups:
            yield f"{FILE.name}: events {group!r} are not defined; name a group of common.toml"
    for category in (said.leading.category, *said.infection.categories):
        if category not in CATEGORIES:
            yield f"{FILE.name}: category {category!r} is not one of the contract's; mend its name"
    for kind in (*said.infection.suspected_kinds, said.infection.treatment_kind, said.duffy_null.kind):
        if kind not in EVENT_KINDS:
            yield f"{FILE.name}: event kind {kind!r} is not one of the contract's; mend its name"
    for asked in (said.leading.test, said.infection.temperature, said.infection.culture, said.restart.crp):
        if asked not in ANALYTES:
            yield f"{FILE.name}: analyte {asked!r} is not in the catalogue; name one of its analytes"
    name = said.duffy_null.analyte
    if name not in ANALYTES:
        yield f"{FILE.name}: analyte {name!r} is not in the catalogue; name one of its analytes"
    elif said.duffy_null.range not in [one.name for one in analyte(name).other_ranges]:
        yield f"{FILE.name}: the catalogue has no range {said.duffy_null.range!r} of {name}; name one that it has"
