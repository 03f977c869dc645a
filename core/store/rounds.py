"""Rounds as they are kept: the queue frozen when it began, and each patient looked at, appended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, select

from core.store.schema import review_round, round_step

Kind = Literal["review", "green"]
ANSWERS = ("seen", "ok", "missed")


@dataclass(frozen=True, slots=True)
class KeptRound:
    """One round. queue: numbers of patients in order; sample: those of them drawn by the seed for a human first.

    after_act: the clinic's last act when the round began, so that what was done in it can be told. round_id 0: not kept
    yet.
    """

    key: str
    kind: Kind
    by: str
    at: int
    after_act: int
    seed: str
    queue: tuple[int, ...]
    sample: tuple[int, ...]
    filters: str = ""
    recorded_at: int = 0
    round_id: int = 0


@dataclass(frozen=True, slots=True)
class KeptStep:
    """One patient looked at in a round: for how many seconds, and what the human answered (ANSWERS)."""

    round_id: int
    patient: int
    answer: str
    seconds: float
    comment: str
    by: str
    at: int
    recorded_at: int


_ROUND = ("key", "kind", "by", "at", "after_act", "seed", "queue", "sample", "filters", "recorded_at", "round_id")
_STEP = ("round_id", "patient", "answer", "seconds", "comment", "by", "at", "recorded_at")


def open_round(connection: Connection, asked: KeptRound) -> int:
    """Keep a round; its number. The same key again is the same round."""
    held = connection.execute(select(review_round.c.round_id).where(review_round.c.key == asked.key)).scalar()
    if held is not None:
        return int(held)
    values: dict[str, Any] = {name: getattr(asked, name) for name in _ROUND if name != "round_id"}
    values["queue"], values["sample"] = json.dumps(asked.queue), json.dumps(asked.sample)
    number = connection.execute(review_round.insert().values(**values)).inserted_primary_key
    return int(number[0])  # type: ignore[index]


def read_round(connection: Connection, round_id: int) -> KeptRound | None:
    """One round by its number."""
    return _first(connection, _rounds().where(review_round.c.round_id == round_id))


def last_round(connection: Connection, by: str, kind: Kind) -> KeptRound | None:
    """The newest round of a kind somebody began."""
    r = review_round.c
    return _first(connection, _rounds().where(r.by == by, r.kind == kind).order_by(r.round_id.desc()).limit(1))


def append_step(connection: Connection, step: KeptStep) -> None:
    """Keep one step in the caller's transaction."""
    connection.execute(round_step.insert().values(**{name: getattr(step, name) for name in _STEP}))


def list_steps(connection: Connection, round_id: int) -> list[KeptStep]:
    """Every step of a round, in order."""
    statement = select(*(round_step.c[name] for name in _STEP)).where(round_step.c.round_id == round_id)
    return [KeptStep(*row) for row in connection.execute(statement.order_by(round_step.c.row_id))]


def count_answers(connection: Connection, since: int | None = None) -> dict[str, int]:
    """How often each answer was given in the green lane's samples (since an instant): what its miss rate rests on."""
    s, r = round_step.c, review_round.c
    statement = select(s.answer, func.count()).join_from(round_step, review_round, s.round_id == r.round_id)
    statement = statement.where(r.kind == "green").group_by(s.answer)
    if since is not None:
        statement = statement.where(s.at >= since)
    return {str(answer): int(count) for answer, count in connection.execute(statement)}


def _rounds() -> Select[Any]:
    return select(*(review_round.c[name] for name in _ROUND))


def _first(connection: Connection, statement: Select[Any]) -> KeptRound | None:
    row = connection.execute(statement).first()
    if row is None:
        return None
    kept = dict(zip(_ROUND, row, strict=True))
    kept["queue"], kept["sample"] = _numbers(kept["queue"]), _numbers(kept["sample"])
    return KeptRound(**kept)


def _numbers(text: str) -> tuple[int, ...]:
    found: Sequence[int] = json.loads(text)
    return tuple(int(one) for one in found)
