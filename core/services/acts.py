"""Acting on alerts: one person, one act, one transaction with its line in the trail; and the lives that come of it.

An act is checked and kept under the store's one write lock, against the alert as the facts make it at that moment: of
two people who act at once both are kept, or the second is told what the first did (P44). If the trail cannot be
written, the act did not happen (P37).

Hazard: HAZ-008, HAZ-017.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import Connection

from core.acts import OF_A_PATIENT, Act, Life
from core.alerts.escalate import Breach, list_breaches
from core.alerts.lifecycle import Matched, life_of
from core.alerts.promises import name_day, what_is_promised
from core.alerts.requests import check_fits, check_form
from core.alerts.snooze import latest_end
from core.alerts.worsening import see_alert
from core.clock import read_utc
from core.engine.known import as_known_at
from core.engine.standing import Alert
from core.engine.wording import date
from core.errors import ActedMeanwhile, InputRefused
from core.services.behind_acts import house_rules, read_behind
from core.services.evaluate_clinic import evaluate_safely
from core.services.now import read_now
from core.settings import read_settings
from core.store import acts as kept_acts
from core.store import audit, load, recent_acts, stored
from core.store.connect import open_store
from core.views.acting import promise_ends, promise_words

#: The night the clocks go back, an act may bear a time the clock shows a second time; more than that is another clock.
_CLOCKS_GO_BACK = 2 * 3600
_FEW = 500  # patients: up to so many are asked for by name, more are read with everybody's


@dataclass(frozen=True, slots=True)
class Story:
    """All that people did about one patient. orphaned: about facts withdrawn since; they are shown, never dropped."""

    acts: tuple[Act, ...]
    lives: Mapping[str, Life]
    orphaned: tuple[Act, ...]


def act(url: str, asked: Act, authorities: Iterable[str] | None = None) -> Life:
    """Do one thing about one alert, and say where the alert stands now.

    Args:   asked: kind, by, role, patient_id, alert_id, key and what its kind needs; `expects` and `saw` from the Life
            the person saw. The same key again is the same act: nothing is added. authorities: whose rules the person
            saw speak (None: the clinic's).
    Raises: InputRefused (one sentence: what happened meanwhile, or what to do instead; nothing was recorded);
            StoreFailed (nothing was recorded).
    Hazard: HAZ-008, HAZ-017.
    """
    check_form(asked)
    if asked.kind in OF_A_PATIENT:
        raise InputRefused("A look or a sign-off is about a patient, not about one alert.")
    store, rules = open_store(url, must_exist=True), house_rules()
    with store.writing() as connection:
        now = _now(connection, acting=True)
        alerts = _alerts_of(connection, asked.patient_id, now, authorities)
        found = next((one for one in alerts if one.alert_id == asked.alert_id), None)
        before = kept_acts.find_by_key(connection, asked.key)
        if before is not None:
            _check_same(before, asked)
        rows, matched = read_behind(connection, alerts, [asked.patient_id], now)
        if found is None:
            found = _moved(alerts, matched, asked, before)
        life = life_of(found, matched.of.get(found.alert_id, ()), now, rules, rows)
        if before is not None:
            return life
        done = replace(
            asked, drug=found.drug, category=found.category, fact=found.fact, seen=see_alert(found, rows, now), at=now,
            recorded_at=read_utc(),
        )  # fmt: skip
        done = name_day(done, found, rules)
        check_fits(done, found, life, rules)
        done = replace(done, act_id=kept_acts.append(connection, done))
        after = life_of(found, (*life.acts, done), now, rules, rows)
        audit.append(connection, _entry(done, life, after))
    return after


def look(url: str, by: str, role: str, patient_id: str, shown: Collection[str] = (), key: str = "") -> None:
    """Record that somebody looked at a patient: it is in the trail, and what ended meanwhile counts as seen.

    Args:   shown: ids of the alerts that had ended on evidence and stood on the screen. key: the same again is one look
            ("" = every call is one).
    Raises: InputRefused (no such patient); StoreFailed.
    """
    _of_a_patient(url, Act("look", by, role, patient_id, key or f"look-{uuid4().hex}", shown=tuple(shown)))


def sign_off(
    url: str, by: str, role: str, patient_ids: Sequence[str], key: str, comment: str = "", shown: Collection[str] = ()
) -> int:
    """Record that somebody signed patients off together (the green lane): one act each, all of them or none.

    Args:    key: of the whole round; the same again adds nothing. shown: as for `look`, of any of them.
    Returns: how many were newly signed off.
    Raises:  InputRefused (one has an open alert of high priority, or is unknown: nothing was recorded); StoreFailed.
    """
    store = open_store(url, must_exist=True)
    rules, added = house_rules(), 0
    with store.writing() as connection:
        now = _now(connection, acting=True)
        for patient_id in dict.fromkeys(patient_ids):
            asked = Act("sign_off", by, role, patient_id, f"{key}:{patient_id}", comment=comment, shown=tuple(shown))
            check_form(asked)
            if kept_acts.find_by_key(connection, asked.key) is not None:
                continue
            alerts = _alerts_of(connection, patient_id, now, None)
            rows, matched = read_behind(connection, alerts, [patient_id], now)
            high = [one for one in alerts if one.closed_at is None and one.priority == "high"]
            lives = [life_of(one, matched.of.get(one.alert_id, ()), now, rules, rows) for one in high]
            if any(life.state == "open" for life in lives):
                raise InputRefused(
                    "Nothing was signed off: a patient among them has an open alert of high priority. Look at it first."
                )
            _keep_of_patient(connection, replace(asked, at=now, recorded_at=read_utc()), "act")
            added += 1
    return added


def lives(url: str, alerts: Iterable[Alert], as_of: int | None = None) -> dict[str, Life]:
    """Where each of these alerts stands (None: now, by the clock in use), by its id; acts after `as_of` do not count.

    Raises: StoreFailed.
    """
    with open_store(url).reading() as connection:
        return lives_in(connection, tuple(alerts), as_of)


def lives_in(connection: Connection, alerts: Sequence[Alert], as_of: int | None = None) -> dict[str, Life]:
    """As `lives`, in a block that reads already."""
    now = _now(connection) if as_of is None else as_of
    rules = house_rules()
    names = {one.patient_id for one in alerts}
    rows, matched = read_behind(connection, alerts, names if len(names) <= _FEW else None, now)
    return {one.alert_id: life_of(one, matched.of.get(one.alert_id, ()), now, rules, rows) for one in alerts}


def read_story(url: str, patient_id: str, alerts: Iterable[Alert], as_of: int | None = None) -> Story:
    """Everything people did about one patient up to an instant. alerts: all of the patient's, ended ones included.

    Raises: StoreFailed.
    """
    told = tuple(alerts)
    with open_store(url).reading() as connection:
        now = _now(connection) if as_of is None else as_of
        rules = house_rules()
        rows, matched = read_behind(connection, told, [patient_id], now)
        acts = tuple(one for one in kept_acts.list_acts(connection, [patient_id]) if one.at <= now)
    of = {one.alert_id: life_of(one, matched.of.get(one.alert_id, ()), now, rules, rows) for one in told}
    return Story(acts, of, matched.orphaned)


def list_acts(url: str, patient_id: str, as_of: int | None = None) -> tuple[Act, ...]:
    """Every act on a patient up to an instant (None: all), oldest first, orphaned ones included.

    Raises: StoreFailed.
    """
    with open_store(url).reading() as connection:
        return tuple(one for one in kept_acts.list_acts(connection, [patient_id]) if as_of is None or one.at <= as_of)


def breaches(url: str, alerts: Iterable[Alert], as_of: int | None = None) -> tuple[Breach, ...]:
    """Alerts open past the time their tier allows, gravest first, with who must hear of each by now.

    Raises: StoreFailed.
    """
    told = tuple(alerts)
    with open_store(url).reading() as connection:
        now = _now(connection) if as_of is None else as_of
        return list_breaches(told, lives_in(connection, told, now), now, house_rules())


def ended_unseen(url: str, ended: Iterable[Alert], as_of: int | None = None) -> tuple[Alert, ...]:
    """Those alerts that ended on evidence and that nobody has looked at since: they stay listed until somebody does.

    Args:   ended: alerts with `closed_at` (history.closed_before).
    Raises: StoreFailed.
    Hazard: HAZ-008.
    """
    told = tuple(one for one in ended if one.closed_at is not None)
    of = lives(url, told, as_of)
    return tuple(one for one in told if of[one.alert_id].ended_by == "evidence" and not of[one.alert_id].seen)


def first_act_at(url: str) -> int | None:
    """When anybody first acted in this clinic (instant); None = nobody ever did."""
    with open_store(url).reading() as connection:
        return recent_acts.first_act_at(connection)


def last_looked(url: str, by: str, patient_id: str) -> int | None:
    """When somebody last looked at a patient (instant); None = never."""
    with open_store(url).reading() as connection:
        return kept_acts.last_looks(connection, by, patient_id).get(patient_id)


def last_looks(url: str, by: str) -> dict[str, int]:
    """When somebody last looked at each patient they ever looked at (patient identifier -> instant)."""
    with open_store(url).reading() as connection:
        return kept_acts.last_looks(connection, by)


def acts_version(url: str) -> int:
    """A number that grows with every act: what was made of lives is stale when it changes."""
    with open_store(url).reading() as connection:
        return kept_acts.count_acts(connection)


def latest_snooze(url: str, alert: Alert) -> int:
    """The last instant until which an alert may be snoozed now."""
    with open_store(url).reading() as connection:
        return latest_end(alert.priority, _now(connection), house_rules())


def offer_days(alerts: Sequence[Alert], now: int) -> Mapping[int, str]:
    """The days by which a result may be promised about all of these alerts: last instant of the day -> words."""
    return promise_ends(alerts, now, house_rules())


def tell_promise(alert: Alert | None, now: int, decision: str = "") -> str:
    """What acknowledging with a promised repeat (or this decision) asks for, and by when; "" = nothing. alert: None =
    several of them.
    """
    return promise_words(alert, now, house_rules(), decision)


def _of_a_patient(url: str, asked: Act) -> None:
    check_form(asked)
    store = open_store(url, must_exist=True)
    with store.writing() as connection:
        if kept_acts.find_by_key(connection, asked.key) is None:
            now = _now(connection, acting=True)
            _keep_of_patient(connection, replace(asked, at=now, recorded_at=read_utc()), "view")


def _keep_of_patient(connection: Connection, done: Act, what: str) -> None:
    if not stored.has_patient(connection, done.patient_id):
        raise InputRefused("There is no such patient in this clinic: choose one from the worklist.")
    kept_acts.append(connection, done)
    audit.append(connection, audit.Entry(done.recorded_at, done.by, what, done.patient_id, done.kind, why=done.comment))


def _alerts_of(
    connection: Connection, patient_id: str, now: int, authorities: Iterable[str] | None
) -> tuple[Alert, ...]:
    """Every alert of one patient, open and ended, as the facts known now make them."""
    if not stored.has_patient(connection, patient_id):
        raise InputRefused("There is no such patient in this clinic: choose one from the worklist.")
    chosen = read_settings().authorities if authorities is None else tuple(authorities)
    judged = evaluate_safely(as_known_at(load.cohort(connection, [patient_id]), now), now, chosen)
    if judged.failed:
        raise InputRefused("This patient could not be evaluated just now: give the administrator the reference.")
    return (*judged.at(now).alerts, *judged.history.closed_before(now))


def _moved(alerts: Sequence[Alert], matched: Matched, asked: Act, before: Act | None) -> Alert:
    """The alert an act sent twice is about, whatever became of its id; for a new act there must be one of that id."""
    if before is not None:
        for one in alerts:
            if any(known.act_id == before.act_id for known in matched.of.get(one.alert_id, ())):
                return one
        raise InputRefused("This was recorded. A correction has withdrawn the alert since: look again.")
    raise ActedMeanwhile(
        f"Nothing was recorded: no alert has the id {asked.alert_id!r}; its facts may have been corrected since you "
        "looked. Look again."
    )


def _check_same(before: Act, asked: Act) -> None:
    same = ("kind", "by", "alert_id", "patient_id", "disposition", "comment", "audience", "owner", "until", "decision")
    if what_is_promised(before) and asked.until is None:
        asked = replace(asked, until=before.until)  # nobody named a day: the one it was given
    if any(getattr(before, name) != getattr(asked, name) for name in same):
        raise InputRefused("Nothing was recorded: another act was sent under the same key. Send this one anew.")


def _entry(done: Act, before: Life, after: Life) -> audit.Entry:
    def told(life: Life) -> str:
        return json.dumps({"state": life.state, "owner": life.owner, "act": life.last_act_id}, sort_keys=True)

    why = "; ".join(part for part in (done.disposition, done.decision, done.comment) if part)
    subject = f"{done.kind} {done.alert_id}"
    return audit.Entry(done.recorded_at, done.by, "act", done.patient_id, subject, told(before), told(after), why)


def _now(connection: Connection, *, acting: bool = False) -> int:
    """The instant it is for the clinic, never before its last act by the hour a clock goes back.

    Raises: InputRefused (acting on a clock that stands before the last act: nothing is written into the past).
    """
    now = read_now(connection)
    newest = kept_acts.newest_instant(connection)
    if newest is None or newest <= now:
        return now
    if newest - now <= _CLOCKS_GO_BACK:
        return newest
    if acting:
        raise InputRefused(
            f"Nothing was recorded: the clock in use shows {date(now)}, but people acted here on {date(newest)}, and "
            "nothing is written into the past: unset NADIR_AS_OF, or set the machine's clock."
        )
    return now


__all__ = [
    "Act", "Breach", "Life", "Story", "act", "acts_version", "breaches", "ended_unseen", "first_act_at", "last_looked",
    "last_looks", "latest_snooze", "list_acts", "lives", "lives_in", "look", "read_story", "sign_off",
]  # fmt: skip
