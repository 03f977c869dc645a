"""The report: docs/benchmark.md, written by the machine, with every goal and whether it was met."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.protocols.loader import Protocols
from tools.benchmark.chart import Chart, read_clinic
from tools.benchmark.cohort import QUIET
from tools.benchmark.score import Score, per_rule

KINDS = ("threshold", "trend", "safety", "data")
SCORE, SPEED, SCREENS = "<!-- score -->", "<!-- speed -->", "<!-- screens -->"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmark.md"


def write_page(score: str | None = None, speed: str | None = None, screens: str | None = None) -> None:
    """Write the page anew; a part that was not measured this time stays as it is."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = [HEAD]
    for mark, new in ((SCORE, score), (SPEED, speed), (SCREENS, screens)):
        kept = old.partition(mark)[2]
        for other in (SCORE, SPEED, SCREENS):
            kept = kept.partition(other)[0]
        parts += [mark, new or kept.strip() or "Not measured yet."]
    PAGE.write_text("\n\n".join(part.strip() for part in parts) + "\n", encoding="utf-8")


HEAD = """# Benchmark

Written by `make benchmark`; do not edit. `python -m tools.benchmark` repeats the score alone (`--patients N --seed N`).

Everybody in it is made up. `tools/benchmark/clinic.toml` says who they are and what is planted;
`tools/benchmark/truth.py` says when an alert is false."""


def describe_score(
    charts: Sequence[Chart], scores: Sequence[Score], protocols: Protocols, seed: int, *, each: int
) -> str:
    """What was planted, what was found, what was false, in the order in which a critic asks."""
    nadir = scores[0]
    quiet = sum(c.story == QUIET for c in charts)
    drug = read_clinic()["drug"]
    lines = [
        "## What was replayed", "",
        f"- {len(charts):,} people over {read_clinic()['days']} days, {nadir.patient_months:,.0f} patient-months from "
        f"the first prescription; {sum(len(c.samples) for c in charts):,} results. Seed {seed}.",
        f"- {len(charts) - quiet:,} of them carry one of {len(read_clinic()['stories'])} planted stories ({each} each)"
        f", {quiet:,} are quiet. That is far more trouble than a clinic has: alerts per patient-month are shown for "
        "the quiet ones as well.",
        f"- Rules: `{drug}` {protocols.hashes[drug]}, {len(protocols.drugs[drug].rules)} of them.",
        "- At the end of each day only what had been reported by then was known; results reported late, corrections "
        "and prescriptions count from the day they came. Stories about importing went through files "
        "into a store.", "",
        "## Goals", "", *_goals(nadir), "",
        "## Nadir and two simple ways of watching", "", *_compare(scores), "",
        "Lab flags: one alert per person and test, from a result outside its reference range until the next inside. "
        "Fixed interval: an alert when three months and two weeks on treatment have passed without a neutrophil count. "
        "Delays are days from when a truth could first be told, over those told at all.", "",
        "## What was missed, by story", "", *_stories(scores), "",
        "## Nadir's alerts by rule", "", *_rules(nadir, charts), "",
        "## False alarms by rule (story)", "",
        *_counts(nadir.false, "None."), "",
        "## Passing changes by rule (story)", "",
        "The blood itself had moved as far as the rule asks, by the biology of the day, and had moved back by the next "
        "test. Nobody can know that on the day, so they are not called false; with them "
        f"{100 * nadir.strict_share:.1f} % would be.", "", *_counts(nadir.passing, "None."), "",
        "## Not judged, by rule (story)", "",
        "Alerts of high or medium priority on a number that the judge cannot weigh: neither true nor false, and "
        "left out of the shares above.", "", *_counts(nadir.unjudged, "None."), "",
        "## Raised again for the same fact", "", *_counts(nadir.repeats, "None."), "",
        "## When is an alert false", "", FALSE, "",
        "## What is weak", "", WEAK,
    ]  # fmt: skip
    return "\n".join(lines)


FALSE = """An alert of high or medium priority is false unless

1. a truth planted in that person explains its category at that time, or
2. the blood itself, before the analyser's error and any slip, lies beyond the limit the alert names; for a change:
   it moved as far as the rule asks, or the person's own level did by at least half of that; for stages of kidney
   injury: the own level stands at least a quarter above the year's lowest, or
3. it rests on recorded facts alone (an event, a prescription, a date). A missing test is false when its sample had been
   taken and was only not yet reported.

What rests on a measured or computed number that cannot be weighed is not judged, and listed. The share is of all judged
alerts of high or medium priority. A lab flag is true if a planted truth shows in that test, or the
blood crossed a limit at which the rules ask for something. Alerts of low priority inform; they are counted in the
burden, not among false alarms."""

WEAK = """- A trend event is a fall of the person's own level by the reference change value to below the level at which
  the trend rules speak, told by the second count that shows it and before a count crosses the threshold. This was
  settled while the benchmark was made, after scores had been seen; so was the rule against the own median.
- The people are simulated: noise follows the catalogue's variation (log-normal, independent between samples);
  shares and shapes of stories are choices. The score says how the rules behave, not how often things happen.
- Truths are planted by the same project that wrote the rules; the limits in `clinic.toml` are written down
  independently of the protocol file, the keys by which an alert is recognised are not.
- One story per person; combinations come only from ordinary noise.
- Everybody keeps the schedule of the protocol apart from a few late visits, so the burden of overdue tests is a floor.
- An alert that opens and closes within one day is not seen: the replay looks at the end of each day."""


def _goals(score: Score) -> list[str]:
    hit, all_of = score.sensitivity("threshold")
    trend, trends = score.sensitivity("trend")
    rows = [
        ("threshold events told in time", "100 %", _share(hit, all_of), hit == all_of),
        ("trend events told in time", "at least 95 %", _share(trend, trends), trend >= 0.95 * trends),
        ("alerts per patient-month", "at most 0.40", f"{score.per_month:.2f}", score.per_month <= 0.40),
        ("false alarms among high and medium", "at most 2 %",
         f"{100 * score.false_share:.1f} % ({sum(score.false.values())} of {score.judged} judged)",
         score.false_share <= 0.02),
        ("the same, passing changes counted as well", "(no goal)", f"{100 * score.strict_share:.1f} %", True),
        ("of high or medium priority, not judged", "(no goal)",
         f"{sum(score.unjudged.values())} of {score.grave}", True),
        ("raised again for the same fact", "0", str(sum(score.repeats.values())), not score.repeats),
    ]  # fmt: skip
    return ["| goal | asked | measured | met |", "|---|---|---|---|",
            *(f"| {a} | {b} | {c} | {'yes' if d else '**no**'} |" for a, b, c, d in rows)]  # fmt: skip


def _compare(scores: Sequence[Score]) -> list[str]:
    head = ["| | " + " | ".join(s.name for s in scores) + " |", "|---|" + "---|" * len(scores)]
    rows: list[list[str]] = []
    for kind in KINDS:
        rows.append([f"{kind} events told in time", *(_share(*s.sensitivity(kind)) for s in scores)])
        rows.append([f"delay, median / 95th percentile ({kind})", *(_days(*s.delays(kind)) for s in scores)])
    rows += [
        ["alerts per patient-month", *(f"{s.per_month:.3f}" for s in scores)],
        ["of high or medium priority", *(f"{s.grave / s.patient_months:.3f}" for s in scores)],
        ["false among high and medium", *(f"{100 * s.false_share:.1f} % of {s.judged}" for s in scores)],
        ["raised again for the same fact", str(sum(scores[0].repeats.values())), *("–" for _ in scores[1:])],
    ]
    return [*head, *("| " + " | ".join(row) + " |" for row in rows)]


def _stories(scores: Sequence[Score]) -> list[str]:
    told = read_clinic()["stories"]
    out = ["| story | truth | kind | " + " | ".join(s.name for s in scores) + " | Nadir's misses |",
           "|---|---|---|" + "---|" * (len(scores) + 1)]  # fmt: skip
    for story, entry in told.items():
        for truth in entry["truths"]:
            cells = []
            for score in scores:
                mine = [t for t in score.told if (t.truth.story, t.truth.name) == (story, truth["name"])]
                cells.append(f"{sum(t.in_time for t in mine)} of {len(mine)}")
            missed = [t for t in scores[0].told
                      if (t.truth.story, t.truth.name) == (story, truth["name"]) and not t.in_time]  # fmt: skip
            never = sum(t.delay is None for t in missed)
            words = f"{never} never, {len(missed) - never} late" if missed else ""
            out.append(f"| {entry['title']} | {truth['name']} | {truth['kind']} | {' | '.join(cells)} | {words} |")
    return out


def _rules(score: Score, charts: Sequence[Chart]) -> list[str]:
    quiet = {c.patient_id for c in charts if c.story == QUIET}
    of_quiet = Counter(rule for patient, rule, _ in score.alerts if patient in quiet)
    months = score.patient_months
    quiet_months = months * len(quiet) / len(charts)
    out = ["| rule that led it | alerts | high | medium | low | per patient-month | per quiet patient-month |",
           "|---|---|---|---|---|---|---|"]  # fmt: skip
    total: Counter[str] = Counter()
    for rule, n, by in per_rule(score):
        total.update(by)
        out.append(f"| `{rule}` | {n} | {by['high']} | {by['medium']} | {by['low']} | {n / months:.4f} | "
                   f"{of_quiet[rule] / max(quiet_months, 1):.4f} |")  # fmt: skip
    every = sum(total.values())
    out.append(f"| all | {every} | {total['high']} | {total['medium']} | {total['low']} | {every / months:.4f} | "
               f"{sum(of_quiet.values()) / max(quiet_months, 1):.4f} |")  # fmt: skip
    return out


def _counts(counts: Counter[str], none: str) -> list[str]:
    return [f"- {n} × `{what.split(' (')[0]}` ({what.split(' (', 1)[1]}" for what, n in counts.most_common()] or [none]


def _share(hit: int, all_of: int) -> str:
    return f"{100 * hit / all_of:.1f} % ({hit} of {all_of})" if all_of else "–"


def _days(median: float, p95: float) -> str:
    return "–" if math.isnan(median) else f"{median:g} / {p95:g} d"


def describe_speed(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """Speed and memory as ratios within one run, each against its aim."""
    lines = [SPEED_HEAD]
    for name, f in figures.items():
        if name.startswith("size-"):
            cells = (
                f"{f['patients']:,}", f"{f['results']:,}", f["rules"], f["seconds"], f["sort_floor_seconds"],
                f"{f['ratio']} ({f['processes']})", f["one_process_ratio"],
                f"{f['one_patient_ms_median']} / {f['one_patient_ms_p95']}", f"{f['peak_mb']:.0f}",
                f["load_before"],
            )  # fmt: skip
            lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    lines += ["", *_against_aims(figures)]
    if "scale" in figures:
        f = figures["scale"]
        lines.append(
            f"- **In blocks**: {f['patients']:,} people, {f['results']:,} results, {f['block_patients']:,} people at a "
            f"time: peak {f['peak_mb']:,} MB (at most 2,560: {_met(f['peak_mb'] <= 2560)}); evaluated in "
            f"{f['seconds']} s, {f['ratio']} times the sort floor. {f['findings_standing']:,} findings stand at the "
            f"end. Load {f['load_before']}."
        )
    if "what-if" in figures:
        f = figures["what-if"]
        lines.append(
            f"- **What if** the limit of `{f['rule']}` moved: {f['what_if_ms_median']} ms in the median of eleven "
            f"limits, {f['what_if_ms_worst']} ms at worst, on {f['points']:,} kept points of {f['results']:,} results "
            f"(at most 20: {_met(f['what_if_ms_median'] <= 20)}). Keeping them took {f['keep_seconds']} s once."
        )
    if "workers" in figures:
        f = figures["workers"]
        lines.append(
            f"- **Two processes**: {f['gain']} times as fast as one ({f['one_process_seconds']} s and "
            f"{f['two_processes_seconds']} s on {f['results']:,} results, {f['cores']} cores, load {f['load_before']}; "
            f"at least 1.5, aim 1.7: {_met(f['gain'] >= 1.5)})."
        )
    return "\n".join(lines)


def _against_aims(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The largest clinic-sized cohort against what is asked, said in words."""
    sizes = [f for name, f in figures.items() if name.startswith("size-")]
    if not sizes:
        return []
    f = max(sizes, key=lambda one: one["results"])
    ratio, p95 = f["ratio"], f["one_patient_ms_p95"]
    return [
        f"- **All rules on {f['results']:,} results**: {ratio} times the floor of {f['sort_floor_seconds']} s in "
        f"{f['processes']} processes, {f['one_process_ratio']} times in one (at most 7: {_met(ratio <= 7)}; aim 5: "
        f"{_met(ratio <= 5)}).",
        f"- **One patient**: {p95} ms at the 95th percentile (at most 12: {_met(p95 <= 12)}; aim 8: {_met(p95 <= 8)}).",
    ]


def _met(is_met: bool) -> str:
    return "met" if is_met else "**not met**"


SPEED_HEAD = """## Speed and memory

Ratios compare with sorting the same rows by patient, analyte and time and gathering them, in the same process; they
hold on any machine. Seconds are of the machine that wrote this page; `load` is how many processes wanted its processors
just before (another one's work slows ours). Asked: ratio at most 7, aim 5; one patient at most 12 ms at the 95th
percentile, aim 8 (median / 95th percentile in the table). Large cohorts are shared out among processes by themselves;
what one process alone takes stands beside it.

| people | results | rules | history, s | floor, s | ratio (processes) | by one process | one patient, ms | MB | load |
|---|---|---|---|---|---|---|---|---|---|"""
