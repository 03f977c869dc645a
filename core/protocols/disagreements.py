"""Where authorities or documents disagree: each side in our own words, never settled in silence."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from core.errors import ProtocolFault
from core.protocols.conditions import Strict
from core.protocols.kinds import Checked

FILE = Path(__file__).parent / "beside" / "disagreements.toml"


class Side(Strict):
    """One authority or document, what it says, and how that was verified."""

    who: str
    says: str
    checked: Checked


class Disagreement(Strict):
    """One topic on which the sources differ. drugs: empty for all; keys: of the clinical reference."""

    id: str
    topic: str
    drugs: tuple[str, ...]
    keys: tuple[str, ...] = Field(min_length=1)
    sides: tuple[Side, ...] = Field(min_length=2)
    note: str


class _File(Strict):
    disagreement: tuple[Disagreement, ...]


@cache
def disagreements() -> tuple[Disagreement, ...]:
    """Every disagreement on file, in the file's order.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    try:
        read = _File.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).disagreement
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
    names = [one.id for one in read]
    if len(set(names)) != len(names):
        raise ProtocolFault([f"{FILE.name}: an id is used twice; give each disagreement its own"])
    return read


def disagreements_on(drug: str, keys: Collection[str]) -> tuple[Disagreement, ...]:
    """Those that touch a rule with one of these keys, for this drug."""
    return tuple(
        one for one in disagreements() if (not one.drugs or drug in one.drugs) and not set(one.keys).isdisjoint(keys)
    )
