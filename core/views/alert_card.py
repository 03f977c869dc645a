"""One alert with everything it rests on: values, limit, dates, each authority's words, source lines, equation."""

from __future__ import annotations

from collections.abc import Mapping

from core.engine.standing import Alert, Evidence, Position
from core.views.condition_words import unit_said
from core.views.earlier_line import earlier_line
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import PatientPicture, Point
from core.views.names import analyte_name, measured_text
from core.views.sentences import (
    advice_line,
    evidence_line,
    fact_line,
    held_line,
    position_line,
    response_line,
    source_line,
    stance_line,
)
from core.views.text import date_text, iso_date_text, moment_text, number_text, plain, span_text
from core.views.words import authority_words, operator_words, title_words, words


def alert_card(alert: Alert, picture: PatientPicture) -> Markup:
    """One alert, open or closed, as `explain` would tell it (P21)."""
    points = {point.row_id: point for series in picture.series.values() for point in series}
    opened = f"since {moment_text(alert.since)} ({span_text(alert.since, picture.as_of)})"
    closed = "" if alert.closed_at is None else f" · closed {moment_text(alert.closed_at)}"
    return tag(
        "article",
        tag(
            "div",
            mark_tag(alert.priority),
            tag("h3", fact_line(alert)),
            tag("span", opened + closed, css="n-muted"),
            css="n-row",
        ),
        tag("p", advice_line(alert)),
        tag("p", stance_line(alert)),
        tag("p", f"Respond {response_line(alert, picture.as_of)}.") if alert.closed_at is None else None,
        tag("p", f"The {held_line(alert)}.", css="n-missing") if alert.held else None,
        _positions(alert),
        tag("dl", *_proof(alert, points, picture.person.birth_date), css="n-proof"),
        tag(
            "p",
            f"{plain(alert.drug)} · {title_words(alert.category)} · rule {alert.rule_id} · {words(_state(alert))} · "
            f"alert {plain(alert.alert_id)}",
            css="n-muted",
        ),
        css=f"n-card n-alert n-{alert.priority}",
    )


def _state(alert: Alert) -> str:
    """Where an alert stands: an alert that has closed is never called open."""
    return "resolved" if alert.closed_at is not None and alert.state == "open" else alert.state


def _positions(alert: Alert) -> Markup:
    """What each authority says, side by side: they need not agree."""
    heads = [
        tag("th", head, scope="col") for head in ("Authority", "Priority", "Action named", "What it says", "Source")
    ]
    rows = [tag("tr", *_position_cells(one)) for one in alert.positions]
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), css="n-table n-positions")


def _position_cells(position: Position) -> list[Markup]:
    source = tag("span", source_line(position.source), css="n-muted")
    return [
        tag("th", authority_words(position.authority), scope="row"),
        tag("td", mark_tag(position.priority)),
        tag("td", words(position.action)),
        tag("td", position_line(position)),
        tag("td", source, tag("br"), tag("span", position.rule_id, css="n-muted")),
    ]


def _proof(alert: Alert, points: Mapping[int, Point], born: int) -> list[Markup]:
    """Evidence with its source line, and the comparison or equation behind the alert."""
    said = [tag("dt", "Evidence")]
    said += [
        tag("dd", evidence_line(item), tag("span", _origin(item, points), css="n-muted")) for item in alert.evidence
    ]
    if not alert.evidence:
        said.append(tag("dd", _without_evidence(alert, born)))
    basis = alert.basis
    if basis.threshold is not None:
        value = "" if basis.value is None else f"{number_text(basis.value, against=(basis.threshold,))} "
        value = f"stage {value}" if value and earlier_line(basis.inputs) else value
        said += [
            tag("dt", "Compared"),
            tag(
                "dd",
                f"{value}{operator_words(basis.operator)} {number_text(basis.threshold)} {unit_said(basis.unit or '')}",
            ),
        ]
    if basis.equation:
        said += [tag("dt", "Equation"), tag("dd", title_words(basis.equation))]
    said += (
        [
            tag("dt", "Inputs"),
            *(tag("dd", f"{analyte_name(name)}: {_input_text(name, one)}") for name, one in basis.inputs.items()),
        ]
        if basis.inputs
        else []
    )
    return said


def _without_evidence(alert: Alert, born: int) -> str:
    """What an alert rests on that no result or event stands behind: an absence, the birth date, or the treatment."""
    basis = alert.basis
    if basis.value is not None and basis.unit in ("a", "mo"):
        return f"Born on {date_text(born)}: {number_text(basis.value)} {unit_said(basis.unit)} old."
    if alert.action == "request_test":
        return "The absence of a result."
    return "The treatment on file: no result or event stands behind this."


def _origin(item: Evidence, points: Mapping[int, Point]) -> str:
    point = points.get(item.row_id)
    return f"  {plain(point.file)}, row {point.row:,}" if point and point.file else ""


def _input_text(name: str, given: object) -> str:
    """One input of an equation: a number, a word, or a result with its unit and date."""
    if isinstance(given, Mapping):
        value, unit = given.get("value"), str(given.get("unit") or "")
        said = (
            measured_text(name, value, str(given.get("comparator") or ""), unit)
            if isinstance(value, int | float)
            else plain(str(value))
        )
        on = str(given.get("collected_at") or "")
        which = str(given.get("what") or "")
        dated = f"{said}, {iso_date_text(on)}" if on else said
        return f"{dated} ({plain(which)})" if which else dated
    return number_text(given) if isinstance(given, int | float) else plain(str(given))
