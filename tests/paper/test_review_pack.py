"""The review pack: counted, gravest first, everybody with an alert in it, and quickly."""

from __future__ import annotations

import time
from functools import partial

import pytest

from core.paper.review_pack import review_pack
from core.views.worklist import list_patients
from tests.paper.papers import about, read_pages, read_text, squeeze
from tests.views import example

describe = partial(about, title="Panel review pack", total=8, thing="patient")


@pytest.fixture(scope="module")
def text() -> str:
    return read_text(review_pack(example.clinic(), None, describe))


def test_each_mark_is_counted_in_the_pack_and_in_the_clinic():
    rows = [row for row in list_patients(example.clinic()) if row.mark != "high"]
    text = read_text(
        review_pack(example.clinic(), [row.key for row in rows], partial(describe, filters="mark: not high"))
    )
    assert squeeze("▲ HIGH 0 1") in text
    assert squeeze("◆ MEDIUM 1 1") in text
    assert squeeze("● LOW 2 2") in text


def test_who_the_filters_leave_out_is_counted_and_the_filters_are_written_on_every_page():
    rows = [row for row in list_patients(example.clinic(60)) if row.mark != "high"]
    pages = read_pages(
        review_pack(example.clinic(60), [row.key for row in rows], partial(describe, total=68, filters="site: North"))
    )
    assert len(pages) > 2
    for page in pages:
        assert "filters: site: North" in page
        assert "9 high hidden" in page


def test_the_gravest_stand_first(text):
    order = [text.index(squeeze(f"{name}, ")) for name in ("OAKMOSS", "BRACKEN", "SORREL")]
    assert order == sorted(order)


def test_a_block_says_who_on_what_why_and_who_says_so(text):
    for said in ("OAKMOSS, Zephyrine 64 y F · SAMPLE-0001 born 12-Mar-1962", "anakinra 100 mg once daily SC",
                 "Stop or withhold: neutrophils below 1.5", "EMA: Label says discontinue below 1.5"):  # fmt: skip
        assert squeeze(said) in text


def test_who_cannot_be_judged_or_is_overdue_is_told_though_no_alert_stands(text):
    for said in ("TEASEL, Wren", "Record a weight; creatinine is there.", "YARROW, Odo", "was due 02-Oct-2026"):
        assert squeeze(said) in text


def test_nobody_leaves_the_paper_uncounted(text):
    assert squeeze("without a block of their own: 1 IN LIMITS and 1 NOT CHECKED") in text


def test_every_patient_with_an_alert_of_a_large_clinic_is_in_it():
    clinic = example.clinic(300)
    text = read_text(review_pack(clinic, None, describe))
    alerted = {one.patient_id for one in clinic.standing.alerts}
    assert len(alerted) > 100
    assert [name for name in alerted if name not in text] == []


def test_a_pack_of_three_hundred_patients_is_made_within_a_few_seconds():
    clinic = example.clinic(300)
    before = time.process_time()
    review_pack(clinic, None, describe)
    assert time.process_time() - before < 5


def test_an_empty_pack_never_says_that_all_is_well():
    text = read_text(review_pack(example.clinic(), [], describe))
    assert squeeze("That is no statement about what was not checked.") in text
    assert squeeze("0 of 8 patients") in text
