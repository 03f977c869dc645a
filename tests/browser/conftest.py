"""One sample clinic, server and browser for all stories; a fresh tab for each, watched for outside requests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tools.headless import VIEWPORT, find_chromium, is_outside, launch_browser
from tools.serving import ROOT, Server, serve


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample clinic in a store of its own, loaded by the command a newcomer uses."""
    url = f"sqlite:///{tmp_path_factory.mktemp('clinic') / 'clinic.db'}"
    done = subprocess.run(
        [sys.executable, "-m", "core", "demo", "--db", url], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return url


@pytest.fixture(scope="session")
def nadir(clinic: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Nadir itself, serving the sample clinic."""
    with serve(ROOT, tmp_path_factory.mktemp("served") / "log", environ={"NADIR_DB_URL": clinic}) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        reason = "no Chromium on this machine: install the package chromium, or name one in NADIR_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with launch_browser(executable) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab whose every request must stay on this machine, and whose every script must run without an error."""
    context = browser.new_context(viewport=VIEWPORT, reduced_motion="reduce")
    tab = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    tab.on("request", lambda request: outside.append(request.url) if is_outside(request.url) else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert outside == []
    assert errors == []
