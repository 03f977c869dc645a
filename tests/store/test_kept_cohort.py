"""The columns kept beside a store: the same facts bit for bit, never older ones, never a damaged file's."""

from __future__ import annotations

import stat
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.engine.cohort import Cohort, Results
from core.records import CANNOT_TELL_REASONS
from core.services import mend_quarantine
from core.settings import Settings
from core.store import kept_cohort, load, private_file
from core.store.column_file import Misread, pack, unpack
from core.store.connect import Store
from core.store.described_bytes import join
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result

COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"
EVENT = "E1,0054321,infection,2026-02-01,,,,serious"


@pytest.fixture(autouse=True)
def _small_clinics_are_kept(monkeypatch):
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1)


@pytest.fixture
def store(tmp_path):
    opened = make_store(tmp_path)
    lines = [result("R1", "1.9"), result("R2", "<0.5", "2026-04-01"), result("R3", "900", "2026-05-01")]
    bring_in(opened, patients=[ANN, BEN], results=lines, medications=[COURSE], events=[EVENT])
    return opened


def read(store: Store) -> Cohort:
    with store.reading() as connection:
        return load.cohort(connection)


def read_rows(store: Store) -> Cohort:
    with store.reading() as connection:
        return load.read_facts(connection)


def kept_file(store: Store) -> Path:
    return Path(store.name + kept_cohort.SUFFIX)


def is_answered_from_kept(store: Store, monkeypatch) -> bool:
    """Whether a reading of everybody needs no row of the store."""
    asked, really = [], load.read_facts

    def watched(*given: object) -> Cohort:
        asked.append(given)
        return really(*given)

    with monkeypatch.context() as patched:
        patched.setattr(load, "read_facts", watched)
        read(store)
    return not asked


def bits(cohort: Cohort) -> dict[str, object]:
    """Every column bit for bit, with its kind."""
    told = {}
    for table in fields(cohort):
        for name, column in vars(getattr(cohort, table.name)).items():
            content = column.tolist() if column.dtype == object else column.tobytes()
            told[f"{table.name}.{name}"] = (str(column.dtype), content)
    return told


def test_what_is_kept_is_what_the_store_says_bit_for_bit(store, monkeypatch):
    first = read(store)
    assert is_answered_from_kept(store, monkeypatch)
    assert bits(read(store)) == bits(first) == bits(read_rows(store))


def test_a_mark_of_an_unreadable_result_is_kept_too(store):
    bring_in(store, results=[result("R9", "much", "2026-06-01")])
    read(store)
    assert [CANNOT_TELL_REASONS[code] for code in sorted(set(read(store).results.reason.tolist()))][1:]


@pytest.mark.parametrize(
    "lines",
    [
        {"results": [result("R4", "0.4", "2026-06-01")]},
        {"results": [result("R1", "0.3", status="corrected")]},
        {"results": [result("R1", "", status="entered-in-error")]},
        {"results": [result("R5", "many", "2026-06-01")]},
        {"medications": [COURSE.replace("2026-01-01,,active", "2026-01-01,2026-02-01,stopped")]},
        {"events": [EVENT.replace("serious", "mild")]},
        {"patients": [ANN.replace("1970", "1971")]},
    ],
    ids=["new result", "corrected", "taken back", "unreadable", "course ended", "event changed", "born otherwise"],
)
def test_a_changed_fact_is_never_answered_from_what_was_kept_before(store, lines):
    before = bits(read(store))
    bring_in(store, **lines)
    after = bits(read(store))
    assert after != before
    assert after == bits(read_rows(store))


def test_a_dismissed_mark_is_never_answered_from_what_was_kept_before(store):
    bring_in(store, results=[result("R9", "much", "2026-06-01")])
    before = bits(read(store))
    with store.reading() as connection:
        rows = [row for (row,) in connection.exec_driver_sql("SELECT row_id FROM quarantine")]
    mend_quarantine.dismiss_rows(Settings(db_url=f"sqlite:///{store.name}"), rows, "not a result", by="ann")
    after = bits(read(store))
    assert after != before
    assert after == bits(read_rows(store))


def test_a_store_put_back_from_a_backup_is_not_answered_from_the_newer_columns(store, tmp_path):
    """Same version number, same row numbers, other facts: the imports and the trail tell them apart."""
    store.engine.dispose()
    backup = Path(store.name).read_bytes()
    bring_in(store, results=[result("R7", "0.2", "2026-07-01")])
    read(store)
    store.engine.dispose()
    Path(store.name).write_bytes(backup)
    again = make_store(tmp_path)
    bring_in(again, results=[result("R7", "2.2", "2026-07-01")])
    assert bits(read(again)) == bits(read_rows(again))
    assert 2.2 in read(again).results.value.tolist()


def test_what_a_writer_sees_is_neither_kept_nor_answered_from_what_is_kept(store):
    kept = bits(read(store))
    kept_file(store).unlink()
    with pytest.raises(ZeroDivisionError), store.writing() as connection:
        connection.exec_driver_sql("UPDATE result SET value = 0.1")
        assert bits(load.cohort(connection)) != kept
        raise ZeroDivisionError  # the change is taken back
    assert not kept_file(store).exists()
    assert bits(read(store)) == kept


@pytest.mark.parametrize("harm", ["cut", "one bit", "empty", "foreign", "end cut", "other program"])
def test_a_damaged_file_is_not_believed_and_made_anew(store, harm, monkeypatch):
    good = bits(read(store))
    file = kept_file(store)
    whole = file.read_bytes()
    harmed = {
        "cut": whole[: len(whole) // 2],
        "one bit": whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:],
        "empty": b"",
        "foreign": b"SQLite format 3\0" + whole[16:],
        "end cut": whole[:-1],
        "other program": whole,
    }[harm]
    file.write_bytes(harmed)
    if harm == "other program":
        monkeypatch.setattr(kept_cohort, "_name_program", lambda: "a later one")
    assert not is_answered_from_kept(store, monkeypatch)
    assert bits(read(store)) == good
    assert is_answered_from_kept(store, monkeypatch)


def test_only_the_owner_may_read_what_is_kept(store):
    read(store)
    assert stat.S_IMODE(kept_file(store).stat().st_mode) == 0o600


def test_columns_that_others_may_touch_are_not_believed_and_made_anew(store, monkeypatch):
    good = bits(read(store))
    kept_file(store).chmod(0o666)
    assert not is_answered_from_kept(store, monkeypatch)
    assert stat.S_IMODE(kept_file(store).stat().st_mode) == 0o600
    assert bits(read(store)) == good
    assert is_answered_from_kept(store, monkeypatch)


def test_whole_columns_of_another_program_s_making_are_not_believed(store, monkeypatch):
    good = bits(read(store))
    with store.reading() as connection:
        name = kept_cohort.name_facts(connection)
    for strange in (b"", b"{}", join({}, []), join({"patients": {"rows": 1, "columns": {}}}, [b"1"])):
        assert private_file.write_whole(kept_file(store), name, strange)
        assert not is_answered_from_kept(store, monkeypatch)
        assert bits(read(store)) == good


def test_a_folder_that_cannot_be_written_costs_time_and_no_answer(store, monkeypatch):
    def refuse(*_: object) -> int:
        raise PermissionError

    monkeypatch.setattr(private_file.os, "open", refuse)
    assert bits(read(store)) == bits(read_rows(store))
    assert not kept_file(store).exists()


def test_a_small_clinic_keeps_nothing_beside_its_store(store, monkeypatch):
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1_000)
    read(store)
    assert not kept_file(store).exists()


def test_a_question_about_one_patient_is_read_from_the_store(store):
    read(store)
    with store.reading() as connection:
        assert load.cohort(connection, ["0054321"]).patients.patient_id.tolist() == ["0054321"]


REALS = st.floats(width=64) | st.sampled_from([0.0, -0.0, float("nan"), float("inf"), 1.5])
WHOLE = st.integers(-(1 << 62), 1 << 62) | st.sampled_from([0, 1, 4_102_444_800])


@st.composite
def any_results(draw) -> Results:
    rows = draw(st.integers(0, 40))
    columns = {}
    for field in fields(Results):
        kind = {"Ints": np.int64, "Floats": np.float64, "Codes": np.int16, "Bools": np.bool_}[str(field.type)]
        elements = {np.int64: WHOLE, np.float64: REALS, np.int16: st.integers(-300, 300), np.bool_: st.booleans()}
        columns[field.name] = draw(arrays.arrays(kind, rows, elements=elements[kind], fill=elements[kind]))
    return Results(**columns)


@settings(max_examples=60)
@given(any_results())
def test_any_column_comes_back_bit_for_bit(results):
    again = unpack(memoryview(pack({"results": results})), {"results": Results})["results"]
    for name, column in vars(results).items():
        other = getattr(again, name)
        assert (other.dtype, other.tobytes()) == (column.dtype, column.tobytes()), name


@pytest.mark.parametrize("left", [0, 4, 100, -1], ids=["nothing", "half a length", "half a description", "an end cut"])
def test_columns_that_are_not_all_there_are_refused(store, left):
    packed = memoryview(pack({"results": read_rows(store).results}))
    with pytest.raises(Misread):
        unpack(packed[:left], {"results": Results})
