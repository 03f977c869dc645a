"""What the server itself says: it is up, to this machine only, with headers that keep the screens in."""

from __future__ import annotations

import pytest

from tests.browser import stand_ins
from tests.browser.probe import ask
from tools.serving import serve


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = stand_ins.build_house(tmp_path_factory.mktemp("house"))
    with serve(folder, folder / "log") as running:
        yield running


def test_healthz_answers_when_the_server_is_up_and_names_nobody(server):
    status, headers, body = server.get("/healthz")
    assert (status, body) == (200, "ok")
    assert headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/", "/patient?patient=1", "/healthz", "/_stcore/health", "/nosuch"])
def test_every_answer_forbids_framing_sniffing_referrers_and_other_addresses(server, path):
    _, headers, _ = server.get(path)
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health"])
def test_a_caller_from_another_machine_is_refused_even_through_a_proxy_on_this_one(server, path):
    status, _, body = server.get(path, {"X-Forwarded-For": "192.0.2.7"})
    assert status == 403
    assert "only the machine it runs on" in body


def test_a_websocket_from_another_site_is_refused(server):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = f"ws://127.0.0.1:{server.port}/_stcore/stream"
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, subprotocols=["streamlit"], origin="http://elsewhere.example").close()
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, subprotocols=["streamlit"], additional_headers={"X-Forwarded-For": "192.0.2.7"}).close()
    assert ask(server, "").finished
