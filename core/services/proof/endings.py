"""Which single new fact would make a tree of conditions no longer met, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.catalogue import ANALYTES, analyte
from core.engine.timeline import CANNOT_TELL, MET, NOT_MET
from core.engine.wording import number, one_test
from core.protocols.conditions import AtLeast, Condition, Every, Leaf, Neither, Some, parts_of
from core.protocols.kinds import Interval
from core.protocols.schema import DOSE_FEATURES
from core.services.proof.record import AGES, Record
from core.services.proof.speech import condition_said, frequency_names, with_unit
from core.views.condition_words import OF_LIMIT, drug_words, group_words, spelt, subject_words, unit_words
from core.views.text import join_words

_BY_WEIGHT = "dosing_day_mg_per_kg"
COUNTED = ("10*9/L", "×10⁹/L")  # the unit of what is a count


def end_of(node: Condition, fact: str, record: Record) -> str:
    """The new fact that would make a condition no longer met. fact: what the alert is about, asked for first."""
    match node:
        case Leaf():
            return _end_leaf(node, record)
        case Every():
            return end_of(min(node.all, key=lambda part: _cost(part, fact)), fact, record)
        case Neither():
            return _begin(node.none[0], record)
        case AtLeast():
            stand = _standing(node.of, record)
            some = sorted(stand, key=lambda part: _cost(part, fact))[: max(1, len(stand) - node.at_least + 1)]
            return _join(end_of(part, fact, record) for part in some)
        case _:
            return _join(end_of(part, fact, record) for part in _standing(node.any, record) or node.any[:1])


def ways_out(node: Condition, fact: str, record: Record) -> dict[str, str]:
    """Every single new fact that would make a condition no longer met, by what it is about, the likeliest first.

    What is joined by `all` is ended by any one of its parts; what is joined by `any` only by all that are met.
    """
    if not isinstance(node, Every):
        said = end_of(node, fact, record)
        return {_about(node, record): said} if said else {}
    ways: dict[str, str] = {}
    for part in sorted(node.all, key=lambda part: _cost(part, fact)):
        if isinstance(part, Leaf) and part.feature in AGES and len(node.all) > 1:
            continue  # who is of which age is the rule's scope: nobody waits years for the end of an alert
        for about, said in ways_out(part, fact, record).items():
            ways.setdefault(about, said)
    return ways


def _about(node: Condition, record: Record) -> str:
    """The one thing that a part still met is about, "a and b" where it is about several."""
    parts = _standing(parts_of(node), record) if isinstance(node, Some | AtLeast) else parts_of(node)
    if not isinstance(node, Leaf):
        return " and ".join(sorted({_about(part, record) for part in parts or parts_of(node)}))
    return node.analyte or node.feature or node.events or node.course or " or ".join(node.drugs)


def _standing(parts: Sequence[Condition], record: Record) -> list[Condition]:
    """The parts that are met, and those of which nobody can tell: an alert stays open until neither is so."""
    return [part for part in parts if record.answer(part)[0] != NOT_MET]


def _cost(node: Condition, fact: str) -> int:
    """What is easiest to come by, and nearest to what the alert is about, comes first."""
    if not isinstance(node, Leaf):
        return min((_cost(part, fact) for part in parts_of(node)), default=9) + (isinstance(node, Some))
    if node.analyte or node.feature:
        own = (node.analyte or node.feature) == fact
        good = node.below is not None or node.below_or_at is not None or node.not_within_days is not None
        if _is_coded(node.analyte):  # a positive result would only move the alert to another rule
            good = node.from_ is not None or node.above is not None
        return 8 if node.feature in AGES else (0 if own else 2) + (0 if good or node.missing else 1)
    return 4 if node.drugs else 5 if node.events else 6


def _join(phrases: Iterator[str]) -> str:
    return ", and ".join(dict.fromkeys(one for one in phrases if one))


def _end_leaf(leaf: Leaf, record: Record) -> str:
    features = record.common.features
    if leaf.events:
        if leaf.until_result_of:
            return with_article(singular(leaf.until_result_of), "result")
        return f"the end of what is recorded as {group_words(leaf.events)}"
    if leaf.drugs:
        taken = list(record.measurements.drugs(leaf.drugs)) or [drug_words(word) for word in leaf.drugs]
        return f"an end date of {' and of '.join(taken)}"
    if leaf.course:
        return {"starting": "the end of the first weeks of treatment", "per_kg": "a dose that is not by weight"}.get(
            leaf.course, f"a course of {leaf.days} days"
        )
    name = leaf.analyte or leaf.feature
    if name in AGES:
        limit = leaf.below if leaf.below is not None else leaf.below_or_at
        return (
            "a corrected birth date"
            if limit is None
            else f"reaching the age of {with_unit(limit, unit_words(name, record.common))}"
        )
    subject, unit = subject_words(name, record.common), unit_words(name, record.common)
    if leaf.until_result_of:
        return with_article(singular(leaf.until_result_of), "result")
    if _is_coded(name):
        return f"a later negative {subject}"
    if leaf.analyte:
        unit = analyte(name).unit  # as JSON names units; the text prints them
    for sign, limit in ((">=", leaf.below), (">", leaf.below_or_at), ("<", leaf.from_), ("<=", leaf.above)):
        if limit is not None:
            return later(name, sign, number(limit), unit, record)
    if leaf.changed:
        return f"a later {singular(name)} result that shows no such {leaf.changed}"
    inputs = features[name].inputs if name in features else ()
    return with_article(singular(inputs[0] if inputs else name), "result")


def later(name: str, sign: str, limit: str, unit: str, record: Record) -> str:
    """ "a later creatinine >= 90 umol/L"; what is told as a multiple of an upper limit is asked for as one."""
    subject, multiple, _ = subject_words(name, record.common).partition(OF_LIMIT)
    if name in ANALYTES and singular(name) != subject:  # "neutrophils": one of what is counted in the plural
        subject = f"{singular(name)} {'count' if unit in COUNTED else 'result'}"
    return f"a later {subject} {sign} {limit} {'times its upper limit' if multiple else unit}".rstrip()


def with_article(subject: str, noun: str = "") -> str:
    """ "an ALT result", "a urine albumin:creatinine ratio result": by the sound it begins with."""
    sounds = "AEFHILMNORSX" if subject[:2].isupper() else "aeio"
    return f"{'an' if subject[:1] in sounds else 'a'} {subject} {noun}".rstrip()


def _is_coded(name: str) -> bool:
    return name in ANALYTES and not analyte(name).unit


def _begin(node: Condition, record: Record) -> str:
    """What would have to be on file for a condition that must not be met to be met."""
    if not isinstance(node, Leaf):
        return _begin(parts_of(node)[0], record)
    if node.events:
        return f"a record of {group_words(node.events)}"
    if node.drugs:
        return f"a course of {join_words(map(drug_words, node.drugs), 'or')}"
    return condition_said(node, record.common)


def singular(name: str) -> str:
    """One of what is counted in the plural: "neutrophil", "ALT"."""
    return one_test(name) if name in ANALYTES else spelt(name)


def dose_that_fits(rule: Interval, record: Record) -> str:
    """The course on which no dose condition of a rule is met: "a course of 100 mg once daily"; "" if it has none."""
    lows: dict[str, float] = {}
    highs: dict[str, float] = {}
    length: int | None = None
    for leaf in _dose_leaves(rule.when, record):
        if leaf.course == "lasts_other_than":
            length = leaf.days
        low, high = (leaf.below, leaf.below_or_at), (leaf.above, leaf.from_)
        for limit in low:
            if limit is not None:
                lows[leaf.feature] = max(limit, lows.get(leaf.feature, limit))
        for limit in high:
            if limit is not None:
                highs[leaf.feature] = min(limit, highs.get(leaf.feature, limit))
    for leaf in _dose_leaves(rule.when, record, may=True):  # a lower end that may hold makes a limit one dose
        if leaf.feature in highs and leaf.below is not None:
            lows.setdefault(leaf.feature, leaf.below)
    words = [amount(name, lows.get(name), highs.get(name)) for name in DOSE_FEATURES if name in lows or name in highs]
    if length is not None and words:
        words.append(f"for {length} days")
    return f"a course of {' '.join(words)}" if words else ""


def _dose_leaves(node: Condition, record: Record, may: bool = False) -> Iterator[Leaf]:
    """The conditions on dose, frequency or length that bear on the patient now: beside others only while those hold.

    may: while those hold, or nobody can tell.
    """
    if isinstance(node, Leaf):
        if node.feature in DOSE_FEATURES or node.course == "lasts_other_than":
            yield node
    elif isinstance(node, Every):
        others = [part for part in node.all if not any(True for _ in _dose_leaves(part, record))]
        states = {record.answer(part)[0] for part in others}
        if states <= ({MET, CANNOT_TELL} if may else {MET}):
            for part in node.all:
                yield from _dose_leaves(part, record, may)
    elif isinstance(node, Some):
        for part in node.any:
            yield from _dose_leaves(part, record, may)


def amount(name: str, low: float | None, high: float | None) -> str:
    if name == "doses_per_day":
        return _frequency(low, high)
    unit = {"dosing_day_mg": "mg a day", _BY_WEIGHT: "mg/kg a day"}.get(name, "mg")
    if low is not None and low == high:
        return f"{number(low)} {unit}"
    if low is not None and high is not None:
        return f"{number(low)} to {number(high)} {unit}"
    return f"at least {number(low)} {unit}" if low is not None else f"at most {number(high or 0.0)} {unit}"


def _frequency(low: float | None, high: float | None) -> str:
    names = frequency_names()
    if low is not None and high is not None:  # between an exception's frequency and the usual one: the usual one
        return str(names.get(high, f"{number(high)} times a day"))
    limit, words = (low, "at least") if low is not None else (high, "at most")
    return f"{words} {names.get(limit or 0.0, number(limit or 0.0))}"
