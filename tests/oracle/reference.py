"""What the oracle reads from the data files, with the standard library alone: rules, events, analytes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

CORE = Path(__file__).resolve().parents[2] / "core"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a data file; its numbers keep their decimal digits."""
    with path.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


_CATALOGUE = read_toml(CORE / "catalogue" / "analytes.toml")


def stale_after_days(analyte: str) -> int:
    """After how many calendar days a result of this analyte answers nothing."""
    days: int = _CATALOGUE[analyte].get("stale_after_days", _CATALOGUE["stale_after_days"])
    return days


def default_upper_limit(analyte: str, sex: str) -> Decimal | None:
    """The catalogue's upper reference limit for one sex, None where it has none."""
    entry = _CATALOGUE[analyte]
    high = entry.get(f"ref_{sex}", entry.get("ref", ["", ""]))[1]
    return None if high == "" else Decimal(high)


def read_rules(drug: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The drug's protocol and what all protocols share, as the files have them."""
    return read_toml(CORE / "protocols" / f"{drug}.toml"), read_toml(CORE / "protocols" / "common.toml")


def keep_authorities(protocol: dict[str, Any], authorities: tuple[str, ...] | None) -> dict[str, Any]:
    """The protocol as the chosen authorities and the house speak it; a rule nobody speaks for is gone.

    A test that has visits but none of theirs keeps everybody's, in the house's name.
    """
    if authorities is None:
        return protocol
    rules = []
    heard = (*authorities, "LOCAL")
    asked_for = {
        rule["test"]
        for rule in protocol["rule"]
        if rule["kind"] == "visits" and any(voice["authority"] in heard for voice in rule["says"])
    }
    for rule in protocol["rule"]:
        says = [voice for voice in rule["says"] if voice["authority"] in heard]
        if rule["kind"] == "visits" and rule["test"] not in asked_for:
            says = [{"authority": "LOCAL"}]
        if says:
            rules.append(rule | {"says": says})
    return protocol | {"rule": rules}
