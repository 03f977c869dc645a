"""Text of a cell that no spreadsheet takes for a formula (P40).

Source: OWASP ASVS 5.0, 1.2.10 (formula injection). Full-width signs begin formulas in East Asian spreadsheets.
"""

from __future__ import annotations

import re

from core.views.text import plain

_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n\x00]")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_BREAKS = re.compile(r"[\r\n\t]+")


def inert_text(text: str) -> str:
    """Text as it was given, led by an apostrophe where it would run; text that is a plain number stays one.

    Line breaks and tabs become spaces; characters that hide or turn text become visible (`plain`).
    """
    shown = plain(_BREAKS.sub(" ", text.replace("\x00", "")))
    return f"'{shown}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else shown
