"""A mapping while a person is making it: what each column of the file set is taken from, checked and written as TOML.

A draft is only ever suggested from header words and from values; nothing of it counts until a person has saved it. A
date order is never suggested: where dates are not ISO 8601, somebody has to say how they are written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.catalogue import find_analyte, find_unit, is_loinc
from core.ingest.clinic_csv import REQUIRED
from core.ingest.dates import DateOrder
from core.ingest.fields import COLUMNS
from core.records import Kind

DATE_COLUMNS = frozenset({"birth_date", "deceased_date", "collected_at", "reported_at", "start_date", "end_date"})
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

#: Words of a header, letters and digits only, that mean a column of the file set; the first that fits is suggested.
_HEADER_WORDS: Mapping[str, tuple[str, ...]] = {
    "patient_id": ("patientid", "mrn", "hospitalnumber", "nhsnumber", "subjectid", "usubjid", "patientnumber", "pid",
                   "hospno", "patient", "subject"),
    "family_name": ("familyname", "surname", "lastname", "family"),
    "given_name": ("givenname", "forename", "firstname", "given"),
    "birth_date": ("birthdate", "dateofbirth", "dob", "birth"),
    "sex": ("sex", "gender"),
    "site": ("site", "clinic", "hospital", "ward"),
    "consultant": ("consultant", "physician", "doctor"),
    "deceased_date": ("deceaseddate", "dateofdeath", "death"),
    "result_id": ("resultid", "labno", "accession", "observationid", "specimenid"),
    "loinc": ("loinc", "loinccode"),
    "analyte": ("analyte", "testname", "test", "parameter", "investigation", "lbtestcd", "observation"),
    "value": ("value", "result", "resultvalue", "lborres", "numericresult"),
    "unit": ("unit", "units", "uom", "lborresu"),
    "collected_at": ("collectedat", "collectiondate", "sampledate", "datecollected", "collected", "sampletaken",
                     "lbdtc", "specimendate", "date"),
    "reported_at": ("reportedat", "reportdate", "datereported", "reported", "authorised"),
    "status": ("status", "resultstatus"),
    "ref_low": ("reflow", "lowerlimit", "lln", "rangelow", "lbornrlo", "low"),
    "ref_high": ("refhigh", "upperlimit", "uln", "rangehigh", "lbornrhi", "high"),
    "course_id": ("courseid", "prescriptionid", "orderid"),
    "drug": ("drug", "medication", "medicine", "product"),
    "indication": ("indication", "diagnosis"),
    "dose": ("dose", "strength"),
    "dose_unit": ("doseunit", "doseunits"),
    "frequency": ("frequency", "freq", "interval"),
    "route": ("route",),
    "start_date": ("startdate", "start", "datestarted", "onset", "date"),
    "end_date": ("enddate", "stopdate", "end", "datestopped", "stop"),
    "reason": ("reason", "comment"),
    "event_id": ("eventid",),
    "kind": ("kind", "eventtype", "event", "type"),
    "code": ("code",),
    "detail": ("detail", "details", "description", "text"),
    "severity": ("severity", "grade"),
}  # fmt: skip
_ISO_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].*)?|[0-9]{8}(T.*)?")
_NUMERIC_DATE = re.compile(r"([0-9]{1,4})[/.-]([0-9]{1,2})[/.-]([0-9]{2,4})(?:[T ].*)?")
_NUMBER = re.compile(r"[<>]?=?\s*-?[0-9]+([.,][0-9]+)?")
_WIDE = 3  # so many columns named after tests are no coincidence
_DIGITS = re.compile(r"[0-9](?:[0-9._-]*[0-9])?")
_DECIMAL_COMMA = re.compile(r"[<>]?=?\s*-?[0-9]+,[0-9]+")


@dataclass(frozen=True, slots=True)
class Taken:
    """Where one column of the file set comes from: a column of the file, or one word for every row.

    words: what a word of the file means; a word that is not among them is read as it stands.
    """

    column: str = ""
    constant: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping being made for one file or sheet. files: its name, "*" for any run of characters."""

    title: str
    files: str
    header: tuple[str, ...]
    kind: Kind
    taken: Mapping[str, Taken]
    delimiter: str = ","
    date_order: DateOrder | Literal["iso", ""] = ""
    decimal_comma: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatesSeen:
    """How the dates of a file are written. fits: the orders that could mean each of them; iso: all are ISO 8601.

    ambiguous: one that two orders read as different days, "" if there is none.
    """

    iso: bool
    fits: tuple[DateOrder, ...]
    ambiguous: str
    example: str


def suggest_delimiter(first_line: str) -> str:
    """The mark that cuts the header into most cells."""
    return max(DELIMITERS, key=first_line.count)


def suggest_pattern(name: str) -> str:
    """For which files a mapping made on this one may be meant: whatever stands for its date or number may differ."""
    stem, dot, suffix = name.rpartition(".")
    return f"{_DIGITS.sub('*', stem)}{dot}{suffix}" if dot else name


def suggest_kind(header: Sequence[str]) -> Kind:
    """The kind whose columns the header's words name most of; of equals the one that lacks least."""
    scores: dict[Kind, tuple[int, int]] = {}
    for kind in COLUMNS:
        found = _by_header(kind, header)
        needed = REQUIRED[kind]
        there = sum(bool(set((one,) if isinstance(one, str) else one) & found.keys()) for one in needed)
        scores[kind] = (there - len(needed), len(found))
    return max(scores, key=lambda kind: scores[kind])


def suggest_columns(kind: Kind, header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Column of the file set -> column of the file, by the header's words, then by what the values look like."""
    found = _by_header(kind, header)
    looks = {
        "loinc": is_loinc,
        "analyte": lambda text: find_analyte("", text).reason == "",
        "unit": lambda text: find_unit(text) is not None,
        "value": lambda text: bool(_NUMBER.fullmatch(text)),
    }
    for name, is_like in looks.items():
        free = [place for place, one in enumerate(header) if one and one not in found.values()]
        if name in COLUMNS[kind] and name not in found:
            for place in free:
                cells = [row[place].strip() for row in rows if len(row) == len(header) and row[place].strip()]
                if cells and sum(map(is_like, cells)) > len(cells) * 3 // 4:
                    found[name] = header[place]
                    break
    return {name: found[name] for name in COLUMNS[kind] if name in found}


def list_test_columns(header: Sequence[str]) -> list[str]:
    """The columns that are named after a test: a table of many is laid out with one column for each."""
    return [name for name in header if name and find_analyte("", name).reason == ""]


def see_dates(texts: Collection[str]) -> DatesSeen | None:
    """How dates are written; None where there is none to see."""
    given = [text.strip() for text in texts if text.strip()]
    if not given:
        return None
    other = [text for text in given if not _ISO_LIKE.fullmatch(text)]
    fits: list[DateOrder] = [order for order in _ORDERS if all(_fits(order, text) for text in other)]
    two_ways = [text for text in other if _fits("dmy", text) and _fits("mdy", text) and _day_and_month_differ(text)]
    return DatesSeen(not other, tuple(fits), next(iter(two_ways), ""), (other or given)[0])


def has_decimal_commas(texts: Collection[str]) -> bool:
    """Whether some number is written with a comma where others write a point."""
    return any(_DECIMAL_COMMA.fullmatch(text.strip()) for text in texts)


def find_lacks(draft: Draft, dates: DatesSeen | None) -> list[str]:
    """What a person still has to say before the draft is a mapping, one sentence each; empty = complete."""
    said = {name for name, one in draft.taken.items() if one.column or one.constant}
    lacks = []
    for needed in REQUIRED[draft.kind]:
        names = (needed,) if isinstance(needed, str) else needed
        if not said & set(names):
            spoken = " or ".join(name.replace("_", " ") for name in names)
            lacks.append(f"Say which column holds the {spoken}.")
    tests = list_test_columns(draft.header)
    if draft.kind == "result" and len(tests) >= _WIDE:
        named = ", ".join(repr(name) for name in tests[:_WIDE])
        lacks.append(f"Each test seems to have a column of its own ({named}): export one row per measurement instead.")
    if draft.kind == "result" and "unit" not in said:
        lacks.append("Say which column holds the unit, or give one unit for all rows: no unit is ever guessed.")
    if draft.kind == "medication" and "dose" in said and "dose_unit" not in said:
        lacks.append("Say which column holds the dose unit, or give one for all rows.")
    used = [one.column for one in draft.taken.values() if one.column]
    for column in sorted({one for one in used if used.count(one) > 1}):
        lacks.append(f"The column {column!r} is taken twice: each column means one thing.")
    if dates is not None and not dates.iso and not dates.fits:
        lacks.append(f"Dates such as {dates.example} cannot be told for certain: export them as 2026-03-01.")
    elif dates is not None and not dates.iso and not draft.date_order:
        two = f" {dates.ambiguous} can be read as two days." if dates.ambiguous else ""
        lacks.append(f"Say how dates such as {dates.example} are written.{two}")
    elif dates is not None and not dates.iso and draft.date_order not in dates.fits:
        lacks.append(f"Dates such as {dates.example} are not written that way.")
    if not draft.files.strip():
        lacks.append("Say for which files this is.")
    return lacks


def replace_taken(draft: Draft, taken: Mapping[str, Taken]) -> Draft:
    """The same draft with other columns or words."""
    return replace(draft, taken=taken)


def write_mapping(draft: Draft) -> str:
    """The draft as the TOML that `mapping.parse_mapping` reads."""
    used = [one.column for one in draft.taken.values() if one.column]
    lines = [
        f"title = {_text(draft.title)}",
        "",
        "[[table]]",
        f"files = [{_text(draft.files.strip())}]",
        f"kind = {_text(draft.kind)}",
        f"header = {_texts([name for name in draft.header if name in used])}",
        f"optional = {_texts([name for name in draft.header if name and name not in used])}",
    ]
    if draft.delimiter != ",":
        lines.append(f"delimiter = {_text(draft.delimiter)}")
    if draft.decimal_comma:
        lines.append('decimal = ","')
    if draft.date_order in _ORDERS:
        lines.append(f"dates = {_text(draft.date_order)}")
    if draft.missing:
        lines.append(f"missing = {_texts(draft.missing)}")
    lines += ["", "[table.columns]"]
    for name in COLUMNS[draft.kind]:
        one = draft.taken.get(name, Taken())
        if one.column and one.words:
            words = ", ".join(f"{_text(given)} = {_text(meant)}" for given, meant in one.words.items())
            lines.append(f'{name} = {{ column = {_text(one.column)}, words = {{ {words} }}, otherwise = "keep" }}')
        elif one.column:
            lines.append(f"{name} = {_text(one.column)}")
        elif one.constant:
            lines.append(f"{name} = {{ constant = {_text(one.constant)} }}")
    return "\n".join([*lines, ""])


_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")


def _by_header(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in header if name}
    found: dict[str, str] = {}
    for name in COLUMNS[kind]:
        for word in (name.replace("_", ""), *_HEADER_WORDS.get(name, ())):
            if word in plain and plain[word] not in found.values():
                found[name] = plain[word]
                break
    return found


def _fits(order: DateOrder, text: str) -> bool:
    cut = _NUMERIC_DATE.fullmatch(text)
    if cut is None:
        return order == "dmy" and bool(re.fullmatch(r"[0-9]{1,2}[ -][A-Za-z]{3}[ -][0-9]{4}(?:[T ].*)?", text))
    first, second, third = (int(part) for part in cut.groups())
    if order == "ymd":
        return len(cut[1]) == 4 and 1 <= second <= 12 and 1 <= third <= 31
    day, month = (first, second) if order == "dmy" else (second, first)
    return len(cut[3]) == 4 and 1 <= month <= 12 and 1 <= day <= 31


def _day_and_month_differ(text: str) -> bool:
    cut = _NUMERIC_DATE.fullmatch(text)
    return cut is not None and int(cut[1]) != int(cut[2])


def _text(words: str) -> str:
    """A text as TOML spells it: JSON's quoting, but for the one control character that JSON lets stand."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007F")


def _texts(words: Collection[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"
