"""Print the rule book, the protocol language and the coverage tables: one generator for files, screen and tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from core.engine.standing import Standing
from core.errors import InputRefused
from core.protocols.cases import read_cases
from core.protocols.kinds import Visits
from core.protocols.language import language
from core.protocols.loader import FOLDER, Protocols
from core.protocols.schema import Protocol
from core.services.case_stories import tell_case
from core.views.coverage_table import Grade, Shown, print_coverage
from core.views.protocol_language import print_language
from core.views.rule_book import coverage_file, print_book

BOOK = "rulebook.md"
LANGUAGE = "protocol-language.md"


def print_papers(protocols: Protocols, today: date, folder: Path = FOLDER) -> dict[str, str]:
    """Every generated paper by its file name.

    Args: today (an overdue review is said on that day); folder (where the protocol and case files lie).
    """
    texts = {drug: (folder / f"{_stem(drug)}.toml").read_text(encoding="utf-8") for drug in protocols.drugs}
    texts["common"] = (folder / "common.toml").read_text(encoding="utf-8")
    papers = {
        BOOK: print_book(protocols, today),
        LANGUAGE: print_language(protocols, texts, language()),
    }
    for drug, protocol in protocols.drugs.items():
        papers[coverage_file(drug)] = print_coverage(protocol, shown_by_stories(protocol, protocols, folder))
    return papers


def print_rule_book(protocols: Protocols, today: date) -> str:
    """The rule book alone."""
    return print_book(protocols, today)


def write_papers(papers: Mapping[str, str], out: Path) -> None:
    """Write papers, by their file names, into a folder that exists.

    Raises: InputRefused (no such folder, or not writable: the user names another).
    """
    if not out.is_dir():
        raise InputRefused(f"There is no folder {out}: create it, or name another.")
    try:
        for name, text in papers.items():
            (out / name).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputRefused(f"{out} cannot be written to ({error.strerror}): name another folder.") from error


def shown_by_stories(protocol: Protocol, protocols: Protocols, folder: Path = FOLDER) -> Shown:
    """For each grade of each rule and authority, the first story that shows it; rather one in which the rule leads."""
    path = folder / f"{_stem(protocol.drug)}.cases.toml"
    led: dict[Grade, str] = {}
    spoken: dict[Grade, str] = {}
    for story in read_cases(path) if path.exists() else ():
        standing = tell_case(story, protocol.drug, protocols)
        for grade, leads in _spoken(standing, protocol):
            spoken.setdefault(grade, story.name)
            if leads:
                led.setdefault(grade, story.name)
    return spoken | led


def day_of(instant: int) -> date:
    """The calendar day of an instant on the clinic's wall clock."""
    return datetime.fromtimestamp(instant, UTC).date()


def _spoken(standing: Standing, protocol: Protocol) -> Iterator[tuple[Grade, bool]]:
    """Every grade that an authority speaks through a rule, and whether the alert carries that rule's id."""
    for alert in standing.alerts:
        for one in alert.positions:
            yield (one.rule_id, one.authority, one.priority, one.action), one.rule_id == alert.rule_id
    asked = {(visit.test, authority) for visit in standing.schedule for authority in visit.authorities}
    for rule in protocol.rules:
        if isinstance(rule, Visits):
            yield from (
                ((f"{protocol.drug}.{rule.id}", says.authority, "", ""), True)
                for says in rule.says
                if (rule.test, says.authority) in asked
            )


def _stem(drug: str) -> str:
    return drug.replace(" ", "_")
