"""Objects made field by field are those that their class makes."""

from __future__ import annotations

import pytest

from core.engine.many import make_many
from core.engine.standing import Source

COLUMNS = {
    "document": ["SmPC", "label"], "section": ["4.4", "5.2"], "version": ["2025", "2020"],
    "checked": ["checked", "seed"], "signed": [True, False],
}  # fmt: skip


def test_they_are_those_that_the_class_makes():
    assert make_many(Source, 2, COLUMNS) == [Source(*fields) for fields in zip(*COLUMNS.values(), strict=True)]


def test_none_are_made_of_columns_that_do_not_fit():
    with pytest.raises(ValueError, match="version"):
        make_many(Source, 2, {**COLUMNS, "version": ["2025"]})
    with pytest.raises(ValueError, match="signed"):  # a field that came later is not left unset
        make_many(Source, 2, {name: column for name, column in COLUMNS.items() if name != "signed"})
