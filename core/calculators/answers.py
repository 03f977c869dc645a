"""From what a person typed to what a calculator answers: one reader of inputs per calculator, each refusal by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.calculators import aki, body_size, change, grading, haematology, renal
from core.calculators.choice import is_known
from core.calculators.inputs import InputProblem, Inputs, read_measured, read_number
from core.catalogue import UnitProblem, analyte, convert_to, find_unit

CREATININE_UNIT = "umol/L"  # what a creatinine without a unit is in, CONTRACT 5
_NEWBORN_YEARS = 28 / 365.25  # the algorithms do not judge younger children
_DIGITS = 12  # significant digits printed: more than any input has, fewer than binary rounding shows


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a calculator said. Refused: result is "" and error a sentence naming the input.

    details: what a screen or JSON may show beside the result (equation, version, limits, notes).
    """

    result: str
    unit: str = ""
    error: str = ""
    details: Mapping[str, object] = field(default_factory=dict)


def format_number(value: float | Decimal) -> str:
    """A number as text without rounding that could move it across a limit, and without trailing zeros."""
    text = f"{Decimal(repr(value)) if isinstance(value, float) else value:.{_DIGITS}g}"
    return format(Decimal(text).normalize(), "f")


def _answer(value: float, unit: str) -> Outcome:
    if not is_known(value):  # every input was checked by name, so this is the equation's own limit
        raise InputProblem("the equation gives no positive value for these inputs.")
    return Outcome(format_number(float(value)), unit)


# ── kidneys ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _creatinine(inputs: Inputs) -> float:
    return float(inputs.measured("creatinine", "creatinine", inputs.text("unit") or CREATININE_UNIT))


def _adult_age(inputs: Inputs) -> float:
    return float(inputs.within("age", renal.ADULT_FROM_YEARS, renal.AGE_LIMIT_YEARS, "the equation is for adults"))


def answer_cockcroft_gault(inputs: Inputs) -> Outcome:
    """Creatinine clearance of an adult from age, sex, weight and creatinine."""
    age, female = _adult_age(inputs), inputs.is_female()
    weight = float(inputs.measured("weight", "weight", "kg"))
    return _answer(renal.cockcroft_gault(age, female, weight, _creatinine(inputs)), "mL/min")


def answer_ckd_epi(equation: Callable[[float, bool, float], float]) -> Callable[[Inputs], Outcome]:
    """The reader of inputs for a CKD-EPI equation: estimated GFR of an adult."""

    def run(inputs: Inputs) -> Outcome:
        return _answer(equation(_adult_age(inputs), inputs.is_female(), _creatinine(inputs)), "mL/min/1.73m2")

    return run


def answer_schwartz(inputs: Inputs) -> Outcome:
    """Estimated GFR of a child from height and creatinine."""
    age = float(inputs.within("age", 1, renal.ADULT_FROM_YEARS, "the equation is for children from 1 to 17 years"))
    height = float(inputs.measured("height", "height", "cm"))
    return _answer(renal.schwartz_bedside(height, _creatinine(inputs), age), "mL/min/1.73m2")


def answer_gfr_category(inputs: Inputs) -> Outcome:
    """The KDIGO category of an eGFR."""
    egfr = inputs.positive("egfr")
    return Outcome(renal.kdigo_gfr_category(float(read_measured("egfr", egfr, "egfr", analyte("egfr").unit))))


def _read_series(inputs: Inputs) -> list[tuple[float, float]]:
    series: list[tuple[float, float]] = []
    for entry in inputs.required("series").split(";"):
        if not entry.strip():
            continue
        day, colon, value = entry.partition(":")
        if not colon:
            raise InputProblem(f"series must be day:value;day:value, not '{entry}'.")
        number = read_number("series", value.strip())
        umol = read_measured("series", number, "creatinine", CREATININE_UNIT)
        series.append((float(read_number("series", day.strip())), float(umol)))
    if [day for day, _ in series] != sorted(day for day, _ in series):
        raise InputProblem("series must be in order of days; the last value is the one judged.")
    if not series:
        raise InputProblem("series is empty; give day:value;day:value.")
    return series


def answer_aki_stage(inputs: Inputs) -> Outcome:
    """The stage of acute kidney injury of the last creatinine of a series, or why there is none."""
    series, algorithm = _read_series(inputs), inputs.choice("algorithm", aki.ALGORITHMS)
    age = None
    if inputs.text("age"):
        oldest = renal.AGE_LIMIT_YEARS
        age = float(inputs.within("age", _NEWBORN_YEARS, oldest, "newborns under 28 days are not judged"))
    ref_high = float(inputs.positive("ref_high")) if inputs.text("ref_high") else None
    stage = aki.aki_stage(series, algorithm, age, ref_high)
    if stage is not None:
        return Outcome(format_number(stage), details={"algorithm": algorithm})
    (day, last), earlier = series[-1], series[:-1]
    if any(day - before <= aki.YEAR_DAYS for before, _ in earlier):
        missing = "age" if age is None else "ref_high"
        raise InputProblem(f"{missing} is missing: it decides between the stages for this value.")
    high = ref_high is not None and last > ref_high
    raise InputProblem(
        "series has no earlier result of the last 365 days to compare with"
        + ("; the value is above ref_high: acute or chronic disease is possible, repeat it." if high else ".")
    )


# ── body size and blood count ─────────────────────────────────────────────────────────────────────────────────────


def _size(inputs: Inputs, name: str, unit: str) -> float:
    return float(inputs.measured(name, name, unit))


def answer_surface(equation: Callable[[float, float], float]) -> Callable[[Inputs], Outcome]:
    """The reader of inputs for a body-surface formula."""

    def run(inputs: Inputs) -> Outcome:
        return _answer(equation(_size(inputs, "height", "cm"), _size(inputs, "weight", "kg")), "m2")

    return run


def _height_note(height: float) -> dict[str, object]:
    short = height < body_size.SHORTEST_VALIDATED_CM
    return {"note": "ideal body weight is not validated under 60 in (152.4 cm)"} if short else {}


def answer_ideal_weight(inputs: Inputs) -> Outcome:
    """Ideal body weight, with a note where the formula is not validated."""
    height = _size(inputs, "height", "cm")
    answer = _answer(body_size.ideal_body_weight(height, inputs.is_female()), "kg")
    return Outcome(answer.result, answer.unit, details=_height_note(height))


def answer_adjusted_weight(inputs: Inputs) -> Outcome:
    """Adjusted body weight, with a note where the formula is not validated."""
    height, female, weight = _size(inputs, "height", "cm"), inputs.is_female(), _size(inputs, "weight", "kg")
    answer = _answer(body_size.adjusted_body_weight(height, female, weight), "kg")
    return Outcome(answer.result, answer.unit, details=_height_note(height))


def answer_anc(inputs: Inputs) -> Outcome:
    """The neutrophil count from a differential that can be true."""
    wbc = inputs.measured("wbc", "wbc", "10*9/L")
    segs = inputs.measured("segs", "neutrophils_percent", "%")
    bands = inputs.measured("bands", "bands_percent", "%")
    if segs + bands > 100:
        raise InputProblem(f"segs and bands are {segs + bands} % together, more than all cells.")
    return _answer(haematology.anc_from_differential(float(wbc), float(segs), float(bands)), "10*9/L")


# ── grades, changes, units ────────────────────────────────────────────────────────────────────────────────────────


def answer_ctcae_grade(inputs: Inputs) -> Outcome:
    """A CTCAE grade with its version, or the input it lacks."""
    version, term = inputs.choice("version", grading.VERSIONS), inputs.analyte_key("term")
    unit = inputs.required("unit")
    value, baseline = inputs.number("value"), inputs.optional_number("baseline")
    read_measured("value", value, term, unit)
    if baseline is not None:
        read_measured("baseline", baseline, term, unit)
    reading = inputs.choice("baseline_abnormal", grading.BASELINES) if inputs.text("baseline_abnormal") else ""
    limits = {name: inputs.optional_number(name) for name in ("lln", "uln")}
    sample = grading.Sample(value, unit, limits["lln"], limits["uln"], baseline, reading)
    try:
        grade = grading.ctcae_grade(term, sample, version)
    except (grading.CannotGrade, UnitProblem) as problem:
        raise InputProblem(f"{problem}.".replace("..", ".")) from problem
    return Outcome(str(grade), details={"term": term, "version": version})


def answer_reference_change(inputs: Inputs) -> Outcome:
    """A change in per cent, and whether it is more than biology and laboratory explain."""
    key = inputs.analyte_key("analyte")
    previous, current = inputs.positive("previous"), inputs.positive("current")
    form = inputs.choice("form", change.FORMS) if inputs.text("form") else change.FORMS[0]
    variation = analyte(key).variation
    if variation is None:
        raise InputProblem(f"analyte {key} has no biological variation on file: no limit can be told.")
    limits = change.change_limits(variation.cvi, variation.cva, form)
    percent = change.percent_change(float(previous), float(current))
    significant = limits.are_passed_by(percent)
    return Outcome(
        f"{format_number(percent)} {'significant' if significant else 'not significant'}",
        "%",
        details={
            "change_percent": percent,
            "significant": significant,
            "limit_down_percent": limits.down,
            "limit_up_percent": limits.up,
            "form": limits.form,
            "source": variation.source,
            "checked": variation.checked,
        },
    )


def answer_convert(inputs: Inputs) -> Outcome:
    """A value in the canonical unit of its analyte, or in the unit asked for."""
    key, value, unit = inputs.analyte_key("analyte"), inputs.number("value"), inputs.required("unit")
    read_measured("value", value, key, unit)
    to = inputs.text("to") or analyte(key).unit
    try:
        converted = convert_to(key, value, unit, to)
    except UnitProblem as problem:
        raise InputProblem(f"to: {problem}") from problem
    return Outcome(format_number(converted), find_unit(to) or to)
