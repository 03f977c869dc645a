"""Whose alert an id is: found among the kept findings, so that one patient is evaluated and not the whole clinic."""

from __future__ import annotations

from sqlalchemy import Connection

from core.catalogue.drugs import drugs
from core.engine.assemble import alert_id
from core.services.proof.clauses import PAIR
from core.store.findings import list_openings


def find_owner(connection: Connection, wanted: str) -> str | None:
    """The patient whose kept findings make this id; None where none does.

    An id is made of patient, drug, category, fact and opening, so it is found by making the ids of what is kept. A
    finding counts by its own opening too: with fewer authorities chosen, an alert may open with a later finding.
    None does not mean that there is no such alert: one of an earlier day may rest on facts that were corrected since.
    """
    for patient, drug, category, fact, began, opened in list_openings(connection):
        facts = (fact,) if fact else tuple(f"{PAIR}{other}" for other in drugs())
        for one in facts:
            if wanted in {alert_id(patient, drug, category, one, moment) for moment in {began, opened}}:
                return patient
    return None
