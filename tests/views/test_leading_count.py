"""What screens lead with stands in the data files: another test named there is what they show first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.catalogue.screens import kept_trends, usual_charts
from core.protocols.background import background
from core.views import checked, flowsheet, panels, trend, worklist_reason
from core.views.checked import Count, is_beyond_limit
from core.views.model import LimitLine
from core.views.worklist_reason import count_beyond_limit, newest_count, say_reason, urgency_of
from tests.views import example

AT = example.AS_OF - 86_400
SERIES = {"neutrophils": ((AT, 1.7),), "crp": ((AT - 86_400, 90.0), (AT, 80.0))}
LIMITS = [LimitLine("neutrophils", 2.0, "below", "LOCAL", "inform", "low"),
          LimitLine("crp", 60.0, "above", "LOCAL", "inform", "low")]  # fmt: skip


@pytest.fixture
def led_by_crp(monkeypatch):
    """As if the file named CRP."""
    said = background()
    said = said.model_copy(update={"leading": said.leading.model_copy(update={"test": "crp", "category": "crp_rise"})})
    for module in (checked, worklist_reason):
        monkeypatch.setattr(module, "background", lambda: said)


def test_a_row_names_the_count_of_the_file():
    assert newest_count(SERIES).startswith("Neutrophils 1.7")
    assert count_beyond_limit(SERIES, LIMITS).startswith("Neutrophils 1.7")
    assert (newest_count({}), count_beyond_limit({}, LIMITS)) == ("", "")


@pytest.mark.usefixtures("led_by_crp")
def test_another_test_in_the_file_is_another_count_in_the_row():
    assert newest_count(SERIES).startswith("C-reactive protein 80")
    assert count_beyond_limit(SERIES, LIMITS).startswith("C-reactive protein 80")
    assert count_beyond_limit({"crp": ((AT, 50.0),)}, LIMITS) == ""


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (Count(AT, 1.9), True),
        (Count(AT, 2.0), False),
        (Count(AT, 2.0, "<"), True),  # every value it allows lies below
        (Count(AT, 1.9, ">"), False),
    ],
)
def test_a_bound_lies_beyond_a_limit_only_where_all_it_allows_does(count, expected):
    assert is_beyond_limit(count, LIMITS) is expected


def test_an_unknown_count_of_the_file_comes_first_and_is_the_reason_told():
    one = example.no_weight("SAMPLE-0006")[0]
    count = replace(one, category=background().leading.category, since=one.since + 1)
    assert [urgency_of("cannot_tell", (), few) for few in ([one], [count], [one, count])] == [1, 0, 0]
    assert say_reason("cannot_tell", (), [one, count], (), ())[2] == count.since


@pytest.mark.usefixtures("led_by_crp")
def test_an_unknown_count_of_another_category_waits():
    one = example.no_weight("SAMPLE-0006")[0]
    assert urgency_of("cannot_tell", (), [replace(one, category="neutropenia")]) == 1


def test_the_first_chart_and_the_first_trend_are_the_leading_count():
    assert (usual_charts()[0], kept_trends()[0]) == (background().leading.test,) * 2


def test_charts_rows_and_trends_come_in_the_order_of_the_file(monkeypatch):
    for module in (panels, flowsheet, trend):
        monkeypatch.setattr(module, "usual_charts", lambda: ("crp", "neutrophils"))
    picture = example.patient()
    assert [one.analyte for one in panels.make_panels(picture)][:2] == ["crp", "neutrophils"]
    table = str(flowsheet.flowsheet(picture).table)
    assert table.index(">C-reactive protein<") < table.index(">Neutrophils<")
    assert trend.choose_trend(dict(SERIES), (), (), LIMITS).analyte == "crp"
