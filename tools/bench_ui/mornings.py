"""A morning made at will: the clinic's clock runs, and what was judged last was judged hours ago."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import delete, update

from core.records import DAY
from core.services import kept_picture, review
from core.store import schema
from core.store.connect import open_store
from core.store.private_file import read_own, write_whole
from tools.bench_ui.clinic import COPIED, INSTANTS, last_day

NIGHT = 14 * 3600  # seconds from an evening's last judgement to the next morning's first


def let_clock_run(store: Path) -> None:
    """Bring everybody's days up to today and let the clinic's clock run: one that stands still has no earlier hour."""
    days = (datetime.now(UTC).date() - date.fromisoformat(last_day())).days
    opened = open_store(f"sqlite:///{store}")
    with opened.writing() as connection:
        for table in COPIED:
            moved = {column: column + days * DAY for column in table.columns if column.name in INSTANTS}
            connection.execute(update(table).values(moved))
        connection.execute(delete(schema.clinic).where(schema.clinic.c.name == "clock"))
    opened.engine.dispose()


def age_judgement(store: Path, seconds: int = NIGHT) -> None:
    """Let what is kept beside a store say that it was judged so much earlier.

    Raises: ValueError (nothing is kept, or not by this program).
    """
    file = store.with_name(store.name + kept_picture.SUFFIX)
    opened = open_store(f"sqlite:///{store}")
    with opened.reading() as connection:
        held, _, asked = review._ask(connection, opened, None)
        name = review._name(connection, held, asked)
    opened.engine.dispose()
    kept = read_own(file, name)
    if kept is None:
        raise ValueError(f"{file.name}: no judgement of this program is kept")
    sections = kept_picture._take_apart(kept)
    rest = json.loads(sections["rest"])
    rest.update(as_of=rest["as_of"] - seconds, standing_at=rest["standing_at"] - seconds)
    sections["rest"] = json.dumps(rest).encode()
    write_whole(file, name, kept_picture._put_together(sections))
