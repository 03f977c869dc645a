"""The trail as people read it: who saw, did and changed what, and whether it is whole.

Hazard: HAZ-017 (P37, P38).
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.clock import read_utc
from core.store import audit, clinic
from core.store.audit import Entry, Head, Verdict
from core.store.connect import open_store
from core.views.audit import Line, Told, make_lines


def record(
    url: str, by: str, what: str, *, patient_id: str = "", subject: str = "", before: str = "", after: str = "",
    why: str = "",
) -> Head:  # fmt: skip
    """Write one line into the trail (what: one of audit.WHAT); do it before what it tells of is handed out.

    Raises: StoreFailed (the trail cannot be written: what it would tell of must not happen).
    """
    entry = Entry(read_utc(), by, what, patient_id, subject, before, after, why)
    with open_store(url, must_exist=True).writing() as connection:
        return audit.append(connection, entry)


def list_trail(url: str, *, patient_id: str | None = None, newest: int | None = None) -> list[tuple[int, Entry]]:
    """Entries with their numbers, newest first; of one patient, or only so many."""
    with open_store(url).reading() as connection:
        return list(audit.list_entries(connection, patient_id=patient_id, newest=newest))


def tell_patient(url: str, patient_id: str) -> list[Line]:
    """The whole trail of one patient in words, newest first, on the clinic's clock.

    Raises: StoreFailed.
    """
    with open_store(url).reading() as connection:
        zone = ZoneInfo(clinic.read_clinic(connection).zone or "UTC")
    entries = [
        Told(number, one.recorded_at, one.by, one.what, one.patient_id, one.subject, one.before, one.after, one.why)
        for number, one in list_trail(url, patient_id=patient_id)
    ]
    return make_lines(
        entries, lambda utc: int(datetime.fromtimestamp(utc, zone).replace(tzinfo=UTC).timestamp()),
        lambda known: (None, known),
    )  # fmt: skip


def read_head(url: str) -> Head:
    """The end of the trail, to be kept outside the store: later it proves that nothing was cut off."""
    with open_store(url).reading() as connection:
        return audit.read_head(connection)


def verify_trail(url: str, anchored: Head | None = None) -> Verdict:
    """Compute the trail anew from its entries, and hold it against a head kept elsewhere."""
    with open_store(url).reading() as connection:
        return audit.verify_chain(connection, anchored)
