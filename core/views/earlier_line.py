"""The earlier creatinine a stage of kidney injury rests on, which its title does not say, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from core.views.names import measured_text
from core.views.text import iso_date_text, number_text, plain

_KEY = "earlier_creatinine"  # among the inputs of an alert's basis


def earlier_line(inputs: Mapping[str, object]) -> str:
    """How much more it is than which earlier one: "2.34 times 65 µmol/L on 13-Apr-2026"; "" for any other alert."""
    told = inputs.get(_KEY)
    if not isinstance(told, Mapping):
        return ""
    on = str(told["collected_at"] or "")
    when = f" on {iso_date_text(on)}" if on else f", {plain(str(told['what']))}"
    said = f"{number_text(float(told['ratio']))} times {_amount(told['value'], told)}{when}"
    rise = told.get("rise")
    return f"{said}; {_amount(rise, told)} more within two days" if isinstance(rise, int | float) and rise > 0 else said


def earlier_short(inputs: Mapping[str, object]) -> str:
    """The same for a narrow line: "from 65 µmol/L"."""
    told = inputs.get(_KEY)
    return f"from {_amount(told['value'], told)}" if isinstance(told, Mapping) else ""


def _amount(value: object, told: Mapping[str, object]) -> str:
    return measured_text("creatinine", float(str(value)), unit=str(told["unit"]))
