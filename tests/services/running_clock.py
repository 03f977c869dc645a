"""A clock that a test turns: the clinic's wall clock (UTC) and the machine's seconds run together."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core import clock


class RunningClock:
    """Nobody pins the clinic's day: it is what this clock shows. It stands still until it is turned."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
        self.turn(at)
        monkeypatch.delenv("NADIR_AS_OF", raising=False)
        monkeypatch.setattr(clock, "time", SimpleNamespace(time=self.seconds))
        monkeypatch.setattr(clock, "datetime", SimpleNamespace(now=self.now_in))

    def turn(self, at: str) -> None:
        """It is now this moment: "2026-11-21T12:00"."""
        self.now = datetime.fromisoformat(at).replace(tzinfo=UTC)

    def now_in(self, zone: object) -> datetime:
        """As `datetime.now` tells it; the clinics of these tests live in UTC."""
        assert str(zone) == "UTC"
        return self.now

    def seconds(self) -> float:
        """As `time.time` tells it."""
        return self.now.timestamp()

    @property
    def instant(self) -> int:
        """The clinic's instant, as an import is told it."""
        return int(self.now.timestamp())
