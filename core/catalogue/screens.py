"""Which tests the screens show unasked, in their order."""

from __future__ import annotations

from functools import cache

from core.catalogue.reading import read_catalogue


@cache
def usual_charts() -> tuple[str, ...]:
    """The analytes a patient's chart shows whenever there is anything to show, top to bottom."""
    return tuple(read_catalogue("screens")["charts"])


@cache
def kept_trends() -> tuple[str, ...]:
    """The analytes the worklist keeps the last values of."""
    return tuple(read_catalogue("screens")["trends"])
