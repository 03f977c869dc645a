"""Who may import whom: the law of pyproject.toml holds, names every room, and catches a breach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.tree import ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    words = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(folder)}
    )


def test_every_import_looks_down():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


def test_every_room_of_core_has_its_place_in_the_law():
    layers = " ".join(CONTRACTS[0]["layers"]).replace("(", "").replace(")", "").replace("|", " ").split()
    rooms = {
        f"core.{entry.stem}"
        for entry in (ROOT / "core").iterdir()
        if entry.name != "__init__.py" and (entry.suffix == ".py" or (entry / "__init__.py").is_file())
    }
    assert sorted(rooms - set(layers)) == []


#: Lines nobody may write, each in a module of its own, and the chain the law then names.
BREACHES = (
    ("core/engine/trespass.py", "import pandas"),
    ("core/engine/trespass.py", "import core.clock"),
    ("core/store/trespass.py", "import core.ingest.limits"),
    ("core/ingest/trespass.py", "import core.engine.standing"),
    ("core/views/trespass.py", "import core.store.connect"),
    ("core/views/trespass.py", "import streamlit"),
    ("core/services/trespass.py", "import plotly.graph_objects"),
    ("core/views/trespass.py", "import core.services.export"),
    ("core/records.py", "import core.catalogue"),
)


def name_module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


def test_every_breach_of_the_law_is_caught_and_named(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ("core", "pages"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    for module, line in BREACHES:
        with (tmp_path / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    for module, line in BREACHES:
        imported = line.removeprefix("import ")
        outside = imported if imported.startswith("core.") else imported.split(".")[0]
        assert f"{name_module(module)} -> {outside} (l." in said, (module, line)
