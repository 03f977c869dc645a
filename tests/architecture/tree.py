"""The project's own files, read as text and as syntax trees."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXTS = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".lock",
    ".cfg",
    ".ini",
    ".csv",
    ".yml",
    ".yaml",
    ".sh",
    ".mako",
    ".html",
    ".css",
    "",
}


def list_files() -> list[Path]:
    """Every file that is, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [ROOT / name for name in sorted(set(listed.split("\0"))) if name and (ROOT / name).is_file()]


def list_texts() -> list[Path]:
    return [file for file in list_files() if file.suffix in TEXTS]


def list_modules(*rooms: str) -> list[Path]:
    """The Python files of some rooms ("core", "pages", "app.py")."""
    chosen = [ROOT / room for room in rooms]
    return [
        file
        for file in list_files()
        if file.suffix == ".py" and any(file == c or file.is_relative_to(c) for c in chosen)
    ]


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def name_of(file: Path) -> str:
    """The path as a reader knows it, for test ids and messages."""
    return file.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or an attribute, "" for anything else."""
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""
