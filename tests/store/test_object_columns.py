"""Plain values written as columns: every type and bit comes back, and whatever would not is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.store.object_columns import Columns, Unkeepable


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    signed: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    name: str
    value: float | None
    said: Word = Word("none", False)


@dataclass(frozen=True, slots=True)
class Tree:
    leaves: tuple[Leaf, ...]
    first: Leaf | None
    words: frozenset[str]
    numbers: Any


COLUMNS = Columns((Leaf, Tree), (Word,))
SCALARS = (
    st.none() | st.booleans() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False)
    | st.text() | st.sampled_from([0, 0.0, -0.0, 1, 1.0, True, False, "", "1", float("inf")])
)  # fmt: skip
WORDS = st.builds(Word, st.text(max_size=3), st.booleans())
LEAVES = st.builds(Leaf, st.text(max_size=3), st.none() | st.floats(allow_nan=False), WORDS)
NUMBERS = SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(st.text(max_size=2), SCALARS, max_size=3)
TREES = st.builds(
    Tree, st.lists(LEAVES, max_size=4).map(tuple), st.none() | LEAVES, st.frozensets(st.text(max_size=3), max_size=3),
    NUMBERS | st.lists(NUMBERS, max_size=3).map(tuple),
)  # fmt: skip


def there_and_back(values: list[Any]) -> list[Any]:
    return COLUMNS.read(json.loads(json.dumps(COLUMNS.write(values))))


def told(value: Any) -> Any:
    """A value with the type of each part: 1, 1.0 and True are told apart, 0.0 and -0.0 too; sets have no order."""
    if isinstance(value, Tree):
        return "Tree", told(value.leaves), told(value.first), sorted(value.words), told(value.numbers)
    if isinstance(value, Leaf):
        return "Leaf", value.name, told(value.value), value.said
    if isinstance(value, (tuple, list)):
        return type(value).__name__, [told(one) for one in value]
    if isinstance(value, dict):
        return "dict", [(key, told(one)) for key, one in value.items()]
    return type(value).__name__, repr(value)


@settings(max_examples=200)
@given(st.lists(TREES | SCALARS | LEAVES | NUMBERS, max_size=12))
def test_any_values_come_back_with_every_type_and_bit(values):
    assert told(there_and_back(values)) == told(values)


@given(st.lists(TREES, max_size=8))
def test_many_of_one_kind_come_back_equal(trees):
    assert there_and_back(trees) == trees


def test_what_is_no_number_comes_back_as_none():
    (back,) = there_and_back([Leaf("a", float("nan"))])
    assert back.value != back.value


def test_one_zero_is_not_taken_for_the_other():
    assert [repr(value) for value in there_and_back([0.0, -0.0, 0.0])] == ["0.0", "-0.0", "0.0"]


def test_values_shared_by_many_are_one_object_again():
    back = there_and_back([Leaf("a", 1.5, Word("b", True)) for _ in range(3)])
    assert len({id(leaf.said) for leaf in back}) == 1


def test_a_kind_with_a_number_is_never_shared_because_equal_numbers_are_not_the_same():
    with pytest.raises(Unkeepable):
        Columns((), (Leaf, Word)).write([Leaf("a", 0.0), Leaf("a", -0.0)])


@pytest.mark.parametrize("odd", [object(), {1}, b"bytes", range(3), {"a": object()}, (complex(1, 2),)])
def test_what_would_not_come_back_as_it_was_is_refused(odd):
    with pytest.raises(Unkeepable):
        COLUMNS.write([odd])


@pytest.mark.parametrize(
    "strange",
    [
        ["odd", 1], [], ["few", ["a"], [3]], ["tuples", ["plain", [2]], ["plain", [1]]],
        ["many", "Tree", 1, [["plain", []]] * 4], ["many", "Nothing", 0, []], ["mixed", [0], []],
    ],
)  # fmt: skip
def test_columns_this_program_did_not_write_are_refused(strange):
    with pytest.raises((ValueError, KeyError, IndexError)):
        COLUMNS.read(strange)
