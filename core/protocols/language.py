"""What each table and field of a protocol file means, in words: read for the printed description of the language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from core.errors import ProtocolFault
from core.protocols.conditions import Strict

FILE = Path(__file__).parent / "beside" / "language.toml"


class Meaning(Strict):
    """One table of the language: its title, what it is for, and what each of its fields means."""

    model: str
    title: str
    about: str
    fields: dict[str, str]


class Language(Strict):
    part: tuple[Meaning, ...]


@cache
def language() -> tuple[Meaning, ...]:
    """Every table of the language, in the order in which a reader meets it.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    try:
        return Language.model_validate(tomllib.loads(FILE.read_text(encoding="utf-8"))).part
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ProtocolFault([f"{FILE.name}: {error}; mend the file and start again"]) from error
