"""The clinic's picture, made while the server and the browser are still starting, and anew when its hour is over."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from core.errors import NadirError
from core.services.faults import log_fault

LOOK_SECONDS = 60.0  # how long a new hour, or an import from a command line, may wait to be judged without a reader
FIRST_SECONDS = 3.0  # the first screen is drawn meanwhile, and nothing stands in its way


def begin_first_picture(
    then: Callable[[], None] = lambda: None, later: Callable[[], None] = lambda: None, ended: Event | None = None
) -> Thread:
    """Begin to read and judge the clinic; whoever opens the first screen meanwhile waits for this picture.

    Where exactly these facts were judged earlier, that is made ready first, and now is judged once a screen had the
    time to be drawn. What goes wrong is told by the screen that meets it, in its own words.

    Args: then (to be done after it, there too); later (to be done once, when nobody waits any more); ended (set when
          the server ends: until then the clinic is judged again as soon as its hour is over or its facts have changed,
          before anybody asks; None: only once, and nothing later).
    """
    reading = Thread(target=_read_first, args=(then, later, ended), name="first picture", daemon=True)
    reading.start()
    return reading


def _read_first(then: Callable[[], None], later: Callable[[], None], ended: Event | None) -> None:
    try:
        from core.services.uncollected import uncollected  # whoever starts a server should not wait for these either

        with uncollected():  # nor should a search for rubbish among what is being imported keep anybody waiting
            from core.services.bring_up import bring_up
            from core.services.worklist import read_panel
            from core.settings import read_settings
            from core.store.connect import open_store

            url = read_settings().db_url
            open_store(url, must_exist=True)  # a start makes no store: that is for whoever opens a screen
            read_panel(url, by="", soonest=ended is not None)
            then()
        if ended is None or ended.wait(FIRST_SECONDS):
            return
        bring_up(url)
        later()
        while not ended.wait(LOOK_SECONDS):
            bring_up(url)  # what is still true is found, not judged
    except NadirError:
        return
    except Exception as error:
        log_fault(error)
