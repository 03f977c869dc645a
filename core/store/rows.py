"""Many rows at once: plain tuples straight to the driver, long lists of keys in portions the database accepts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Dialect, Executable, Select, Table

PORTION = 5_000  # keys per query: well under SQLite's 32,766 and PostgreSQL's 65,535 variables
BATCH = 20_000  # rows per executemany: a few megabytes of tuples at a time
FETCH = 1_000  # rows per fetch: they stay in the processor's cache while they become columns

_INSERT = "INSERT INTO {} ({}) VALUES ({})"

T = TypeVar("T")


def in_portions(values: Iterable[T], size: int = PORTION) -> Iterator[list[T]]:
    """Cut a long list into portions."""
    iterator = iter(values)
    while portion := list(islice(iterator, size)):
        yield portion


def insert_rows(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> None:
    """Append rows given as tuples in the table's column order, its own row number left out."""
    statement = _insert_statement(table, connection.dialect)
    for portion in in_portions(rows, BATCH):
        connection.exec_driver_sql(statement, portion)


def portions_of(values: Collection[T] | None) -> Iterable[list[T] | None]:
    """The portions of a question about some; one portion of None for a question about everybody."""
    return [None] if values is None else in_portions(values)


def fetch_where(
    connection: Connection, statement: Select[Any], column: Column[Any], values: Collection[Any] | None
) -> list[tuple[Any, ...]]:
    """All rows of a query whose column holds one of these values (None: whatever it holds)."""
    rows: list[tuple[Any, ...]] = []
    for portion in portions_of(values):
        chosen = statement if portion is None else statement.where(column.in_(portion))
        for batch in fetch_raw(connection, chosen):
            rows.extend(batch)
    return rows


def fetch_raw(connection: Connection, statement: Executable) -> Iterator[list[tuple[Any, ...]]]:
    """Run a query and give the driver's own tuples, in batches: millions of rows need nothing wrapped around them."""
    cursor: Any = connection.execute(statement).cursor
    while batch := cursor.fetchmany(FETCH):
        yield batch


def _insert_statement(table: Table, dialect: Dialect) -> str:
    """The INSERT with positional marks, which takes tuples as they are: naming every value costs more than storing."""
    quote = dialect.identifier_preparer.quote
    names = [quote(column.name) for column in table.columns if column is not table.autoincrement_column]
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    marks = ", ".join([mark] * len(names))
    return _INSERT.format(quote(table.name), ", ".join(names), marks)
