"""Every small change of one rule: a number by its smallest step, a limit given to the other side, a word, a name.

A change is made on the rule as the file spells it, so that it can be shown in the file's own words.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from core.catalogue import ANALYTES, analyte
from core.protocols.loader import FEATURES, load_protocols
from core.records import CATEGORIES, INDICATIONS

Raw = dict[str, Any]
Where = tuple[str | int, ...]
Change = tuple[str, Raw]

#: How far a number is moved where it is no analyte's: the smallest step that could matter to anybody.
FEATURE_STEPS = {
    "creatinine_clearance": 0.01, "creatinine_without_history": 0.01, "dosing_weight": 0.1,
    "dosing_day_mg_per_kg": 0.01, "alt_of_upper_limit": 0.01, "ast_of_upper_limit": 0.01,
}  # fmt: skip
LIMITS = ("from", "above", "below", "below_or_at")
TURNED = {"below": "below_or_at", "below_or_at": "below", "from": "above", "above": "from"}
JOINS = ("all", "any", "none", "of")
LESS = {"high": "medium", "medium": "low", "low": "medium"}
PHASES = ("planned", "running", "held", "ended")
#: Words that narrow or widen a rule or a condition; each is taken out.
WORDS = (
    "steady", "first_only", "sustained", "unless_events", "except_events", "except_drugs", "lasting", "absent",
    "doses_per_day_above", "doses_per_day_at_most", "newly", "until_result_of", "by", "follows", "of", "replaces",
)  # fmt: skip
#: Lists whose entries are taken out one at a time.
LISTS = ("drugs", "except_drugs", "or_tests", "bands", "phases", "after_tolerances", "months", "days", *JOINS)
#: What is not walked into: texts, what only names the rule, and its category and fact, which are changed as names.
SILENT = ("id", "keys", "kind", "category", "title", "advice", "why", "document", "section", "checked", "fact")
#: Kinds of rules whose fact may be left out: then every analyte, event or test is its own.
MAY_LACK_A_FACT = ("threshold", "event", "baseline")


def change_rule(rule: Raw) -> Iterator[Change]:
    """What was changed, and the rule as it would be. Changes that the schema refuses are among them."""
    if rule.get("bands"):
        yield from _move_bands(rule)
    yield from _rename_subject(rule)
    for where, node in _walk(rule):
        told = ".".join(str(part) for part in where)
        before = f"{told}." if told else ""
        if isinstance(node, dict):
            yield from _change_table(rule, where, node, before)
        elif isinstance(node, list):
            yield from _change_list(rule, where, node, told)
        elif isinstance(node, int | float) and not isinstance(node, bool) and where[0] != "bands":
            down, up = _steps(rule, where, node)
            for value in (round(node - down, 6), round(node + up, 6)):
                yield f"{told} {node} becomes {value}", put(rule, where, value)


def put(node: Any, where: Where, value: object) -> Any:
    """A copy with another value at one place; None takes it out."""
    changed = copy.deepcopy(node)
    holder = changed
    for part in where[:-1]:
        holder = holder[part]
    if value is None:
        del holder[where[-1]]
    else:
        holder[where[-1]] = value
    return changed


def _walk(node: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Every place of a rule, the rule itself first."""
    if where and where[-1] in SILENT:
        return
    yield where, node
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield from _walk(part, (*where, name))


def _holder(rule: Raw, where: Where) -> Any:
    holder: Any = rule
    for part in where[:-1]:
        holder = holder[part]
    return holder


def _digit(holder: Raw) -> float:
    """One reported digit of what a table is about."""
    return (
        10.0 ** -analyte(holder["analyte"]).decimals
        if holder.get("analyte")
        else FEATURE_STEPS.get(holder.get("feature", ""), 1)
    )


def _steps(rule: Raw, where: Where, number: float) -> tuple[float, float]:
    """The smallest change of a number, down and up: one digit of its analyte, one day, one month, one result.

    No frequency lies between once and twice, or twice and three times, a day.
    """
    holder = _holder(rule, where)
    if not isinstance(holder, dict):
        return 1, 1
    if str(where[-1]).startswith("doses_per_day") or holder.get("feature") == "doses_per_day":
        return 0.5, 1 if number >= 1 else 0.5
    step = _digit(holder) if where[-1] in (*LIMITS, "by") else 1
    return step, step


def _move_bands(rule: Raw) -> Iterator[Change]:
    """A limit moved, or its very number given to the other band, on both of its sides: the bands still tile."""
    step = _digit(rule)
    for limit in sorted({band[end] for band in rule["bands"] for end in LIMITS if end in band}):
        for by in (-step, step):
            value = round(limit + by, 6)
            bands = [{k: value if k in LIMITS and v == limit else v for k, v in b.items()} for b in rule["bands"]]
            yield f"limit {limit} becomes {value}", {**rule, "bands": bands}
        bands = [{TURNED[k] if k in TURNED and v == limit else k: v for k, v in b.items()} for b in rule["bands"]]
        yield f"{limit} itself changes sides", {**rule, "bands": bands}


def _change_table(rule: Raw, where: Where, node: Raw, before: str) -> Iterator[Change]:
    """The words of a table: a priority, an action, an authority, a join, an inequality, a flag taken out."""
    if "priority" in node:
        less = LESS[node["priority"]]
        yield f"{before}priority {node['priority']} becomes {less}", put(rule, (*where, "priority"), less)
        other = "review" if node["action"] == "inform" else "inform"
        yield f"{before}action {node['action']} becomes {other}", put(rule, (*where, "action"), other)
    if "authority" in node:
        other = "FDA" if node["authority"] == "EMA" else "EMA"
        if len(rule["says"]) == 1:
            yield f"{node['authority']} becomes {other}", put(rule, (*where, "authority"), other)
        else:
            yield f"{node['authority']} no longer speaks", put(rule, where, None)
    for name, other in (("all", "any"), ("any", "all"), ("none", "any")):
        if name in node and (len(node[name]) > 1 or name == "none"):
            turned = {other if key == name else key: part for key, part in node.items()}
            yield f"{before}{name} becomes {other}", put(rule, where, turned)
    if "bands" not in where:
        for name in (n for n in LIMITS if n in node):
            turned = {TURNED[name] if key == name else key: part for key, part in node.items()}
            yield f"{before}{name} {node[name]} becomes {TURNED[name]}", put(rule, where, turned)
    yield from _rename(rule, where, node, before)
    yield from _drop_words(rule, where, node, before)


def _rename_subject(rule: Raw) -> Iterator[Change]:
    """What the alerts of a rule are about: another category, another fact, or each for itself. Visits raise none."""
    if rule["kind"] == "visits":
        return
    for other in name_neighbours(rule["category"], CATEGORIES):
        yield f"category becomes {other}", {**rule, "category": other}
    if "fact" in rule:
        other = "creatinine" if rule["fact"] == "neutrophils" else "neutrophils"
        yield f"fact becomes {other}", {**rule, "fact": other}
        if rule["kind"] in MAY_LACK_A_FACT:
            yield "fact dropped", put(rule, ("fact",), None)


def _rename(rule: Raw, where: Where, node: Raw, before: str) -> Iterator[Change]:
    """What is measured, computed or happened: the names beside it in the list that it is taken from."""
    groups = tuple(load_protocols().common.events)
    for name, known in (("analyte", ANALYTES), ("feature", FEATURES), ("events", groups)):
        if node.get(name):
            for other in name_neighbours(node[name], known):
                yield f"{before}{name} {node[name]} becomes {other}", put(rule, (*where, name), other)


def name_neighbours(name: str, known: Sequence[str]) -> tuple[str, str]:
    """The names before and after one in a list, which goes round."""
    place = known.index(name)
    return known[place - 1], known[(place + 1) % len(known)]


def _drop_words(rule: Raw, where: Where, node: Raw, before: str) -> Iterator[Change]:
    for name in (n for n in WORDS if n in node and not isinstance(node[n], list)):
        yield f"{before}{name} dropped", put(rule, (*where, name), None)
    if "fallen_percent" in node:
        less = {key: part for key, part in node.items() if key not in ("fallen_percent", "within_days")}
        yield f"{before}fallen_percent dropped", put(rule, where, less)
    if "events" in node and "within_days" in node:
        yield f"{before}within_days dropped", put(rule, (*where, "within_days"), None)
    if "changed" in node:
        other = "rise" if node["changed"] == "fall" else "fall"
        yield f"{before}changed {node['changed']} becomes {other}", put(rule, (*where, "changed"), other)
        if "against" in node:
            less = {key: part for key, part in node.items() if key not in ("against", "within_days")}
            yield f"{before}against {node['against']} dropped", put(rule, where, less)


def _change_list(rule: Raw, where: Where, node: list[Any], told: str) -> Iterator[Change]:
    """One entry of a list taken out; a phase or an indication put in."""
    name = where[-1]
    listed = LISTS if name != "while" else ()
    if name == "while":
        yield from _change_words(rule, where, node, PHASES, "while")
    elif name in ("indications", "not_indications"):
        yield from _change_words(rule, where, node, _audible(rule, where), told)
    elif name in listed and name != "bands" and len(node) > 1:
        for place, part in enumerate(node):
            what = part if isinstance(part, str | int) else _short(part)
            yield f"{told}.{place} ({what}) dropped", put(rule, (*where, place), None)


def _audible(rule: Raw, where: Where) -> tuple[str, ...]:
    """The indications that make a difference at a place: the rule and the authority must both hold for one.

    One that only the other of the two leaves out is left out whatever stands here.
    """
    if where[0] == "says":
        return tuple(one for one in INDICATIONS if one in rule.get("indications", INDICATIONS))
    limits = [set(says.get("indications", INDICATIONS)) for says in rule["says"]]
    return tuple(one for one in INDICATIONS if one in set().union(*limits))


def _change_words(rule: Raw, where: Where, node: list[str], words: tuple[str, ...], told: str) -> Iterator[Change]:
    for word in words:
        if word not in node:
            yield f"{told}: {word} added", put(rule, where, [*node, word])
        elif len(node) > 1:
            yield f"{told}: {word} removed", put(rule, where, [other for other in node if other != word])


def _short(part: Raw) -> str:
    return ", ".join(f"{k} {v}" for k, v in part.items() if not isinstance(v, list | dict)) or "group"


def change_group(group: Raw) -> Iterator[Change]:
    """A group of events without one of its entries, codes, words or limits; and lasting a life, or not."""
    yield "for_life turned", {**group, "for_life": not group.get("for_life", False)}
    several = group["any"]
    for place, selector in enumerate(several):
        if len(several) > 1:
            yield f"any.{place} ({_short(selector)}) dropped", put(group, ("any", place), None)
        for name in ("code", "severity", "words", "without_words", "vaccine"):
            listed = selector.get(name, [])
            if listed:
                yield f"any.{place}.{name} dropped", put(group, ("any", place, name), None)
            for n, word in enumerate(listed if len(listed) > 1 else ()):
                yield f"any.{place}.{name} {word!r} dropped", put(group, ("any", place, name, n), None)


def change_shared(shared: Raw) -> Iterator[Change]:
    """How long things last and look ahead, a day shorter and longer; what makes a creatinine unsteady."""
    for table in ("lasting", "planning"):
        for name, days in shared[table].items():
            if isinstance(days, int):
                for by in (-1, 1):
                    yield f"{table}.{name} {days} becomes {days + by}", put(shared, (table, name), days + by)
    for place, stage in enumerate(shared["steadiness"]["stages"]):
        yield f"steadiness.stages {stage} dropped", put(shared, ("steadiness", "stages", place), None)
    other = next(name for name in shared["events"] if name != shared["steadiness"]["unless_events"])
    yield f"steadiness.unless_events becomes {other}", put(shared, ("steadiness", "unless_events"), other)
