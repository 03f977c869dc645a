"""A chart drawn in the first second of a server waits for what another thread is still importing."""

from __future__ import annotations

import importlib
import sys


def finish_imports(*names: str) -> None:
    """Wait until these packages are whole, where somebody has begun to import them; others stay as they are.

    The chart library asks whether pandas is loaded and takes it as it finds it: half of it fails the whole screen.
    """
    for name in names:
        if name in sys.modules:
            importlib.import_module(name)
