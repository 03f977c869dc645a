"""Read one catalogue file: numbers stay exact decimals, and a broken file names itself."""

from __future__ import annotations

import tomllib
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from core.catalogue.misshapen import find_misshapen
from core.errors import ProtocolFault

_HERE = Path(__file__).parent


@cache
def read_catalogue(name: str) -> dict[str, Any]:
    """The content of one catalogue file (`analytes`, `units`, `drugs`, `vaccines`, `terms` …), read once per process.

    Returns: tables as in the file; fractions are `Decimal`, never binary floats.
    Raises:  ProtocolFault (a developer mends the file): it is missing, not TOML, or an entry of it is missing, unknown
        or of the wrong type; every fault with its line and remedy.
    """
    file = f"core/catalogue/{name}.toml"
    try:
        text = (_HERE / f"{name}.toml").read_text(encoding="utf-8")
        content = tomllib.loads(text, parse_float=Decimal)
    except OSError as problem:
        raise ProtocolFault([f"{file} cannot be read ({problem.strerror}): put it back"]) from problem
    except UnicodeDecodeError as problem:
        raise ProtocolFault([f"{file} cannot be read: it is not UTF-8 text; save it as UTF-8"]) from problem
    except (tomllib.TOMLDecodeError, InvalidOperation) as problem:
        raise ProtocolFault([f"{file} cannot be read: {problem}; {_remedy(str(problem))}"]) from problem
    if faults := find_misshapen(name, text, content):
        raise ProtocolFault(faults)
    return content


def _remedy(problem: str) -> str:
    """How a file that is not TOML is mended."""
    if any(word in problem.lower() for word in ("overwrite", "twice", "mutate", "redefine")):
        return "an entry stands there twice: take one out"
    return "mend the file there"
