"""One patient's counts and the people around them, at random: whatever happens, the alert is where it must be.

The facts are a series of counts that are added (late ones too), corrected and withdrawn; the alerts are read from it by
a few lines of their own. The acts go through the real checks into a real store, which is closed and opened again.
Hazard: HAZ-006, HAZ-008 (P08, P15, P16, P44).
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from sqlalchemy import event

from core.acts import OF_A_PATIENT, Act, Life
from core.alerts.lifecycle import TAKES_ON, life_of, match_acts
from core.alerts.promises import name_day
from core.alerts.requests import check_fits, check_form
from core.alerts.snooze import latest_end
from core.alerts.worsening import Rows, see_alert
from core.engine.standing import Alert
from core.errors import InputRefused
from core.records import DAY
from core.store import acts as kept
from core.store.connect import open_store
from tests.alerts.an_alert import RULES, T0, an_alert, count

LIMIT, FLOOR = 1.5, RULES.floors[0].stop
VALUES = st.sampled_from([0.1, 0.3, 0.5, 0.6, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 2.4])
PROMISING = ("will-monitor", "awaiting-result")
REASONS = st.sampled_from([*PROMISING, "acted-on"])  # of a decision: whether the test is requested by it
PEOPLE = st.sampled_from(["A. Reed", "B. Fox", "C. Lee"])


class LifeOfAnAlert(RuleBasedStateMachine):
    results = Bundle("results")

    @initialize(target=results, value=st.sampled_from([0.3, 0.9, 1.2, 1.4]))
    def open_the_clinic_with_one_low_count(self, value: float) -> str:
        self.folder = Path(tempfile.mkdtemp())
        self._open()
        self.now, self.next_row, self.keys = T0, 1, 0
        self.counts: dict[str, tuple[float, float, int]] = {}  # name -> day, value, row
        self.ever_stored: list[int] = []
        return self.measure_now(value)

    def _open(self) -> None:
        self.read_when = -1
        self.store = open_store(f"sqlite:///{self.folder / 'clinic.db'}")
        # thousands of acts: what survives a power cut is proved in tests/faults
        event.listen(self.store.engine, "connect", lambda plain, _: plain.execute("PRAGMA synchronous=OFF"))

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.store.engine.dispose()
            shutil.rmtree(self.folder)

    # ---- the facts ----

    def _keep(self, name: str, day: float, value: float) -> None:
        self.counts[name] = (day, value, self.next_row)
        self.next_row += 1

    @rule(target=results, value=VALUES)
    def measure(self, value: float) -> str:
        """Fire, worsen or improve: a new count, taken now."""
        return self.measure_now(value)

    def measure_now(self, value: float) -> str:
        self.now += DAY // 2
        name = f"R{self.next_row}"
        self._keep(name, (self.now - T0) / DAY, value)
        return name

    @rule(target=results, value=VALUES, ago=st.floats(0.1, 5))
    def arrive_late(self, value: float, ago: float) -> str:
        name = f"R{self.next_row}"
        self._keep(name, (self.now - T0) / DAY - ago, value)
        return name

    @rule(name=results, value=VALUES)
    def correct(self, name: str, value: float) -> None:
        if name in self.counts:
            self._keep(name, self.counts[name][0], value)

    @rule(name=consumes(results))
    def withdraw(self, name: str) -> None:
        self.counts.pop(name, None)

    @rule(days=st.sampled_from([0.01, 0.5, 1, 3, 15]))
    def tick(self, days: float) -> None:
        self.now += int(days * DAY)

    @rule()
    def restart(self) -> None:
        before = self._lives()
        self.store.engine.dispose()
        self._open()
        assert self._lives() == before

    # ---- the people ----

    @rule(who=PEOPLE, kind=st.sampled_from(["acknowledge", "snooze", "decide", "close"]), reason=REASONS)
    def deal_with_the_newest(self, who: str, kind: str, reason: str) -> None:
        self._try(who, who, kind, stale=False, which=-1, reason=reason)

    @rule(who=PEOPLE, reason=REASONS, decides=st.booleans(), days=st.sampled_from([1, 3, 15]))
    def promise_and_let_the_day_come(self, who: str, reason: str, decides: bool, days: float) -> None:
        """Promise tick: nothing but time passes; a decision in between calls nothing off."""
        self._try(who, who, "acknowledge", stale=False, which=-1, reason=reason)
        if decides:
            self._try(who, who, "decide", stale=False, which=-1)
        self.tick(days)

    @rule(who=PEOPLE, other=PEOPLE, kind=st.sampled_from(
        ["acknowledge", "snooze", "decide", "close", "reopen", "note", "assign", "hand_over"]
    ), stale=st.booleans(), which=st.integers(-3, 3), reason=REASONS)  # fmt: skip
    def act(self, who: str, other: str, kind: str, stale: bool, which: int, reason: str) -> None:
        self._try(who, other, kind, stale=stale, which=which, reason=reason)

    @rule(who=PEOPLE, kind=st.sampled_from(["acknowledge", "snooze", "close"]), value=VALUES, target=results)
    def deal_with_it_and_measure_again(self, who: str, kind: str, value: float) -> str:
        self._try(who, who, kind, stale=False, which=-1)
        return self.measure_now(value)

    def _try(self, who: str, other: str, kind: str, *, stale: bool, which: int, reason: str = "will-monitor") -> None:
        alerts = self._alerts()
        if not alerts:
            return
        alert = alerts[which % len(alerts)]
        life = self._lives()[alert.alert_id]
        self.keys += 1
        decided = "test_requested" if reason in PROMISING else "dose_held"
        asked = Act(
            kind, who, "clinician", "P1", f"k{self.keys}", alert.alert_id, alert.drug, alert.category, alert.fact,  # type: ignore[arg-type]
            disposition=reason if kind == "acknowledge" else "", comment="in words",
            owner=other if kind in ("assign", "hand_over") else "",
            until=min(self.now + 2 * DAY, latest_end(alert.priority, self.now, RULES)) if kind == "snooze" else None,
            decision=decided if kind in ("decide", "close") else "",
            expects=life.last_act_id - 1 if stale else life.last_act_id, saw=life.mark, at=self.now,
            seen=see_alert(alert, self._rows(), self.now),
        )  # fmt: skip
        try:
            check_form(asked)
            asked = name_day(asked, alert, RULES)
            check_fits(asked, alert, life, RULES)
        except InputRefused:
            return
        assert not stale or kind == "note"
        with self.store.writing() as connection:
            number = kept.append(connection, asked)
        self.ever_stored.append(number)
        after = self._lives()[alert.alert_id]
        if kind in ("acknowledge", "decide", "close", "snooze"):
            assert after.state != "open"
            assert after.acted_by == who

    @rule(who=PEOPLE)
    def look(self, who: str) -> None:
        self.keys += 1
        over = tuple(a.alert_id for a in self._alerts() if a.closed_at is not None)
        with self.store.writing() as connection:
            self.ever_stored.append(
                kept.append(connection, Act("look", who, "viewer", "P1", f"k{self.keys}", shown=over, at=self.now))
            )
        lives = self._lives()
        assert all(lives[name].seen for name in over)

    # ---- what is read ----

    def _rows(self) -> Rows:
        return Rows({row: name for name, (_, _, row) in self.counts.items()}, {})

    def _alerts(self) -> list[Alert]:
        """Every stretch of counts below the limit, newest last; each known by when it began."""
        series = sorted((day, row, value) for day, value, row in self.counts.values())
        found: list[Alert] = []
        stretch: list[tuple[float, int, float]] = []

        def told(closed_at: int | None) -> None:
            alert = an_alert(*(count(value, day, row=row) for day, row, value in stretch))
            found.append(replace(alert, alert_id=f"alert@{alert.opened_at}", closed_at=closed_at))

        for day, row, value in series:
            if value < LIMIT:
                stretch.append((day, row, value))
            elif stretch:
                told(T0 + int(day * DAY))
                stretch = []
        if stretch:
            told(None)
        return found

    def _acts(self) -> list[Act]:
        if self.read_when != len(self.ever_stored):
            with self.store.reading() as connection:
                self.read = kept.list_acts(connection, ["P1"])
            self.read_when = len(self.ever_stored)
        return self.read

    def _lives(self, now: int | None = None) -> dict[str, Life]:
        at, alerts = self.now if now is None else now, self._alerts()
        matched = match_acts(alerts, [act for act in self._acts() if act.at <= at], self._rows())
        return {a.alert_id: life_of(a, matched.of.get(a.alert_id, ()), at, RULES, self._rows()) for a in alerts}

    def _settled(self, life: Life) -> Act | None:
        """The act that last said where the alert is, as the test reads it."""
        return next((a for a in reversed(life.acts) if a.kind in (*TAKES_ON, "reopen")), None)

    def _is_broken(self, alert: Alert, life: Life) -> bool:
        """Whether a promise stands whose day has passed without a newer count, as the test reads it."""
        promised: Act | None = None
        for one in life.acts:
            promises = one.disposition in PROMISING or one.decision == "test_requested"
            adds = one.kind == "decide" or (one.kind == "close" and promised is not None and bool(promised.decision))
            if adds and not promises and promised is not None and one.at <= (promised.until or 0):
                continue
            if one.kind in (*TAKES_ON, "reopen"):
                promised = one if promises else None
        if promised is None or promised.until is None or promised.seen is None or promised.until >= self.now:
            return False
        seen = promised.seen.newest("neutrophils")
        assert seen is not None
        earliest = seen.at + 1 if promised.disposition == "awaiting-result" else promised.at // DAY * DAY
        return not any(max(earliest, seen.at + 1) <= one.at <= promised.until for one in alert.evidence)

    # ---- what must hold ----

    @invariant()
    def a_promise_is_open_again_when_its_day_has_passed_in_vain_and_never_else(self) -> None:
        lives = self._lives()
        for alert in self._alerts():
            life = lives[alert.alert_id]
            if alert.closed_at is None and self._is_broken(alert, life):
                assert life.state == "open"
                if life.pierced_by == "not_repeated":
                    assert life.breached
            else:
                assert life.pierced_by != "not_repeated"

    @invariant()
    def worse_than_when_put_off_is_visible(self) -> None:
        lives = self._lives()
        for alert in self._alerts():
            life, newest = lives[alert.alert_id], alert.evidence[-1].value
            settled = self._settled(life)
            if life.state == "open" or life.ended_by == "evidence":
                continue
            assert settled is not None
            assert settled.seen is not None
            assert newest is not None
            last_seen = settled.seen.newest("neutrophils")
            assert last_seen is not None
            assert newest >= (last_seen.value or 0)
            assert not (settled.seen.priority == "medium" and alert.priority == "high")

    @invariant()
    def the_same_fact_is_never_raised_again(self) -> None:
        lives, names = self._lives(), self._rows().names
        for alert in self._alerts():
            life = lives[alert.alert_id]
            settled = self._settled(life)
            if settled is None or settled.kind == "reopen" or settled.seen is None or life.ended_by == "evidence":
                continue
            same = {(names[e.row_id], e.value) for e in alert.evidence} == {
                (r.name, r.value) for r in settled.seen.results
            }
            over = (settled.kind == "snooze" and (settled.until or 0) <= self.now) or self._is_broken(alert, life)
            if same and not over:
                assert life.state != "open"

    @invariant()
    def a_high_alert_is_counted_wherever_it_is_and_ends_for_a_reason(self) -> None:
        lives = self._lives()
        for alert in self._alerts():
            life = lives[alert.alert_id]
            if alert.closed_at is None and life.state == "resolved":
                assert life.ended_by == "decision"
                assert any(a.kind == "close" and a.decision and a.comment for a in life.acts)
            if alert.priority == "high" and alert.closed_at is None and not life.acts:
                assert life.state == "open"
            assert life.seen or life.ended_by == "evidence"

    @invariant()
    def once_taken_on_it_has_exactly_one_owner(self) -> None:
        for life in self._lives().values():
            taken = [a for a in life.acts if a.kind in (*TAKES_ON, "assign", "hand_over")]
            assert bool(life.owner) == bool(taken)
            given = [a.owner for a in taken if a.owner]
            if taken:
                assert life.owner == (given[-1] if given else taken[0].by)

    @invariant()
    def below_the_floor_nothing_is_snoozed(self) -> None:
        lives = self._lives()
        for alert in self._alerts():
            newest = alert.evidence[-1].value
            if newest is not None and newest < FLOOR:
                assert lives[alert.alert_id].state != "snoozed"

    @invariant()
    def no_act_is_lost_and_none_counts_twice(self) -> None:
        acts = self._acts()
        assert [act.act_id for act in acts] == self.ever_stored
        matched = match_acts(self._alerts(), acts, self._rows())
        placed = [a.act_id for several in matched.of.values() for a in several if a.kind not in OF_A_PATIENT]
        orphaned = [a.act_id for a in matched.orphaned]
        about_alerts = [a.act_id for a in acts if a.kind not in OF_A_PATIENT]
        assert sorted(placed + orphaned) == about_alerts

    @invariant()
    def a_past_day_knows_nothing_of_later_acts(self) -> None:
        for act in self._acts()[-3:]:
            for life in self._lives(act.at - 1).values():
                assert all(one.at < act.at for one in life.acts)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
class TestLifeOfAnAlert(LifeOfAnAlert.TestCase):  # type: ignore[misc,name-defined]
    settings = settings(
        max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
