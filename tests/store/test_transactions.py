"""One writer at a time, everything or nothing, and a reader never sees half an import (P14, P44)."""

from __future__ import annotations

import sqlite3
import threading

import pytest
from sqlalchemy import func, select

from core.errors import InputRefused, StoreFailed
from core.store import clinic, schema
from core.store.connect import open_store
from tests.store.small_clinic import ANN, BEN, bring_in, count_rows, make_store


def count_people(connection) -> int:
    return connection.execute(select(func.count()).select_from(schema.person)).scalar_one()


def test_what_a_failed_block_wrote_is_gone(tmp_path):
    store = make_store(tmp_path)
    with pytest.raises(InputRefused), store.writing() as connection:
        clinic.pin_clock(connection, "2026-11-20")
        raise InputRefused("the file ends in the middle of a row")
    with store.reading() as connection:
        assert clinic.read_clinic(connection).clock == ""


def test_a_reader_sees_the_store_as_it_was_when_it_began(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN])
    with store.reading() as connection:
        assert count_people(connection) == 1
        bring_in(store, patients=[BEN])
        assert count_people(connection) == 1
    with store.reading() as connection:
        assert count_people(connection) == 2


def test_a_reader_does_not_wait_for_a_writer(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'clinic.db'}", 0.1)
    with store.writing() as writer:
        clinic.raise_version(writer)
        with store.reading() as reader:
            assert clinic.read_clinic(reader).version == 0


def test_two_writers_each_read_what_the_other_wrote(tmp_path):
    store = make_store(tmp_path)
    rounds, writers = 20, 4

    def count() -> None:
        for _ in range(rounds):
            with store.writing() as connection:
                clinic.raise_version(connection)  # reads, adds one, writes: a lost update would show

    threads = [threading.Thread(target=count) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as connection:
        assert clinic.read_clinic(connection).version == rounds * writers


def test_two_imports_at_once_are_both_kept_whole(tmp_path):
    store = make_store(tmp_path)
    people = [[f"{who}{n:03d},F{who}{n},G{who}{n},1970-01-01,female,,," for n in range(200)] for who in "AB"]
    threads = [threading.Thread(target=bring_in, args=(store,), kwargs={"patients": some}) for some in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count_rows(store)["patient"] == 400
    assert count_rows(store)["person"] == 400


def test_two_programs_that_make_the_same_store_make_it_once(tmp_path):
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            make_store(tmp_path)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_locked_store_says_so_and_stores_nothing(tmp_path):
    bring_in(make_store(tmp_path), patients=[ANN])
    hasty = open_store(f"sqlite:///{tmp_path / 'clinic.db'}", 0.1)
    with sqlite3.connect(tmp_path / "clinic.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreFailed, match="busy with another import"):
            bring_in(hasty, patients=[BEN])
        other.execute("ROLLBACK")
    assert count_rows(hasty)["patient"] == 1


def test_a_reference_to_nobody_is_refused_by_the_store_itself(tmp_path):
    store = make_store(tmp_path)
    with pytest.raises(StoreFailed), store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO patient (patient, family_name, given_name, birth_date, sex, site, consultant, source, file,"
            " row, batch_id, known_at, recorded_at) VALUES (7, 'X', 'Y', 0, 'female', '', '', 'lab', 'f', 2, 1, 0, 0)"
        )
