"""A chart never meets half a package: another thread may still be importing it while the first screen is drawn."""

from __future__ import annotations

import importlib
import sys
import threading

from pages.parts.half_imported import finish_imports

SLOW = "import time\nBEGUN = True\ntime.sleep(0.5)\nWHOLE = True\n"


def test_a_package_that_another_thread_is_importing_is_waited_for(tmp_path, monkeypatch):
    (tmp_path / "slowly_imported.py").write_text(SLOW, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    other = threading.Thread(target=importlib.import_module, args=("slowly_imported",))
    other.start()
    while not hasattr(sys.modules.get("slowly_imported"), "BEGUN"):
        assert other.is_alive()
    assert not hasattr(sys.modules["slowly_imported"], "WHOLE")
    finish_imports("slowly_imported")
    assert hasattr(sys.modules["slowly_imported"], "WHOLE")
    other.join()


def test_a_package_nobody_asked_for_is_not_imported():
    finish_imports("no_such_package_at_all")
    assert "no_such_package_at_all" not in sys.modules
