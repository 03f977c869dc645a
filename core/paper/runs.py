"""Words of one line or paragraph with their look, and where its lines break; nothing is ever cut off."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from core.views.palette import LIGHT
from core.views.text import NBSP

_SPACES = re.compile(r"[ \n\t\r]+")

#: How wide some text is. Args: text, bold, size (pt). Returns: mm.
Measure = Callable[[str, bool, float], float]


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. struck: replaced by a later report."""

    text: str
    bold: bool = False
    colour: str = LIGHT.ink
    struck: bool = False


Line = tuple[Run, ...]


def wrap(runs: Iterable[Run], width: float, size: float, measure: Measure) -> list[Line]:
    """Lines no wider than `width`; a word wider than a line is broken, first at its unbreakable spaces."""
    lines: list[Line] = []
    line: list[Run] = []
    used = 0.0

    def place(word: Sequence[Run], wide: float) -> None:
        nonlocal line, used
        space = measure(" ", word[0].bold, size) if line else 0.0
        if line and used + space + wide > width:
            lines.append(_joined(line))
            line, used, space = [], 0.0, 0.0
        line += [replace(word[0], text=" ", struck=False)] if line else []
        line += word
        used += space + wide

    for word in split_words(runs):
        wide = _width(word, size, measure)
        if wide <= width:
            place(word, wide)
            continue
        for part in _broken(word, width, size, measure):
            place(part, _width(part, size, measure))
    return [*lines, _joined(line)] if line else lines


def split_words(runs: Iterable[Run]) -> list[list[Run]]:
    """Pieces between spaces; a word may change its look in the middle."""
    words: list[list[Run]] = []
    is_open = False
    for run in runs:
        for place, piece in enumerate(_SPACES.split(run.text)):
            is_open = is_open and not place
            if not piece:
                continue
            if is_open:
                words[-1].append(replace(run, text=piece))
            else:
                words.append([replace(run, text=piece)])
            is_open = True
    return words


def _broken(word: Sequence[Run], width: float, size: float, measure: Measure) -> list[list[Run]]:
    if any(NBSP in run.text for run in word):
        loose = split_words(replace(run, text=run.text.replace(NBSP, " ")) for run in word)
        return [part for one in loose for part in _broken(one, width, size, measure)]
    if _width(word, size, measure) <= width:
        return [list(word)]
    parts: list[list[Run]] = [[]]
    used = 0.0
    for run in word:
        for letter in run.text:
            wide = measure(letter, run.bold, size)
            if parts[-1] and used + wide > width:
                parts.append([])
                used = 0.0
            parts[-1].append(replace(run, text=letter))
            used += wide
    return [list(_joined(part)) for part in parts]


def _joined(line: Iterable[Run]) -> Line:
    """Neighbours of one look as one run."""
    out: list[Run] = []
    for run in line:
        if out and replace(out[-1], text="") == replace(run, text=""):
            out[-1] = replace(run, text=out[-1].text + run.text)
        else:
            out.append(run)
    return tuple(out)


def _width(runs: Iterable[Run], size: float, measure: Measure) -> float:
    return sum(measure(run.text, run.bold, size) for run in runs)
