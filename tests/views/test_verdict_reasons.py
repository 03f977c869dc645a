"""The reasons behind a verdict: the gravest told, the rest counted whatever outranks it (HAZ-014)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.views import patient
from tests.views import example

PICTURE = example.patient()


@pytest.mark.parametrize("unknown", [PICTURE.cannot_tell, ()])
def test_alerts_that_a_blind_spot_outranks_are_told_and_the_rest_counted(unknown):
    lesser = tuple(
        replace(PICTURE.alerts[0], alert_id=str(i), fact=f"e{i}", title=f"Lesser {i}", priority="low", action="review",
                positions=(), evidence=())
        for i in range(6)
    )  # fmt: skip
    ended = replace(PICTURE.alerts[0], alert_id="over", closed_at=example.AS_OF - 86_400)
    picture = replace(
        PICTURE, alerts=lesser, cannot_tell=unknown, closed_alerts=(ended,), ran_out=frozenset({"over"})
    )  # fmt: skip
    said = re.sub(r"<[^>]+>", " ", patient.verdicts(picture, {"over"}))
    assert "CANNOT TELL" in said and said.count("Lesser") == 3 and "+3 more, see Alerts" in said
