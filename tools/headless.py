"""A headless Chromium that asks nobody but this machine, and the knowledge of when a screen has settled."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
)
VIEWPORT: ViewportSize = {"width": 1400, "height": 900}

#: Connected, script done, nothing stale or half drawn.
IDLE = """() => { const a = document.querySelector('[data-testid="stApp"]');
  return !!a && a.dataset.testConnectionState === 'CONNECTED' && a.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid="stSkeleton"],[data-testid="stSpinner"],[data-stale="true"]'); }"""

#: Resolves once nothing in the main block has changed for 120 ms.
QUIET = """() => new Promise(done => { let timer = setTimeout(finish, 120);
  const watch = new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(finish, 120); });
  function finish() { watch.disconnect(); done(true); }
  watch.observe(document.querySelector('[data-testid="stMain"]') || document.body,
                {subtree: true, childList: true, attributes: true, characterData: true}); })"""


def find_chromium() -> str | None:
    """NADIR_CHROMIUM, else a Chromium or Chrome on the path, else None."""
    named = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome"))
    return os.environ.get("NADIR_CHROMIUM") or next(filter(None, named), None)


@contextmanager
def launch_browser(executable: str) -> Iterator[Browser]:
    """A browser of our own for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def settle(page: Page) -> None:
    """Wait until the screen is whole. Right after a click, first expect something that must change."""
    page.wait_for_function(IDLE, timeout=30_000)
    page.evaluate(QUIET)
    page.wait_for_function(IDLE, timeout=30_000)


def is_outside(url: str) -> bool:
    """Does this address lie beyond this machine?"""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost")
