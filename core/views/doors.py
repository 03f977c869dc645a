"""The first screen of an empty clinic: two doors, and what this program is not."""

from __future__ import annotations

from core.views.markup import Markup, tag

SAMPLE_WORDS = (
    "Made-up patients, each a story: falling neutrophils, a late correction, a test that never came. The clock is "
    "stopped at the day the stories are told for, and SAMPLE CLINIC stands on every screen."
)
OWN_WORDS = (
    "Bring your own files: the four tables of the clinic file set, or any CSV or Excel table, described once column by "
    "column. You see what would be stored and what would change for whom before anything is."
)
_MIX = (
    "Made-up and real patients never share a store: whoever opens the sample gives real patients a store of their own."
)
_KNOWN = (
    "For: monitoring laboratory results on rheumatology treatment, by trained staff who can look at the record.",
    "Not for emergencies, and no substitute for the laboratory phoning a critical result.",
    "It says what a label or guideline says, and on which evidence; the clinician judges.",
    "Whoever runs it keeps the machine, the backups and the access safe, and answers for its clinical use.",
)


def door(title: str, sentence: str) -> Markup:
    """One way in."""
    return tag("div", tag("h3", title), tag("p", sentence))


def known_limits() -> Markup:
    """What this program is for and what it is not, before anybody relies on it (P43)."""
    points = [tag("li", one) for one in (*_KNOWN, _MIX)]
    return tag("section", tag("h3", "Before you rely on it"), tag("ul", *points, css="n-plain"), css="n-card")
