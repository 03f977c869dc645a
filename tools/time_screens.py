"""Time the screens as a person feels them, on a clinic of a thousand: filter to new rows, and a patient's rerun.

`make bench` prints it after the engine's figures. The numbers are of this machine, in one run.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tools.headless import VIEWPORT, find_chromium, launch_browser, settle
from tools.serving import ROOT, serve

SAMPLE = ROOT / "sample_data" / "clinic"
PATIENTS = 1_000
ROUNDS = 9
AS_OF = "2026-11-20"  # the sample clinic's own day, so that the copies tell the same stories

#: Press a filter, then watch every frame until the line tells another count and a new grid is drawn; milliseconds.
#: A filtered table is a new grid (its key holds the filter), drawn as it is mounted and seen one frame later.
FILTER_TO_ROWS = """(press) => new Promise((done, fail) => {
  const line = () => document.querySelector('.n-line')?.textContent || '';
  const grid = () => document.querySelector('canvas[data-testid="data-grid-canvas"]');
  const before = [line(), grid()];
  const button = [...document.querySelectorAll('[data-testid="stMain"] button')]
    .find(b => b.textContent.includes(press));
  const start = performance.now();
  button.click();
  const watch = () => {
    const spent = performance.now() - start;
    const drawn = grid() && grid() !== before[1] && grid().height > 200;
    if (line() !== before[0] && drawn) requestAnimationFrame(() => done(performance.now() - start));
    else if (spent > 20000) fail(new Error('the rows did not change in 20 s'));
    else requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})"""

#: Press a tab and watch every frame until its table stands; milliseconds.
TAB_TO_TABLE = """([press, sign]) => new Promise((done, fail) => {
  const tabs = [...document.querySelectorAll('[role="tab"]')];
  const start = performance.now();
  tabs.find(one => one.textContent.includes(press)).click();
  const shown = () => [...document.querySelectorAll('[role="tabpanel"]')].some(one => one.innerText.includes(sign));
  const watch = () => {
    const spent = performance.now() - start;
    if (shown()) done(spent);
    else if (spent > 20000) fail(new Error('the table did not come in 20 s'));
    else requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})"""


def main() -> None:
    """Build the clinic, serve it, time it, print one JSON document."""
    executable = find_chromium()
    if executable is None:
        sys.exit("The screens were not timed: no Chromium on this machine (package chromium, or NADIR_CHROMIUM).")
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'clinic.db'}"
        copy_clinic(folder / "files", PATIENTS)
        command = [sys.executable, "-m", "core", "import", str(folder / "files"), "--db", url, "--source", "bench"]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        environ = {"NADIR_DB_URL": url, "NADIR_AS_OF": AS_OF}
        with serve(ROOT, folder / "log", environ=environ) as server, launch_browser(executable) as browser:
            page = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce").new_page()
            page.goto(server.url)
            settle(page)
            filtered = time_filters(page)
            page.get_by_role("button", name="Open patient").click()
            page.wait_for_url("**/patient?*")
            settle(page)
            rerun = time_tabs(page)
    figures = {
        "patients": PATIENTS,
        "filter_to_rows_ms_median": round(median(filtered)),
        "filter_to_rows_ms_worst": round(max(filtered)),
        "patient_rerun_ms_median": round(median(rerun)),
        "patient_rerun_ms_worst": round(max(rerun)),
    }
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def copy_clinic(target: Path, patients: int) -> None:
    """The sample clinic's files, each patient copied under new identifiers until there are enough."""
    target.mkdir()
    people = read(SAMPLE / "patients.csv")
    copies = -(-patients // len(people))
    kept = {f"{copy}-{row['patient_id']}" for copy in range(copies) for row in people}
    kept = set(sorted(kept)[:patients])
    for file in SAMPLE.glob("*.csv"):
        rows = read(file)
        with (target / file.name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            for copy in range(copies):
                for row in rows:
                    named = {key: f"{copy}-{value}" for key, value in row.items() if key.endswith("_id") and value}
                    if named["patient_id"] in kept:
                        writer.writerow({**row, **named})


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as handle:
        return [row for row in csv.DictReader(handle) if None not in row]  # the sample's one ragged row stays behind


def time_filters(page: Page) -> list[float]:
    """Press one filter on and off; every press must change the rows."""
    spent = []
    for _ in range(ROUNDS):
        spent.append(float(page.evaluate(FILTER_TO_ROWS, "CANNOT TELL")))
        settle(page)
    return spent


def time_tabs(page: Page) -> list[float]:
    """Go between two tables of one patient; each is drawn by the server when it is looked at."""
    spent = []
    for _ in range(ROUNDS):
        for tab, sign in (("Schedule", "scheduled test"), ("Doses and events", "course")):
            spent.append(float(page.evaluate(TAB_TO_TABLE, [tab, sign])))
            settle(page)
    return spent


if __name__ == "__main__":
    main()
