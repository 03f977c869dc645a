"""What every command has in common: its options, and how it shows an answer or how far it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

store_option = click.option(
    "--db", default="", metavar="URL", help="SQLAlchemy URL of the store (default: NADIR_DB_URL, else an SQLite file)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


def show(told: Any, as_json: bool, text: Callable[[], str]) -> None:
    """Print an answer: as one JSON document, or as text for a person."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else text())


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """Show on one line of a terminal's stderr what is being done; silent where nobody watches."""
    watched, told = sys.stderr.isatty(), []

    def tell(doing: str) -> None:
        if watched:
            told.append(doing)
            click.echo(f"{doing}… ", nl=False, err=True)

    try:
        yield tell
    finally:
        if told:
            click.echo(err=True)
