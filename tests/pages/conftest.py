"""Screens with a clinic made by hand behind them: the service is replaced, the screen is real."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import InputRefused
from core.services import review, trail, whole_patient
from tests.views import example

# They take `record` by its name: first imported while it is replaced, they would keep the stand-in for all other tests.
for _one in ("audit_screen", "export", "list_file", "reports"):
    importlib.import_module(f"core.services.{_one}")


@pytest.fixture
def clinic(monkeypatch, tmp_path):
    """The example clinic as the service's answer, beside an empty store of its own; the returned dict may be changed to
    change it.
    """
    monkeypatch.setenv("NADIR_DB_URL", f"sqlite:///{tmp_path / 'clinic.db'}")
    monkeypatch.setenv("NADIR_AS_OF", "2026-11-20")
    answers = {
        "clinic": example.clinic(),
        "patients": {key: example.patient(key, f"PATIENT{key}") for key in range(1, 9)},
    }

    def one(url: str, key: int, as_of: int | None = None):
        if key not in answers["patients"]:
            raise InputRefused("There is no such patient in this clinic: choose one from the worklist.")
        return answers["patients"][key]

    monkeypatch.setattr(review, "clinic", lambda url, as_of=None: answers["clinic"])
    monkeypatch.setattr(whole_patient, "read_patient", one)
    monkeypatch.setattr(trail, "record", lambda *told, **more: None)  # there is no store to keep it in
    return answers


def open_page(page: Callable[[], None], **query: str) -> AppTest:
    """Run one screen's render() as the server would, with these query parameters."""
    screen = AppTest.from_function(page, default_timeout=30)
    for name, value in query.items():
        screen.query_params[name] = value
    return screen.run()


def html_of(screen: AppTest) -> str:
    """Everything the screen drew as HTML, but for the style block."""
    return "\n".join(block.proto.body for block in screen.get("html") if not block.proto.body.startswith("<style"))
