"""What is planted: each story bends a chart before its samples are taken and writes down its truths afterwards.

A story is a generator: what stands before its `yield` happens to the person, what stands after it is done to the
samples and told as truth. Numbers come from clinic.toml.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

from core.calculators.change import change_limits
from core.calculators.renal import cockcroft_gault
from core.catalogue import analyte
from core.records import DAY, Event
from tools.benchmark.care import Wishes, prescribe
from tools.benchmark.chart import HOUR, Chart, Sample, Shape, read_clinic

Story = Callable[[Chart, Wishes], Iterator[None]]
COUNT = "neutrophils"


def ramp(target: float, begins: float, falls: float, holds: float, returns: float) -> Shape:
    """A factor that goes from 1 to `target` over so many days, stays, and comes back (days each)."""

    def factor(at: float) -> float:
        day = (at - begins) / DAY
        if day <= 0 or day >= falls + holds + returns:
            return 1.0
        depth = min(1.0, day / falls, (falls + holds + returns - day) / returns)
        return math.exp(math.log(target) * depth)

    return factor


def _of(chart: Chart) -> dict[str, float]:
    told: dict[str, float] = read_clinic()["stories"][chart.story]
    return told


def _on_treatment(chart: Chart, name: str = COUNT) -> list[Sample]:
    return [s for s in chart.of(name) if s.at >= chart.start]


def _moment(chart: Chart, after: int = 40, before: int = 400) -> int:
    """A day on treatment, at ten in the morning."""
    return chart.start + int(chart.uniform((after, before))) * DAY + 10 * HOUR


def _visit(chart: Chart) -> Sample:
    """The count of a visit on treatment, neither the first nor the last."""
    counts = _on_treatment(chart)
    return counts[int(chart.uniform((2, max(3, len(counts) - 2))))]


def _send_low(chart: Chart, value: float) -> Sample:
    """Make the count of one visit low, and the white cells with it."""
    sample = _visit(chart)
    sample.state = sample.blood = sample.value = value
    sample.text = f"{value:g}"
    return sample


def _plant_below(chart: Chart, samples: list[Sample], name: str = "below", earliest: int = 0) -> Sample | None:
    limit = chart.limit(name)
    low = next((s for s in samples if s.value < limit), None)
    if low is not None:
        chart.plant(name, low.at, max(low.known, earliest))
    return low


def _plant_trend(chart: Chart) -> None:
    """A fall of the person's own level by the reference change value, to below the story's limit.

    It can be told from the first count after that which is below the story's limit as sent, and must be told by the
    second one, and before a count below the threshold's limit says more. A fall first seen there is no trend.
    """
    variation = analyte(COUNT).variation
    if variation is None:
        return
    fallen = 1 + change_limits(variation.cvi, variation.cva).down / 100
    stories = read_clinic()["stories"]
    below, limit = stories["slow_neutropenia"]["trend_below"], stories["slow_neutropenia"]["truths"][1]["limit"]
    counts = _on_treatment(chart)
    seen = [s for s in counts if s.state <= fallen * chart.levels[COUNT] and s.state < below and s.value < below]
    if not seen or seen[0].value < limit:
        return
    later = [s for s in counts if s.at > seen[0].at]
    crossing = next((s.known // DAY - 1 for s in later if s.value < limit), None)
    latest = max(seen[0].known // DAY, min(x for x in (crossing, later[0].known // DAY if later else None, 10**6) if x))
    chart.plant("trend", seen[0].at, seen[0].known, within=latest - seen[0].known // DAY)


def tell_slow_neutropenia(chart: Chart, wishes: Wishes) -> Iterator[None]:
    story = _of(chart)
    falls = chart.uniform(story["over_days"])  # type: ignore[arg-type]
    target = story["falls_to"] / chart.levels[COUNT]
    chart.shapes.setdefault(COUNT, []).append(ramp(target, _moment(chart, 20, 60), falls, 60, 60))
    yield
    _plant_trend(chart)
    _plant_below(chart, _on_treatment(chart))


def tell_steep_neutropenia(chart: Chart, wishes: Wishes) -> Iterator[None]:
    story = _of(chart)
    chart.levels[COUNT] = chart.uniform(story["level"])  # type: ignore[arg-type]
    chart.shapes.setdefault(COUNT, []).append(ramp(story["falls_to"], _moment(chart, 40, 120), 1, 150, 60))
    yield
    _plant_trend(chart)


def tell_sudden_neutropenia(chart: Chart, wishes: Wishes) -> Iterator[None]:
    at = _moment(chart)
    wishes.visits.append(at + DAY)
    chart.shapes.setdefault(COUNT, []).append(ramp(_of(chart)["falls_to"] / chart.levels[COUNT], at - DAY, 1, 10, 20))
    yield
    _plant_below(chart, _on_treatment(chart))


def tell_low_before_start(chart: Chart, wishes: Wishes) -> Iterator[None]:
    at = chart.start - 40 * DAY
    chart.shapes.setdefault(COUNT, []).append(ramp(_of(chart)["falls_to"] / chart.levels[COUNT], at, 5, 60, 30))
    yield
    before = [s for s in chart.of(COUNT) if at < s.at < chart.start]
    _plant_below(chart, before, earliest=chart.entered[str(chart.courses[0].course_id)])


def tell_low_platelets(chart: Chart, wishes: Wishes) -> Iterator[None]:
    target = _of(chart)["falls_to"] / chart.levels["platelets"]
    chart.shapes.setdefault("platelets", []).append(ramp(target, _moment(chart, 40, 120), 20, 100, 30))
    yield
    _plant_below(chart, _on_treatment(chart, "platelets"))


def tell_unit_missing(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = _send_low(chart, _of(chart)["falls_to"])
    sample.unit, sample.refused = "", "no_unit"
    chart.plant("told", sample.at, sample.known)


def tell_unit_swap(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = _send_low(chart, _of(chart)["falls_to"])
    sample.text, sample.refused = f"{_of(chart)['falls_to'] * _of(chart)['multiply']:g}", "implausible"
    chart.plant("told", sample.at, sample.known)


def tell_other_unit(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = _send_low(chart, _of(chart)["falls_to"])
    sample.text = f"{_of(chart)['falls_to'] * _of(chart)['multiply']:g}"
    sample.unit = str(_of(chart)["unit"])
    chart.plant("below", sample.at, sample.known)


def _correct(chart: Chart, sample: Sample, value: float) -> Sample:
    """Send the same result again, corrected to a value, some days later."""
    known = sample.known + int(_of(chart)["after_days"]) * DAY
    later = replace(sample, value=value, text=f"{value:g}", status="corrected", known=known)
    sample.superseded = known
    chart.samples.append(later)
    return later


def tell_corrected_up(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = _visit(chart)
    right = sample.value
    sample.value, sample.text = _of(chart)["wrong"], f"{_of(chart)['wrong']:g}"
    later = _correct(chart, sample, right)
    chart.plant("gone", sample.at, later.known)


def tell_corrected_down(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = _visit(chart)
    later = _correct(chart, sample, _of(chart)["falls_to"])
    sample.state = sample.blood = later.state = later.blood = later.value
    chart.plant("below", sample.at, later.known)


def tell_partial_count(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    low = _send_low(chart, _of(chart)["falls_to"])
    per_cent = _of(chart)["per_cent"]
    white = next(s for s in chart.of("wbc") if s.at == low.at)
    white.value = round(100 * low.value / per_cent, 1)
    white.state = white.blood = white.value
    white.text = f"{white.value:g}"
    low.analyte, low.text, low.unit, low.value = "neutrophils_percent", f"{per_cent:g}", "%", per_cent
    low.known = max(low.known, white.known)
    chart.plant("below", low.at, low.known)


def tell_disputed(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = _visit(chart)
    other = _of(chart)["other"]
    known = sample.known + 2 * HOUR
    chart.samples.append(
        replace(sample, value=other, text=f"{other:g}", known=known, result_id=sample.result_id + "-other")
    )
    chart.plant("told", sample.at, known)


def tell_lost(chart: Chart, wishes: Wishes) -> Iterator[None]:
    wishes.lost_from = _moment(chart, 100, 300)
    yield
    last = chart.of(COUNT)[-1].at
    usual = 31 if last - chart.start < 160 * DAY else 92  # the next label visit: monthly for six months, then quarterly
    chart.plant("missing", last, last + usual * DAY)


def tell_no_baseline(chart: Chart, wishes: Wishes) -> Iterator[None]:
    wishes.no_baseline = True
    yield
    entered = chart.entered[str(chart.courses[0].course_id)]
    chart.plant("missing", entered, entered)


def _clearance(chart: Chart, sample: Sample) -> float:
    """Clearance of a creatinine with the weight that stands, mL/min."""
    weight = [s for s in chart.of("weight") if s.known <= sample.known][-1]
    age = (sample.at - chart.birth) // (365.25 * DAY)
    return float(cockcroft_gault(age, chart.sex == "female", weight.value, sample.value))


def tell_renal_decline(chart: Chart, wishes: Wishes) -> Iterator[None]:
    story = _of(chart)
    age = (chart.start - chart.birth) // (365.25 * DAY)
    one = float(cockcroft_gault(age, chart.sex == "female", chart.levels["weight"], 1.0))
    chart.levels["creatinine"] = one / story["clearance_before"]
    begins = _moment(chart, 5, 30)
    falls = chart.uniform(story["over_days"])  # type: ignore[arg-type]
    down = ramp(story["clearance_before"] / story["clearance"], begins, falls, 1e6, 1)
    chart.shapes.setdefault("creatinine", []).append(down)
    back = begins + int(falls + 45) * DAY
    up = ramp(story["clearance"] / story["recovers_to"], back, 60, 1e6, 1)
    chart.shapes["creatinine"].append(up)
    chart.shapes["creatinine"].append(lambda at: 1.0)
    wishes.visits += [begins + int(falls + 5) * DAY, back - 10 * DAY, back + 70 * DAY, back + 90 * DAY]
    yield
    low = next((s for s in _on_treatment(chart, "creatinine") if _clearance(chart, s) < chart.limit("below")), None)
    if low is None:
        return
    chart.plant("below", low.at, low.known)
    changed = (low.known // DAY + 15) * DAY
    prescribe(chart, changed, frequency=str(story["alternate"]))
    run: list[Sample] = []
    for sample in (s for s in _on_treatment(chart, "creatinine") if s.at >= changed):
        run = [*run, sample] if _clearance(chart, sample) >= chart.limit("recovered") else []
        if len(run) > 1 and sample.at // DAY - run[0].at // DAY >= 7:
            chart.plant("recovered", run[0].at, sample.known)
            return


def tell_kidney_injury(chart: Chart, wishes: Wishes) -> Iterator[None]:
    at = _moment(chart)
    wishes.visits += [at + 2 * DAY, at + 40 * DAY]
    chart.shapes.setdefault("creatinine", []).append(ramp(_of(chart)["rises_to"], at, 1, 6, 14))
    yield
    ill = next(s for s in chart.of("creatinine") if s.at == at + 2 * DAY)
    chart.plant("injury", at, ill.known)


def tell_tnf_overlap(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    at = _moment(chart) // DAY * DAY
    prescribe(chart, at, **_of(chart)["other"], end=at + 70 * DAY)  # type: ignore[arg-type]
    chart.plant("overlap", at, at)


def tell_fever_on_low_count(chart: Chart, wishes: Wishes) -> Iterator[None]:
    at = _moment(chart)
    wishes.visits.append(at)
    target = _of(chart)["falls_to"] / chart.levels[COUNT]
    chart.shapes.setdefault(COUNT, []).append(ramp(target, at - 3 * DAY, 2, 6, 20))
    yield
    heat = _of(chart)["temperature"]
    count = next(s for s in chart.of(COUNT) if s.at == at)
    chart.samples.append(Sample("temperature", at, at + HOUR, heat, heat, heat, f"{heat:g}", "Cel", None, "final",
                                f"{chart.patient_id}-fever"))  # fmt: skip
    chart.plant("fever", at, max(count.known, at + HOUR))


def tell_serious_infection(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    at = _moment(chart) // DAY * DAY
    chart.events.append(Event(f"{chart.patient_id}-i", chart.patient_id, "infection", at, at + 14 * DAY, "",
                              "pneumonia", "serious"))  # fmt: skip
    crp = _of(chart)["crp"]
    chart.samples.append(Sample("crp", at + 10 * HOUR, at + 12 * HOUR, crp, crp, crp, f"{crp:g}", "mg/L", None, "final",
                                f"{chart.patient_id}-crp"))  # fmt: skip
    chart.plant("infection", at, at)


def tell_live_vaccine(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    at = _moment(chart) // DAY * DAY
    chart.events.append(
        Event(f"{chart.patient_id}-v", chart.patient_id, "vaccination", at, at + DAY, str(_of(chart)["cvx"]))
    )
    chart.plant("vaccine", at, at)


def tell_hepatitis_b(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    sample = chart.of("hbsag")[-1]
    sample.coded = sample.text = "positive"
    chart.plant("positive", sample.at, max(sample.known, chart.entered[str(chart.courses[0].course_id)]))


def tell_dose_error(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    chart.courses[0] = replace(chart.courses[0], dose=Decimal(str(_of(chart)["dose"])),
                               dose_as_given=str(_of(chart)["dose"]))  # fmt: skip
    entered = chart.entered[str(chart.courses[0].course_id)]
    chart.plant("dose", entered, entered)


def tell_stale_child_weight(chart: Chart, wishes: Wishes) -> Iterator[None]:
    wishes.weighed_until = chart.start + 10 * DAY
    yield
    last = chart.of("weight")[-1]
    chart.plant("weight", last.at, (last.at // DAY + 91) * DAY)


def tell_pregnancy(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    at = _moment(chart) // DAY * DAY
    chart.events.append(Event(f"{chart.patient_id}-p", chart.patient_id, "pregnancy", at, at + 270 * DAY))
    chart.plant("pregnancy", at, at)


def tell_allergy(chart: Chart, wishes: Wishes) -> Iterator[None]:
    yield
    entered = chart.entered[str(chart.courses[0].course_id)]
    chart.events.append(
        Event(f"{chart.patient_id}-a", chart.patient_id, "allergy", entered - 30 * DAY // DAY * DAY, None,
              str(_of(chart)["code"]))
    )  # fmt: skip
    chart.plant("allergy", entered, entered)


#: Every story of clinic.toml by its key.
STORIES: dict[str, Story] = {
    name.removeprefix("tell_"): told for name, told in list(globals().items()) if name.startswith("tell_")
}
