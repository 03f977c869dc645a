"""Chapter: acute kidney injury from creatinine, and what waits until it is over (clinical reference 3.6)."""

from __future__ import annotations

import pytest

from core.engine.wording import iso_date
from tests.spec.clinic import Said, days_after, taken, tell

ANSWER_TO_STAGE = {0: "silent", 1: "medium repeat_test", 2: "high review", 3: "high review"}
DAY_0 = "2025-01-06"


def injury(series: str, *facts: str, person: str = "woman born 1962-03-12", limit: str = "84") -> Said:
    """`day:value;...` as the calculator takes it; the last value is judged on its own day."""
    told = [one.split(":") for one in series.split(";")]
    lines = [f"{days_after(DAY_0, int(day))} creatinine {value}, limit {limit}" for day, value in told]
    story = "\n".join((person, "2024-12-02 anakinra", *facts, *lines))
    return tell(story, days_after(DAY_0, int(told[-1][0])))


def stage(said: Said, rule: str) -> int | None:
    """The stage named in the title of the rule's position."""
    titles = [p.title for a in said.alerts("aki") for p in a.positions if p.rule_id.endswith(rule)]
    if titles:
        return int(titles[0].rpartition(" ")[2])
    return None if rule in said.cannot_tell() else 0


#: Clinical reference 3.6, the series form. None: no stage can be told.
NHSE = {
    "A1": ("0:130", None),
    "A2": ("0:80;100:84;170:76;200:120", 1),
    "A3": ("0:80;100:84;170:76;200:119", 0),
    "A4": ("0:90;55:70;60:145", 2),
    "A5": ("0:98;89:100;90:127", 1),
    "A6": ("0:98;89:100;90:126", 0),
    "A7": ("0:240;280:230;300:360", 3),
    "A8": ("0:110;400:250", None),
    "A9": ("0:120;1:60;8:130", 2),
    "A10": ("0:50;3:151", 3),
    # Either side of each limit.
    "ratio 1.5": ("0:80;30:120", 1),
    "below 1.5": ("0:80;30:119.9", 0),
    "ratio 2": ("0:80;30:160", 2),
    "below 2": ("0:80;30:159.9", 1),
    "ratio 3": ("0:80;30:240", 3),
    "below 3": ("0:80;30:239.9", 2),
    "above 354": ("0:200;30:354.1", 3),
    "exactly 354": ("0:200;30:354", 1),
    "rise of 26.1 in 48 h": ("0:100;2:126.1", 1),
    "rise of 26.1 in 72 h": ("0:100;3:126.1", 0),
    "365 days ago": ("0:80;365:160", 2),
    "366 days ago": ("0:80;366:160", None),
    # Day 7 belongs to the week, day 8 to the year; the median of an even number is the mean of the middle two.
    "day 7": ("0:60;7:100", 1),
    "median of two": ("0:60;1:100;30:120", 1),
    "below the median of two": ("0:60;1:100;30:119.9", 0),
}


@pytest.mark.parametrize("name", NHSE)
def test_the_nhs_england_stage_of_a_series(name):
    series, expected = NHSE[name]
    said = injury(series)
    assert stage(said, "aki-nhse") == expected
    if expected is None:
        assert said.cannot_tell()["aki-nhse"] == "missing_baseline"
    else:
        assert said.answer("aki-nhse") == ANSWER_TO_STAGE[expected]


KDIGO = {
    "first result": ("0:130", None),
    "ratio 1.5 to the week": ("0:80;7:120", 1),
    "below 1.5": ("0:80;7:119.9", 0),
    "ratio 2": ("0:80;7:160", 2),
    "ratio 3": ("0:80;7:240", 3),
    "rise of 26.5 in 48 h": ("0:100.1;2:126.6", 1),
    "rise of 26.4 in 48 h": ("0:100.1;2:126.5", 0),
    "rise of 26.5 in 72 h": ("0:100.1;3:126.6", 0),
    "353.6 with the criterion met": ("0:200;7:353.6", 3),
    "353.5": ("0:200;7:353.5", 1),
    "353.6 without the criterion": ("0:300;7:353.6", 0),
    # The lowest of the week is the baseline; only without one, the lowest of the year.
    "week before year": ("0:50;30:80;37:119", 0),
    "year without week": ("0:50;30:80;38:119", 2),
    "365 days ago": ("0:80;365:160", 2),
    "366 days ago": ("0:80;366:160", None),
}


@pytest.mark.parametrize("name", KDIGO)
def test_the_kdigo_stage_of_a_series(name):
    series, expected = KDIGO[name]
    said = injury(series)
    assert stage(said, "aki-kdigo") == expected
    if expected is not None:
        assert said.answer("aki-kdigo") == ANSWER_TO_STAGE[expected]


def test_a_sample_of_the_same_day_but_earlier_counts_as_before():
    said = taken("2026-02-20T07:00 creatinine 80\n2026-02-20T19:00 creatinine 130")
    assert said.answer("aki-nhse") == "medium repeat_test"


def test_a_childs_stage_3_counts_from_three_times_its_own_upper_limit():
    child = "woman born 2012-01-01"
    assert stage(injury("0:60;30:92", person=child, limit="30"), "aki-nhse") == 3
    assert stage(injury("0:60;30:90", person=child, limit="30"), "aki-nhse") == 1
    assert stage(injury("0:60;30:92", limit="30"), "aki-nhse") == 1


def test_stages_of_both_algorithms_are_one_alert_on_creatinine():
    said = injury("0:80;30:170")
    assert said.positions("aki") == {"NHSE high review", "KDIGO high review"}
    assert said.alert("aki").fact == "creatinine"


def test_a_stage_stands_until_the_next_creatinine_and_no_longer_than_it_is_in_date():
    said = taken("2026-01-05 creatinine 80\n2026-01-20 creatinine 130\n2026-02-05 creatinine 84", on="2026-02-10")
    assert said.life("aki-kdigo") == [
        "2026-01-01 cannot tell: no_result", "2026-01-05 cannot tell: missing_baseline",
        "2026-01-20 medium repeat_test", "2026-02-05 silent",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("series", "answer"),
    [
        ("0:>80;30:100", "silent"),  # at most 1.25 times
        ("0:80;30:>130", "medium repeat_test, held: censored"),  # at least stage 1
        ("0:80;30:<130", "cannot tell: censored"),
        ("0:80;30:<110", "silent"),
        ("0:<90;30:160", "medium repeat_test, held: censored"),
        ("0:!no_unit;30:160", "cannot tell: missing_baseline"),  # what cannot be read is no baseline
        ("0:80;30:!no_unit", "cannot tell: no_unit"),
        ("0:80;20:!no_unit;30:160", "high review"),  # and does not stand in its way
    ],
)
def test_what_a_creatinine_leaves_open_gives_the_lowest_and_the_highest_stage(series, answer):
    assert injury(series).answer("aki-kdigo") == answer


def test_on_dialysis_no_stage_is_told():
    said = taken("2026-01-05 creatinine 80\n2026-02-20 creatinine 300\n2026-02-01 dialysis")
    assert (said.answer("aki-nhse"), said.answer("aki-kdigo")) == ("silent", "silent")


# --- what waits ------------------------------------------------------------------------------------------------------

FALLING = """
    2025-12-20  weight 54
    2025-12-20  creatinine 170
    2026-01-20  creatinine 190
    2026-02-05  creatinine 400
    2026-02-20  creatinine 195
"""


def test_renal_dosing_waits_and_closes_while_the_creatinine_is_unsteady():
    assert taken(FALLING).life("renal-frequency") == [
        "2026-01-01 medium reduce_frequency", "2026-02-05 cannot tell: unsteady_creatinine",
        "2026-02-20 medium reduce_frequency",
    ]  # fmt: skip
    during = taken(FALLING, on="2026-02-10")
    closed = [a for a in during.history.closed_before(during.standing.as_of) if a.category == "renal_dosing"]
    assert [(iso_date(a.opened_at), iso_date(a.closed_at)) for a in closed] == [("2026-01-01", "2026-02-05")]


def test_no_renal_alert_stands_while_an_injury_does():
    said = taken(FALLING, on="2026-02-10")
    assert said.alerts("renal_dosing") == []
    assert {r: why for r, why in said.cannot_tell().items() if r.startswith("renal")} == {
        "renal-frequency": "unsteady_creatinine", "renal-confirm": "unsteady_creatinine",
        "renal-caution": "unsteady_creatinine",
    }  # fmt: skip


def test_an_unreadable_creatinine_does_not_make_it_steady_again():
    said = taken(FALLING.replace("creatinine 195", "creatinine !no_unit"))
    assert said.answer("renal-frequency") == "cannot tell: unsteady_creatinine"


@pytest.mark.parametrize("authorities", [("EMA",), ("FDA",), ("KDIGO",), None])
def test_an_injury_makes_the_creatinine_unsteady_whatever_authorities_are_chosen(authorities):
    said = taken(FALLING, on="2026-02-10", authorities=authorities)
    assert said.answer("renal-confirm") == "cannot tell: unsteady_creatinine"


def test_a_perhaps_is_not_an_injury():
    said = taken(FALLING.replace("creatinine 400", "creatinine <400"), on="2026-02-10")
    assert said.cannot_tell()["aki-kdigo"] == "censored"
    assert said.answer("renal-frequency") == "medium reduce_frequency, held: censored"


def test_dialysis_ends_the_waiting():
    said = taken(FALLING + "\n2026-02-06 dialysis", on="2026-02-10")
    assert said.answer("renal-frequency") == "medium reduce_frequency"


# --- no history ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "creatinine", "answer"),
    [
        ("woman born 1962-03-12", "84", "silent"),  # the catalogue's upper limit
        ("woman born 1962-03-12", "84.1", "low repeat_test"),
        ("man born 1962-03-12", "104", "silent"),
        ("man born 1962-03-12", "104.1", "low repeat_test"),
        ("woman born 1962-03-12", "95, limit 100", "silent"),  # the report's own
        ("woman born 1962-03-12", "95, limit 90", "low repeat_test"),
        ("person born 1962-03-12", "84", "silent"),
        ("person born 1962-03-12", "95", "cannot tell: missing_sex"),
        ("person born 1962-03-12", "105", "low repeat_test"),
        ("woman born 1962-03-12", "<90", "cannot tell: censored"),
        ("woman born 1962-03-12", ">84", "low repeat_test"),
        ("woman born 1962-03-12", "!no_unit", "cannot tell: no_unit"),
    ],
)
def test_a_high_creatinine_without_history_asks_for_a_repeat(person, creatinine, answer):
    said = tell(f"{person}\n2026-01-01 anakinra\n2026-02-20 creatinine {creatinine}", "2026-03-01")
    assert said.answer("creatinine-high-first") == answer


def test_with_a_result_in_the_last_365_days_the_stage_tells_instead():
    def first(previous: str) -> str:
        return taken(f"{previous} creatinine 140\n2026-02-20 creatinine 150").answer("creatinine-high-first")

    assert first("2025-02-20") == "silent"
    assert first("2025-02-19") == "low repeat_test"
