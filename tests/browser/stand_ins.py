"""Stand-in applications for the cold-start probe: our own shell around pages that draw a canary, and two that leak."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.serving import ROOT

CANARY = "ZYXWOMBAT"  # a nonsense word: wherever it turns up, it was leaked
#: The menu as the shell's source lists it: page file, url path, role. Read, not imported: the shell runs when imported.
SCREENS = re.findall(
    r'Screen\("(\w+)", "(\w+)", "[^"]+", "[^"]+", "(\w+)"\)',
    (ROOT / "pages" / "shell.py").read_text(encoding="utf-8"),
)
HOUSE = ("app.py", ".streamlit", "static", "core", "pages")

GUARDED = """import streamlit as st
from pages import guard

def render():
    guard.require("{role}")
    st.write("{canary} {name}")
"""
AT_IMPORT = 'import streamlit as st\nst.write("{canary} {name}")\n'

PLAIN_APP = """import streamlit as st
import pages.worklist
if not st.session_state.get("signed_in"):
    st.write("Sign in")
    st.stop()
st.navigation([st.Page(pages.worklist.render, url_path="worklist")]).run()
"""


def build_house(folder: Path, bodies: Mapping[str, str] | None = None) -> Path:
    """Our own house, with every screen of the menu replaced by one that draws the canary behind the guard.

    bodies: another text for some pages.
    """
    folder.mkdir(exist_ok=True)
    for name in HOUSE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "secrets.toml"))
        else:
            shutil.copy(ROOT / name, folder / name)
    for name, _, role in SCREENS:
        text = (bodies or {}).get(name) or GUARDED.format(role=role, canary=CANARY, name=name)
        (folder / "pages" / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def build_control_a(folder: Path) -> Path:
    """The layout everybody starts with: a gate in app.py, a pages/ folder beside it, pages that draw when imported."""
    (folder / "pages").mkdir(parents=True)
    (folder / "app.py").write_text(PLAIN_APP, encoding="utf-8")
    text = AT_IMPORT.format(canary=CANARY, name="audit")
    (folder / "pages" / "audit.py").write_text(text, encoding="utf-8")
    (folder / "pages" / "worklist.py").write_text("def render():\n    pass\n", encoding="utf-8")
    return folder


def build_control_c(folder: Path) -> Path:
    """Our layout with one page that draws when imported, and a shell that imports it before asking who is there."""
    name = "patient"
    house = build_house(folder, {name: draw_at_import(name)})
    shell = house / "pages" / "shell.py"
    text = shell.read_text(encoding="utf-8").replace("import guard,", f"import {name}, guard,")
    shell.write_text(text, encoding="utf-8")
    return house


def draw_at_import(name: str) -> str:
    """A page that draws when imported, and again behind the guard."""
    return AT_IMPORT.format(canary=CANARY, name=name) + GUARDED.format(role="viewer", canary=CANARY, name=name)
