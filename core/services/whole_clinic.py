"""The whole clinic judged at one instant, as the picture that its lists are drawn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.catalogue import ANALYTES
from core.catalogue.screens import kept_trends
from core.engine.cohort import Cohort, Results
from core.engine.episodes import Findings
from core.engine.history import History
from core.engine.known import as_known_at
from core.engine.standing import Alert
from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS, DAY, LONG_AGO
from core.services.evaluate_clinic import evaluate_safely
from core.services.limit_lines import limits_by_drug
from core.services.no_range import add_rangeless
from core.services.outside_range import list_outside
from core.services.refused_rows import RefusedRow, add_refused
from core.services.run_out import ENDED_DAYS, list_ran_out
from core.services.sparks import SPARK_POINTS, list_sparks
from core.services.uncollected import uncollected
from core.services.unplaced_results import Unplaced, add_unplaced
from core.views.model import ClinicPicture, CourseLine, Person, Unread
from core.views.worklist import list_patients


@dataclass(frozen=True)
class ClinicFacts:
    """Everything stored about a clinic, read in one transaction. last_import: on the clinic's wall clock."""

    sample: bool
    version: int
    last_import: int | None
    people: Mapping[str, Person]
    courses: Mapping[str, tuple[CourseLine, ...]]
    cohort: Cohort
    unplaced: tuple[Unplaced, ...] = ()
    refused: tuple[RefusedRow, ...] = ()


def judge_clinic(facts: ClinicFacts, at: int, authorities: Sequence[str]) -> tuple[ClinicPicture, bool]:
    """Everybody as they stand at an instant, by the rules of these authorities.

    Returns: the picture, and whether everybody could be judged; who could not is named among its cannot-tells.
    """
    protocols = load_protocols()
    with uncollected():
        known = as_known_at(facts.cohort, at)
        judged = evaluate_safely(known, at, authorities)
        standing = add_unplaced(judged.awaiting(at), facts.unplaced, judged.history, facts.courses)
        standing = add_refused(standing, facts.refused, judged.history, facts.courses, facts.people)
        outside = list_outside(known, None, at)
        standing = add_rangeless(standing, outside, judged.history, facts.courses, facts.people)
        ended = _ended_of_late(judged.history, at)
        picture = ClinicPicture(
            at, facts.sample, facts.version, facts.last_import, standing, facts.people, facts.courses,
            list_sparks(judged.history.measurements), tuple(protocols.drugs), limits_by_drug(protocols, authorities),
            ended, _newest_known(known), outside, list_ran_out(judged.history, ended),
            list_unread(known),
        )  # fmt: skip
        list_patients(picture)  # every screen's first question, asked while nothing is searched for rubbish
    return picture, not judged.failed


def list_unread(cohort: Cohort) -> dict[tuple[str, str], tuple[Unread, ...]]:
    """The last moments of what the worklist draws at which no number stands, by patient and analyte, oldest first."""
    r, names = cohort.results, cohort.patients.patient_id
    drawn = np.isin(r.analyte, [ANALYTES.index(one) for one in kept_trends()])
    found: dict[tuple[str, str], dict[int, Unread]] = {}
    for row in np.flatnonzero(drawn & (r.reason > 0)).tolist():
        patient, test, at = int(r.patient[row]), int(r.analyte[row]), int(r.at[row])
        moments = found.setdefault((str(names[patient]), ANALYTES[test]), {})
        if at not in moments:
            moments[at] = Unread(at, CANNOT_TELL_REASONS[int(r.reason[row])], _values_of(r, row))
    return {one: tuple(moments.values())[-SPARK_POINTS:] for one, moments in found.items()}


def _values_of(r: Results, row: int) -> tuple[float, ...]:
    """The numbers that stand at the moment of a disputed result; none of an unreadable one, which is no number."""
    if CANNOT_TELL_REASONS[int(r.reason[row])] != "conflicting_duplicate":
        return ()
    first, last = row, row + 1
    while first and _is_one_moment(r, first - 1, row):
        first -= 1
    while last < len(r) and _is_one_moment(r, last, row):
        last += 1
    values = r.value[first:last]
    return tuple(dict.fromkeys(values[np.isfinite(values)].tolist()))


def _is_one_moment(r: Results, one: int, other: int) -> bool:
    return bool(r.patient[one] == r.patient[other] and r.analyte[one] == r.analyte[other] and r.at[one] == r.at[other])


def _ended_of_late(history: History, at: int) -> tuple[Alert, ...]:
    """High alerts that ended on evidence in the last weeks: they stay listed until somebody looked at them (P15)."""
    of_late = (history.alert_closed <= at) & (history.alert_closed > at - ENDED_DAYS * DAY)
    found = {name: column[of_late] for name, column in vars(history.findings).items()}
    cut = replace(
        history, findings=Findings(**found), alert_opened=history.alert_opened[of_late],
        alert_closed=history.alert_closed[of_late],
    )  # fmt: skip
    return tuple(one for one in cut.closed_before(at) if one.priority == "high")


def _newest_known(cohort: Cohort) -> dict[str, int]:
    """When the newest result of each patient could be known."""
    r, names = cohort.results, cohort.patients.patient_id
    newest = np.full(len(names), LONG_AGO, dtype=np.int64)
    np.maximum.at(newest, r.patient, r.known)
    return {str(names[i]): int(newest[i]) for i in np.flatnonzero(newest > LONG_AGO).tolist()}
