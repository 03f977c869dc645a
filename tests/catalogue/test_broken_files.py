"""Every catalogue file, broken as a hand breaks it: a sentence names file, line, entry and remedy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalogue import check_catalogue, reading
from core.catalogue.file_shapes import SHAPES
from core.catalogue.reading import read_catalogue
from core.errors import ProtocolFault

SHIPPED = Path(reading.__file__).parent


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a copy of every file, read in place of the shipped ones."""
    for path in SHIPPED.glob("*.toml"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(reading, "_HERE", tmp_path)
    read_catalogue.cache_clear()
    yield tmp_path
    read_catalogue.cache_clear()


def spoil(folder: Path, name: str, given: str, broken: str) -> tuple[int, list[str]]:
    """The line on which the first such text stood, and what is told once it reads otherwise."""
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    assert given in text
    path.write_text(text.replace(given, broken, 1), encoding="utf-8")
    read_catalogue.cache_clear()
    return text[: text.index(given)].count("\n") + 1, check_catalogue()


#: (file, as it stands, as a hand broke it, what is told after the line)
BROKEN = [
    ("analytes", "stale_after_days = 365 ", 'stale_after_days = "x" ',
     'stale_after_days is "x", not a whole number: write digits without quotes'),
    ("analytes", "decimals = 2", "decimals = -2",
     "neutrophils.decimals is -2, not a whole number: write digits without quotes"),
    ("analytes", "decimals = 2", "decimals = true",
     "neutrophils.decimals is true, not a whole number: write digits without quotes"),
    ("analytes", "plausible = [0, 100]", "plausible = [0]",
     'neutrophils.plausible is a list, not a pair of numbers: write [low, high], with "" for no limit'),
    ("analytes", "rcv = { cvi = 14.1, cva = 3.0 }", 'rcv = { cvi = "14.1", cva = 3.0 }',
     'neutrophils.rcv.cvi is "14.1", not a number: write digits without quotes'),
    ("analytes", "rcv = { cvi = 14.1, cva = 3.0 }", "rcv = 14.1",
     "neutrophils.rcv is 14.1, not a table: write { name = value }"),
    ("analytes", "rcv = { cvi = 14.1, cva = 3.0 }", "rcv = { cvi = nan, cva = 3.0 }",
     "neutrophils.rcv.cvi is NaN, not a number: write digits without quotes"),
    ("analytes", 'short = "Neut"', "shrt = 1",
     "neutrophils.shrt means nothing here: take it out, or mend its spelling"),
    ("analytes", 'source = "ranges"', 'source = "hearsay"',
     "neutrophils.source: source 'hearsay' is not listed under [sources]: list it, or mend it"),
    ("units", "scale = 1\n", 'scale = "1"\n', 'unit 1.scale is "1", not a number: write digits without quotes'),
    ("units", 'absent = ["na",', 'absent = [1, "na",',
     'absent is a list, not a list of texts: write ["one", "two"]'),
    ("drugs", 'atc = ["L04AC03"]', 'atc = "L04AC03"',
     'anakinra.atc is "L04AC03", not a list of texts: write ["one", "two"]'),
    ("vaccines", '"03" = { name = "MMR", live = true', '"03" = { name = "MMR", live = "true"',
     'vaccine.03.live is "true", not true or false: write it without quotes'),
    ("terms", "days_per_month = 30.4375", 'days_per_month = "30"',
     'days_per_month is "30", not a number: write digits without quotes'),
    ("terms", "per_day = 2", "per_day = []",
     "frequency 2.per_day is a list, not a number: write digits without quotes"),
    ("statements", 'beginning = "prophyla"', "beginning = 1",
     "prophylaxis.beginning is 1, not a text: write it in quotes"),
    ("screens", 'charts = ["neutrophils",', 'charts = [1, "neutrophils",',
     'charts is a list, not a list of texts: write ["one", "two"]'),
    ("serology", "value = 10,", 'value = "ten",',
     'positive_from.anti_hbs.value is "ten", not a number: write digits without quotes'),
    ("grading", 'below = ["lln", 1.5, 1.0, 0.5]', "below = 1.5",
     'v4.neutrophils.below is 1.5, not a list of numbers and texts: write ["lln", 1.5]'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "broken", "told"), BROKEN)
def test_an_entry_of_the_wrong_type_is_told_with_its_line_and_remedy(
    copies: Path, name: str, given: str, broken: str, told: str
) -> None:
    line, faults = spoil(copies, name, given, broken)
    assert f"core/catalogue/{name}.toml, line {line}: {told}" in faults


MISSING = [
    ("analytes", 'title = "Neutrophils"\n', "[neutrophils]", "neutrophils.title is missing: add it; it is a text"),
    ("analytes", 'unit = "10*9/L"\n', "[neutrophils]", "neutrophils.unit is missing: add it, or kind"),
    ("analytes", "stale_after_days = 365 ", "", "stale_after_days is missing: add it; it is a whole number"),
    ("units", 'display = "×10⁹/L"\n', "[[unit]]", "unit 1.display is missing: add it; it is a text"),
    ("drugs", 'class = "il1_inhibitor"\n', "[anakinra]", "anakinra.class is missing: add it; it is a text"),
    ("vaccines", ', live = true, source = "cdsi" }', '"03" =',
     "vaccine.03.live is missing: add it; it is true or false"),
    ("terms", 'name = "once daily"\n', "[[frequency]]", "frequency 1.name is missing: add it; it is a text"),
    ("statements", 'beginning = "prophyla"\n', "[prophylaxis]", "prophylaxis.beginning is missing: add it"),
    ("screens", 'checked = "choice"\n', "", "checked is missing: add it; it is a text"),
    ("serology", 'meaning = "never infected, susceptible"\n', "[[pattern]]", "pattern 1.meaning is missing: add it"),
    ("grading", 'source = "NCI CTCAE v4.03"\n', "[v4]", "v4.source is missing: add it; it is a text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "given", "header", "told"), MISSING)
def test_a_missing_entry_is_told_with_the_line_of_its_table(
    copies: Path, name: str, given: str, header: str, told: str
) -> None:
    text = (copies / f"{name}.toml").read_text(encoding="utf-8")
    line = next((n for n, one in enumerate(text.splitlines(), 1) if header and one.startswith(header)), 1)
    comment = "# taken out " if given.endswith(" ") else ""
    _, faults = spoil(copies, name, given, " }" if name == "vaccines" else comment)
    assert any(fault.startswith(f"core/catalogue/{name}.toml, line {line}: {told}") for fault in faults), faults


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_an_entry_that_stands_twice_is_told_for_every_file(copies: Path, name: str) -> None:
    path = copies / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    key = next(line for line in text.splitlines() if re.match(r'[\w"]+ = ', line))
    path.write_text(text.replace(key, f"{key}\n{key}", 1), encoding="utf-8")
    read_catalogue.cache_clear()
    [told] = check_catalogue()
    line = text[: text.index(key)].count("\n") + 2
    assert told.startswith(f"core/catalogue/{name}.toml cannot be read: ")
    assert f"(at line {line}," in told and told.endswith("; an entry stands there twice: take one out")


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_file_that_is_not_there_or_no_text_or_no_toml_is_told(copies: Path, name: str) -> None:
    path = copies / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    for content, said in ((b"\xff\xfe", "is not UTF-8 text; save it as UTF-8"), (b"moon", "mend the file there")):
        path.write_bytes(content)
        read_catalogue.cache_clear()
        assert any(f"core/catalogue/{name}.toml cannot be read: " in told and told.endswith(said)
                   for told in check_catalogue())  # fmt: skip
    path.unlink()
    read_catalogue.cache_clear()
    assert any(told.endswith("put it back") for told in check_catalogue())
    path.write_text(text, encoding="utf-8")
    read_catalogue.cache_clear()
    assert check_catalogue() == []


def test_all_faults_of_all_files_are_told_at_once(copies: Path) -> None:
    spoil(copies, "analytes", "decimals = 2", 'decimals = "2"')
    spoil(copies, "analytes", 'short = "Neut"', "short = 1")
    _, faults = spoil(copies, "drugs", 'names = ["kineret"', 'names = [1, "kineret"')
    assert [fault.partition(":")[0].partition(",")[0] for fault in faults] == [
        "core/catalogue/analytes.toml", "core/catalogue/analytes.toml", "core/catalogue/drugs.toml",
    ]  # fmt: skip


def test_a_broken_file_is_never_read_in_part(copies: Path) -> None:
    spoil(copies, "analytes", "stale_after_days = 365 ", 'stale_after_days = "x" ')
    with pytest.raises(ProtocolFault, match=r"analytes\.toml, line \d+: stale_after_days"):
        read_catalogue("analytes")


def test_every_catalogue_file_has_its_shape() -> None:
    assert {path.stem for path in SHIPPED.glob("*.toml")} == set(SHAPES)
