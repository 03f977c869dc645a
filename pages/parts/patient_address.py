"""What the address of the patient screen holds: the day, the tab, the scale, the proof; never who the patient is.

The address is the truth: a refresh, Back and a copied link show what it says, and a widget is set from it.
"""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.views import as_of

DAY, TAB, SCALE, PROOF = "as_of", "tab", "scale", "proof"


def read_day() -> int | None:
    """The past day asked for (its last instant); None for today, and for what is no day."""
    return as_of.read_day(st.query_params.get(DAY, ""))


def names_day() -> bool:
    """Whether the address asks for any day at all."""
    return bool(st.query_params.get(DAY, ""))


def read_choice(word: str, allowed: Iterable[str], otherwise: str) -> str:
    """One choice of the address; what there is no such choice for is the usual one."""
    asked = str(st.query_params.get(word, ""))
    return asked if asked in allowed else otherwise


def keep(word: str, value: str) -> None:
    """Put a choice into the address; "" takes it out."""
    if value:
        st.query_params[word] = value
    elif word in st.query_params:
        del st.query_params[word]
