"""The page's part about the screens: what a person waits for in a browser, from the document `make bench-ui` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.benchmark.report import write_page

_HEAD = """## Screens

What a person waits for in a headless Chromium, {patients:,} made-up patients, on the machine that wrote this page:
{cores} cores, which had {load} processes to run (another one's work slows ours; `server` is the processor time the
server spent on one repeat, whatever else ran). From a press to the answer drawn; a page counts once all of it stands.
Made by `make bench-ui`; limits hold for the 95th percentile.

| waited for | repeats | p50, ms | p95, ms | worst, ms | limit, ms | server, ms | |
|---|---|---|---|---|---|---|---|"""


def describe_screens(document: Mapping[str, Any]) -> str:
    """Every figure with its verdict, the missed and the absent ones too."""
    lines = [_HEAD.format(**document)]
    for one in document["figures"]:
        limit = "–" if one["limit_ms"] is None else f"{one['limit_ms']:,}"
        if one["aim_ms"] is not None:
            limit += f" (aim {one['aim_ms']:,})"
        verdict = f"**{one['verdict']}**" if one["verdict"] in ("missed", "not there") else one["verdict"]
        measured = ("p50_ms", "p95_ms", "worst_ms")
        told = [f"{one[name]:,}" if one["count"] else "–" for name in measured]
        server = f"{one['server_ms']:,}" if one["count"] else "–"
        cells = (one["name"], str(one["count"]), *told, limit, server, verdict)
        lines.append("| " + " | ".join(cells) + " |")
    peaks = [one["server_peak_mb"] for one in document["figures"] if "server_peak_mb" in one]
    if peaks:
        lines += ["", f"The server held {max(peaks):,} MB at most until the worklist stood."]
    return "\n".join(lines)


def write_section(document: Mapping[str, Any]) -> None:
    """Put the figures into docs/benchmark.md; the page's other parts stay as they are."""
    write_page(screens=describe_screens(document))
