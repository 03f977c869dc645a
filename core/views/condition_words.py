"""A rule's conditions in plain words: ranges with their unit, events, other drugs, and how they are joined."""

from __future__ import annotations

import math
from collections.abc import Sequence

from core.calculators.change import change_limits
from core.catalogue.analytes import analytes
from core.catalogue.drugs import drugs
from core.engine.wording import lower_first, one_test, test_words
from core.protocols.conditions import AtLeast, Band, Condition, Every, Leaf, Neither, Some, parts_of
from core.protocols.kinds import Threshold
from core.protocols.schema import Common
from core.records import CODED_NUMBERS
from core.views.names import analyte_unit, unit_text
from core.views.text import NBSP, count_text, join_words, number_text, plain
from core.views.words import words

_SPELT = {
    "tb": "TB", "copd": "COPD", "ckd": "CKD", "duffy": "Duffy", "bdmard": "biologic DMARD", "il6": "IL-6",
    "tsdmard": "targeted synthetic DMARD", "csdmard": "conventional synthetic DMARD", "tnf": "TNF", "il1": "IL-1",
}  # fmt: skip
_UNITS = {"a": "years", "mo": "months", "d": "days", "/d": "", "mg/d": "mg a day", "mg/kg/d": "mg/kg a day"}
FOR_LIFE_DAYS = 36_500  # a hundred years: the files' way of saying that something never grows old
OF_LIMIT = " against its upper limit"  # features that are a multiple of an upper limit are titled so in common.toml
_CODED = {0.0: "negative", 0.5: "indeterminate", 1.0: "positive"}

#: One line of a tree of conditions: how deep it stands, and its words.
TreeLine = tuple[int, str]


def spelt(code: str) -> str:
    """A key of the protocol files as words: known_ckd as "known CKD", il6_inhibitor as "IL-6 inhibitor"."""
    return " ".join(_SPELT.get(word, word) for word in plain(code).split("_")).replace("Duffy null", "Duffy-null")


def group_words(name: str) -> str:
    """A named group of events, quoted: its exact words are printed in the rule book."""
    return f"“{spelt(name)}”"


def range_words(band: Band | Leaf, unit: str = "") -> str:
    """A stretch of the number line: "below 1.5 ×10⁹/L", "from 1 to below 1.5 ×10⁹/L", "38 °C or above"."""
    after = f"{NBSP}{unit}" if unit else ""
    low, high = _lower(band), _upper(band)
    if low is None and high is None:
        return "any value"
    if low is None:
        return f"{'at or below' if band.below_or_at is not None else 'below'} {_number(high)}{after}"
    if high is None:
        return f"above {_number(low)}{after}" if band.above is not None else f"{_number(low)}{after} or above"
    first = "above" if band.above is not None else "from"
    last = "up to" if band.below_or_at is not None else "to below"
    return f"{first} {_number(low)} {last} {_number(high)}{after}"


def value_words(band: Band | Leaf, analyte: str, feature: str, common: Common) -> str:
    """What is measured and the range asked of it, without a verb."""
    if analyte:
        known = analytes().get(analyte)
        if known is not None and known.kind == "coded":
            return f"{test_words(analyte)} {coded_words(band)}"
        return f"{test_words(analyte)} {range_words(band, unit_text(analyte_unit(analyte)))}"
    return _feature_words(band, feature, common)


def coded_words(band: Band | Leaf) -> str:
    """Which of the coded answers lie in a range: "positive", "indeterminate or positive"."""
    start = band.from_ if band.from_ is not None else -math.inf
    start = math.nextafter(band.above, math.inf) if band.above is not None else start
    stop = band.below if band.below is not None else math.inf
    stop = math.nextafter(band.below_or_at, math.inf) if band.below_or_at is not None else stop
    values = sorted(set(CODED_NUMBERS.values()))
    return join_words([_CODED[value] for value in values if start <= value < stop], "or")


def subject_words(name: str, common: Common) -> str:
    """What a rule is about inside a sentence: an analyte, a computed value, or another fact: "creatinine clearance"."""
    if name in analytes():
        return test_words(name)
    return feature_name(name, common) if name in common.features else spelt(name)


def unit_words(name: str, common: Common) -> str:
    """The unit of an analyte or a computed value as it is printed, "" for one without."""
    if name in analytes():
        return unit_text(analyte_unit(name))
    return unit_said(common.features[name].unit if name in common.features else "")


def unit_said(unit: str) -> str:
    """A unit as it is printed, spans of time as words: "years"."""
    return _UNITS.get(unit, unit_text(unit))


def coded_word(name: str, value: float) -> str:
    """The word a coded result stands for, "" for a number: HBsAg 1 is "positive"."""
    known = analytes().get(name)
    return _CODED.get(value, "") if known is not None and known.kind == "coded" else ""


def stretches_words(rule: Threshold, common: Common) -> str:
    """Where on the number line a rule speaks, its grades taken together: "below 1.5", "positive"."""
    known = analytes().get(rule.analyte)
    if known is not None and known.kind == "coded":
        return join_words(map(coded_words, graded_stretches(rule.bands)), "or")
    unit = unit_words(rule.analyte or rule.feature, common)
    return " or ".join(range_words(one, unit) for one in graded_stretches(rule.bands))


def graded_stretches(bands: Sequence[Band]) -> list[Band]:
    """The bands in which a rule speaks, those that touch as one."""
    runs: list[Band] = []
    for band in bands:
        if band.priority is None:
            continue
        if runs and runs[-1].stop == band.start:
            ends = {"from": runs[-1].from_, "above": runs[-1].above}
            runs[-1] = Band.model_validate({**ends, "below": band.below, "below_or_at": band.below_or_at})
        else:
            runs.append(band)
    return runs


def say_condition(node: Condition, common: Common) -> str:
    """A tree of conditions as one phrase, inner joins in brackets."""
    if isinstance(node, Leaf):
        return leaf_words(node, common)
    if isinstance(node, Neither):
        return none_words(node, common)
    pieces = [one if isinstance(one, str) else _inner(one, common) for one in _pieces(node, common)]
    if isinstance(node, AtLeast):
        return f"at least {node.at_least} of: {'; '.join(pieces)}"
    return _listed(pieces, "and" if isinstance(node, Every) else "or")


def none_words(node: Neither, common: Common) -> str:
    """What must not be so: "no “dialysis” on record", "not taking …", or a list."""
    said = [one if isinstance(one, str) else say_condition(one, common) for one in _pieces(node, common)]
    if len(said) > 1:
        return f"none of these: {'; '.join(said)}"
    only = node.none[0]
    name = subject_words(only.analyte or only.feature, common) if isinstance(only, Leaf) and not only.newly else ""
    if name and said[0].startswith(f"{name} "):
        return f"{name} not{said[0].removeprefix(name)}"  # "temperature not 38 °C or above"
    return f"no {said[0]}" if isinstance(only, Leaf) and only.events else f"not {said[0]}"


def tree_lines(node: Condition, common: Common, depth: int = 0) -> list[TreeLine]:
    """A tree of conditions line by line, each with its depth: for trees too deep to read in one breath."""
    parts = parts_of(node)
    if len(parts) < 2:
        if isinstance(node, Neither | Leaf):
            return [(depth, say_condition(node, common))]
        return tree_lines(parts[0], common, depth)
    lines = [(depth, f"{_head(node)}:")]
    for piece in _pieces(node, common):
        lines += [(depth + 1, piece)] if isinstance(piece, str) else tree_lines(piece, common, depth + 1)
    return lines if len(lines) > 2 else [(depth, lines[1][1])]


def _head(node: Condition) -> str:
    match node:
        case AtLeast():
            return f"at least {node.at_least} of"
        case Some():
            return "any of"
        case Neither():
            return "none of"
        case _:
            return "all of"


def _pieces(node: Condition, common: Common) -> list[str | Condition]:
    """The parts of a join, two ends of one range said as one: "from 1 to below 1.5", "other than 100 mg"."""
    out: list[str | Condition] = []
    for part in parts_of(node):
        before = out[-1] if out else None
        if isinstance(before, Leaf) and isinstance(part, Leaf) and (said := _as_one(before, part, node, common)):
            out[-1] = said
        else:
            out.append(part)
    return out


def _as_one(first: Leaf, second: Leaf, node: Condition, common: Common) -> str:
    """Two conditions on one value as one range; "" where they are not two ends of one."""
    ends = {"from_", "above", "below", "below_or_at"}
    if not (first.analyte or first.feature) or first.model_dump(exclude=ends | {"absent"}) != second.model_dump(
        exclude=ends | {"absent"}
    ):
        return ""
    low, high = sorted((first, second), key=lambda one: _lower(one) is None)
    if _lower(low) is None or _upper(high) is None or _upper(low) is not None or _lower(high) is not None:
        return ""
    band = Band.model_validate(
        {"from": low.from_, "above": low.above, "below": high.below, "below_or_at": high.below_or_at}
    )
    if isinstance(node, Every):
        said = value_words(band, first.analyte, first.feature, common)
    elif isinstance(node, Some) and low.above is not None and low.above == high.below:
        said = value_words(low, first.analyte, first.feature, common).replace("above", "other than", 1)
    else:
        return ""
    return said + _bracketed(_qualified(first, common))


def depth_of(node: Condition) -> int:
    """How many joins stand inside one another; a join of one thing counts for nothing."""
    parts = parts_of(node)
    inner = max((depth_of(part) for part in parts), default=0)
    return inner if isinstance(node, Leaf) or len(parts) == 1 else inner + 1


def leaf_words(leaf: Leaf, common: Common) -> str:
    """One condition in words, with how long it counts."""
    if leaf.events:
        said = f"{group_words(leaf.events)} {'ever ' if _is_for_life(leaf) else ''}on record"
        said += (
            f" in the last {count_text(leaf.within_days, 'day')}"
            if leaf.within_days is not None and not _is_for_life(leaf)
            else ""
        )
    elif leaf.drugs and _is_for_life(leaf):
        said = f"{join_words(map(drug_words, leaf.drugs), 'or')} taken, now or ever"
    elif leaf.drugs:
        said = f"taking {join_words(map(drug_words, leaf.drugs), 'or')}"
        said += f", or until {count_text(leaf.within_days, 'day')} ago" if leaf.within_days is not None else ""
    elif leaf.course:
        said = _course_words(leaf, common)
    else:
        said = _measured_words(leaf, common)
    return said + _bracketed(_qualified(leaf, common))


def _is_for_life(leaf: Leaf) -> bool:
    """Whether a stretch of days is the files' way of saying "ever"."""
    return leaf.within_days is not None and leaf.within_days >= FOR_LIFE_DAYS


def _bracketed(remarks: Sequence[str]) -> str:
    return f" ({'; '.join(remarks)})" if remarks else ""


def drug_words(word: str) -> str:
    """A drug by its name, a class or group as "any TNF inhibitor"."""
    return spelt(word) if word in drugs() else f"any {spelt(word)}"


def lasting_words(name: str, common: Common) -> str:
    """How long such a value counts: "each result counts for 7 days"."""
    days = common.lasting.get(name)
    return f"each result counts for {count_text(days, 'day')}" if isinstance(days, int) else ""


def _measured_words(leaf: Leaf, common: Common) -> str:
    name = test_words(leaf.analyte) if leaf.analyte else feature_name(leaf.feature, common)
    if leaf.missing:
        return f"no {name} recent enough to count"
    if leaf.not_within_days is not None:
        return f"no readable {one_test(leaf.analyte)} result in the last {count_text(leaf.not_within_days, 'day')}"
    if leaf.changed:
        return _change_words(leaf, name)
    said = value_words(leaf, leaf.analyte, leaf.feature, common)
    if leaf.fallen_percent is not None:
        said += (
            f", having fallen at least {_number(leaf.fallen_percent)}{NBSP}% since the previous result of the last "
            f"{count_text(leaf.within_days or 0, 'day')}"
        )
    return said


def _change_words(leaf: Leaf, name: str) -> str:
    """A fall or rise beyond the reference change value, in per cent where the catalogue knows it."""
    known = analytes().get(leaf.analyte)
    variation = known.variation if known else None
    beyond = ""
    if variation is not None:
        limits = change_limits(variation.cvi, variation.cva)
        percent = abs(limits.down if leaf.changed == "fall" else limits.up)
        beyond = f" ({percent:.1f}{NBSP}% or more)"
    before = (
        "the previous result" if leaf.against == "previous"
        else f"the median of the {count_text(leaf.within_days or 0, 'day')} before"
    )  # fmt: skip
    before += " treatment" if leaf.against == "before_treatment" else ""
    said = f"a {leaf.changed} of {name} beyond what biology and the laboratory explain{beyond}, against {before}"
    unit = unit_text(analyte_unit(leaf.analyte))
    return said + (f", and by at least {_number(leaf.by)}{NBSP}{unit}" if leaf.by is not None else "")


def _qualified(leaf: Leaf, common: Common) -> list[str]:
    said = [lasting_words(leaf.lasting, common)] if leaf.lasting else []
    said += ["for the first time after a result that was not"] if leaf.newly else []
    said += ["with a steady creatinine"] if leaf.steady else []
    said += [f"until the next {one_test(leaf.until_result_of)} result"] if leaf.until_result_of else []
    return said


def _course_words(leaf: Leaf, common: Common) -> str:
    if leaf.course == "starting":
        first = count_text(common.planning.starting_for_days, "day")
        return f"before the start or in the first {first} of treatment"
    if leaf.course == "per_kg":
        return "the dose is given by weight (mg/kg)"
    return f"a course of other than {count_text(leaf.days or 0, 'day')}"


def feature_name(feature: str, common: Common) -> str:
    """A computed value inside a sentence."""
    text = common.features.get(feature)
    return lower_first(text.title) if text else words(feature)


def _feature_words(band: Band | Leaf, feature: str, common: Common) -> str:
    text = common.features.get(feature)
    name = feature_name(feature, common)
    if text is None:
        return f"{name} {range_words(band)}"
    if OF_LIMIT in name:
        subject, _, rest = name.partition(OF_LIMIT)
        said = range_words(band, "times").replace(f"{NBSP}times", " times its upper limit")
        said = said.replace("1 times its upper limit", "its upper limit") if _is_at_limit(band) else said
        return f"{subject} {said}{rest}"
    if not text.unit and not text.decimals:
        return f"{name} {_stage_words(band)}"
    return f"{name} {range_words(band, _UNITS.get(text.unit, unit_text(text.unit)))}"


def _is_at_limit(band: Band | Leaf) -> bool:
    return {_lower(band), _upper(band)} - {None} == {1.0}


def _stage_words(band: Band | Leaf) -> str:
    """Whole stages: "1", "2 or more", "below 1"."""
    low, high = _lower(band), _upper(band)
    if low is not None and high is not None and high - low == 1 and band.from_ is not None:
        return _number(low)
    return f"{_number(low)} or more" if low is not None and high is None and band.above is None else range_words(band)


def _lower(band: Band | Leaf) -> float | None:
    return band.from_ if band.from_ is not None else band.above


def _upper(band: Band | Leaf) -> float | None:
    return band.below if band.below is not None else band.below_or_at


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value)


def _inner(part: Condition, common: Common) -> str:
    said = say_condition(part, common)
    joined = len(parts_of(part)) > 1 and not isinstance(part, Neither)
    return f"({said})" if joined and any(f" {last} " in said for last in ("and", "or", "of:")) else said


def _listed(parts: Sequence[str], last: str) -> str:
    comma = any("," in part or part.startswith("(") for part in parts) or len(parts) > 2
    return (f", {last} " if comma else f" {last} ").join(parts)
