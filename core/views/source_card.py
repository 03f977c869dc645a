"""Where a value comes from: file, row, import, when it became known, what took its place; how far from its limit."""

from __future__ import annotations

from core.views.limits import dispute
from core.views.margin import margin_text
from core.views.markup import Markup, tag
from core.views.model import PatientPicture, Point
from core.views.names import analyte_name, measured_text
from core.views.panels import range_text, remarks, value_text
from core.views.text import moment_text, plain
from core.views.words import words


def card_id(row_id: int) -> str:
    """The name of a value's card within its page."""
    return f"n-source-{'d' if row_id < 0 else ''}{abs(row_id)}"


def source_card(analyte: str, point: Point, picture: PatientPicture, popover: str = "") -> Markup:
    """Everything on record about one value. Args: popover (its id where a value opens it; "" = it simply stands)."""
    pairs = source_pairs(analyte, point, picture)
    told = [part for label, said in pairs for part in (tag("dt", label), tag("dd", said))]
    limits = [line.limit for line in picture.limits if line.analyte == analyte]
    number = (
        point.coded or plain(point.value_as_given)
        if point.value is None
        else value_text(analyte, point, limits, point.unit)
    )
    head = tag("h3", f"{analyte_name(analyte)} {plain(number) or 'unreadable'}")
    body = (head, tag("dl", *told, css="n-proof"))
    if popover:
        return tag("div", *body, id=popover, popover="auto", css="n-source", data_patient=picture.person.key)
    return tag("article", *body, css="n-card", data_patient=picture.person.key)


def source_pairs(analyte: str, point: Point, picture: PatientPicture) -> list[tuple[str, str]]:
    """The same as labels and words; what is not on record is left out."""
    away = margin_text(analyte, point, picture.limits)
    given = plain(f"{point.value_as_given} {point.unit_as_given}".strip())
    reference = range_text(analyte, (point.ref_low, point.ref_high))
    pairs = [
        ("Collected", moment_text(point.at)),
        ("Known from", moment_text(point.known_at) if point.known_at is not None else ""),
        ("As reported", given),
        ("Status", words(plain(point.status))),
        ("Remarks", "; ".join(remarks(point))),
        ("Margin", away),
        ("Reference", f"{reference} as reported" if reference else ""),
        ("Source", _line(point)),
        ("Import", _import(point)),
        ("Replaced by", _successor(analyte, point, picture)),
    ]
    return [(label, said) for label, said in pairs if said]


def find_value(picture: PatientPicture, row_id: int) -> tuple[str, Point] | None:
    """The analyte and the value of a row of this very patient; None for any other number (P24)."""
    for analyte, points in picture.series.items():
        for point in dispute(points):
            if point.row_id == row_id:
                return analyte, point
    return None


def _line(point: Point) -> str:
    if not point.file:
        return "computed from other results of the same sample" if point.status == "derived" else "not on record"
    return f"{plain(point.file)}, row {point.row:,}"


def _import(point: Point) -> str:
    if not point.import_number:
        return ""
    return f"no. {point.import_number:,} from {plain(point.feed)}, {moment_text(point.imported_at)}"


def _successor(analyte: str, point: Point, picture: PatientPicture) -> str:
    if point.replaced_by is None:
        return ""
    later = next((one for one in picture.series.get(analyte, ()) if one.row_id == point.replaced_by), None)
    if later is None:
        return "a later report"
    value = "" if later.value is None else f"{measured_text(analyte, later.value, later.comparator, later.unit)}, "
    return f"{value}{_line(later)}" + (f", known {moment_text(later.known_at)}" if later.known_at is not None else "")
