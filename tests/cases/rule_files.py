"""The protocol files as text and as data, for tests that break them on purpose."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import ProtocolFault
from core.protocols.loader import FOLDER, read_protocols

CASES = sorted([*FOLDER.glob("*.cases.toml"), *Path(__file__).parent.glob("*.cases.toml")])
PROTOCOLS = [path for path in sorted(FOLDER.glob("*.toml")) if path.name != "common.toml" and path not in CASES]


def drug_of(path: Path) -> str:
    return path.name.partition(".")[0].replace("_", " ")


def read_raw(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def copy_rules(target: Path, change: Callable[[str], str] = str, name: str = "anakinra.toml") -> Path:
    """All protocol files in a folder of one's own, one of them changed."""
    for path in FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        changed = change(text) if path.name == name else text
        assert path.name != name or change is str or changed != text, "the change changed nothing"
        (target / path.name).write_text(changed, encoding="utf-8")
    return target


def refusal_of(folder: Path) -> list[str]:
    """The faults for which the files are refused."""
    with pytest.raises(ProtocolFault) as refused:
        read_protocols(folder)
    assert str(refused.value) == "; ".join(refused.value.faults)
    return refused.value.faults


def line_of(text: str, rule: str) -> int:
    """Where a rule's id stands, as an editor counts."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line == f'id = "{rule}"')
