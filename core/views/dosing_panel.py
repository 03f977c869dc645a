"""The figures behind a dose: clearance by three weights, eGFR, the label's bands, exposure by renal function.

Support, never an order: the panel says so itself. Every number comes from a calculator or a data file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import LimitLine, PatientPicture
from core.views.names import measured_text, unit_text
from core.views.people import is_current
from core.views.sentences import course_line, span_line
from core.views.source_words import checked_words, place_words
from core.views.text import NBSP, capital, iso_date_text, join_words, number_text
from core.views.words import authority_words, reason_words

_CLEARANCE = "creatinine_clearance"
_UNSTEADY = "unsteady_creatinine"
NOT_A_RECOMMENDATION = "Not a recommendation"
Figures = Mapping[str, Any]

_NUMBERS = (1, 2)  # columns of figures, set flush right as their heads are
_ALL_NUMBERS = (1, 2, 3)
_ASKED = {"inform": "to be known, no change of its own"}


def dosing_panel(picture: PatientPicture, figures: Sequence[Figures]) -> Markup:
    """One card for each drug whose dose depends on renal function."""
    if not figures:
        said = "No drug of this patient has rules on renal function, so there are no dosing figures to show."
        return tag("p", said)
    return tag("div", *(_card(picture, one) for one in figures), css="n-verdicts")


def _card(picture: PatientPicture, one: Figures) -> Markup:
    drug = str(one["drug"])
    courses = [c for c in picture.courses if c.drug == drug and is_current(c, picture.as_of)]
    head = tag("h2", tag("b", drug), " dosing figures")
    said = [f"{course_line(c)}, {span_line(c.start, c.end)}" for c in courses] or ["No current course."]
    clearance = one["clearance"]
    unsteady = [] if clearance is None else _unsteady(picture, drug)
    if clearance is None:
        why = f"Creatinine clearance cannot be told: {reason_words(str(one['unknown']))}."
        body = [tag("p", mark_tag("cannot_tell"), " ", why, css="n-missing")]
    else:
        body = [*unsteady, _clearance(clearance), _inputs(clearance["inputs"]), _egfr(one["egfr"])]
    body.append(_bands([line for line in picture.limits if line.analyte == _CLEARANCE]))
    exposed = _exposure(one["exposure"], clearance)
    return tag("article", head, *(tag("p", line) for line in said), *body, exposed, css="n-card n-dosing")


def _unsteady(picture: PatientPicture, drug: str) -> list[Markup]:
    """While creatinine changes no equation tells the clearance: the figures are then only of the newest sample.

    Hazard: HAZ-014 (a figure read as the kidneys' function while they fail or recover).
    """
    if not any(one.drug == drug and one.reason == _UNSTEADY for one in picture.cannot_tell):
        return []
    why = f"{reason_words(_UNSTEADY)}: no equation holds. What follows is computed from the newest sample alone."
    return [tag("p", mark_tag("cannot_tell"), f" {capital(why)}", css="n-missing")]


def _clearance(clearance: Figures) -> Markup:
    """Cockcroft-Gault by each weight, and whether the band depends on which one is taken."""
    rows = [
        tag(
            "tr",
            tag("th", f"{line['by']} weight", tag("b", ", used by the rules") if line["used"] else None, scope="row"),
            tag("td", measured_text("weight", line["weight"], unit="kg", converted=True), css="n-number"),
            tag("td", measured_text(_CLEARANCE, line["value"], unit="mL/min", against=clearance["limits"],
                                    converted=True), css="n-number"),
            tag("td", str(line["band"])),
        )
        for line in clearance["by_weight"]
    ]  # fmt: skip
    heads = ("Creatinine clearance by", "Weight", "Clearance", "Band, mL/min")
    depends = bool(clearance["depends_on_weight"])
    return tag(
        "div",
        _table("Creatinine clearance by weight", heads, rows),
        tag("p", str(clearance["sentence"]), css="n-missing" if depends else "n-muted"),
        tag("p", f"Cockcroft-Gault: {clearance['equation']}; not indexed to body surface.", css="n-muted"),
    )


def _inputs(inputs: Figures) -> Markup:
    """What went into it, each with its date: an old weight is seen."""
    said = [f"{inputs['age']} years", str(inputs["sex"])]
    for name, unit in (("creatinine", "umol/L"), ("weight", "kg"), ("height", "cm")):
        if inputs.get(name) is not None:
            on = inputs.get(f"{name}_on")
            dated = f" ({iso_date_text(str(on))})" if on else ""
            said.append(f"{name} {measured_text(name, float(inputs[name]), unit=unit)}{dated}")
    if inputs.get("body_mass_index") is not None:
        said.append(f"BMI {number_text(float(inputs['body_mass_index']))}")
    return tag("p", f"From: {', '.join(said)}.", css="n-muted")


def _egfr(egfr: Figures | None) -> Markup:
    if egfr is None:
        return tag("p", "eGFR: the equation is for adults.", css="n-muted")
    said = f"{number_text(egfr['value'], usual=0)}{NBSP}mL/min/1.73{NBSP}m² ({egfr['category']})"
    if egfr["absolute"] is not None:
        surface = number_text(egfr["surface"], usual=2, converted=True)
        said += f"; {number_text(egfr['absolute'], usual=0)}{NBSP}mL/min for a body surface of {surface}{NBSP}m²"
    return tag("p", tag("b", "eGFR "), f"{said}. CKD-EPI 2021, for staging; labels ask for the clearance above.")


def _bands(limits: Sequence[LimitLine]) -> Markup:
    """What the labels ask for at which clearance, as the rules carry it for this patient's drug and frequency."""
    if not limits:
        return tag("p", "No action limit on clearance applies to the dose in use.", css="n-muted")
    grouped: dict[tuple[float, str, str], list[str]] = {}
    for line in sorted(limits, key=lambda one: (one.limit, one.side)):
        grouped.setdefault((line.limit, line.side, line.label), []).append(authority_words(line.authority))
    items = [
        tag("li", tag("b", f"{side} {number_text(limit)}{NBSP}{unit_text('mL/min')}"), f": {_ASKED.get(label, label)} ",
            tag("span", f"({join_words(dict.fromkeys(who))})", css="n-muted"))
        for (limit, side, label), who in grouped.items()
    ]  # fmt: skip
    head = tag("h3", "What the rules say at which clearance, for the dose in use")
    return tag("div", head, tag("ul", *items, css="n-plain"))


def _exposure(exposure: Figures | None, clearance: Figures | None) -> Markup | None:
    """Average exposure by published group, daily and on alternate days, against daily doses and normal kidneys."""
    if exposure is None:
        if clearance is None:
            return None
        return tag("p", "No published group clearances are on file for this drug.", css="n-muted")
    normal = tag("tr", tag("th", f"normal, {number_text(exposure['normal_from'])} or above", scope="row"),
                 tag("td", "100%", css="n-number"), tag("td", "1 ×", css="n-number"),
                 tag("td", "0.5 ×", css="n-number"))  # fmt: skip
    rows = [normal, *(_group(one) for one in exposure["groups"])]
    own = exposure["own"] or "normal"
    source = exposure["source"]
    place = place_words(source["document"], source["section"], source["version"])
    return tag(
        "div",
        tag("h3", "Exposure by renal function ", tag("span", NOT_A_RECOMMENDATION, css="n-not-advice")),
        _table("Exposure by renal function",
               ("Group, clearance mL/min", "Drug clearance", "Same dose daily", "Same dose alternate days"), rows,
               _ALL_NUMBERS),
        tag("p", f"This patient's clearance lies in the group: {own}. Average exposure against daily doses with "
                 f"normal renal function: 1 divided by the group's share of normal clearance."),
        tag("p", f"{exposure['note']} Source: {place}; {checked_words(source['checked'])}.", css="n-muted"),
    )  # fmt: skip


def _group(one: Figures) -> Markup:
    low, high = one["from"], one["to"]
    span = "" if high is None else f"{number_text(low)} to {number_text(high)}" if low else f"below {number_text(high)}"
    stretch = f", {span}" if span else ""
    name = f"{one['name']}{stretch}"
    mine = tag("b", " ◂ this patient") if one["own"] else None
    return tag(
        "tr",
        tag("th", name, mine, scope="row"),
        tag("td", f"{number_text(one['clearance_percent'])}%", css="n-number"),
        tag("td", f"{number_text(one['daily'], usual=1, converted=True)} ×", css="n-number"),
        tag("td", f"{number_text(one['alternate'], usual=1, converted=True)} ×", css="n-number"),
    )


def _table(label: str, heads: Sequence[str], rows: Sequence[Markup], numbers: Sequence[int] = _NUMBERS) -> Markup:
    head = tag("tr", *(tag("th", one, scope="col", css="n-number" if place in numbers else "") for place, one in
                       enumerate(heads)))  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", *rows), css="n-table")
    return tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label=label)
