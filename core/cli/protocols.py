"""The rules on the command line: checked, and printed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from core.cli.terminal import json_option, show


@click.group("protocols")
def protocols_group() -> None:
    """The rules."""


@protocols_group.command("check")
@json_option
def protocols_check(as_json: bool) -> None:
    """Validate every protocol and catalogue file and run every case."""
    from dataclasses import asdict

    from core.clock import read_clock
    from core.services.check_protocols import check_protocols
    from core.services.rule_book import day_of
    from core.settings import read_settings

    settings = read_settings()
    checked = check_protocols(today=day_of(read_clock(settings.zone, settings.as_of)))
    both = checked.boundaries + checked.leaf_boundaries
    counts = f"{checked.files} files, {checked.rules} rules, {checked.cases} cases, {both} boundaries"
    lines = [f"{counts}: {len(checked.faults)} faults."]
    lines += [f"  awaiting clinical sign-off: {drug}" for drug in checked.unsigned]
    lines += [f"  REVIEW OVERDUE: {drug}" for drug in checked.overdue]
    lines += [f"  {fault}" for fault in checked.faults]
    show({**asdict(checked), "ok": not checked.faults}, as_json, lambda: "\n".join(lines))
    if checked.faults:
        sys.exit(1)


@protocols_group.command("book")
@click.option("--out", default="", metavar="FOLDER", help="Write every paper there (default: print the rule book).")
@json_option
def protocols_book(out: str, as_json: bool) -> None:
    """The rule book, the protocol language and the coverage tables, from the protocol files."""
    from core.clock import read_clock
    from core.protocols.loader import load_protocols
    from core.services.rule_book import day_of, print_papers, print_rule_book, write_papers
    from core.settings import read_settings

    settings = read_settings()
    today, protocols = day_of(read_clock(settings.zone, settings.as_of)), load_protocols()
    if out:
        papers = print_papers(protocols, today)
        write_papers(papers, Path(out))
        show({"written": list(papers), "out": out}, as_json, lambda: f"Written to {out}: {', '.join(papers)}.")
        return
    book = print_rule_book(protocols, today)
    show({"rulebook": book}, as_json, lambda: book)
