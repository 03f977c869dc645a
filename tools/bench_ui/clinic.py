"""A clinic of ten thousand made-up people, as a store: the benchmark's people, told once and copied.

A tenth carries one of the benchmark's planted stories, the rest are quiet. A thousand of them are imported as files
(so everything a sender can do wrong is in the store); each copy lives some days earlier, under names of its own.
The store is kept in the machine's folder for temporary files and made anew when whatever it is made of changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, insert, literal, select, update
from sqlalchemy.schema import CreateTable

from core.records import DAY
from core.services.import_data import import_paths
from core.store import schema
from core.store.connect import open_store
from tools.benchmark import cohort, stories
from tools.benchmark.chart import first_day, read_clinic
from tools.benchmark.cohort import make_cohort
from tools.benchmark.filing import write_files

PATIENTS, TOLD, STORIES_EACH, SEED = 10_000, 1_000, 4, 7
FAMILY = ("ALDER", "ASPEN", "BEECH", "BIRCH", "CEDAR", "ELDER", "HAZEL", "HOLLY", "LARCH", "LINDEN", "MAPLE", "OAK",
          "OSIER", "POPLAR", "ROWAN", "SPRUCE", "SYCAMORE", "THORN", "WALNUT", "WILLOW")  # fmt: skip
GIVEN = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gwen", "Hugo", "Iris", "Jon", "Kit", "Lena", "Max", "Nora",
         "Otis", "Pia", "Quinn", "Rosa", "Sam", "Tess", "Una", "Vic", "Wyn")  # fmt: skip
SITES = ("North", "South", "East")
SOURCE = "bench"

#: Tables copied, and which of their columns are instants, names of rows, identifiers of people.
COPIED = (schema.patient, schema.result, schema.course, schema.event, schema.quarantine)
INSTANTS = {"birth_date", "collected_at", "reported_at", "start_at", "end_at", "deceased_date", "known_at",
             "superseded_at"}  # fmt: skip
_NAMES = {"result_id", "course_id", "event_id", "content_key", "patient_id", "row_key", "fingerprint"}


def bring_clinic(patients: int = PATIENTS, folder: Path | None = None) -> Path:
    """The file of the clinic's store: the one that is kept, else made now (about a minute).

    folder: where it is kept (None: a private folder among the machine's temporary files).
    """
    kept = folder or Path(tempfile.gettempdir()) / f"nadir-bench-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = kept / f"clinic-{patients}-{_fingerprint()}.db"
    if not file.exists():
        for old in kept.glob(f"clinic-{patients}-*"):  # made of something else: nobody needs it any more
            old.unlink()
        with tempfile.TemporaryDirectory(dir=kept) as name:
            made = make_clinic(Path(name), patients)
            shutil.move(made, file)
    return file


def make_clinic(folder: Path, patients: int) -> Path:
    """Make the store in a folder: import a part as files, copy it until there are enough."""
    told = min(TOLD, patients)
    files = folder / "files"
    files.mkdir()
    write_files(make_cohort(told, SEED, each=max(1, STORIES_EACH * told // TOLD)), files)
    file = folder / "clinic.db"
    url = f"sqlite:///{file}"
    import_paths(url, [files], source=SOURCE, zone="UTC", pinned=last_day(), judge=lambda *_: {})
    store = open_store(url)
    with store.writing() as connection:
        for copy in range(1, -(-patients // told)):
            _copy(connection, copy, told, patients)
        _name_people(connection)
    store.engine.dispose()
    return file


def last_day() -> str:
    """The day on which the clinic's clock stands still, ISO."""
    return (date(1970, 1, 1) + timedelta(days=first_day() + int(read_clinic()["days"]) - 1)).isoformat()


def _copy(connection: Connection, copy: int, told: int, patients: int) -> None:
    """Everybody once more, so many days earlier, under other numbers, up to `patients` people."""
    person, shift = schema.person, copy * told
    again = [(person.c.key + shift).label("key"), _renamed(person.c.patient_id, copy).label("patient_id")]
    people = select(*again).where(person.c.key <= told, person.c.key + shift <= patients)
    connection.execute(insert(person).from_select(["key", "patient_id"], people))
    for table in COPIED:
        _copy_table(connection, table, copy, told, patients)


def _copy_table(connection: Connection, table: Table, copy: int, told: int, patients: int) -> None:
    shift = copy * told
    names: list[str] = []
    columns: list[ColumnElement[Any]] = []
    for column in table.columns:
        if column is table.autoincrement_column:
            continue
        names.append(column.name)
        if column.name == "patient":
            columns.append((column + shift).label(column.name))
        elif column.name in INSTANTS:
            columns.append((column - copy * DAY).label(column.name))
        elif column.name in _NAMES:
            columns.append(_renamed(column, copy).label(column.name))
        else:
            columns.append(column)
    rows = select(*columns)
    if "patient" in table.c:
        rows = rows.where(table.c.patient <= told, table.c.patient + shift <= patients)
    else:
        person = schema.person.c
        own = select(person.patient_id).where(person.key <= told, person.key + shift <= patients)
        rows = rows.where(table.c.patient_id.in_(own))
    connection.execute(insert(table).from_select(names, rows))


def _renamed(column: Column[Any], copy: int) -> ColumnElement[Any]:
    return column + literal(f"-{copy}")  # null stays null


def _name_people(connection: Connection) -> None:
    """Names and sites in turn, so that a search and a filter find some and not all."""
    p = schema.patient
    number = p.c.patient
    for column, words in ((p.c.family_name, FAMILY), (p.c.given_name, GIVEN), (p.c.site, SITES)):
        for place, word in enumerate(words):
            connection.execute(update(p).where(number % len(words) == place).values({column: word}))


def _fingerprint() -> str:
    """What the kept store was made of: the tables, the told stories, and this module."""
    told = Path(cohort.__file__).parent
    parts = [str(CreateTable(table)) for table in schema.metadata.sorted_tables]
    parts += [Path(file).read_text(encoding="utf-8") for file in (__file__, cohort.__file__, stories.__file__)]
    parts += [(told / "clinic.toml").read_text(encoding="utf-8"), *schema.REVISIONS]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
