"""What a person sees before they are somebody: the way in, and no word about any patient."""

from __future__ import annotations

import streamlit as st


def render() -> None:
    """Say that nobody is signed in, and who can mend it."""
    st.title("Sign in")
    st.write("Nobody is signed in to Nadir on this machine. Ask your clinic's administrator for access.")


def render_nothing_permitted() -> None:
    """Tell a signed-in user whose roles open no screen what to do next."""
    st.title("No screen is open to you")
    st.write("You are signed in, and your roles open no screen. Ask your clinic's administrator for access.")
