"""Acts are appended and read back as they were; the number of the last one tells whether anything happened."""

from __future__ import annotations

import pytest

from core.acts import Act, Seen, SeenResult
from core.errors import StoreFailed
from core.store import acts
from tests.store.small_clinic import make_store

SEEN = Seen(
    "a1", 5, False, "high", "stop", "r", "<", 1.5, "10*9/L", 0.9,
    (SeenResult("R1", "neutrophils", 0.9, "<", 5), SeenResult("R2", "alt", None, "", 6)), ("E1",), ("C1 100 mg",),
    "stale_result", "m",
)  # fmt: skip
WHOLE = Act(
    "snooze", "Ann Ünal", "clinician", "0012345", "k1", "a1", "anakinra", "neutropenia", "neutrophils", "will-monitor",
    "“in words”", "pharmacist", "", 99, "", seen=SEEN, shown=("x", "y"), at=7, recorded_at=8,
)  # fmt: skip


@pytest.fixture
def store(tmp_path):
    return make_store(tmp_path)


def keep(store, *several):
    with store.writing() as connection:
        return [acts.append(connection, one) for one in several]


def other(key, **told):
    return Act("note", "B", "clinician", **{"patient_id": "0012345", "key": key, "comment": "x", **told})


def test_what_is_kept_is_what_is_read(store):
    [number] = keep(store, WHOLE)
    with store.reading() as connection:
        [read] = acts.list_acts(connection, ["0012345"])
        assert read == acts.find_by_key(connection, "k1")
    for name in Act.__dataclass_fields__:
        if name not in ("act_id", "expects", "saw"):  # asked when it is done, nothing to keep
            assert getattr(read, name) == getattr(WHOLE, name), name
    assert read.act_id == number


def test_acts_come_back_oldest_first_and_only_of_those_asked_about(store):
    keep(store, other("k1"), other("k2", patient_id="7"), other("k3"))
    with store.reading() as connection:
        assert [one.key for one in acts.list_acts(connection)] == ["k1", "k2", "k3"]
        assert [one.key for one in acts.list_acts(connection, ["0012345"])] == ["k1", "k3"]
        assert acts.list_acts(connection, []) == []
        assert acts.count_acts(connection) == 3


def test_one_key_is_one_act_even_to_the_store_itself(store):
    keep(store, other("k1"))
    with pytest.raises(StoreFailed):
        keep(store, other("k1"))
    with store.reading() as connection:
        assert acts.count_acts(connection) == 1


def test_an_empty_store_says_that_nothing_happened(store):
    with store.reading() as connection:
        assert (acts.count_acts(connection), acts.newest_instant(connection)) == (0, None)
        assert acts.find_by_key(connection, "k") is None


def test_who_last_looked_when_is_told_by_person(store):
    def look(key, by, at, patient_id="0012345"):
        return Act("look", by, "viewer", patient_id, key, at=at)

    keep(store, look("1", "A", 5), look("2", "A", 9), look("3", "B", 20), look("4", "A", 7, "7"), other("5", at=30))
    with store.reading() as connection:
        assert acts.last_looks(connection, "A") == {"0012345": 9, "7": 7}
        assert acts.last_looks(connection, "B", "7") == {}
        assert acts.newest_instant(connection) == 30
