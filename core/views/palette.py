"""The look's colours for pictures that cannot read the page's style: one set for light paper, one for dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """ink and muted write, paper and surface lie behind, line rules off; the rest belong to one mark each."""

    ink: str
    muted: str
    paper: str
    surface: str
    line: str
    accent: str
    high: str
    medium: str
    low: str
    cannot_tell: str
    in_limits: str

    def of_mark(self, mark: str) -> str:
        """The colour of a mark; overdue and not checked are written in ink."""
        return {
            "high": self.high, "medium": self.medium, "low": self.low,
            "cannot_tell": self.cannot_tell, "in_limits": self.in_limits,
        }.get(mark, self.ink)  # fmt: skip


LIGHT = Palette(
    "#16212B",
    "#4A5763",
    "#FFFFFF",
    "#F4F6F8",
    "#CBD5DE",
    "#0B5A78",
    "#A8201A",
    "#8A5200",
    "#2A5A8C",
    "#5A4B8A",
    "#22673A",
)
DARK = Palette(
    "#E8EEF3",
    "#A9B6C2",
    "#11181F",
    "#1A232C",
    "#33414E",
    "#6CC3E0",
    "#FF8A80",
    "#F2B35E",
    "#8AB8EE",
    "#BBAAF2",
    "#7BD197",
)
#: On paper alone, which knows no transparency: behind everything, and behind the curves.
WATERMARK, BAND = "#ECEFF1", "#E6E9EC"


def palette_for(theme: str | None) -> Palette:
    """The palette of the theme in use ("dark", else light)."""
    return DARK if theme == "dark" else LIGHT
