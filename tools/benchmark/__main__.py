"""`python -m tools.benchmark`: replay the planted cohort, print the score, write docs/benchmark.md."""

from __future__ import annotations

import argparse
import json
import sys

from core.protocols.loader import load_protocols
from tools.benchmark.baselines import flag_results, watch_intervals
from tools.benchmark.chart import Chart, first_day, read_clinic
from tools.benchmark.cohort import make_cohort
from tools.benchmark.filing import gather_charts, import_charts
from tools.benchmark.replay import Replay, join, replay
from tools.benchmark.report import describe_score, describe_speed, write_page
from tools.benchmark.score import Score, score_flags, score_nadir
from tools.benchmark.truth import Judge, action_limits

PATIENTS, SEED = 2_000, 1


def replay_charts(charts: list[Chart]) -> Replay:
    """Live through the charts: those about importing by way of files and a store."""
    protocols = load_protocols()
    begin = first_day()
    entered = {name: at for chart in charts for name, at in chart.entered.items()}
    straight, imported = ([c for c in charts if c.imported == way] for way in (False, True))
    parts = [way(some) for some, way in ((straight, gather_charts), (imported, import_charts)) if some]
    return join([replay(part, entered, protocols, begin, begin + int(read_clinic()["days"])) for part in parts])


def score_all(charts: list[Chart], lived: Replay) -> list[Score]:
    """Nadir and the two baselines on the same people."""
    drug, begin = read_clinic()["drug"], first_day()
    end = begin + int(read_clinic()["days"])
    judge, limits = Judge(charts, lived.rules), action_limits(load_protocols(), drug)
    flags = flag_results(charts, begin, end)
    gaps = watch_intervals(charts, begin, end, "neutrophils", drug)
    return [
        score_nadir(charts, lived),
        score_flags(charts, flags, "lab flags only", judge, limits),
        score_flags(charts, gaps, "fixed interval only", judge, limits),
    ]


def main() -> None:
    """Run what was asked for and write the page."""
    asked = argparse.ArgumentParser(prog="python -m tools.benchmark", description=__doc__)
    asked.add_argument("--patients", type=int, default=PATIENTS)
    asked.add_argument("--seed", type=int, default=SEED)
    asked.add_argument("--speed", action="store_true", help="measure speed as well (minutes)")
    asked.add_argument("--scale", action="store_true", help="measure a million people in blocks, and nothing else")
    asked.add_argument("--no-score", action="store_true", help="leave the score as it is on the page")
    asked.add_argument("--dry", action="store_true", help="print, and leave the page alone")
    asked.add_argument("--figure", help=argparse.SUPPRESS)
    told = asked.parse_args()
    from tools.benchmark import speed

    if told.figure:
        print(json.dumps(speed.FIGURES[told.figure]()))
        return
    if told.scale:
        print(json.dumps(speed.take_figure("scale"), indent=1))
        return
    score = figures = None
    if not told.no_score:
        charts = make_cohort(told.patients, told.seed)
        each = max(1, told.patients // 100)
        scores = score_all(charts, replay_charts(charts))
        score = describe_score(charts, scores, load_protocols(), told.seed, each=each)
        print(score)
    if told.speed:
        taken = {}
        for name in speed.FIGURES:
            taken[name] = speed.take_figure(name)
            print(name, json.dumps(taken[name]), file=sys.stderr, flush=True)
        figures = describe_speed(taken)
        print(figures)
    if not told.dry:
        write_page(score, figures)


if __name__ == "__main__":
    main()
