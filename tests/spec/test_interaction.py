"""Chapter: two drugs at once. Judged from the day both are meant to be taken; what has ended is no combination."""

from __future__ import annotations

import pytest

from tests.spec.clinic import tell


@pytest.mark.parametrize(("story", "answer"), [
    ("2026-01-01 anakinra\n2026-02-01 etanercept", "high avoid"),
    ("2026-01-01 anakinra\n2026-03-10 etanercept", "high avoid"),  # dated later: judged before it begins
    ("2026-03-10 anakinra\n2025-01-01 etanercept", "high avoid"),
    ("2026-03-10 anakinra planned\n2025-01-01 etanercept", "high avoid"),
    # planned, and its written end has passed as well: it is planned for today, not over
    ("2026-01-01 to 2026-01-14 anakinra planned\n2026-02-01 etanercept", "high avoid"),
    ("2026-03-10 anakinra\n2025-01-01 to 2026-03-09 etanercept", "silent"),  # it ends the day before
    ("2026-03-10 anakinra\n2025-01-01 to 2026-03-10 etanercept", "high avoid"),
    ("2026-01-01 to 2026-02-15 anakinra stopped\n2025-01-01 etanercept", "silent"),
    ("2026-01-01 anakinra\n2025-01-01 to 2026-02-15 etanercept stopped", "silent"),
    ("2026-01-01 anakinra\n2026-01-01 etanercept on-hold", "silent"),
    ("2026-01-01 anakinra on-hold\n2025-01-01 etanercept", "silent"),
    ("2026-01-01 anakinra", "silent"),  # the drug itself is a biologic too
])  # fmt: skip
def test_a_combination_is_what_is_meant_to_be_taken_together(story, answer):
    assert tell(story, "2026-03-01").answer("interaction-tnf") == answer


@pytest.mark.parametrize(("day", "answer"), [
    ("2026-02-15", "medium request_test"),
    ("2026-03-15", "medium request_test"),  # the last of the 28 days after 2026-02-15
    ("2026-03-16", "silent"),
])  # fmt: skip
def test_the_end_of_the_drug_concerns_warfarin_for_28_days(day, answer):
    said = tell("2026-01-01 to 2026-02-15 anakinra stopped\n2025-01-01 warfarin", day)
    assert said.answer("narrow-index") == answer


def test_each_other_drug_is_an_alert_of_its_own_on_which_all_who_speak_are_named():
    said = tell("2026-01-01 anakinra\n2026-01-01 etanercept\n2026-01-01 sarilumab", "2026-03-01")
    assert sorted((alert.fact.count("etanercept"), alert.authorities) for alert in said.alerts("interaction")) == [
        (0, ("FDA", "LOCAL")), (1, ("EMA", "FDA", "LOCAL")),
    ]  # fmt: skip
