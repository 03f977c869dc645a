"""What each catalogue file may hold: the names of its entries, and what stands behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """What one table may hold. fields: name -> kind or shape, with "?" where it may be left out.

    rest: what every name that is not listed holds; None = no other name. many: it stands in a list, once or more.
    """

    fields: Mapping[str, str | Shape]
    rest: str | Shape | None = None
    many: bool = False
    optional: bool = False


def _shape(rest: str | Shape | None = None, *, many: bool = False, optional: bool = False, **fields: Any) -> Shape:
    return Shape({name.rstrip("_"): kind for name, kind in fields.items()}, rest, many, optional)


_SOURCES = _shape(_shape(text="text", checked="text"))
_SPELT = _shape(many=True, name="text", spellings="texts")
_CITED_NUMBER = _shape(value="number", source="text", checked="text", unit="text?")
_GRADES = {"unit": "text?", **dict.fromkeys(("below", "above", "uln", "baseline", "either", "low"), "limits?")}
_DENIAL = _shape(
    alone="texts", begins="texts", ends="texts", ends_own="texts", fillers="texts", breaks="texts",
    milder="texts", milder_doubt="texts",
    own=_shape("texts"), whole=_shape("texts"), ends_of=_shape("texts"), fillers_of=_shape("texts"),
)  # fmt: skip
_PROPHYLAXIS = _shape(
    beginning="text", noun="text", doubt="texts", doubt_before="texts", joined="texts", reason="texts",
    object_of="texts", into_a_vein="texts", purposes="texts", purposes_of_few="texts", given_for_few="texts",
    procedures="texts", fillers="texts", unnamed="texts", antibiotics="texts",
    antibiotics_begin="texts", antibiotics_end="texts",
    regimen=_shape(many=True, drug="texts", dose="texts", often="texts"),
)  # fmt: skip

SHAPES: dict[str, Shape] = {
    "analytes": _shape(
        _shape(
            title="text", short="text", unit="text?", kind="text?", may_be_coded="flag?", stored_as="text?",
            plausible="range?", plausible_source="text?", loinc=_shape("text"), loinc_source="text?", names="texts",
            ref="range?", ref_female="range?", ref_male="range?", stale_after_days="whole?",
            child_stale_after_days="whole?", decimals="whole?", source="text",
            rcv=_shape(optional=True, cvi="number", cva="number"),
            other_ranges=_shape(_shape(range="range", source="text"), optional=True),
            conversions=_shape(
                many=True, optional=True, unit="text", multiply="number?", divide="number?", add_before="number?",
                add_after="number?", direction="text?", source="text",
            ),
        ),
        stale_after_days="whole", sources=_SOURCES,
    ),
    "units": _shape(
        source="text", checked="text", absent="texts",
        unit=_shape(
            many=True, ucum="text", display="text", dimension="text", scale="number", spellings="texts", exact="texts?"
        ),
    ),
    "drugs": _shape(
        _shape(
            class_="text", group="text", mechanism="text?", atc="texts?", rxcui="text?", rxcui_status="text?",
            names="texts", source="text",
        ),
        salts="texts", forms="texts", sources=_SOURCES,
    ),
    "vaccines": _shape(
        left_out_of_names="texts", sources=_SOURCES, names=_shape("texts"),
        vaccine=_shape(_shape(name="text", live="flag", review="flag?", source="text")),
    ),
    "terms": _shape(
        source="text", checked="text", days_per_month="number",
        frequency=_shape(
            many=True, name="text", spellings="texts", per_day="number?", per_week="number?", per_month="number?"
        ),
        route=_SPELT, indication=_SPELT, severity=_SPELT, course_status=_SPELT,
        symptom=_shape(many=True, name="text", spellings="texts", read_as_written="flag?"),
        symptom_words=_shape(left_out="texts", found_in_text="texts"),
        coded=_shape(many=True, name="text", spellings="texts", signs="texts?"),
        weakly=_shape(words="texts", name="text", protective=_shape(analytes="texts", name="text")),
    ),
    "statements": _shape(
        source="text", checked="text", denial=_DENIAL,
        prophylaxis=_PROPHYLAXIS,
        infection=_shape(
            diseases="texts", endings="texts", not_infections="texts", organisms="texts", signs="texts",
            described_by="texts",
        ),
    ),
    "grading": _shape(
        _shape(
            Shape(
                {
                    **_GRADES, "tables": Shape(_GRADES, many=True, optional=True), "includes_first": "flag?",
                    "needs_both_for_0": "flag?", "beyond": "flag?",
                }
            ),
            source="text", checked="text",
        )
    ),
    "screens": _shape(source="text", checked="text", charts="texts", trends="texts"),
    "serology": _shape(
        needed="texts", source=_shape("text", text="text", checked="text"),
        advice_source=_shape("text", text="text", checked="text"), negative_counts_days=_CITED_NUMBER,
        positive_from=_shape(_CITED_NUMBER),
        pattern=_shape(
            many=True, name="text", hbsag="text", anti_hbc="text", anti_hbc_igm="text", anti_hbs="text",
            meaning="text", advice="text",
        ),
    ),
}  # fmt: skip
