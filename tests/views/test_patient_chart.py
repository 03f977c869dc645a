"""The patient chart as data: it draws what is known, marks what is not, and invents nothing (P26, HAZ-011)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from core.records import DAY
from core.views.chart_frame import spread, usual_width, window
from core.views.fit import text_width
from core.views.limit_labels import label_limits, limits_table
from core.views.model import Gap, LimitLine, OwnRange
from core.views.palette import DARK, LIGHT
from core.views.panels import make_panels
from core.views.patient_chart import draw
from tests.views import example

PICTURE = example.patient()
CHART = draw(PICTURE, LIGHT)


def traces(analyte: str, chart=CHART) -> list[dict]:
    return [trace for trace in chart.figure["data"] if trace["name"] == analyte]


def line(analyte: str, chart=CHART) -> dict:
    return next(trace for trace in traces(analyte, chart) if "lines" in trace["mode"])


def test_every_line_is_straight_and_never_connects_gaps():
    for trace in CHART.figure["data"]:
        if trace["mode"] == "lines+markers":
            assert trace["connectgaps"] is False and trace["line"]["shape"] == "linear"
            assert trace["type"] == "scatter"  # never scattergl


def test_no_line_crosses_a_time_in_which_the_earlier_value_no_longer_answered():
    drawn = line("neutrophils")
    assert drawn["y"][:3] == [5.1, None, 3.9]


def test_no_line_crosses_a_change_of_the_reported_unit():
    assert line("creatinine")["y"] == [84.0, None, 106.08, None, 96.0]


def test_no_line_passes_a_value_known_only_as_a_bound():
    assert line("crp")["y"] == [41.0, None, 64.0]
    bound = next(trace for trace in traces("crp") if trace["mode"] == "markers")
    assert (bound["y"], bound["marker"]["symbol"]) == ([5.0], ["triangle-down-open"])


def test_a_replaced_value_is_a_grey_cross_and_off_the_line():
    crosses = [
        trace
        for trace in traces("neutrophils")
        if trace["mode"] == "markers" and trace["marker"]["symbol"] == ["x-thin"]
    ]
    assert [trace["y"] for trace in crosses] == [[2.1]]
    assert line("neutrophils")["y"].count(2.1) == 1


def test_an_unreadable_result_is_a_mark_below_the_scale_with_its_reason():
    mark = next(trace for trace in traces("neutrophils") if trace["mode"] == "text")
    assert mark["text"] == ["◌?"] and mark["y"][0] < 0.0
    assert "not a number; reported as haemolysed" in mark["hovertext"][0]
    assert mark["customdata"] == [59]  # the row a click leads to


def test_a_preliminary_value_is_marked():
    assert line("crp")["marker"]["symbol"] == ["circle", "circle", "circle-open"]


def test_a_disputed_value_is_off_the_line_with_its_own_mark():
    disputed = example.point(33, "2026-10-01", 30.0, unit="mg/L", reason="conflicting_duplicate")
    picture = replace(
        PICTURE, series={**PICTURE.series, "crp": (PICTURE.series["crp"][0], disputed, PICTURE.series["crp"][2])}
    )
    chart = draw(picture, LIGHT)
    assert line("crp", chart)["y"] == [41.0, None, 64.0]
    assert [trace["y"] for trace in traces("crp", chart) if trace["mode"] == "markers"] == [[30.0]]


def test_a_converted_value_says_so_at_the_point():
    assert any("reported as 1.2 mg/dL" in said for said in line("creatinine")["text"])


def test_each_action_limit_is_a_solid_line_with_its_number_and_authority_at_the_right_edge():
    shapes = [
        shape
        for shape in CHART.figure["layout"]["shapes"]
        if shape["type"] == "line" and shape.get("yref") == "y2" and shape.get("name") not in ("floor", "leader")
    ]
    assert sorted(shape["y0"] for shape in shapes) == [1.0, 1.5, 1.6]
    assert {(shape["line"]["width"], shape["line"]["dash"]) for shape in shapes} == {(1.5, "solid")}
    labels = [note["text"] for note in CHART.figure["layout"]["annotations"] if note.get("yref") == "y2"]
    assert labels == ["1 FDA review", "1.5 EMA stop", "1.6 BSR review"]


def edge(*limits: LimitLine) -> list[dict]:
    """The labels at the right edge of the neutrophils' panel, lowest first."""
    notes = draw(replace(PICTURE, limits=limits), LIGHT).figure["layout"]["annotations"]
    return [note for note in notes if note.get("yref") == "y2"]


def limit(at: float, who: str, label: str, priority: str) -> LimitLine:
    return LimitLine("neutrophils", at, "below", who, label, priority)


THREE = (limit(1.5, "FDA", "review", "medium"), limit(1.5, "EMA", "stop", "high"),
         limit(1.5, "LOCAL", "repeat test", "medium"))  # fmt: skip


def test_one_number_is_one_label_that_says_the_gravest_first_and_counts_what_has_no_room():
    (label,) = edge(*THREE)
    assert label["text"] == "1.5 EMA stop · FDA review +1"
    assert label["font"]["color"] == LIGHT.high
    assert label["hovertext"] == "1.5: EMA stop; FDA review; Nadir default repeat test"


def test_those_who_ask_for_the_same_at_one_number_are_named_together_and_nobody_else_with_them():
    asked = (limit(1, "FDA", "review", "medium"), limit(1, "BSR", "review", "medium"), limit(1, "EMA", "stop", "high"))
    assert [one["text"] for one in edge(*asked)] == ["1 EMA stop · FDA, BSR review"]


def test_no_more_labels_stand_at_a_panel_than_it_has_room_for_and_the_rest_are_counted():
    crowd = [limit(1 + place / 100, "EMA", f"step {place}", "medium") for place in range(30)]
    grave = limit(1.005, "EMA", "stop", "high")
    labels = edge(*crowd, grave)
    assert len(labels) == 11 and any(one["text"].endswith("EMA stop") for one in labels)
    assert labels[-1]["text"].endswith("(+20\u00a0limits)")


def test_no_label_lies_on_the_name_at_the_right_edge_nor_below_its_panel():
    layout = draw(replace(PICTURE, limits=tuple(limit(5 + n / 50, "EMA", "stop", "high") for n in range(9))), LIGHT)
    low, high = layout.figure["layout"]["yaxis2"]["range"]
    labels = [one for one in layout.figure["layout"]["annotations"] if one.get("yref") == "y2"]
    heights = [(one["y"] - low) / (high - low) * 172 + one["yshift"] for one in labels]
    assert len(heights) == 9 and max(heights) <= 172 - 14 - 7


def test_every_panel_says_its_name_again_at_the_newest_values():
    notes = CHART.figure["layout"]["annotations"]
    headings = [note["text"] for note in notes if note["text"].startswith("<b>")]
    again = [note for note in notes if note.get("name") == "name again"]
    assert [note["x"] for note in again] == [1] * len(headings)
    assert all(heading.startswith(f"<b>{note['text']}") for heading, note in zip(headings, again, strict=True))


def test_the_table_below_the_chart_has_every_limit_and_all_who_speak_of_it():
    said = limits_table(make_panels(replace(PICTURE, limits=THREE)))
    assert said is not None and "Action limits in this chart: 1<" in said
    assert "below 1.5\u00a0×10⁹/L" in said and "EMA stop · FDA review · Nadir default repeat test" in said
    assert limits_table(make_panels(replace(PICTURE, limits=()))) is None


def test_both_values_of_a_disputed_moment_are_off_the_line_and_hollow():
    first = example.point(33, "2026-10-01", 30.0, unit="mg/L", reason="conflicting_duplicate")
    other = example.point(34, "2026-10-01", 3.0, unit="mg/L")
    series = {**PICTURE.series, "crp": (PICTURE.series["crp"][0], first, other)}
    chart = draw(replace(PICTURE, series=series), LIGHT)
    hollow = next(trace for trace in traces("crp", chart) if trace["mode"] == "markers")
    assert hollow["y"] == [30.0, 3.0] and set(hollow["marker"]["symbol"]) == {"circle-open"}
    assert line("crp", chart)["y"] == [41.0]


def test_every_panel_states_its_unit_and_whose_reference_range_it_shows():
    headings = [note["text"] for note in CHART.figure["layout"]["annotations"] if note["text"].startswith("<b>")]
    assert headings[0] == "<b>Neutrophils ×10⁹/L</b>   grey: reference 2–7.5, as reported"
    assert "computed" in headings[1]
    assert "adult default" in headings[2]


def test_a_child_gets_no_adult_reference_range():
    child = replace(PICTURE, person=replace(PICTURE.person, birth_date=example.day("2017-05-01")))
    headings = [note["text"] for note in draw(child, LIGHT).figure["layout"]["annotations"]]
    assert not any("adult default" in heading for heading in headings)


def test_no_value_lies_outside_its_panel():
    wild = replace(
        PICTURE,
        series={**PICTURE.series, "crp": (*PICTURE.series["crp"], example.point(34, "2026-11-19", 900.0, unit="mg/L"))},
    )
    chart = draw(wild, LIGHT)
    for trace in chart.figure["data"]:
        axis = chart.figure["layout"]["yaxis" + trace["yaxis"][1:]]["range"]
        assert all(min(axis) <= value <= max(axis) for value in trace["y"] if value is not None)


def test_one_time_axis_serves_all_panels_and_survives_a_rerun():
    layout = CHART.figure["layout"]
    assert {trace["xaxis"] for trace in CHART.figure["data"]} == {"x"} and "xaxis2" not in layout
    assert layout["uirevision"] == "keep"
    assert [button["label"] for button in layout["xaxis"]["rangeselector"]["buttons"]] == ["3 m", "6 m", "1 y", "all"]


def test_a_hold_is_its_own_bar_between_two_courses():
    bars = [
        trace
        for trace in CHART.figure["data"]
        if trace["name"] in ("past", "held", "running") and trace["mode"] == "lines"
    ]
    assert [bar["name"] for bar in bars] == ["past", "held", "running", "running"]
    assert bars[0]["x"][1] == bars[1]["x"][0] and bars[1]["x"][1] == bars[2]["x"][0]


def test_every_dose_in_the_chart_has_its_frequency():
    said = [
        trace["text"][0]
        for trace in CHART.figure["data"]
        if trace["name"] in ("past", "running") and trace["mode"] == "lines"
    ]
    assert said and all("once" in text for text in said)


@pytest.mark.parametrize("name", example.HOSTILE_NAMES)
def test_an_outside_name_is_never_a_tag_in_the_chart(name):
    events = (replace(PICTURE.events[0], detail=name), replace(PICTURE.events[2], code=name))
    courses = (replace(PICTURE.courses[3], drug=name),)
    chart = draw(replace(PICTURE, events=events, courses=courses), LIGHT)
    texts = str([trace.get("text") for trace in chart.figure["data"]]) + str(
        chart.figure["layout"]["yaxis"]["ticktext"]
    )
    assert "<img" not in texts


def test_colours_are_given_for_either_theme_and_a_mark_never_needs_them():
    assert line("crp", draw(PICTURE, DARK))["line"]["color"] == DARK.ink
    assert CHART.figure["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"


def test_the_words_for_those_who_do_not_see_it_tell_the_last_value_of_each_panel():
    assert "Neutrophils ×10⁹/L: 9\u00a0values, last Neutrophils 0.9\u00a0×10⁹/L, 18-Nov-2026\u00a008:12" in CHART.alt


def test_a_further_analyte_is_drawn_when_chosen():
    assert not traces("weight")
    assert line("weight", draw(PICTURE, LIGHT, ["weight"]))["y"] == [61.0]


def test_a_patient_without_results_still_has_lanes():
    chart = draw(replace(PICTURE, series={}, crcl=()), LIGHT)
    assert {trace["yaxis"] for trace in chart.figure["data"]} == {"y"}


def test_limit_labels_never_lie_on_each_other():
    places = spread([10.0, 11.0, 12.0, 50.0, 51.0], 14)
    assert all(after - before >= 14 for before, after in pairwise(places))


@pytest.mark.parametrize("asked", ["stop", "stop, and repeat the count within three days"])
@pytest.mark.parametrize("authorities", [("EMA",), ("EMA", "FDA", "BSR")])
def test_a_label_that_counts_the_limits_left_out_fits_the_margin_as_every_other_does(asked, authorities):
    limits = [
        LimitLine("neutrophils", limit, "below", who, asked if who == "EMA" else "review", "high")
        for limit in (0.5, 1.0, 1.5, 2.0) for who in authorities
    ]  # fmt: skip
    panel = replace(make_panels(PICTURE, ())[0], limits=tuple(limits))
    assert panel.analyte == "neutrophils"
    for most in (1, 2, 4):
        labels = label_limits(panel, 232, most)
        assert len(labels) == most and all(text_width(one.text) <= 232 for one in labels)
        assert all("EMA stop" in one.text and "EMA stop" in one.said for one in labels)
        lost = 4 - most
        counted = f" (+{lost}\u00a0limit{'' if lost == 1 else 's'})"
        assert labels[-1].text.endswith(counted) if lost else "limit" not in labels[-1].text


def test_a_course_that_starts_later_is_within_the_frame():
    planned = replace(PICTURE.courses[2], start=example.AS_OF + 40 * DAY, status="planned")
    layout = draw(replace(PICTURE, courses=(planned,)), LIGHT).figure["layout"]
    assert layout["xaxis"]["range"][1] > "2026-12-30"


def bars(picture, name: str) -> list[dict]:
    return [one for one in draw(picture, LIGHT).figure["data"] if one["name"] == name and one["mode"] == "lines"]


def test_a_hold_is_a_gap_with_a_thin_dotted_line_and_its_word():
    held = bars(PICTURE, "held")[0]["line"]
    running = bars(PICTURE, "running")[0]["line"]
    assert held["width"] < running["width"] / 4 and held["dash"] == "dot"
    long = replace(PICTURE.courses[1], end=PICTURE.courses[1].start + 90 * DAY)
    words = [one["text"][0] for one in draw(replace(PICTURE, courses=(long,)), LIGHT).figure["data"]]
    assert "<b> held </b>" in words


@pytest.mark.parametrize(
    ("frequency", "broken"),
    [
        ("once daily", False), ("twice daily", False), ("alternate days", True), ("once weekly", True),
        ("now and then", False),
    ],
)  # fmt: skip
def test_a_dose_that_is_not_taken_every_day_is_drawn_broken(frequency, broken):
    course = replace(PICTURE.courses[2], frequency_text=frequency)
    drawn = bars(replace(PICTURE, courses=(course,)), "running, not every day")
    assert bool(drawn) is broken


def test_alternate_days_and_once_weekly_are_broken_differently():
    dashes = set()
    for frequency in ("alternate days", "once weekly"):
        course = replace(PICTURE.courses[2], frequency_text=frequency)
        dashes |= {one["line"]["dash"] for one in bars(replace(PICTURE, courses=(course,)), "running, not every day")}
    assert len(dashes) == 2


def test_a_start_and_every_change_of_dose_has_its_stroke():
    strokes = [one for one in CHART.figure["data"] if one.get("marker", {}).get("symbol") == "line-ns-open"]
    assert {one["x"][0][:10] for one in strokes} >= {"2026-06-02", "2026-09-20", "2026-10-04"}


def test_vaccines_and_surgery_share_a_lane_of_their_own():
    given = (
        replace(PICTURE.events[2], kind="vaccination", detail="influenza"), replace(PICTURE.events[2], kind="surgery")
    )  # fmt: skip
    lanes = draw(replace(PICTURE, events=(*PICTURE.events, *given)), LIGHT).figure["layout"]["yaxis"]["ticktext"]
    assert list(lanes)[-4:] == ["infection", "antibiotic", "vaccine, surgery", "other events"]


def test_the_patients_own_range_is_dashed_and_says_how_many_results_before_which_drug():
    own = OwnRange("anakinra", 3.4, 5.1, 3.9, 3, example.day("2026-06-02"))
    chart = draw(replace(PICTURE, own_ranges={"neutrophils": own}), LIGHT)
    drawn = [one for one in chart.figure["layout"]["shapes"] if one.get("name") == "own range"]
    assert {(one["y0"], one["line"]["dash"]) for one in drawn} == {(3.4, "dash"), (5.1, "dash")}
    headings = [note["text"] for note in chart.figure["layout"]["annotations"] if note["text"].startswith("<b>")]
    assert "dashed: own 3.4–5.1 (3 before anakinra)" in headings[0]


def test_a_stretch_in_which_nobody_could_judge_is_tinted_with_its_reason():
    gap = Gap(example.day("2026-06-10"), example.day("2026-09-10"), "stale_result")
    shapes = draw(replace(PICTURE, gaps={"creatinine": (gap,)}), LIGHT).figure["layout"]["shapes"]
    drawn = [one for one in shapes if one.get("name") == "cannot tell"]
    assert [(one["x0"][:10], one["x1"][:10], one["yref"]) for one in drawn] == [("2026-06-10", "2026-09-10", "y4")]
    assert "result too old" in drawn[0]["label"]["text"]


def test_every_drawn_value_carries_the_row_that_a_press_leads_to():
    pressed = {
        row: trace["name"]
        for trace in CHART.figure["data"]
        if trace["yaxis"] != "y"
        for x, row in zip(trace["x"], trace["customdata"], strict=True)
        if x is not None and row
    }
    rows = {one.row_id: name for name, points in PICTURE.series.items() for one in points if name != "weight"}
    assert pressed == rows


def test_a_panel_that_opens_empty_says_when_its_newest_value_was():
    old = (example.point(30, "2024-06-01", 41.0, unit="mg/L"),)
    notes = draw(replace(PICTURE, series={"crp": old}), LIGHT).figure["layout"]["annotations"]
    assert any("newest 01-Jun-2024" in note["text"] for note in notes)


def test_what_an_open_alert_is_about_is_drawn_unasked():
    alert = replace(PICTURE.alerts[0], fact="weight")
    assert line("weight", draw(replace(PICTURE, alerts=(alert,)), LIGHT))["y"] == [61.0]


def test_two_hundred_results_are_all_drawn_in_one_line():
    many = tuple(example.point(1000 + n, "2026-01-01", 3.0 + n / 100) for n in range(200))
    many = tuple(replace(one, at=one.at + place * DAY) for place, one in enumerate(many))
    drawn = line("neutrophils", draw(replace(PICTURE, series={"neutrophils": many}), LIGHT))
    assert len(drawn["y"]) == 200 and drawn["customdata"][-1] == 1199


def test_stretches_that_touch_are_one_with_all_their_reasons():
    day = example.day
    gaps = (
        Gap(day("2026-01-10"), day("2026-04-10"), "missing_weight"),
        Gap(day("2026-04-10"), day("2026-09-10"), "unsteady_creatinine"),
    )
    shapes = draw(replace(PICTURE, gaps={"creatinine": gaps}), LIGHT).figure["layout"]["shapes"]
    drawn = [one for one in shapes if one.get("name") == "cannot tell"]
    assert len(drawn) == 1
    assert drawn[0]["label"]["text"] == "◌ cannot tell: no usable weight; creatinine not steady"


def test_a_test_that_was_never_done_has_a_panel_that_says_nobody_can_judge():
    never = Gap(example.day("2026-06-02"), example.AS_OF, "no_result")
    series = {name: points for name, points in PICTURE.series.items() if name != "neutrophils"}
    chart = draw(replace(PICTURE, series=series, gaps={"neutrophils": (never,)}), LIGHT)
    drawn = [one for one in chart.figure["layout"]["shapes"] if one.get("name") == "cannot tell"]
    assert "no result yet" in drawn[0]["label"]["text"] and not traces("neutrophils", chart)
    assert any(note["text"].startswith("<b>Neutrophils ×10⁹/L") for note in chart.figure["layout"]["annotations"])


def test_a_stroke_leads_from_each_limit_to_its_label_and_no_label_stands_below_its_panel():
    layout = CHART.figure["layout"]
    strokes = [one for one in layout["shapes"] if one.get("name") == "leader"]
    labels = [one for one in layout["annotations"] if one.get("yshift") is not None]
    assert strokes and len(strokes) == len(labels)
    for stroke, label in zip(strokes, labels, strict=True):
        assert (stroke["yref"], stroke["yanchor"]) == (label["yref"], label["y"])
        assert stroke["y1"] == label["yshift"]
        assert stroke["line"]["color"] == label["font"]["color"]


def test_a_crowd_of_limits_near_the_floor_keeps_out_of_the_next_panels_heading():
    limits = tuple(
        replace(PICTURE.limits[0], analyte="neutrophils", limit=value, label=f"step {place}")
        for place, value in enumerate((0.1, 0.11, 0.12, 0.13, 0.14, 0.15))
    )
    layout = draw(replace(PICTURE, limits=limits), LIGHT).figure["layout"]
    low, high = layout["yaxis2"]["range"]
    labels = [one for one in layout["annotations"] if one.get("yshift") is not None and one["yref"] == "y2"]
    heights = [(one["y"] - low) / (high - low) * 172 + one["yshift"] for one in labels]
    assert len(heights) == 6 and min(heights) >= 7


def test_the_time_a_chart_opens_with_fills_a_usual_plot():
    start, end = window(replace(PICTURE, courses=()))
    assert usual_width(end - start) == 1000
    assert usual_width((end - start) // 2) == 500
