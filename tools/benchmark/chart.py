"""One made-up patient's chart: what is true, what the laboratory sent, and what is planted.

Three numbers stand behind every sample: `state` (the person's own level that day), `blood` (with the biology of the
moment) and `value` (with the analyser's error, as sent). Only the last is ever filed.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from core.catalogue import analyte
from core.records import DAY, Course, Event

HOUR = 3600
Shape = Callable[[float], float]  # instant -> factor on the person's own level


@cache
def read_clinic() -> Mapping[str, Any]:
    """The benchmark's clinic as its file describes it."""
    return tomllib.loads((Path(__file__).parent / "clinic.toml").read_text(encoding="utf-8"))


def first_day() -> int:
    """Day number (since 1970) on which the replay begins."""
    return (date.fromisoformat(read_clinic()["begins"]) - date(1970, 1, 1)).days


def iso(at: int) -> str:
    """An instant as the clinic's files write it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


@dataclass
class Sample:
    """One measurement. text, unit: as sent. coded: a word in place of a number. superseded: when a later version came.

    refused: why no number can be read from what was sent ("" = readable).
    """

    analyte: str
    at: int
    known: int
    state: float
    blood: float
    value: float
    text: str
    unit: str
    coded: str | None = None
    status: str = "final"
    result_id: str = ""
    superseded: int | None = None
    refused: str = ""


@dataclass(frozen=True)
class Truth:
    """One planted truth. begins: when what it explains begins; knowable: the day from which it can be told; latest: the
    last day on which telling it is in time (day numbers).
    """

    patient_id: str
    story: str
    name: str
    kind: str
    expects: str
    keys: tuple[str, ...]
    reasons: tuple[str, ...]
    explains: tuple[str, ...]
    tests: tuple[str, ...]
    begins: int
    knowable: int
    latest: int


@dataclass
class Chart:
    """One person. levels: own level per analyte; shapes: what bends it in time. entered: course_id -> instant."""

    patient_id: str
    story: str
    sex: str
    birth: int
    indication: str
    start: int
    random: np.random.Generator
    imported: bool = False
    levels: dict[str, float] = field(default_factory=dict)
    shapes: dict[str, list[Shape]] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    courses: list[Course] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    entered: dict[str, int] = field(default_factory=dict)
    truths: list[Truth] = field(default_factory=list)

    def uniform(self, bounds: tuple[float, float] | list[float]) -> float:
        """A number between two bounds."""
        return float(self.random.uniform(*bounds))

    def chance(self, share: float) -> bool:
        """Whether something of this share happens to this person."""
        return bool(self.random.random() < share)

    def state(self, name: str, at: int) -> float:
        """The person's own level at a moment, bent by whatever goes on."""
        return self.levels[name] * math.prod(shape(at) for shape in self.shapes.get(name, ()))

    def measure(self, name: str, at: int) -> Sample:
        """Take one sample and send it: own level, biology, analyser, rounding, delay. Kept in the chart."""
        known = at + int(self.uniform(read_clinic()["reported_after_hours"]) * HOUR)
        one = analyte(name)
        if one.kind == "coded":
            sample = Sample(name, at, known, 0.0, 0.0, 0.0, "negative", "", coded="negative")
        else:
            state = self.state(name, at)
            usual = float(read_clinic()["tests"]["usual_cv"])
            biology, analyser = (one.variation.cvi, one.variation.cva) if one.variation else (usual, usual / 3)
            if name in ("weight", "height"):
                biology = analyser = 0.5
            blood = state * math.exp(self.random.normal(0, _sigma(biology)))
            value = round(blood * math.exp(self.random.normal(0, _sigma(analyser))), one.decimals)
            sample = Sample(name, at, known, state, blood, value, f"{value:g}", one.unit)
        sample.result_id = f"{self.patient_id}-{len(self.samples)}"
        self.samples.append(sample)
        return sample

    def of(self, name: str) -> list[Sample]:
        """The samples of one analyte in time order."""
        return sorted((s for s in self.samples if s.analyte == name), key=lambda s: s.at)

    def plant(self, name: str, begins: int, knowable: int | None = None, within: int | None = None) -> None:
        """Write down the truth of this name of the story. begins, knowable: instants."""
        told = next(t for t in read_clinic()["stories"][self.story]["truths"] if t["name"] == name)
        known_day = (begins if knowable is None else knowable) // DAY
        self.truths.append(
            Truth(
                self.patient_id, self.story, name, told["kind"], told.get("expects", "alert"), tuple(told["keys"]),
                tuple(told.get("reasons", ())), tuple(told["explains"]), tuple(told["tests"]), begins // DAY, known_day,
                known_day + (told["within"] if within is None else within),
            )
        )  # fmt: skip

    def limit(self, name: str) -> float:
        """The limit of the truth of this name."""
        return float(next(t for t in read_clinic()["stories"][self.story]["truths"] if t["name"] == name)["limit"])


def _sigma(cv_percent: float) -> float:
    """Spread of the logarithm for a coefficient of variation in per cent."""
    return math.sqrt(math.log(1 + (cv_percent / 100) ** 2))
