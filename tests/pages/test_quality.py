"""The quality screen: four figures with their direction, lazy tabs with table twins, honest empty states."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.alerts.escalate import Breach
from core.errors import StoreFailed
from core.services import quality as service
from core.views.quality import GreenLane, Group, Least, Quality, Rule, Tier
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of
from tests.views import example


def quality():
    from pages import quality

    quality.render()


BREACH = Breach(
    "SAMPLE-0001:neutropenia", "SAMPLE-0001", "anakinra", "high", "A. Reed", example.AS_OF - 200_000,
    example.AS_OF - 100_000, 1, ("pharmacist",),
)  # fmt: skip
TOLD = Quality(
    example.day("2025-11-21") - 1, example.AS_OF, 8, 96.0,
    {
        "drug": (Group("anakinra", 400, 380, 12, 6.0),),
        "test": (Group("neutrophils", 400, 380, 12, 6.0),),
        "site": (Group("", 5, 5, 0), Group("North", 200, 170, 12, 6.0), Group("South", 195, 195, 0)),
        "quarter": (Group("2026-Q3", 200, 190, 6, 6.0), Group("2026-Q4", 200, 190, 6, 6.0)),
        "month": (Group("2026-10", 400, 380, 12, 6.0),),
    },
    {"drug": 1.0, "test": 1.0, "site": 1.5, "quarter": 1.0, "month": 1.0},
    (Tier("high", 0, 8, 11, 1, days=1.3), Tier("medium", 7, 19, 9, 1, days=3.0), Tier("low", None, 12)),
    (Rule("anakinra.neutrophils-stop", "anakinra", "high", 12, {"acted": 6, "watched": 4, "open": 2}, 96.0),),
    GreenLane(300, 59, 0), (BREACH,), example.day("2026-08-24"), version="1-9",
    least={name: Least(count, f"why of {name}") for name, count in
           (("on_time", 20), ("time_to_act", 10), ("yield", 10), ("green_lane", 20))},
)  # fmt: skip


@pytest.fixture
def told(clinic, monkeypatch):
    """The service's answer; asked: the months it was asked for."""
    answers = {"quality": TOLD, "asked": []}

    def read(url, months, picture=None):
        answers["asked"].append(months)
        if isinstance(answers["quality"], Exception):
            raise answers["quality"]
        return answers["quality"]

    monkeypatch.setattr(service, "read_quality", read)
    return answers


def open_tab(tab: str, **query: str):
    screen = open_page(quality, **query)
    screen.session_state["quality.tabs"] = tab
    return screen.run()


def test_the_four_figures_stand_first_each_with_its_direction(told):
    screen = open_page(quality)
    assert not screen.exception
    said = html_of(screen)
    assert said.count('<div class="n-card"><dt>') == 4
    assert said.split("<dl")[1].split("</dl>")[0].count("is better") == 4


def test_the_period_is_kept_in_the_address_and_nonsense_falls_back_to_twelve_months(told):
    assert told["asked"] == []
    screen = open_page(quality, period="24")
    assert told["asked"][-1] == 24
    screen.segmented_control(key="quality.period").set_value("3").run()
    assert told["asked"][-1] == 3
    assert screen.query_params["period"] == "3"
    open_page(quality, period="nonsense")
    assert told["asked"][-1] == 12


def test_a_chart_has_its_table_twin_and_few_are_named_without_a_share(told):
    screen = open_page(quality)
    (chart,) = screen.get("plotly_chart")
    figure = json.loads(chart.proto.spec)
    assert [one["text"] for one in figure["layout"]["annotations"]] == ["too few to judge"]
    said = html_of(screen)
    assert "site not stated" in said
    assert "too few to judge" in chart.proto.alt
    assert said.count("<tbody>") == 1
    assert "why of on_time" in said
    assert "exact binomial" in said
    assert "Kish 1965" in said


def test_another_grouping_is_kept_in_the_address(told):
    screen = open_page(quality, by="quarter")
    assert "Q3 2026" in html_of(screen)
    screen.segmented_control(key="quality.grouping").set_value("test").run()
    assert "Neutrophils" in html_of(screen)
    assert screen.query_params["by"] == "test"


def test_alerts_past_their_time_are_listed_and_lead_to_their_patient(told):
    screen = open_tab("Time to act")
    assert "Open past their time now: 1\u00a0alert" in html_of(screen)
    (row,) = table_of(screen)
    assert row["patient"].startswith("OAKMOSS")
    assert row["owner"] == "A. Reed"


def test_without_an_act_time_to_act_cannot_be_told_and_says_what_to_do(told):
    told["quality"] = replace(TOLD, acting_since=None, breaches=())
    screen = open_tab("Time to act")
    assert any("No act recorded yet, so time to act cannot be told" in block.value for block in screen.markdown)
    assert any("Every open alert is within the time" in block.value for block in screen.markdown)
    assert "<tbody>" not in html_of(screen)
    assert "cannot be told" in html_of(screen)
    assert "no act recorded yet, 0 open past their time" in html_of(screen)


def test_rules_stand_as_chart_and_table(told):
    screen = open_tab("Rules")
    assert screen.get("plotly_chart")
    assert "anakinra.neutrophils-stop" in html_of(screen)
    told["quality"] = replace(TOLD, rules=())
    assert any("No alert was raised" in block.value for block in open_tab("Rules").markdown)


def test_the_green_lanes_bound_is_told_with_its_method(told):
    said = html_of(open_tab("Green lane")).replace("\u00a0", " ")
    assert "at most 5.0 %" in said
    assert "Clopper and Pearson" in said


def test_a_period_without_a_due_test_says_so(told):
    told["quality"] = replace(TOLD, on_time=dict.fromkeys(TOLD.on_time, ()))
    assert any("No test's window closed" in block.value for block in open_page(quality).markdown)


def test_every_table_is_offered_as_csv_and_excel(told):
    for tab, tables in (("On time", 1), ("Time to act", 2), ("Rules", 1)):
        labels = [one.proto.label for one in open_tab(tab).get("download_button")]
        assert labels == ["CSV", "Excel"] * tables


def test_an_empty_clinic_is_shown_the_way_in(told, clinic, monkeypatch, tmp_path):
    monkeypatch.setenv("NADIR_DB_URL", f"sqlite:///{tmp_path / 'clinic.db'}")
    clinic["clinic"] = replace(clinic["clinic"], people={})
    screen = open_page(quality)
    assert "No patients yet" in html_of(screen) + "".join(block.value for block in screen.markdown)
    assert told["asked"] == []


def test_a_store_that_cannot_be_read_is_one_plain_sentence(told):
    told["quality"] = StoreFailed("The store clinic.db is damaged. Restore the last backup.")
    screen = open_page(quality)
    assert "Restore the last backup" in html_of(screen)
    assert "<dl" not in html_of(screen)


def test_without_a_role_nothing_is_shown(told, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "")
    screen = open_page(quality)
    assert not html_of(screen)
    assert screen.error
