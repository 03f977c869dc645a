"""The whole clinic's columns kept beside the store, so that a start need not read millions of rows one by one.

Derived and never needed: written after a full reading, thrown away at any time, made again identically. It answers only
for exactly the facts it was made of. Its key is taken in the same transaction as the reading: the facts' version, the
newest row of every table it was made of, every import, the trail's last link about facts (which vouches for all before
it), and the text of the program that reads facts. Whatever does not fit counts as not there
(core/store/private_file.py).

Hazard: HAZ-001 (an old fact must never answer for a new one).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

from sqlalchemy import Connection, func, select

from core.engine.cohort import Cohort, Courses, Events, Patients, Results, Table
from core.store import schema
from core.store.column_file import Misread, pack, unpack
from core.store.private_file import beside, read_own, write_whole
from core.store.program_text import read_program

WORTH_KEEPING = 50_000  # results: fewer are read from the store in a tenth of a second
SUFFIX = ".columns"

_TABLES: dict[str, type[Table]] = {"patients": Patients, "results": Results, "courses": Courses, "events": Events}
_ROWS = (schema.patient, schema.result, schema.course, schema.event, schema.quarantine)
#: Whatever decides how a stored row becomes a column, beneath core/.
_PROGRAM = ("store", "catalogue", "calculators", "records.py", "engine/cohort.py", "engine/kernels.py")


def find_kept(connection: Connection) -> Cohort | None:
    """The cohort kept for exactly the facts this transaction sees; None where there is none."""
    file = beside(connection, SUFFIX)
    if file is None or not file.exists():  # most stores are small: no need to name their facts
        return None
    kept = read_own(file, name_facts(connection))
    if kept is None:
        return None
    try:
        tables = unpack(kept, _TABLES)
    except Misread:
        return None
    return Cohort(**tables)  # type: ignore[arg-type]  # each table has the type its name was given in _TABLES


def keep(connection: Connection, cohort: Cohort) -> None:
    """Keep a cohort that this transaction read in full. Where it cannot be written, it is read again next time."""
    file = beside(connection, SUFFIX)
    if file is not None and len(cohort.results) >= WORTH_KEEPING:
        write_whole(file, name_facts(connection), pack({name: getattr(cohort, name) for name in _TABLES}))


def name_facts(connection: Connection) -> str:
    """A name that exactly these facts have, read by exactly this program."""
    told: list[object] = [_name_program(), schema.REVISIONS[-1]]
    told += [tuple(row) for row in connection.execute(select(schema.clinic).order_by(schema.clinic.c.name))]
    told += [connection.execute(select(func.max(table.c.row_id))).scalar() for table in _ROWS]
    told.append(connection.execute(select(func.max(schema.person.c.key))).scalar())
    q = schema.quarantine.c  # a mark is closed in its row
    marks = select(func.count(), func.count(q.superseded_at), func.sum(q.superseded_at)).select_from(schema.quarantine)
    b, a = schema.batch.c, schema.audit.c
    imports = select(b.batch_id, b.files, b.started_at).order_by(b.batch_id)
    changed = (a.what == "import") | a.subject.startswith("quarantine row")
    trail = select(a.number, a.hash).where(changed).order_by(a.number.desc()).limit(1)
    for asked in (marks, imports, trail):
        told += [tuple(row) for row in connection.execute(asked)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


@cache
def _name_program() -> str:
    return read_program(_PROGRAM)
