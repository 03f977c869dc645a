"""Read the protocol files and refuse to start with a wrong one, naming file, line and remedy."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from core.catalogue import ANALYTES, find_drug
from core.errors import ProtocolFault
from core.protocols import schema

FOLDER = Path(__file__).parent
#: What the engine can compute; a protocol that asks for another is refused here rather than ignored there.
FEATURES = ("creatinine_clearance", "aki_nhse", "aki_kdigo", "creatinine_without_history", "weight_age")


@dataclass(frozen=True)
class Protocols:
    """Every drug's rules and what they share. hashes: drug -> sha256 of its file and the common one."""

    common: schema.Common
    drugs: Mapping[str, schema.Protocol]
    hashes: Mapping[str, str]


def _parse(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolFault([f"{path.name}: {error}; mend the file and start again"]) from error


def _line_of(text: str, location: tuple[str | int, ...], raw: Mapping[str, object]) -> str:
    """Where in the file a fault stands: the line of the rule's id, else of the table."""
    rules = raw.get("rule")
    if location[:1] == ("rule",) and len(location) > 1 and isinstance(location[1], int) and isinstance(rules, list):
        name = rules[location[1]].get("id", "")
        for number, line in enumerate(text.splitlines(), 1):
            if line.replace(" ", "").startswith(f'id="{name}"'):
                return f"line {number} (rule {name})"
    return ".".join(str(part) for part in location) or "the file"


def _explain(path: Path, error: ValidationError, raw: Mapping[str, object]) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [
        f"{path.name}: {_line_of(text, fault['loc'], raw)}: "
        f"{'.'.join(str(part) for part in fault['loc'][2:])} {fault['msg']}".replace(":  ", ": ")
        for fault in error.errors()
    ]


def _names(condition: schema.Condition) -> Iterator[schema.Leaf]:
    if isinstance(condition, schema.Leaf):
        yield condition
    else:
        for part in condition.all if isinstance(condition, schema.Every) else condition.any:
            yield from _names(part)


def _dangling(protocol: schema.Protocol, common: schema.Common) -> Iterator[str]:
    """Names a rule uses that nothing defines."""
    for rule in protocol.rule:
        analytes: list[str] = []
        groups: list[str] = []
        lasting: list[str] = []
        match rule:
            case schema.Threshold():
                analytes, groups, lasting = [rule.analyte], [rule.unless_events], [rule.lasting]
                if rule.feature and rule.feature not in FEATURES:
                    yield f"rule {rule.id}: feature {rule.feature!r} is not one of {', '.join(FEATURES)}"
                if rule.feature and rule.feature not in common.features:
                    yield f"rule {rule.id}: feature {rule.feature!r} has no entry in common.toml"
            case schema.Interval():
                leaves = list(_names(rule.when))
                analytes = [leaf.analyte for leaf in leaves]
                groups = [leaf.events for leaf in leaves]
                lasting = [leaf.lasting for leaf in leaves]
            case schema.EventRule():
                groups = [rule.events, rule.except_events]
            case _:
                analytes = [rule.test]
        yield from (
            f"rule {rule.id}: analyte {a!r} is not in the catalogue" for a in analytes if a and a not in ANALYTES
        )
        yield from (
            f"rule {rule.id}: events {g!r} are not in common.toml" for g in groups if g and g not in common.events
        )
        yield from (
            f"rule {rule.id}: lasting {x!r} is not in common.toml" for x in lasting if x and x not in common.lasting
        )


def read_protocols(folder: Path) -> Protocols:
    """Read and check every protocol in a folder.

    Raises: ProtocolFault with all faults of all files; the rule owner mends the files.
    """
    faults: list[str] = []
    shared = folder / "common.toml"
    if not shared.exists():
        raise ProtocolFault([f"{shared.name} is missing beside the protocols: put it back and start again"])
    raw = _parse(shared)
    try:
        common = schema.Common.model_validate(raw)
    except ValidationError as error:
        raise ProtocolFault(_explain(shared, error, raw)) from error
    drugs: dict[str, schema.Protocol] = {}
    hashes: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == shared.name or path.name.endswith(".cases.toml"):
            continue
        try:
            raw = _parse(path)
            protocol = schema.Protocol.model_validate(raw)
        except ProtocolFault as error:
            faults += error.faults
            continue
        except ValidationError as error:
            faults += _explain(path, error, raw)
            continue
        faults += [f"{path.name}: {fault}" for fault in _dangling(protocol, common)]
        known = find_drug(protocol.drug)
        if known is None or known.name != protocol.drug:
            faults.append(f"{path.name}: drug {protocol.drug!r} is not a name of the catalogue")
        if protocol.drug in drugs:
            faults.append(f"{path.name}: {protocol.drug} has another file already: keep one per drug")
        drugs[protocol.drug] = protocol
        hashes[protocol.drug] = "sha256:" + hashlib.sha256(shared.read_bytes() + path.read_bytes()).hexdigest()
    if faults:
        raise ProtocolFault(faults)
    return Protocols(common, drugs, hashes)


@cache
def load_protocols() -> Protocols:
    """The protocols that ship with Nadir, read once per process."""
    return read_protocols(FOLDER)
