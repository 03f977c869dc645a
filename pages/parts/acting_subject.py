"""Whose alerts are acted on, as they were seen: what is sent with an act, and the names of its widgets."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.acts import Act, Kind, Life
from core.engine.standing import Alert
from core.views import acting as words
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
        """The name of what chooses the alert: another patient, or another act meanwhile, and it is another widget."""
        return f"{self.place}.act-{self.key}-{self._newest}"

    def name_of(self, chosen: int) -> str:
        """The name of the widgets about one alert: of the alert itself, never of its place in the list, so that what
        was written about one is never sent about another (HAZ-002). An act on it meanwhile, and they are others.
        """
        if chosen == ALL:
            return f"{self.place}.act-{self.key}-all-{self._newest}"
        alert_id = self.alerts[chosen].alert_id
        mark = hashlib.blake2s(alert_id.encode(), digest_size=6).hexdigest()
        return f"{self.place}.act-{self.key}-{mark}-{self.lives[alert_id].last_act_id}"

    @property
    def _newest(self) -> int:
        return max((self.lives[one.alert_id].last_act_id for one in self.alerts), default=0)

    def list_unsent(self) -> list[str]:
        """Acts that were begun and not sent, in words: "Acknowledge: ▲ HIGH anakinra: …"."""
        labels = dict(enumerate(words.alert_labels(self.alerts, self.lives))) | {ALL: "all open alerts"}
        return [
            f"{words.BUTTONS[kind][0]}: {label}"
            for chosen, label in labels.items()
            for kind in words.BUTTONS
            if any(st.session_state.get(f"{self.name_of(chosen)}.{kind}.{field}") for field in acting_send.FIELDS)
        ]

    def meant_by_all(self, kind: Kind) -> list[Alert]:
        """The open alerts that one press is about: what must not wait is acknowledged by itself alone."""
        waiting = [one for one in self.alerts if self.lives[one.alert_id].state == "open"]
        return [one for one in waiting if kind != "acknowledge" or not self.lives[one.alert_id].unsnoozable]

    def drafts(self, chosen: int, kind: Kind) -> list[Act]:
        """What is to be sent: one act for each alert meant, with what the person saw of it."""
        user = guard.require("viewer")
        role = "clinician" if "clinician" in user.roles else "viewer"
        meant = self.meant_by_all(kind) if chosen == ALL else [self.alerts[chosen]]
        return [
            Act(
                kind, user.name, role, one.patient_id, acting_send.key_of(kind, one.alert_id, life.last_act_id),
                alert_id=one.alert_id, expects=life.last_act_id, saw=life.mark,
            )
            for one in meant
            for life in (self.lives[one.alert_id],)
        ]  # fmt: skip
