"""Every small change of what is shown beside alerts (background.toml), tried on the stories of tests/spec/beside.py.

The sentences themselves are not changed: they are read, not compared.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.catalogue import ANALYTES
from core.catalogue.drugs import drugs
from core.protocols.background import FILE, Background, background, name_strangers
from core.protocols.loader import load_protocols
from core.records import EVENT_KINDS
from tools.mutants.changes import Change, Raw, Where, name_neighbours, put

#: What is said of a change that the schema, or the reading of names, does not let through.
REFUSED = "refused by the schema"
#: Fields whose value is a name, by what it names; the names beside it in that list are tried.
_GROUPS, _KINDS = ("serious_events", "events", "confirmed_events"), ("treatment_kind", "kind", "suspected_kinds")
#: The smallest step of a number: a tenth of a degree, a tenth of a multiple, a day, an hour.
_STEPS = {"temperature_from": 0.1, "crp_times_baseline": 0.1}
_SILENT = ("source", "note", "unconfirmed")


def change_background() -> Iterator[Change]:
    """What was changed, and the whole file as it would be."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for where, value in _walk(raw):
        told = ".".join(str(part) for part in where)
        for other in _others(where, value):
            what = f"{told} {value} becomes {other}" if other is not None else f"{told} ({value}) dropped"
            yield what, put(raw, where, other)
    for place, one in enumerate(raw["blunting"]):
        yield f"blunting.{place} ({one['drug']}) dropped", put(raw, ("blunting", place), None)


def _walk(node: object, where: Where = ()) -> Iterator[tuple[Where, object]]:
    """Every single value, with its place."""
    if where and where[-1] in _SILENT:
        return
    if isinstance(node, dict | list):
        parts = node.items() if isinstance(node, dict) else enumerate(node)
        for name, part in parts:
            yield from _walk(part, (*where, name))
    else:
        yield where, node


def _others(where: Where, value: object) -> Iterator[object]:
    """What a value is changed to; None: it is taken out of its list."""
    name = next(str(part) for part in reversed(where) if isinstance(part, str))
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        step = _STEPS.get(name, 1)
        yield from (round(value - step, 6), round(value + step, 6))
    elif isinstance(value, str):
        if isinstance(where[-1], int):
            yield None
        known = _known(name)
        yield from name_neighbours(value, known) if known else ()


def _known(name: str) -> Sequence[str]:
    """The names among which a field chooses, nothing where it is free text."""
    if name in _GROUPS:
        return tuple(load_protocols().common.events)
    if name in _KINDS:
        return tuple(EVENT_KINDS)
    if name in ("analyte", "temperature", "culture", "crp"):
        return ANALYTES
    if name == "drug":
        every = drugs().values()
        return sorted({word for one in every for word in (one.name, one.drug_class, one.mechanism, one.group) if word})
    return {"fever_code": ("cough", "fever", "chills"), "range": ("ref", "duffy_null", "plausible")}.get(name, ())


def judge_background(changed: Raw) -> str:
    """The story that a changed file contradicts, "" if none does.

    Raises: ValidationError (the file itself does not let the change through).
    """
    said = Background.model_validate(changed)
    if any(name_strangers(said, load_protocols().common.events)):
        return REFUSED
    from tests.spec.beside import ROWS  # before anything is changed: what it imports asks for the background

    with shown(said):
        return next((row.name for row in ROWS if row.ask() != row.expected), "")


def list_broken() -> list[str]:
    """The stories that do not come out with the file as it is: they could not tell."""
    from tests.spec.beside import ROWS

    return [row.name for row in ROWS if row.ask() != row.expected]


@contextmanager
def shown(said: Background) -> Iterator[None]:
    """Everybody who asks for the background is told this instead."""
    own = background
    asking = [one for one in list(sys.modules.values()) if vars(one).get("background") is own]
    for module in asking:
        vars(module)["background"] = lambda: said
    try:
        yield
    finally:
        for module in asking:
            vars(module)["background"] = own
