"""Reading a laboratory value: a comparator, a number with its unit, or a coded word; never a guess."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from core.catalogue import UnitProblem, analyte, convert, find_coded_word, plausible

_NUMBER = re.compile(
    r"(<=|>=|<|>|≤|≥)?\s*([+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})(?:[eE][+-]?[0-9]{1,2})?)"
)
_COMMA_NUMBER = re.compile(r"(<=|>=|<|>|≤|≥)?\s*([+-]?[0-9]{1,15}(?:,[0-9]{1,15})?)")
#: A laboratory's flag after the number and a blank; where the unit has its own cell, "L" is no litre.
_FLAGGED = re.compile(r"(.*[0-9.])\s+(LL|HH|L|H|\*)", re.DOTALL)
_RANGE = re.compile(r"[0-9.,]+\s*(?:-|–|to)\s*[0-9.,]+")
_SPELT = {"≤": "<=", "≥": ">="}
_SAY_THE_WORD = (
    "{value!r} is not a word this test is told in: write positive, negative, detected, not detected or indeterminate, "
    "as the laboratory means it."
)


class Measure(NamedTuple):
    """A value as read. Exactly one of `value` (canonical unit), `coded` and `reason` (why unread) is set.

    column: the cell at fault. sentence: the refusal's own wording, or "". flag: what the laboratory set after the
    number: L, LL, H, HH, * or "".
    """

    value: Decimal | None = None
    comparator: str = ""
    coded: str | None = None
    reason: str = ""
    column: str = "value"
    sentence: str = ""
    flag: str = ""


class Number(NamedTuple):
    """A number as written, with its comparator ("" if none)."""

    value: Decimal
    comparator: str


@lru_cache(maxsize=1 << 16)
def read_number(text: str, decimal_comma: bool) -> Number | None:
    """Read "1.49", "<5", "≤ 5"; None if the text is not one number.

    A comma is refused unless the source declares it as its decimal mark; then a point is, lest 1.234 mean 1234.
    """
    found = (_COMMA_NUMBER if decimal_comma else _NUMBER).fullmatch(text)
    if found is None:
        return None
    comparator = found[1] or ""
    return Number(Decimal(found[2].replace(",", ".")), _SPELT.get(comparator, comparator))


@lru_cache(maxsize=1 << 16)
def read_measure(key: str, text: str, unit: str, decimal_comma: bool) -> Measure:
    """Read one value of one analyte in its canonical unit. Raises nothing: what cannot be read says why.

    Source: CONTRACT 2 and 3. Hazard: P05, P19.
    """
    if not text:
        return Measure(reason="missing_value")
    number, flag = read_number(text, decimal_comma), ""
    if number is None and unit and (flagged := _FLAGGED.fullmatch(text)):
        number, flag = read_number(flagged[1], decimal_comma), flagged[2]
    if number is None:
        return _read_word(key, text)
    if not unit:
        return Measure(reason="no_unit", column="unit")
    try:
        value = convert(key, number.value, unit)
    except UnitProblem as problem:
        return Measure(reason=problem.reason, column="unit")
    if not plausible(key, value):
        return Measure(reason="implausible")
    return Measure(value, number.comparator, flag=flag)


def read_limit(key: str, text: str, unit: str, decimal_comma: bool) -> Decimal | None:
    """One end of a reported reference range in the canonical unit; None if it cannot be read."""
    number = read_number(text, decimal_comma)
    if number is None or number.comparator or not unit:
        return None
    try:
        return convert(key, number.value, unit)
    except UnitProblem:
        return None


def _read_word(key: str, text: str) -> Measure:
    is_told_in_words = analyte(key).kind == "coded" or analyte(key).may_be_coded
    coded = find_coded_word(text, key)
    if coded is not None:
        if is_told_in_words:
            return Measure(coded=coded)
        return Measure(
            reason="not_numeric", sentence="{value!r} says nothing about this test, which is a number: give its value."
        )
    word = " ".join(text.split()).lower()
    if _RANGE.fullmatch(word):
        return Measure(reason="not_numeric", sentence="{value!r} is a range, not one value: give the value measured.")
    if any(letter.isalpha() for letter in word) or not any(letter.isdigit() for letter in word):
        return Measure(reason="not_numeric", sentence=_SAY_THE_WORD if is_told_in_words else "")
    return Measure(reason="bad_number")
