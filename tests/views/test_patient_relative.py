"""The chart against a limit or the patient's own baseline: drawn on another scale, told in the numbers themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.views.model import OwnRange
from core.views.palette import LIGHT
from core.views.panels import make_panels
from core.views.patient_chart import draw
from core.views.relative import measure, scale_line
from tests.views import example

LIMITS = tuple(
    replace(line, priority="high" if line.label == "stop" else "medium") for line in example.patient().limits
)
OWN = OwnRange("anakinra", 3.4, 5.1, 4.0, 3, example.day("2026-06-02"))
PICTURE = replace(example.patient(), limits=LIMITS, own_ranges={"neutrophils": OWN})


def line(chart, analyte: str) -> dict:
    return next(one for one in chart.figure["data"] if one["name"] == analyte and "lines" in one["mode"])


def shapes(chart, axis: str = "y2") -> list[dict]:
    return [one for one in chart.figure["layout"]["shapes"] if one.get("yref") == axis]


def heading(chart, start: str) -> str:
    notes = (one["text"] for one in chart.figure["layout"]["annotations"])
    return next(one for one in notes if one.startswith(f"<b>{start}"))


def test_times_the_limit_divides_values_limits_and_ranges_by_the_gravest_limit():
    chart = draw(PICTURE, LIGHT, scale="limit")
    assert line(chart, "neutrophils")["y"][-1] == pytest.approx(0.9 / 1.5)
    drawn = [one["y0"] for one in shapes(chart) if one["type"] == "line" and one["line"].get("dash") == "solid"]
    assert sorted(drawn) == pytest.approx([1.0 / 1.5, 1.0, 1.6 / 1.5])
    assert "× the limit 1.5\u00a0×10⁹/L EMA stop" in heading(chart, "Neutrophils")


def test_per_cent_of_baseline_is_against_the_median_before_the_drug():
    chart = draw(PICTURE, LIGHT, scale="baseline")
    assert line(chart, "neutrophils")["y"][-1] == pytest.approx(22.5)
    assert "% of own 4\u00a0×10⁹/L (median of 3 before anakinra)" in heading(chart, "Neutrophils")


def test_a_point_tells_its_own_number_on_every_scale():
    said = [
        line(draw(PICTURE, LIGHT, scale=scale), "neutrophils")["text"][-1] for scale in ("raw", "limit", "baseline")
    ]
    assert len(set(said)) == 1 and said[0].startswith("Neutrophils 0.9\u00a0×10⁹/L")


def test_a_limit_keeps_its_number_and_authority_at_the_edge_on_every_scale():
    def edge(scale: str) -> list[str]:
        notes = draw(PICTURE, LIGHT, scale=scale).figure["layout"]["annotations"]
        return [one["text"] for one in notes if one.get("yref") == "y2"]

    assert edge("raw") == edge("limit") == edge("baseline") == ["1 FDA review", "1.5 EMA stop", "1.6 BSR review"]


def test_what_has_nothing_to_be_measured_against_stays_raw_and_says_so():
    chart = draw(PICTURE, LIGHT, scale="limit")
    assert line(chart, "crp")["y"][0] == 41.0
    assert "mg/L" in heading(chart, "C-reactive protein") and "raw: no action limit" in heading(
        chart, "C-reactive protein"
    )
    panels = [measure(one, "baseline") for one in make_panels(PICTURE)]
    assert scale_line(panels, "baseline").startswith("Creatinine clearance, Creatinine, C-reactive protein: shown raw")
    assert scale_line(panels, "raw") == ""


def test_the_gaps_of_a_line_are_the_same_on_every_scale():
    holes = [
        [place for place, one in enumerate(line(draw(PICTURE, LIGHT, scale=scale), "neutrophils")["y"]) if one is None]
        for scale in ("raw", "limit", "baseline")
    ]
    assert holes[0] == holes[1] == holes[2] != []


def test_what_a_panel_is_measured_against_leaves_its_reference_a_line_of_its_own():
    said = heading(draw(PICTURE, LIGHT, scale="limit"), "Neutrophils")
    assert "EMA stop</b><br>grey: " in said
    assert draw(PICTURE, LIGHT, scale="limit").height > draw(PICTURE, LIGHT).height
