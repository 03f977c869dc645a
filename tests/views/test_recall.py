"""The recall list: everybody of whom a test is asked, who did not come first; overrides announced; hidden counted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.records import DAY
from core.views.draw_weeks import count_weeks, describe_chart, draw_chart, weeks_table
from core.views.fit import text_width
from core.views.palette import DARK, LIGHT
from core.views.recall import (
    STATES,
    Choice,
    Override,
    count_states,
    hidden_beside,
    keep_ahead,
    list_lines,
    narrow,
)
from core.views.recall_columns import WIDTHS, columns
from core.views.recall_words import describe_line, export_rows, longer_words, override_sentence, summary_line
from tests.views import example

AS_OF = example.AS_OF
TODAY = example.day("2026-11-20")


def picture():
    """Five patients: hold supply, second, first and never, due, upcoming; a sixth has died."""
    base = example.clinic()
    monthly = ["2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01"]
    visits = [
        example.visit("SAMPLE-0001", monthly[0], "done"),
        *(example.visit("SAMPLE-0001", on, "overdue") for on in monthly[1:]),
        example.visit("SAMPLE-0002", monthly[1], "done"),
        *(example.visit("SAMPLE-0002", on, "overdue") for on in monthly[2:]),
        example.visit("SAMPLE-0003", "2026-10-20", "overdue", "crp"),
        example.visit("SAMPLE-0004", "2026-10-25", "done"),
        example.visit("SAMPLE-0004", "2026-11-25", "due"),
        example.visit("SAMPLE-0004", "2026-11-28", "due", "creatinine"),
        example.visit("SAMPLE-0005", "2027-02-01", "upcoming"),
        example.visit("SAMPLE-0006", "2026-09-01", "overdue"),
    ]  # fmt: skip
    dead = replace(base.people["SAMPLE-0006"], deceased_date=TODAY - 30 * DAY)
    return replace(
        base, standing=replace(base.standing, schedule=tuple(visits)), people={**base.people, "SAMPLE-0006": dead}
    )


def override(**changes) -> Override:
    held = Override(
        7, 4, "anakinra", "neutrophils", 60, "stable for two years", "Dr Fennel", "local user", AS_OF - DAY,
        example.day("2027-03-01") + DAY - 1,
    )  # fmt: skip
    return replace(held, **changes)


def test_who_died_after_the_day_that_is_read_is_recalled_on_that_day():
    now = picture()
    alive = replace(now.people["SAMPLE-0006"], deceased_date=AS_OF + DAY)
    later = replace(now, people={**now.people, "SAMPLE-0006": alive})
    assert "SAMPLE-0006" in {line.patient_id for line in list_lines(later)}
    assert "SAMPLE-0006" not in {line.patient_id for line in list_lines(now)}


def test_who_did_not_come_stands_first_and_the_dead_are_never_recalled():
    lines = list_lines(picture())
    assert [(line.patient_id, line.states[0]) for line in lines] == [
        ("SAMPLE-0001", "hold_supply"),
        ("SAMPLE-0002", "second"),
        ("SAMPLE-0003", "first"),
        ("SAMPLE-0004", "due"),
        ("SAMPLE-0005", "upcoming"),
    ]
    assert "never" in lines[2].states


def test_a_patient_counts_once_on_the_ladder_and_again_under_what_else_holds():
    counts = count_states(list_lines(picture()))
    assert dict(counts) == {
        "hold_supply": 1, "second": 1, "first": 1, "never": 1, "overdue": 2, "due": 1, "upcoming": 1,
    }  # fmt: skip
    assert set(counts) == set(STATES)


def test_tests_of_one_patient_are_one_row_with_one_draw():
    line = list_lines(picture())[3]
    assert [draw.tests for draw in line.draws] == [("neutrophils", "creatinine")]
    cells = columns([line], AS_OF)
    assert cells["day"] == ["25-Nov-2026"]
    assert cells["until"] == ["09-Dec-2026"]
    assert cells["tests"] == ["Neut, Creat"]


def test_the_table_says_how_many_windows_were_missed_and_for_how_long():
    cells = columns(list_lines(picture()), AS_OF)
    assert cells["late"][0].replace("\u00a0", " ") == "3 windows, 3 months"
    assert cells["late"][2].replace("\u00a0", " ") == "1 window, never tested"  # whole words, the column holds no more
    assert cells["mark"][0] == ["▲ HOLD SUPPLY"]
    assert cells["until"][0] == "late"


@pytest.mark.parametrize(
    ("choice", "who"),
    [
        (Choice(), ["0001", "0002", "0003", "0004"]),
        (Choice(horizon_days=120), ["0001", "0002", "0003", "0004", "0005"]),
        (Choice(states=frozenset({"overdue"})), ["0001", "0002"]),
        (Choice(states=frozenset({"never", "due"})), ["0003", "0004"]),
        (Choice(tests=frozenset({"creatinine"})), ["0004"]),
        (Choice(sites=frozenset({"South"})), ["0003"]),
        (Choice(text="oak"), ["0001"]),
        (Choice(text="sample 0002"), ["0002"]),
        (Choice(drugs=frozenset({"methotrexate"})), []),
    ],
)
def test_a_filter_keeps_whom_it_says(choice, who):
    shown = narrow(list_lines(picture()), choice, AS_OF)
    assert [line.patient_id.removeprefix("SAMPLE-") for line in shown] == who


def test_what_the_filters_hide_is_counted_by_step_of_the_ladder():
    lines = list_lines(picture())
    shown = narrow(lines, Choice(states=frozenset({"second"})), AS_OF)
    assert hidden_beside(lines, shown) == "hidden: 1 HOLD SUPPLY and 1 FIRST MISSED"


def test_a_longer_interval_is_announced_in_words_with_owner_reason_and_end():
    (line,) = [
        one for one in list_lines(picture(), [override()], {(4, "neutrophils"): TODAY - 26 * DAY}) if one.changes
    ]
    said = override_sentence(line.changes[0]).replace("\u00a0", " ")
    assert "every 60 days, because: stable for two years" in said
    assert "Owner Dr Fennel; set by local user on 19-Nov-2026; expires after 01-Mar-2027" in said
    assert "LONGER than the rule: due 24-Dec-2026 instead of the rule's 25-Nov-2026 (EMA and FDA)" in said
    assert "Alerts still follow the rule." in said
    assert said in describe_line(line, AS_OF).replace("\u00a0", " ").replace("&#x27;", "'")
    assert columns([line], AS_OF)["changed"] == ["Neut every 60\u00a0days"]


def test_an_override_moves_its_own_test_alone():
    (line,) = [
        one for one in list_lines(picture(), [override()], {(4, "neutrophils"): TODAY - 26 * DAY}) if one.changes
    ]
    moved = {need.test: (need.due, need.changed) for need in line.needs}
    assert moved == {
        "neutrophils": (example.day("2026-12-24"), True),
        "creatinine": (example.day("2026-11-28"), False),
    }
    assert [one for one in list_lines(picture()) if one.changes] == []


def test_an_override_never_excuses_a_test_that_was_never_taken():
    late = override(key=3, test="crp")
    (line,) = [one for one in list_lines(picture(), [late], {}) if one.changes]
    assert "never" in line.states
    assert "It changes nothing: there is no result yet to count from; the rule's dates stay." in override_sentence(
        line.changes[0]
    )


def test_an_override_for_a_test_no_rule_asks_for_says_so():
    (line,) = [one for one in list_lines(picture(), [override(test="alt")], {}) if one.changes]
    assert "It changes nothing: no rule asks for this test now." in override_sentence(line.changes[0])


@pytest.mark.parametrize(
    ("days", "said"), [(60, "LONGER than the rule's own 31 days"), (31, "the same as"), (14, "shorter than")]
)
def test_before_it_is_set_an_override_is_held_against_the_rules_own_interval(days, said):
    line = list_lines(picture())[3]
    need = next(one for one in line.needs if one.test == "neutrophils")
    assert said in longer_words(need, days).replace("\u00a0", " ")


def test_draws_per_week_add_up_and_the_chart_says_what_the_table_says():
    lines = list_lines(picture())
    weeks = count_weeks(lines, AS_OF, 28)
    assert [(week.draws, week.late, week.tests) for week in weeks] == [(4, 3, 5), (0, 0, 0), (0, 0, 0), (0, 0, 0)]
    for colours in (LIGHT, DARK):
        late, other = draw_chart(weeks, colours)["data"]
        assert [a + b for a, b in zip(late["y"], other["y"], strict=True)] == [week.draws for week in weeks]
    assert "from 20-Nov-2026: 4, of them 3 late" in describe_chart(weeks)
    assert '<th scope="row">20-Nov-2026</th><td class="n-number">4</td><td class="n-number">3</td>' in weeks_table(
        weeks
    )
    assert (
        summary_line(lines, AS_OF).replace("\u00a0", " ").startswith("4 draws to plan within 7 days for 5 tests; 3 pat")
    )


def test_an_export_holds_every_draw_inside_the_horizon_and_no_other():
    lines = list_lines(picture())
    rows = export_rows(keep_ahead(lines, Choice(), AS_OF))
    assert [row["patient"].split(",")[0] for row in rows] == ["OAKMOSS", "BRACKEN", "SORREL", "TEASEL"]
    assert rows[3]["draw"] == example.day("2026-11-25")
    assert rows[0]["state"] == "HOLD SUPPLY; OVERDUE"
    assert len(export_rows(keep_ahead(lines, Choice(horizon_days=120), AS_OF))) == 5


def test_hostile_names_and_reasons_stay_text():
    base = picture()
    person = replace(base.people["SAMPLE-0004"], family_name=example.HOSTILE_NAMES[0])
    base = replace(base, people={**base.people, "SAMPLE-0004": person})
    rude = override(reason=example.HOSTILE_NAMES[0], owner="<b>x</b>")
    (line,) = [one for one in list_lines(base, [rude], {}) if one.changes]
    drawn = describe_line(line, AS_OF)
    assert "<img" not in drawn
    assert "<b>x" not in drawn


def test_no_cell_of_the_table_is_cut_by_its_column():
    (line, *_) = list_lines(picture())
    tests = ("neutrophils", "creatinine", "crp", "alt", "ast", "albumin_creatinine_ratio", "haemoglobin", "platelets")
    needs = tuple(replace(line.needs[0], test=one) for one in tests)
    wide = replace(
        line, who=f"{'VERYLONGNAME' * 3}, Zephyrine\u00a0\u00a064 y F · {line.patient_id}", states=("second", "never"),
        missed=12, treatment="anakinra 100 mg once daily SC; methotrexate 15 mg once weekly PO; sulfasalazine 1 g BD",
        draws=(replace(line.draws[0], needs=needs), *line.draws[1:]),
    )  # fmt: skip
    cells = columns([wide], AS_OF)
    for name in ("patient", "late", "tests", "treatment", "number"):
        assert text_width(str(cells[name][0])) <= WIDTHS[name] - 16, name
    assert str(cells["late"][0]).endswith("never tested")
    assert str(cells["tests"][0]).endswith("+4") and str(cells["treatment"][0]) == "anakinra 100 mg once daily SC +2"
    assert str(cells["number"][0]) == wide.patient_id  # half a number is another patient's


def test_the_due_day_stands_where_a_telephone_shows_it_with_its_year():
    card = describe_line(list_lines(picture())[0], AS_OF)
    assert re.findall(r'<th scope="col">([^<]+)', card)[:2] == ["Draw", "Due"]
    assert re.search(r'scope="row">1: today</th><td class="n-nowrap">\d\d-[A-Z][a-z]{2}-20\d\d</td>', card)
