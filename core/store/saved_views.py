"""Views of the worklist that somebody named: filters, never a search (it may be a patient's name)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.store.schema import saved_view


@dataclass(frozen=True, slots=True)
class SavedView:
    """One named view. words: word of the address -> what is chosen there."""

    view_id: int
    name: str
    words: Mapping[str, tuple[str, ...]]


def list_views(connection: Connection, by: str) -> list[SavedView]:
    """The views of one person, by name."""
    v = saved_view.c
    rows = connection.execute(select(v.row_id, v.name, v.words).where(v.by == by).order_by(v.name))
    return [
        SavedView(int(row_id), name, {word: tuple(chosen) for word, chosen in json.loads(words).items()})
        for row_id, name, words in rows
    ]


def keep_view(connection: Connection, by: str, name: str, words: Mapping[str, Sequence[str]], recorded_at: int) -> int:
    """Keep a view under a name; one of that name by the same person is replaced. Its number."""
    content = json.dumps({word: list(chosen) for word, chosen in sorted(words.items())})
    held = select(saved_view.c.row_id).where(saved_view.c.by == by, saved_view.c.name == name)
    row_id = connection.execute(held).scalar()
    values = {"by": by, "name": name, "words": content, "recorded_at": recorded_at}
    if row_id is not None:
        connection.execute(saved_view.update().where(saved_view.c.row_id == row_id).values(**values))
        return int(row_id)
    number = connection.execute(saved_view.insert().values(**values)).inserted_primary_key
    return int(number[0])  # type: ignore[index]


def drop_view(connection: Connection, by: str, view_id: int) -> None:
    """Forget one of a person's own views."""
    connection.execute(saved_view.delete().where(saved_view.c.row_id == view_id, saved_view.c.by == by))
