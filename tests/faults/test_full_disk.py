"""A disk that fills up during an import: one sentence, nothing stored, and room again is all it takes (P12)."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from core.errors import StoreFailed
from tests.store.small_clinic import ANN, bring_in, count_rows, make_store, result


def test_a_full_disk_says_so_stores_nothing_and_can_be_mended(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN])
    with store.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    def leave_no_room(connection, _record):
        connection.execute(f"PRAGMA max_page_count={pages + 2}")

    lines = [result(f"R{n}", "4.2", f"2026-01-{n % 28 + 1:02d}") for n in range(2_000)]
    event.listen(store.engine, "connect", leave_no_room)
    try:
        with pytest.raises(StoreFailed, match="disk is full"):
            bring_in(store, results=lines)
        assert count_rows(store)["result"] == 0
    finally:
        event.remove(store.engine, "connect", leave_no_room)
    assert bring_in(store, results=lines)["stored"] == 2_000


@pytest.mark.parametrize("step", ["patients", "results"])
def test_a_store_that_vanishes_is_told_in_one_sentence(tmp_path, step):
    store = make_store(tmp_path)
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(StoreFailed) as failed:
        bring_in(store, **{step: [ANN] if step == "patients" else [result("R1", "4.2")]})
    assert "Nothing was stored" in str(failed.value)
