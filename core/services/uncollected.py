"""While a clinic is judged and pictured, millions of things are made that all stay: looking for rubbish among them
again and again takes a third of the time and finds none.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()
_WITHIN = {"blocks": 0, "aside": 0}  # how many are open now, of all threads; how often something was set aside


@contextmanager
def uncollected() -> Iterator[None]:
    """Make what stays without a search for what does not; once no block is open, searching goes on as before."""
    with _LOCK:
        ours = _WITHIN["blocks"] > 0 or gc.isenabled()  # whoever switched it off themselves keeps it off
        if ours:
            _WITHIN["blocks"] += 1
            gc.disable()
    try:
        yield
    finally:
        with _LOCK:
            if ours:
                _WITHIN["blocks"] -= 1
                if not _WITHIN["blocks"]:
                    gc.enable()


def set_aside(*, for_a_moment: bool = False) -> None:
    """Leave what was made out of every later search: the server searches after every press, and going through ten
    thousand patients took longer than drawing the screen. What holds no cycle is freed when let go of, as ever.

    What was set aside before is searched once, so that no rubbish stays in it for good; the first time nothing was.
    for_a_moment: something else takes its place in seconds, and a search then would be of no use.
    """
    with _LOCK:
        if _WITHIN["aside"]:
            gc.unfreeze()
            gc.collect()
        gc.freeze()
        _WITHIN["aside"] += not for_a_moment
