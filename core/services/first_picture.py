"""The clinic's picture, made while the server and the browser are still starting, and anew when its hour is over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from core.errors import NadirError
from core.services.faults import log_fault

LOOK_SECONDS = 60.0  # how long a new hour, or an import from a command line, may wait to be judged without a reader


def begin_first_picture(then: Callable[[], None] = lambda: None, ended: Event | None = None) -> Thread:
    """Begin to read and judge the clinic; whoever opens the first screen meanwhile waits for this picture.

    What goes wrong is told by the screen that meets it, in its own words.

    Args: then (to be done after it, there too); ended (set when the server ends: until then the clinic is judged again
          as soon as its hour is over or its facts have changed, before anybody asks; None: only once).
    """
    reading = Thread(target=_read_first, args=(then, ended), name="first picture", daemon=True)
    reading.start()
    return reading


def _read_first(then: Callable[[], None], ended: Event | None) -> None:
    try:
        from core.services import review
        from core.services.worklist import read_panel  # whoever starts a server should not wait for these either
        from core.settings import read_settings
        from core.store.connect import open_store

        url = read_settings().db_url
        open_store(url, must_exist=True)  # a start makes no store: that is for whoever opens a screen
        read_panel(url, by="")
        then()
        while ended is not None and not ended.wait(LOOK_SECONDS):
            with suppress(NadirError):  # the screen that meets it says so; the next look may find it mended
                review.clinic(url)  # what is still true is found, not judged
    except NadirError:
        return
    except Exception as error:
        log_fault(error)
