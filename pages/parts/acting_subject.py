"""Whose alerts are acted on, as they were seen: what is sent with an act, and the names of its widgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.acts import Act, Kind, Life
from core.engine.standing import Alert
from pages import guard
from pages.parts import acting_send

ALL = -1  # the choice that means every alert that waits


@dataclass(frozen=True)
class Subject:
    """Whose alerts are acted on, and as they were seen. place: of the screen, so that no two share a widget."""

    place: str
    key: int
    alerts: tuple[Alert, ...]
    lives: Mapping[str, Life]
    now: int
    by_keys: bool = False

    @property
    def base(self) -> str:
        """The name of every widget: another patient, or another act meanwhile, and it is another widget."""
        newest = max((self.lives[one.alert_id].last_act_id for one in self.alerts), default=0)
        return f"{self.place}.act-{self.key}-{newest}"

    def drafts(self, chosen: int, kind: Kind) -> list[Act]:
        """What is to be sent: one act for each alert meant, with what the person saw of it."""
        user = guard.require("viewer")
        role = "clinician" if "clinician" in user.roles else "viewer"
        if chosen == ALL:
            meant = [one for one in self.alerts if self.lives[one.alert_id].state == "open"]
        else:
            meant = [self.alerts[chosen]]
        return [
            Act(
                kind, user.name, role, one.patient_id, acting_send.key_of(kind, one.alert_id, life.last_act_id),
                alert_id=one.alert_id, expects=life.last_act_id, saw=life.mark,
            )
            for one in meant
            for life in (self.lives[one.alert_id],)
        ]  # fmt: skip
