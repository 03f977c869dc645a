"""A server of our own whose processor time can be read: seconds on a busy machine say little, its work says all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.serving import ROOT, Server, find_free_port, wait_until_ready

_USER, _SYSTEM = 13, 14  # fields of /proc/PID/stat, counted from 0


@dataclass(frozen=True)
class Running(Server):
    """A running server. pid: of its process; begun: when it was started, on `time.perf_counter`."""

    pid: int
    begun: float

    def processor_seconds(self) -> float:
        """Processor time it has used so far, in and for its own code; 0 where the machine does not say."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            return 0.0
        before = 2  # the number and the name, cut off above
        return (int(fields[_USER - before]) + int(fields[_SYSTEM - before])) / os.sysconf("SC_CLK_TCK")

    def peak_mb(self) -> int:
        """The most memory it ever held, MB; 0 where the machine does not say."""
        try:
            lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        except OSError:
            return 0
        return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


@contextmanager
def start(store: Path, log: Path, *, ready: bool = True) -> Iterator[Running]:
    """Serve a store as `make run` does until the block ends. ready: wait until the server answers."""
    port = find_free_port()
    words = ["streamlit", "run", "app.py", "--server.address", "127.0.0.1", "--server.port", str(port),
             "--server.headless", "true", "--browser.gatherUsageStats", "false"]  # fmt: skip
    begun = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *words], cwd=ROOT, env={**os.environ, "NADIR_DB_URL": f"sqlite:///{store}"},
            stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    server = Running(port, log, process.pid, begun)
    try:
        if ready:
            wait_until_ready(server, process, "/healthz")
        yield server
    finally:
        process.terminate()
        process.wait(timeout=20)
