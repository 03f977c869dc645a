"""The few ways Nadir refuses, sorted by who must act. A refusal says what, where and how to mend it."""

from __future__ import annotations


class NadirError(Exception):
    """Anything Nadir says no to. `str(error)` is one plain sentence a user can act on; it never holds a traceback."""

    exit_code = 2
    reason = ""


class InputRefused(NadirError):
    """The user's file or argument cannot be read safely; nothing was stored (exit 2). The user mends the input.

    Args: message (one sentence with the remedy); reason (a CONTRACT quarantine code or "");
          file (the name as the user knows it, "" if none).
    """

    def __init__(self, message: str, *, reason: str = "", file: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.file = file


class ActedMeanwhile(InputRefused):
    """What the person had seen is no longer so: others acted or facts came in. Nothing was recorded (exit 2). The user
    looks again, at a screen that is drawn anew.

    Hazard: HAZ-008.
    """


class ProtocolFault(NadirError):
    """A protocol or catalogue file is wrong; the program does not start with it. A developer or rule owner mends the
    file.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class StoreFailed(NadirError):
    """The store could not do what was asked; nothing was stored (exit 3). The clinic administrator acts."""

    exit_code = 3
