"""Answer `evaluate`, `explain` and exports of findings: from the store to the contract's JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from core.clock import end_of_day
from core.engine.standing import Alert
from core.errors import InputRefused
from core.records import FAR
from core.services import contract_json
from core.services.acts import lives_in
from core.services.evaluate_clinic import Asked, evaluate_as_of
from core.services.now import read_now
from core.store import stored
from core.store.connect import Store, open_store

EARLIEST = date(1900, 1, 1)  # before anybody who is treated was born
LATEST = date(1970, 1, 1) + timedelta(seconds=FAR)


def read_day(text: str) -> int:
    """The last instant of an ISO date: "as of DATE" means that the whole day has happened.

    Raises: InputRefused (not a date, or one nobody can be judged on; the user mends the argument).
    Hazard: HAZ-001: an instant from FAR on means "never", and everything open would seem to have ended.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InputRefused(f"{text!r} is not a date: write it as 2026-03-01.") from error
    if not EARLIEST <= day < LATEST:
        raise InputRefused(f"{text} cannot be judged: choose a day from {EARLIEST} on and before {LATEST}.")
    return end_of_day(day)


def clock_of(store: Store) -> int:
    """The instant it is for this clinic: pinned by a setting, else by the store (the sample clinic), else now."""
    with store.reading() as connection:
        return read_now(connection)


def answer_evaluate(
    url: str, as_of: int, authorities: tuple[str, ...], *, patient_id: str | None = None, closed: bool = False
) -> dict[str, Any]:
    """Alerts, cannot-tell findings and schedule as they stood at an instant, as contract 1 prints them."""
    store = open_store(url, must_exist=True)
    if patient_id is not None:
        _check_patient(store, patient_id)
    judged = evaluate_as_of(store, Asked(as_of, authorities, patient_id))
    standing = judged.at(as_of)
    over = judged.history.closed_before(as_of) if closed else []
    with store.reading() as connection:
        names = stored.name_results(connection, contract_json.rows_named(standing, over))
        lives = lives_in(connection, (*standing.alerts, *over), as_of)
    told = tuple(replace(alert, state=lives[alert.alert_id].state) for alert in standing.alerts)
    standing = replace(standing, alerts=told)
    return contract_json.standing_to_json(standing, authorities, names, over)


def _check_patient(store: Store, patient_id: str) -> None:
    with store.reading() as connection:
        if not stored.has_patient(connection, patient_id):
            raise InputRefused(f"No patient has the identifier {patient_id!r}: check it, zeros included.")


def list_found(url: str, kind: str, as_of: int, authorities: Iterable[str]) -> list[dict[str, Any]]:
    """The rows of `export alerts` (closed ones included) and `export schedule`."""
    answer = answer_evaluate(url, as_of, tuple(authorities), closed=kind == "alerts")
    rows: list[dict[str, Any]] = answer[kind]
    return rows


__all__ = ["Alert", "answer_evaluate", "clock_of", "list_found", "read_day"]
