"""The patient report says what the screen says, on whose account, and nothing of anybody else."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

import core
from core.acts import Act
from core.paper.patient_report import patient_report
from core.paper.runs import Run
from core.paper.screen_words import read_markup, read_runs
from core.views.alert_card import alert_card
from core.views.markup import Markup
from core.views.model import LimitLine
from core.views.palette import LIGHT
from core.views.patient import verdicts
from core.views.patient_chart import draw
from tests.paper.papers import HASH, about, read_pages, read_text, squeeze
from tests.views import example


def words_of(markup: Markup) -> list[str]:
    """The words of a screen's part, without spaces, block by block."""
    return [
        squeeze("".join(run.text for run in read_runs(node, Run(""))))
        for name in ("p", "h2", "h3", "dd", "dt")
        for node in read_markup(markup).find(name)
    ]


@pytest.fixture(scope="module")
def paper() -> bytes:
    return patient_report(example.patient(), about())


def test_name_birth_date_sex_and_identifier_stand_on_every_page(paper):
    for page in read_pages(paper):
        for said in ("OAKMOSS, Zephyrine", "Born 12-Mar-1962 (64 y)", "female", "SAMPLE-0001", "as of 20-Nov-2026"):
            assert said in page


def test_every_page_is_numbered_and_says_what_the_paper_is_not(paper):
    pages = read_pages(paper)
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page
        assert (
            "supports clinical decisions and does not direct them. Not for emergencies. Not clinically signed" in page
        )


def test_the_sample_clinic_is_watermarked_on_every_page_and_a_real_one_on_none(paper):
    assert all("SAMPLE " in page and "SAMPLE CLINIC" in page for page in read_pages(paper))
    real = replace(example.patient(), sample=False)
    assert not any("SAMPLE CLINIC" in page or "SAMPLE " in page for page in read_pages(
        patient_report(real, about(sample=False))
    ))  # fmt: skip


def test_the_verdict_and_every_alert_are_told_word_for_word_as_the_screen_tells_them(paper):
    picture, text = example.patient(), read_text(paper)
    told = [
        *words_of(verdicts(picture)),
        *(said for one in picture.alerts for said in words_of(alert_card(one, picture))),
    ]
    assert len(told) > 30
    assert [said for said in told if said not in text] == []


def test_the_proof_of_an_alert_is_there_value_limit_authority_source_and_row(paper):
    text = read_text(paper)
    for said in ("Neutrophils 0.9 ×10⁹/L, 18-Nov-2026 08:12", "results.csv, row 70", "0.9 below 1.5 ×10⁹/L",
                 "EMA stop · FDA review", "Kineret SmPC, 4.4", "anakinra.neutrophils-stop"):  # fmt: skip
        assert squeeze(said) in text


def test_the_last_eight_dates_are_shown_and_said_to_be_eight_of_how_many(paper):
    text = read_text(paper)
    assert squeeze("Results: showing 8 of 11 dates, newest first") in text
    assert "106†" in text
    assert "<5" in text


def test_the_chart_writes_limits_and_newest_values_as_text(paper):
    first = read_pages(paper)[0]
    for said in ("1.5 EMA stop", "1.6 BSR review", "30 EMA, FDA reduce frequency", "Neutrophils ×10⁹/L",
                 "grey: reference 2–7.5", "cellulitis", "co-amoxiclav"):  # fmt: skip
        assert said in first


def test_the_chart_is_drawn_in_vectors_and_no_picture_is_embedded(paper):
    reader = PdfReader(io.BytesIO(paper))
    assert [image.name for page in reader.pages for image in page.images] == []
    content = reader.pages[0].get_contents()
    assert content is not None
    assert len(re.findall(rb"[\d.]+ [\d.]+ l\b", content.get_data())) > 40


def test_what_is_not_checked_is_told(paper):
    text = read_text(paper)
    assert squeeze("Not checked: liver (result too old since 03-Feb-2026)") in text
    assert squeeze("Methotrexate: Nadir has no rules for this drug.") in text


def test_a_patient_without_anything_on_record_is_never_said_to_be_checked():
    nothing = replace(
        example.patient(), courses=(), events=(), series={}, crcl=(), alerts=(), cannot_tell=(), schedule=(), limits=(),
        checked={},
    )  # fmt: skip
    text = read_text(patient_report(nothing, about()))
    assert squeeze("No drug in use is on record: nothing is checked.") in text
    assert squeeze("No results on record.") in text
    assert squeeze("left unanswered") not in text
    assert squeeze("IN LIMITS") not in text


def test_forty_alerts_are_all_told():
    picture = example.patient()
    name = picture.person.patient_id
    many = replace(
        picture,
        alerts=tuple(
            replace(example.neutropenia(name, row_id=60 + place), alert_id=f"alert-{place:02d}") for place in range(40)
        ),
    )
    text = read_text(patient_report(many, about()))
    assert [place for place in range(40) if squeeze(f"open · alert alert-{place:02d}") not in text] == []


@pytest.mark.parametrize("name", ["Łukasz Čapek", "Ó Súilleabháin", "Μαρία Щербакова", "Nguyễn Thị Ánh"])
def test_a_name_in_european_letters_is_printed_as_it_is(name):
    picture = example.patient()
    named = replace(picture, person=replace(picture.person, given_name=name))
    first = read_pages(patient_report(named, about()))[0]
    assert f"OAKMOSS, {name}" in first
    assert "cannot print" not in first


@pytest.mark.parametrize(("name", "boxes"), [("张三", 2), ("محمد", 4), ("👩", 1)])
def test_a_letter_that_cannot_be_printed_leaves_a_box_and_a_warning_on_every_page(name, boxes):
    picture = example.patient()
    named = replace(picture, person=replace(picture.person, given_name=name))
    for page in read_pages(patient_report(named, about())):
        assert f"OAKMOSS, {'▯' * boxes}" in page
        assert "▯ stands for a letter this paper cannot print: identify by number and birth date." in page
        assert "SAMPLE-0001" in page


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", "{nb}", "**bold** __x__ [a](b)", "(a\\) Tj ET"]
)
def test_a_hostile_name_is_only_a_name(name):
    picture = example.patient()
    named = replace(picture, person=replace(picture.person, family_name=name))
    pdf = patient_report(named, about())
    assert squeeze(name.upper() if name.isalpha() else name) in squeeze(read_pages(pdf)[0])
    assert b"/JavaScript" not in pdf
    assert b"/URI" not in pdf


def test_a_name_that_would_turn_its_letters_around_is_shown_unturned():
    picture = example.patient()
    named = replace(picture, person=replace(picture.person, given_name="\u202egnihtyreve"))
    first = read_pages(patient_report(named, about()))[0]
    assert "\ufffdgnihtyreve" in first
    assert "\u202e" not in first


def test_a_name_longer_than_the_page_is_wide_is_printed_whole():
    picture = example.patient()
    long = "Wolfeschlegelsteinhausenbergerdorff" * 4
    named = replace(picture, person=replace(picture.person, family_name=long))
    assert long.upper() in squeeze(read_pages(patient_report(named, about()))[0])


def test_the_paper_says_how_it_came_about(paper):
    text = read_text(paper)
    for said in (HASH, "Nadir 9.8.7", "Version of the facts 42", "As of 20-Nov-2026 23:59", "Last import"):
        assert squeeze(said) in text


def test_the_same_picture_gives_the_same_bytes(paper):
    assert patient_report(example.patient(), about()) == paper


def test_what_people_did_stands_on_the_paper_and_that_nobody_did_anything_too():
    act = Act("decide", "Ann", "clinician", "SAMPLE-0001", "k1", drug="anakinra", category="neutropenia",
              decision="dose_held", comment="told the patient")  # fmt: skip
    with_act = read_text(patient_report(example.patient(), about(), (act,)))
    assert "Whatwasdoneaboutit" in with_act and "toldthepatient" in with_act
    assert "Noactisonrecord" in read_text(patient_report(example.patient(), about()))
    assert "Noactisonrecord" not in with_act


def test_a_test_that_none_of_the_dates_shown_holds_is_told_with_its_newest_value():
    picture = example.patient()
    day = 86_400
    newest = max(point.at for points in picture.series.values() for point in points)
    counts = tuple(
        replace(picture.series["neutrophils"][0], row_id=900 + place, at=newest - place * day) for place in range(9)
    )
    old = replace(picture.series["neutrophils"][0], row_id=950, at=newest - 300 * day, value=7.77)
    text = read_text(patient_report(replace(picture, series={"neutrophils": counts, "platelets": (old,)}), about()))
    assert "Onlyonotherdates,newestofeach:" in text and "7.77" in text


def test_the_paper_never_asks_to_press_anything(paper):
    assert "Press" not in read_text(paper)


def test_the_mark_and_the_answer_stand_on_one_line(paper):
    lines = [line for page in read_pages(paper) for line in page.splitlines()]
    assert any("HIGH" in line and "Stop or withhold" in line for line in lines)


def test_the_chart_on_paper_labels_its_limits_as_the_screen_does():
    """Two authorities who ask for the same at one number are named together; on paper another action has its own label:
    nothing can be hovered there."""
    limits = tuple(
        LimitLine("neutrophils", 1.5, "below", who, label, priority)
        for who, label, priority in (
            ("EMA", "stop", "high"), ("FDA", "stop", "high"), ("BSR", "review", "medium"),
        )
    )  # fmt: skip
    picture = replace(example.patient(), limits=limits)
    notes = draw(picture, LIGHT).figure["layout"]["annotations"]
    assert [note["text"] for note in notes if note.get("yref") == "y2"] == ["1.5 EMA, FDA stop · BSR review"]
    text = read_text(patient_report(picture, about()))
    assert [label for label in ("1.5 BSR review", "1.5 EMA, FDA stop") if squeeze(label) not in text] == []


def test_no_colour_is_named_outside_the_palette():
    """Where a second set of colours begins, the dark theme, the contrast and the paper part company."""
    rooms = [Path(core.__file__).parent / room for room in ("views", "paper", "services")]
    files = [file for room in rooms for file in room.rglob("*.py") if file.name != "palette.py"]
    assert len(files) > 100
    assert [file.name for file in files if re.search(r"[\"']#[0-9A-Fa-f]{6}\b", file.read_text("utf-8"))] == []
