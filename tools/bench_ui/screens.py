"""What a person waits for on each screen: press, then watch every frame until the answer is drawn."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from functools import partial

from playwright.sync_api import Error, Page

from tools.bench_ui.server import Running
from tools.headless import settle

#: Press what bears the words, then watch every frame until the sign holds; milliseconds. `kept` is what the sign may
#: compare with: the line above the list, the grid, the progress of a round, as they stood before.
PRESS = """([within, words, sign]) => new Promise((done, fail) => {
  const line = () => document.querySelector('.n-line')?.textContent || '';
  const grid = () => document.querySelector('canvas[data-testid="data-grid-canvas"]');
  const main = () => document.querySelector('[data-testid="stMain"]').innerText;
  const app = () => document.querySelector('[data-testid="stApp"]').dataset;
  const whole = () => app().testScriptState === 'notRunning' && !document.querySelector('[data-stale="true"]');
  const tab = words => [...document.querySelectorAll('[data-testid="stMain"] [role="tab"]')]
    .some(one => one.innerText.includes(words));
  const panel = () => [...document.querySelectorAll('[role="tabpanel"]')].map(one => one.innerText).join(' ');
  const plot = () => document.querySelector('.js-plotly-plot');
  const step = () => (main().match(/\\d+ of \\d+/) || [''])[0];
  const kept = {line: line(), grid: grid(), step: step()};
  const holds = new Function('line', 'grid', 'main', 'whole', 'tab', 'panel', 'plot', 'step', 'kept', 'return ' + sign);
  const pressed = [...document.querySelectorAll(within)].find(one => new RegExp(words).test(one.innerText.trim()));
  if (!pressed) { fail(new Error('nothing to press: ' + words)); return; }
  const start = performance.now();
  pressed.click();
  const watch = () => {
    const spent = performance.now() - start;
    if (holds(line, grid, main, whole, tab, panel, plot, step, kept)) requestAnimationFrame(
      () => done(performance.now() - start));
    else if (spent > 60000) fail(new Error('nothing changed in a minute: ' + words + ' ' + main().slice(0, 300)));
    else requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
})"""

BUTTON = '[data-testid="stMain"] :is(button,[role="tab"])'
MENU = '[data-testid="stTopNavLink"], [data-testid="stHeader"] a'

_NEW_ROWS = "line() !== kept.line && grid() && grid() !== kept.grid && grid().height > 200"
_HEADINGS = "(plot()?.layout?.annotations || []).map(one => one.text).join(' ')"

#: A filter of the worklist, on and off.
FILTER = (BUTTON, "CANNOT TELL", _NEW_ROWS)
#: Controls of the patient screen -> there and back, each with the sign that it is redrawn.
CONTROLS = {
    "scale": (("× limit", f"/× the limit/.test({_HEADINGS})"), ("Raw", f"!/× the limit/.test({_HEADINGS})")),
    "schedule": (("Schedule", "/scheduled test/.test(panel())"), ("Flowsheet", "/newest first/.test(panel())")),
    "dosing": (("Dosing", "/dosing figures/.test(panel())"), ("Flowsheet", "/newest first/.test(panel())")),
    "day": (
        ("Earlier", "!!document.querySelector('.n-past')"),
        ("Back to today", "!document.querySelector('.n-past')"),
    ),
}
#: Screens by the word in the menu, with the sign that all of it is there.
SCREENS = {
    "Worklist": "/Open patient/.test(main()) && grid() && whole()",
    "Recall": "tab('Draws per week') && whole()",
    "Blind spots": "location.pathname.includes('blind_spots') && grid() && whole()",
    "Import": "/Bring in files/.test(main()) && whole()",
    "Rule book": "tab('What if') && whole()",
    "Quality": "tab('Time to act') && whole()",
    "Audit": "location.pathname.includes('audit') && grid() && whole()",
}
#: The review round: its way in, and the step to the next patient ("12 of 48" changes).
ROUND = re.compile("review round|start.*round", re.IGNORECASE)
NEXT = (BUTTON, "^Next", "step() && step() !== kept.step && whole()")

#: Milliseconds a person waited, and milliseconds of processor time the server spent, one of each for every repeat.
Times = tuple[list[float], list[float]]


def press(page: Page, within: str, words: str, sign: str) -> float:
    """Milliseconds from a press to its answer; then the screen is left to settle."""
    spent = float(page.evaluate(PRESS, [within, words, sign]))
    settle(page)
    return spent


def counted(server: Running, act: Callable[[], float]) -> tuple[float, float]:
    """Milliseconds a person waited, and milliseconds of processor time the server spent, settling included."""
    before = server.processor_seconds()
    spent = act()
    return spent, (server.processor_seconds() - before) * 1000


def time_filter(page: Page, server: Running, repeats: int) -> Times:
    """One filter pressed on and off; each press must change the rows. The first pair does not count."""
    return _repeat(server, [partial(press, page, *FILTER)], repeats, skip=2)


def time_controls(page: Page, server: Running, repeats: int) -> dict[str, Times]:
    """Each control of the patient screen, there and back; the first pair does not count. One that is not there, or
    does not answer, has no times.
    """
    told: dict[str, Times] = {}
    for name, pairs in CONTROLS.items():
        acts = [partial(press, page, BUTTON, f"{words}$", sign) for words, sign in pairs]
        try:
            told[name] = _repeat(server, acts, repeats, skip=2)
        except Error as error:
            told[name] = _say_lost(name, error)
            page.reload()
            settle(page)
    return told


def time_next(page: Page, server: Running, repeats: int) -> Times | None:
    """Through a review round from patient to patient; None where the worklist offers no round."""
    buttons = page.locator('[data-testid="stMain"] button')
    if not buttons.filter(has_text=ROUND).count():
        return None
    buttons.filter(has_text=ROUND).first.click()
    page.wait_for_timeout(1_000)
    settle(page)
    if not buttons.filter(has_text=re.compile("^Next")).count():
        return None
    try:
        return _repeat(server, [partial(press, page, *NEXT)], repeats, skip=1)
    except Error as error:
        return _say_lost("next patient in a round", error)


def time_switches(page: Page, server: Running, repeats: int) -> dict[str, Times]:
    """Each screen opened from the worklist by the menu, and the worklist from each; the first visit does not count."""
    told: dict[str, Times] = {name: ([], []) for name in SCREENS}
    others = [name for name in SCREENS if name != "Worklist"]
    each = -(-repeats // len(others))
    for name in others:
        try:
            for turn in range(repeats + 1):
                for asked in (name, "Worklist"):
                    act = partial(press, page, MENU, f"{asked}$", SCREENS[asked])
                    spent, work = counted(server, act)
                    if turn and (asked == name or turn <= each):
                        told[asked][0].append(spent)
                        told[asked][1].append(work)
        except Error as error:
            told[name] = _say_lost(name, error)
            page.goto(server.url)
            settle(page)
    return told


def _say_lost(name: str, error: Error) -> Times:
    """Say on the error output why something has no times."""
    print(f"not measured: {name}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
    return [], []


def _repeat(server: Running, acts: Sequence[Callable[[], float]], repeats: int, skip: int) -> Times:
    spent: list[float] = []
    work: list[float] = []
    while len(spent) < repeats + skip:
        for act in acts:
            one, worked = counted(server, act)
            spent.append(one)
            work.append(worked)
    return spent[skip:], work[skip:]
