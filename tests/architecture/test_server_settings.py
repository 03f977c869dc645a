"""The server's settings are part of the promises; each is pinned here with its reason (P30, P34, P39, P40)."""

from __future__ import annotations

import tomllib

import pytest

from tests.architecture.tree import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))

PINNED = [
    ("server.address", "127.0.0.1", "one local user with every role: nobody else may knock"),
    ("server.allowedHosts", ["localhost", "127.0.0.1"], "no other name may be made to point here (DNS rebinding)"),
    ("server.headless", True, "no browser is opened and no question asked on a server"),
    ("server.fileWatcherType", "none", "a changed file must not swap a rule under a running clinic"),
    ("server.maxUploadSize", 20, "uploads are bounded before they are read (default: 200 MB)"),
    ("server.enableXsrfProtection", True, "another site must not post files here"),
    ("server.enableCORS", True, "another site must not open the websocket"),
    ("server.enableStaticServing", False, "no file is served but the framework's own"),
    ("server.enableAgentApi", False, "nobody drives the screens from outside"),
    ("server.disconnectedSessionTTL", 120, "a closed tab is forgotten after two minutes"),
    ("server.showEmailPrompt", False, "a first run asks nobody for an address"),
    ("browser.gatherUsageStats", False, "nothing is reported to anybody"),
    ("client.showErrorDetails", "none", "a trace holds values, values are patients"),
    ("client.showErrorLinks", False, "no button that sends an error elsewhere"),
    ("client.toolbarMode", "minimal", "no developer's menu in a clinic"),
    ("client.disableDataExport", True, "the grid's own download would bypass the inert writer and the trail"),
    ("runner.magicEnabled", False, "a stray expression in a page must not be drawn"),
    ("logger.enableRich", False, "rich prints a failure's values past our log rules"),
]


@pytest.mark.parametrize(("key", "value", "reason"), PINNED, ids=[row[0] for row in PINNED])
def test_a_setting_that_carries_a_promise_stays_as_it_is(key, value, reason):
    section, name = key.split(".")
    assert CONFIG[section].get(name) == value, reason


def test_no_setting_goes_unexplained():
    written = {f"{section}.{name}" for section in ("server", "browser", "client", "runner") for name in CONFIG[section]}
    assert sorted(written - {row[0] for row in PINNED}) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_screens_and_server_draw_with_the_same_tokens(theme):
    from core.views.palette import DARK, LIGHT

    palette, tokens = (LIGHT, DARK)[theme == "dark"], CONFIG["theme"][theme]
    given = (
        palette.accent,
        palette.paper,
        palette.surface,
        palette.ink,
        palette.line,
        palette.high,
        palette.medium,
        palette.low,
    )
    names = (
        "primaryColor",
        "backgroundColor",
        "secondaryBackgroundColor",
        "textColor",
        "borderColor",
        "redColor",
        "orangeColor",
        "blueColor",
    )
    assert tuple(tokens[name].upper() for name in names) == tuple(one.upper() for one in given)
