"""Time the patient screen's controls as a person feels them: press to redrawn, on a store that is already there.

`python -m tools.time_patient sqlite:///clinic.db KEY [AS_OF]` prints one JSON document; KEY: the number in the address.
The figures are of this machine, in one run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tools.headless import VIEWPORT, find_chromium, launch_browser, settle
from tools.serving import ROOT, serve

ROUNDS = 12

#: Press what bears the words, then watch every frame until the sign holds; milliseconds.
PRESS = """([words, sign]) => new Promise((done, fail) => {
  const all = [...document.querySelectorAll('[data-testid="stMain"] :is(button,[role="tab"])')];
  const found = all.find(one => one.innerText.trim().endsWith(words));
  const holds = new Function('return ' + sign);
  const start = performance.now();
  found.click();
  const watch = () => {
    const spent = performance.now() - start;
    if (holds()) done(spent);
    else if (spent > 20000) fail(new Error('nothing changed in 20 s: ' + words));
    else requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})"""

_HEADINGS = "document.querySelector('.js-plotly-plot')?.layout?.annotations?.map(a => a.text).join(' ')"
_PANEL = "[...document.querySelectorAll('[role=\"tabpanel\"]')].map(p => p.innerText).join(' ')"
#: Control -> the pairs of presses that go there and back, each with the sign that it is redrawn.
CONTROLS = {
    "scale": [("× limit", f"/× the limit/.test({_HEADINGS})"), ("Raw", f"!/× the limit/.test({_HEADINGS})")],
    "tab": [("Schedule", f"/scheduled test/.test({_PANEL})"), ("Flowsheet", f"/newest first/.test({_PANEL})")],
    "dosing": [("Dosing", f"/dosing figures/.test({_PANEL})"), ("Flowsheet", f"/newest first/.test({_PANEL})")],
    "day": [
        ("Earlier", "!!document.querySelector('.n-past')"),
        ("Back to today", "!document.querySelector('.n-past')"),
    ],
}


def main() -> None:
    """Serve the store, press each control there and back, print the figures."""
    executable = find_chromium()
    if executable is None:
        sys.exit("The patient screen was not timed: no Chromium on this machine (package chromium, or NADIR_CHROMIUM).")
    url, key, *day = sys.argv[1:]
    environ = {"NADIR_DB_URL": url, **({"NADIR_AS_OF": day[0]} if day else {})}
    figures: dict[str, int] = {}
    with (
        TemporaryDirectory() as name,
        serve(ROOT, Path(name) / "log", environ=environ) as server,
        launch_browser(executable) as browser,
    ):
        page = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce").new_page()
        page.goto(f"{server.url}/patient?patient={key}")
        page.locator(".js-plotly-plot").wait_for(timeout=60_000)
        settle(page)
        for control, presses in CONTROLS.items():
            spent = sorted(time_control(page, presses))
            figures[f"{control}_ms_median"] = round(median(spent))
            figures[f"{control}_ms_p95"] = round(spent[int(0.95 * (len(spent) - 1))])
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def time_control(page: Page, presses: list[tuple[str, str]]) -> list[float]:
    """Press there and back again; the first round, which may load a part of the program, does not count."""
    spent = []
    for turn in range(ROUNDS + 1):
        for words, sign in presses:
            took = float(page.evaluate(PRESS, [words, sign]))
            settle(page)
            spent += [took] if turn else []
    return spent


if __name__ == "__main__":
    main()
