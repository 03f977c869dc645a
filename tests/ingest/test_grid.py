"""Text as given: nothing inferred, nothing shifted, rows numbered as a spreadsheet numbers them (P04)."""

from __future__ import annotations

import pytest

from core.errors import InputRefused
from core.ingest.grid import Grid, read_csv_grid
from core.ingest.limits import InputFile


def grid(content: str | bytes, delimiter: str = ",") -> Grid:
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    return read_csv_grid(InputFile("x.csv", raw), delimiter=delimiter)


def lines(content: str | bytes, delimiter: str = ",") -> list[tuple[int, tuple[str, ...]]]:
    return list(grid(content, delimiter).lines)


def test_cells_are_text_and_stay_as_they_were_typed() -> None:
    assert lines("id,a,b,c\n0012345, 1.50 ,NA,1E5\n") == [(2, ("0012345", " 1.50 ", "NA", "1E5"))]


def test_header_names_are_trimmed_and_a_byte_order_mark_is_no_part_of_the_first() -> None:
    assert grid("\ufeffpatient_id , Value\n").header == ("patient_id", "Value")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_will_do(end: str) -> None:
    assert lines(end.join(["a,b", "1,2", "3,4"])) == [(2, ("1", "2")), (3, ("3", "4"))]


def test_a_line_separator_of_unicode_is_no_line_end() -> None:
    assert lines("a,b\n1\u2028x,2\x85\n") == [(2, ("1\u2028x", "2\x85"))]


def test_long_and_short_lines_come_as_they_are() -> None:
    assert lines("a,b\n1\n1,2,3\n1,2\n") == [(2, ("1",)), (3, ("1", "2", "3")), (4, ("1", "2"))]


def test_quotes_hide_commas_line_ends_and_themselves() -> None:
    assert lines('a,b\n"x, y","say ""hi"""\n"two\nlines",z\nlast,1\n') == [
        (2, ("x, y", 'say "hi"')),
        (3, ("two\nlines", "z")),
        (4, ("last", "1")),
    ]


def test_lines_without_content_are_numbered_and_left_out() -> None:
    assert lines("a,b\n\n , \n,\n1,2\n") == [(5, ("1", "2"))]


def test_unnamed_columns_may_repeat() -> None:
    assert grid("a,,\n").header == ("a", "", "")


def test_a_mapping_may_declare_another_delimiter() -> None:
    assert lines("a;b\n1,5;2\n", ";") == [(2, ("1,5", "2"))]


def test_a_quote_that_opens_in_the_last_line_refuses_the_file_when_it_is_reached() -> None:
    read = grid('a,b\n1,2\n"3,4\n')
    with pytest.raises(InputRefused) as refused:
        list(read.lines)
    assert (refused.value.reason, "row 3" in str(refused.value)) == ("ragged_row", True)
