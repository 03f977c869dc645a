"""What the catalogue calls things on a screen: an analyte's name and unit, and its value as a result line shows it."""

from __future__ import annotations

from collections.abc import Iterable

from core.catalogue.analytes import Analyte, analytes
from core.catalogue.units import units
from core.views.text import NBSP, number_text, plain
from core.views.words import words


def analyte_name(analyte: str) -> str:
    """The printed name of an analyte: "Neutrophils", "CRP"; a key the catalogue does not hold reads as itself."""
    known = _find(analyte)
    return known.title if known else plain(words(analyte))


def short_name(analyte: str) -> str:
    """The name a narrow place has room for: "Neut"."""
    known = _find(analyte)
    return known.short if known else plain(words(analyte))


def stale_after_days(analyte: str) -> int | None:
    """After how many days a result of this analyte answers nothing; None for a key the catalogue does not hold."""
    known = _find(analyte)
    return known.stale_after_days if known else None


def analyte_unit(analyte: str) -> str:
    """The canonical unit (UCUM) of an analyte; "" for a coded one or a key the catalogue does not hold."""
    known = _find(analyte)
    return known.unit if known else ""


def usual_decimals(analyte: str) -> int | None:
    """With how many decimals an analyte is reported; None for a key the catalogue does not hold."""
    known = _find(analyte)
    return known.decimals if known else None


def unit_text(unit: str) -> str:
    """A UCUM unit in print: 10*9/L as ×10⁹/L; one the catalogue does not hold as it is written."""
    known = units().get(unit)
    return known.display if known else plain(unit)


def measured_text(
    analyte: str,
    value: float,
    comparator: str = "",
    unit: str | None = None,
    *,
    against: Iterable[float] = (),
    converted: bool = False,
) -> str:
    """A value as a result line shows it: comparator, number, unit, unbreakable ("<0.3 ×10⁹/L").

    Args: unit (UCUM; None: the number alone, where a heading carries the unit); against (the limits it is judged by);
          converted (computed from another unit).
    """
    number = number_text(value, against=against, usual=usual_decimals(analyte), converted=converted)
    sign = comparator.replace("<=", "≤").replace(">=", "≥")
    return f"{sign}{number}{NBSP}{unit_text(unit)}" if unit else sign + number


def reference_range(analyte: str, sex: str) -> tuple[float | None, float | None]:
    """The catalogue's adult default range (low, high); None = no limit on that side, or none known."""
    known = _find(analyte)
    return known.ref(sex) if known else (None, None)


def _find(analyte: str) -> Analyte | None:
    return analytes().get(analyte)
