"""Conditions are looked up by what they say: equal ones are one key, a changed copy is another."""

from __future__ import annotations

import pickle

from core.protocols.conditions import Every, Leaf


def condition(below: float = 1.0) -> Every:
    return Every(all=(Leaf(analyte="neutrophils", below=below), Leaf(events="rash")))


def test_two_conditions_that_say_the_same_are_one_key():
    assert condition() is not condition()
    assert {condition(): "found"}[condition()] == "found"


def test_a_changed_copy_of_a_condition_is_another_key_even_after_the_first_was_used():
    leaf = condition().all[0]
    used = {leaf: "found"}
    changed = leaf.model_copy(update={"below": 0.5})
    assert changed not in used
    assert hash(changed) == hash(condition(0.5).all[0])


def test_a_condition_takes_no_hash_along_to_another_process_where_texts_hash_otherwise():
    one = condition()
    used = {one: "found"}
    back = pickle.loads(pickle.dumps(one))  # noqa: S301  # made in the line above
    assert not hasattr(back, "_hash")
    assert used[back] == "found"
