"""When a screen fails: the person gets one plain sentence and a reference, the log the same reference and the place.

1. Neither holds patient data: an exception's own message often does (a key, a row, a parameter), so it is never logged.
2. The sentence never says that all is well: what was drawn before the failure may be incomplete.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import Any

import streamlit as st
from streamlit.logger import get_logger

from core.errors import NadirError
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


def describe_place(error: BaseException) -> str:
    """Where an exception and its causes arose: types, files, lines and functions; never a message, never a value."""
    told: list[str] = []
    link: BaseException | None = error
    while link is not None and len(told) < 5:  # a chain longer than five adds nothing to finding the place
        frames = [f"{frame.name} {frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(link.__traceback__)]
        told.append(f"{type(link).__name__} at {' > '.join(frames[-6:]) or 'unknown place'}")
        link = link.__cause__ or link.__context__
    return "; after ".join(told)


def keep_values_out_of_logs() -> None:
    """Make every log record of this process, whoever writes it, a `PlaceOnlyRecord`."""
    logging.setLogRecordFactory(PlaceOnlyRecord)


def explain(error: Exception) -> bool:
    """Show the failure as a sentence with a reference and log the reference with the place.

    Returns: True, so that Streamlit adds no box of its own.
    """
    reference = secrets.token_hex(4).upper()
    get_logger("nadir").error("reference %s: %s", reference, describe_place(error))
    sentence = str(error) if isinstance(error, NadirError) else "Nadir could not finish this screen."
    told = f"{sentence} What is shown above may be incomplete. Try again; if it stays, give your administrator the"
    st.html(refusal(f"{told} reference {reference}."))
    return True
