"""Read the protocol files and refuse to start with a wrong one, naming file, line and remedy."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from core.catalogue import ANALYTES, analyte, find_drug
from core.catalogue.drugs import drugs
from core.errors import ProtocolFault
from core.protocols import schema
from core.protocols.conditions import leaves_of
from core.protocols.kinds import Baseline, EventRule, Interaction, Interval, Overdue, Rule, Threshold, Visits
from core.protocols.places import Places, explain

FOLDER = Path(__file__).parent
_SHARED = "common.toml"
#: What is read with alerts lies beside the protocols and is part of their hash; this file only explains the words.
_OF_NO_RULE = "language.toml"
#: What the engine can compute; a protocol that asks for another is refused here rather than ignored there.
FEATURES = (
    "creatinine_clearance", "aki_nhse", "aki_kdigo", "creatinine_without_history", "weight_age", "age", "age_months",
    "dosing_weight", "dose_mg", "dosing_day_mg", "dosing_day_mg_per_kg", "doses_per_day", "alt_of_upper_limit",
    "ast_of_upper_limit",
)  # fmt: skip


@dataclass(frozen=True)
class Protocols:
    """Every drug's rules and what they share. hashes: drug -> sha256 of its file, the common one and
    those of what is shown beside alerts.

    compiled: what the engine makes of them once, kept with them so that it lives and dies with these very rules.
    """

    common: schema.Common
    drugs: Mapping[str, schema.Protocol]
    hashes: Mapping[str, str]
    compiled: dict[object, Any] = field(init=False, default_factory=dict, repr=False, compare=False)


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ProtocolFault([f"{path.name}: {error}; mend the file and start again"]) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProtocolFault([f"{path.name}: line {line}: not UTF-8 text; save the file as UTF-8"]) from error


@dataclass
class _Named:
    """Every name a rule uses, by what it must be a name of."""

    analytes: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    lasting: list[str] = field(default_factory=list)
    drugs: list[str] = field(default_factory=list)


def _named_by(rule: Rule) -> _Named:
    names = _Named()
    match rule:
        case Threshold():
            names = _Named([rule.analyte], [rule.feature], [rule.unless_events], [rule.lasting])
        case Interval():
            for leaf in leaves_of(rule.when):
                names.analytes += [leaf.analyte, leaf.until_result_of]
                names.features.append(leaf.feature)
                names.groups.append(leaf.events)
                names.lasting.append(leaf.lasting)
                names.drugs += leaf.drugs
        case EventRule():
            names.groups = [rule.events, rule.except_events]
        case Interaction():
            names.drugs = [*rule.drugs, *rule.except_drugs]
        case Visits():
            names.analytes = [rule.test, *rule.or_tests]
        case Baseline() | Overdue():
            names.analytes = [rule.test]
        case _:
            pass
    return names


def list_dangling(rule: Rule, common: schema.Common) -> Iterator[str]:
    """Names a rule uses that nothing defines, each with what it may be."""
    names = _named_by(rule)
    for feature in filter(None, names.features):
        if feature not in FEATURES:
            yield f"feature {feature!r} is not one of {', '.join(FEATURES)}; name one of them"
        elif feature not in common.features:
            yield f"feature {feature!r} has no entry in common.toml; add [features.{feature}] there"
    for what, used, known, where in (
        ("analyte", names.analytes, ANALYTES, "is not in the catalogue; name one of its analytes"),
        ("events", names.groups, common.events, "are neither in common.toml nor in this file; define the group"),
        ("lasting", names.lasting, common.lasting, "is not in common.toml; add it under [lasting]"),
    ):
        yield from (f"{what} {one!r} {where}" for one in used if one and one not in known)
    for word in names.drugs:
        if not any(drug.is_a(word) for drug in drugs().values()):
            yield f"{word!r} is neither a drug of the catalogue nor a class or group of one; name one of those"
    for leaf in leaves_of(rule.when) if isinstance(rule, Interval) else ():
        if leaf.changed and leaf.analyte in ANALYTES and analyte(leaf.analyte).variation is None:
            yield (
                f"the catalogue knows no reference change value of {leaf.analyte}; "
                "add its variation to the catalogue or ask fallen_percent"
            )


def _wrong_days(raw: Mapping[str, object], places: Places) -> list[str]:
    """Entries of [lasting] that are no whole number of days, as the file writes them: pydantic would read true as 1."""
    lasting = raw.get("lasting")
    return [
        f"{places.of(('lasting', name))}: lasting {name} = {days!r} is no whole number of days above 0; give one"
        for name, days in (lasting.items() if isinstance(lasting, dict) else ())
        if name != "source" and (type(days) is not int or days < 1)
    ]


def _unread_features(common: schema.Common, places: Places) -> list[str]:
    """Entries of the shared file that the engine or the catalogue cannot follow."""
    told = []
    for name, feature in common.features.items():
        where = places.of(("features", name))
        if name not in FEATURES:
            told.append(f"{where}: feature {name!r} is not one of {', '.join(FEATURES)}; take it out or mend its name")
        told += [
            f"{where}: analyte {one!r} of feature {name} is not in the catalogue; name one of its analytes"
            for one in feature.inputs
            if one not in ANALYTES
        ]
    steady = common.steadiness
    told += [
        f"{places.of(('steadiness', 'stages'))}: stage {one!r} is no feature; name one of {', '.join(FEATURES)}"
        for one in steady.stages
        if one not in FEATURES
    ]
    if steady.unless_events not in common.events:
        where = places.of(("steadiness", "unless_events"))
        told.append(f"{where}: events {steady.unless_events!r} are not in this file; define the group")
    return told


def _wrong_review(reviewed: schema.Reviewed) -> Iterator[str]:
    """What is wrong with the days of a sign-off. Whether one lies ahead depends on the clock, and is not asked here."""
    for name, text in (("on", reviewed.on), ("next", reviewed.next)):
        if text and not _is_day(text):
            yield f"reviewed {name} = {text!r} is no day of the calendar; write it as 2026-11-30"
            return
    if reviewed.on and reviewed.next and reviewed.next <= reviewed.on:
        yield f"the next review, {reviewed.next}, must come after the last, {reviewed.on}; mend one of them"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def list_beside(folder: Path) -> list[Path]:
    """The files of what is shown beside alerts, which a protocol's hash counts in."""
    return [path for path in sorted((folder / "beside").glob("*.toml")) if path.name != _OF_NO_RULE]


def read_hashes(folder: Path = FOLDER) -> frozenset[str]:
    """The hashes that the protocols would have if they were read now."""
    shared, beside = folder / _SHARED, list_beside(folder)
    return frozenset(_hash_files([shared, path, *beside]) for path in _list_drugs(folder))


def _list_drugs(folder: Path) -> list[Path]:
    """The files of rules, one for each drug."""
    found = sorted(folder.glob("*.toml"))
    return [path for path in found if path.name != _SHARED and not path.name.endswith(".cases.toml")]


def _hash_files(paths: Sequence[Path]) -> str:
    """One sha256 over these files in this order; a byte moved from one to the next changes it too."""
    told = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        told.update(f"{path.name} {len(content)}\n".encode() + content)
    return f"sha256:{told.hexdigest()}"


def _read_common(shared: Path) -> schema.Common:
    if not shared.exists():
        raise ProtocolFault([f"{shared.name} is missing beside the protocols: put it back and start again"])
    raw, text = _parse(shared), shared.read_text(encoding="utf-8")
    faults = _wrong_days(raw, Places(text, raw))
    try:
        common = schema.Common.model_validate(raw)
    except ValidationError as error:
        told = [f"{shared.name}: {fault}" for fault in faults]
        raise ProtocolFault([*told, *explain(shared.name, text, raw, error)]) from error
    if faults := [*faults, *_unread_features(common, Places(text, raw))]:
        raise ProtocolFault([f"{shared.name}: {fault}" for fault in faults])
    return common


def read_protocols(folder: Path) -> Protocols:
    """Read and check every protocol in a folder.

    Raises: ProtocolFault with all faults of all files; the rule owner mends the files.
    """
    faults: list[str] = []
    shared = folder / _SHARED
    common = _read_common(shared)
    drugs: dict[str, schema.Protocol] = {}
    hashes: dict[str, str] = {}
    for path in _list_drugs(folder):
        try:
            raw = _parse(path)
            text = path.read_text(encoding="utf-8")
            protocol = schema.Protocol.model_validate(raw)
        except ProtocolFault as error:
            faults += error.faults
            continue
        except ValidationError as error:
            faults += explain(path.name, text, raw, error)
            continue
        places = Places(text, raw)
        told = [
            f"{places.of(('events', name))}: events {name!r} are in another file already; give them another name"
            for name in sorted(set(protocol.events) & set(common.events))
        ]
        common = common.model_copy(update={"events": {**common.events, **protocol.events}})
        for rule in protocol.rule:
            told += [f"{places.of_rule(rule.id)}: {fault}" for fault in list_dangling(rule, common)]
        told += [f"{places.of(('reviewed',))}: {fault}" for fault in _wrong_review(protocol.reviewed)]
        known = find_drug(protocol.drug)
        if known is None or known.name != protocol.drug:
            told.append(
                f"{places.of(('drug',))}: drug {protocol.drug!r} is not a name of the catalogue; spell it as there"
            )
        if protocol.drug in drugs:
            told.append(f"{places.of(('drug',))}: {protocol.drug} has another file already: keep one per drug")
        faults += [f"{path.name}: {fault}" for fault in told]
        drugs[protocol.drug] = protocol
        hashes[protocol.drug] = _hash_files([shared, path, *list_beside(folder)])
    if not drugs and not faults:
        faults.append(f"{folder.name}: no protocol is there, so nobody would be watched; put the files back")
    if faults:
        raise ProtocolFault(faults)
    return Protocols(common, drugs, hashes)


@cache
def load_protocols() -> Protocols:
    """The protocols that ship with Nadir, read once per process."""
    return read_protocols(FOLDER)
