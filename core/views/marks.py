"""A mark as an element: shape and word always, colour on top."""

from __future__ import annotations

from core.views.markup import Markup, tag
from core.views.words import MARKS


def mark_tag(code: str) -> Markup:
    """The mark of a state, readable without its colour and read aloud as its word."""
    mark = MARKS[code]
    return tag(
        "span", tag("span", mark.shape, aria_hidden="true"), f" {mark.word}", css=f"n-mark n-{code.replace('_', '-')}"
    )
