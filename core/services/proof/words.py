"""Conditions, limits and reasons as a pharmacist reads them: the clinic's words, where one exists."""

from __future__ import annotations

from core.catalogue import ANALYTES, analyte
from core.engine.wording import number
from core.protocols.conditions import AtLeast, Condition, Every, Leaf, Neither, Some
from core.protocols.schema import FeatureText
from core.records import CODED_NUMBERS

SIDES = {"<": "below", "<=": "at or below", ">": "above", ">=": "at or above"}
#: Priorities, actions, phases and states as words: whatever is not here is written without its underscores.
PHASES = {
    "planned": "a planned treatment", "running": "treatment being taken", "held": "treatment on hold",
    "ended": "treatment that has ended",
}  # fmt: skip
REASONS = {
    "no_result": "there is no result", "stale_result": "the last result is too old",
    "no_unit": "it came without a unit", "unknown_unit": "its unit is not known",
    "implausible": "its value is beyond what is possible",
    "censored": "it is only a bound across the limit", "not_numeric": "it is not a number",
    "missing_weight": "no weight is on file", "missing_height": "no height is on file",
    "missing_sex": "the sex is not recorded", "missing_birth_date": "the birth date is not recorded",
    "missing_baseline": "there is no earlier result to compare with",
    "missing_reference_range": "there is no reference range",
    "unsteady_creatinine": "creatinine is not steady", "out_of_scope_age": "the equation is not for this age",
    "unknown_dose": "the dose could not be read", "unknown_frequency": "the frequency could not be read",
    "conflicting_duplicate": "two values stand for one result",
}  # fmt: skip


_WHOLE = {"aki": "acute kidney injury"}


def plain(word: str) -> str:
    """A word of the vocabularies as it is read: without its underscores, and not cut short."""
    return _WHOLE.get(word, word.replace("_", " "))


def reason_words(reason: str) -> str:
    return REASONS.get(reason, plain(reason))


def subject_words(name: str, features: dict[str, FeatureText] | None = None) -> str:
    """An analyte, a feature or another fact within a sentence: "neutrophils", "ALT"."""
    if name in ANALYTES:
        title = analyte(name).title
    else:
        title = features[name].title if features and name in features else plain(name)
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def unit_of(name: str, features: dict[str, FeatureText]) -> str:
    """The unit of an analyte or a feature as it is printed."""
    if name in ANALYTES:
        return analyte(name).unit_display
    return features[name].unit if name in features else ""


def with_unit(value: float, unit: str, places: int | None = None, limit: float | None = None) -> str:
    return f"{number(value, places, limit)} {unit}".rstrip()


def coded_word(name: str, value: float) -> str:
    """The word a coded result stands for, "" for a number: HBsAg 1 is positive."""
    if name not in ANALYTES or analyte(name).unit:
        return ""
    return next((word for word, number_of in CODED_NUMBERS.items() if number_of == value), "")


def range_words(name: str, side: str, limit: float, unit: str) -> str:
    """Where a value is asked to lie: "below 1.5 ×10⁹/L", or for a coded one "indeterminate or positive"."""
    if name not in ANALYTES or analyte(name).unit:
        return f"{side} {with_unit(limit, unit)}"
    inside = {"below": float.__lt__, "at or below": float.__le__, "above": float.__gt__, "at or above": float.__ge__}
    values = sorted({value for value in CODED_NUMBERS.values() if inside[side](value, float(limit))})
    return " or ".join(coded_word(name, value) for value in values)


def say_condition(node: Condition, features: dict[str, FeatureText]) -> str:
    """A tree of conditions as a sentence part."""
    match node:
        case Every():
            return " and ".join(_bracketed(part, features) for part in node.all)
        case Some():
            return " or ".join(_bracketed(part, features) for part in node.any)
        case Neither():
            return "none of: " + "; ".join(say_condition(part, features) for part in node.none)
        case AtLeast():
            return f"at least {node.at_least} of: " + "; ".join(say_condition(part, features) for part in node.of)
        case _:
            return say_leaf(node, features)


def _bracketed(node: Condition, features: dict[str, FeatureText]) -> str:
    said = say_condition(node, features)
    return said if isinstance(node, Leaf) else f"({said})"


def say_leaf(leaf: Leaf, features: dict[str, FeatureText]) -> str:
    """One condition as a sentence part: "temperature at or above 38 °C"."""
    if leaf.events:
        within = f" within {leaf.within_days} days" if leaf.within_days is not None else ""
        until = f", until {subject_words(leaf.until_result_of)} is done" if leaf.until_result_of else ""
        return f"recorded: {plain(leaf.events)}{within}{until}"
    if leaf.drugs:
        within = f", or until {leaf.within_days} days ago" if leaf.within_days is not None else ""
        return f"taking {' or '.join(plain(word) for word in leaf.drugs)}{within}"
    if leaf.course:
        days = f" {leaf.days} days" if leaf.days is not None else ""
        return {"starting": "treatment is starting", "per_kg": "the dose is by weight"}.get(
            leaf.course, f"the course lasts other than{days}"
        )
    name = leaf.analyte or leaf.feature
    asked = f"{subject_words(name, features)} {_asked(leaf, name, unit_of(name, features))}"
    if leaf.lasting:
        asked += f", counted as {plain(leaf.lasting)} for some days"
    if leaf.newly:
        asked += ", newly"
    return f"{asked}, until {subject_words(leaf.until_result_of)} is done" if leaf.until_result_of else asked


def _asked(leaf: Leaf, name: str, unit: str) -> str:
    for side, limit in (("at or above", leaf.from_), ("above", leaf.above), ("below", leaf.below),
                        ("at or below", leaf.below_or_at)):  # fmt: skip
        if limit is not None:
            fall = ""
            if leaf.fallen_percent is not None:
                fall = f" and fallen by {number(leaf.fallen_percent)} % within {leaf.within_days} days"
            return f"{range_words(name, side, limit, unit)}{fall}"
    if leaf.not_within_days is not None:
        return f"not measured within {leaf.not_within_days} days"
    if leaf.missing:
        return "not on file"
    against = "the previous result" if leaf.against == "previous" else f"the median of {leaf.within_days} days"
    by = f" and by at least {with_unit(leaf.by, unit)}" if leaf.by is not None else ""
    return f"{leaf.changed} from {against} beyond the reference change value{by}"
