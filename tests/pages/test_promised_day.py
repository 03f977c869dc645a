"""Whoever promises a repeat says by when: a day with a default and bounds, in the form and in the act (HAZ-004)."""

from __future__ import annotations

import pytest

from core.alerts.snooze import latest_end
from core.records import DAY
from core.views.acting import promise_ends, promise_words
from tests.alerts.an_alert import RULES, an_alert, at
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist_acting import COURSE, life, neutropenia, press, worklist
from tests.store.small_clinic import ANN, NOW, bring_in, make_store, result

MILD = result("R1", "1.55", "2026-12-12")  # of medium priority
MOST = RULES.snooze_days["medium"]


@pytest.fixture
def url(tmp_path, monkeypatch):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN], results=[MILD], medications=[COURSE])
    monkeypatch.setenv("NADIR_DB_URL", f"sqlite:///{store.name}")
    monkeypatch.setenv("NADIR_AS_OF", "2026-12-13")
    return f"sqlite:///{store.name}"


def by_when(screen):
    (field,) = [one for one in screen.selectbox if one.label == "Repeat or result expected by"]
    return field


def test_the_form_offers_the_last_day_the_tier_allows_and_no_later_one(url):
    field = by_when(press(neutropenia(open_page(worklist)), "Acknowledge"))
    # a pinned clock stands at its day's end: the first day offered is the next
    assert (field.options[0], field.options[-1]) == ("14-Dec-2026, tomorrow", f"27-Dec-2026, in {MOST}\u00a0days")
    assert field.value == NOW + (MOST + 1) * DAY - 1


def test_the_day_chosen_is_the_day_kept_and_is_told_with_the_act(url):
    screen = press(neutropenia(open_page(worklist)), "Acknowledge")
    by_when(screen).set_value(NOW + 4 * DAY - 1).run()
    press(screen, "Will watch and repeat the test")
    assert life(url).acts[-1].until == NOW + 4 * DAY - 1
    assert "expected by 16-Dec-2026" in html_of(screen)


def test_a_day_set_in_the_same_breath_as_the_press_counts(url):
    screen = press(neutropenia(open_page(worklist)), "Acknowledge")
    by_when(screen).set_value(NOW + 4 * DAY - 1)
    press(screen, "A test is on its way")
    told = life(url).acts[-1]
    assert (told.disposition, told.until) == ("awaiting-result", NOW + 4 * DAY - 1)


def test_of_several_alerts_each_has_its_own_last_day_unless_one_is_chosen_for_all():
    both = [an_alert(priority="medium"), an_alert(priority="low")]
    days = list(promise_ends(both, at(1), RULES))
    assert days[-1] == latest_end("medium", at(1), RULES) and days[0] == at(1) // DAY * DAY + DAY - 1


def test_a_reason_that_promises_nothing_keeps_no_day(url):
    screen = press(neutropenia(open_page(worklist)), "Acknowledge")
    press(screen, "Dealt with now")
    assert life(url).acts[-1].until is None


def test_the_form_says_which_test_recall_will_ask_for_or_that_there_is_none():
    assert "A repeat (Neutrophils) stands in Recall" in promise_words(an_alert(), at(1), RULES)
    assert "rests on no test" in promise_words(an_alert(fact="age"), at(1), RULES)
