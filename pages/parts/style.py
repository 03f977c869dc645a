"""The look's tokens as one block of style, without a word of anybody's data in it."""

from __future__ import annotations

import streamlit as st

from core.views.palette import DARK, LIGHT
from core.views.words import MARKS

_TOKENS = "".join(
    f"--n-{name.replace('_', '-')}:light-dark({getattr(LIGHT, name)},{getattr(DARK, name)});"
    for name in LIGHT.__slots__
)

_MARKS = tuple(code.replace("_", "-") for code in MARKS)

# Three sizes (20 / 15 / 13 px), steps of 4 px, corners of 6 px, no shadows, no motion.
_STYLE = f"""<style>
.stApp {{{_TOKENS}--n-overdue:var(--n-ink);--n-held:var(--n-ink);--n-not-checked:var(--n-muted)}}
.stMainBlockContainer {{padding:56px 24px 24px;max-width:none}}
.stMain [data-testid="stVerticalBlock"] {{gap:8px}}
.stMain [data-testid="stHtml"] {{font-size:13px;line-height:18px;color:var(--n-ink);font-variant-numeric:tabular-nums}}
.stMain [data-testid="stHtml"] :is(ul,table,p,dl,dd,h2,h3) {{margin:0;padding:0}}
.n-strip {{position:fixed;top:0;right:24px;height:56px;z-index:999991;display:flex;gap:12px;align-items:center;
  color:var(--n-muted)}}
.n-strip b {{color:var(--n-ink)}}
.n-sample {{border:1.5px solid var(--n-ink);border-radius:6px;padding:1px 8px;font-weight:600;color:var(--n-ink)}}
.n-muted {{color:var(--n-muted)}}
.n-name {{font-size:20px;line-height:28px;font-weight:600}}
.n-row {{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline}}
.n-card {{background:var(--n-surface);border:1px solid var(--n-line);border-radius:6px;padding:8px 16px}}
.n-mark {{font-weight:600;white-space:nowrap}}
{"".join(f".n-mark.n-{mark}{{color:var(--n-{mark})}}" for mark in _MARKS)}
.n-cannot-tell.n-mark {{outline:1px dashed var(--n-cannot-tell);outline-offset:1px;border-radius:6px;padding:0 4px}}
.n-reasons {{list-style:none;display:grid;gap:4px}}
.n-reasons li {{display:grid;grid-template-columns:116px 1fr;gap:8px;align-items:baseline;margin:0}}
.n-preview {{display:grid;gap:8px}}
.n-banner {{background:var(--n-paper);border-bottom:1px solid var(--n-line);padding:4px 0 8px;gap:4px 24px}}
.n-banner h1, .n-card h2, .n-card h3 {{padding:0;margin:0;letter-spacing:0}}
.n-banner h1 {{font-size:20px;line-height:28px}}
.n-card h2, .n-card h3 {{font-size:15px;line-height:20px;font-weight:400}}
.n-card h3 {{font-weight:600}}
[data-testid="stElementContainer"]:has(.n-banner) {{position:sticky;top:56px;z-index:90}}
.n-verdicts {{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:8px;
  align-items:start}}
.n-verdicts .n-card {{display:grid;gap:4px;align-content:start}}
.n-verdict {{display:grid;grid-template-columns:auto 1fr;gap:16px;align-items:baseline}}
.n-verdict .n-mark {{font-size:15px}}
.n-missing {{color:var(--n-cannot-tell);font-weight:600}}
.n-next {{font-weight:600}}
.n-plain {{list-style:none}}
.n-alert {{display:grid;gap:8px;border-left:4px solid var(--n-line)}}
{"".join(f".n-alert.n-{m}{{border-left-color:var(--n-{m})}}" for m in ("high", "medium", "low"))}
.n-proof {{display:grid;grid-template-columns:max-content 1fr;gap:0 16px}}
.n-proof dt {{color:var(--n-muted);grid-column:1}} .n-proof dd {{grid-column:2}}
.n-reference {{display:grid;gap:0 16px}} .n-reference dt {{font-weight:600}}
.n-reference dd {{margin-bottom:4px!important}}
.n-refusal {{border-left:4px solid var(--n-high);font-size:15px;line-height:20px}}
.n-report {{display:grid;gap:8px}} .n-number {{text-align:right!important}}
.n-nowrap {{white-space:nowrap}}
.n-scroll {{overflow-x:auto}}
.n-table {{border-collapse:collapse;width:max-content;max-width:100%;font-size:13px;line-height:18px}}
.n-table :is(th,td) {{border:0;border-bottom:1px solid var(--n-line);padding:4px 16px 4px 0;text-align:left;
  vertical-align:top;font-weight:400;color:inherit}}
.n-table td {{overflow-wrap:anywhere}} .n-alert {{min-width:0}} .n-alert .n-table {{width:100%}}
.n-scroll > .n-table td {{overflow-wrap:break-word}}
@media (max-width:1000px) {{.n-scroll > .n-table {{max-width:none}} .n-scroll > .n-table td {{max-width:320px}}
  .n-scroll > .n-table td:has(.n-nowrap) {{max-width:none}}}}
.n-table thead th {{color:var(--n-muted);white-space:nowrap}}
.n-table tbody th {{font-weight:600}}
.n-flow {{max-width:none}} .n-flow td {{overflow-wrap:normal}}
.n-flow :is(th,td) {{white-space:nowrap;padding:4px 12px}}
.n-flow td:nth-child(n+4), .n-flow thead th:nth-child(n+4) {{text-align:right;border-left:1px solid var(--n-line)}}
.n-flow :is(th,td):first-child {{position:sticky;left:0;background:var(--n-paper);padding-left:0}}
.stMain .n-results {{border-collapse:collapse;width:max-content;font-size:13px}}
.stMain [data-testid="stHtml"] :is(li,th,td,p,dd,dt) {{font-size:13px;line-height:18px}}
.n-results :is(th,td) {{text-align:left;font-weight:400;border:0;
  border-left:1px solid var(--n-line);padding:0 16px 0 8px;vertical-align:top}}
.n-results th {{border-left:0;padding-left:0;font-weight:600}}
@media (max-width:1000px) {{.n-strip {{position:static;height:auto;flex-wrap:wrap;gap:4px 12px}}
  .stMainBlockContainer {{padding:60px 12px 12px}}}}
.stElementContainer:has(.stDataFrame) [data-testid="stElementToolbar"] {{display:none}}
.stMain button[kind="primary"] {{color:light-dark({LIGHT.paper},{DARK.paper})}}
.stMain button[kind="primary"]:disabled {{background:var(--n-surface);color:var(--n-ink);
  border:1px dashed var(--n-muted)}}
@media (max-width:800px) {{.st-key-patient-chart {{overflow-x:auto}} .st-key-patient-chart > * {{min-width:840px}}}}
@media (max-width:480px) {{.n-reasons li {{grid-template-columns:1fr;gap:0}}
  .st-key-blind_spots-group {{max-height:120px;overflow-y:auto}}}}
</style>"""


def apply() -> None:
    """Put the look's colours, sizes and spacing on this screen."""
    st.html(_STYLE)
