"""Dates that no narrow screen breaks at their hyphens: "12-Jan-2027" stands on one line or not at all."""

from __future__ import annotations

import re

from core.views.markup import Markup, tag, text

_DATE = re.compile(r"(\d\d-[A-Z][a-z]{2}-\d{4}(?:,? \d\d:\d\d)?)")


def unbroken(said: str) -> Markup:
    """The same words with every date kept on one line."""
    pieces = _DATE.split(said)
    return Markup("".join(tag("span", one, css="n-nowrap") if place % 2 else text(one)
                          for place, one in enumerate(pieces)))  # fmt: skip
