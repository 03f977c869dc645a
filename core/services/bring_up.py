"""The clinic judged as it stands now, while somebody reads how it stood when it was last judged.

Hazard: HAZ-004 (an earlier judgement that stays on the screen without a word of why).
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock, Timer
from time import monotonic

from core.errors import NadirError
from core.services import review
from core.services.faults import log_fault

HEAD_START_SECONDS = 0.5  # the earlier list is drawn first: judging takes the processor for itself
AGAIN_SECONDS = 60.0  # after a failure it is tried again so much later

_LOCK = Lock()
_GOING: dict[str, _Going] = {}  # by the store's address: sentences and times, nobody's data


@dataclass(slots=True)
class _Going:
    running: bool = False
    failed: str = ""
    ended: float = 0.0


def begin_bring_up(url: str) -> None:
    """Begin to judge the clinic as it stands now; nothing where that is going on, or has failed a moment ago."""
    with _LOCK:
        going = _GOING.setdefault(url, _Going())
        if going.running or (going.failed and monotonic() - going.ended < AGAIN_SECONDS):
            return
        going.running = True
    beginning = Timer(HEAD_START_SECONDS, bring_up, (url,))
    beginning.daemon = True
    try:
        beginning.start()
    except RuntimeError as error:  # no thread left: the next who waits begins it
        told = f"The program met a fault: give your administrator the reference {log_fault(error)}."
        with _LOCK:
            _GOING[url] = _Going(False, told, monotonic())


def bring_up(url: str) -> None:
    """Judge the clinic as it stands now; why that failed is kept for whoever waits, and nothing is raised."""
    with _LOCK:
        _GOING.setdefault(url, _Going()).running = True
    failed = "The program met a fault."
    try:
        review.clinic(url)
        failed = ""
    except NadirError as error:
        failed = str(error)
    except Exception as error:  # told by its place alone
        failed = f"The program met a fault: give your administrator the reference {log_fault(error)}."
    finally:
        with _LOCK:
            _GOING[url] = _Going(False, failed, monotonic())


def why_not(url: str) -> str:
    """Why the last attempt failed, in one sentence; "" where it did not, or where another is going on."""
    with _LOCK:
        going = _GOING.get(url, _Going())
        return "" if going.running else going.failed
