"""Take pictures of every screen: `make shots`.

All of them, light, dark and narrow, go to docs/images/all, which is not kept; those that the papers show (KEPT) go to
docs/images as well. The sample clinic is shown with a quarter of a year of made-up acts (`tools/sample_acts.py`).
Where the two trial exports of docs/walkthrough.md lie at hand (`python -m tools.take_shots --exports FOLDER`, else
../shared/fixtures/csv), the screens that the walk-through shows are taken too. Names of scenes, and of looks, take only
those.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize
from playwright.sync_api import Error as PlaywrightError

from tools.headless import VIEWPORT, find_chromium, launch_browser, settle
from tools.sample_acts import act_for_a_quarter
from tools.serving import ROOT, serve
from tools.shot_scenes import SCENES, Draw, draw_home, import_scenes, open_patient

IMAGES = ROOT / "docs" / "images"
ALL = IMAGES / "all"
EXPORTS = ROOT.parent / "shared" / "fixtures" / "csv"
LAST_DAY = "2026-11-20"  # the sample clinic's own, for a copy of it that comes in as a laboratory's files would


@dataclass(frozen=True)
class Look:
    """One way of looking at a screen."""

    name: str
    theme: Literal["light", "dark"]
    width: int = VIEWPORT["width"]


LOOKS = (Look("light", "light"), Look("dark", "dark"), Look("narrow", "light", 768))
#: Scene and look -> which the papers show; the walk-through's own are kept always.
KEPT = (
    "worklist-light", "patient-light", "patient-proof-light", "recall-light", "rule_book-what_if-light",
    "quality-light", "audit-light", "worklist-dark",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which pictures are wanted. scenes: names, none = all of them and the walk-through's."""

    scenes: frozenset[str]
    looks: tuple[Look, ...]
    exports: Path


def read_words(words: Sequence[str] | None) -> Asked:
    reader = argparse.ArgumentParser(description="Take pictures of every screen.")
    looks = {look.name: look for look in LOOKS}
    reader.add_argument("scenes", nargs="*", help="only these scenes (and no walk-through)")
    reader.add_argument("--look", action="append", choices=list(looks), help="only this look; may be said again")
    reader.add_argument("--exports", type=Path, default=EXPORTS, help="the folder with the walk-through's two exports")
    told = reader.parse_args(words)
    return Asked(frozenset(told.scenes), tuple(looks[name] for name in told.look or looks), told.exports)


def main(words: Sequence[str] | None = None) -> None:
    """Serve each clinic from a store of its own and photograph it."""
    asked = read_words(words)
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium on this machine: install the package chromium, or name one in NADIR_CHROMIUM.")
    ALL.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with TemporaryDirectory() as name, launch_browser(executable) as browser:
        folder = Path(name)
        failed += shoot_sample(browser, folder, asked)
        failed += shoot_imports(browser, folder, asked)
        if not asked.scenes and asked.exports.is_dir():
            shoot_walkthrough(browser, folder, asked.exports)
    if failed:
        sys.exit("\n".join(("These could not be taken:", *failed)))


def shoot_sample(browser: Browser, folder: Path, asked: Asked) -> list[str]:
    """The sample clinic after a quarter of acts; each look on a copy, since a round leaves something behind."""
    whole, failed = folder / "sample.db", []
    if asked.scenes and not asked.scenes & set(SCENES):
        return []
    run("-m", "core", "demo", "--db", f"sqlite:///{whole}")
    act_for_a_quarter(f"sqlite:///{whole}")
    for look in asked.looks:
        shutil.copy(whole, copy := folder / f"sample-{look.name}.db")
        with serve(ROOT, folder / "log", environ={"NADIR_DB_URL": f"sqlite:///{copy}"}) as server:
            failed += shoot(browser, server.url, look, SCENES, asked)
    return failed


def shoot_imports(browser: Browser, folder: Path, asked: Asked) -> list[str]:
    """Import on a clinic whose people count as real (the same files, by another sender); and an empty clinic."""
    clinics: Mapping[str, Mapping[str, Draw]] = {"laboratory": import_scenes(folder), "empty": {"first_run": draw_home}}
    if asked.scenes and not asked.scenes & {name for scenes in clinics.values() for name in scenes}:
        return []
    run("-m", "core", "import", "sample_data/clinic", "--source", "laboratory",
        "--db", f"sqlite:///{folder / 'laboratory.db'}", day=LAST_DAY)  # fmt: skip
    failed = []
    for store, scenes in clinics.items():
        environ = {"NADIR_DB_URL": f"sqlite:///{folder / store}.db", "NADIR_AS_OF": LAST_DAY}
        with serve(ROOT, folder / "log", environ=environ) as server:
            for look in asked.looks:
                failed += shoot(browser, server.url, look, scenes, asked)
    return failed


def shoot(browser: Browser, url: str, look: Look, scenes: Mapping[str, Draw], asked: Asked) -> list[str]:
    """One look at each scene; those that could not be taken, and why."""
    failed = []
    for name, draw in scenes.items():
        if asked.scenes and name not in asked.scenes:
            continue
        page = open_tab(browser, look)
        try:
            draw(page, url)
            save(page, f"{name}-{look.name}")
        except PlaywrightError as fault:  # the other pictures are still worth having
            page.screenshot(path=ALL / f"failed-{name}-{look.name}.png")
            failed.append(f"{name}-{look.name}: {str(fault).splitlines()[0]}")
        page.context.close()
    return failed


def shoot_walkthrough(browser: Browser, folder: Path, exports: Path) -> None:
    """The two exports as docs/walkthrough.md loads them, on the last day in each."""
    trial = load_export(folder, exports / "clinsight_trial", "clinsight_trial")
    with serve(ROOT, folder / "log", environ={"NADIR_DB_URL": trial, "NADIR_AS_OF": "2023-09-14"}) as server:
        page = open_tab(browser, LOOKS[0])
        page.goto(server.url)
        page.get_by_role("button", name="Open patient").wait_for()
        save(page, "walkthrough-worklist")
        open_patient(page, server.url, "KESTRELBELL")
        save(page, "walkthrough-patient")
        page.context.close()
    cdisc = load_export(folder, exports / "cdisc_lb_40subjects.csv", "cdisc_lb")
    with serve(ROOT, folder / "log", environ={"NADIR_DB_URL": cdisc, "NADIR_AS_OF": "2014-12-30"}) as server:
        page = open_tab(browser, LOOKS[0])
        page.goto(f"{server.url}/blind_spots")
        save(page, "walkthrough-blind_spots")
        page.context.close()


def load_export(folder: Path, export: Path, mapping: str) -> str:
    """A store with one export and the people made up for it; its URL."""
    url, companions = f"sqlite:///{folder / mapping}.db", folder / mapping
    run("docs/walkthrough/make_companions.py", str(export), "--out", str(companions))
    run("-m", "core", "import", str(companions), "--source", "sample", "--db", url)
    run("-m", "core", "import", str(export), "--source", "sample", "--mapping", mapping, "--db", url)
    return url


def run(*words: str, day: str = "") -> None:
    environ = {"NADIR_AS_OF": day} if day else {}
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ | environ)


def open_tab(browser: Browser, look: Look) -> Page:
    viewport: ViewportSize = {"width": look.width, "height": VIEWPORT["height"]}
    return browser.new_context(viewport=viewport, reduced_motion="reduce", color_scheme=look.theme).new_page()


def save(page: Page, name: str) -> None:
    settle(page)
    if page.get_by_text("could not finish this screen").count():
        raise RuntimeError(f"{name} failed: {page.get_by_test_id('stAlert').inner_text()}")
    page.wait_for_timeout(1_500)  # pictures inside the grid are decoded after the screen has settled
    path = ALL / f"{name}.png"
    page.screenshot(path=path)
    if name in KEPT or name.startswith("walkthrough-"):
        shutil.copy(path, IMAGES / path.name)
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
