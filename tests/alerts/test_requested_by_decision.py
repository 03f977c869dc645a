"""A test requested by decision is asked for and missed, also when the decision closes the alert (HAZ-004, HAZ-008)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.alerts import dispositions as reasons
from core.alerts.lifecycle import life_of, promise_of, say_act
from core.alerts.promises import name_day
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows
from core.engine.wording import date
from core.errors import InputRefused, ProtocolFault
from core.records import DAY
from tests.alerts.an_alert import RULES, an_alert, at, count, done

LOW = an_alert(count(1.3))
END = at(5) // DAY * DAY + DAY - 1


def decided(kind="close", decision="test_requested", number=1, day=1, until=END):
    return done(kind, LOW, number, day, decision=decision, comment="FBC Monday", until=until)


def life(day, *acts, rows=None):
    return life_of(LOW, acts, at(day), RULES, rows or Rows())


def with_taken(taken, known):
    return Rows({}, {}, {("P1", "neutrophils"): ((at(taken), at(known)),)})


@pytest.mark.parametrize(("kind", "state"), [("decide", "acknowledged"), ("close", "resolved")])
def test_a_requested_test_that_did_not_come_opens_the_alert_again_and_it_is_late(kind, state):
    asked = decided(kind)
    assert life(5, asked).state == state
    told = life(6, asked)
    assert (told.state, told.pierced_by, told.breached, told.due_by) == ("open", "not_repeated", True, END)
    assert f"the test requested, expected by {date(END)}, has not come" in told.why
    assert life(30, asked, rows=with_taken(3, 4)).state == state
    assert life(30, asked, rows=with_taken(0.5, 4)).pierced_by == "not_repeated"  # taken before it was asked for


@pytest.mark.parametrize("kind", ["decide", "close"])
def test_a_requested_test_is_promised_for_the_count_of_the_alert(kind):
    told = promise_of(LOW, [decided(kind)], at(2), RULES)
    assert (told.what, told.test, told.until, told.by, told.kept) == ("repeat", "neutrophils", END, "A. Reed", False)


@pytest.mark.parametrize("decision", ["dose_held", "patient_called", "no_change"])
def test_another_decision_promises_nothing(decision):
    other = decided(decision=decision, until=None)
    assert promise_of(LOW, [other], at(2), RULES) is None
    assert name_day(other, LOW, RULES).until is None
    assert life(60, other).state == "resolved"


@pytest.mark.parametrize("kind", ["decide", "close"])
def test_a_decision_has_the_days_of_any_promise(kind):
    latest = latest_end(LOW.priority, at(1), RULES)
    assert name_day(decided(kind, until=None), LOW, RULES).until == latest
    for until in (latest + 1, at(1)):
        with pytest.raises(InputRefused, match="by when a result is expected"):
            name_day(decided(kind, until=until), LOW, RULES)


def test_holding_the_dose_or_closing_by_it_before_the_day_does_not_call_off_the_test():
    asked = decided("decide")
    for kind in ("decide", "close"):
        held = decided(kind, "dose_held", 2, 2, None)
        assert promise_of(LOW, [asked, held], at(3), RULES).until == END
        assert life(6, asked, held).pierced_by == "not_repeated"
        assert life(8, asked, replace(held, at=at(7))).pierced_by is None  # after the day it answers for it
    assert promise_of(LOW, [asked, done("close", LOW, 2, 2, comment="as agreed")], at(3), RULES).until == END
    assert promise_of(LOW, [asked, done("reopen", LOW, 2, 2, comment="wrong person")], at(3), RULES) is None


def test_a_test_requested_for_an_earlier_day_takes_the_place_of_a_later_promise():
    watched = done("acknowledge", LOW, 1, 1, until=END)
    sooner = decided("decide", number=2, day=2, until=END - 2 * DAY)
    assert promise_of(LOW, [watched, sooner], at(3), RULES).until == END - 2 * DAY


@pytest.mark.parametrize(("kind", "said"), [("decide", "Decided"), ("close", "Closed by decision")])
def test_the_coded_decision_and_the_day_stand_beside_the_comment(kind, said):
    assert say_act(decided(kind)) == (
        f"{said} (test requested) by A. Reed on {date(at(1))}: expected by {date(END)}; FBC Monday."
    )
    assert say_act(decided(kind, "dose_held", until=None)).startswith(f"{said} (dose held) by A. Reed")


def test_an_end_that_rests_on_an_earlier_decision_says_which():
    closed = done("close", LOW, 2, 2, comment="as agreed")
    assert life(3, decided("decide", "dose_held", until=None), closed).why.startswith("Closed by decision (dose held)")


@pytest.mark.parametrize("entry", ['test_asked = "repeat"', 'test_requested = "soon"'])
def test_an_unknown_decision_or_promise_in_the_file_is_refused(entry, tmp_path, monkeypatch):
    told = reasons.FILE.read_text(encoding="utf-8").replace('test_requested = "repeat"', entry)
    monkeypatch.setattr(reasons, "FILE", tmp_path / "dispositions.toml")
    reasons.FILE.write_text(told, encoding="utf-8")
    reasons.promised_by_decision.cache_clear()
    with pytest.raises(ProtocolFault, match="promise one of repeat, result"):
        reasons.promised_by_decision()
