"""What a person typed for a calculator, read strictly: a number, a unit, a sex; anything else is refused by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from core.catalogue import UnitProblem, analyte, convert, find_analyte, plausible

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][+-]?\d{1,2})?")
_SEXES = {"female": True, "f": True, "male": False, "m": False}


class InputProblem(Exception):
    """An input is missing or refused. The sentence names it; whoever typed it mends it. Nothing is ever imputed."""


class Inputs:
    """The arguments of one calculation as text."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {name: (text or "").strip() for name, text in given.items()}

    def text(self, name: str) -> str:
        """The text of an argument, "" when it was not given."""
        return self._given.get(name, "")

    def required(self, name: str) -> str:
        """The text of an argument that must be given."""
        text = self.text(name)
        if not text:
            raise InputProblem(f"{name} is missing; give it.")
        return text

    def number(self, name: str) -> Decimal:
        """A finite number; no comparator, no thousands separator, no decimal comma."""
        return read_number(name, self.required(name))

    def optional_number(self, name: str) -> Decimal | None:
        """A finite number, or None when it was not given."""
        return self.number(name) if self.text(name) else None

    def positive(self, name: str) -> Decimal:
        """A number above zero."""
        value = self.number(name)
        if value <= 0:
            raise InputProblem(f"{name} must be above zero, not {value}.")
        return value

    def within(self, name: str, low: float, below: float, what: str) -> Decimal:
        """A number in [low, below): outside, the equation does not apply."""
        value = self.number(name)
        if not low <= value < below:
            raise InputProblem(f"{name} {value} is out of scope: {what}.")
        return value

    def choice(self, name: str, options: Sequence[str]) -> str:
        """One of a few words, capitals aside."""
        text = self.required(name).lower()
        if text not in options:
            raise InputProblem(f"{name} must be one of {', '.join(options)}, not '{self.text(name)}'.")
        return text

    def is_female(self) -> bool:
        """The sex the equation asks for; an unknown sex is refused, never guessed."""
        text = self.text("sex").lower()
        if text not in _SEXES:
            raise InputProblem(
                f"sex must be female or male, not '{text or 'missing'}': the equation has no other value."
            )
        return _SEXES[text]

    def analyte_key(self, name: str) -> str:
        """The analyte an argument means, by key, name or code."""
        text = self.required(name)
        match = find_analyte("", text)
        if match.key is None:
            raise InputProblem(f"{name} '{text}' is not an analyte of the catalogue.")
        return match.key

    def measured(self, name: str, key: str, unit: str) -> Decimal:
        """A measurement in the analyte's canonical unit, plausible for a living person."""
        return read_measured(name, self.number(name), key, unit)


def read_number(name: str, text: str) -> Decimal:
    """A finite number from text. Raises InputProblem naming the input."""
    if not _NUMBER.fullmatch(text):
        raise InputProblem(f"{name} must be a plain number, not '{text}'.")
    return Decimal(text)


def read_measured(name: str, value: Decimal, key: str, unit: str) -> Decimal:
    """A measurement converted and checked. Raises InputProblem: unknown unit, or a value no living person has."""
    one = analyte(key)
    try:
        canonical = convert(key, value, unit)
    except UnitProblem as problem:
        raise InputProblem(f"unit of {name}: {problem}") from problem
    if canonical < 0 or not plausible(key, canonical):
        raise InputProblem(
            f"{name} {value} {unit} is implausible ({one.title} is taken from {one.plausible_low} to"
            f" {one.plausible_high} {one.unit}): check the number and its unit."
        )
    return canonical
