"""One patient of the sample clinic on any day: what was known then, its proof, its dosing figures, its source lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.clock import end_of_day
from core.errors import InputRefused
from core.services import evaluate_clinic, patient_parts, review, whole_patient
from core.services.demo import load_demo
from core.services.explain import to_text
from core.views.as_of import read_day
from core.views.proof_panel import name_alerts, proof_panel
from core.views.source_card import source_pairs

KEYS = {"corrected": 18, "falling": 7, "held": 37, "late": 46, "stale": 52, "derived": 44, "no_weight": 12, "daily": 5}


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'clinic.db'}"
    load_demo(url)
    return url


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    for name in ("NADIR_AS_OF", "NADIR_AUTHORITIES", "NADIR_ZONE"):
        monkeypatch.delenv(name, raising=False)


def stand(url, who, day=""):
    return whole_patient.read_patient(url, KEYS[who], read_day(day) if day else None)


def test_a_past_day_shows_the_value_that_stood_then_and_not_its_correction(url):
    then, now = stand(url, "corrected", "2026-11-17"), stand(url, "corrected")
    newest = [(one.value, one.superseded) for one in then.series["neutrophils"][-1:]]
    assert newest == [(0.8, False)] and then.is_past
    assert {one.category for one in then.alerts if one.priority == "high"} == {"neutropenia"}
    assert [(one.value, one.superseded) for one in now.series["neutrophils"][-2:]] == [(0.8, True), (2.8, False)]
    assert not [one for one in now.alerts if one.priority == "high"] and not now.is_past


def test_a_result_reported_later_is_not_on_an_earlier_day(url):
    assert [one.value for one in stand(url, "late").series["neutrophils"]][-1] == 1.55
    assert 1.55 not in [one.value for one in stand(url, "late", "2026-11-18").series["neutrophils"]]


def test_a_past_day_says_the_same_as_the_clinic_judged_on_that_day(url):
    then = stand(url, "corrected", "2026-11-17")
    clinic = review.clinic(url, then.as_of)
    mine = [one for one in clinic.standing.alerts if one.patient_id == then.person.patient_id]
    assert [one.alert_id for one in then.alerts] == [one.alert_id for one in mine] != []


def test_a_day_after_today_is_today(url):
    assert stand(url, "falling", "2031-01-01").as_of == stand(url, "falling").as_of


def test_a_drug_held_since_was_running_before(url):
    assert stand(url, "held").courses[-1].status == "on-hold"
    statuses = {one.status for one in stand(url, "held", "2026-11-01").courses if one.drug == "anakinra"}
    assert statuses == {"active"}


def test_news_are_the_days_on_which_something_became_known(url):
    picture = stand(url, "corrected")
    days = {one // 86_400 for one in picture.news}
    assert {read_day(day) // 86_400 for day in ("2026-11-16", "2026-11-18")} <= days
    assert max(picture.news) <= picture.today and list(picture.news) == sorted(picture.news)


def test_the_patient_is_shown_without_judging_the_clinic(url, monkeypatch):
    judged = []
    real = evaluate_clinic.evaluate

    def watch(cohort, *args, **kwargs):
        judged.append(len(cohort.patients))
        return real(cohort, *args, **kwargs)

    monkeypatch.setattr(evaluate_clinic, "evaluate", watch)
    picture = stand(url, "falling")
    patient_parts.prove(url, picture, picture.alerts[0].alert_id)
    patient_parts.dosing(url, picture)
    assert judged and set(judged) == {1}


def test_a_replaced_value_names_its_successor_and_both_lead_to_their_lines(url):
    picture = stand(url, "corrected")
    old, new = picture.series["neutrophils"][-2:]
    assert old.replaced_by == new.row_id and old.row != new.row
    pairs = dict(source_pairs("neutrophils", old, picture))
    assert pairs["Source"] == f"results.csv, row {old.row:,}" and f"row {new.row:,}" in pairs["Replaced by"]
    assert pairs["Import"].startswith("no. 1 from sample")


def test_a_count_computed_from_white_cells_is_in_the_series_and_marked(url):
    derived = stand(url, "derived").series["neutrophils"][-1]
    assert derived.status == "derived" and derived.value == pytest.approx(1.558) and not derived.file


def test_an_unreadable_result_is_found_by_the_row_that_alerts_and_cards_speak_of(url):
    picture = whole_patient.read_patient(url, 22)  # a count without a unit
    unread = [one for one in picture.series["neutrophils"] if one.reason]
    assert [one.reason for one in unread] == ["no_unit"] and unread[0].import_number == 1


def test_what_nobody_could_judge_is_a_gap_with_its_reason(url):
    gaps = stand(url, "stale").gaps["creatinine_clearance"]
    assert [one.reason for one in gaps] == ["stale_result"]
    assert gaps[0].end == stand(url, "stale").as_of and "creatinine_clearance" not in stand(url, "falling").gaps


def test_the_patients_own_range_is_of_the_results_before_the_drug(url):
    picture = stand(url, "falling")
    own = picture.own_ranges["neutrophils"]
    before = [one.value for one in picture.series["neutrophils"] if one.at < own.before]
    assert (own.low, own.high, own.count) == (min(before), max(before), len(before)) and own.count > 1


def test_the_proof_on_the_screen_holds_every_word_that_explain_prints(url):
    picture = stand(url, "falling")
    told = patient_parts.prove(url, picture, picture.alerts[0].alert_id)
    html = proof_panel(told, to_text(told))
    for title in ("Facts", "Comparison", "Would clear it", "Did not fire", "Who says so", "Rules"):
        assert f"<h3>{title}</h3>" in html
    assert html.index("Would clear it") < html.index("Who says so")
    assert "results.csv row 11655" in html and told["protocol"]["hash"][:19] in html
    assert all(position["advice"].replace("'", "&#x27;") in html for position in told["alert"]["positions"])


def test_a_proof_of_another_patients_alert_is_refused(url):
    mine, other = stand(url, "falling"), stand(url, "daily")
    with pytest.raises(InputRefused, match="no such alert"):
        patient_parts.prove(url, mine, other.alerts[0].alert_id)


def test_a_past_proof_is_of_that_day(url):
    then = stand(url, "corrected", "2026-11-17")
    alert = next(one for one in then.alerts if one.priority == "high")
    told = patient_parts.prove(url, then, alert.alert_id)
    assert [one["value"] for one in told["alert"]["evidence"]] == [0.8]


def test_alerts_of_one_category_are_told_apart(url):
    alerts = stand(url, "daily").alerts
    twins = (alerts[0], replace(alerts[0], alert_id="other", title="Another title"))
    names = name_alerts(twins)
    assert len(set(names.values())) == 2 and all(one.startswith(("▲", "◆", "●")) for one in names.values())


def test_the_dosing_figures_are_by_each_weight_and_the_group_by_the_one_the_rules_use(url):
    (figures,) = patient_parts.dosing(url, stand(url, "daily"))
    assert [one["by"] for one in figures["clearance"]["by_weight"]] == ["actual", "ideal", "adjusted"]
    used = next(one["value"] for one in figures["clearance"]["by_weight"] if one["used"])
    assert used < 30 and figures["exposure"]["own"] == "severe" and figures["egfr"]["category"]


def test_without_a_weight_there_is_a_reason_and_no_figure(url):
    (figures,) = patient_parts.dosing(url, stand(url, "no_weight"))
    assert figures["clearance"] is None and figures["unknown"] == "missing_weight" and figures["exposure"] is None


def test_jurisdictions_are_asked_one_by_one_as_of_the_day_shown(url):
    then, now = stand(url, "corrected", "2026-11-17"), stand(url, "corrected")
    said = next(
        row for row in patient_parts.jurisdictions(url, then)["rows"] if row["category"] == "neutropenia"
    )  # fmt: skip
    assert said["says"]["EMA"]["action"] == "stop" and said["says"]["FDA"]["action"] == "review"
    assert "neutropenia" not in {row["category"] for row in patient_parts.jurisdictions(url, now)["rows"]}


def test_the_last_instant_of_a_day_is_the_clock_of_the_contract():
    from datetime import date

    assert read_day("2026-11-17") == end_of_day(date(2026, 11, 17))
