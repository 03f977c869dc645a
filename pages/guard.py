"""Who is using Nadir and what they may open; `require` is the first line of every screen.

Until an identity provider comes there is one local user, which is sound only because the server answers nobody but this
machine (app.py refuses the rest). NADIR_LOCAL_ROLES may take roles away from that user and never adds one: an empty
value leaves nobody signed in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

#: viewer reads; clinician acts on alerts; admin brings files in and reads the trail.
ROLES = ("viewer", "clinician", "admin")


@dataclass(frozen=True, slots=True)
class User:
    """The person in front of the screen: the name the trail will hold, and their roles."""

    name: str
    roles: frozenset[str]


def current_user(environ: Mapping[str, str] = os.environ) -> User | None:
    """The signed-in user, or None. Asked anew on every run, so that a lost role is lost at the next action.

    Hazard: HAZ-015.
    """
    asked = environ.get("NADIR_LOCAL_ROLES")
    if asked is None:
        return User("local user", frozenset(ROLES))
    roles = frozenset(name.strip() for name in asked.split(",")) & frozenset(ROLES)
    return User("local user", roles) if roles else None


def require(role: str) -> User:
    """Stop the screen here unless the user holds `role`: nothing after this line is drawn.

    Hazard: HAZ-015.
    """
    user = current_user()
    if user is None or role not in user.roles:
        st.error("This screen is not open to you. Ask your clinic's administrator for access.")
        st.stop()
    return user
