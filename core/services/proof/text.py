"""The proof of an alert for reading: the same structure that is printed as JSON, in a pharmacist's words."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from core.catalogue import analyte
from core.catalogue.units import units
from core.engine.wording import date, number, test_words
from core.views.condition_words import coded_word, spelt
from core.views.source_words import checked_words, place_words, section_words
from core.views.text import capital
from core.views.words import operator_words, reason_words, words

_WIDTH = 112
_LABEL = 11
Told = Mapping[str, Any]


def to_text(told: Told) -> str:
    """The whole proof, section by section; a section with nothing to say is left out."""
    lines = [*_head(told)]
    for title, section in (
        ("Facts", _facts(told)),
        ("Comparison", _comparison(told)),
        ("Notes", _notes(told)),
        ("The patient's own baseline", _baseline(told)),
        ("Infection", _infection(told)),
        ("Hepatitis B", _hepatitis_b(told)),
        ("Who says so", _positions(told)),
        ("Each authority by itself", _jurisdictions(told)),
        ("Where the sources disagree", _disagreements(told)),
        ("Did not fire", _silent(told)),
        ("Would clear it", iter([_readable(told["would_clear"])])),
        ("Rules", _rules(told)),
    ):
        body = list(section)
        if body:
            lines += ["", title, *(line for text in body for line in _wrapped(text))]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    """A line indented by two; what runs over stands further in, under a label where the line has one."""
    label, bar, rest = text.partition("\t")
    start = f"  {label:<{_LABEL}} " if bar else "  "
    under = " " * (len(start) if bar else 4)
    return textwrap.wrap(rest if bar else label, _WIDTH, initial_indent=start, subsequent_indent=under) or [start]


def _head(told: Told) -> list[str]:
    alert = told["alert"]
    until = f", closed {_day(alert['closed_at'])}" if alert["closed_at"] else ""
    lines = [
        *textwrap.wrap(
            f"{alert['priority'].upper()}  {alert['title']}{_against(told)}", _WIDTH, subsequent_indent="    "
        ),
        *_wrapped(alert["advice"]),
        f"  Patient {alert['patient_id']}, {alert['drug']}, {words(alert['category'])}: {words(alert['action'])}, "
        f"respond {told['respond']}",
        f"  Open since {_day(told['since'])}{_first_opened(told)}{until}",
    ]
    if alert["held"]:
        lines.append(f"  Held open: the newest result could not be judged ({reason_words(alert['held'])})")
    return lines


def _first_opened(told: Told) -> str:
    """When an alert first opened, where it was less grave then: the date everybody is shown is the present tier's."""
    opened = told["alert"]["opened_at"]
    return "" if opened >= told["since"] else f" (first opened on {_day(opened)}, less grave or not yet due)"


def _against(told: Told) -> str:
    """What a stage of kidney injury rests on, which its title does not say: both creatinines and their ratio."""
    compared = told["comparison"]["compared_with"]
    if not compared:
        return ""
    said = max(compared, key=lambda one: one["ratio"])["sentence"]
    return f" ({said.partition(': ')[2].rstrip('.')})"


def _day(iso: str | None) -> str:
    """dd-Mmm-yyyy of an ISO date or time, with its time of day where it has one."""
    if not iso:
        return "not stated"
    from datetime import datetime

    moment = datetime.fromisoformat(iso)
    seconds = int((moment - datetime.fromisoformat("1970-01-01")).total_seconds())
    clock = "" if moment.time().isoformat() == "00:00:00" else f" {moment:%H:%M}"
    return f"{date(seconds)}{clock}"


def _unit(ucum: str | None) -> str:
    """A unit as it is printed: 10*9/L is ×10⁹/L."""
    return units()[ucum].display if ucum and ucum in units() else ucum or ""


def _readable(sentence: str) -> str:
    """Operators and units of a sentence as words and as they are printed."""
    for sign in ("<=", ">=", "<", ">"):
        sentence = sentence.replace(f" {sign} ", f" {operator_words(sign)} ")
    parts = sentence.split()
    for place in range(1, len(parts)):
        bare = parts[place].rstrip(".,")
        if _is_number(parts[place - 1]) and not _is_number(bare):  # "1" is a unit too, but never after a number
            parts[place] = _unit(bare) + parts[place][len(bare) :]
    return " ".join(parts)


def _is_number(word: str) -> bool:
    return word.replace(",", "").replace(".", "", 1).isdigit()


def _facts(told: Told) -> Iterator[str]:
    for fact in told["alert"]["evidence"]:
        yield f"{_fact_text(fact)}  [{_place(fact)}]"
        conversion = fact.get("conversion")
        given = f"{fact.get('value_as_given') or ''} {fact.get('unit_as_given') or ''}".strip()
        if conversion and conversion["factor"] not in (None, 1.0):
            source = f" ({conversion['source']})" if conversion["source"] else ""
            yield f"  given as {given}: {conversion['sentence']}{source}"
        elif conversion and conversion["factor"] is None:
            yield f"  given as {given}: {conversion['sentence']}"
        computed = fact.get("computed_from")
        if computed:
            yield f"  {computed['sentence'] or computed['equation']}"
            for part in computed["inputs"]:
                yield f"    {_fact_text(part)}  [{_place(part)}]"


def _place(fact: Told) -> str:
    if not fact.get("file"):
        return "computed" if fact.get("derived") else "line not on file"
    return f"{fact['file']} row {fact['row']}"


def _fact_text(fact: Told) -> str:
    if fact.get("kind") == "medication":
        end = f" to {_day(fact['end_date'])}" if fact["end_date"] else ", still running"
        return f"{fact['drug']} {fact['detail']} from {_day(fact['start_date'])}{end}"
    if "kind" in fact:
        end = f" to {_day(fact['end_date'])}" if fact["end_date"] else ", no end date"
        what = " ".join(part for part in (fact["kind"], fact["detail"]) if part)
        return f"{what} from {_day(fact['start_date'])}{end}"
    name = analyte(fact["analyte"]).title
    marks = ", ".join(word for word in ("derived", "preliminary") if fact.get(word))
    value = "no number" if fact["value"] is None else (
        coded_word(fact["analyte"], fact["value"]) or f"{fact['comparator'] or ''}{number(fact['value'])}"
    )  # fmt: skip
    amount = f"{value} {_unit(fact['unit'])}".rstrip()
    return f"{name} {amount} on {_day(fact['collected_at'])}" + (f" ({marks})" if marks else "")


def _comparison(told: Told) -> Iterator[str]:
    said = told["comparison"]
    if said["sentence"]:
        yield said["sentence"]
    if said["equation"]:
        inputs = ", ".join(f"{spelt(name)} {_input(value)}" for name, value in said["inputs"].items())
        born = said["inputs"].get("birth_date")
        yield f"by {said['equation']}" + (f", born on {_day(born)}" if born else f" from {inputs}")
    for one in said["conditions"]:
        why = f" ({reason_words(one['reason'])})" if one["reason"] else ""
        found = f" ({one['found']})" if one["found"] and not why else ""
        yield f"{one['answer']}\t{one['condition']}{found}{why}"
    yield from (one["sentence"] for one in said["compared_with"])
    yield from (one["sentence"] for one in said["changes"])
    clearance = said["clearance"]
    if clearance:
        for line in clearance["by_weight"]:
            used = ", used by the rules" if line["used"] else ""
            weight = f"{number(line['weight'], 1)} kg"
            yield f"{line['by']}\t{weight:>9}: {number(line['value'], 1):>6} mL/min ({line['band']}){used}"
        yield clearance["sentence"]


def _input(value: object) -> str:
    if isinstance(value, Mapping):
        amount = f"{value['comparator'] or ''}{number(float(value['value']))} {_unit(value['unit'])}"
        if value.get("what"):  # the comparison says when and which
            return amount
        return f"{amount} ({_day(value['collected_at'])})"
    return str(value)


def _notes(told: Told) -> Iterator[str]:
    for one in told["notes"]:
        source = f" [{section_words(one['source'])}; {checked_words(one['checked'])}]" if one["source"] else ""
        yield f"{one['text']}{source}"


def _baseline(told: Told) -> Iterator[str]:
    own = told["baseline"]
    if own is None:
        return
    yield f"{_title(own['analyte'])}: {own['sentence']}"
    usual = own["population"]
    if usual is not None:
        low, high = usual["low"], usual["high"]
        limits = f"{number(low)} to {number(high)}" if low is not None and high is not None else (
            f"from {number(low)}" if low is not None else f"up to {number(high)}"
        )  # fmt: skip
        yield f"Population: {limits} {_unit(own['unit'])}, {usual['source']}"


def _title(name: str) -> str:
    return capital(test_words(name))


def _infection(told: Told) -> Iterator[str]:
    found = told["infection"]
    if found is None:
        return
    state = {"none": "none on file", "suspect": "suspected"}.get(found["state"], found["state"])
    since = f" since {_day(found['since'])}" if found["since"] else ""
    opened = f" (the episode began on {_day(found['opened'])})" if found["opened"] != found["since"] else ""
    yield f"State: {state}{since}{opened if found['opened'] else ''}"
    if found["restart"]:
        yield "Before giving the drug again:"
    for check in found["restart"]:
        yield f"{check['answer']}\t{check['check']}: {check['because']}"


def _hepatitis_b(told: Told) -> Iterator[str]:
    found = told["hepatitis_b"]
    if found is None:
        return
    for one in found["markers"]:
        signs = {"+": "positive", "-": "negative", None: "not usable"}
        old = ", too old to answer" if one["too_old"] else ""
        yield f"{one['title']}\t{signs[one['sign']]} ({one['value']}) on {_day(one['collected_at'])}{old}"
    yield found["sentence"]
    if found["state"] == "told":
        yield found["readings"][0]["advice"]
    if found["readings"]:
        yield f"[{found['source']['text']}; {checked_words(found['source']['checked'])}]"


def _positions(told: Told) -> Iterator[str]:
    seen = set()
    reasons = {clause["rule_id"]: clause["why"] for clause in told["clauses"]}
    for position in told["alert"]["positions"]:
        source = position["source"]
        what = (position["authority"], position["action"], position["advice"], source["document"], source["section"])
        if what in seen:
            continue  # several rules, one thing said
        seen.add(what)
        state = "" if source["signed"] else ", awaiting clinical sign-off"
        yield f"{position['authority']}\t{words(position['action'])} ({position['priority']}). {position['advice']}"
        if reasons.get(position["rule_id"]):
            yield f"\tWhy: {reasons[position['rule_id']]}"
        place = place_words(source["document"], source["section"], source["version"])
        yield f"\t[{place}; {checked_words(source['checked'])}{state}]"


def _jurisdictions(told: Told) -> Iterator[str]:
    for one in told["jurisdictions"]:
        chosen = "" if one["chosen"] else " (not chosen by this clinic)"
        if one["speaks"]:
            yield f"{one['authority']}\t{words(one['action'])} ({one['priority']}): {one['title']}{chosen}"
        else:
            yield f"{one['authority']}\t{'' if one['asks'] else 'silent: '}{one['because']}{chosen}"


def _disagreements(told: Told) -> Iterator[str]:
    for one in told["disagreements"]:
        yield one["topic"]
        for side in one["sides"]:
            yield f"{side['who']}: {side['says']} [{checked_words(side['checked'])}]"
        yield one["note"]


def _silent(told: Told) -> Iterator[str]:
    for clause in told["clauses"]:
        if not clause["met"]:
            yield f"{', '.join(clause['authority'])}\t{clause['rule_id'].partition('.')[2]}: {clause['because']}"


def _rules(told: Told) -> Iterator[str]:
    rules = told["protocol"]
    signed = f"signed by {rules['reviewed_by']} on {_day(rules['reviewed_on'])}" if rules["signed"] else (
        "awaiting clinical sign-off"
    )  # fmt: skip
    yield f"{rules['drug']}, version {rules['version']}, {signed}; {rules['hash'][:19]}"
    if rules["review_overdue"]:
        yield f"REVIEW OVERDUE: it was due on {_day(rules['next_review'])}"
