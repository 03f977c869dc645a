"""Text cut to the width of a table's cell, with an ellipsis: a grid cuts in the middle of a letter and says nothing.

Widths are those of the sans typefaces every machine has (the metrics of Arial and Helvetica), in thousandths of the
type size; other faces differ by a few parts in a hundred, for which a margin is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

from core.views.text import NBSP

_SIZE = 13.125  # pixels: the grid's own, 0.875 of the type size in .streamlit/config.toml
_PADDING = 17  # pixels of a cell that hold no letter
_MARGIN = 1.01
_ELLIPSIS = "…"
_ORDINARY = 556
_WIDTHS = {
    letter: width
    for width, letters in (
        (222, "ijl'|"), (278, " \u00a0.,:;/!ftI[]\\·"), (333, "r-()\u2010\u2011`"), (355, '"'), (389, "*"),
        (500, "cksvxyzJ"),
        (584, "+=<>~≤≥−±×"), (611, "FTZ"), (667, "ABEKPSVXY&"), (722, "CDHNRUw"), (778, "GOQ"), (833, "mM"),
        (889, "%"), (944, "W"), (1000, "…—▲◆●◌◷✓"), (333, "¹²³⁴⁵⁶⁷⁸⁹⁰"),
    )
    for letter in letters
}  # fmt: skip


def text_width(text: str) -> float:
    """About how wide a text is in a grid, pixels."""
    return sum(map(_WIDTHS.get, text, repeat(_ORDINARY))) * _SIZE * _MARGIN / 1000


def fit_text(text: str, column: int, keep: str = "") -> str:
    """A text as it fits a column of so many pixels, cut at its end. keep: what stands after it and is never cut."""
    return cut_text(text, column - _PADDING, keep)


def cut_text(text: str, room: float, keep: str = "") -> str:
    """A text as it fits so many pixels, nothing around it. keep: as for `fit_text`."""
    if text_width(text + keep) <= room:
        return text + keep
    room -= text_width(_ELLIPSIS + keep)
    used, place = 0.0, 0
    for place, letter in enumerate(text):  # noqa: B007 - the place is what is looked for
        used += _WIDTHS.get(letter, _ORDINARY) * _SIZE * _MARGIN / 1000
        if used > room:
            break
    return text[:place].rstrip(f" {NBSP},;:·(") + _ELLIPSIS + keep


def fit_first(ways: Sequence[str], column: int) -> str:
    """The first of several ways of saying something that fits whole; if none does, the last one cut."""
    for said in ways:
        if text_width(said) <= column - _PADDING:
            return said
    return fit_text(ways[-1], column)


def fit_name(who: str, column: int) -> str:
    """A name with its age: the name is cut, the age never, nor half of it, which would be another one.

    Before the family name is cut the words after the age give way ("sex not stated").
    """
    name, between, age = who.rpartition(NBSP * 2)
    if not between:
        return fit_text(who, column)
    said = fit_text(name, column, between + age)
    if "," in name and "," not in said:
        shorter = fit_text(name, column, between + age.rpartition(NBSP)[0])
        return shorter if "," in shorter else said
    return said


def fit_list(parts: Sequence[str], column: int, between: str = "; ") -> str:
    """As many of several things as fit a column, the rest counted: "anakinra 100 mg once daily SC +1"."""
    for count in range(len(parts), 0, -1):
        left = len(parts) - count
        said = between.join(parts[:count]) + (f" +{left}" if left else "")
        if text_width(said) <= column - _PADDING:
            return said
    left = len(parts) - 1
    return fit_text(parts[0], column, f" +{left}" if left else "") if parts else ""
