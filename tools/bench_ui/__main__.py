"""`python -m tools.bench_ui`: what a person waits for on a clinic of ten thousand, against what was promised."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

from playwright.sync_api import Browser, Page

from core.services.kept_picture import SUFFIX as JUDGED
from core.store.kept_cohort import SUFFIX as COLUMNS
from tools.bench_ui import screens
from tools.bench_ui.clinic import PATIENTS, bring_clinic
from tools.bench_ui.mornings import age_judgement, let_clock_run
from tools.bench_ui.report import Figure, figure_of, print_table, to_json
from tools.bench_ui.server import Running, start
from tools.headless import VIEWPORT, find_chromium, launch_browser, settle

REPEATS, STARTS = 20, 5
COLD = 2_500  # milliseconds from the start of the server to rows on the screen


def main() -> None:
    """Bring the clinic, measure everything, print a table and one JSON document."""
    asked = argparse.ArgumentParser(prog="python -m tools.bench_ui", description=__doc__)
    asked.add_argument("--patients", type=int, default=PATIENTS)
    asked.add_argument("--repeats", type=int, default=REPEATS)
    asked.add_argument("--starts", type=int, default=STARTS, help="cold starts measured")
    asked.add_argument("--only", default="", help="comma-separated: cold, filter, patient, round, switch")
    asked.add_argument("--write", action="store_true", help="put the figures into docs/benchmark.md")
    told = asked.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.exit("The screens were not timed: no Chromium on this machine (package chromium, or NADIR_CHROMIUM).")
    wanted = set(filter(None, told.only.split(","))) or {"cold", "filter", "patient", "round", "switch"}
    begun = perf_counter()
    store = bring_clinic(told.patients)
    print(f"store ready in {perf_counter() - begun:.0f} s: {store.name}", file=sys.stderr, flush=True)
    figures: list[Figure] = []
    with TemporaryDirectory(dir=store.parent) as name, launch_browser(executable) as browser:
        log = Path(name) / "log"
        store = Path(shutil.copy(store, name))  # what is pressed is kept in the store: each run begins alike
        if "cold" in wanted:
            figures += time_cold(browser, store, log, told.starts)
        if wanted - {"cold"}:
            figures += time_warm(browser, store, log, wanted, told.repeats)
    document = to_json(figures, told.patients, _load())
    print_table(figures)
    sys.stdout.write(json.dumps(document, indent=1) + "\n")
    if told.write:
        from tools.benchmark.screens import write_section

        write_section(document)


def time_cold(browser: Browser, store: Path, log: Path, starts: int) -> list[Figure]:
    """From starting the server to rows on the screen, the browser asking from the first moment on.

    Three kinds of start: of a store with nothing kept beside it; again within an hour that was judged; and the first of
    an hour, as on a morning: to the list of the evening before, said to be so, and to the list judged now.
    """
    for suffix in (COLUMNS, JUDGED):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    first = [_start_cold(browser, store, log)[0]]
    again = [_start_cold(browser, store, log)[0] for _ in range(starts)]
    running = Path(shutil.copy(store, store.with_name("running.db")))
    let_clock_run(running)
    _start_cold(browser, running, log)
    mornings = []
    for _ in range(starts):
        age_judgement(running)
        mornings.append(_start_cold(browser, running, log))
    for file in store.parent.glob("running.db*"):
        file.unlink()
    return [
        figure_of(
            name,
            [one[0] for one in told],
            [one[1] for one in told],
            limit,
            extra={"server_peak_mb": max(one[2] for one in told)},
        )
        for name, told, limit in (
            ("first start of a store", first, None),
            ("cold start to worklist, hour judged before", again, COLD),
            ("first of an hour, to the list as last judged", [one[0] for one in mornings], COLD),
            ("first of an hour, to the list judged now", [one[-1] for one in mornings], COLD),
        )
    ]


#: Milliseconds waited, milliseconds of processor time of the server, and the most memory it held, MB.
Waited = tuple[float, float, int]


def _start_cold(browser: Browser, store: Path, log: Path) -> list[Waited]:
    """What was waited for rows, and for rows judged now. Afterwards the server lives until it has kept what it judged,
    as any that is looked at does.
    """
    judged = store.with_name(store.name + JUDGED)
    before = judged.stat().st_mtime_ns if judged.exists() else 0
    context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    told: list[Waited] = []
    try:
        with start(store, log) as server:
            page = context.new_page()
            page.goto(server.url, wait_until="commit")
            for wait in (wait_for_rows, wait_for_now):
                wait(page, patience=60_000)
                waited = (perf_counter() - server.begun) * 1000
                told.append((waited, server.processor_seconds() * 1000, server.peak_mb()))
            until = perf_counter() + (30 if told[1][0] - told[0][0] > 500 or not before else 0)
            while perf_counter() < until and not (judged.exists() and judged.stat().st_mtime_ns > before):
                sleep(0.1)
            return told
    finally:
        context.close()


def wait_for_rows(page: Page, patience: float = 120_000) -> None:
    """Until the worklist's rows are drawn. patience: milliseconds."""
    page.wait_for_function(
        """() => (document.querySelector('canvas[data-testid="data-grid-canvas"]')?.height || 0) > 200
           && !!document.querySelector('.n-line')""",
        timeout=patience,
    )


def wait_for_now(page: Page, patience: float = 120_000) -> None:
    """Until the rows drawn are those of now, with one of them beside. patience: milliseconds."""
    page.wait_for_function(
        "() => !document.querySelector('.n-earlier') && !!document.querySelector('.n-preview')", timeout=patience
    )


def time_warm(browser: Browser, store: Path, log: Path, wanted: set[str], repeats: int) -> list[Figure]:
    """Everything after the start, on one server and in one browser."""
    figures: list[Figure] = []
    with start(store, log) as server:
        page = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce").new_page()
        page.set_default_timeout(120_000)
        page.goto(server.url)
        wait_for_rows(page)
        settle(page)
        if "filter" in wanted:
            _say("filter")
            figures.append(figure_of("filter to rows", *screens.time_filter(page, server, repeats), limit=200))
        if "patient" in wanted:
            _say("patient")
            figures += time_patient(page, server, repeats)
        if "round" in wanted:
            _say("round")
            found = screens.time_next(page, server, repeats)
            figures.append(figure_of("next patient in a round", *(found or ([], [])), limit=400))
            page.goto(server.url)
            wait_for_rows(page)
            settle(page)
        if "switch" in wanted:
            _say("switch")
            for name, (spent, work) in screens.time_switches(page, server, repeats).items():
                figures.append(figure_of(f"to {name}", spent, work, limit=500, aim=300))
    return figures


def time_patient(page: Page, server: Running, repeats: int) -> list[Figure]:
    """The patient screen: opened (the browser's first chart apart), then each control."""
    opened, work = [], []
    for _ in range(repeats + 1):
        one, worked = screens.counted(server, lambda: screens.press(page, screens.BUTTON, "Open patient$", "!!plot()"))
        opened.append(one)
        work.append(worked)
        if len(opened) <= repeats:
            screens.press(page, screens.MENU, "Worklist$", screens.SCREENS["Worklist"])
    figures = [
        figure_of("first chart of a browser", opened[:1], work[:1], limit=None),
        figure_of("to Patient", opened[1:], work[1:], limit=500, aim=300),
    ]
    for name, (spent, worked_) in screens.time_controls(page, server, repeats).items():
        figures.append(figure_of(f"patient: {name}", spent, worked_, limit=300))
    page.goto(server.url)
    wait_for_rows(page)
    settle(page)
    return figures


def _say(part: str) -> None:
    print(f"measuring: {part}", file=sys.stderr, flush=True)


def _load() -> dict[str, Any]:
    return {"load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None, "cores": os.cpu_count()}


if __name__ == "__main__":
    main()
