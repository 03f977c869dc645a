"""When a screen fails: the person gets one plain sentence and a reference, the log the same reference and the place.

1. Neither holds patient data: an exception's own message often does (a key, a row, a parameter), so it is never logged.
2. The sentence never says that all is well: what was drawn before the failure may be incomplete.
"""

from __future__ import annotations

import logging
from typing import Any

import streamlit as st

from core.errors import NadirError
from core.services.faults import describe_place, log_fault
from core.views.header import refusal


class PlaceOnlyRecord(logging.LogRecord):
    """A log record whose exception is told by type and place alone; its message and source lines are dropped.

    Streamlit logs the full traceback of a failed screen before anybody is asked, so this must stand in front of it.
    Hazard: HAZ-015.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.exc_info and self.exc_info[1] is not None:
            self.msg, self.args = f"{self.getMessage()} [{describe_place(self.exc_info[1])}]", None
        self.exc_info = self.exc_text = None


def keep_values_out_of_logs() -> None:
    """Make every log record of this process, whoever writes it, a `PlaceOnlyRecord`."""
    logging.setLogRecordFactory(PlaceOnlyRecord)


def explain(error: Exception) -> bool:
    """Show the failure as a sentence with a reference and log the reference with the place.

    Returns: True, so that Streamlit adds no box of its own.
    """
    reference = log_fault(error)
    sentence = str(error) if isinstance(error, NadirError) else "Nadir could not finish this screen."
    told = f"{sentence} What is shown above may be incomplete. Try again; if it stays, give your administrator the"
    st.html(refusal(f"{told} reference {reference}."))
    return True
