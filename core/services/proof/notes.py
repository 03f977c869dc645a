"""What a reader of an alert should know beside it: Duffy-null, derived and preliminary values, blunted CRP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.catalogue import analyte
from core.engine.blunting import blunting_at
from core.engine.standing import Alert
from core.engine.wording import date, number, test_words
from core.protocols.background import background
from core.protocols.conditions import analytes_of
from core.protocols.kinds import Interval, Threshold
from core.services.proof.record import PATIENT, Record
from core.views.words import reason_words


def list_notes(alert: Alert, record: Record) -> list[dict[str, Any]]:
    """Notes beside an alert, each with what it is about and where it comes from; none of them changes a limit."""
    return [*_duffy_null(alert, record), *_values(alert), *_held(alert), *_blunted(alert, record)]


def _note(about: str, text: str, source: str = "", checked: str = "") -> dict[str, Any]:
    return {"about": about, "text": text, "source": source or None, "checked": checked or None}


def _duffy_null(alert: Alert, record: Record) -> Iterator[dict[str, Any]]:
    """Duffy-null on file beside a judgement of the count: named, and never relaxing the limit. Hazard: HAZ-001."""
    settings = background().duffy_null
    spoken = {position.rule_id for position in alert.positions}
    judging = [c for c in record.history.rules if c.rule_id in spoken and isinstance(c.rule, Threshold | Interval)]
    if alert.fact != settings.analyte or not judging:  # a count that is only asked for judges nothing
        return
    e = record.cohort.events
    confirmed = set(record.measurements.happened(settings.confirmed_events).row.tolist())
    for row in np.flatnonzero((e.patient == PATIENT) & (e.kind == settings.kind) & (e.start <= record.at)).tolist():
        how = str(e.detail[row]) or str(e.code[row])
        source = f"{settings.source.document}; {settings.source.section}"
        if row not in confirmed or any(word in how.lower() for word in settings.contradicted_by):
            yield _note("duffy_null", settings.unconfirmed, source, settings.source.checked)
            continue
        usual = next(one for one in analyte(settings.analyte).other_ranges if one.name == settings.range)
        text = settings.note.format(
            how=how, low=number(usual.low), high=number(usual.high), unit=analyte(settings.analyte).unit_display
        )
        yield _note("duffy_null", text, usual.source, usual.checked)


def _values(alert: Alert) -> Iterator[dict[str, Any]]:
    for one in alert.evidence:
        if one.derived:
            name = test_words(one.analyte)
            text = f"The {name} of {date(one.at)} were computed from the white cells and their share."
            yield _note("derived", text)
        if one.preliminary:
            text = f"The {test_words(one.analyte)} result of {date(one.at)} is preliminary: its final may differ."
            yield _note("preliminary", text)


def _held(alert: Alert) -> Iterator[dict[str, Any]]:
    if alert.held:
        text = f"The alert is held open: the newest result could not be judged ({reason_words(alert.held)})."
        yield _note("held", text)


def _blunted(alert: Alert, record: Record) -> Iterator[dict[str, Any]]:
    """Drugs that mislead about CRP or fever, beside whatever is judged by CRP or is about an infection."""
    spoken = {position.rule_id for position in alert.positions}
    by_crp = any(
        background().restart.crp in analytes_of(c.rule.when)
        for c in record.history.rules
        if c.rule_id in spoken and isinstance(c.rule, Interval)
    )
    if alert.category in background().infection.categories or alert.fact == background().restart.crp or by_crp:
        for one in blunting_at(record.cohort, PATIENT, record.at):
            yield _note("blunted_crp", one.note, f"{one.source.document}; {one.source.section}", one.source.checked)
