"""The worklist screen: counts, filters, the chosen patient, and the way to the patient (P15, P24, P36)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import StoreFailed
from core.services import review
from core.views.model import ClinicPicture
from tests.pages.conftest import html_of, open_page
from tests.views import example

SHELL = Path(__file__).resolve().parents[2] / "pages" / "shell.py"


def worklist():
    from pages import worklist

    worklist.render()


def table_of(screen) -> list[dict]:
    data = (
        screen.dataframe[0].proto.arrow_data.data
        if hasattr(screen.dataframe[0].proto, "arrow_data")
        else screen.dataframe[0].proto.data
    )
    return pa.ipc.open_stream(data).read_all().to_pylist()


def keys_of(screen) -> str:
    return screen.dataframe[0].proto.id


def test_the_worklist_shows_everybody_gravest_first_and_counts_them(clinic):
    screen = open_page(worklist)
    rows = table_of(screen)
    assert [row["mark"][0] for row in rows][:2] == ["▲ HIGH", "◆ MEDIUM"]
    assert "showing 8 of 8\u00a0patients · 0 high hidden" in html_of(screen)
    assert next(option.content for option in screen.pills[0].proto.options) == ":red[▲] HIGH **1** · 1 new"
    assert not screen.exception


def test_a_filter_narrows_the_rows_and_counts_the_high_alerts_it_hides(clinic):
    screen = open_page(worklist)
    screen.pills[0].set_value(["medium"]).run()
    assert [row["mark"][0] for row in table_of(screen)] == ["◆ MEDIUM"]
    assert "showing 1 of 8\u00a0patients" in html_of(screen) and "1 high hidden" in html_of(screen)


def test_the_filters_are_in_the_address_and_the_search_is_not(clinic):
    screen = open_page(worklist)
    screen.pills[0].set_value(["low"]).run()
    screen.text_input[0].set_value("sorrel").run()
    assert screen.query_params["show"] == "low"
    assert "sorrel" not in str(dict(screen.query_params.items()))


def test_an_address_with_filters_opens_with_them_and_nonsense_in_it_narrows_nothing(clinic):
    assert "showing 1 of 8" in html_of(open_page(worklist, show="high"))
    assert "showing 8 of 8" in html_of(open_page(worklist, show="nonsense", drug="<script>"))


def test_no_match_says_what_to_do_next(clinic):
    screen = open_page(worklist)
    screen.text_input[0].set_value("nobody of this name").run()
    assert screen.markdown[-1].value == "No patient matches. Clear filters."
    screen.button(key="worklist.clear").click().run()
    assert "showing 8 of 8" in html_of(screen)


def test_the_chosen_row_is_previewed_and_a_filter_forgets_the_choice(clinic):
    screen = open_page(worklist)
    assert 'n-name">OAKMOSS, Zephyrine' in html_of(screen)
    key = keys_of(screen).split("-", 2)[2]
    screen.session_state[key] = {"selection": {"rows": [], "columns": [], "cells": [[1, "why"]]}}
    screen.run()
    assert 'n-name">BRACKEN, Tamsin' in html_of(screen)
    screen.pills[0].set_value(["low"]).run()
    assert 'n-name">BRACKEN' not in html_of(screen)
    assert html_of(screen).count("n-preview") == 1


def test_the_table_is_another_one_as_soon_as_filter_data_or_order_change(clinic):
    screen = open_page(worklist)
    first = keys_of(screen)
    screen.pills[0].set_value(["low"]).run()
    second = keys_of(screen)
    clinic["clinic"] = replace(clinic["clinic"], version=2)
    screen.run()
    assert len({first, second, keys_of(screen)}) == 3


def test_a_name_that_looks_like_html_or_markdown_is_shown_as_it_is(clinic):
    screen = open_page(worklist)
    screen.text_input[0].set_value("onerror").run()
    family = example.HOSTILE_NAMES[0]
    assert table_of(screen)[0]["patient"].startswith(family[:20])  # the card beneath has room for all of it
    assert "&lt;img src=x onerror=alert(1)&gt;, [click](javascript:alert(1))" in html_of(screen)
    assert "<img" not in html_of(screen)
    assert not any("onerror" in block.value for block in screen.markdown)


def test_an_empty_clinic_says_what_to_do_next(clinic):
    clinic["clinic"] = ClinicPicture(
        example.AS_OF,
        False,
        0,
        None,
        replace(clinic["clinic"].standing, alerts=(), cannot_tell=(), schedule=()),
        {},
        {},
        {},
        (),
    )
    screen = open_page(worklist)
    assert "No patients yet." in html_of(screen) + "".join(block.value for block in screen.markdown)
    assert "last import <b>never</b>" in html_of(screen)


@pytest.mark.parametrize("sample", [True, False])
def test_the_strip_tells_whose_data_and_which_day(clinic, sample):
    clinic["clinic"] = replace(clinic["clinic"], sample=sample)
    html = html_of(open_page(worklist))
    assert ("SAMPLE CLINIC" in html) is sample
    assert "as of <b>20-Nov-2026</b>" in html


def test_a_store_that_cannot_be_read_is_one_sentence_and_nothing_else(clinic, monkeypatch):
    def fail(url, as_of=None):
        raise StoreFailed("The store cannot be opened: ask your administrator.")

    monkeypatch.setattr(review, "clinic", fail)
    screen = open_page(worklist)
    assert "The store cannot be opened: ask your administrator." in html_of(screen)
    assert not screen.exception and not screen.dataframe


def test_nobody_without_the_role_sees_a_patient(clinic, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "")
    screen = open_page(worklist)
    assert "OAKMOSS" not in html_of(screen) and not screen.dataframe


def test_open_leads_to_the_patient_whose_card_was_pressed_whatever_the_list_became_meanwhile(clinic):
    screen = AppTest.from_file(str(SHELL), default_timeout=30).run()
    assert 'n-name">OAKMOSS' in html_of(screen)
    standing = clinic["clinic"].standing
    others = tuple(one for one in standing.alerts if one.patient_id != "SAMPLE-0001")
    clinic["clinic"] = replace(clinic["clinic"], version=2, standing=replace(standing, alerts=others))
    screen.button(key="worklist.open").click().run()
    assert screen.query_params["patient"] in ("1", ["1"])


def test_the_list_leaves_the_screen_as_files_and_as_a_review_pack(clinic):
    files = {one.proto.label: one.proto for one in open_page(worklist).get("download_button")}
    assert list(files) == ["CSV", "Excel", "Review pack PDF"]
    assert not any(one.disabled for one in files.values())


def test_a_review_pack_of_more_than_anybody_reads_says_to_filter_first(clinic, monkeypatch):
    monkeypatch.setattr("pages.parts.pack_export.MOST", 3)
    pack = open_page(worklist).get("download_button")[2].proto
    assert pack.disabled and "For at most 3 patients" in pack.help


def test_mark_patient_reason_due_and_what_is_new_stand_first_and_fit_a_tablet_held_upright():
    from core.views.worklist_cells import WIDTHS
    from pages.parts.worklist_table import ORDER

    assert ORDER[:5] == ("mark", "patient", "why", "next", "new")
    assert sum(WIDTHS[name] for name in ORDER[:5]) <= 744
    assert sorted(ORDER) == sorted(WIDTHS)


def test_the_page_stands_in_the_address_and_another_filter_or_search_begins_at_the_first(clinic, monkeypatch):
    from pages.parts import worklist_table

    monkeypatch.setattr(worklist_table, "PAGE_SIZE", 3)
    screen = open_page(worklist)
    screen.query_params["page"] = "2"  # as a copied link
    screen.run()
    assert "showing 4 to 6 of 8" in html_of(screen)
    screen.button(key="worklist.Next page").click().run()
    assert "showing 7 to 8 of 8" in html_of(screen)
    assert screen.query_params["page"] in ("3", ["3"])
    screen.query_params["page"] = "2"
    screen.run()  # as on the browser's Back: the address changed, nothing was pressed
    assert "showing 4 to 6 of 8" in html_of(screen)
    screen.text_input[0].set_value("SAMPLE").run()
    assert "showing 1 to 3 of 8" in html_of(screen)
    screen.button(key="worklist.Next page").click().run()
    screen.pills[0].set_value(["high", "medium", "low", "overdue"]).run()
    assert "showing 1 to 3 of" in html_of(screen)
    assert "page" not in screen.query_params
