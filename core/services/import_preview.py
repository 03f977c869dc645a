"""What an import would do, before it is done: the very same reading, settling and judging, taken back at the end.

Nothing here decides about a row. The rows go through `read_files` and `keep_rows` of the real import, in a write
transaction that is always rolled back, so that a preview cannot say anything else than the import will do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.engine.cohort import Cohort
from core.engine.standing import Alert
from core.ingest.fields import COLUMNS
from core.ingest.limits import UPLOAD
from core.ingest.mapping_model import Mapping as SavedMapping
from core.ingest.mapping_model import Source
from core.ingest.settled import Settled
from core.records import ACTIONS, PRIORITIES, Kind, Result
from core.services.import_data import Arriving, Kept, Tell, keep_quiet, keep_rows, open_uploads, read_files
from core.services.mappings import find_mapping
from core.settings import Settings
from core.store import clinic, load
from core.store.connect import Store
from core.store.people import read_identities
from core.store.stored import TABLES, fetch_facts, select_facts
from core.views.import_model import AlertChange, ColumnTaken, FileTaken, How, Preview, ReadLine, UnknownChange
from core.views.people import name_words

FIRST_ROWS = 5


class _TakenBack(Exception):
    pass


@dataclass(frozen=True)
class _Seen:
    """Both sides of an import that was taken back. known: patients there before; names: of all after; by identifier.
    rows: by file; standing: the stored results, by the store's row, that the first of them would replace.
    """

    kept: Kept
    rows: Mapping[str, Sequence[Settled]]
    standing: Mapping[int, Result]
    described: SavedMapping | None
    version: int
    known: Mapping[str, str]
    names: Mapping[str, str]
    before: Cohort
    after: Cohort


def preview_uploaded(
    settings: Settings, uploads: Sequence[tuple[str, bytes]], *, source: str, mapping: str = "", tell: Tell = keep_quiet
) -> Preview:
    """Say what importing these uploads would do; nothing is stored.

    Raises: as `import_uploaded`, for the same reasons.
    """
    store, files, now = open_uploads(settings, uploads)
    arriving = read_files(
        store, files, source=source, zone=settings.zone, now=now, mapping=mapping, tell=tell, limits=UPLOAD
    )
    return preview_rows(store, arriving, settings.authorities, tell)


def preview_rows(store: Store, arriving: Arriving, authorities: Collection[str], tell: Tell = keep_quiet) -> Preview:
    """The same for files already read. authorities: whose rules speak on the screens."""
    seen = _see_both(store, arriving, tell)
    kept, touched = seen.kept, seen.kept.touched
    alerts: tuple[AlertChange, ...] = ()
    unknowns: tuple[UnknownChange, ...] = ()
    if touched:
        tell(f"judging {len(touched):,} patients")
        alerts, unknowns = _compare(seen, arriving.now, authorities)
    new = len(touched - seen.known.keys())
    files = tuple(_files(seen))
    return Preview(kept.report.to_json(), files, len(touched), new, alerts, unknowns, arriving.now, seen.version)


def _see_both(store: Store, arriving: Arriving, tell: Tell) -> _Seen:
    """The patients concerned before and after. The write transaction ends here: nobody else who imports waits while
    they are judged, which takes longest.
    """
    found: list[_Seen] = []
    try:
        with store.reading() as untouched, store.writing() as connection:
            version = clinic.read_clinic(connection).version
            described = find_mapping(connection, arriving.mapping) if arriving.mapping else None
            kept = keep_rows(connection, arriving, tell)
            known = read_identities(untouched, _first_name)
            names = read_identities(connection, _full_name) if kept.touched else {}
            before, after = (load.cohort(view, kept.touched) for view in (untouched, connection))
            rows = _by_file(kept)
            standing = _read_standing(untouched, [one for some in rows.values() for one in some[:FIRST_ROWS]])
            found.append(_Seen(kept, rows, standing, described, version, known, names, before, after))
            raise _TakenBack
    except _TakenBack:
        return found[0]


def _first_name(_birth: int, _family: str, given: str, _died: int | None) -> str:
    return given


def _full_name(_birth: int, family: str, given: str, _died: int | None) -> str:
    return name_words(family, given)


# ── the files ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_file(kept: Kept) -> Mapping[str, Sequence[Settled]]:
    rows: dict[str, list[Settled]] = {name: [] for name in kept.report.to_json()["by_file"]}
    for one in kept.settled:
        rows[one.row.origin.file].append(one)
    return rows


def _read_standing(connection: Connection, rows: Sequence[Settled]) -> Mapping[int, Result]:
    """The results that count today and that these rows would replace, by the store's row."""
    asked = {ref.row_id for one in rows for ref in one.supersedes if ref.table == "fact" and ref.kind == "result"}
    table = TABLES["result"].c
    statement = select_facts("result").where(table.row_id.in_(asked), table.superseded_at.is_(None))
    found = fetch_facts(connection, "result", statement) if asked else ()
    return {one.row_id: one.fact for one in found if isinstance(one.fact, Result)}


def _files(seen: _Seen) -> Iterator[FileTaken]:
    aside: dict[str, list[str]] = defaultdict(list)
    for issue in seen.kept.report.issues:
        if issue.reason == "unknown_column" and issue.row == 1:
            aside[issue.file].append(issue.value)
    for name, some in seen.rows.items():
        kind: Kind = some[0].row.kind if some else "other"
        taken = _columns(kind, some, _sources(seen.described, name, kind))
        first = tuple(_line(one, seen.standing) for one in some[:FIRST_ROWS])
        yield FileTaken(name, kind, len(some), taken, tuple(aside.get(name, ())), first)


def _columns(kind: Kind, rows: Sequence[Settled], sources: Mapping[str, Source]) -> tuple[ColumnTaken, ...]:
    filled: dict[str, list[str]] = {}
    for one in rows:
        for name, text in one.row.fields:
            filled.setdefault(name, []).append(text)
    return tuple(
        ColumnTaken(name, describe_source(sources[name]) if name in sources else name, len(texts), texts[0])
        for name in COLUMNS.get(kind, ())
        if (texts := filled.get(name))
    )


def _sources(mapping: SavedMapping | None, name: str, kind: Kind) -> Mapping[str, Source]:
    if mapping is None:
        return {}
    base = name.rsplit("/", 1)[-1]
    tables = [table for table in mapping.tables if table.kind == kind]
    return next((table.columns for table in tables if table.claims(base)), tables[0].columns if tables else {})


def describe_source(source: Source) -> str:
    """Where a mapping takes a column from, in words."""
    if source.constant is not None:
        return f"always {source.constant!r}"
    if source.joined_with is not None:
        return " and ".join(source.columns) + " joined"
    return " or ".join(source.columns) or "by condition"


def _line(one: Settled, standing: Mapping[int, Result]) -> ReadLine:
    said = next((issue.message for issue in one.issues if issue.outcome != "noted"), "")
    fact, old = one.row.fact, [standing[ref.row_id] for ref in one.supersedes if ref.row_id in standing]
    replaced = tuple(was for was in old if isinstance(fact, Result) and _reading(was) != _reading(fact))
    return ReadLine(one.row.origin.row, dict(one.row.fields), fact, one.outcome, said, replaced)


def _reading(fact: Result) -> tuple[object, ...]:
    number = None if fact.value is None else float(fact.value)  # the store keeps floats
    return (fact.analyte, fact.collected_at, number, fact.comparator, fact.coded, fact.unit)


# ── the patients ──────────────────────────────────────────────────────────────────────────────────────────────────


def _compare(
    seen: _Seen, now: int, authorities: Collection[str]
) -> tuple[tuple[AlertChange, ...], tuple[UnknownChange, ...]]:
    """How what stands for these patients differs between the two sides."""
    from core.engine.known import as_known_at
    from core.services.evaluate_clinic import evaluate_safely

    names, known = seen.names, seen.known
    was, becomes = (
        evaluate_safely(as_known_at(cohort, now), now, authorities).at(now) for cohort in (seen.before, seen.after)
    )
    alerts = []
    old, new = ({one.alert_id: one for one in standing.alerts} for standing in (was, becomes))
    for alert_id in old.keys() | new.keys():
        how = judge_change(old.get(alert_id), new.get(alert_id))
        if how is not None:
            one = new.get(alert_id) or old[alert_id]
            who = names.get(one.patient_id, one.patient_id)
            alerts.append(AlertChange(how, one, old.get(alert_id), who, one.patient_id not in known))
    unknowns = []
    blind, seeing = ({(c.patient_id, c.drug, c.rule_id, c.reason): c for c in s.cannot_tell} for s in (was, becomes))
    for key in blind.keys() ^ seeing.keys():
        unsure = seeing.get(key) or blind[key]
        who = names.get(unsure.patient_id, unsure.patient_id)
        unknowns.append(UnknownChange(key in seeing, unsure, who, unsure.patient_id not in known))
    return tuple(sorted(alerts, key=_gravest_first)), tuple(sorted(unknowns, key=lambda u: (not u.opens, u.who)))


_ORDER = ("opens", "worsens", "changes", "improves", "closes")


def _gravest_first(change: AlertChange) -> tuple[int, int, str, str]:
    one = change.alert
    return (_ORDER.index(change.how), PRIORITIES.index(one.priority), change.who, one.alert_id)


def judge_change(was: Alert | None, becomes: Alert | None) -> How | None:
    """What happened to one alert between two evaluations; None if it is what it was."""
    if was is None or becomes is None:
        return "opens" if was is None else "closes"
    grave, now_grave = ((PRIORITIES.index(one.priority), ACTIONS.index(one.action)) for one in (was, becomes))
    if grave != now_grave:
        return "worsens" if now_grave < grave else "improves"
    old, new = was.basis.value, becomes.basis.value
    operator = becomes.basis.operator or ""
    if old is not None and new is not None and old != new and operator[:1] in ("<", ">"):
        return "worsens" if (new < old) == operator.startswith("<") else "improves"
    return None if (was.title, was.held) == (becomes.title, becomes.held) else "changes"
