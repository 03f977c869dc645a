"""What every paper and file says of itself: as of when, how many of how many, which filters, whose rules (P40, P43)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.views.text import count_text, moment_text

SAMPLE_WORDS = "SAMPLE CLINIC: the people in it are made up"
PLACE = "Nadir supports clinical decisions and does not direct them. Not for emergencies."
_SIGNED = "Rules signed by a clinician."
_UNSIGNED = "Not clinically signed: no clinician has approved these rules."


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about. as_of, last_import: instants on the clinic's clock. protocols: drug -> hash of its rules.

    shown of total (thing: what is counted); hidden_high: patients with a high alert left out by the filters, None where
    nothing was filtered. filters: in words, "" = none. version: of the store's facts. signed: by a clinician, all of
    them.
    """

    title: str
    as_of: int
    sample: bool
    program: str
    version: int
    protocols: Mapping[str, str] = field(default_factory=dict)
    signed: bool = False
    last_import: int | None = None
    shown: int | None = None
    total: int | None = None
    thing: str = "row"
    filters: str = ""
    hidden_high: int | None = None

    @property
    def place(self) -> str:
        """What the paper is not: said at the foot of each page."""
        return f"{PLACE} {_SIGNED if self.signed else _UNSIGNED}"

    @property
    def count(self) -> str:
        """How many of how many, "" where nothing is listed."""
        if self.shown is None or self.total is None:
            return ""
        return f"{self.shown:,} of {count_text(self.total, self.thing)}"

    def lines(self) -> tuple[tuple[str, str], ...]:
        """Everything of it as label and words, the watermark first."""
        said = [("Sample", SAMPLE_WORDS if self.sample else ""), ("Paper", self.title)]
        said += [("As of", moment_text(self.as_of)), ("Last import", moment_text(self.last_import, "never"))]
        said += [("Shown", self.count)]
        if self.shown is not None:
            said.append(("Filters", self.filters or "none"))
        if self.hidden_high is not None:
            said.append(("Patients with a high alert left out", f"{self.hidden_high:,}"))
        said += [("Program", self.program), ("Version of the facts", f"{self.version}")]
        said += [(f"Rules for {drug}", digest) for drug, digest in sorted(self.protocols.items())]
        said.append(("Place", self.place))
        return tuple((label, words) for label, words in said if words)
