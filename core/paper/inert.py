"""Text of a cell that no spreadsheet takes for a formula: the one judgement, for every file that leaves (P40).

Source: OWASP ASVS 5.0, 1.2.10 (formula injection). Full-width signs begin formulas in East Asian spreadsheets, and many
programs pass over blanks and invisible characters before they look for a sign.
"""

from __future__ import annotations

import re

from core.views.text import plain

_FORMULA = re.compile(r"[\s\u200c\u200d\ufffd]*[=+\-@\uff1d\uff0b\uff0d\uff20]")  # after `plain`: U+FFFD was invisible
_BREAKS = re.compile(r"([\r\n\t]+)")
_LEADS = ("\t", "\r", "\n", "\x00")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def would_run(text: str) -> bool:
    """Whether a spreadsheet might take a text for a formula; text that is a plain number is none: -2.5 is a value."""
    if text.startswith(_LEADS):
        return True
    return bool(_FORMULA.match(plain(text))) and not _NUMBER.fullmatch(text)


def inert_text(text: str, *, keep_breaks: bool = False) -> str:
    """Text as it was given, led by an apostrophe where it would run; text that is a plain number stays one.

    Line breaks and tabs become spaces unless they are to be kept; characters that hide or turn text become visible
    (`plain`).
    """
    parts = _BREAKS.split(text.replace("\x00", ""))
    shown = "".join((part if keep_breaks else " ") if place % 2 else plain(part) for place, part in enumerate(parts))
    return f"'{shown}" if would_run(text) else shown
