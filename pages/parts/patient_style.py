"""The patient screen's own style: the past day's banner, values that open their source, proof and dosing panels."""

from __future__ import annotations

import streamlit as st

_STYLE = """<style>
.n-past {border:2px dashed var(--n-cannot-tell);border-radius:6px;padding:4px 16px;background:var(--n-surface);
  font-size:15px;line-height:20px}
[data-testid="stLayoutWrapper"]:has(> .st-key-patient-past .n-past) {position:sticky;top:96px;z-index:89;
  background:var(--n-paper)}
.n-answer {font-size:15px;line-height:20px;font-weight:600}
.stMain .n-value {all:unset;cursor:pointer;display:inline-block;min-height:24px;line-height:24px;min-width:24px;
  text-align:right}
.stMain .n-value:hover {text-decoration:underline;text-decoration-color:var(--n-muted)}
.stMain .n-value:focus-visible {outline:2px solid var(--n-accent);outline-offset:2px;border-radius:6px}
.stMain .n-source {position:fixed;inset:0;margin:auto;width:max-content;max-width:min(640px,90vw);height:max-content;
  background:var(--n-paper);color:var(--n-ink);border:1px solid var(--n-muted);border-radius:6px;padding:16px;
  font-size:13px;line-height:18px}
@supports (position-area:bottom) {.stMain .n-source {inset:auto;margin:4px;position-area:bottom span-left;
  position-try-fallbacks:flip-block,flip-inline,flip-block flip-inline}}
.stMain .n-flow :is(th,td) {line-height:24px!important}
.n-source h3, .n-why h3, .n-dosing h3, .n-report h3 {font-size:13px!important;line-height:18px!important;
  font-weight:600!important;margin:0!important;padding:8px 0 0!important}
.n-source h3 {font-size:15px!important;line-height:20px!important;padding:0 0 8px!important}
.n-why {display:grid;gap:4px}
.n-why .n-proof {grid-template-columns:minmax(72px,max-content) 1fr}
.n-limits summary {cursor:pointer;color:var(--n-muted)}
.n-floating {position:fixed;right:24px;bottom:24px;z-index:95;max-width:min(560px,90vw);background:var(--n-paper);
  border:1px solid var(--n-muted);border-radius:6px;padding:8px 16px} .n-floating summary {cursor:pointer}
.n-floating .n-card {border:0;background:none;padding:4px 0} .n-floating h3 {font-weight:600!important}
.n-dosing {display:grid;gap:4px} .n-dosing .n-table b {font-weight:600}
.n-not-advice {border:1px dashed var(--n-muted);border-radius:6px;padding:0 8px;font-weight:600;margin-left:8px}
.n-compare td {min-width:176px;max-width:320px;border-left:1px solid var(--n-line)!important;padding:4px 12px!important}
.n-compare th {padding:4px 12px!important} .n-compare th:first-child {padding-left:0!important}
.n-compare th .n-muted {font-weight:400}
.n-compare tbody th {min-width:144px;position:sticky;left:0;background:var(--n-paper);padding-left:0!important}
.n-records td, .n-alert .n-table td {overflow-wrap:break-word}
.n-dosing > *, .n-alert > *, .n-verdicts > *, .n-why > *, .n-report > * {min-width:0}
@media (max-width:800px) {.st-key-patient-chart {direction:rtl}
  .st-key-patient-chart > * {min-width:720px;direction:ltr}
  .n-flow tr > :is(th,td):is(:nth-child(2),:nth-child(3)) {display:none} .n-flow :is(th,td) {padding:4px 8px}
  .n-flow tbody th {white-space:normal;min-width:104px}
  .n-flow th[data-fold]::after {content:attr(data-fold);display:block;font-weight:400;color:var(--n-muted);
    line-height:16px;padding-bottom:4px}
  .n-compare, .n-compare :is(tbody,tr,th,td) {display:block;min-width:0;max-width:none;width:auto}
  .n-compare thead {position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
  .n-compare tr {border-bottom:1px solid var(--n-line);padding:4px 0} .n-compare tbody th {position:static}
  .n-compare tr > :is(th,td) {border:0!important;padding:2px 0!important}
  .n-compare td::before {content:attr(data-who) ": ";font-weight:600}
  .n-compare td:not(.n-quiet)::before {display:block;content:attr(data-who)}}
@media (max-width:600px) {.st-key-patient-chart > * {min-width:780px}
  .n-positions, .n-positions :is(tbody,tr,th,td) {display:block;width:auto;max-width:none}
  .n-positions thead {position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
  .n-positions tr {border-bottom:1px solid var(--n-line);padding:4px 0}
  .n-positions tr > :is(th,td) {border:0!important;padding:0!important}
  .n-positions tr > :is(th,td):nth-child(-n+3) {display:inline-block;margin-right:12px}}
.n-apart {display:grid;gap:8px} .n-apart-list dt {font-weight:600} .n-apart-list dt:not(:first-child) {margin-top:8px}
</style>"""


def apply() -> None:
    """Put the patient screen's own style on it."""
    st.html(_STYLE)
