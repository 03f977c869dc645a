"""Quality as a use case: the clinic is evaluated once, its history counted, and what people did laid beside it.

Hazard: HAZ-008 (an alert nobody answers), HAZ-004 (a test nobody took).
"""

from __future__ import annotations

import tomllib
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import numpy as np
from sqlalchemy import Connection

from core.acts import Act
from core.engine.cohort import Ints, Texts
from core.engine.known import as_known_at
from core.engine.schedule import add_months
from core.engine.standing import Alert
from core.errors import ProtocolFault
from core.records import DAY
from core.services import acts as people_did
from core.services import review
from core.services.evaluate_clinic import evaluate_safely
from core.services.first_met import ask_from_met, read_met
from core.services.quality_acts import count_green_lane, count_rules, count_tiers, match_answers, match_standing
from core.services.quality_counts import (
    DueTests,
    Raised,
    Treated,
    begin_no_earlier,
    count_months,
    find_due_tests,
    find_raised,
    group_tests,
    list_treated,
)
from core.settings import read_settings
from core.store import acts as kept_acts
from core.store import load, rounds
from core.store.connect import open_store
from core.views.model import ClinicPicture
from core.views.quality import GROUPINGS, PERIODS, Group, Least, Quality

RULES = Path(__file__).with_suffix(".toml")
_NO_SITE = ""


@dataclass(frozen=True)
class Counted:
    """A clinic's history, counted, up to a day. patient_id: by position. failed: how many could not be evaluated."""

    patient_id: Texts
    tests: DueTests
    raised: Raised
    treated: tuple[Treated, ...]
    failed: int


@dataclass(frozen=True)
class Done:
    """What people did: acts, and how often each answer was given where the green lane showed somebody a patient."""

    acts: tuple[Act, ...] = ()
    looks: Mapping[str, int] = field(default_factory=dict)


#: Counts in memory between two looks at the screen (P33): by store, version of its facts and day, never by user; no
#: value, no name. Answers beside them, by the last act as well, so that another period or an act costs no evaluation.
_COUNTED: OrderedDict[tuple[object, ...], Counted] = OrderedDict()
_ANSWERS: OrderedDict[tuple[object, ...], Quality] = OrderedDict()
_KEEP = 2
_LOCK = Lock()


def read_quality(url: str, months: int, picture: ClinicPicture | None = None) -> Quality:
    """What the last so many months come to (a key of PERIODS). picture: the clinic at hand, so that none is read anew.

    Raises: StoreFailed (the administrator acts).
    """
    shown = picture or review.clinic(url)
    settings = read_settings()
    asked = (url, shown.version, shown.as_of // DAY, settings.authorities)
    with open_store(url).reading() as connection:
        looks = rounds.count_answers(connection, start_of(shown.as_of, months) + 1)
        answered = (*asked, months, kept_acts.count_acts(connection), tuple(sorted(looks.items())))
        with _LOCK:
            if answered in _ANSWERS:
                _ANSWERS.move_to_end(answered)
                return _ANSWERS[answered]
            counted = _COUNTED.get(asked)
            held = next((one for key, one in _ANSWERS.items() if (key[:4], key[5]) == (asked, answered[5])), None)
        if counted is None:
            counted = count_history(connection, shown.as_of, settings.authorities)
        acts = [one for one in kept_acts.list_acts(connection) if one.at <= shown.as_of]
        alerts = ask_from_met(shown.standing.alerts, read_met(connection, None, shown.as_of))
    sites = {name: person.site for name, person in shown.people.items()}
    quality = weigh(counted, Done(tuple(acts), looks), sites, shown.as_of, months, alerts)
    late = people_did.breaches(url, shown.standing.alerts, shown.as_of) if held is None else held.breaches
    quality = replace(quality, breaches=late, version=f"{shown.version}-{answered[5]}")
    with _LOCK:
        _COUNTED[asked], _ANSWERS[answered] = counted, quality
        while len(_COUNTED) > _KEEP:
            _COUNTED.popitem(last=False)
        while len(_ANSWERS) > _KEEP * len(PERIODS):
            _ANSWERS.popitem(last=False)
    return quality


def count_history(connection: Connection, as_of: int, authorities: Iterable[str] | None) -> Counted:
    """Evaluate everybody once, as known now, and count what the longest period can ask for."""
    known = as_known_at(load.cohort(connection), as_of)
    judged = evaluate_safely(known, as_of, authorities)
    history = judged.history
    names, met = history.cohort.patients.patient_id, read_met(connection, None, as_of)
    raised = find_raised(history, start_of(as_of, max(PERIODS)))
    return Counted(
        names, find_due_tests(history, as_of), begin_no_earlier(raised, names, met), list_treated(history),
        len(judged.failed),
    )  # fmt: skip


def weigh(
    counted: Counted, done: Done, sites: Mapping[str, str], as_of: int, months: int, alerts: Iterable[Alert] = ()
) -> Quality:
    """A period's figures from what was counted and what people did. sites: patient identifier -> site; alerts: those
    that stand now.
    """
    start = start_of(as_of, months)
    answers = match_answers(counted.raised, counted.patient_id, done.acts, start)
    on_time, effects = _on_time(counted, sites, start, as_of)
    treated, people = count_months(counted.treated, start, as_of)
    least = read_least()
    return Quality(
        start, as_of, people, sum(treated.values()), on_time, effects,
        count_tiers(
            counted.raised, answers, start, as_of, match_standing(counted.raised, counted.patient_id, alerts)
        ),
        count_rules(counted.raised, answers, treated, start, as_of), count_green_lane(done.acts, done.looks, start),
        acting_since=answers.since, unmatched=answers.unmatched, failed=counted.failed, least=least,
    )  # fmt: skip


def start_of(as_of: int, months: int) -> int:
    """The last instant before a period of so many calendar months that ends today."""
    first = np.array([as_of // DAY * DAY + DAY], dtype=np.int64)
    return int(add_months(first, np.array([-months], dtype=np.int64))[0]) - 1


def read_least(path: Path = RULES) -> Mapping[str, Least]:
    """From how many cases on a share is told, by what is counted.

    Raises: ProtocolFault (the rule owner mends the file).
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        least = {name: Least(int(entry["count"]), str(entry["why"])) for name, entry in content.items()}
        if any(one.count < 1 or not one.why for one in least.values()) or set(least) != _COUNTED_THINGS:
            raise ValueError(f"{', '.join(sorted(_COUNTED_THINGS))} each need a count from 1 and a reason")
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ProtocolFault([f"{path.name}: {error}; mend the file and start again"]) from error
    return least


_COUNTED_THINGS = {"on_time", "time_to_act", "yield", "green_lane"}


def _on_time(
    counted: Counted, sites: Mapping[str, str], start: int, end: int
) -> tuple[Mapping[str, tuple[Group, ...]], Mapping[str, float]]:
    """The due tests of the period, put together in every way the screen offers, each with its design effect."""
    made = {
        name: group_tests(counted.tests, *_label(name, counted, sites), start, end) for name in GROUPINGS
    }  # fmt: skip
    return {name: groups for name, (groups, _) in made.items()}, {name: effect for name, (_, effect) in made.items()}


def _label(grouping: str, counted: Counted, sites: Mapping[str, str]) -> tuple[Sequence[str], Ints]:
    """The names of a grouping's groups, and the position of each test's among them."""
    tests = counted.tests
    if grouping == "drug":
        return tests.names, tests.drug
    if grouping == "test":
        return tests.names, tests.test
    if grouping == "site":
        of = [sites.get(str(name), _NO_SITE) for name in counted.patient_id]
        names = sorted(set(of))
        place = {name: number for number, name in enumerate(names)}
        return names, np.array([place[name] for name in of], dtype=np.int64)[tests.patient]
    month = (tests.closed - 1).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)  # of the last day
    found, which = np.unique(month if grouping == "month" else month // 3, return_inverse=True)
    if grouping == "month":
        return [f"{1970 + one // 12}-{one % 12 + 1:02d}" for one in found.tolist()], which
    return [f"{1970 + one // 4}-Q{one % 4 + 1}" for one in found.tolist()], which
