"""The green lane: what crosses no limit and lies within the laboratory's ranges is signed off together, after a human
has looked at a random part of it.

A lane is frozen with its seed and the sample drawn by it; each sampled patient is answered once ("ok", or "missed": the
lane let something pass). Only when all are answered are the others signed off, without those that were missed or are no
longer in limits. `count_answers` tells what the lane's miss rate rests on.

Hazard: HAZ-014, HAZ-017.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import uuid4

from core.clock import read_utc
from core.errors import InputRefused
from core.services import acts
from core.services.now import read_now
from core.services.round import MOST_SECONDS, own_round
from core.services.worklist import Panel
from core.store import acts as kept_acts
from core.store import audit, recent_acts, rounds, stored
from core.store.connect import open_store
from core.store.rounds import KeptRound, KeptStep
from core.views.green_lane import News, draw_sample, keep_out, list_green
from core.views.worklist import Row, list_patients


@dataclass(frozen=True)
class Lane:
    """One lane as it stands. names: number -> patient identifier. answers: number -> "ok" or "missed"."""

    kept: KeptRound
    names: Mapping[int, str]
    answers: Mapping[int, str]

    @property
    def waiting(self) -> tuple[int, ...]:
        """Sampled patients nobody has answered yet, in the order drawn."""
        return tuple(key for key in self.kept.sample if key not in self.answers)

    @property
    def missed(self) -> frozenset[int]:
        """Patients of whom a human said that the lane missed something."""
        return frozenset(key for key, answer in self.answers.items() if answer == "missed")


def read_green(url: str, panel: Panel) -> tuple[Row, ...]:
    """Everybody who is in the lane now.

    Raises: StoreFailed.
    """
    return read_news(url, panel).green


def read_news(url: str, panel: Panel) -> News:
    """Everybody who is in the lane now, and who is kept out because a newest result lies outside its range.

    Raises: StoreFailed.
    """
    picture = panel.picture
    held: tuple[str, News] | None = picture.derived.get("green")
    if held is not None and held[0] == panel.version:
        return held[1]
    with open_store(url).reading() as connection:
        signed = recent_acts.last_sign_offs(connection)
    rows = list_green(picture, list_patients(picture), panel.states, signed)
    found = keep_out(rows, picture.outside)
    picture.derived["green"] = (panel.version, found)
    return found


def open_lane(url: str, by: str, keys: Collection[int], key: str) -> int:
    """Freeze a lane of these patients and draw its sample; its number. The same key again is the same lane.

    Raises: InputRefused (nobody is in it); StoreFailed.
    """
    if not keys:
        raise InputRefused("Nobody is in the green lane now: there is nothing to sign off.")
    seed = uuid4().hex
    with open_store(url, must_exist=True).writing() as connection:
        found = stored.list_patient_ids(connection, list(keys))
        queue = tuple(one for one in dict.fromkeys(keys) if one in found)
        asked = KeptRound(
            key, "green", by, read_now(connection), kept_acts.count_acts(connection), seed, queue,
            draw_sample(queue, seed), "", read_utc(),
        )  # fmt: skip
        return rounds.open_round(connection, asked)


def read_lane(url: str, lane_id: int, by: str) -> Lane:
    """One of a person's own lanes.

    Raises: InputRefused (there is no such lane of theirs); StoreFailed.
    """
    with open_store(url).reading() as connection:
        kept = own_round(connection, lane_id, by, "green")
        answers = {step.patient: step.answer for step in rounds.list_steps(connection, lane_id)}
        return Lane(kept, stored.list_patient_ids(connection, kept.queue), answers)


def answer_sample(
    url: str, lane_id: int, patient: int, answer: str, by: str, *, seconds: float = 0.0, comment: str = ""
) -> None:
    """Keep what a human found in one sampled patient: "ok", or "missed" with a word what. Each is answered once.

    Raises: InputRefused (not sampled, answered already, no word about what was missed); StoreFailed.
    """
    if answer not in ("ok", "missed"):
        raise InputRefused("Say whether the lane missed something: ok or missed.")
    if answer == "missed" and not comment.strip():
        raise InputRefused("Say in a word what was missed: it is how the lane is mended.")
    with open_store(url, must_exist=True).writing() as connection:
        kept = own_round(connection, lane_id, by, "green")
        if patient not in kept.sample:
            raise InputRefused("This patient is not in the sample: answer those that are shown.")
        if any(step.patient == patient for step in rounds.list_steps(connection, lane_id)):
            raise InputRefused("This patient was answered already: an answer is not taken back.")
        name = stored.list_patient_ids(connection, [patient])[patient]
        spent = min(max(seconds, 0.0), MOST_SECONDS)
        at, utc = read_now(connection), read_utc()
        rounds.append_step(connection, KeptStep(lane_id, patient, answer, spent, comment.strip(), by, at, utc))
        entry = audit.Entry(utc, by, "act", name, f"green lane {lane_id}: {answer}", why=comment.strip())
        audit.append(connection, entry)


def sign_off_lane(url: str, lane_id: int, by: str, role: str, panel: Panel) -> int:
    """Sign the lane off together: all but those missed or no longer in limits. How many were newly signed off.

    Raises: InputRefused (a sampled patient is unanswered, or one has an open high alert: nothing was signed);
            StoreFailed.
    """
    if not panel.is_now:
        raise InputRefused("The list is being brought up to now: sign off in a moment.")
    lane = read_lane(url, lane_id, by)
    if lane.waiting:
        raise InputRefused(f"Look at the sample first: {len(lane.waiting)} of {len(lane.kept.sample)} wait.")
    chosen = [row.patient_id for row in still_green(url, lane, panel)]
    if not chosen:
        raise InputRefused("Nobody of this lane is left to sign off: start another one.")
    return acts.sign_off(url, by, role, chosen, f"green-{lane_id}", f"Green lane {lane_id}, signed off together")


def still_green(url: str, lane: Lane, panel: Panel) -> tuple[Row, ...]:
    """Those of a lane who may be signed off now: not missed, and still in limits with nothing due."""
    within = frozenset(lane.kept.queue) - lane.missed
    return tuple(row for row in read_green(url, panel) if row.key in within)


def count_answers(url: str, since: int | None = None) -> tuple[int, int]:
    """(looked, missed): how many sampled patients a human answered (since an instant), and of how many the lane had
    missed something.

    Raises: StoreFailed.
    """
    with open_store(url).reading() as connection:
        counts = rounds.count_answers(connection, since)
    return counts.get("ok", 0) + counts.get("missed", 0), counts.get("missed", 0)
