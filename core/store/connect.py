"""Opening the clinic's store: one connection per operation, one write transaction at a time, all of it kept or nothing.

SQLite is held to its safest settings: WAL, so that a reader never waits for a writer; `synchronous=FULL`, because with
less a power cut may take back the last import after it was reported as stored.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    exc,
    inspect,
    make_url,
)
from sqlalchemy.pool import NullPool

from core.errors import InputRefused, StoreFailed
from core.store.schema import REVISIONS, metadata

BUSY_SECONDS = 30.0  # an import of a whole hospital holds the store for seconds; waiting beats failing
CACHE_KIB = 65_536  # index pages of four million results stay in memory during a bulk import

#: Alembic's own bookkeeping table, spelt as Alembic spells it, so that a fresh store needs no Alembic.
_bookkeeping = MetaData()
_version = Table("alembic_version", _bookkeeping, Column("version_num", String(32), primary_key=True, nullable=False))
_version.primary_key.name = "alembic_version_pkc"

#: What the database says, in its words -> what it means for the clinic.
_SENTENCES = (
    ("locked", "is busy with another import. Try again when that one has finished."),
    ("not a database", "is not a database, or its first page is damaged. Check the path, or restore the last backup."),
    ("malformed", "is damaged. Stop using it and restore the last backup."),
    ("disk is full", "cannot grow because the disk is full. Free some space and repeat."),
    ("readonly", "may not be written by this user. Give write permission to the file and its folder."),
    ("unable to open", "cannot be opened. Check that the path names a file this user may read and write."),
    ("disk i/o error", "cannot be read or written by the machine (disk error). Check the disk and repeat."),
)

_NOT_OURS = "{name} is a database of another program. Give Nadir a file of its own."
_NEWER = "The store {name} was made by a newer Nadir ({revision}). Update this program."


@dataclass(frozen=True, slots=True)
class Store:
    """An opened store. It holds no connection: each block below opens its own and closes it."""

    engine: Engine
    name: str

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give one consistent view of everything stored, for as long as the block lasts.

        Raises: StoreFailed (the clinic administrator acts).
        """
        with telling_failures(self.name), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def held_open(self) -> Iterator[None]:
        """Keep one idle connection for as long as the block lasts: what a server that writes often does.

        SQLite empties its write-ahead log into the file whenever the last connection closes, which costs more than a
        small write itself.
        """
        with telling_failures(self.name), self.engine.connect():
            yield

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one write transaction: everything in the block is kept when it ends, or nothing if it raises.

        Raises: StoreFailed (nothing was kept; the clinic administrator acts).
        """
        with telling_failures(self.name), self.engine.connect() as plain:
            connection = plain.execution_options(nadir_writes=True)
            with connection.begin():
                yield connection


def open_store(url: str, busy_seconds: float = BUSY_SECONDS, *, must_exist: bool = False) -> Store:
    """Open the store at an SQLAlchemy URL; make it if there is none, bring it up to date if it is older than Nadir.

    Args:    must_exist: refuse a file that is not there instead of making it: a question asked of a mistyped path must
             not be answered with "nobody has an alert".
    Raises:  InputRefused (not a URL of a store, or no such store: the user mends it); StoreFailed (damaged, newer than
             this program, not ours, not reachable: the clinic administrator acts).
    Hazard:  HAZ-001.
    """
    address = _read_url(url)
    name = address.database if address.get_backend_name() == "sqlite" and address.database else str(address)
    if must_exist and address.get_backend_name() == "sqlite" and not os.path.exists(name):
        raise InputRefused(f"There is no store at {name}: check the path, or import files or load the demo first.")
    with telling_failures(name):
        store = Store(_engine(address, busy_seconds), name)
        if address.get_backend_name() == "sqlite":
            _create_private_file(name)
        _bring_up_to_date(store)
    return store


@contextmanager
def telling_failures(name: str) -> Iterator[None]:
    """Say in one plain sentence what the database refused and what to do about it."""
    try:
        yield
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise StoreFailed(_describe(name, str(getattr(error, "orig", None) or error))) from error
    except UnicodeEncodeError as error:
        if error.reason != "surrogates not allowed":
            raise
        raise InputRefused(
            "Nothing was stored: the text holds half a character, as a broken copy of an emoji leaves. Write it again."
        ) from error
    except BrokenPipeError:
        raise  # whoever read our answer has gone; that says nothing about the store
    except ModuleNotFoundError as error:
        raise StoreFailed(
            "Nothing was stored: this installation has no driver for that database: ask the administrator to install "
            "one, or use a file, written like sqlite:///nadir.db."
        ) from error
    except OSError as error:
        raise StoreFailed(f"Nothing was stored: the store {name} {_describe_file(error)}") from error


def _describe_file(error: OSError) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "cannot be made because its folder does not exist. Check the path, or make the folder."
        case PermissionError():
            return "may not be used by this user. Give permission to the file and its folder."
        case _:
            return "cannot be used by the machine. Check the path and the disk and repeat."


def _describe(name: str, complaint: str) -> str:
    for word, sentence in _SENTENCES:
        if word in complaint.lower():
            return f"Nothing was stored: the store {name} {sentence}"
    return f"Nothing was stored: the store {name} refused ({complaint.splitlines()[0]})."


def _read_url(url: str) -> URL:
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        message = "The store's address is not an SQLAlchemy URL: write it like sqlite:///nadir.db."
        raise InputRefused(message) from error
    if address.get_backend_name() == "sqlite" and (address.database or ":memory:") == ":memory:":
        raise InputRefused("The store needs a file, or it would forget everything: write it like sqlite:///nadir.db.")
    return address


@lru_cache(maxsize=16)
def _engine(address: URL, busy_seconds: float) -> Engine:
    """The engine of an address, kept because it remembers compiled statements; it keeps no connection and no row."""
    try:
        if address.get_backend_name() != "sqlite":
            return create_engine(address, poolclass=NullPool)
        # isolation_level None: we say BEGIN ourselves, because the driver's own begins too late to protect a read
        options = {"timeout": busy_seconds, "isolation_level": None}
        engine = create_engine(address, poolclass=NullPool, connect_args=options)
    except exc.NoSuchModuleError as error:
        message = "The store's address names a database this program does not know: write it like sqlite:///nadir.db."
        raise InputRefused(message) from error
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: object) -> None:
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":  # the switch stays in the file: ours alone
        try:
            _refuse_foreign(connection)
        except StoreFailed:
            connection.close()
            raise
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE_KIB}"):
        connection.execute(f"PRAGMA {pragma}")


def _refuse_foreign(connection: Any) -> None:
    """Refuse a file with tables that are not ours, before anything in it changes."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables:
        return
    name = connection.execute("PRAGMA database_list").fetchone()[2]
    if _version.name not in tables:
        raise StoreFailed(_NOT_OURS.format(name=name))
    kept = connection.execute(f"SELECT version_num FROM {_version.name}").fetchone()  # noqa: S608 - our own constant
    if kept and kept[0] not in REVISIONS:
        raise StoreFailed(_NEWER.format(name=name, revision=kept[0]))


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock before the first read, so that what was read still holds when it is written
    writes = connection.get_execution_options().get("nadir_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _create_private_file(name: str) -> None:
    """Make a new store readable by its owner alone: it will hold patients."""
    if not os.path.exists(name):
        os.close(os.open(name, os.O_CREAT | os.O_RDWR, 0o600))


def _bring_up_to_date(store: Store) -> None:
    with store.reading() as connection:
        if _read_revision(connection) == REVISIONS[-1]:
            return
    with store.writing() as connection:  # asked again under the write lock: another process may have been faster
        revision = _read_revision(connection)
        if revision == REVISIONS[-1]:
            return
        if revision is None and inspect(connection).get_table_names():
            raise StoreFailed(_NOT_OURS.format(name=store.name))
        if revision is None:
            _create(connection)
        elif revision in ("", *REVISIONS):
            from core.store.migrations.upgrade import upgrade  # Alembic, needed once per new version

            upgrade(connection)
        else:
            raise StoreFailed(_NEWER.format(name=store.name, revision=revision))


def _read_revision(connection: Connection) -> str | None:
    """The schema's revision: None = no table of ours, "" = older than the first revision."""
    if not inspect(connection).has_table(_version.name):
        return None
    return str(connection.execute(_version.select()).scalar() or "")


def _create(connection: Connection) -> None:
    metadata.create_all(connection, checkfirst=False)
    _bookkeeping.create_all(connection, checkfirst=False)
    connection.execute(_version.insert().values(version_num=REVISIONS[-1]))
