"""Chapter: when we cannot tell. Unknown is never normal, closes nothing, and always says why and what would mend it."""

from __future__ import annotations

import pytest

from core.protocols.loader import load_protocols
from core.records import CANNOT_TELL_REASONS
from tests.spec.clinic import taken, tell

NUMBERS = ("threshold", "interval")
KIDNEYS = "2025-12-20 creatinine 170\n2026-02-20 creatinine 170\n"
#: Every reason, with a story that ends in it: person, course, facts, the rule that cannot tell.
REASONS = {
    "no_result": ("woman born 1962-03-12", "anakinra", "", "neutrophils-stop"),
    "stale_result": ("woman born 1962-03-12", "anakinra", "2025-02-27 neutrophils 3", "neutrophils-stop"),
    "no_unit": ("woman born 1962-03-12", "anakinra", "2026-02-20 neutrophils !no_unit", "neutrophils-stop"),
    "unknown_unit": ("woman born 1962-03-12", "anakinra", "2026-02-20 neutrophils !unknown_unit", "neutrophils-stop"),
    "implausible": ("woman born 1962-03-12", "anakinra", "2026-02-20 neutrophils !implausible", "neutrophils-stop"),
    "not_numeric": ("woman born 1962-03-12", "anakinra", "2026-02-20 neutrophils !not_numeric", "neutrophils-stop"),
    "censored": ("woman born 1962-03-12", "anakinra", "2026-02-20 neutrophils <3", "neutrophils-stop"),
    "conflicting_duplicate": (
        "woman born 1962-03-12", "anakinra", "2026-02-20 neutrophils 1\n2026-02-20 neutrophils 3", "neutrophils-stop",
    ),
    "missing_baseline": ("woman born 1962-03-12", "anakinra", "2026-02-20 creatinine 80", "aki-nhse"),
    "missing_weight": ("woman born 1962-03-12", "anakinra", KIDNEYS, "renal-frequency"),
    "missing_sex": ("person born 1966-01-02", "anakinra", KIDNEYS + "2026-01-02 weight 56", "renal-frequency"),
    "missing_birth_date": ("man born unknown", "anakinra", KIDNEYS + "2026-01-02 weight 54", "renal-frequency"),
    "out_of_scope_age": ("man born 2012-01-02", "anakinra", KIDNEYS + "2026-01-02 weight 54", "renal-frequency"),
    "unsteady_creatinine": (
        "man born 1966-01-02", "anakinra", KIDNEYS + "2026-01-02 weight 54\n2026-02-25 creatinine 400",
        "renal-frequency",
    ),
    "unknown_dose": ("woman born 1962-03-12", "anakinra dose unreadable", "", "dose-ra"),
    "unknown_frequency": (
        "man born 1966-01-02", "anakinra unreadable", KIDNEYS + "2026-01-02 weight 44", "renal-frequency",
    ),
}  # fmt: skip
#: Reasons that no rule written so far can end in, and why not.
NOT_YET = {
    "missing_height": "no rule needs a height: without one the actual weight is used",
    "missing_reference_range": "the catalogue has an upper limit of creatinine, ALT and AST for both sexes",
}


def test_every_reason_of_the_contract_has_its_story_or_a_stated_excuse():
    assert set(REASONS) | set(NOT_YET) == set(CANNOT_TELL_REASONS[1:])


@pytest.mark.parametrize("reason", REASONS)
def test_a_rule_that_cannot_tell_says_why_and_what_would_mend_it(reason):
    person, course, facts, rule = REASONS[reason]
    said = tell(f"{person}\n2026-01-01 {course}\n{facts}", "2026-03-01")
    (entry,) = [c for c in said.standing.cannot_tell if c.rule_id == f"anakinra.{rule}"]
    assert entry.reason == reason
    assert said.answer(rule) == f"cannot tell: {reason}"
    assert entry.remedy.endswith(".") and "{" not in entry.remedy and len(entry.remedy.split()) >= 4


TAKEN = "man born 1966-01-02\n2026-01-01 anakinra"
PLANNED = "man born 1966-01-02\n2026-03-10 anakinra"
SPARED = "man born 1966-01-02\n2026-01-01 anakinra alternate days"
STEADY = f"{TAKEN}\n2026-02-01 weight 54\n2026-02-01 creatinine 80"
STILL = f"{TAKEN} for AOSD"
COVID = "man born 1966-01-02\n2026-02-25 to 2026-03-06 anakinra alternate days, for COVID-19"
#: Somebody of whom one sign of macrophage activation, or all, and everything else is known but what is left out.
SIGNS = {"platelets": ("300", "150"), "ast": ("30", "90"), "triglycerides": ("1.0", "3.0"),
         "fibrinogen": ("4.5", "3.0"), "ferritin": ("900", "900"), "temperature": ("38.4", "38.4")}  # fmt: skip


def inflamed(without: str, *signs: str) -> str:
    told = [f"2026-02-25 {name} {values[name in signs]}" for name, values in SIGNS.items() if name != without]
    return "\n".join([STILL, *told])


#: Every rule that judges a number: somebody of whom all else speaks for it, what is measured, a value that is no reason
#: to speak, and a bound that leaves the question open.
BLINDED = [
    ("neutrophils-contraindication", PLANNED, "neutrophils", "3.0", "<3"),
    ("neutrophils-stop", TAKEN, "neutrophils", "3.0", "<3"),
    ("neutrophils-review", TAKEN, "neutrophils", "3.0", "<3"),
    ("neutrophils-guideline", TAKEN, "neutrophils", "3.0", "<3"),
    ("neutrophils-low", TAKEN, "neutrophils", "3.0", "<3"),
    ("neutropenic-fever", f"{TAKEN}\n2026-02-25 temperature 38.4", "neutrophils", "3.0", "<3"),
    ("neutropenic-fever", f"{TAKEN}\n2026-02-20 neutrophils 1.2", "temperature", "36.8", "<39"),
    ("neutropenic-emergency", f"{TAKEN}\n2026-02-25 temperature 38.4", "neutrophils", "3.0", "<3"),
    ("neutropenic-emergency", f"{TAKEN}\n2026-02-20 neutrophils 0.4", "temperature", "36.8", "<39"),
    ("fever-without-count", f"{TAKEN}\n2026-02-01 neutrophils 3", "temperature", "36.8", "<39"),
    ("fever-at-start", PLANNED, "temperature", "36.8", "<39"),
    ("infection-fever", TAKEN, "temperature", "36.8", "<39"),
    ("renal-frequency", STEADY, "creatinine", "85", "<400"),
    ("renal-frequency", f"{STEADY}\n2026-02-02 creatinine 90", "weight", "70", ">10"),
    ("renal-confirm", STEADY, "creatinine", "85", "<400"),
    ("renal-confirm", f"{STEADY}\n2026-02-02 creatinine 90", "weight", "70", ">10"),
    ("renal-caution", STEADY, "creatinine", "85", "<400"),
    ("renal-caution", f"{STEADY}\n2026-02-02 creatinine 90", "weight", "70", ">10"),
    ("renal-restore", f"{SPARED}\n2026-02-01 weight 54\n2026-02-01 creatinine 250", "creatinine", "240", "<400"),
    ("aki-nhse", STEADY, "creatinine", "85", "<400"),
    ("aki-kdigo", STEADY, "creatinine", "85", "<400"),
    ("creatinine-high-first", TAKEN, "creatinine", "85", "<400"),
    ("neutrophils-fall", TAKEN, "neutrophils", "3.0", "<3"),
    ("neutrophils-decline", TAKEN, "neutrophils", "3.0", "<3"),
    ("crp-rise", TAKEN, "crp", "3", "<120"),
    ("crp-rise", f"{TAKEN}\n2026-02-20 crp 120", "temperature", "38.4", "<39"),
    ("tb-screen-not-negative", TAKEN, "igra", "negative", "<1"),
    ("hbsag-positive-at-start", PLANNED, "hbsag", "negative", "<2"),
    ("hbsag-positive", TAKEN, "hbsag", "negative", "<2"),
    ("hbsag-indeterminate", TAKEN, "hbsag", "negative", "<1"),
    ("anti-hbc-positive", f"{TAKEN}\n2026-02-01 hbsag negative", "anti_hbc", "negative", "<2"),
    ("anti-hbc-positive", f"{TAKEN}\n2026-02-01 anti_hbc positive", "hbsag", "positive", "<2"),
    ("anti-hbc-indeterminate", TAKEN, "anti_hbc", "negative", "<1"),
    ("anti-hbc-igm-positive", TAKEN, "anti_hbc_igm", "negative", "<2"),
    ("hbv-dna-detected", f"{TAKEN}\n2026-02-01 hbsag negative", "hbv_dna", "not detected", "<20"),
    ("hbv-dna-detected", f"{TAKEN}\n2026-02-01 hbv_dna detected", "hbsag", "positive", "<2"),
    ("hcv-antibody-positive", TAKEN, "hcv_antibody", "negative", "<2"),
    ("blood-culture-at-start", PLANNED, "blood_culture", "negative", "<2"),
    ("blood-culture-positive", TAKEN, "blood_culture", "negative", "<2"),
    ("dress", f"{TAKEN}\n2026-02-25 temperature 38.4\n2026-02-25 symptom rash", "eosinophils", "0.2", "<3"),
    ("dress", f"{TAKEN}\n2026-02-20 eosinophils 1.2\n2026-02-25 symptom rash", "temperature", "36.8", "<39"),
    ("liver-at-start", f"{PLANNED}\n2026-02-01 ast 20", "alt", "20", "<400"),
    ("liver-at-start", f"{PLANNED}\n2026-02-01 alt 20", "ast", "20", "<400"),
    ("macrophage-activation", inflamed("platelets", "ast"), "platelets", "300", ">100"),
    ("macrophage-activation", inflamed("ast", "platelets"), "ast", "30", "<400"),
    ("macrophage-activation", inflamed("triglycerides", "ast"), "triglycerides", "1.0", "<9"),
    ("macrophage-activation", inflamed("fibrinogen", "ast"), "fibrinogen", "4.5", "<9"),
    ("macrophage-activation", inflamed("ferritin", "ast", "platelets"), "ferritin", "300", "<900"),
    ("macrophage-activation", inflamed("temperature", "ast", "platelets"), "temperature", "36.8", "<39"),
    ("amyloidosis-proteinuria", TAKEN, "urine_acr", "1", "<9"),
    ("amyloidosis-egfr", f"{TAKEN}\n2026-01-20 egfr 90", "egfr", "85", ">10"),
    ("platelets-low", TAKEN, "platelets", "300", ">100"),
    ("platelets-guideline", TAKEN, "platelets", "300", ">100"),
    ("dose-ra", f"{SPARED}\n2026-02-01 weight 54\n2026-02-01 creatinine 250", "creatinine", "240", "<400"),
    ("dose-ra", f"{SPARED}\n2026-02-01 weight 54\n2026-02-01 creatinine 250", "weight", "54", ">10"),
    ("dose-caps-dira", f"{TAKEN} for CAPS", "weight", "60", ">10"),
    ("dose-fmf-still", f"{TAKEN} for FMF", "weight", "60", ">10"),
    ("dose-covid-eua", f"{COVID}\n2026-02-01 weight 54\n2026-02-01 creatinine 250", "creatinine", "240", "<400"),
    ("population-small-child", "person born 2020-01-01\n2026-01-01 anakinra for CAPS", "weight", "20", ">5"),
    ("dose-below-syringe", f"{TAKEN} dose 1 mg/kg", "weight", "60", ">10"),
    ("count-at-infection", TAKEN, "temperature", "36.8", "<39"),
]
#: Two values of one sample, on either side of every limit.
EXTREMES = {
    "neutrophils": ("0.3", "3"), "temperature": ("39", "36"), "creatinine": ("400", "60"), "weight": ("300", "5"),
    "crp": ("150", "1"), "igra": ("positive", "negative"), "hbsag": ("positive", "negative"),
    "anti_hbc": ("positive", "negative"), "eosinophils": ("2", "0.1"), "alt": ("400", "10"), "ast": ("400", "10"),
    "platelets": ("300", "90"), "triglycerides": ("5", "1"), "fibrinogen": ("5", "2"), "ferritin": ("900", "100"),
    "urine_acr": ("9", "1"), "egfr": ("90", "20"), "anti_hbc_igm": ("positive", "negative"),
    "hbv_dna": ("detected", "not detected"), "hcv_antibody": ("positive", "negative"),
    "blood_culture": ("positive", "negative"),
}  # fmt: skip
#: Rules of a number that an unreadable result leaves silent, and why that is no "normal".
NOT_BLINDED = {
    "dose-dira-split": "asks for the frequency alone: unknown_frequency is in its edges",
    "dose-seldom": "asks for the frequency alone: unknown_frequency is in its edges",
    "weight-out-of-date": "an unreadable weight is told by the rules that need one",
    "weight-missing-for-dose": "an unreadable weight is a missing one: another is asked for",
    "weight-missing-for-label": "an unreadable weight is a missing one: another is asked for",
    "age-65": "an age is no result; without a birth date it cannot tell",
    "population-ra": "an age is no result; without a birth date it cannot tell",
    "population-jia": "an age is no result; without a birth date it cannot tell",
    "population-covid": "an age is no result; without a birth date it cannot tell",
    "dose-covid": "it asks for the prescription alone, which may be unreadable itself",
    "tb-screen-earlier-positive": "after a positive test, an unreadable one leaves the alert of the test standing",
    "hypersensitivity-at-start": "it asks for what happened and for the drug alone",
    "influenza-vaccine-not-found": "it asks for vaccinations alone",
    "pneumococcal-vaccine-not-found": "it asks for vaccinations alone",
    "ra-without-methotrexate": "it asks for other drugs alone",
}


#: Where two values of one sample are no doubt: one positive bottle of two is a positive culture.
LOUD_IN_DISPUTE = {"blood-culture-at-start": "high do_not_start", "blood-culture-positive": "high withhold"}


@pytest.mark.parametrize("unreadable", ["!no_unit", "!unknown_unit", "!implausible", "!not_numeric", "a bound", "two"])
@pytest.mark.parametrize(("rule", "who", "name", "normal", "bound"), BLINDED, ids=[f"{b[0]}-{b[2]}" for b in BLINDED])
def test_a_normal_result_followed_by_an_unreadable_one_is_not_normal(rule, who, name, normal, bound, unreadable):
    spared = rule == "creatinine-high-first"  # it asks for a first result: nothing normal before
    story = who if spared else f"{who}\n2026-02-24 {name} {normal}"
    assert spared or tell(story, "2026-03-01").answer(rule) == "silent"
    newest = {"a bound": [bound], "two": EXTREMES[name]}.get(unreadable, [unreadable])
    said = tell("\n".join([story, *(f"2026-02-27 {name} {value}" for value in newest)]), "2026-03-01")
    reason = {"a bound": "censored", "two": "conflicting_duplicate"}.get(unreadable, unreadable[1:])
    loud = LOUD_IN_DISPUTE.get(rule) if unreadable == "two" else None
    assert said.answer(rule) == (loud or f"cannot tell: {reason}")


def test_every_rule_that_judges_a_number_was_blinded_or_says_why_not():
    judged = {rule.id for p in load_protocols().drugs.values() for rule in p.rules if rule.kind in NUMBERS}
    assert {rule for rule, *_ in BLINDED} | set(NOT_BLINDED) == judged


def test_absence_is_answered_by_what_cannot_be_read_as_by_nothing():
    said = tell(f"{TAKEN}\n2026-02-25 temperature 38.4\n2026-02-25 neutrophils !no_unit", "2026-03-01")
    assert said.answer("fever-without-count") == "high request_test"


def test_an_unreadable_result_closes_nothing_and_a_later_normal_one_does():
    said = taken(
        """
        2026-02-03  neutrophils 0.9
        2026-02-10  neutrophils !no_unit
        2026-02-17  neutrophils <3
        2026-02-24  neutrophils 2.4
        """
    )
    assert said.life("neutrophils-stop")[1:] == [
        "2026-02-03 high stop", "2026-02-10 high stop, held: no_unit",
        "2026-02-17 high stop, held: censored", "2026-02-24 silent",
    ]  # fmt: skip


def test_a_finding_stays_open_when_its_result_goes_stale():
    said = taken("2026-02-03 neutrophils 0.9", on="2027-03-01")
    assert said.life("neutrophils-stop")[1:] == [
        "2026-02-03 high stop", "2027-02-04 high stop, held: stale_result"
    ]  # fmt: skip


def test_an_alert_held_open_names_why_its_newest_result_could_not_be_judged():
    held = taken("2026-02-03 neutrophils 0.9\n2026-02-10 neutrophils !no_unit").alert("neutropenia")
    judged = taken("2026-02-03 neutrophils 0.9").alert("neutropenia")
    assert (held.held, judged.held) == ("no_unit", "")
    assert held.alert_id == judged.alert_id


def test_the_memory_of_was_met_starts_with_the_course():
    said = tell(
        """
        2026-01-01 to 2026-01-31  anakinra
        2026-03-01                anakinra
        2026-01-20  neutrophils 0.9
        2026-02-10  neutrophils !no_unit
        """,
        "2026-03-05",
    )
    assert said.life("neutrophils-stop")[1:] == [
        "2026-01-20 high stop", "2026-02-01 silent", "2026-03-01 cannot tell: no_unit"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "answer"),
    [
        ("1.2; 1.3", "high stop"),  # they disagree, and it does not matter
        ("2.2; 2.3", "silent"),
        ("1.2; 2.2", "cannot tell: conflicting_duplicate"),
        ("1.49; 1.5", "cannot tell: conflicting_duplicate"),
        ("1.2; 1.2", "high stop"),  # the same once more is no dispute
        ("2.2; !conflicting_duplicate 1.2", "cannot tell: conflicting_duplicate"),  # the refused row joins the dispute
        ("1.3; !conflicting_duplicate 1.2", "high stop"),
        ("2.2; <3", "cannot tell: conflicting_duplicate"),
        ("1.2; <1.5", "high stop"),
        # A row that cannot be read beside one that can be says nothing.
        ("2.2; !no_unit", "silent"),
        ("1.2; !no_unit", "high stop"),
        # Nothing readable: the last one known gives the reason.
        ("!no_unit, known 2026-02-22; !implausible, known 2026-02-21", "cannot tell: no_unit"),
        ("!no_unit, known 2026-02-21; !implausible, known 2026-02-22", "cannot tell: implausible"),
        ("!no_unit; !implausible", "cannot tell: implausible"),  # known together: the last to arrive
    ],
)
def test_rows_of_one_sample_are_settled_before_they_are_judged(rows, answer):
    story = "\n".join(f"2026-02-20T09:00 neutrophils {row}" for row in rows.split("; "))
    assert taken(story).answer("neutrophils-stop") == answer


def test_two_samples_a_second_apart_are_no_dispute():
    said = taken("2026-02-20T09:00:00 neutrophils 1.2\n2026-02-20T09:00:01 neutrophils 2.2")
    assert said.answer("neutrophils-stop") == "silent"


def test_a_result_counts_from_when_it_was_known():
    story = "2026-02-10 neutrophils 3\n2026-02-20 neutrophils 0.9, known 2026-02-25T14:00"
    assert taken(story, on="2026-02-24").answer("neutrophils-stop") == "silent"
    assert taken(story, on="2026-02-25").life("neutrophils-stop")[-1] == "2026-02-20 high stop"


def test_an_old_result_that_arrives_late_neither_clears_nor_raises_anything_newer():
    story = "2026-02-20 neutrophils 0.9\n2026-02-10 neutrophils 3, known 2026-02-26"
    assert taken(story, on="2026-02-25").answer("neutrophils-stop") == "high stop"
    assert taken(story, on="2026-02-26").life("neutrophils-stop")[-1] == "2026-02-20 high stop"


@pytest.mark.parametrize("when", ["2026-02-26", "2026-02-26T14:00", "2026-02-26T23:59:59"])
def test_a_correction_replaces_and_a_withdrawal_removes_from_the_moment_they_were_known(when):
    corrected = f"2026-02-20 neutrophils 0.9, until {when}\n2026-02-20 neutrophils 3, known {when}"
    withdrawn = f"2026-02-10 neutrophils 3\n2026-02-20 neutrophils 0.9, until {when}"
    for story in (corrected, withdrawn):
        assert taken(story, on="2026-02-25").answer("neutrophils-stop") == "high stop"
        assert taken(story, on="2026-02-26").answer("neutrophils-stop") == "silent"


def test_a_withdrawn_only_result_leaves_no_result():
    said = taken("2026-02-20 neutrophils 3, until 2026-02-26")
    assert said.answer("neutrophils-stop") == "cannot tell: no_result"


def test_a_preliminary_result_counts_and_is_marked():
    alert = taken("2026-02-20 neutrophils 0.9, preliminary").alert("neutropenia")
    assert alert.action == "stop"
    assert [e.preliminary for e in alert.evidence] == [True]


def test_one_entry_for_each_rule_however_many_authorities_speak_on_it():
    said = taken("")
    entries = [c.rule_id for c in said.standing.cannot_tell]
    assert len(entries) == len(set(entries))


def test_nothing_is_unknown_about_somebody_who_is_not_on_the_drug():
    said = tell("2026-01-01 to 2026-02-10 anakinra stopped\n2026-02-20 neutrophils !no_unit", "2026-03-01")
    assert said.standing.cannot_tell == ()
