"""Take a picture of every screen, light and dark, of the sample clinic: `make shots` writes docs/images."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page

from tools.headless import VIEWPORT, find_chromium, launch_browser, settle
from tools.serving import ROOT, Server, serve

IMAGES = ROOT / "docs" / "images"
STORY = "OAKMOSS"  # falling neutrophils, told in sample_data/README.md
ADDRESSES = {"worklist": "/", "blind_spots": "/blind_spots", "import": "/import"}


def main() -> None:
    """Serve the sample clinic from a store of its own and photograph it."""
    executable = find_chromium()
    if executable is None:
        sys.exit("No Chromium on this machine: install the package chromium, or name one in NADIR_CHROMIUM.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serve_sample() as server, launch_browser(executable) as browser:
        shoot_screens(browser, server, "light")
        shoot_screens(browser, server, "dark")


@contextmanager
def serve_sample() -> Iterator[Server]:
    """The sample clinic in a store that ends with the block."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'clinic.db'}"
        subprocess.run([sys.executable, "-m", "core", "demo", "--db", url], cwd=ROOT, check=True, capture_output=True)
        with serve(ROOT, Path(folder) / "log", environ={"NADIR_DB_URL": url}) as server:
            yield server


def shoot_screens(browser: Browser, server: Server, theme: Literal["light", "dark"]) -> None:
    context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce", color_scheme=theme)
    page = context.new_page()
    for name, address in ADDRESSES.items():
        page.goto(server.url + address)
        save(page, f"{name}-{theme}")
        if name == "worklist":
            page.get_by_placeholder("Search").first.fill(STORY)
            page.locator(".n-preview .n-name", has_text=STORY).wait_for()
            page.get_by_role("button", name="Open patient").click()
            page.wait_for_url("**/patient?*")
            save(page, f"patient-{theme}")
    context.close()


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
