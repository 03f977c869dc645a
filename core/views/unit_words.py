"""Sentences made below the screens name units by their code: on a screen they are printed as everywhere else."""

from __future__ import annotations

import re
from functools import cache

from core.catalogue.units import units
from core.views.text import NBSP


def print_units(sentence: str) -> str:
    """A sentence with every unit that follows a number as it is printed: "0.4 10*9/L of …" as "0.4 ×10⁹/L of …"."""
    known = units()
    return _after_number().sub(lambda found: f"{NBSP}{known[found.group(1)].display}", sentence)


@cache
def _after_number() -> re.Pattern[str]:
    """A unit of the catalogue after a number, the longest first; one that reads as itself needs no change."""
    codes = sorted((code for code, unit in units().items() if unit.display not in ("", code)), key=len, reverse=True)
    return re.compile(rf"(?<=\d) ({'|'.join(map(re.escape, codes))})(?![\w/*^\[])")
