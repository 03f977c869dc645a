"""Which stored results answer anything: a number or a word that nobody took back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from core.records import WITHDRAWN


def is_answer(r: Any) -> ColumnElement[bool]:
    """Whether a result row says something. A withdrawal often repeats the value it takes back.

    Args: r: the columns of the table of results.
    """
    return and_(or_(r.value.is_not(None), r.coded.is_not(None)), r.status.not_in(WITHDRAWN))
