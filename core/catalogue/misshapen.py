"""Catalogue entries that are missing, unknown or of the wrong type.

A file that looks otherwise than it must is never read in part: every fault is told at once, with its file, line, entry
and remedy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.catalogue.file_lines import FileLines
from core.catalogue.file_shapes import SHAPES, Shape

Path = tuple[str | int, ...]

#: What a value may be: its name in the shapes -> in words, with how it is written.
_KINDS = {
    "text": "a text: write it in quotes",
    "flag": "true or false: write it without quotes",
    "whole": "a whole number: write digits without quotes",
    "number": "a number: write digits without quotes",
    "texts": 'a list of texts: write ["one", "two"]',
    "range": 'a pair of numbers: write [low, high], with "" for no limit',
    "limits": 'a list of numbers and texts: write ["lln", 1.5]',
    "table": "a table: write { name = value }",
    "tables": "a list of tables: write [[name]], or [{ name = value }]",
}
#: What only a unit of measurement makes readable: an analyte that is a number must say these.
_OF_NUMBERS = ("unit", "plausible")


def find_misshapen(name: str, text: str, content: Mapping[str, Any]) -> list[str]:
    """Every entry of a catalogue file that is not what it must be, as sentences; [] where there is none.

    Args: name (of the file, without its suffix); text (as it stands); content (what it reads as).
    """
    shape = SHAPES.get(name)
    if shape is None:
        return []
    found = [*_faults(content, shape, ()), *_unlisted_sources(content), *_half_numbers(name, content)]
    if not found:
        return []
    lines = FileLines(text)
    return [f"core/catalogue/{name}.toml, line {lines.of(path)}: {fault}" for path, fault in found]


def _faults(value: Mapping[str, Any], shape: Shape, at: Path) -> Iterator[tuple[Path, str]]:
    for name, kind in shape.fields.items():
        if name not in value and not _may_be_absent(kind):
            yield at, f"{_say((*at, name))} is missing: add it; it is {_kind_words(kind)}"
    for name, held in value.items():
        if name not in shape.fields and shape.rest is None:
            yield (*at, name), f"{_say((*at, name))} means nothing here: take it out, or mend its spelling"
        else:
            yield from _fault(held, shape.fields.get(name) or shape.rest or "", (*at, name))


def _fault(value: Any, kind: str | Shape, at: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(kind, str):
        if not _is_a(value, kind.rstrip("?")):
            yield at, f"{_say(at)} is {_shown(value)}, not {_kind_words(kind)}"
    elif not kind.many and isinstance(value, Mapping):
        yield from _faults(value, kind, at)
    elif kind.many and isinstance(value, list):
        for number, one in enumerate(value):
            yield from _fault(one, Shape(kind.fields, kind.rest), (*at, number))
    else:
        yield at, f"{_say(at)} is {_shown(value)}, not {_kind_words(kind)}"


def _may_be_absent(kind: str | Shape) -> bool:
    return kind.endswith("?") if isinstance(kind, str) else kind.optional


def _kind_words(kind: str | Shape) -> str:
    return _KINDS[kind.rstrip("?")] if isinstance(kind, str) else _KINDS["tables" if kind.many else "table"]


def _is_a(value: Any, kind: str) -> bool:
    if kind == "text":
        return isinstance(value, str)
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "whole":
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if kind == "number":
        return _is_number(value)
    if not isinstance(value, list):
        return False
    if kind == "texts":
        return all(isinstance(one, str) for one in value)
    if kind == "range":
        return len(value) == 2 and all(_is_number(one) or one == "" for one in value)
    return all(_is_number(one) or isinstance(one, str) for one in value)


def _is_number(value: Any) -> bool:
    is_decimal = isinstance(value, Decimal) and value.is_finite()
    return is_decimal or (isinstance(value, int) and not isinstance(value, bool))


def _unlisted_sources(content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Entries whose source the file does not list: nobody could look it up."""
    listed = content.get("sources")
    if not isinstance(listed, Mapping):
        return
    for name, value in content.items():
        if name != "sources" and isinstance(value, (Mapping, list)):
            for path, source in _cited(value, (name,)):
                if isinstance(source, str) and source not in listed:
                    yield path, f"{_say(path)}: source '{source}' is not listed under [sources]: list it, or mend it"


def _cited(value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, held in inner:
        if isinstance(name, str) and name in ("source", "loinc_source", "plausible_source"):
            yield (*at, name), held
        else:
            yield from _cited(held, (*at, name))


def _half_numbers(name: str, content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Analytes that are numbers and say neither in which unit nor within which limits."""
    for key, entry in content.items() if name == "analytes" else ():
        if isinstance(entry, Mapping) and key != "sources" and entry.get("kind") != "coded":
            lacking = [one for one in _OF_NUMBERS if one not in entry]
            yield from (((key,), f'{key}.{one} is missing: add it, or kind = "coded"') for one in lacking)


def _say(path: Path) -> str:
    """ "unit 3, scale": where in the file, in words; entries of a list are counted from 1."""
    said = ""
    for part in path:
        said += f" {part + 1}" if isinstance(part, int) else f".{part}" if said else part
    return said


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if len(value) <= 40 else "a text"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, Mapping)):
        return "a list" if isinstance(value, list) else "a table"
    return str(value)
