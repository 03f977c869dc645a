"""Whether a clinician has signed a drug's rules, whether their review is overdue, and how many are on, off or cards."""

from __future__ import annotations

from datetime import date

from core.protocols.kinds import Card
from core.protocols.schema import Protocol
from core.views.text import count_text, iso_date_text, join_words


def is_review_overdue(protocol: Protocol, today: date) -> bool:
    """Whether the day of the next review has passed. A date nobody can read counts as passed."""
    if not protocol.reviewed.next:
        return False
    try:
        return date.fromisoformat(protocol.reviewed.next) < today
    except ValueError:
        return True


def review_lines(protocol: Protocol, today: date) -> tuple[str, ...]:
    """The sign-off and the next review, each as a sentence; what is missing or overdue is said, never left out.

    Hazard: HAZ-014 (a rule nobody approved must not look approved).
    """
    reviewed = protocol.reviewed
    if reviewed.signed:
        signed = f"Signed by {reviewed.by} on {iso_date_text(reviewed.on)}."
    else:
        signed = "Awaiting clinical sign-off: no clinician has approved these rules."
    if not reviewed.next:
        return signed, "No date is set for the next review."
    if is_review_overdue(protocol, today):
        return signed, f"REVIEW OVERDUE: it was due on {iso_date_text(reviewed.next)}."
    return signed, f"Next review due on {iso_date_text(reviewed.next)}."


def count_states(protocol: Protocol) -> str:
    """How many rules of how many are evaluated, off, or cards: "131 rules: 119 evaluated, 8 off until signed, …"."""
    cards = sum(isinstance(one, Card) and one.enabled for one in protocol.rule)
    off = sum(not one.enabled for one in protocol.rule)
    parts = [f"{len(protocol.rules):,} evaluated", f"{off:,} off until signed", count_text(cards, "reference card")]
    return f"{count_text(len(protocol.rule), 'rule')}: {join_words(parts)}."
