"""The coded reasons people give when they deal with an alert, as CDS Hooks writes them: code, system, display."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.acts import DECISIONS
from core.errors import ProtocolFault

FILE = Path(__file__).parent / "dispositions.toml"
COUNTS_AS = ("acted", "watched", "already_resolved", "not_relevant", "wrong")
#: "repeat": the test will be taken; "result": it was taken, its result is awaited.
PROMISES = ("repeat", "result")


@dataclass(frozen=True, slots=True)
class Disposition:
    """One reason. counts_as: how the yield of a rule reads it (COUNTS_AS). needs_comment: it must be explained.
    promises: what is expected by a day it names (PROMISES, core/alerts/promises.py); "" = nothing.
    """

    code: str
    system: str
    display: str
    counts_as: str
    needs_comment: bool = False
    promises: str = ""

    def to_coding(self) -> dict[str, str]:
        """The coding CDS Hooks carries among a card's override reasons: kept so that another system can read them."""
        return {"code": self.code, "system": self.system, "display": self.display}


@cache
def dispositions() -> dict[str, Disposition]:
    """Every reason by its code, in the order a person is offered them.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    content = _read()
    try:
        read = [Disposition(system=content["system"], **entry) for entry in content["disposition"]]
    except (KeyError, TypeError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
    by_code = {one.code: one for one in read}
    if len(by_code) != len(read) or any(one.counts_as not in COUNTS_AS for one in read):
        raise ProtocolFault([f"{FILE.name}: codes are unique and counts_as is one of {', '.join(COUNTS_AS)}"])
    if any(one.promises not in ("", *PROMISES) for one in read):
        raise ProtocolFault([f"{FILE.name}: promises is one of {', '.join(PROMISES)}, or left out"])
    return by_code


@cache
def promised_by_decision() -> dict[str, str]:
    """Decision -> what it promises (PROMISES); a decision that promises nothing is not among them.

    Raises: ProtocolFault (the rule owner mends the file).
    Hazard: HAZ-004 (a test that was requested and that no list asks for).
    """
    try:
        found = {str(name): str(what) for name, what in _read()["promised_by_decision"].items()}
    except (KeyError, AttributeError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
    if not (set(found) <= set(DECISIONS) and set(found.values()) <= set(PROMISES)):
        raise ProtocolFault([f"{FILE.name}: some of {', '.join(DECISIONS)} promise one of {', '.join(PROMISES)}"])
    return found


def _read() -> dict[str, Any]:
    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
