"""What people made of alerts, on the list: nothing dealt with is hidden uncounted, and what came back stands out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.acts import Act, Life
from core.alerts.escalate import Breach
from core.records import DAY
from core.views.acting import alert_labels, first_to_answer, offered, snooze_ends
from core.views.preview import preview
from core.views.row_states import NO_ALERT, alerts_of, describe_states, list_new
from core.views.worklist import Choice, arrange, count_states, list_patients, narrow, turn_to
from core.views.worklist_cells import columns
from core.views.worklist_line import filter_words, late_line, shown_line
from tests.views import example

PICTURE = example.clinic()
ROWS = list_patients(PICTURE)
OAKMOSS, BRACKEN = "SAMPLE-0001", "SAMPLE-0002"


def lives_of(picture=PICTURE, **changes):
    """Every alert open, but for those changed: patient number and category -> fields of its life."""
    lives = {}
    for alert in picture.standing.alerts:
        known = changes.get(f"p{int(alert.patient_id[-4:])}_{alert.category}", {})
        lives[alert.alert_id] = Life(alert.alert_id, **{"state": "open", "raised_at": alert.opened_at, **known})
    return lives


def states_of(picture=PICTURE, **changes):
    return describe_states(alerts_of(picture), {}, lives_of(picture, **changes), set(picture.people))


ACKNOWLEDGED = {"state": "acknowledged", "owner": "A. Reed"}


def test_the_gravest_alert_gives_the_row_its_state_and_owner():
    states = states_of(p1_neutropenia=ACKNOWLEDGED, p1_infection=ACKNOWLEDGED)
    assert (states[OAKMOSS].text, states[OAKMOSS].owner) == ("acknowledged", "A. Reed")
    assert states[OAKMOSS].is_settled and not states[BRACKEN].is_settled


def test_a_row_whose_gravest_alert_is_dealt_with_has_the_state_of_the_worst_that_waits():
    state = states_of(p1_neutropenia=ACKNOWLEDGED)[OAKMOSS]
    assert (state.text, state.owner) == ("open", "–") and not state.is_settled
    assert {"acknowledged", "open"} <= state.codes


@pytest.mark.parametrize(
    ("life", "text"),
    [
        ({"state": "snoozed", "snoozed_until": example.day("2026-11-21")}, "snoozed"),
        ({"pierced_by": "worse_value"}, "back: a worse value"),
        ({"pierced_by": "end_of_time"}, "back: snooze is over"),
        ({"breached": True, "due_by": example.day("2026-11-18")}, "open, late"),
        ({"state": "resolved", "ended_by": "decision"}, "closed by decision"),
    ],
)
def test_a_state_is_said_in_the_words_of_what_happened(life, text):
    assert states_of(p2_renal_dosing=life)[BRACKEN].text == text


def test_what_is_dealt_with_stays_on_the_list_below_what_waits_under_the_same_mark():
    picture = example.clinic(8)  # two patients of every story
    states = states_of(picture, p1_neutropenia=ACKNOWLEDGED, p1_infection=ACKNOWLEDGED)
    rows = arrange(list_patients(picture), states, ())
    assert [row.patient_id for row in rows if row.mark == "high"] == ["SAMPLE-0009", OAKMOSS]
    assert len(rows) == len(picture.people)


def test_among_those_who_wait_the_new_come_first():
    picture = example.clinic(8)
    states = states_of(picture)
    first = arrange(list_patients(picture), states, {"SAMPLE-0009"})[0]
    assert first.patient_id == "SAMPLE-0009"


def test_new_is_what_was_raised_since_this_person_looked():
    states = states_of()
    raised = states[OAKMOSS].raised_at
    assert OAKMOSS in list_new(states, {})
    assert OAKMOSS in list_new(states, {OAKMOSS: raised - 1})
    assert OAKMOSS not in list_new(states, {OAKMOSS: raised})


def test_what_is_dealt_with_is_not_new():
    states = states_of(p1_neutropenia=ACKNOWLEDGED, p1_infection=ACKNOWLEDGED)
    assert OAKMOSS not in list_new(states, {})


def test_an_alert_that_ended_unseen_keeps_its_patient_in_sight():
    alert = replace(
        example.neutropenia("SAMPLE-0006"), closed_at=example.AS_OF - DAY, alert_id="over", opened_at=1, since=1
    )
    lives = {**lives_of(), "over": Life("over", "resolved", "evidence", seen=False)}
    states = describe_states(alerts_of(PICTURE), {"SAMPLE-0006": [alert]}, lives, set(PICTURE.people))
    assert states["SAMPLE-0006"].codes == {"ended"} and "SAMPLE-0006" in list_new(states, {})
    seen = describe_states(
        alerts_of(PICTURE), {"SAMPLE-0006": [alert]}, {**lives, "over": replace(lives["over"], seen=True)},
        set(PICTURE.people),
    )  # fmt: skip
    assert "SAMPLE-0006" not in seen


@pytest.mark.parametrize("code", ["open", "acknowledged", "snoozed", "back", "late", "closed", "new"])
def test_no_filter_by_state_hides_a_high_patient_uncounted(code):
    states = states_of(p1_neutropenia=ACKNOWLEDGED, p1_infection=ACKNOWLEDGED)
    shown = narrow(ROWS, Choice(states=frozenset({code})), states, frozenset({BRACKEN}))
    assert sum(row.high_alerts > 0 for row in shown.rows) + shown.hidden_high == 1


def test_no_filter_by_owner_hides_a_high_patient_uncounted():
    states = states_of(p2_renal_dosing=ACKNOWLEDGED)
    mine = narrow(ROWS, Choice(owners=frozenset({"A. Reed"})), states)
    assert [row.patient_id for row in mine.rows] == [BRACKEN] and mine.hidden_high == 1
    nobodys = narrow(ROWS, Choice(owners=frozenset({"–"})), states)
    assert OAKMOSS in {row.patient_id for row in nobodys.rows}


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_a_page_counts_every_high_alert_on_the_other_pages(size):
    picture = example.clinic(40)
    shown = narrow(list_patients(picture), Choice())
    total = sum(row.high_alerts > 0 for row in list_patients(picture))
    for page in range(-1, 60):
        turned = turn_to(shown, page, size)
        assert 0 < len(turned.rows) <= size
        assert sum(row.high_alerts > 0 for row in turned.rows) + turned.hidden_high == total
    assert "5 on other pages, 0 by filters" in turn_to(shown, 1, 1).line


def test_every_page_together_is_the_whole_list_once():
    shown = narrow(ROWS, Choice())
    pages = [row.key for page in range(3) for row in turn_to(shown, page, 3).rows]
    assert pages == [row.key for row in ROWS]


def test_the_line_counts_what_was_dealt_with():
    states = states_of(p1_neutropenia=ACKNOWLEDGED, p2_renal_dosing={"state": "snoozed"})
    line = shown_line(narrow(ROWS, Choice()), ROWS, states)
    assert "0 high hidden" in line and "in the whole list: 1 acknowledged and 1 snoozed" in line
    assert count_states(states, {OAKMOSS})["new"] == 1


def test_the_breach_line_names_the_gravest_first_and_whom_to_tell():
    breaches = (
        Breach("a", OAKMOSS, "anakinra", "high", "", 0, example.day("2026-11-18"), 2, ("pharmacist",)),
        Breach("b", BRACKEN, "anakinra", "medium", "A. Reed", 0, example.day("2026-11-13"), 7, ("pharmacist", "admin")),
    )
    line = late_line(breaches, PICTURE.people)
    assert line is not None and line.index("OAKMOSS") < line.index("BRACKEN")
    assert "1 high and 1 medium alerts of 2\u00a0patients" in line and "the marks above count patients" in line
    assert "2\u00a0days late" in line and "with A. Reed" in line
    assert "House rule: tell pharmacist and admin (Nadir tells nobody)" in line
    assert late_line((), PICTURE.people) is None


def test_a_table_of_the_list_has_a_cell_for_every_row_in_every_column():
    states = states_of(p2_renal_dosing={"state": "snoozed", "snoozed_until": example.AS_OF, "owner": "A. Reed"})
    table = columns(ROWS, lambda trend: "", states, {OAKMOSS})
    assert {len(cells) for cells in table.values()} == {len(ROWS)}
    place = [row.patient_id for row in ROWS].index(BRACKEN)
    assert (table["state"][place], table["next"][place]) == ("snoozed · A. Reed", "20-Nov-2026")
    assert table["new"][0] == "new" and table["new"][place] == ""


def test_the_filters_are_told_in_words():
    said = filter_words(Choice(marks=frozenset({"high"}), owners=frozenset({"–"}), text="oak"))
    assert said == "HIGH; owner nobody; search 'oak'"


def test_the_preview_gives_a_verdict_per_drug_and_says_who_acted():
    act = Act("acknowledge", "A. Reed", "clinician", OAKMOSS, "k", at=example.AS_OF, disposition="will-monitor")
    lives = lives_of(p1_neutropenia={**ACKNOWLEDGED, "why": "Acknowledged by A. Reed on 20-Nov-2026.", "acts": (act,)})
    said = preview(PICTURE, ROWS[0], lives)
    assert "Stop or withhold" in said and "Acknowledged by A. Reed on 20-Nov-2026. Owner: A. Reed." in said


@pytest.mark.parametrize(
    ("status", "begun", "answer"),
    [
        ("planned", False, "Do not start"),
        ("active", False, "Do not start"),  # dated ahead: nothing is stopped that is not taken
        ("on-hold", True, "Do not restart"),
        ("active", True, "Stop or withhold"),
    ],
)
def test_the_preview_says_what_not_to_do_of_a_drug_that_is_not_taken(status, begun, answer):
    start = PICTURE.as_of + (-5 if begun else 5) * DAY
    mine = tuple(
        replace(one, status=status, start=start, end=None)
        for one in PICTURE.courses[OAKMOSS]
        if one.drug in PICTURE.drugs_covered
    )
    picture = replace(PICTURE, courses={**PICTURE.courses, OAKMOSS: mine[:1]})
    assert f"<b>{answer}</b>" in preview(picture, ROWS[0])


def test_the_preview_says_why_an_alert_came_back():
    lives = lives_of(p1_neutropenia={"pierced_by": "worse_value", "why": "Came back: neutrophils 0.7."})
    assert "Came back: neutrophils 0.7." in preview(PICTURE, ROWS[0], lives)


def test_what_is_offered_fits_the_state():
    assert offered(Life("a", "open"))[0] == "acknowledge"
    assert "hand_over" in offered(Life("a", "open", owner="A. Reed")) and "assign" in offered(Life("a", "open"))
    assert offered(Life("a", "resolved", "evidence")) == ("note",)
    assert "reopen" in offered(Life("a", "acknowledged")) and "acknowledge" not in offered(Life("a", "acknowledged"))


def test_the_gravest_alert_that_waits_is_offered_first():
    alerts = alerts_of(PICTURE)[OAKMOSS]
    lives = lives_of(p1_neutropenia=ACKNOWLEDGED)
    assert alerts[first_to_answer(alerts, lives)].category == "infection"
    assert alert_labels(alerts, lives)[0].startswith("▲ HIGH anakinra: Stop or withhold: neutrophils below 1.5")


def test_two_alerts_that_read_alike_are_two_choices():
    alert = example.infection(OAKMOSS)
    twins = [alert, replace(alert, alert_id="b"), replace(alert, alert_id="c")]
    lives = {one.alert_id: Life(one.alert_id, "open") for one in twins}
    assert len(set(alert_labels(twins, lives))) == 3


def test_a_snooze_is_offered_up_to_the_latest_day_and_no_longer():
    now = example.AS_OF
    days = [until // DAY - now // DAY for until, _ in snooze_ends(now + 14 * DAY, now)]
    assert days == [1, 2, 3, 7, 14]
    assert [words for _, words in snooze_ends(now + DAY, now)] == ["1\u00a0day, to 21-Nov-2026"]


def test_a_patient_without_an_alert_has_no_state():
    assert "SAMPLE-0006" not in states_of() and NO_ALERT.is_settled is False
