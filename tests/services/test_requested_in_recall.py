"""From the decision "test requested" to Recall and back, over a real store: nothing else lists the test (HAZ-004)."""

from __future__ import annotations

import pytest

from core.records import DAY
from core.services import acts
from tests.services.test_acts import ask, clinic, clock, life, url_of  # noqa: F401
from tests.services.test_promised_repeat import ENDED, FRIDAY, HELD, add, hold, needs
from tests.store.small_clinic import NOW, result


@pytest.fixture
def url(clinic):  # noqa: F811
    return url_of(clinic)


def decide(store, kind="close", decision="test_requested", until=FRIDAY):
    asked = ask(store, kind, decision=decision, until=until, comment="FBC Monday")
    return acts.act(url_of(store), asked)


@pytest.mark.parametrize("kind", ["decide", "close"])
def test_a_test_requested_by_decision_is_on_the_recall_list_until_it_comes(kind, clinic, clock, url):  # noqa: F811
    assert needs(url) == []
    told = decide(clinic, kind)
    assert told.state == ("resolved" if kind == "close" else "acknowledged")
    (need,) = needs(url)
    assert (need.test, need.status, need.promised) == ("neutrophils", "due", "A. Reed on 13-Dec-2026")
    clock("2026-12-19")
    (need,) = needs(url)
    back = life(clinic, at=FRIDAY + 1)
    assert (need.status, back.state, back.pierced_by) == ("overdue", "open", "not_repeated")
    assert "has not come" in back.why
    add(clinic, result("R2", "1.56", "2026-12-19"))
    assert needs(url) == []


def test_one_that_comes_in_time_leaves_the_alert_closed_and_recall_empty(clinic, clock, url):  # noqa: F811
    decide(clinic)
    add(clinic, result("R2", "1.56", "2026-12-16"))
    clock("2026-12-30")
    assert needs(url) == []
    assert life(clinic, at=NOW + 17 * DAY).ended_by == "decision"


def test_a_hold_after_it_ends_the_alert_and_not_the_request(clinic, clock, url):  # noqa: F811
    decide(clinic)
    hold(clinic, ENDED, HELD)
    clock("2026-12-19")
    (need,) = needs(url)
    assert (need.test, need.status) == ("neutrophils", "overdue")


def test_a_dose_that_is_held_requests_no_test(clinic, url):  # noqa: F811
    decide(clinic, decision="dose_held", until=None)
    assert needs(url) == []
