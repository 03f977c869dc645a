"""Whoever requests a test by decision says by when, in the same field as for a promised repeat (HAZ-004)."""

from __future__ import annotations

from core.acts import DECISIONS
from core.alerts.dispositions import promised_by_decision
from core.records import DAY
from core.services.recall import read_recall
from tests.pages.conftest import html_of, open_page
from tests.pages.test_promised_day import by_when, url  # noqa: F401
from tests.pages.test_worklist_acting import life, neutropenia, press, worklist
from tests.store.small_clinic import NOW


def choose(screen, decision):
    next(one for one in screen.pills if one.label == "What was decided").set_value(decision).run()
    return screen


def write(screen, comment):
    next(one for one in screen.text_input if one.label.startswith("Why, and")).set_value(comment).run()
    return screen


def test_a_test_requested_and_closed_names_its_day_and_stands_in_recall(url):  # noqa: F811
    screen = choose(press(neutropenia(open_page(worklist)), "Decide"), "test_requested")
    assert "“Test requested” expects a newer result by the day chosen" in html_of(screen)
    by_when(screen).set_value(NOW + 4 * DAY - 1)
    press(write(screen, "FBC Monday"), "Record and close the alert")
    told = life(url)
    assert (told.state, told.decision, told.acts[-1].until) == ("resolved", "test_requested", NOW + 4 * DAY - 1)
    said = html_of(screen)
    assert "The alert is closed by decision: test requested." in said
    assert "Closed by decision (test requested) by local user on 13-Dec-2026: expected by 16-Dec-2026; FBC" in said
    assert [one.test for line in read_recall(url).lines for one in line.needs if one.promised] == ["neutrophils"]


def test_a_decision_that_promises_nothing_asks_for_no_day(url):  # noqa: F811
    screen = press(neutropenia(open_page(worklist)), "Decide")
    for decision in sorted(set(DECISIONS) - set(promised_by_decision())):
        choose(screen, decision)
        assert not [one for one in screen.selectbox if one.label == "Repeat or result expected by"], decision
    press(write(choose(screen, "dose_held"), "for a week"), "Record decision")
    assert life(url).acts[-1].until is None
