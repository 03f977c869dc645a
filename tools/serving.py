"""Start Nadir (or a stand-in) on a free loopback port, wait until it answers, and end it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 60  # a shared machine may be busy; an idle one answers in half a second


@dataclass(frozen=True)
class Server:
    """A running server. log: the file its output goes to."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        """One plain request: status, headers in lower case, body."""
        request = urllib.request.Request(self.url + path, headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, {k.lower(): v for k, v in refusal.headers.items()}, refusal.read().decode()


@contextmanager
def serve(
    folder: Path,
    log: Path,
    *,
    command: str = "streamlit",
    environ: Mapping[str, str] | None = None,
    ready: str = "/healthz",
) -> Iterator[Server]:
    """Serve `folder`/app.py by `streamlit run` or by uvicorn until the block ends."""
    port = find_free_port()
    if command == "uvicorn":
        words = ["uvicorn", "app:app", "--host", "127.0.0.1", "--port", str(port)]
    else:
        words = ["streamlit", "run", "app.py", "--server.address", "127.0.0.1", "--server.port", str(port),
                 "--server.headless", "true", "--browser.gatherUsageStats", "false"]  # fmt: skip
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=folder, env={**os.environ, **(environ or {})}, stdout=output,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    server = Server(port, log)
    try:
        wait_until_ready(server, process, ready)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(server: Server, process: subprocess.Popen[bytes], path: str) -> None:
    """Ask until the server answers 200; an early end or long silence fails with what the server said."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if server.get(path)[0] == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not get ready:\n{server.log.read_text(errors='replace')[-4000:]}")


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
