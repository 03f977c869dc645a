"""Made-up schedules for what no real protocol says, in the protocol's own language."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from pydantic import TypeAdapter

from core.protocols.kinds import Rule
from core.protocols.loader import Protocols
from tests.spec.clinic import DRUG, rules_of

_RULES: TypeAdapter[tuple[Rule, ...]] = TypeAdapter(tuple[Rule, ...])
_ANY = rules_of("""
    [[rule]]
    id = "any"
    kind = "event"
    category = "infection"
    events = "infection"
    priority = "low"
    action = "review"
""")


def said_by(**limits: list[str]) -> str:
    """The authorities that speak, each with the indications it speaks for (none: all), as a line of a rule."""
    voices = [
        f'{{ authority = "{name}", document = "D", section = "1", checked = "choice", indications = {limit} }}'
        for name, limit in limits.items()
    ]
    return f"says = [{', '.join(voices)}]"


def scheduled(text: str) -> Protocols:
    """Rules about tests and dates; a clinic that knows nothing else. What every rule needs is filled in."""
    raw = tomllib.loads(text)["rule"]
    voice = {"authority": "LOCAL", "document": "D", "section": "1", "checked": "choice"}
    filled = [
        {"id": f"rule-{n}", "keys": [], "category": "monitoring", "advice": "Consider.", "why": "Because."}
        | {"says": [voice]}
        | ({"priority": "low", "action": "request_test"} if rule["kind"] in ("baseline", "milestone") else {})
        | rule
        for n, rule in enumerate(raw)
    ]
    rules = _RULES.validate_python(filled)
    return replace(_ANY, drugs={DRUG: _ANY.drugs[DRUG].model_copy(update={"rule": rules})})
