"""Views of the worklist that a person named, kept for them: filters, never a search, which may be a patient's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.clock import read_utc
from core.errors import InputRefused
from core.store import saved_views as kept_views
from core.store.connect import open_store
from core.store.saved_views import SavedView

LONGEST_NAME = 40
MOST_VIEWS = 30  # a person finds one of thirty; more is a search


def list_views(url: str, by: str) -> list[SavedView]:
    """The views of one person, by name.

    Raises: StoreFailed.
    """
    with open_store(url).reading() as connection:
        return kept_views.list_views(connection, by)


def save_view(url: str, by: str, name: str, words: Mapping[str, Sequence[str]]) -> int:
    """Keep these filters under a name; the person's view of that name is replaced. Its number.

    Raises: InputRefused (no name, a long one, nothing chosen, or too many views; the user mends it); StoreFailed.
    """
    said = name.strip()
    chosen = {word: list(options) for word, options in words.items() if options}
    if not said or len(said) > LONGEST_NAME:
        raise InputRefused(f"Give the view a name of 1 to {LONGEST_NAME} characters.")
    if not chosen:
        raise InputRefused("Choose a filter first: a view without one is the whole list.")
    with open_store(url).writing() as connection:
        held = kept_views.list_views(connection, by)
        if len(held) >= MOST_VIEWS and said not in {one.name for one in held}:
            raise InputRefused(f"There are {MOST_VIEWS} views already: delete one first.")
        return kept_views.keep_view(connection, by, said, chosen, read_utc())


def drop_view(url: str, by: str, view_id: int) -> None:
    """Forget one of a person's own views.

    Raises: StoreFailed.
    """
    with open_store(url).writing() as connection:
        kept_views.drop_view(connection, by, view_id)


__all__ = ["LONGEST_NAME", "MOST_VIEWS", "SavedView", "drop_view", "list_views", "save_view"]
