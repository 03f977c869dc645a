"""Every number the engine shows leads back to a line of a file, whatever the number stands for."""

from __future__ import annotations

import pytest

from core.store.load import cohort
from core.store.row_numbers import TRACE_ROW, VERSION_STEP, find_row
from core.store.stored import has_patient, name_results, origins
from tests.store.small_clinic import ANN, bring_in, make_store, result


@pytest.mark.parametrize(
    ("number", "row"),
    [
        (7, ("result", 7)),
        (TRACE_ROW + 7, ("quarantine", 7)),
        (-7, ("result", 7)),
        (-7 - 3 * VERSION_STEP, ("result", 7)),
        (-(TRACE_ROW + 7) - VERSION_STEP, ("quarantine", 7)),
    ],
)
def test_a_number_tells_which_row_of_which_table_it_stands_for(number, row):
    assert find_row(number) == row


@pytest.fixture
def store(tmp_path):
    opened = make_store(tmp_path)
    share = {"analyte": "neutrophils_percent", "unit": "%"}
    bring_in(
        opened,
        patients=[ANN],
        results=[
            result("R1", "4.2"),
            result("", "4.1", "2026-03-02"),
            result("R3", "clotted", "2026-03-03"),
            result("W4", "3.0", "2026-03-04", analyte="wbc"),
            result("N4", "50", "2026-03-04", **share),
        ],
        events=["E1,0012345,infection,2026-02-01,,,,"],
    )
    bring_in(
        opened, results=[result("W4", "1.0", "2026-03-04", analyte="wbc", status="corrected", reported_at="2026-03-05")]
    )
    return opened


def test_results_marks_and_derived_counts_are_named_by_what_the_file_called_them(store):
    with store.reading() as connection:
        numbers = cohort(connection).results.row_id.tolist()
        names = name_results(connection, numbers)
    assert sorted(names.values()) == ["N4", "R1", "R3", "W4", "W4", "derived-from:W4", "derived-from:W4"]
    assert len(numbers) == 8  # the result without an identifier has no name


def test_results_marks_derived_counts_and_events_lead_to_their_lines(store):
    with store.reading() as connection:
        numbers = cohort(connection).results.row_id.tolist()
        found = origins(connection, numbers, [1])
    assert found["event", 1] == ("events.csv", 2)
    lines = sorted(found["result", abs(number)] for number in numbers)
    assert lines == [("results.csv", row) for row in (2, 2, 2, 3, 4, 5, 5, 6)]


def test_only_identifiers_somebody_has_are_known(store):
    with store.reading() as connection:
        assert has_patient(connection, "0012345")
        assert not has_patient(connection, "12345")
