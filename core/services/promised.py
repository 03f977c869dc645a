"""The results that people promised: about alerts that stand, and about those that ended while nobody had repeated the
test. A hold ends the alert of a low count, since the rule applies while the drug is taken; the count is still owed.

Hazard: HAZ-004, HAZ-008.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection

from core.acts import OF_A_PATIENT, Act
from core.alerts.dispositions import dispositions, promised_by_decision
from core.alerts.lifecycle import promise_of
from core.alerts.promises import Promise, find_test, what_is_promised
from core.engine.known import as_known_at
from core.engine.standing import Alert
from core.records import DAY
from core.services.behind_acts import house_rules, read_behind
from core.services.evaluate_clinic import evaluate_safely
from core.services.now import read_now
from core.settings import read_settings
from core.store import acts as kept_acts
from core.store import load
from core.store.promised import patients_promised, taken_since
from core.views.model import ClinicPicture


def list_promises(connection: Connection, picture: ClinicPicture) -> tuple[Promise, ...]:
    """What was promised about a clinic's alerts and nobody has replaced since, in a block that reads already.

    A promise about an alert that ended is called off by whatever settles a later alert about the same fact.
    """
    now = max(picture.as_of, read_now(connection))
    reasons = [one.code for one in dispositions().values() if one.promises]
    names = patients_promised(connection, reasons, list(promised_by_decision()))
    acts = [one for one in kept_acts.list_acts(connection, names) if one.at <= now] if names else []
    stand = [one for one in picture.standing.alerts if one.patient_id in names]
    owed = _owed_of_ended(connection, acts, {one.alert_id for one in stand}, now)
    alerts = [one for one in stand if one.patient_id not in owed]
    if owed:  # few: of these alone every alert they ever had is asked for
        known = as_known_at(load.cohort(connection, sorted(owed)), picture.as_of)
        judged = evaluate_safely(known, picture.as_of, read_settings().authorities)
        alerts += [*judged.at(picture.as_of).alerts, *judged.history.closed_before(picture.as_of)]
    return _promises_about(connection, alerts, acts, now) if alerts else ()


def _owed_of_ended(connection: Connection, acts: Iterable[Act], stand: Collection[str], now: int) -> set[str]:
    """Patients of whom a repeat was promised about an alert that does not stand, and no result has come since."""
    rules = house_rules()
    since: dict[tuple[str, str], int] = {}
    for one in acts:
        if one.alert_id not in stand and what_is_promised(one) == "repeat":
            pair, day = (one.patient_id, find_test(one.seen, one, rules)), one.at // DAY * DAY
            if pair[1]:
                since[pair] = max(day, since.get(pair, day))
    taken = taken_since(connection, since, min(since.values()), now) if since else {}
    return {pair[0] for pair, day in since.items() if all(at < day for at, _ in taken.get(pair, ()))}


def _promises_about(
    connection: Connection, alerts: Sequence[Alert], acts: Iterable[Act], now: int
) -> tuple[Promise, ...]:
    rules, names = house_rules(), {one.patient_id for one in alerts}
    rows, matched = read_behind(connection, alerts, names, now)
    about: dict[tuple[str, str, str, str], list[Act]] = defaultdict(list)
    for act in acts:
        if act.kind not in OF_A_PATIENT:
            about[act.patient_id, act.drug, act.category, act.fact].append(act)
    found = []
    for one in alerts:
        own: Sequence[Act] = matched.of.get(one.alert_id, ())
        if own and one.closed_at is not None:
            own = about[one.patient_id, one.drug, one.category, one.fact]
        found.append(promise_of(one, own, now, rules, rows))
    return tuple(one for one in found if one is not None)
