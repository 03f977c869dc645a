"""Which drug a prescription means: brands, salts, biosimilar suffixes and strengths lead to one generic name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from core.catalogue.reading import read_catalogue
from core.catalogue.spelling import fold_name, fold_words


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug. drug_class: what interaction rules speak of; group: bdmard, tsdmard, csdmard or "".

    atc: current code first, then earlier ones. rxcui: "" where unknown; its status: v verified, k to be confirmed.
    """

    name: str
    drug_class: str
    group: str
    mechanism: str
    atc: tuple[str, ...]
    rxcui: str
    rxcui_status: str
    names: tuple[str, ...]
    source: str
    checked: str

    def is_a(self, word: str) -> bool:
        """Whether a rule that names this drug, its class, its mechanism or its group speaks of it."""
        return bool(word) and word in (self.name, self.drug_class, self.mechanism, self.group)


@cache
def drugs() -> dict[str, Drug]:
    """Every drug of the catalogue by its non-proprietary name."""
    content = read_catalogue("drugs")
    return {
        name: Drug(
            name=name,
            drug_class=entry["class"],
            group=entry["group"],
            mechanism=entry.get("mechanism", ""),
            atc=tuple(entry.get("atc", ())),
            rxcui=entry.get("rxcui", ""),
            rxcui_status=entry.get("rxcui_status", ""),
            names=tuple(entry["names"]),
            source=content["sources"][entry["source"]]["text"],
            checked=content["sources"][entry["source"]]["checked"],
        )
        for name, entry in content.items()
        if isinstance(entry, dict) and name != "sources"
    }


_BRACKETS = re.compile(r"([^()]+?)\s*\(([^()]+)\)")
_SUFFIX = re.compile(r"^(?P<base>.+)-[a-z]{4}$")  # FDA: four meaningless letters tell biological products apart


@cache
def _by_name() -> dict[str, str]:
    index: dict[str, str] = {}
    for drug in drugs().values():
        for name in (drug.name, *drug.names):
            index.setdefault(fold_name(name), drug.name)
    return index


@cache
def _by_code() -> dict[str, str]:
    """Codes that mean one drug only: an ATC code shared by two drugs says nothing."""
    owners: dict[str, set[str]] = {}
    for drug in drugs().values():
        for code in (*drug.atc, drug.rxcui):
            if code:
                owners.setdefault(code.casefold(), set()).add(drug.name)
    return {code: next(iter(names)) for code, names in owners.items() if len(names) == 1}


def _without_strength(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words before the first number: "kineret 100 mg" is kineret. A leading number stays ("6 mp")."""
    for position, word in enumerate(words):
        if position and word[0].isdigit():
            return words[:position]
    return words


def _strip_biosimilar(text: str) -> str:
    """ "adalimumab-atto" is adalimumab; the suffix is only read as one on a biological drug."""
    first, *rest = text.casefold().split()
    match = _SUFFIX.match(first)
    if match is None:
        return text
    base = _by_name().get(fold_name(match["base"]))
    return " ".join([match["base"], *rest]) if base and drugs()[base].group == "bdmard" else text


@cache
def find_drug(text: str) -> Drug | None:
    """The drug a text means (INN, brand, salt, biosimilar, with or without strength and form), else None.

    A text that names two drugs is None: nothing is picked.
    """
    if not text.strip():
        return None
    bracketed = _BRACKETS.fullmatch(text.strip())
    if bracketed is not None:  # "anakinra (Kineret)", "Kineret (anakinra)": one drug said twice, or none
        said = [find_drug(part) for part in bracketed.groups()]
        named = {one.name: one for one in said if one is not None}
        return next(iter(named.values())) if len(named) == 1 else None
    content = read_catalogue("drugs")
    dropped = {*content["salts"], *content["forms"]}
    words = fold_words(_strip_biosimilar(text))
    index = _by_name()
    for candidate in (words, _without_strength(words)):
        for length in range(len(candidate), 0, -1):
            name = index.get(" ".join(candidate[:length]))
            if name:
                return drugs()[name]
            if candidate[length - 1] not in dropped:
                break
    return None


def find_drug_by_code(code: str) -> Drug | None:
    """The drug of an ATC code (current or earlier) or RxCUI, else None."""
    name = _by_code().get(code.strip().casefold())
    return drugs()[name] if name else None


def find_drugs_in(text: str) -> tuple[Drug, ...]:
    """Every drug a free text names ("rash after Kineret and MTX"), in the order of the text: for allergies."""
    words = fold_words(text)
    index = _by_name()
    longest = max(len(name.split()) for name in index)
    found: dict[str, Drug] = {}
    position = 0
    while position < len(words):
        for length in range(min(longest, len(words) - position), 0, -1):
            name = index.get(" ".join(words[position : position + length]))
            if name:
                found.setdefault(name, drugs()[name])
                position += length - 1
                break
        position += 1
    return tuple(found.values())
