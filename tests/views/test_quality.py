"""The quality figures: textbook limits by hand, small numbers never a percentage, every figure with its direction."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.alerts.escalate import Breach
from core.views.palette import DARK, LIGHT
from core.views.proportions import ACTION, WARNING, at_most, control_limits, design_effect, upper_limit, wilson_interval
from core.views.quality import GreenLane, Group, Least, Quality, Rule, Tier, judge_groups
from core.views.quality_chart import describe_shares, describe_yield, draw_shares, draw_yield, share_legend
from core.views.quality_tables import breach_columns, on_time_table, rules_table, tiers_table
from core.views.quality_text import days_text, percent_text, upward_text
from core.views.quality_words import green_words, headline, method_words, on_time_line, period_line, rules_line
from tests.views import example

LEAST = Least(20, "below 20 tests a single one moves the share by more than 5 points")
LOOKS = Least(20, "with fewer than 20 looks the bound stands above 14 % even if nothing was missed")
TITLES = {"anakinra.neutrophils-stop": "Neutrophils below 1.5 ×10⁹/L (EMA, on treatment)"}
FEW = Least(10, "below 10 alerts a single one moves the share by more than 10 points")


def words(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize("looked", [1, 20, 59, 300])
def test_with_none_missed_the_bound_is_the_rule_of_three_exactly(looked):
    # 1 - 0.05^(1/n): Hanley and Lippman-Hand 1983
    assert upper_limit(0, looked) == pytest.approx(1 - 0.05 ** (1 / looked), abs=1e-12)


def test_fifty_nine_clean_looks_bring_the_bound_under_one_in_twenty_and_fifty_eight_do_not():
    assert upper_limit(0, 59) < 0.05 < upper_limit(0, 58)  # ln 0.05 / ln 0.95 = 58.4


def test_one_missed_of_one_hundred_gives_the_published_one_sided_limit():
    # Clopper and Pearson: the p with (1-p)^100 + 100 p (1-p)^99 = 0.05 is 0.04656
    p = upper_limit(1, 100)
    assert p == pytest.approx(0.0466, abs=5e-5)
    assert (1 - p) ** 100 + 100 * p * (1 - p) ** 99 == pytest.approx(0.05, abs=1e-12)


def test_without_a_look_the_lane_may_miss_everything():
    assert upper_limit(0, 0) == 1.0
    assert upper_limit(3, 3) == 1.0
    assert GreenLane(signed=40).bound == 1.0


def test_more_missed_than_looked_at_is_refused():
    with pytest.raises(ValueError, match="between 0 and looked"):
        upper_limit(2, 1)


@given(st.integers(1, 400), st.data())
def test_the_bound_is_the_rate_at_which_so_few_missed_would_be_one_chance_in_twenty(looked, data):
    missed = data.draw(st.integers(0, looked - 1))
    bound = upper_limit(missed, looked)
    assert bound > missed / looked
    assert at_most(missed, looked, bound) == pytest.approx(0.05, abs=1e-9)
    assert upper_limit(missed, looked + 1) < bound


def test_the_chance_of_few_is_the_binomial_sum():
    # of 4 with a half each: (1 + 4 + 6) / 16
    assert at_most(2, 4, 0.5) == pytest.approx(11 / 16)
    assert (at_most(-1, 4, 0.5), at_most(4, 4, 0.5), at_most(0, 4, 0.0), at_most(3, 4, 1.0)) == (0.0, 1.0, 1.0, 0.0)


def test_the_score_interval_of_eight_in_twenty_is_wilsons():
    # (p + z2/2n ± z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n) with z = 1.96: 0.2188 to 0.6134
    low, high = wilson_interval(8, 20)
    assert (low, high) == (pytest.approx(0.2188, abs=5e-5), pytest.approx(0.6134, abs=5e-5))
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == 1.0


def test_the_control_limits_of_ten_with_a_half_are_two_and_eight():
    # P(X <= 1) = 11/1024 = 0.0107, P(X <= 2) = 56/1024 = 0.0547: two is the first not among the rarest 2.5 %
    assert control_limits(0.5, 10, WARNING) == (0.2, 0.8)
    # P(X <= 0) = 1/1024 = 0.00098 < 0.001 and P(X <= 1) above it
    assert control_limits(0.5, 10, ACTION) == (0.1, 0.9)


def test_a_small_group_with_everything_done_never_lies_above_chance():
    # P(36 of 36 at 99 %) = 0.70: nothing remarkable
    assert control_limits(0.99, 36, ACTION)[1] == 1.0


@given(st.floats(0.01, 0.99), st.integers(1, 300), st.sampled_from([WARNING, ACTION]))
def test_no_more_than_the_said_chance_lies_outside_the_limits(rate, of, outside):
    low, high = (round(limit * of) for limit in control_limits(rate, of, outside))
    assert at_most(low - 1, of, rate) <= outside / 2 + 1e-12
    assert 1 - at_most(high, of, rate) <= outside / 2 + 1e-12
    assert at_most(low, of, rate) > outside / 2 or low == of
    assert low <= math.ceil(rate * of)


def test_limits_of_nothing_and_of_certainty():
    assert control_limits(0.5, 0, WARNING) == (0.0, 1.0)
    assert control_limits(1.0, 30, WARNING) == (1.0, 1.0)


def test_cases_in_clusters_of_ten_alike_tell_ten_times_less():
    # rate 1/2, each cluster all or nothing: sum (y - pn)^2 = k * 25, over n p (1-p) = 10k/4, times k/(k-1)
    clusters = [(10, 10), (0, 10)] * 50
    assert design_effect(clusters) == pytest.approx(10 * 100 / 99)
    assert design_effect([(1, 1), (0, 1)] * 500) == pytest.approx(1000 / 999)
    assert design_effect([(5, 5), (3, 3)]) == 1.0  # all done: nothing varies
    assert design_effect([]) == 1.0


def group(name: str, asked: int, on_time: int, later: int = 0, days: float | None = None) -> Group:
    return Group(name, asked, on_time, later, days)


def test_a_group_is_held_against_the_limits_of_its_own_size():
    groups = [group("North", 1000, 900), group("South", 100, 70, 20, 9.0), group("East", 1000, 980)]
    north, south, east = judge_groups(groups, 20)
    # 1950 of 2100 = 92.9 %; sd of 1000 = 0.81, of 100 = 2.6 points
    assert (north.standing, south.standing, east.standing) == ("far_below", "far_below", "far_above")
    assert judge_groups([*groups, group("West", 100, 90)], 20)[3].standing == "within"


def test_a_design_effect_widens_the_limits():
    groups = [group("North", 500, 470), group("South", 500, 490)]
    assert [one.standing for one in judge_groups(groups, 20)] == ["below", "above"]
    assert [one.standing for one in judge_groups(groups, 20, 12.0)] == ["within", "within"]


def test_below_the_house_minimum_a_share_is_never_told():
    few, enough = judge_groups([group("A", 19, 3), group("B", 20, 20)], 20)
    assert (few.standing, few.share, few.warning) == ("too_few", None, None)
    assert enough.share == 1.0
    said = words(on_time_table("site", [few, enough]))
    row = said.split("<tbody>")[1].split("</tr>")[0]
    assert "too few to judge" in row
    assert "%" not in row
    assert ">3<" in row
    assert "1 group too few to judge: fewer than 20; below 20 tests" in words(
        on_time_line("site", [few, enough], LEAST)
    )


def test_a_group_at_its_limit_is_inside_whatever_the_floating_point_makes_of_it():
    for of in range(20, 60, 9):
        low, high = control_limits(0.9, of, WARNING)
        for edge in (low, high):
            mine = group("A", of, round(edge * of))
            rest = group("B", 900_000, 810_000)
            assert judge_groups([mine, rest], 20)[0].standing == "within"


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "100 %"), (0.9999, "99.9 %"), (0.0001, "0.1 %"), (0.0, "0 %"), (0.985, "98.5 %"), (0.4, "40 %")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, said):
    assert words(percent_text(share)) == said


def test_a_bound_is_rounded_up():
    assert words(upward_text(0.0495)) == "5.0 %"
    assert words(upward_text(0.0501)) == "5.1 %"
    assert words(upward_text(1.0)) == "100.0 %"


def test_a_length_of_time_is_hours_then_days():
    assert [words(days_text(one)) for one in (None, 0.5, 1.9, 2.0, 3.25)] == [
        "–", "12 hours", "46 hours", "2 days", "3.2 days",
    ]  # fmt: skip


def quality(**changes) -> Quality:
    tiers = (
        Tier("high", 0, in_time=8, late=11, missed=1, days=1.3),
        Tier("medium", 7, in_time=3, waiting=4, days=2.0),
        Tier("low", None, in_time=12, ended=2, days=30.0),
    )
    rules = (
        Rule("anakinra.neutrophils-stop", "anakinra", "high", 12, {"acted": 6, "not_relevant": 4, "open": 2}, 120.0),
        Rule("anakinra.age-65", "anakinra", "low", 3, {"acted": 1, "before": 2}, 120.0),
    )
    told = {
        "start": example.AS_OF - 365 * 86_400, "end": example.AS_OF, "people": 8, "months": 120.0,
        "on_time": {"drug": (group("anakinra", 400, 380, 12, 6.0),)}, "effects": {"drug": 1.0}, "tiers": tiers,
        "rules": rules, "green": GreenLane(300, 59, 0), "acting_since": example.day("2026-08-24"),
        "least": {"on_time": LEAST, "time_to_act": FEW, "yield": FEW, "green_lane": LOOKS},
    }  # fmt: skip
    return Quality(**(told | changes))


def test_every_headline_figure_says_which_way_is_good():
    said = words(headline(quality()))
    cards = said.split("<dt>")[1:]
    assert len(cards) == 4
    assert ["higher is better" in one for one in cards] == [True, True, False, False]
    assert ["lower is better" in one for one in cards] == [False, False, True, True]
    assert "95 %" in cards[0] and "380 of 400 tests" in cards[0]
    assert "40 %" in cards[1] and "8 of 20 judged" in cards[1]
    assert "0.12" in cards[2]  # 15 alerts in 120 patient-months
    assert "5.0 %" in cards[3]


def test_a_tier_with_few_judged_tells_counts_and_no_share():
    said = words(tiers_table(quality().tiers, FEW))
    high, medium, low = said.split("<tbody>")[1].split("</tr>")[:3]
    assert "40 %" in high and "21.9–61.3 %" in high and "31 hours" in high
    assert "too few to judge" in medium and "%" not in medium
    assert "no target" in low and "at next review" in low


def test_yield_is_told_of_answered_alerts_only_and_burden_of_all():
    said = words(rules_table(quality().rules, FEW, TITLES))
    stop, age = said.split("<tbody>")[1].split("</tr>")[:2]
    assert "60 %" in stop  # 6 of 10 answered
    assert "40 %" in stop  # not relevant
    assert "0.100" in stop  # 12 in 120 patient-months
    assert "too few to judge" in age and "%" not in age
    assert "1 rule too few to judge" in words(rules_line(quality().rules, FEW))


def test_every_share_and_rate_of_the_tables_says_its_direction():
    tables = (
        on_time_table("drug", judge_groups(quality().on_time["drug"], 20)), tiers_table(quality().tiers, FEW),
        rules_table(quality().rules, FEW, {}),
    )  # fmt: skip
    heads = [re.findall(r"<th[^>]*>([^<]*)</th>", text.split("</thead>")[0]) for text in tables]
    measures = [
        head for several in heads for head in several if re.search("Share|Per patient|median|Median|of ans", head)
    ]
    assert len(measures) == 7
    assert all(head[-1] in "↑↓" for head in measures)
    for text in tables:
        below = text.split("</table>")[1]
        assert ("↑ higher is better" in below, "↓ lower is better" in below) == ("↑" in text, "↓" in text)


def test_the_green_lane_says_what_it_does_not_know():
    assert "No patient was signed off together" in green_words(GreenLane(), LOOKS)
    assert "nothing is known" in green_words(GreenLane(signed=12), LOOKS)
    assert "at most 5.0 %" in words(green_words(GreenLane(300, 59, 0), LOOKS))
    assert "rule of three" in green_words(GreenLane(300, 59, 0), LOOKS)
    assert "rule of three" not in green_words(GreenLane(300, 59, 1), LOOKS)


def test_a_bound_of_a_few_looks_is_not_told_but_why_and_from_how_many_is():
    few = words(green_words(GreenLane(23, 2, 0), LOOKS)).split("What clean looks")[0]
    assert "too few looks to say" in few and LOOKS.why in few and "77" not in few
    card = words(headline(quality(green=GreenLane(23, 2, 0)))).split("<dt>")[4]
    assert "too few looks to say" in card and "0 missed of 2 looked at; told from 20 looks on" in card
    assert "77" not in card
    assert upper_limit(0, LOOKS.count - 1) > 0.14 > upper_limit(0, LOOKS.count)  # what the reason says


def test_a_miss_among_a_few_looks_is_told_as_such_and_never_waits_for_more():
    card = words(headline(quality(green=GreenLane(23, 5, 1)))).split("<dt>")[4]
    assert ">1 missed<" in card and "1 missed of 5 looked at" in card


def test_the_period_line_says_what_is_not_counted():
    said = words(period_line(quality(failed=1, unmatched=4)))
    assert "1 patient could not be evaluated" in said
    assert "4 acts on facts withdrawn since are not counted" in said
    assert "nobody has acted on an alert here yet" in period_line(quality(acting_since=None))


def test_the_method_is_named_and_the_widening_said():
    assert "exact binomial" in method_words(1.0)
    assert "Kish" not in method_words(1.0)
    assert "13.8 times" in method_words(13.8)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("grouping", ["site", "quarter"])
def test_the_chart_draws_each_judged_group_once_and_names_the_others(colours, grouping):
    names = ("2026-Q1", "2026-Q2", "2026-Q3")
    groups = judge_groups(
        [group(name, *n) for name, n in zip(names, ((500, 470), (8, 8), (500, 300)), strict=True)], 20
    )
    figure = draw_shares(grouping, groups, 0.77, colours)
    points = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    shares = [v for trace in points for v in (trace["y"] if grouping == "quarter" else trace["x"])]
    assert sorted(round(v) for v in shares) == [60, 94]
    assert [one["text"] for one in figure["layout"]["annotations"]] == [
        "too few" if grouping == "quarter" else "too few to judge"
    ]
    assert {trace["marker"]["symbol"] for trace in points} == {"triangle-up", "triangle-down"}
    assert "too few to judge" in words(describe_shares(grouping, groups))


def test_the_legend_stands_beside_the_picture_and_names_only_the_shapes_that_are_drawn():
    groups = judge_groups([group("2026-Q1", 500, 470), group("2026-Q3", 500, 300)], 20)
    said = re.sub(r"<[^>]+>+", "|", share_legend(groups, 0.77))
    assert [one for one in said.split("|") if one] == [
        "99.8 % limits", "95 % limits", "▼", "far below", "▲", "far above", "all together, 77\u00a0%",
    ]  # fmt: skip
    assert draw_shares("site", groups, 0.77, LIGHT)["layout"]["showlegend"] is False


def test_the_bars_of_a_rule_add_up_to_what_it_raised():
    figure = draw_yield(quality().rules, LIGHT, {})
    sums = [sum(column) for column in zip(*(trace["x"] for trace in figure["data"]), strict=True)]
    assert sums == [12, 3]


def test_a_rule_is_told_in_words_with_its_id_after_them_and_by_its_id_where_it_has_no_words():
    said = words(rules_table(quality().rules, FEW, TITLES))
    title, rule_id = "Neutrophils below 1.5 ×10⁹/L (EMA, on treatment)", "anakinra.neutrophils-stop"
    assert said.index(title) < said.index(rule_id)
    assert said.count("anakinra.age-65") == 1
    figure = draw_yield(quality().rules, LIGHT, TITLES)
    ticks = figure["layout"]["yaxis"]["ticktext"]
    assert ticks == ["Neutrophils below 1.5 ×10⁹/L<br>(EMA, on treatment)", "anakinra.age-65"]
    assert describe_yield(quality().rules, TITLES).count(title) == 1


def test_two_rules_of_one_title_keep_a_bar_each():
    figure = draw_yield(quality().rules, LIGHT, {one.rule_id: "Neutrophils" for one in quality().rules})
    assert [len(set(trace["y"])) for trace in figure["data"]] == [2] * len(figure["data"])


def test_an_alert_past_its_time_names_patient_and_owner():
    picture = example.clinic()
    alerts = {one.alert_id: one for one in picture.standing.alerts}
    breach = Breach("SAMPLE-0001:neutropenia", "SAMPLE-0001", "anakinra", "high", "", example.AS_OF - 200_000,
                    example.AS_OF - 100_000, 1, ("pharmacist", "rheumatologist"))  # fmt: skip
    cells = breach_columns([breach], picture, alerts)
    assert cells["patient"][0].startswith("OAKMOSS, Zephyrine")
    assert (cells["owner"], cells["tell"]) == (["nobody"], ["pharmacist and rheumatologist"])
    assert cells["tier"] == [["▲ HIGH"]]
