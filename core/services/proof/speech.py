"""What explanations add to the views' words: amounts as recorded, and blanks that any terminal can break."""

from __future__ import annotations

from core.catalogue.reading import read_catalogue
from core.engine.wording import number
from core.protocols.conditions import Condition, Leaf
from core.protocols.kinds import Threshold
from core.protocols.schema import Common
from core.views.condition_words import leaf_words, say_condition, stretches_words
from core.views.text import NBSP

_SPANS = ("years", "months", "days")  # units that are words: "1 year"


def condition_said(node: Condition, common: Common) -> str:
    """A condition as the rule book says it."""
    return spaced(leaf_words(node, common) if isinstance(node, Leaf) else say_condition(node, common))


def stretches_said(rule: Threshold, common: Common) -> str:
    """Where on the number line a rule speaks, as the rule book says it."""
    return spaced(stretches_words(rule, common))


def with_unit(value: float, unit: str, places: int | None = None, limit: float | None = None) -> str:
    """A number as recorded, or to so many places, with its unit where it has one."""
    shown = number(value, places, limit)
    return f"{shown} {unit.removesuffix('s') if shown == '1' and unit in _SPANS else unit}".rstrip()


def spaced(said: str) -> str:
    """Words without unbreakable blanks: what is printed as JSON is searched for with plain ones."""
    return said.replace(NBSP, " ")


def frequency_names() -> dict[float, str]:
    """What a frequency is called: 0.5 administrations a day are "alternate days"."""
    return {float(one["per_day"]): one["name"] for one in read_catalogue("terms")["frequency"] if "per_day" in one}


def frequency_said(per_day: float) -> str:
    """How often within a sentence: "once daily", "on alternate days"."""
    name = frequency_names().get(per_day, f"{number(per_day)} times a day")
    return f"on {name}" if name.endswith("days") else name
