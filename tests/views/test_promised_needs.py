"""A repeat somebody promised is on the recall list until it is taken, and says whose promise it is (HAZ-004)."""

from __future__ import annotations

from dataclasses import replace

from core.alerts.promises import Promise
from core.paper.about import About
from core.paper.calendar_file import to_ics
from core.records import DAY
from core.views.promised_needs import list_promised
from core.views.recall import Choice, list_lines, narrow
from core.views.recall_columns import columns
from core.views.recall_words import describe_line, export_rows, state_words
from tests.views.test_recall import AS_OF, TODAY, override, picture

PROMISE = Promise(
    "a1", "SAMPLE-0005", "anakinra", "repeat", "neutrophils", "A. Reed", TODAY - 2 * DAY + 9 * 3600,
    TODAY + 3 * DAY - 1, kept=False,
)  # fmt: skip


def line_of(lines, patient_id="SAMPLE-0005"):
    return next(one for one in lines if one.patient_id == patient_id)


def test_a_promised_repeat_is_asked_for_beside_what_the_rules_ask_for():
    line = line_of(list_lines(picture(), promises=[PROMISE]))
    assert [(one.test, bool(one.promised)) for one in line.needs] == [("neutrophils", True), ("neutrophils", False)]
    assert (line.states[0], line.next.day) == ("due", TODAY + 2 * DAY)
    assert state_words(line.needs[0]) == "to be repeated, promised by A. Reed on 18-Nov-2026"
    assert "promised by A. Reed on 18-Nov-2026" in describe_line(line, AS_OF)
    assert columns([line], AS_OF)["promised"] == ["Neut by 22-Nov-2026"]


def test_of_whom_no_rule_asks_anything_a_promise_alone_makes_a_line():
    base = picture()
    bare = replace(base, standing=replace(base.standing, schedule=()))
    (line,) = list_lines(bare, promises=[PROMISE])
    assert (line.patient_id, len(line.needs)) == ("SAMPLE-0005", 1)


def test_what_came_what_is_only_awaited_what_rests_on_no_test_and_the_dead_ask_for_no_draw():
    others = [
        replace(PROMISE, kept=True), replace(PROMISE, what="result"), replace(PROMISE, test=""),
        replace(PROMISE, patient_id="SAMPLE-0006"),
    ]  # fmt: skip
    assert list_lines(picture(), promises=others) == list_lines(picture())


def test_a_repeat_that_did_not_come_by_its_day_is_late_and_never_hidden_in_silence():
    broken = replace(PROMISE, until=TODAY - 1)
    lines = list_lines(picture(), promises=[broken])
    line = line_of(lines)
    assert (line.states[0], line.next.day) == ("overdue", TODAY)
    assert "PROMISED REPEAT HAS NOT COME, promised by A. Reed" in state_words(line.needs[0])
    assert columns([line], AS_OF)["late"] == ["promised repeat, 1\u00a0day"]
    assert line in narrow(lines, Choice(states=frozenset({"overdue"})), AS_OF)


def test_of_two_promises_of_one_test_the_first_to_be_due_asks_for_it():
    later = replace(PROMISE, alert_id="a2", until=TODAY + 9 * DAY - 1)
    (need,) = list_promised([later, PROMISE], TODAY)["SAMPLE-0005"]
    assert need.closes == TODAY + 2 * DAY


def test_another_interval_moves_the_rules_visits_and_no_promise():
    held = override(key=picture().people["SAMPLE-0004"].key)
    own = replace(PROMISE, patient_id="SAMPLE-0004")
    last = {(held.key, "neutrophils"): TODAY - 26 * DAY}
    line = line_of(list_lines(picture(), [held], last, [own]), "SAMPLE-0004")
    (need,) = [one for one in line.needs if one.promised]
    assert (need.closes, need.changed) == (TODAY + 2 * DAY, False)
    assert line.changes[0].before is not None and not line.changes[0].before.promised


def test_a_file_says_whose_promise_it_is_and_a_calendar_names_nobody():
    line = line_of(list_lines(picture(), promises=[PROMISE]))
    first, second = export_rows([line])
    assert first["promised"] == "Neutrophils by 22-Nov-2026, promised by A. Reed on 18-Nov-2026"
    assert second["promised"] == ""
    about = About(title="Tests due", as_of=AS_OF, sample=False, program="Nadir", version=1, protocols={})
    told = to_ics([line], about).decode().replace("\r\n ", "")
    assert "Neutrophils\\, a promised repeat: due 22-Nov-2026" in told and "Reed" not in told
