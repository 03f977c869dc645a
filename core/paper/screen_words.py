"""The screens' own words on paper: their markup read back into blocks, so that paper and screen cannot disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from core.paper.ruled import Cell, draw_table, fit_widths
from core.paper.runs import Run
from core.paper.sheet import BODY, BOTTOM, LEFT, SMALL, TOP, WIDTH, Sheet
from core.views.markup import Markup
from core.views.palette import LIGHT
from core.views.text import NBSP

_VOID = ("br", "hr", "col")
_BLOCKS = ("article", "div", "p", "h1", "h2", "h3", "header", "ul", "li", "dl", "dt", "dd", "table")
_HEADINGS = {"h1": 10.0, "h2": 9.0, "h3": BODY}
_INDENTED = {"li": 3.0, "dd": 3.0}
_MARKS = ("high", "medium", "low", "cannot-tell", "in-limits")
_ONE_LINE = "n-row"  # blocks inside it stand beside each other
_VERDICT = "n-verdict"  # a mark, and beside it the answer with its reasons
_SHORT = 13  # letters of a cell that is not broken: "◌ CANNOT TELL"
_GAP = 1.6  # mm between a card's edge and its words


@dataclass(slots=True)
class Node:
    """One element as the screen has it: its name, its classes, what is inside in order."""

    name: str
    classes: tuple[str, ...] = ()
    inside: list[Node | str] = field(default_factory=list)

    def find(self, name: str) -> Iterator[Node]:
        """Every element of a name below this one, in order."""
        for one in self.inside:
            if isinstance(one, Node):
                if one.name == name:
                    yield one
                yield from one.find(name)


class _Reader(HTMLParser):
    """Reads the closed, well-nested markup that `core.views.markup` makes; it is given no other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("root")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, tuple((dict(attrs).get("class") or "").split()))
        self._open[-1].inside.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if self._open[-1].name == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read_markup(markup: Markup) -> Node:
    """What a screen shows, as a tree."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.root


def print_markup(sheet: Sheet, markup: Markup, size: float = BODY) -> None:
    """The words of a screen's part, block by block."""
    _print_blocks(sheet, read_markup(markup), Run(""), size, 0.0)


def read_runs(node: Node, look: Run) -> list[Run]:
    """The words inside an element with their looks, in one flow."""
    runs: list[Run] = []
    look = _look(node, look)
    for one in node.inside:
        if isinstance(one, str):
            runs.append(replace(look, text=one))
        elif one.name == "br":
            runs.append(replace(look, text=" "))
        else:
            runs += read_runs(one, look)
            runs += [replace(look, text=" ")] if one.name in _BLOCKS else []
    return runs


def read_line(node: Node, look: Run) -> list[Run]:
    """Elements that the screen sets beside each other, with room between them."""
    runs: list[Run] = []
    for one in node.inside:
        runs += [replace(look, text=" ")] if runs else []
        runs += [replace(look, text=one)] if isinstance(one, str) else read_runs(one, look)
    return runs


def read_cell(node: Node) -> Cell:
    """A table's cell: one paragraph for each line the screen shows in it."""
    lines: list[list[Run]] = [[]]
    look = _look(node, Run(""))
    for one in node.inside:
        if isinstance(one, Node) and one.name == "br":
            lines.append([])
        elif isinstance(one, Node):
            lines[-1] += read_runs(one, look)
        else:
            lines[-1].append(replace(look, text=one))
    return Cell(tuple(tuple(_kept_together(line)) for line in lines))


def _kept_together(line: list[Run]) -> list[Run]:
    """A mark and its word stay on one line."""
    if len("".join(run.text for run in line)) > _SHORT:
        return line
    return [replace(run, text=run.text.replace(" ", NBSP)) for run in line]


def read_rows(table: Node) -> tuple[list[Cell], list[list[Cell]]]:
    """A table's head and rows."""
    rows = [
        [read_cell(one) for one in row.inside if isinstance(one, Node) and one.name in ("th", "td")]
        for row in table.find("tr")
    ]
    return rows[0], rows[1:]


def _print_blocks(sheet: Sheet, node: Node, look: Run, size: float, indent: float) -> None:
    """Words between blocks flow together; each block begins a line of its own."""
    flow: list[Run] = []

    def flush() -> None:
        if any(run.text.strip() for run in flow):
            sheet.paragraph(flow, size, indent=indent, after=0.5)
        flow.clear()

    for one in node.inside:
        if isinstance(one, str):
            flow.append(replace(look, text=one))
        elif one.name not in _BLOCKS:
            flow += read_runs(one, look)
        elif _VERDICT in one.classes:
            flush()
            _print_verdict(sheet, one, look, size, indent)
        elif _ONE_LINE in one.classes:
            flush()
            sheet.paragraph(read_line(one, look), size, indent=indent, after=0.5)
        else:
            flush()
            _print_block(sheet, one, _look(one, look), size, indent)
    flush()


def _print_verdict(sheet: Sheet, node: Node, look: Run, size: float, indent: float) -> None:
    """A mark with the answer on its line, then what they rest on."""
    mark, said = (one for one in node.inside if isinstance(one, Node))
    head = [*read_runs(mark, look), replace(look, text=NBSP * 2)]
    first = next((one for one in said.inside if isinstance(one, Node) and "n-answer" in one.classes), None)
    sheet.paragraph([*head, *(read_runs(first, look) if first is not None else [])], size, indent=indent, after=0.5)
    rest = Node(said.name, said.classes, [one for one in said.inside if one is not first])
    _print_blocks(sheet, rest, look, size, indent)


def _print_block(sheet: Sheet, node: Node, look: Run, size: float, indent: float) -> None:
    if node.name == "table":
        head, rows = read_rows(node)
        draw_table(sheet, fit_widths(sheet, [head, *rows], WIDTH - indent, SMALL), head, rows, SMALL, indent)
    elif node.name == "article":
        sheet.need(16)
        start, page = sheet.y, sheet.pdf.page
        sheet.y += 0.6
        _print_blocks(sheet, node, look, size, indent + _GAP + 1.2)
        _draw_edge(sheet, node, page, start)
        sheet.y += 1.6
    else:
        if node.name in _HEADINGS:
            size, look = _HEADINGS[node.name], replace(look, bold=node.name != "h2")
            sheet.need(10)
        _print_blocks(sheet, node, look, size, indent + _INDENTED.get(node.name, 0.0))


def _draw_edge(sheet: Sheet, node: Node, page: int, start: float) -> None:
    """A card's left edge, in the colour of its mark, on every page it reaches."""
    marked = next((one for one in node.find("span") if "n-mark" in one.classes), node)
    colour = _look(marked, Run("", colour=LIGHT.line)).colour
    last, end = sheet.pdf.page, sheet.y
    for one in range(page, last + 1):
        top, bottom = start if one == page else sheet.under_head, end if one == last else BOTTOM
        with sheet.on_page(one):
            sheet.fill(colour)
            sheet.pdf.rect(LEFT, max(top, TOP), 0.9, max(bottom - top, 0.0), style="F")


def _look(node: Node, look: Run) -> Run:
    """How an element changes the look around it."""
    for name in node.classes:
        mark = name.removeprefix("n-")
        if mark in _MARKS and node.name != "article":
            look = replace(look, colour=LIGHT.of_mark(mark.replace("-", "_")))
        elif mark == "muted":
            look = replace(look, colour=LIGHT.muted)
        elif mark in ("mark", "missing", "answer", "next"):
            look = replace(look, bold=True)
    if node.name in ("b", "th", "dt", "h1", "h3"):
        look = replace(look, bold=True)
    return replace(look, struck=True) if node.name == "s" else look


def find_tables(markup: Markup) -> Sequence[Node]:
    """The tables of a screen's part."""
    return list(read_markup(markup).find("table"))
