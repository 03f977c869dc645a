"""A4 paper under the pen: one hand that goes down the page, turns it when it is full, and numbers what it wrote."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.paper.about import About
from core.paper.runs import Line, Run, wrap
from core.views.palette import LIGHT, WATERMARK
from core.views.text import NBSP, moment_text, plain

if TYPE_CHECKING:
    from fpdf import FPDF
    from fpdf.fonts import TTFFont

FONTS = Path(__file__).parent / "fonts"
BOX = "▯"  # stands for a letter the typeface does not hold
LEFT, RIGHT, TOP, BOTTOM = 14.0, 196.0, 12.0, 280.0  # mm; below it the foot of the page
WIDTH = RIGHT - LEFT
BODY, SMALL, TINY = 8.5, 7.0, 6.2  # pt
_LEADING = 0.45  # mm of line height per pt
_FOOT = 284.5  # mm


class Sheet:
    """A paper being written. y: how far down the hand is, mm. head: what stands on top of every page.

    numbered: its pages belong together; letters do not. foot: what stands below the pages turned from now on, "" = what
    the paper is not, and what it was made from.
    """

    def __init__(self, about: About, head: Callable[[Sheet], None] | None = None, *, numbered: bool = True) -> None:
        self.about, self.head, self.numbered = about, head, numbered
        self.foot, self._feet = "", list[str]()
        self.pdf = _open_pdf(about)
        self._fonts = {bold: cast("TTFFont", self.pdf.fonts[name]) for bold, name in ((False, "text"), (True, "textB"))}
        self._widths: dict[tuple[str, bool], float] = {}
        self._held = frozenset(self._fonts[False].cmap) & frozenset(self._fonts[True].cmap)
        self.y = self.under_head = TOP
        self.turn_page()

    def turn_page(self) -> None:
        """Begin a page: watermark below everything, then the head."""
        self.pdf.add_page()
        self._feet.append(self.foot)
        self.y = TOP
        if self.about.sample:
            with self.pdf.rotation(52, 105, 148):
                self._write("SAMPLE", 105 - self.measure("SAMPLE", True, 130) / 2, 164, 130, True, WATERMARK)
        if self.head is not None:
            self.head(self)
        self.under_head = self.y

    def need(self, height: float) -> bool:
        """Turn the page unless so much room (mm) is left on it. Returns: whether it was turned."""
        if self.y + height <= BOTTOM:
            return False
        self.turn_page()
        return True

    def measure(self, text: str, bold: bool, size: float) -> float:
        """How wide some text is, mm."""
        known = self._widths
        font, total = self._fonts[bold], 0.0
        for letter in self.printable(text):
            wide = known.get((letter, bold))
            if wide is None:
                wide = known[letter, bold] = font.get_text_width(letter, 1, None)[1]
            total += wide
        return total * size / self.pdf.k

    def printable(self, text: str) -> str:
        """Text with a visible box for each letter the typeface does not hold, and nothing that turns its direction."""
        if text.isascii() and text.isprintable():
            return text
        shown = unicodedata.normalize("NFC", plain(text.replace("\n", " ").replace("\t", " ")))
        return "".join(letter if ord(letter) in self._held else BOX for letter in shown)

    def can_print(self, text: str) -> bool:
        """Whether every letter of a name is on paper what it is on the screen."""
        return BOX not in self.printable(text)

    def words(self, text: str, x: float, y: float, size: float = BODY, *, bold: bool = False,
              colour: str = LIGHT.ink, align: str = "L") -> None:  # fmt: skip
        """One line of text; y is its baseline. align: L, C or R of x."""
        wide = 0.0 if align == "L" else self.measure(text, bold, size)
        self._write(text, x - (wide if align == "R" else wide / 2 if align == "C" else 0), y, size, bold, colour)

    def runs(self, line: Sequence[Run], x: float, y: float, size: float) -> None:
        """One line whose words change their look; y is its baseline."""
        for run in line:
            self._write(run.text, x, y, size, run.bold, run.colour)
            wide = self.measure(run.text, run.bold, size)
            if run.struck:
                self.stroke(run.colour, 0.2)
                self.pdf.line(x, y - size * 0.11, x + wide, y - size * 0.11)
            x += wide

    def wrap(self, runs: Sequence[Run], width: float, size: float) -> list[Line]:
        """Where the lines of a paragraph break."""
        return wrap(runs, width, size, self.measure)

    def paragraph(self, text: str | Sequence[Run], size: float = BODY, *, indent: float = 0.0, after: float = 0.8,
                  bold: bool = False, colour: str = LIGHT.ink) -> None:  # fmt: skip
        """A paragraph across the page, over as many pages as it takes."""
        runs = [Run(text, bold, colour)] if isinstance(text, str) else text
        height = size * _LEADING
        for line in self.wrap(runs, WIDTH - indent, size):
            self.need(height)
            self.y += height
            self.runs(line, LEFT + indent, self.y - height * 0.25, size)
        self.y += after

    def heading(self, text: str, *, follow: float = 14.0) -> None:
        """A section's name, never alone at the foot of a page. Args: follow (mm of what must stand below it)."""
        self.need(9 + follow)
        self.y += 6.2
        self.words(text, LEFT, self.y, 10.5, bold=True, colour=LIGHT.accent)
        self.y += 1.4
        self.stroke(LIGHT.line, 0.25)
        self.pdf.line(LEFT, self.y, RIGHT, self.y)
        self.y += 1.8

    def stroke(self, colour: str, width: float) -> None:
        """The pen for lines: colour, width in mm."""
        self.pdf.set_draw_color(*rgb(colour))
        self.pdf.set_line_width(width)

    def fill(self, colour: str) -> None:
        """The brush for areas."""
        self.pdf.set_fill_color(*rgb(colour))

    @contextmanager
    def clip(self, x: float, y: float, width: float, height: float) -> Iterator[None]:
        """Nothing drawn inside reaches beyond a rectangle; pen and brush are afterwards what they were."""
        with self.pdf.local_context(), self.pdf.rect_clip(x, y, width, height):
            yield

    @contextmanager
    def on_page(self, page: int) -> Iterator[None]:
        """What is drawn inside lands on an earlier page; afterwards the hand is back where it was."""
        last, self.pdf.page = self.pdf.page, page
        with self.pdf.local_context():
            self.pdf.current_font_is_set_on_page = False
            for shade in (1, 2):  # the library writes only changes, and does not know this page's last ones
                self.pdf.set_fill_color(shade, shade, shade)
                self.pdf.set_draw_color(shade, shade, shade)
                self.pdf.set_line_width(shade)
            yield
        self.pdf.page = last

    @contextmanager
    def dashed(self, dash: float, gap: float) -> Iterator[None]:
        """Lines drawn inside are broken."""
        self.pdf.set_dash_pattern(dash=dash, gap=gap)
        yield
        self.pdf.set_dash_pattern()

    def finish(self) -> bytes:
        """Number every page, say what the paper is not, and hand it over."""
        pages = len(self.pdf.pages)
        marks = " · ".join(f"{drug} {digest[:19]}" for drug, digest in sorted(self.about.protocols.items()))
        said = f"{self.about.program} · as of {moment_text(self.about.as_of)}" + (f" · rules {marks}" if marks else "")
        for page, foot in enumerate(self._feet, start=1):
            with self.on_page(page):
                number = f"page {page} of {pages}" if self.numbered else ""
                self._draw_foot("" if foot else self.about.place, foot or said, number)
        return bytes(self.pdf.output())

    def _draw_foot(self, place: str, said: str, number: str) -> None:
        self.stroke(LIGHT.line, 0.25)
        self.pdf.line(LEFT, _FOOT - 3.2, RIGHT, _FOOT - 3.2)
        self.words(place, LEFT, _FOOT, TINY, bold=True, colour=LIGHT.muted)
        self.words(said, LEFT, _FOOT + 3, TINY, colour=LIGHT.muted)
        self.words(number, RIGHT, _FOOT + 3, SMALL, bold=True, align="R")
        if self.about.sample:
            beside = RIGHT - self.measure(number, True, SMALL) - 3
            self.words("SAMPLE CLINIC", beside, _FOOT + 3, SMALL, bold=True, colour=LIGHT.high, align="R")

    def _write(self, text: str, x: float, y: float, size: float, bold: bool, colour: str) -> None:
        shown = self.printable(text).replace(NBSP, " ")
        if not shown.strip():
            return
        self.pdf.set_font("text", "B" if bold else "", size)
        self.pdf.set_text_color(*rgb(colour))
        self.pdf.text(x, y, shown)


def line_height(size: float) -> float:
    """How far apart lines of a size stand, mm."""
    return size * _LEADING


def rgb(colour: str) -> tuple[int, int, int]:
    """A colour of the look as the pen takes it."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _open_pdf(about: About) -> FPDF:
    from fpdf import FPDF

    pdf = FPDF(orientation="portrait", unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margins(LEFT, TOP)
    pdf.set_lang("en-GB")
    pdf.set_title(about.title)
    pdf.set_producer(about.program)
    # the same picture gives the same bytes: no paper asks the time
    pdf.set_creation_date(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=about.as_of))
    pdf.add_font("text", "", FONTS / "DejaVuSans.ttf")
    pdf.add_font("text", "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_font("text", "", BODY)
    return pdf
