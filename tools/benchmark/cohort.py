"""The planted cohort: so many people from one seed, each either one labelled story or a quiet filler."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from core.calculators.renal import cockcroft_gault
from core.catalogue import ANALYTES, analyte
from core.records import DAY, Event
from tools.benchmark.care import Wishes, look_after, prescribe, screening_asked, visits_asked
from tools.benchmark.chart import Chart, first_day, read_clinic
from tools.benchmark.stories import COUNT, STORIES, ramp

YEAR = 365.25
QUIET = "quiet"


def make_cohort(patients: int, seed: int, each: int | None = None) -> list[Chart]:
    """So many people: each story `each` times (a hundredth of all by default), the rest quiet.

    A person depends on the seed and their own number alone.
    """
    every = max(1, patients // 100) if each is None else each
    labels = [name for name in read_clinic()["stories"] for _ in range(every)][:patients]
    labels += [QUIET] * (patients - len(labels))
    return [make_chart(seed, number, label) for number, label in enumerate(labels)]


def make_chart(seed: int, number: int, label: str) -> Chart:
    """One person with their story told to the end."""
    random = np.random.default_rng([seed, number])
    clinic = read_clinic()
    story: dict[str, Any] = clinic["stories"].get(label, {})
    person = _pick_person(random, label, story)
    start_day = first_day() + int(random.uniform(clinic["starts_from_day"], clinic["starts_until_day"]))
    ages = story.get("ages", person["ages"])
    age_days = random.uniform(ages[0], ages[1]) * YEAR
    sex = story.get("sex") or ("female" if random.random() < 0.7 else "male")
    chart = Chart(
        f"SAMPLE-B{number:05d}", label, sex, int(start_day - age_days) * DAY, person["indication"], start_day * DAY,
        random, imported=bool(story.get("imported", False)),
    )  # fmt: skip
    _set_levels(chart, ages[1] < 18)
    prescribe(chart, chart.start)
    _take_also(chart, person)
    if label == QUIET:
        _live(chart)
    _vaccinate(chart)
    wishes = Wishes()
    telling = STORIES[label](chart, wishes) if label != QUIET else iter((None,))
    next(telling)
    look_after(chart, wishes)
    for _ in telling:
        pass
    return chart


def _pick_person(random: np.random.Generator, label: str, story: dict[str, Any]) -> dict[str, Any]:
    people = read_clinic()["people"]
    if "indication" in story:
        return next(p for p in people if p["indication"] == story["indication"])
    if label != QUIET:
        chosen: dict[str, Any] = people[0]  # stories are told of the commonest indication, unless they name another
        return chosen
    shares = np.array([p["share"] for p in people])
    drawn: dict[str, Any] = people[int(random.choice(len(people), p=shares / shares.sum()))]
    return drawn


def _set_levels(chart: Chart, child: bool) -> None:
    """A person's own level of every numeric test, well inside the range of their sex."""
    tests = read_clinic()["tests"]
    asked = {name for name, _, _ in visits_asked(chart.indication)} | set(screening_asked(chart.indication))
    for name in dict.fromkeys((*tests["visit"], *tests["before"], *sorted(asked))):
        if name not in ANALYTES or analyte(name).kind == "coded":
            continue
        low, high = analyte(name).ref(chart.sex)
        if high is None and low is None:
            continue
        top = high if high is not None else 2 * (low or 1.0)
        bottom = low if low else top / 6
        chart.levels[name] = bottom * (top / bottom) ** chart.uniform((0.3, 0.75))
    if child:
        chart.levels["weight"] = chart.uniform((16, 45))
        chart.levels["creatinine"] = chart.uniform((35, 50))
        return
    chart.levels["weight"] = chart.uniform((58, 95))
    age = (chart.start - chart.birth) / DAY / YEAR + 2
    one = float(cockcroft_gault(age, chart.sex == "female", chart.levels["weight"], 1.0))
    highest = one / read_clinic()["quiet"]["lowest_clearance"]
    chart.levels["creatinine"] = min(chart.levels["creatinine"], highest / 1.2)
    if chart.indication != "CAPS" and "crp" in chart.levels:
        active = chart.uniform((3, 8))  # active disease before the treatment works
        chart.shapes["crp"] = [ramp(active, chart.start - 800 * DAY, 1, 820, 45)]


def _take_also(chart: Chart, person: dict[str, Any]) -> None:
    other = person.get("also")
    if other and chart.chance(other["share"]):
        at = chart.start - 500 * DAY
        prescribe(chart, at, drug=other["drug"], dose=other["dose"], unit=other["unit"], frequency=other["frequency"])


def _vaccinate(chart: Chart) -> None:
    quiet = read_clinic()["quiet"]
    for code, what in quiet["vaccines"].items():
        at = chart.start - int(chart.uniform((30, 200))) * DAY
        name = f"{chart.patient_id}-x{code}"
        chart.events.append(Event(name, chart.patient_id, "vaccination", at, at + DAY, code, what))


def _live(chart: Chart) -> None:
    """Ordinary life: passing viruses, low-normal counts, a mild infection, asthma."""
    quiet = read_clinic()["quiet"]
    if chart.chance(quiet["low_normal_share"]):
        chart.levels[COUNT] = chart.uniform(quiet["low_normal_count"])
    if chart.chance(quiet["viral_dip_share"]):
        for _ in range(1 + chart.chance(0.5)):
            at = chart.start + chart.uniform((-60, 480)) * DAY
            days = quiet["viral_dip_days"]
            chart.shapes.setdefault(COUNT, []).append(ramp(chart.uniform(quiet["viral_dip_fall"]), at, 2, days, 5))
            chart.shapes.setdefault("crp", []).append(ramp(chart.uniform(quiet["viral_crp_rise"]), at, 2, days, 5))
    if chart.chance(quiet["infection_share"]):
        at = chart.start + math.floor(chart.uniform((20, 480))) * DAY
        name = chart.patient_id
        chart.events.append(Event(f"{name}-m", name, "infection", at, at + 8 * DAY, "", "upper airways", "mild"))
        if chart.chance(0.4):
            chart.events.append(Event(f"{name}-n", name, "antibiotic", at + DAY, at + 7 * DAY, "", "tablets", ""))
    if chart.chance(quiet["asthma_share"]):
        chart.events.append(Event(f"{chart.patient_id}-s", chart.patient_id, "asthma", chart.start - 3000 * DAY, None))
