"""Joining items into records: an export that gives the value, its unit and its limits a row each.

1. Every row ends in exactly one place: it carries a record, completes one, repeats an item, contradicts one, or names
   an item that the mapping does not know.
2. Rows belong together when they agree in every column of `by` and in the item's stem; their order does not matter.
3. Two different values for one item of one record are never chosen between: the record is handed on as contradicted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.records import Origin

#: Joined records have one column more: the item's name without its last part ("LBHM_NEUT" of "LBHM_NEUT_LBORRES").
STEM = "stem"

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Pivot:
    """How items join. An item's name is STEM_PART, PART one of `parts`; the row of part `carrier` is the record's."""

    by: tuple[str, ...]
    item: str
    value: str
    carrier: str
    parts: tuple[str, ...]

    def split(self, item: str) -> tuple[str, str] | None:
        """Stem and part of an item's name; None for an item the mapping does not know. The longest part wins."""
        fitting = [part for part in self.parts if item.endswith("_" + part)]
        if not fitting:
            return None
        part = max(fitting, key=len)
        return item[: -len(part) - 1], part


@dataclass(slots=True)
class Joined:
    """One record: the cells of its carrying row, the stem, and each part's value under the part's name.

    companions, repeated, contradicting: its other rows, each with the part it gives.
    """

    origin: Origin
    cells: Cells
    companions: list[tuple[Origin, str]] = field(default_factory=list)
    repeated: list[tuple[Origin, str]] = field(default_factory=list)
    contradicting: list[tuple[Origin, str]] = field(default_factory=list)


def join_items(lines: Iterable[tuple[Origin, Cells]], pivot: Pivot) -> tuple[list[Joined], list[tuple[Origin, Cells]]]:
    """Join the rows of one table into records. Returns: the records, and the rows whose item the mapping does not know.

    A record none of whose rows is the carrier is carried by its first row; its carrier's value is then blank.
    """
    groups: dict[tuple[str, ...], list[tuple[Origin, Cells, str]]] = {}
    unknown: list[tuple[Origin, Cells]] = []
    for origin, cells in lines:
        named = pivot.split(cells.get(pivot.item, ""))
        if named is None:
            unknown.append((origin, cells))
            continue
        stem, part = named
        key = (stem, *(cells.get(column, "") for column in pivot.by))
        groups.setdefault(key, []).append((origin, cells, part))
    return [_join(stem, rows, pivot) for (stem, *_), rows in groups.items()], unknown


def _join(stem: str, rows: list[tuple[Origin, Cells, str]], pivot: Pivot) -> Joined:
    carrying = next((row for row in rows if row[2] == pivot.carrier), rows[0])
    joined = Joined(carrying[0], dict(carrying[1]) | {STEM: stem})
    seen: dict[str, set[str]] = {carrying[2]: {carrying[1].get(pivot.value, "")}}
    for row in rows:
        origin, cells, part = row
        value = cells.get(pivot.value, "")
        joined.cells.setdefault(part, value)
        if row is carrying:
            continue
        if part not in seen:
            joined.companions.append((origin, part))
        elif value in seen[part]:
            joined.repeated.append((origin, part))
        else:
            joined.contradicting.append((origin, part))
        seen.setdefault(part, set()).add(value)
    return joined
