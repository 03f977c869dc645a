"""What people answered stands on paper beside the alert, in words and never in codes; a letter carries no hash."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from core.acts import Act, Life
from core.paper.letters import letters
from core.paper.patient_report import patient_report
from core.paper.review_pack import review_pack
from core.services import acts, reports, review
from core.services.demo import load_demo
from core.views.recall import list_lines
from core.views.worklist import list_patients
from tests.paper.papers import HASH, about, read_pages, read_text, squeeze
from tests.views import example

WHY = "Acknowledged by A. Reed on 18-Nov-2026: Will watch and repeat the test; expected by 22-Nov-2026."
ACT = Act(
    "acknowledge", "A. Reed", "clinician", "SAMPLE-0001", "k", drug="anakinra", category="neutropenia",
    disposition="will-monitor", at=example.AS_OF, act_id=1,
)  # fmt: skip
COUNT = example.patient().alerts[0]
LIVES = {
    COUNT.alert_id: Life(COUNT.alert_id, "acknowledged", owner="A. Reed", acted_by="A. Reed", why=WHY, acts=(ACT,))
}


def test_the_report_says_in_the_verdict_and_at_the_alert_who_answered():
    text = read_text(patient_report(example.patient(), about(), (ACT,), LIVES))
    assert text.count(squeeze(WHY)) == 2
    assert squeeze("▲ HIGH Stop or withhold") in text
    assert squeeze("· acknowledged · alert") in text
    assert squeeze(WHY) not in read_text(patient_report(example.patient(), about()))


def test_no_paper_prints_the_code_of_a_reason():
    text = read_text(patient_report(example.patient(), about(), (ACT,), LIVES))
    assert squeeze("Will watch and repeat the test") in text
    assert "will-monitor" not in text


def test_the_pack_says_who_answered_and_that_the_others_wait():
    clinic = example.clinic()
    pack = partial(about, title="Panel review pack", total=8, thing="patient")
    text = read_text(review_pack(clinic, None, pack, LIVES))
    assert squeeze(WHY) in text
    assert text.index("OAKMOSS") < text.index(squeeze(WHY)) < text.index("BRACKEN")
    assert squeeze(WHY) not in read_text(review_pack(clinic, None, pack))


def test_what_a_clinic_answered_comes_from_its_store(tmp_path):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    load_demo(url)
    clinic = review.clinic(url)
    row = next(row for row in list_patients(clinic) if row.mark == "high")
    alert = next(
        one for one in clinic.standing.alerts if one.patient_id == row.patient_id and one.priority == "high"
    )  # fmt: skip
    asked = Act("acknowledge", "Ann Moss", "clinician", row.patient_id, "k1", alert.alert_id)
    acts.act(url, replace(asked, disposition="patient-informed"))
    said = squeeze("Acknowledged by Ann Moss on 20-Nov-2026: Patient told what to do.")
    assert said in read_text(reports.patient_file(url, row.key, by="Ann"))
    assert said in read_text(reports.panel_pdf(url))


def test_a_patients_letter_carries_no_hash_and_no_word_about_sign_off():
    clinic = example.clinic()
    lines = list_lines(clinic)
    pages = read_pages(letters(clinic, lines, about(title="Letters: tests due", shown=len(lines), total=8)))
    assert "no clinician has approved these rules" in pages[0] and HASH[:19] in pages[0]
    for page in pages[1:]:
        assert "Prepared by the clinic from its records of 20-Nov-2026, with Nadir 9.8.7." in page
        for word in ("sha256", "signed", "approved", "rules", "23:59"):
            assert word not in page
        assert "SAMPLE CLINIC" in page
