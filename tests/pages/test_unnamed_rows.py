"""Rows in quarantine whose patient nobody knows are counted where patients are listed, with the way to mend them."""

from __future__ import annotations

import pytest

from core.services import unplaced_results
from pages.parts import unnamed_rows
from tests.pages.conftest import html_of, open_page
from tests.pages.test_blind_spots import blind_spots
from tests.pages.test_worklist import worklist


@pytest.mark.parametrize("page", [blind_spots, worklist])
@pytest.mark.parametrize(("count", "said"), [(1, "1\u00a0row of unknown patients waits"), (3, "patients wait in")])
def test_every_list_of_patients_counts_the_rows_of_nobody_known(clinic, monkeypatch, page, count, said):
    monkeypatch.setattr(unnamed_rows, "count_unnamed", lambda url: count)
    screen = open_page(page)
    assert said in html_of(screen)
    assert [one.label for one in screen.button].count("Open the quarantine") == 1
    assert not screen.exception


@pytest.mark.parametrize("page", [blind_spots, worklist])
def test_nothing_is_said_where_none_waits(clinic, page):
    assert unplaced_results.count_unnamed is unnamed_rows.count_unnamed
    screen = open_page(page)
    assert "unknown patients" not in html_of(screen)
    assert "Open the quarantine" not in [one.label for one in screen.button]
