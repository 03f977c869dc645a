"""What the quality screen adds to the look: its four figures side by side."""

from __future__ import annotations

import streamlit as st

_STYLE = """<style>
.stMain [data-testid="stHtml"] .n-figures {display:grid;gap:8px;margin:0;
  grid-template-columns:repeat(4,1fr)}
@media (max-width:1000px) {.stMain [data-testid="stHtml"] .n-figures {grid-template-columns:repeat(2,1fr)}}
@media (max-width:480px) {.stMain [data-testid="stHtml"] .n-figures {grid-template-columns:1fr}}
.n-figures .n-card {display:grid;gap:0;align-content:start}
.n-figures dt {color:var(--n-muted)}
.n-figure {font-size:20px;line-height:28px;font-weight:600}
.stMain [data-testid="stHtml"] h2.n-heading {font-size:15px;line-height:20px;font-weight:600;padding:8px 0 0}
.stMain [data-testid="stHtml"] .n-means {max-width:140ch;padding:0 0 4px;color:var(--n-muted)}
@media (max-width:1000px) {.n-wide .n-table {max-width:none}}
.n-wide thead th {vertical-align:bottom;white-space:normal!important;max-width:112px;min-width:48px}
.n-wide td.n-muted {color:var(--n-muted)}
.n-wide tbody th {white-space:nowrap} .n-wide td {white-space:nowrap}
</style>"""


def apply() -> None:
    """Put it on this screen."""
    st.html(_STYLE)
