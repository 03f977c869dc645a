"""The watch over outside requests sees one when there is one; otherwise its silence means nothing."""

from __future__ import annotations

import pytest

from tools.headless import is_outside

pytestmark = pytest.mark.browser


def test_the_browser_refuses_an_address_elsewhere(nadir, page):
    page.goto(nadir.url)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    outcome = page.evaluate("fetch('http://beacon.example/x.png').then(() => 'sent', () => 'refused')")
    assert outcome == "refused"
    assert any("Content Security Policy" in text for text in refused)


def test_the_watch_sees_a_request_elsewhere(browser):
    context = browser.new_context()
    page = context.new_page()
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.evaluate("fetch('http://beacon.example/x.png').catch(() => null)")
    context.close()
    assert [url for url in seen if is_outside(url)] == ["http://beacon.example/x.png"]


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("http://127.0.0.1:8501/", False),
        ("ws://localhost:8501/_stcore/stream", False),
        ("data:image/png;base64,AA", False),
        ("blob:http://127.0.0.1:8501/x", False),
        ("https://fonts.gstatic.com/x", True),
        ("http://127.0.0.1.example.org/", True),
        ("wss://elsewhere.example/", True),
    ],
)
def test_what_counts_as_outside(url, outside):
    assert is_outside(url) is outside
