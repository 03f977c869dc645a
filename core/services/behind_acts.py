"""What the store knows behind alerts: whose acts they are, which results came since, and since when it knows whom.

Hazard: HAZ-008.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from core.alerts.house_rules import HouseRules, read_house_rules
from core.alerts.lifecycle import Matched, match_acts
from core.alerts.promises import find_test, what_is_promised
from core.alerts.worsening import Rows
from core.engine.standing import Alert
from core.protocols.loader import load_protocols
from core.records import DAY
from core.services.first_met import read_met
from core.store import acts as kept_acts
from core.store import stored
from core.store.known_rows import known_from
from core.store.promised import taken_since


def house_rules() -> HouseRules:
    """The house's rules about alerts, with the numbers of the protocols in use."""
    return read_house_rules(load_protocols())


def read_behind(
    connection: Connection, alerts: Sequence[Alert], patient_ids: Collection[str] | None, now: int
) -> tuple[Rows, Matched]:
    """What the store knows behind these alerts, and whose acts they are.

    Args: patient_ids (of the alerts; None: many, everybody's acts are read at once).
    """
    acts = [one for one in kept_acts.list_acts(connection, patient_ids) if one.at <= now]
    touched = {one.patient_id for one in acts}  # an alert nobody ever touched needs no name of a result
    of_touched = [alert for alert in alerts if alert.patient_id in touched]
    rows = Rows(stored.name_results(connection, _numbers(of_touched)), known_from(connection, _numbers(of_touched)))
    matched = match_acts(alerts, acts, rows)
    met = read_met(connection, patient_ids, now)
    return replace(rows, taken=_taken(connection, of_touched, matched, now), met=met), matched


def _taken(
    connection: Connection, alerts: Iterable[Alert], matched: Matched, now: int
) -> Mapping[tuple[str, str], tuple[tuple[int, int], ...]]:
    """The results that may keep what was promised about these alerts."""
    rules, asked, since = house_rules(), set(), now
    for alert in alerts:
        for one in matched.of.get(alert.alert_id, ()):
            test = find_test(one.seen, alert, rules) if what_is_promised(one) else ""
            if test:
                asked.add((alert.patient_id, test))
                before = None if one.seen is None else one.seen.newest(test)
                since = min(since, one.at // DAY * DAY if before is None else before.at)
    return taken_since(connection, asked, since, now) if asked else {}


def _numbers(alerts: Iterable[Alert]) -> set[int]:
    return {one.row_id for alert in alerts for one in alert.evidence if one.table == "result"}
