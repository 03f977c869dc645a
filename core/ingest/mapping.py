"""A saved mapping: how somebody else's table becomes rows of the clinic file set, written down as data.

A mapping is a TOML file of declarations (columns, words, filters, date order), never of expressions: whatever it does
not name is refused when it is met, and nothing is worked out. `docs/walkthrough.md` explains the keys by two
examples.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

from core.errors import InputRefused
from core.ingest.clinic_csv import REQUIRED
from core.ingest.fields import COLUMNS, DateOrder
from core.ingest.mapping_model import Mapping, Otherwise, Refuse, SetAside, Source, Table, Where, words_pattern
from core.ingest.pivot import STEM, Pivot
from core.records import KINDS, QUARANTINE_REASONS, Kind

SAVED = Path(__file__).parent / "mappings"


def saved_mappings() -> list[str]:
    """The names of the mappings that come with Nadir."""
    return sorted(path.stem for path in SAVED.glob("*.toml"))


def load_mapping(name_or_file: str) -> Mapping:
    """Load a saved mapping by its name, or any mapping file by its path.

    Raises: InputRefused naming the file and the key: the user (or whoever wrote the mapping) mends it.
    """
    path = SAVED / f"{name_or_file}.toml" if name_or_file in saved_mappings() else Path(name_or_file)
    if not path.is_file():
        known = ", ".join(saved_mappings())
        raise InputRefused(
            f"There is no mapping {name_or_file!r}: give the path of a mapping file, or one of these names: {known}."
        )
    try:
        return parse_mapping(path.read_text(encoding="utf-8"), name=path.name)
    except (UnicodeDecodeError, OSError) as error:
        raise InputRefused(f"The mapping {path.name} cannot be read: save it as UTF-8 text.", file=path.name) from error


def parse_mapping(text: str, *, name: str) -> Mapping:
    """Check a mapping's text against the grammar. Raises InputRefused naming the file and the key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(f"The mapping {name} is not valid TOML: {error}.", file=name) from error
    root = _Reader(raw, name, "")
    title = root.text("title")
    shared = root.take("every_table", dict, {}, "a table of keys")
    tables = tuple(_read_table(item.over(shared)) for item in root.tables("table"))
    if not tables:
        root.refuse("table", "at least one [[table]] must say which file becomes what")
    root.done()
    return Mapping(name.removesuffix(".toml"), title, tables)


class _Reader:
    """One TOML table being read: every key is taken by name, and a key that nobody took is a mistake."""

    def __init__(self, raw: Any, file: str, path: str) -> None:
        self.file, self.path = file, path
        if not isinstance(raw, dict):
            self.refuse("", "this must be a table of keys")
        self.raw: dict[str, Any] = dict(raw)

    def refuse(self, key: str, what: str) -> Any:
        """Raises InputRefused naming file and key; typed Any so that it can stand where a value is expected."""
        where = ".".join(part for part in (self.path, key) if part)
        raise InputRefused(f"The mapping {self.file} is wrong at {where or 'the top'}: {what}.", file=self.file)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any, what: str) -> Any:
        if key not in self.raw:
            return self.refuse(key, f"{what} is missing") if default is ... else default
        value = self.raw.pop(key)
        return value if isinstance(value, kind) else self.refuse(key, f"{what} is expected")

    def text(self, key: str, default: Any = ...) -> Any:
        return self.take(key, str, default, "a text")

    def choice(self, key: str, allowed: tuple[str, ...], default: Any = ...) -> Any:
        value = self.text(key, default)
        if value is not default and value not in allowed:
            self.refuse(key, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def flag(self, key: str) -> bool:
        return bool(self.take(key, bool, False, "true or false"))

    def texts(self, key: str, default: Any = ...) -> tuple[str, ...]:
        value = self.take(key, list, default, "a list of texts")
        if not all(isinstance(item, str) for item in value):
            self.refuse(key, "a list of texts is expected")
        return tuple(value)

    def tables(self, key: str) -> list[_Reader]:
        value = self.take(key, list, [], "a list of tables")
        return [_Reader(item, self.file, self._inside(f"{key}[{n}]")) for n, item in enumerate(value, start=1)]

    def table(self, key: str) -> _Reader | None:
        value = self.take(key, dict, None, "a table of keys")
        return None if value is None else _Reader(value, self.file, self._inside(key))

    def needed_table(self, key: str) -> _Reader:
        found = self.table(key)
        return self.refuse(key, "a table of keys is missing") if found is None else found

    def over(self, shared: dict[str, Any]) -> _Reader:
        """These keys over shared ones; tables of keys join, everything else gives way."""
        self.raw = _join_tables(shared, self.raw)
        return self

    def done(self) -> None:
        for key in self.raw:
            self.refuse(key, "this key is not known here")

    def _inside(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


def _join_tables(shared: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    joined = shared | own
    for key in shared.keys() & own.keys():
        if isinstance(shared[key], dict) and isinstance(own[key], dict):
            joined[key] = _join_tables(shared[key], own[key])
    return joined


def _read_table(reader: _Reader) -> Table:
    header = reader.texts("header")
    if not header or len(set(header)) != len(header):
        reader.refuse("header", "the file's columns are expected, each once")
    kind: Kind = reader.choice("kind", KINDS)
    optional = reader.texts("optional", ())
    pivot_reader = reader.table("pivot")
    pivot = _read_pivot(pivot_reader, header) if pivot_reader else None
    known = {*header, *optional, *((STEM, *pivot.parts) if pivot else ())}
    columns_reader = reader.table("columns")
    table = Table(
        files=reader.texts("files"),
        sheet=reader.text("sheet", None),
        header=header,
        optional=optional,
        kind=kind,
        delimiter=reader.choice("delimiter", (",", ";", "\t", "|"), ","),
        decimal_comma=reader.choice("decimal", (".", ","), ".") == ",",
        date_order=reader.choice("dates", get_args(DateOrder), None),
        missing=frozenset(reader.texts("missing", ())),
        pivot=pivot,
        skip=tuple(_read_set_aside(item, set(header) | set(optional)) for item in reader.tables("skip")),
        ignore=tuple(_read_set_aside(item, known) for item in reader.tables("ignore")),
        refuse=tuple(_read_refuse(item, known, kind) for item in reader.tables("refuse")),
        columns=_read_columns(columns_reader, known, kind) if columns_reader else {},
        refuse_foreign_range=reader.flag("refuse_foreign_range"),
    )
    for needed in REQUIRED.get(kind, ()):
        names = (needed,) if isinstance(needed, str) else needed
        if not table.columns.keys() & set(names):
            reader.refuse("columns", f"a {kind} needs {' or '.join(names)}")
    reader.done()
    return table


def _read_pivot(reader: _Reader, header: tuple[str, ...]) -> Pivot:
    pivot = Pivot(
        reader.texts("by"), reader.text("item"), reader.text("value"), reader.text("carrier"), reader.texts("parts")
    )
    for key, names in (("by", pivot.by), ("item", (pivot.item,)), ("value", (pivot.value,))):
        for name in names:
            if name not in header:
                reader.refuse(key, f"{name!r} is not a column of the header")
    if pivot.carrier not in pivot.parts:
        reader.refuse("carrier", f"{pivot.carrier!r} is not one of the parts")
    if clash := {*header, STEM} & set(pivot.parts):
        reader.refuse("parts", f"{', '.join(sorted(clash))} would hide a column of the file")
    reader.done()
    return pivot


def _read_columns(reader: _Reader, known: set[str], kind: Kind) -> dict[str, Source]:
    allowed = COLUMNS.get(kind, ())
    sources: dict[str, Source] = {}
    for name in list(reader.raw):
        if name not in allowed:
            reader.refuse(name, f"a {kind} has no such column; it has {', '.join(allowed) or 'none'}")
        if isinstance(reader.raw[name], str):  # short for { column = "…" }
            reader.raw[name] = {"column": reader.raw[name]}
        sources[name] = _read_source(reader.needed_table(name), known)
    return sources


def _read_source(reader: _Reader, known: set[str]) -> Source:
    ways = [key for key in ("column", "coalesce", "join", "constant") if key in reader.raw]
    if len(ways) > 1 or (not ways and "when" not in reader.raw):
        reader.refuse("", "exactly one of column, coalesce, join, constant is expected (or when)")
    columns: tuple[str, ...] = ()
    if ways == ["column"]:
        columns = (reader.text("column"),)
    elif ways and ways[0] in ("coalesce", "join"):
        columns = reader.texts(ways[0])
    for column in columns:
        if column not in known:
            reader.refuse(ways[0], f"{column!r} is not a column of this table")
    joined_with = reader.text("with", " ") if ways == ["join"] else None
    constant = reader.text("constant") if ways == ["constant"] else None
    cases = tuple((_read_where(case, known), case.text("is")) for case in _closing(reader.tables("when")))
    words = reader.table("words")
    source = Source(
        columns=columns,
        joined_with=joined_with,
        constant=constant,
        cases=cases,
        words=None if words is None else {key: words.text(key) for key in list(words.raw)},
        otherwise=reader.choice("otherwise", get_args(Otherwise), "refuse"),
    )
    reader.text("because", "")  # a constant earns a reason for the reader of the mapping; the program needs none
    reader.done()
    return source


def _closing(readers: list[_Reader]) -> list[_Reader]:
    for reader in readers:
        if extra := reader.raw.keys() - {"where", "is"}:
            reader.refuse(sorted(extra)[0], "this key is not known here")
    return readers


def _read_where(reader: _Reader, known: set[str]) -> Where:
    where = reader.needed_table("where")
    if not where.raw:
        reader.refuse("where", "which rows are meant is missing")
    words = []
    for column in list(where.raw):
        if column not in known:
            where.refuse(column, "this is not a column of this table")
        given = where.texts(column) if isinstance(where.raw[column], list) else (where.text(column),)
        words.append((column, re.compile("|".join(words_pattern(word).pattern for word in given), re.DOTALL)))
    return Where(tuple(words))


def _read_set_aside(reader: _Reader, known: set[str]) -> SetAside:
    aside = SetAside(_read_where(reader, known), reader.text("because"))
    reader.done()
    return aside


def _read_refuse(reader: _Reader, known: set[str], kind: Kind) -> Refuse:
    refuse = Refuse(
        _read_where(reader, known),
        reader.choice("reason", QUARANTINE_REASONS),
        reader.choice("column", COLUMNS.get(kind, ())),
        reader.text("because"),
    )
    reader.done()
    return refuse
