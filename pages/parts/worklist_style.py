"""The worklist's own pieces of the look."""

from __future__ import annotations

import streamlit as st

_STYLE = """<style>
.n-late {color:var(--n-ink);border-left:4px solid var(--n-high);padding:2px 0 2px 8px;gap:2px 12px}
.n-done {font-size:15px;line-height:20px;font-weight:600;color:var(--n-clear)}
.stMain .n-acts {list-style:none} .stMain .n-acts li {margin:0}
.n-progress progress {width:160px;height:8px;accent-color:var(--n-accent)}
.st-key-worklist-preview {flex-wrap:wrap;align-items:flex-start}
.st-key-worklist-late > [data-testid="stElementContainer"]:has(.n-late) {flex:1 1 600px;min-width:0;width:auto}
.st-key-worklist-preview > [data-testid="stElementContainer"]:has(.n-preview) {flex:1 1 560px;min-width:0}
.st-key-worklist-preview > :has(.st-key-worklist-acting), .st-key-worklist-acting {flex:1 1 440px;min-width:0}
.n-preview, .n-preview > *, .n-reasons li > div {min-width:0;overflow-wrap:break-word}
.st-key-worklist-late button {min-height:28px;padding:0 8px}
</style>"""


def apply() -> None:
    """Put it on this screen."""
    st.html(_STYLE)
