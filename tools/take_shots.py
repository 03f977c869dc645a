"""Take the pictures in docs/images: `make shots`.

Every screen of the sample clinic, light and dark; and, where the two trial exports of docs/walkthrough.md lie at hand
(`python -m tools.take_shots EXPORTS`, else ../shared/fixtures/csv), the screens that the walk-through shows.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page

from tools.headless import VIEWPORT, find_chromium, launch_browser, settle
from tools.serving import ROOT, serve

IMAGES = ROOT / "docs" / "images"
EXPORTS = ROOT.parent / "shared" / "fixtures" / "csv"
Theme = Literal["light", "dark"]


def main() -> None:
    """Serve each clinic from a store of its own and photograph it."""
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium on this machine: install the package chromium, or name one in NADIR_CHROMIUM.")
    exports = Path(sys.argv[1]) if len(sys.argv) > 1 else EXPORTS
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as name, launch_browser(executable) as browser:
        folder = Path(name)
        shoot_sample(browser, folder)
        if exports.is_dir():
            shoot_walkthrough(browser, folder, exports)


def shoot_sample(browser: Browser, folder: Path) -> None:
    url = f"sqlite:///{folder / 'sample.db'}"
    run("-m", "core", "demo", "--db", url)
    themes: tuple[Theme, ...] = ("light", "dark")
    with serve(ROOT, folder / "log", environ={"NADIR_DB_URL": url}) as server:
        for theme in themes:
            page = open_tab(browser, theme)
            save_worklist(page, server.url, f"worklist-{theme}")
            open_patient(page, "OAKMOSS")  # falling neutrophils, told in sample_data/README.md
            save(page, f"patient-{theme}")
            for screen in ("blind_spots", "import"):
                page.goto(f"{server.url}/{screen}")
                save(page, f"{screen}-{theme}")
            page.context.close()


def shoot_walkthrough(browser: Browser, folder: Path, exports: Path) -> None:
    """The two exports as docs/walkthrough.md loads them, on the last day in each."""
    trial = load_export(folder, exports / "clinsight_trial", "clinsight_trial")
    with serve(ROOT, folder / "log", environ={"NADIR_DB_URL": trial, "NADIR_AS_OF": "2023-09-14"}) as server:
        page = open_tab(browser, "light")
        save_worklist(page, server.url, "walkthrough-worklist")
        open_patient(page, "KESTRELBELL")
        save(page, "walkthrough-patient")
        page.context.close()
    cdisc = load_export(folder, exports / "cdisc_lb_40subjects.csv", "cdisc_lb")
    with serve(ROOT, folder / "log", environ={"NADIR_DB_URL": cdisc, "NADIR_AS_OF": "2014-12-30"}) as server:
        page = open_tab(browser, "light")
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


def run(*words: str) -> None:
    subprocess.run([sys.executable, *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def open_tab(browser: Browser, theme: Theme) -> Page:
    return browser.new_context(viewport=VIEWPORT, reduced_motion="reduce", color_scheme=theme).new_page()


def save_worklist(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Open patient").wait_for()
    save(page, name)


def open_patient(page: Page, family: str) -> None:
    """From the worklist, the way a person does."""
    page.get_by_placeholder("Search").first.fill(family)
    page.locator(".n-preview .n-name", has_text=family).wait_for()
    page.get_by_role("button", name="Open patient").click()
    page.wait_for_url("**/patient?patient=*")


def save(page: Page, name: str) -> None:
    settle(page)
    if page.get_by_text("could not finish this screen").count():
        raise RuntimeError(f"{name} failed: {page.get_by_test_id('stAlert').inner_text()}")
    page.wait_for_timeout(1_500)  # pictures inside the grid are decoded after the screen has settled
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    sys.stdout.write(f"{path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
