"""The small picture invents nothing: straight lines, no gap crossed, limit drawn, last point marked (P26)."""

from __future__ import annotations

import re

from core.records import DAY
from core.views.palette import DARK, LIGHT
from core.views.sparkline import MOST_POINTS, sparkline
from tests.views.example import AS_OF


def draw(points, **choices) -> str:
    return sparkline(points, as_of=AS_OF, palette=LIGHT, name="Neut", last_text="0.9", **choices)


def test_consecutive_values_are_joined_by_straight_lines_only():
    path = re.search(
        r"d='(M[^']*)' stroke='%2316212B'", draw([(AS_OF - 60 * DAY, 2.0), (AS_OF - 30 * DAY, 1.0), (AS_OF, 0.9)])
    )[1]
    assert re.fullmatch(r"M\d+ \d+(L\d+ \d+){2}", path)


def test_no_line_crosses_a_gap():
    assert (
        "L"
        not in re.search(
            r"d='(M[^']*)' stroke='%2316212B'", draw([(AS_OF - 200 * DAY, 2.0), (AS_OF, 0.9)], gap_days=90)
        )[1]
    )


def test_the_limit_is_a_solid_line_and_the_last_point_is_marked():
    image = draw([(AS_OF - DAY, 2.0), (AS_OF, 0.9)], limit=1.5)
    assert LIGHT.high.replace("#", "%23") in image and "stroke-dasharray" not in image and "<circle" in image


def test_only_the_last_year_and_at_most_twelve_points_are_drawn():
    image = draw([(AS_OF - days * DAY, 3.0) for days in range(600, 0, -10)])
    assert image.count("M") - 1 + image.count("L") <= MOST_POINTS + 1


def test_without_a_result_in_the_year_it_says_so():
    assert "no result in 12 months" in draw([(AS_OF - 400 * DAY, 3.0)])


def test_a_bound_is_an_open_triangle_that_no_line_reaches():
    image = draw([(AS_OF - DAY, 2.2)], bound=(AS_OF, 1.5, "<"))
    assert "z'" in image and "<circle" not in image


def test_it_is_an_inert_image_address_in_both_themes():
    for palette in (LIGHT, DARK):
        image = sparkline([(AS_OF, 1.0)], as_of=AS_OF, palette=palette, name='<script>"é', last_text="1")
        assert (
            image.startswith("data:image/svg+xml,") and "#" not in image and "<script" not in image and image.isascii()
        )
