"""What the rule book's screen is given: a drug's rules with their stories, sign-off, documents and disagreements."""

from __future__ import annotations

from dataclasses import dataclass

from core.protocols.cases import Case, read_cases
from core.protocols.disagreements import Disagreement, disagreements_on
from core.protocols.loader import FOLDER, Protocols
from core.protocols.schema import Protocol
from core.services.rule_book import day_of
from core.views.rule_cards import Entry, list_entries
from core.views.rule_state import count_states, review_lines


@dataclass(frozen=True)
class Book:
    """One drug's part of the book. review: sign-off and next review in sentences; digest: of the rules in use."""

    protocol: Protocol
    entries: tuple[Entry, ...]
    review: tuple[str, ...]
    states: str
    digest: str
    disagreements: tuple[Disagreement, ...]


def open_book(protocols: Protocols, drug: str, as_of: int) -> Book:
    """The book of one drug on a day (an overdue review is said on that day).

    Raises: ProtocolFault (the rule owner mends the case file).
    """
    protocol = protocols.drugs[drug]
    kept = ("rule book", drug)  # holds nobody's data; lives and dies with these very rules
    if kept not in protocols.compiled:
        protocols.compiled[kept] = list_entries(protocol, protocols.common, read_stories(drug))
    entries: tuple[Entry, ...] = protocols.compiled[kept]
    keys = {key for rule in protocol.rule for key in rule.keys}
    return Book(
        protocol, entries, review_lines(protocol, day_of(as_of)),
        count_states(protocol), protocols.hashes[drug], disagreements_on(drug, sorted(keys)),
    )  # fmt: skip


def read_stories(drug: str) -> tuple[Case, ...]:
    """The stories beside a drug's protocol; none where there is no such file."""
    path = FOLDER / f"{drug.replace(' ', '_')}.cases.toml"
    return read_cases(path) if path.exists() else ()
