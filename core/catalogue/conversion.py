"""From the unit a laboratory reported to the analyte's canonical unit, exactly; and what no body can have."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from core.catalogue.analytes import Analyte, Conversion, analyte
from core.catalogue.units import find_unit, is_absent, units
from core.errors import NadirError


class UnitProblem(NadirError):
    """A number without a usable unit. reason: no_unit or unknown_unit. Whoever sent the number mends it."""

    def __init__(self, reason: str, message: str = "") -> None:
        super().__init__(message or reason)
        self.reason = reason


@cache
def _route(key: str, unit: str, direction: str) -> tuple[Conversion | None, Decimal] | None:
    """How a unit joins an analyte's canonical unit: (conversion, scale to that conversion's own unit), or None."""
    one = analyte(key)
    given = units()[unit]
    canonical = units()[one.unit]
    if given.dimension == canonical.dimension:
        return None, given.scale / canonical.scale
    for conversion in one.conversions:
        via = units()[conversion.unit]
        if via.dimension == given.dimension and conversion.direction in ("both", direction):
            return conversion, given.scale / via.scale
    return None


def accepted_units(key: str) -> tuple[str, ...]:
    """Every UCUM unit in which an analyte is understood, the canonical one first."""
    own = analyte(key).unit
    if not own:
        return ()
    return (own, *(unit for unit in units() if unit != own and _route(key, unit, "in") is not None))


def _find_route(one: Analyte, unit: str, direction: str) -> tuple[Conversion | None, Decimal]:
    if not one.unit:
        raise UnitProblem("unknown_unit", f"{one.title} is reported as a word, not as a number with a unit.")
    if is_absent(unit):
        raise UnitProblem("no_unit", f"{one.title} has no unit; give one, for example {one.unit}.")
    ucum = find_unit(unit)
    route = None if ucum is None else _route(one.key, ucum, direction)
    if route is None:
        raise UnitProblem("unknown_unit", f"Unit '{unit}' is not one that {one.title} is measured in; give {one.unit}.")
    return route


@cache
def _inward(key: str, unit: str) -> tuple[Conversion | None, Decimal]:
    return _find_route(analyte(key), unit, "in")


def convert(key: str, value: Decimal, unit: str) -> Decimal:
    """A reported number in the analyte's canonical unit, un-rounded.

    Args:    key (contract analyte); value; unit (UCUM or any spelling of the catalogue).
    Raises:  UnitProblem: no_unit or unknown_unit; the row goes to quarantine, nothing is guessed.
    Hazard:  a count of 1490 /uL is 1.490, creatinine 1.2 mg/dL is 106.08.
    """
    conversion, scale = _inward(key, unit)
    if scale != 1:
        value = value * scale
    if conversion is None:
        return value
    return (value + conversion.add_before) * conversion.multiply / conversion.divide + conversion.add_after


def convert_to(key: str, value: Decimal, unit: str, to: str) -> Decimal:
    """A reported number in any unit the analyte is understood in, un-rounded. Raises as `convert` does."""
    given, wanted = find_unit(unit), find_unit(to)
    if given and wanted and given in accepted_units(key):
        if given == wanted:
            return value
        if units()[given].dimension == units()[wanted].dimension:
            return value * units()[given].scale / units()[wanted].scale
    canonical = convert(key, value, unit)
    conversion, scale = _find_route(analyte(key), to, "out")
    if conversion is not None:
        canonical = (canonical - conversion.add_after) * conversion.divide / conversion.multiply - conversion.add_before
    return canonical / scale


def plausible(key: str, value: Decimal) -> bool:
    """Whether a number in the canonical unit can come from a living person (limits included)."""
    one = analyte(key)
    return (one.plausible_low is None or value >= one.plausible_low) and (
        one.plausible_high is None or value <= one.plausible_high
    )
