"""What was taken back answers nothing, though its withdrawal repeats the value (HAZ-004, HAZ-008)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.records import DAY, WITHDRAWN
from core.store import overrides
from core.store.answers import is_answer
from core.store.schema import person, result
from tests.store.small_clinic import ANN, NOW, bring_in, make_store
from tests.store.small_clinic import result as line


@pytest.mark.parametrize("status", WITHDRAWN)
@pytest.mark.parametrize("value", ["", "1.9"])
def test_an_interval_is_never_counted_from_a_withdrawn_test(tmp_path, status, value):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN], results=[line("R1", "2.1", "2026-11-01"), line("R2", "1.9", "2026-12-01")])
    bring_in(store, results=[line("R2", value, "2026-12-01", status=status)])
    with store.reading() as connection:
        (key,) = connection.execute(select(person.c.key)).scalars()
        (last,) = overrides.last_results(connection, [key], NOW).values()
    assert last == NOW - 42 * DAY  # the first of November


def test_a_word_answers_as_a_number_does(tmp_path):
    store = make_store(tmp_path)
    words = {"analyte": "igra", "unit": ""}
    bring_in(store, patients=[ANN], results=[line("R1", "2.1"), line("R2", "negative", **words)])
    with store.reading() as connection:
        answers = select(result.c.analyte).where(is_answer(result.c)).order_by(result.c.analyte)
        assert list(connection.execute(answers).scalars()) == ["igra", "neutrophils"]
