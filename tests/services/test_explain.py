"""The proof of an alert: facts as they arrived, what was compared with what, who is silent and why, what ends it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.clock import read_clock
from core.engine.wording import iso
from core.errors import InputRefused
from core.protocols.loader import Protocols, load_protocols
from core.services import explain
from core.services.answer import answer_evaluate
from core.services.explain import explain_alert, prove_alert, to_text
from core.services.import_data import import_paths
from core.views.alert_card import alert_card
from tests.spec.clinic import Said, taken, tell
from tests.views import example

Told = dict[str, Any]
HEADS = {
    "patients": "patient_id,family_name,given_name,birth_date,sex",
    "results": "result_id,patient_id,analyte,value,unit,collected_at,status",
    "medications": "course_id,patient_id,drug,indication,dose,dose_unit,frequency,route,start_date,end_date,status,"
    "reason",
    "events": "event_id,patient_id,kind,start_date,end_date,code,detail,severity",
}


def proof(said: Said, category: str, rule: str = "", patient: str = "A") -> Told:
    """The one alert of a category (and rule), explained; what is told must be plain JSON."""
    (alert,) = [a for a in said.alerts(category, patient) if rule in a.rule_id]
    told = explain_alert(alert, said.history, {}, {})
    return json.loads(json.dumps(told, allow_nan=False))


def clause(told: Told, rule: str, authority: str = "") -> Told:
    return next(
        c
        for c in told["clauses"]
        if c["rule_id"] == f"anakinra.{rule}" and (not authority or authority in c["authority"])
    )


def stored(folder: Path, category: str, fact: str = "", **files: str) -> Told:
    """The alert of a category (and fact) on a clinic imported from files, as of 2026-03-01."""
    for name, head in HEADS.items():
        rows = "\n".join(line.strip() for line in files.get(name, "").strip().splitlines())
        (folder / f"{name}.csv").write_text(f"{head}\n{rows}\n", encoding="utf-8")
    url = f"sqlite:///{folder / 'clinic.db'}"
    now = read_clock("UTC", "2026-03-01")
    import_paths(url, [folder], source="lab", zone="UTC", now=now)
    alerts = answer_evaluate(url, now, ("EMA", "FDA", "BSR"))["alerts"]
    (alert,) = [a for a in alerts if a["category"] == category and fact in ("", a["fact"])]
    return prove_alert(url, alert["alert_id"], now, ("EMA", "FDA", "BSR"))


PERSON = {
    "patients": "P1,FENWORT,Sample,1960-01-01,female",
    "medications": "C1,P1,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,",
}


# --- facts ---


def test_a_fact_names_its_line_and_the_way_to_the_unit_rules_use(tmp_path: Path) -> None:
    told = stored(tmp_path, "neutropenia", **PERSON, results="R1,P1,neutrophils,1490,/uL,2026-02-20,final")
    (fact,) = told["alert"]["evidence"]
    assert (fact["file"], fact["row"], fact["value"]) == ("results.csv", 2, 1.49)
    assert (fact["value_as_given"], fact["unit_as_given"]) == ("1490", "/uL")
    assert (fact["conversion"]["factor"], fact["conversion"]["offset"]) == (0.001, 0.0)
    assert "1490 /uL × 0.001 = 1.49 10*9/L" in to_text(told)


def test_a_conversion_between_kinds_of_unit_names_its_source_and_its_offset(tmp_path: Path) -> None:
    told = stored(tmp_path, "infection", **PERSON, results="R1,P1,temperature,101.3,[degF],2026-03-01,final")
    (fact,) = told["alert"]["evidence"]
    assert fact["value"] == pytest.approx(38.5)
    assert fact["conversion"]["factor"] == pytest.approx(5 / 9)
    assert fact["conversion"]["offset"] == pytest.approx(-160 / 9)


def test_a_value_in_the_unit_rules_use_needs_no_conversion(tmp_path: Path) -> None:
    told = stored(tmp_path, "neutropenia", **PERSON, results="R1,P1,neutrophils,<1.2,10*9/L,2026-02-20,final")
    (fact,) = told["alert"]["evidence"]
    assert (fact["conversion"]["factor"], fact["value_as_given"]) == (1.0, "<1.2")
    assert "given as" not in to_text(told)


def test_a_derived_count_shows_the_white_cells_and_the_share_it_came_from_with_their_lines(tmp_path: Path) -> None:
    told = stored(
        tmp_path, "neutropenia", **PERSON,
        results="R1,P1,wbc,4.0,10*9/L,2026-02-20T09:00,final\nR2,P1,neutrophils_percent,30,%,2026-02-20T09:00,final",
    )  # fmt: skip
    (fact,) = told["alert"]["evidence"]
    assert (fact["derived"], fact["value"]) == (True, 1.2)
    assert [(p["analyte"], p["value"], p["row"]) for p in fact["computed_from"]["inputs"]] == [
        ("wbc", 4.0, 2), ("neutrophils_percent", 30.0, 3),
    ]  # fmt: skip
    assert "4 × (30 %) / 100 = 1.2" in fact["computed_from"]["sentence"]
    assert any(note["about"] == "derived" for note in told["notes"])


def test_a_course_leads_back_to_its_line(tmp_path: Path) -> None:
    medications = PERSON["medications"] + "\nC2,P1,etanercept,RA,50,mg,once weekly,SC,2026-01-15,,active,"
    told = stored(tmp_path, "interaction", **{**PERSON, "medications": medications})
    lines = {(f["drug"], f["file"], f["row"]) for f in told["alert"]["evidence"]}
    assert ("etanercept", "medications.csv", 3) in lines


# --- comparison ---


def test_the_limit_is_told_in_words_and_not_in_signs() -> None:
    told = proof(taken("2026-02-20 neutrophils 1.2"), "neutropenia")
    assert told["comparison"]["sentence"] == "neutrophils: 1.2 is below 1.5 ×10⁹/L"
    assert (told["comparison"]["operator"], told["comparison"]["threshold"]) == ("<", 1.5)


def test_a_stage_of_kidney_injury_names_the_earlier_creatinine_the_ratio_and_the_window() -> None:
    told = proof(taken("2025-12-01 creatinine 80\n2026-02-20 creatinine 90\n2026-02-24 creatinine 190"), "aki")
    by = {one["feature"]: one for one in told["comparison"]["compared_with"]}
    assert by["aki_kdigo"]["compared_with"]["value"] == 90
    assert by["aki_kdigo"]["compared_with"]["window_days"] == 7
    assert by["aki_kdigo"]["ratio"] == pytest.approx(190 / 90)
    assert by["aki_nhse"]["compared_with"]["value"] == 80  # the higher ratio decides
    assert by["aki_nhse"]["ratio"] == pytest.approx(190 / 80)
    assert "2.38 times 80 on 01-Dec-2025" in to_text(told)


def test_a_rise_within_two_days_is_shown_beside_the_ratio() -> None:
    told = proof(taken("2026-02-23 creatinine 100\n2026-02-24 creatinine 130"), "aki")
    by = {one["feature"]: one for one in told["comparison"]["compared_with"]}
    assert by["aki_kdigo"]["rise"]["rise"] == 30
    assert by["aki_kdigo"]["ratio"] < 1.5


def test_a_significant_fall_names_the_previous_value_and_the_reference_change_value() -> None:
    told = proof(taken("2026-02-01 neutrophils 4\n2026-02-20 neutrophils 2.2"), "trend")
    change = next(c for c in told["comparison"]["changes"] if "the previous result" in c["sentence"])
    assert (change["before"], change["now"]) == (4.0, 2.2)
    assert change["percent"] == pytest.approx(-45)
    assert change["limit_percent"] == pytest.approx(32.8, abs=0.1)
    against_the_year = next(c for c in told["comparison"]["changes"] if c is not change)
    assert against_the_year["before"] == 4.0


HEAVY = (
    "woman born 1951-03-12\n2026-01-01 anakinra\n2026-01-02 height 160\n2026-01-02 weight {}\n2026-02-20 creatinine 165"
)


def test_the_clearance_is_shown_by_actual_ideal_and_adjusted_weight() -> None:
    told = proof(tell(HEAVY.format(60), "2026-03-01"), "renal_dosing")
    shown = told["comparison"]["clearance"]
    by = {line["by"]: line for line in shown["by_weight"]}
    assert list(by) == ["actual", "ideal", "adjusted"]
    assert by["ideal"]["weight"] == pytest.approx(52.38, abs=0.01)
    assert by["adjusted"]["weight"] == pytest.approx(55.43, abs=0.01)
    assert by["actual"]["value"] == pytest.approx(told["alert"]["basis"]["value"])
    assert by["actual"]["used"] is True
    assert shown["depends_on_weight"] is False


def test_a_dose_band_that_depends_on_the_weight_is_said_so() -> None:
    told = proof(tell(HEAVY.format(75), "2026-03-01"), "renal_dosing")
    shown = told["comparison"]["clearance"]
    assert len({line["band"] for line in shown["by_weight"]}) > 1
    assert shown["depends_on_weight"] is True
    assert "depends on the weight used" in to_text(told)


def test_without_a_height_the_other_weights_are_not_guessed() -> None:
    story = HEAVY.format(60).replace("2026-01-02 height 160\n", "")
    shown = proof(tell(story, "2026-03-01"), "renal_dosing")["comparison"]["clearance"]
    assert [line["by"] for line in shown["by_weight"]] == ["actual"]
    assert "No height on file" in shown["sentence"]


def test_an_alert_of_several_conditions_tells_each_with_what_was_found() -> None:
    told = proof(taken("2026-02-27 neutrophils 1.2\n2026-02-28 temperature 38.6"), "neutropenic_infection")
    answers = {one["condition"]: one["answer"] for one in told["comparison"]["conditions"]}
    assert answers["neutrophils below 1.5 ×10⁹/L"] == "met"
    assert answers["“fever reported” on record"] == "not met"


# --- the clauses that did not fire ---


def test_every_rule_on_the_fact_is_told_fired_or_not() -> None:
    told = proof(taken("2026-02-20 neutrophils 1.55"), "neutropenia")
    assert {c["rule_id"] for c in told["clauses"] if c["met"]} == {p["rule_id"] for p in told["alert"]["positions"]}
    stop = clause(told, "neutrophils-stop")
    assert (stop["met"], stop["verdict"], stop["value"]) == (False, "limit not crossed", 1.55)
    assert stop["because"] == "neutrophils 1.55 ×10⁹/L on 20-Feb-2026 is not below 1.5 ×10⁹/L"


def test_a_rule_that_is_switched_off_is_shown_as_such() -> None:
    told = proof(taken("2026-02-20 neutrophils 1.2"), "neutropenia")
    off = clause(told, "neutrophils-duffy-null")
    assert (off["enabled"], off["met"], off["verdict"]) == (False, False, "switched off")
    assert "signs" in off["because"]


def test_a_rule_for_another_phase_another_indication_or_another_frequency_says_so() -> None:
    fever = proof(taken("2026-02-28 temperature 38.6"), "infection")
    assert clause(fever, "fever-at-start")["verdict"] == "another phase"
    assert "planned" in clause(fever, "fever-at-start")["because"]
    serious = proof(taken("2026-02-28 infection serious"), "infection")
    assert clause(serious, "serious-infection-weigh", "FDA")["verdict"] == "another indication"
    assert "NOMID" in clause(serious, "serious-infection-weigh", "FDA")["because"]
    renal = proof(tell(HEAVY.format(60), "2026-03-01"), "renal_dosing")
    assert clause(renal, "renal-restore")["verdict"] == "another frequency"


def test_an_authority_the_clinic_has_not_chosen_is_shown_and_marked() -> None:
    told = proof(taken("2026-02-20 neutrophils 1.2", authorities=("FDA",)), "neutropenia")
    assert clause(told, "neutrophils-stop", "EMA")["verdict"] == "authority not chosen"
    ema = next(one for one in told["jurisdictions"] if one["authority"] == "EMA")
    assert (ema["speaks"], ema["action"], ema["chosen"]) == (True, "stop", False)


def test_a_rule_of_several_conditions_names_the_one_that_is_not_met() -> None:
    told = proof(taken("2026-02-27 neutrophils 1.2\n2026-02-28 temperature 38.6"), "neutropenic_infection")
    silent = clause(told, "neutropenic-emergency")
    assert silent["verdict"] == "condition not met"
    assert "neutrophils below 0.5 ×10⁹/L" in silent["because"]
    assert "1.2 ×10⁹/L on 27-Feb-2026" in silent["because"]


# --- beside the alert ---


def notes(told: Told, about: str) -> list[str]:
    return [note["text"] for note in told["notes"] if note["about"] == about]


def test_a_confirmed_duffy_null_is_named_and_relaxes_nothing() -> None:
    told = proof(taken("2025-06-01 duffy_null genotype rs2814778\n2026-02-20 neutrophils 1.2"), "neutropenia")
    assert told["alert"]["action"] == "stop"
    (note,) = notes(told, "duffy_null")
    assert "the limit is not relaxed" in note
    assert "genotype rs2814778" in note
    assert "1.21 to 5.39" in note


@pytest.mark.parametrize("detail", ["", "reported by the patient", "genotype awaited", "unconfirmed phenotype"])
def test_an_unconfirmed_duffy_null_says_that_it_counts_for_nothing(detail: str) -> None:
    told = proof(taken(f"2025-06-01 duffy_null {detail}\n2026-02-20 neutrophils 1.2"), "neutropenia")
    (note,) = notes(told, "duffy_null")
    assert "counts for nothing until it is confirmed" in note


def test_nobody_is_called_duffy_null_without_a_record() -> None:
    assert notes(proof(taken("2026-02-20 neutrophils 1.2"), "neutropenia"), "duffy_null") == []


def test_a_preliminary_value_is_marked() -> None:
    (note,) = notes(proof(taken("2026-02-20 neutrophils 1.2, preliminary"), "neutropenia"), "preliminary")
    assert "its final may differ" in note


def test_an_infection_alert_says_that_crp_may_be_blunted() -> None:
    told = proof(taken("2026-02-28 temperature 38.6\n2026-01-01 tocilizumab, once weekly"), "infection")
    said = " ".join(notes(told, "blunted_crp"))
    assert "suppresses CRP" in said
    assert "may be blunted" in said


def test_the_own_baseline_stands_beside_the_population_range() -> None:
    own = proof(
        taken("2025-11-01 neutrophils 2.4\n2025-12-01 neutrophils 2.0\n2026-02-20 neutrophils 1.2"), "neutropenia"
    )
    own = own["baseline"]
    assert (own["count"], own["median"], own["lowest"], own["highest"]) == (2, 2.2, 2.0, 2.4)
    assert (own["population"]["low"], own["population"]["is_default"]) == (2.0, True)


def test_an_infection_alert_carries_its_state_and_the_restart_checklist() -> None:
    told = proof(
        taken("2026-02-25 to 2026-02-27 antibiotic amoxicillin\n2026-02-28 temperature 38.6"), "infection", "fever"
    )
    assert told["infection"]["state"] == "suspect"
    assert [c["answer"] for c in told["infection"]["restart"]] == ["not met", "met", "cannot tell"]
    assert told["infection"]["restart"][0]["rests_on"][0]["value"] == 38.6


MARKERS = """
    R1,P1,hbsag,negative,,2025-12-10,final
    R2,P1,anti_hbc,positive,,2025-12-10,final
    R3,P1,anti_hbc_igm,negative,,2025-12-10,final
    R4,P1,anti_hbs,{},2025-12-11,final
"""


@pytest.mark.parametrize(
    ("anti_hbs", "meaning"),
    [
        ("positive,", "recovered from infection, immune"),
        ("12,m[IU]/mL", "recovered from infection, immune"),
        ("negative,", "isolated core antibody: resolved, low-level or false positive"),
        ("1,m[IU]/mL", "isolated core antibody: resolved, low-level or false positive"),
    ],
)
def test_a_hepatitis_alert_carries_the_reading_of_all_markers(tmp_path: Path, anti_hbs: str, meaning: str) -> None:
    told = stored(tmp_path, "screening", "anti_hbc", **PERSON, results=MARKERS.format(anti_hbs))
    assert (told["hepatitis_b"]["state"], told["hepatitis_b"]["readings"][0]["meaning"]) == ("told", meaning)
    assert "Consider HBV DNA" in to_text(told)


def test_a_marker_that_may_be_a_word_is_not_read_as_a_number_without_its_line() -> None:
    story = "2025-12-10 hbsag negative\n2025-12-10 anti_hbc positive\n2025-12-10 anti_hbc_igm negative\n"
    told = proof(taken(f"{story}2025-12-10 anti_hbs positive"), "screening", "anti-hbc-positive")
    assert (told["hepatitis_b"]["state"], told["hepatitis_b"]["missing"]) == ("open", ["anti_hbs"])


def test_a_negative_marker_from_long_before_the_start_leaves_the_screen_incomplete(tmp_path: Path) -> None:
    old = MARKERS.format("negative,").replace("hbsag,negative,,2025-12-10", "hbsag,negative,,2024-12-10")
    told = stored(tmp_path, "screening", "anti_hbc", **PERSON, results=old)
    assert (told["hepatitis_b"]["state"], told["hepatitis_b"]["missing"]) == ("incomplete", ["hbsag"])
    assert "too old to answer" in to_text(told)


def test_a_hepatitis_screen_without_a_core_antibody_is_incomplete(tmp_path: Path) -> None:
    told = stored(tmp_path, "screening", "hepatitis_b", **PERSON, results="R1,P1,hbsag,negative,,2025-12-10,final")
    assert told["hepatitis_b"]["state"] == "incomplete"
    assert told["hepatitis_b"]["missing"] == ["anti_hbc"]
    assert "Nothing is inferred" in to_text(told)


def test_an_overdue_review_of_the_rules_is_named() -> None:
    written = load_protocols()
    file = written.drugs["anakinra"]
    reviewed = file.reviewed.model_copy(update={"by": "Dr A. Sample", "on": "2024-01-01", "next": "2025-01-01"})
    rules = Protocols(written.common, {"anakinra": file.model_copy(update={"reviewed": reviewed})}, written.hashes)
    told = proof(taken("2026-02-20 neutrophils 1.2", rules=rules), "neutropenia")
    assert told["protocol"]["review_overdue"] is True
    assert "REVIEW OVERDUE: it was due on 01-Jan-2025" in to_text(told)
    assert proof(taken("2026-02-20 neutrophils 1.2"), "neutropenia")["protocol"]["review_overdue"] is False


# --- what would clear it ---


@pytest.mark.parametrize(
    ("story", "category", "rule", "sentence"),
    [
        ("2026-02-20 neutrophils 1.2", "neutropenia", "", "A later neutrophil count >= 2 10*9/L."),
        ("2026-02-01 neutrophils 4\n2026-02-20 neutrophils 2.2", "trend", "neutrophils-fall",
         "A later neutrophil count >= 2.5 10*9/L."),
        ("2026-02-28 temperature 38.6", "infection", "", "A later temperature < 38 Cel."),
        ("2026-02-28 infection serious", "infection", "", "An end date of the event."),
        ("2026-01-05 etanercept, once weekly", "interaction", "", "An end date of etanercept or of anakinra."),
        ("2026-02-20 creatinine 80\n2026-02-24 creatinine 190", "aki", "",
         "A later creatinine that shows no stage of acute kidney injury."),
    ],
)  # fmt: skip
def test_the_one_new_fact_that_would_end_an_alert_is_told(story: str, category: str, rule: str, sentence: str) -> None:
    assert proof(taken(story), category, rule)["would_clear"] == sentence


ON = "2026-01-01 anakinra\n"
SEVERAL = [
    (ON, "2026-02-20 neutrophils 1.2", "2026-02-25 neutrophils 2", "neutropenia"),
    (ON, "2026-02-28 temperature 38.6", "2026-03-01 temperature 37.9", "infection"),
    (ON, "2026-02-20 creatinine 80\n2026-02-24 creatinine 190", "2026-02-25 creatinine 82", "aki"),
    (ON, "2026-01-05 etanercept, once weekly", "2026-01-05 to 2026-02-27 etanercept stopped, once weekly",
     "interaction"),
    (ON, "2026-02-20 hbsag positive\n2026-02-20 anti_hbc negative",
     "2026-02-20 anti_hbc negative\n2026-02-21 hbsag negative", "screening"),
    ("", "2026-01-01 anakinra twice daily", "2026-01-01 anakinra once daily", "dose"),
]  # fmt: skip


@pytest.mark.parametrize(("course", "story", "ended", "category"), SEVERAL)
def test_what_is_said_to_end_an_alert_does_end_it(course: str, story: str, ended: str, category: str) -> None:
    screened = "2025-12-10 igra negative\n"
    before = tell(f"{course}{screened}{story}", "2026-03-01").alerts(category)
    replaced = category in ("interaction", "dose", "screening")
    after = tell(f"{course}{screened}{'' if replaced else story}\n{ended}", "2026-03-01").alerts(category)
    assert before
    assert [alert.rule_id for alert in after if alert.fact == before[0].fact] == []


def test_what_is_said_to_end_a_trend_does_end_it() -> None:
    story = "2026-02-01 neutrophils 4\n2026-02-20 neutrophils 2.2\n2026-02-25 neutrophils {}"
    assert taken(story.format("2.5")).alerts("trend") == []
    assert taken(story.format("1.4")).alerts("trend") != []


def test_a_wrong_dose_is_ended_by_the_course_the_label_gives() -> None:
    told = proof(tell("2026-01-01 anakinra twice daily", "2026-03-01"), "dose")
    assert told["would_clear"] == "A course of 100 mg once daily."


def test_a_vaccination_that_cannot_be_undone_says_when_it_stops_counting(tmp_path: Path) -> None:
    told = stored(tmp_path, "vaccination", **PERSON, events="E1,P1,vaccination,2026-02-20,,03,MMR,")
    assert told["would_clear"].startswith("A correction of the record of the event, which otherwise ends by itself on ")


def test_a_positive_screen_is_read_and_ended_in_words_and_not_in_numbers() -> None:
    told = proof(taken("2026-02-20 igra indeterminate"), "screening", "tb-screen-not-negative")
    assert told["would_clear"] == "A later negative IGRA."
    text = to_text(told)
    assert "Interferon-gamma release assay indeterminate on 20-Feb-2026" in text
    assert "0.5" not in text


def test_rules_about_other_events_are_not_told_beside_one() -> None:
    told = proof(taken("2026-02-20 asthma\n2026-02-21 copd"), "comorbidity", "asthma")
    assert {c["rule_id"] for c in told["clauses"]} == {"anakinra.asthma"}
    assert told["disagreements"] == []


def test_a_clearance_is_also_ended_by_the_frequency_it_asks_for() -> None:
    story = "2026-01-01 anakinra\n2026-01-02 height 160\n2026-01-02 weight 60\n2026-02-20 creatinine 165"
    person = "woman born 1951-03-12\n"
    told = proof(tell(f"{person}{story}", "2026-03-01"), "renal_dosing")
    assert told["would_clear"] == "A later creatinine clearance >= 60 mL/min, or a course on alternate days."
    changed = story.replace("anakinra", "anakinra alternate days")
    assert tell(f"{person}{changed}", "2026-03-01").alerts("renal_dosing") == []


def test_recovered_kidneys_are_not_told_that_daily_dosing_ends_what_the_clearance_says() -> None:
    story = (
        "woman born 1951-03-12\n2026-01-01 anakinra alternate days\n2026-01-02 weight 60\n2026-01-03 creatinine 165\n"
        "2026-02-10 creatinine 90\n2026-02-20 creatinine 90"
    )
    assert "or a course" not in proof(tell(story, "2026-03-01"), "renal_dosing")["would_clear"]


@pytest.mark.parametrize(
    ("story", "rule", "sentence"),
    [
        ("2026-02-20 anakinra dose 3 mg/kg, for SJIA\n2026-02-20 weight 25", "dose-fmf-still",
         "A course of 1 to 2 mg/kg a day."),
        ("2026-02-20 anakinra dose 0.5 mg/kg, for SJIA\n2026-02-20 weight 25", "dose-fmf-still",
         "A course of 1 to 2 mg/kg a day, and a course of at least 20 mg."),
        ("2026-01-01 anakinra dose 6 mg/kg, for SJIA\n2026-02-20 weight 25", "dose-fmf-still",
         "A course of 1 to 4 mg/kg a day."),
    ],
)  # fmt: skip
def test_a_dose_range_is_printed_with_both_its_ends(story: str, rule: str, sentence: str) -> None:
    told = proof(tell(f"woman born 2018-01-01\n{story}", "2026-03-01"), "dose", rule)
    assert told["would_clear"] == sentence
    assert sentence in " ".join(to_text(told).split())


def test_an_indeterminate_screen_is_ended_by_a_negative_one_and_not_by_a_positive_one() -> None:
    told = proof(taken("2026-02-20 hbsag indeterminate"), "screening", "hbsag-indeterminate")
    assert told["would_clear"] == "A later negative HBsAg."


def test_nobody_is_asked_for_a_result_to_grow_older() -> None:
    told = proof(
        tell("woman born 2025-08-01\n2026-01-01 anakinra dose 2 mg/kg, for CAPS\n2026-01-02 weight 12", "2026-03-01"),
        "dose", "small-child",
    )  # fmt: skip
    assert told["would_clear"] == "Reaching the age of 8 months."


# --- one patient ---


def test_an_alert_is_found_among_everybody_and_proved_by_its_own_patient_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    real = explain.evaluate_as_of
    monkeypatch.setattr(explain, "evaluate_as_of", lambda store, one: asked.append(one.patient_id) or real(store, one))
    files = {
        "patients": PERSON["patients"] + "\nP11,DOCK,Sample,1960-01-01,female\np1,MINT,Sample,1960-01-01,female",
        "medications": PERSON["medications"] + "\nC2,P11,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,",
    }
    told = stored(tmp_path, "neutropenia", **files, results="R1,P1,neutrophils,1.2,10*9/L,2026-02-20,final")
    assert told["alert"]["patient_id"] == "P1"
    assert asked == [None, "P1"]


def test_an_id_that_no_alert_has_is_refused(tmp_path: Path) -> None:
    stored(tmp_path, "neutropenia", **PERSON, results="R1,P1,neutrophils,1.2,10*9/L,2026-02-20,final")
    with pytest.raises(InputRefused, match="No alert has the id"):
        prove_alert(f"sqlite:///{tmp_path / 'clinic.db'}", "0" * 20, read_clock("UTC", "2026-03-01"), ("EMA",))


# --- sentences ---


def test_a_coded_baseline_is_told_by_its_word() -> None:
    told = proof(taken("2025-12-10 hbsag positive\n2026-02-20 hbsag positive"), "screening", "hbsag-positive")
    assert told["baseline"]["sentence"] == "1 result in the 365 days before 01-Jan-2026: positive."
    both = proof(
        taken("2025-11-10 hbsag negative\n2025-12-10 hbsag positive\n2026-02-20 hbsag positive"), "screening",
        "hbsag-positive",
    )  # fmt: skip
    assert both["baseline"]["sentence"].endswith("negative to positive.")


def test_a_drug_that_a_rule_leaves_out_is_not_said_not_to_be_taken() -> None:
    told = proof(taken("2026-01-05 adalimumab, once weekly"), "interaction")
    silent = clause(told, "interaction-targeted")
    assert silent["because"] == "adalimumab is left out of this rule, and no other is taken of what it names"
    assert "bdmard" not in to_text(told)


def test_what_must_not_be_so_is_told_as_such() -> None:
    told = proof(taken("2026-02-20 anti_hbc positive"), "screening", "anti-hbc-positive")
    answers = {one["condition"]: (one["answer"], one["found"]) for one in told["comparison"]["conditions"]}
    assert answers["HBsAg not positive"] == ("met", "nothing on file")
    assert answers["anti-HBc positive"] == ("met", "positive on 20-Feb-2026")


@pytest.mark.parametrize(("code", "name"), [("03", "MMR"), ("3", "MMR"), ("37", "Yellow fever")])
def test_a_live_vaccine_is_named_and_not_only_its_code(code: str, name: str) -> None:
    told = proof(taken(f"2026-02-20 vaccination {code}"), "vaccination", "live-vaccine")
    assert told["alert"]["title"] == f"Live vaccine with treatment: vaccination ({name})"


def test_a_stage_of_kidney_injury_leads_with_both_creatinines_and_their_dates() -> None:
    told = proof(taken("2025-12-01 creatinine 80\n2026-02-20 creatinine 90\n2026-02-24 creatinine 190"), "aki")
    head = " ".join(to_text(told).split("\n  ")[0].split())
    said = "(creatinine 190 µmol/L on 24-Feb-2026 is 2.38 times 80 on 01-Dec-2025"
    assert head.startswith(f"HIGH Acute kidney injury, stage 2 {said}")


def test_an_operation_tomorrow_is_not_left_a_week() -> None:
    told = proof(taken("2026-03-02 surgery knee replacement"), "surgery")
    assert told["respond"] == "before the surgery on 02-Mar-2026, in 1 day"
    assert "within 7 days" not in to_text(told)


def test_another_frequency_is_told_by_its_name() -> None:
    told = proof(tell(HEAVY.format(60), "2026-03-01"), "renal_dosing")
    assert clause(told, "renal-restore")["because"] == "it is for dosing at most on alternate days"


# --- reading ---


def test_the_text_uses_no_word_of_the_machine() -> None:
    said = taken(
        "2025-12-01 creatinine 80\n2026-02-20 neutrophils 1.2\n2026-02-28 temperature 38.6\n2026-02-24 creatinine 190\n"
        "2026-01-05 etanercept, once weekly\n2026-02-26 infection serious\n2026-01-02 weight 60"
    )
    texts = [to_text(explain_alert(alert, said.history, {}, {})) for alert in said.standing.alerts]
    assert len(texts) > 5
    for text in texts:
        body = text.split("\nRules")[0]
        assert "_" not in body, [line for line in body.splitlines() if "_" in line]
        assert "10*9/L" not in body
        assert "nan" not in body.lower().split()
        assert max(map(len, text.splitlines())) <= 120


# --- what clears it: nothing false ---


def test_no_later_result_is_said_to_undo_a_positive_tuberculosis_test() -> None:
    before = proof(taken("2026-02-20 igra positive"), "screening", "tb-screen-not-negative")
    after = proof(taken("2026-01-20 igra positive\n2026-02-20 igra negative"), "screening", "earlier-positive")
    for told in (before, after):
        assert told["would_clear"].startswith("Nothing measured: no later result undoes the positive one")
        assert "documented decision" in told["would_clear"]


CHILD = "woman born 2025-08-01\n2026-01-01 anakinra dose 2 mg/kg, for CAPS\n2026-01-02 weight {}"


def test_a_child_old_enough_whose_weight_is_out_of_date_is_asked_for_a_weight_and_not_for_an_age() -> None:
    told = proof(tell(CHILD.format(8), "2026-11-22"), "dose", "small-child")
    assert told["would_clear"] == "A later weight >= 10 kg."
    assert "0 years on" not in to_text(told)
    assert "(1 year on 22-Nov-2026)" in to_text(told)


def test_a_child_too_young_and_too_light_is_told_that_both_must_change() -> None:
    told = proof(tell(CHILD.format(8), "2026-03-01"), "dose", "small-child")
    assert told["would_clear"] == "Reaching the age of 8 months, and a later weight >= 10 kg."


SEPSIS = "2026-02-28 neutrophils 0.4\n2026-02-28 temperature 38.6"


def test_either_the_count_or_the_temperature_ends_a_possible_neutropenic_sepsis() -> None:
    told = proof(taken(SEPSIS), "neutropenic_infection")
    assert told["would_clear"] == "A later neutrophil count >= 1.5 10*9/L, or a later temperature < 38 Cel."
    assert taken(f"{SEPSIS}\n2026-03-01 temperature 37").alerts("neutropenic_infection") == []
    assert taken(f"{SEPSIS}\n2026-03-01 neutrophils 1.5").alerts("neutropenic_infection") == []


def test_a_missing_screen_names_the_day_from_which_a_result_counts() -> None:
    planned = tell("2026-05-01 anakinra planned", "2026-03-01")
    assert proof(planned, "screening", "tb-screen")["would_clear"] == "An IGRA result of 01-May-2025 or later."
    screened = tell("2026-05-01 anakinra planned\n2025-05-01 igra negative", "2026-03-01")
    too_early = tell("2026-05-01 anakinra planned\n2025-04-30 igra negative", "2026-03-01")
    assert [a.rule_id for a in screened.alerts("screening") if "tb" in a.rule_id] == []
    assert [a.rule_id for a in too_early.alerts("screening") if "tb" in a.rule_id] == ["anakinra.tb-screen-missing"]


def test_a_missing_screen_of_a_start_that_slipped_names_the_day_from_which_a_result_counts_today() -> None:
    slipped = "2026-05-01 anakinra planned"
    assert proof(tell(slipped, "2026-08-01"), "screening", "tb-screen")["would_clear"] == (
        "An IGRA result of 01-Aug-2025 or later."
    )
    for day, told in [("2025-07-31", ["anakinra.tb-screen-missing"]), ("2025-08-01", []), ("2026-07-20", [])]:
        story = tell(f"{slipped}\n{day} igra negative", "2026-08-01")
        assert [a.rule_id for a in story.alerts("screening") if "tb" in a.rule_id] == told
    for story, day in [
        ("2026-05-01 anakinra", "01-May-2025"),
        ("2026-05-01 to 2026-05-01 anakinra stopped\n2026-05-01 anakinra planned", "01-Aug-2025"),  # begun once before
        ("2025-05-01 to 2026-04-30 anakinra stopped\n2026-05-01 anakinra planned", "01-Aug-2025"),
    ]:
        told = proof(tell(story, "2026-08-01"), "screening", "tb-screen")["would_clear"]
        assert told == f"An IGRA result of {day} or later.", story


def test_an_age_is_told_from_the_birth_date_and_not_from_the_sex() -> None:
    text = to_text(proof(tell("woman born 1950-03-03\n2026-01-01 anakinra", "2026-03-01"), "information", "age-65"))
    assert "by completed years since birth, born on 03-Mar-1950" in text
    assert "from sex" not in text


def test_without_an_indication_nobody_says_that_it_is_off_label() -> None:
    story = tell("2026-01-01 anakinra for UNKNOWN", "2026-03-01")
    assert [a.rule_id for a in story.alerts("information") if "off-label" in a.rule_id] == []
    told = proof(story, "data_quality", "indication-unknown")
    assert told["alert"]["title"] == "What it is given for is not on file"
    assert told["would_clear"] == "A course of anakinra whose indication is written, or its end date."
    assert "not an indication there" not in to_text(told)


def test_another_indication_that_is_written_is_off_label_in_both() -> None:
    told = proof(tell("2026-01-01 anakinra for OTHER", "2026-03-01"), "information", "off-label")
    assert told["alert"]["title"] == "Indication outside a region's label"
    assert told["would_clear"] == "A course of anakinra for another indication, or its end date."


def test_no_later_bottle_clears_a_positive_blood_culture() -> None:
    told = proof(tell("2026-01-01 anakinra\n2026-02-20 blood_culture positive", "2026-03-01"), "infection", "culture")
    assert told["would_clear"] == (
        "Nothing measured: it ends by itself on 06-Mar-2026, or with a withdrawal of the result."
    )
    assert told["infection"]["state"] == "active"


def test_an_authority_whose_own_visit_is_late_is_not_called_silent() -> None:
    told = proof(
        tell("2024-12-20 neutrophils 4\n2025-01-01 anakinra", "2026-03-01"), "monitoring", "neutrophils-overdue"
    )
    says = {one["authority"]: one for one in told["jurisdictions"]}
    assert says["EMA"]["asks"] is True
    assert "EMA         raises no alert of its own for a late test; by its own schedule" in to_text(told)
    assert "EMA         silent" not in to_text(told)


def test_open_since_is_the_date_the_card_shows_and_not_the_first_life_of_the_alert() -> None:
    said = tell("2026-01-01 anakinra\n2026-01-10 neutrophils 1.8\n2026-02-20 neutrophils 0.9", "2026-03-01")
    told = proof(said, "neutropenia")
    alert = said.alert("neutropenia")
    card = str(alert_card(alert, example.patient()))
    assert told["since"] == iso(alert.since) == "2026-02-20T00:00:00"
    assert "since 20-Feb-2026" in card.replace("\xa0", " ")
    assert "Open since 20-Feb-2026 (first opened on 10-Jan-2026, less grave" in to_text(told)
