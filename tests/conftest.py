"""What holds for every test: one Hypothesis profile, and on CI nothing may be skipped."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

ON_CI = bool(os.environ.get("CI"))

# No deadline: the machine is shared. CI repeats the same examples, so that a change is judged by itself, not by luck;
# everywhere else the search goes on, and what it finds becomes a named row.
settings.register_profile(
    "nadir", deadline=None, derandomize=ON_CI, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("nadir")


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield
    if ON_CI and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("On CI nothing may be skipped: each one above counts as a failure.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if ON_CI and session.exitstatus == pytest.ExitCode.OK and reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
