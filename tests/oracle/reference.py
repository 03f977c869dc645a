"""What the oracle reads from the data files, with the standard library alone: rules, events, analytes."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

CORE = Path(__file__).resolve().parents[2] / "core"


def read_toml(path: Path) -> dict[str, Any]:
    """Read a data file; its numbers keep their decimal digits."""
    with path.open("rb") as file:
        return tomllib.load(file, parse_float=Decimal)


_CATALOGUE = read_toml(CORE / "catalogue" / "analytes.toml")
_DRUGS = read_toml(CORE / "catalogue" / "drugs.toml")
_VACCINES = read_toml(CORE / "catalogue" / "vaccines.toml")["vaccine"]


def stale_after_days(analyte: str) -> int:
    """After how many calendar days a result of this analyte answers nothing."""
    days: int = _CATALOGUE[analyte].get("stale_after_days", _CATALOGUE["stale_after_days"])
    return days


def default_upper_limit(analyte: str, sex: str) -> Decimal | None:
    """The catalogue's upper reference limit for one sex, None where it has none."""
    entry = _CATALOGUE[analyte]
    high = entry.get(f"ref_{sex}", entry.get("ref", ["", ""]))[1]
    return None if high == "" else Decimal(high)


def child_stale_after_days(analyte: str) -> int:
    """The same for a child."""
    days: int = _CATALOGUE[analyte]["child_stale_after_days"]
    return days


@cache
def change_factors(analyte: str) -> tuple[Decimal, Decimal]:
    """What a value is multiplied by at the limits of a significant fall and rise (log-normal, 95 %, two-sided).

    Fraser; Fokkema 2006: e to the power of -+ 1.96 x the root of 2 x the root of ln(1 + CV2).
    """
    variation = _CATALOGUE[analyte]["rcv"]
    cv_squared = (Decimal(variation["cvi"]) ** 2 + Decimal(variation["cva"]) ** 2) / 10_000
    spread = Decimal("1.96") * Decimal(2).sqrt() * (1 + cv_squared).ln().sqrt()
    return (-spread).exp(), spread.exp()


@cache
def is_one_of(drug: str, words: tuple[str, ...]) -> bool:
    """Is the drug meant by one of the words: its name, class, mechanism or group? One not in the catalogue never is."""
    entry = _DRUGS.get(drug)
    if entry is None or not isinstance(entry, dict) or drug == "sources":
        return False
    meant = {drug, entry["class"], entry.get("mechanism", ""), entry["group"]} - {""}
    return any(word in meant for word in words)


@cache
def kind_of_vaccine(code: str) -> str:
    """live, not live, review (whatever else is said), or unknown: no such code, or none given."""
    digits = code.strip()
    by_number = {int(cvx): entry for cvx, entry in _VACCINES.items()}
    if not (digits.isascii() and digits.isdigit()) or int(digits) not in by_number:
        return "unknown"
    entry = by_number[int(digits)]
    if entry.get("review"):
        return "review"
    return "live" if entry["live"] else "not live"


def read_rules(drug: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The drug's protocol and what all protocols share, as the files have them."""
    return read_toml(CORE / "protocols" / f"{drug}.toml"), read_toml(CORE / "protocols" / "common.toml")


def read_every_form() -> tuple[dict[str, Any], dict[str, Any]]:
    """A file that uses every form of the grammar, what its rules do not care about filled in; and what all share."""
    whole = read_toml(Path(__file__).with_name("every_form.toml"))
    return fill_in(whole), read_toml(CORE / "protocols" / "common.toml")


def fill_in(protocol: dict[str, Any]) -> dict[str, Any]:
    """The protocol with keys, advice, reason and a voice for each rule that has none of its own."""
    document = next(iter(protocol["documents"]))
    plain = {
        "keys": [], "advice": "Consider it.", "why": "A test.",
        "says": [{"authority": "LOCAL", "document": document, "section": "1", "checked": "choice"}],
    }  # fmt: skip
    return protocol | {"rule": [plain | rule for rule in protocol["rule"]]}


def with_floats(node: Any) -> Any:
    """The same tables with binary numbers, as the grammar of protocols wants them."""
    if isinstance(node, dict):
        return {name: with_floats(value) for name, value in node.items()}
    if isinstance(node, list):
        return [with_floats(value) for value in node]
    return float(node) if isinstance(node, Decimal) else node


def keep_authorities(protocol: dict[str, Any], authorities: tuple[str, ...] | None) -> dict[str, Any]:
    """The protocol as the chosen authorities and the house speak it; a rule nobody speaks for is gone.

    Who asks for visits depends on the indication: the schedule decides (`chosen`). Cards and rules that are switched
    off are never asked.
    """
    rules = [rule for rule in protocol["rule"] if rule["kind"] != "card" and rule.get("enabled", True)]
    if authorities is None:
        return protocol | {"rule": rules, "chosen": None}
    heard = (*authorities, "LOCAL")
    kept = []
    for rule in rules:
        says = [voice for voice in rule["says"] if voice["authority"] in heard]
        if rule["kind"] == "visits":
            kept.append(rule)
        elif says:
            kept.append(rule | {"says": says})
    return protocol | {"rule": kept, "chosen": authorities}


def parts_by_indication(rule: dict[str, Any]) -> list[dict[str, Any]]:
    """The rule as those say it who speak on all it is about, and apart from them as each says it who speaks on less."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for voice in rule["says"]:
        groups.setdefault(tuple(voice.get("indications", ())), []).append(voice)
    parts = []
    for of, says in groups.items():
        part = rule | {"says": says}
        if of:
            part["indications"] = [name for name in of if name in rule.get("indications", of)]
        parts.append(part)
    return parts
