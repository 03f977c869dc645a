"""The calculators by name: what each is given and what it answers. The command `calc` is this table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from core.calculators import answers, body_size, renal
from core.calculators.answers import Outcome
from core.calculators.inputs import InputProblem, Inputs
from core.errors import InputRefused


@dataclass(frozen=True, slots=True)
class Argument:
    """One input. unit: what its number is in ("" = a word); required: refused when missing; note: values or default."""

    name: str
    unit: str = ""
    required: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calculator:
    """One calculator: its name and arguments as in the contract, the unit of its result, its equation."""

    name: str
    equation: str
    unit: str
    arguments: tuple[Argument, ...]
    run: Callable[[Inputs], Outcome]

    @property
    def argument_names(self) -> tuple[str, ...]:
        return tuple(argument.name for argument in self.arguments)


_AGE = Argument("age", "a")
_SEX = Argument("sex", note="female, male")
_WEIGHT = Argument("weight", "kg")
_HEIGHT = Argument("height", "cm")
_CREATININE = Argument("creatinine", "see unit")
_UNIT = Argument("unit", required=False, note="umol/L (default), mg/dL")
_INDEXED = "mL/min/1.73m2"

CALCULATORS: tuple[Calculator, ...] = (
    Calculator(
        "cockcroft_gault",
        "Cockcroft-Gault 1976",
        "mL/min",
        (_AGE, _SEX, _WEIGHT, _CREATININE, _UNIT),
        answers.answer_cockcroft_gault,
    ),
    Calculator(
        "ckd_epi_2021",
        "CKD-EPI 2021 creatinine",
        _INDEXED,
        (_AGE, _SEX, _CREATININE, _UNIT),
        answers.answer_ckd_epi(renal.ckd_epi_2021),
    ),
    Calculator(
        "ckd_epi_2009",
        "CKD-EPI 2009 creatinine",
        _INDEXED,
        (_AGE, _SEX, _CREATININE, _UNIT),
        answers.answer_ckd_epi(renal.ckd_epi_2009),
    ),
    Calculator(
        "schwartz_bedside",
        "Schwartz 2009, bedside",
        _INDEXED,
        (_HEIGHT, _CREATININE, _UNIT, _AGE),
        answers.answer_schwartz,
    ),
    Calculator(
        "bsa_mosteller", "Mosteller 1987", "m2", (_HEIGHT, _WEIGHT), answers.answer_surface(body_size.bsa_mosteller)
    ),
    Calculator("bsa_du_bois", "Du Bois 1916", "m2", (_HEIGHT, _WEIGHT), answers.answer_surface(body_size.bsa_du_bois)),
    Calculator("ideal_body_weight", "Devine 1974", "kg", (_HEIGHT, _SEX), answers.answer_ideal_weight),
    Calculator(
        "adjusted_body_weight", "Winter 2012, 40 %", "kg", (_HEIGHT, _SEX, _WEIGHT), answers.answer_adjusted_weight
    ),
    Calculator(
        "anc_from_differential",
        "white cells x (segmented + bands)",
        "10*9/L",
        (Argument("wbc", "10*9/L"), Argument("segs", "%"), Argument("bands", "%")),
        answers.answer_anc,
    ),
    Calculator(
        "ctcae_grade",
        "NCI CTCAE",
        "",
        (
            Argument("term", note="an analyte"),
            Argument("value", "see unit"),
            Argument("unit"),
            Argument("lln", "see unit", required=False),
            Argument("uln", "see unit", required=False),
            Argument("baseline", "see unit", required=False),
            Argument("baseline_abnormal", required=False, note="no, high, low"),
            Argument("version", note="v4, v5, v6"),
        ),
        answers.answer_ctcae_grade,
    ),
    Calculator("kdigo_gfr_category", "KDIGO 2024", "", (Argument("egfr", _INDEXED),), answers.answer_gfr_category),
    Calculator(
        "aki_stage",
        "KDIGO 2012; NHS England 2014",
        "",
        (
            Argument("series", answers.CREATININE_UNIT, note="day:value;day:value, the last is judged"),
            Argument("algorithm", note="kdigo, nhse"),
            Argument("age", "a", required=False),
            Argument("ref_high", answers.CREATININE_UNIT, required=False),
        ),
        answers.answer_aki_stage,
    ),
    Calculator(
        "reference_change",
        "reference change value, 95 % two-sided",
        "%",
        (
            Argument("analyte"),
            Argument("previous", "any, the same as current"),
            Argument("current", "any, the same as previous"),
            Argument("form", required=False, note="log-normal (default), symmetric"),
        ),
        answers.answer_reference_change,
    ),
    Calculator(
        "convert",
        "unit conversion",
        "the analyte's canonical unit",
        (Argument("analyte"), Argument("value", "see unit"), Argument("unit"), Argument("to", required=False)),
        answers.answer_convert,
    ),
)


def find_calculator(name: str) -> Calculator:
    """One calculator by its name. Raises InputRefused naming those there are; the user mends the name."""
    for one in CALCULATORS:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in CALCULATORS)
    raise InputRefused(f"There is no calculator '{name}'. There are: {names}.")


def refuse_unknown_arguments(calculator: Calculator, names: Iterable[str]) -> None:
    """Raise InputRefused when a name is none of the calculator's arguments: a misspelt one must not be ignored."""
    unknown = [name for name in names if name not in calculator.argument_names]
    if unknown:
        raise InputRefused(
            f"{calculator.name} has no argument '{unknown[0]}'; it takes {', '.join(calculator.argument_names)}."
        )


def answer(calculator: Calculator, given: Mapping[str, str]) -> Outcome:
    """Run one calculator on text inputs. A refusal is an Outcome with an empty result and a sentence."""
    try:
        return calculator.run(Inputs({name: given.get(name, "") for name in calculator.argument_names}))
    except InputProblem as problem:
        return Outcome("", "", str(problem))


def run_calculator(name: str, given: Mapping[str, str]) -> Outcome:
    """Run the calculator of that name on `key=value` texts.

    Raises: InputRefused (the user mends the command): no such calculator, or no such argument.
    """
    calculator = find_calculator(name)
    refuse_unknown_arguments(calculator, given)
    return answer(calculator, given)
