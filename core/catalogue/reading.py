"""Read one catalogue file: numbers stay exact decimals, and a broken file names itself."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import ProtocolFault

_HERE = Path(__file__).parent


@cache
def read_catalogue(name: str) -> dict[str, Any]:
    """The content of one catalogue file (`analytes`, `units`, `drugs`, `vaccines`, `terms`), read once per process.

    Returns: tables as in the file; fractions are `Decimal`, never binary floats.
    Raises:  ProtocolFault (a developer mends the file): it is missing or not TOML.
    """
    try:
        text = (_HERE / f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text, parse_float=Decimal)
    except (OSError, tomllib.TOMLDecodeError) as problem:
        raise ProtocolFault([f"core/catalogue/{name}.toml cannot be read: {problem}"]) from problem
