"""Hepatitis B: the eight patterns of the table, and that nothing else is ever interpreted."""

from __future__ import annotations

from itertools import product

import pytest

from core.catalogue.serology import MARKERS, Sign, interpret_hepatitis_b, patterns, read_marker

TABLE = [
    ("- - - -", "never-infected"), ("- - - +", "immune-by-vaccination"), ("- + - +", "recovered"),
    ("- + - -", "isolated-core"), ("+ + + -", "acute"), ("+ + - -", "chronic"), ("+ - - -", "early-acute"),
    ("- + + -", "acute-resolving"),
]  # fmt: skip


def known(text: str) -> dict[str, Sign]:
    """ "+ - ? -": HBsAg, anti-HBc, IgM anti-HBc, anti-HBs; "?" is not on file."""
    return {marker: sign for marker, sign in zip(MARKERS, text.split(), strict=True) if sign in ("+", "-")}  # type: ignore[misc]


@pytest.mark.parametrize(("markers", "name"), TABLE)
def test_each_row_of_the_table_is_told_from_its_markers(markers: str, name: str) -> None:
    read = interpret_hepatitis_b(known(markers))
    assert (read.state, [one.name for one in read.readings]) == ("told", [name])


@pytest.mark.parametrize("markers", ["? - - -", "- ? - -", "+ ? + -", "? ? ? ?", "? + - +"])
def test_without_hbsag_or_anti_hbc_the_screen_is_incomplete_and_nothing_is_inferred(markers: str) -> None:
    read = interpret_hepatitis_b(known(markers))
    assert (read.state, read.readings) == ("incomplete", ())
    assert set(read.missing) == {m for m in ("hbsag", "anti_hbc") if m not in known(markers)}


def test_a_pattern_that_is_not_in_the_table_is_never_interpreted() -> None:
    rows = {markers for markers, _ in TABLE}
    for signs in product("+-", repeat=4):
        markers = " ".join(signs)
        assert (interpret_hepatitis_b(known(markers)).state == "told") == (markers in rows), markers


@pytest.mark.parametrize(
    ("markers", "names", "missing"),
    [
        ("+ + ? -", {"acute", "chronic"}, ("anti_hbc_igm",)),
        ("- - ? ?", {"never-infected", "immune-by-vaccination"}, ("anti_hbs",)),
        ("- + - ?", {"recovered", "isolated-core"}, ("anti_hbs",)),
        ("- + ? +", {"recovered"}, ("anti_hbc_igm",)),  # the one row left still asks for the IgM
    ],
)
def test_a_missing_marker_leaves_every_reading_it_could_settle(
    markers: str, names: set[str], missing: tuple[str]
) -> None:
    read = interpret_hepatitis_b(known(markers))
    assert (read.state, {one.name for one in read.readings}, read.missing) == ("open", names, missing)


def test_igm_need_not_be_tested_where_the_table_does_not_ask_for_it() -> None:
    assert interpret_hepatitis_b(known("- - ? -")).state == "told"
    assert interpret_hepatitis_b(known("- - + -")).state == "unlisted"


@pytest.mark.parametrize(
    ("value", "comparator", "sign"),
    [(9.9, "", "-"), (10, "", "+"), (10, "<", "-"), (10, "<=", None), (12, "<", None), (9, "<=", "-"), (1000, ">", "+"),
     (5, ">", None), (10, ">=", "+")],
)  # fmt: skip
def test_a_number_of_anti_hbs_protects_from_ten(value: float, comparator: str, sign: str | None) -> None:
    assert read_marker("anti_hbs", value, None, comparator) == sign


@pytest.mark.parametrize(
    ("word", "sign"),
    [("positive", "+"), ("detected", "+"), ("negative", "-"), ("not detected", "-"), ("indeterminate", None)],
)
def test_a_word_is_read_as_it_stands_and_indeterminate_is_no_answer(word: str, sign: str | None) -> None:
    assert read_marker("hbsag", None, word) == sign
    assert read_marker("anti_hbs", None, word) == sign


def test_a_number_means_nothing_for_a_marker_without_a_limit() -> None:
    assert read_marker("hbsag", 12, None) is None


def test_every_row_has_an_advice_and_no_two_rows_overlap() -> None:
    assert all(one.meaning and one.advice for one in patterns())
    assert len({tuple(one.signs.values()) for one in patterns()}) == len(patterns()) == len(TABLE)
