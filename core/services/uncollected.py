"""While a clinic is judged and pictured, millions of things are made that all stay: looking for rubbish among them
again and again takes a third of the time and finds none.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_LOCK = Lock()
_WITHIN = {"blocks": 0}  # how many are open now, of all threads


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
