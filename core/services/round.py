"""A round through the worklist: its queue frozen when it began, each patient looked at and timed, a sheet at its end.

The queue is kept in the store, so that a refresh, another screen or another day goes on where the round stood; the
address holds the round's number and the place, never a patient. A round is its owner's alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from core.acts import OF_A_PATIENT, Act
from core.clock import read_utc
from core.errors import InputRefused
from core.services.now import read_now
from core.store import acts as kept_acts
from core.store import rounds, stored
from core.store.connect import open_store
from core.store.rounds import KeptRound, KeptStep

MOST_SECONDS = 600.0  # longer in front of one patient is a telephone call: the pace counts ten minutes


@dataclass(frozen=True)
class Round:
    """One round as it stands. names: number -> patient identifier, of the queue. seconds: per patient looked at."""

    kept: KeptRound
    names: Mapping[int, str]
    steps: tuple[KeptStep, ...]

    @property
    def round_id(self) -> int:
        return self.kept.round_id

    @property
    def queue(self) -> tuple[int, ...]:
        return self.kept.queue

    @property
    def seen(self) -> frozenset[int]:
        """Numbers of the patients looked at."""
        return frozenset(step.patient for step in self.steps)

    @property
    def seconds(self) -> dict[int, float]:
        """How long each patient was in front of the reader, of all the times they were."""
        spent: dict[int, float] = {}
        for step in self.steps:
            spent[step.patient] = spent.get(step.patient, 0.0) + step.seconds
        return spent


def start_round(url: str, by: str, queue: Sequence[int], key: str, filters: str = "") -> int:
    """Freeze a queue of patients (their opaque numbers, in order) as a round; its number.

    Args:   key: the client's own; the same again is the same round. filters: of the list, in words.
    Raises: InputRefused (nobody is in it; the user widens the list); StoreFailed.
    """
    if not queue:
        raise InputRefused("Nobody waits in this list: clear the filters, or enjoy it.")
    with open_store(url, must_exist=True).writing() as connection:
        found = stored.list_patient_ids(connection, queue)
        known = tuple(one for one in dict.fromkeys(queue) if one in found)
        after = kept_acts.count_acts(connection)
        asked = KeptRound(key, "review", by, read_now(connection), after, "", known, (), filters, read_utc())
        return rounds.open_round(connection, asked)


def read_round(url: str, round_id: int, by: str) -> Round:
    """One of a person's own rounds.

    Raises: InputRefused (there is no such round of theirs: they start one); StoreFailed.
    """
    with open_store(url).reading() as connection:
        kept = own_round(connection, round_id, by, "review")
        steps = tuple(rounds.list_steps(connection, round_id))
        return Round(kept, stored.list_patient_ids(connection, kept.queue), steps)


def unfinished_round(url: str, by: str) -> tuple[int, int, int] | None:
    """The newest round somebody began and has not been through: its number, how many seen, of how many."""
    with open_store(url).reading() as connection:
        kept = rounds.last_round(connection, by, "review")
        if kept is None:
            return None
        seen = len({step.patient for step in rounds.list_steps(connection, kept.round_id)})
        return None if seen >= len(kept.queue) else (kept.round_id, seen, len(kept.queue))


def record_step(url: str, round_id: int, patient: int, seconds: float, by: str) -> None:
    """Keep that a patient of the round was looked at, and for how long.

    Raises: InputRefused (not of this round); StoreFailed.
    """
    with open_store(url, must_exist=True).writing() as connection:
        kept = own_round(connection, round_id, by, "review")
        if patient not in kept.queue:
            raise InputRefused("This patient is not in the round: go back to the worklist.")
        spent = min(max(seconds, 0.0), MOST_SECONDS)
        step = KeptStep(round_id, patient, "seen", spent, "", by, read_now(connection), read_utc())
        rounds.append_step(connection, step)


def acts_of_round(url: str, found: Round) -> dict[str, tuple[Act, ...]]:
    """What its owner did to the patients of a round since it began, by patient identifier.

    Raises: StoreFailed.
    """
    with open_store(url).reading() as connection:
        done = kept_acts.list_acts(connection, list(found.names.values()))
    out: dict[str, tuple[Act, ...]] = {}
    for one in done:
        if one.act_id > found.kept.after_act and one.by == found.kept.by and one.kind not in OF_A_PATIENT:
            out[one.patient_id] = (*out.get(one.patient_id, ()), one)
    return out


def own_round(connection: Connection, round_id: int, by: str, kind: rounds.Kind) -> KeptRound:
    """A round of this kind that belongs to somebody.

    Raises: InputRefused (there is none: the user starts one).
    """
    kept = rounds.read_round(connection, round_id)
    if kept is None or kept.by != by or kept.kind != kind:
        raise InputRefused("You have no such round: start one from the worklist.")
    return kept
