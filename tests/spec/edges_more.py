"""Who a rule speaks of: every phase of the drug, every indication, every event and drug it names, and no other.

Same form as edges.py: days count from D, each row is a story and the answer of one rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from core.engine.cohort import Cohort
from core.engine.evaluate import evaluate
from core.engine.known import as_known_at
from core.engine.wording import iso_date
from core.protocols.loader import Protocols, load_protocols
from core.records import AUTHORITIES, INDICATIONS
from tests.spec.clinic import Clinic, Said, days_after, end_of
from tests.spec.edges import D, Edge

#: Where the drug stands on D, as its course is told.
COURSES = {
    "planned": "2026-03-10 anakinra", "running": "2026-01-01 anakinra", "held": "2026-01-01 anakinra on-hold",
    "ended": "2026-01-01 to 2026-02-15 anakinra stopped",
}  # fmt: skip
KIDNEYS = "man born 1966-01-02\n2025-12-01 weight 54"  # clearance 30 at 176.8, 60 at 88.4
CHILD = "woman born 2020-02-20"
ADULT = "woman born 1980-02-20"


class Prescribed(Clinic):
    """A clinic that also tells the dose ("80 mg", "2 mg/kg") and the code of any event ("code 140")."""

    def _add_course(self, drug: str, start: str, end: str, words: str) -> None:
        if words.startswith("pegol"):
            drug, words = f"{drug} pegol", words.removeprefix("pegol")
        said = [part.strip() for part in words.split(",") if part.strip()]
        doses = [part for part in said if part.endswith((" mg", " mg/kg")) and not part.startswith("dose ")]
        super()._add_course(drug, start, end, ", ".join(part for part in said if part not in doses))
        if doses:
            number, unit = doses[0].split()
            self.courses[-1] = replace(self.courses[-1], dose=Decimal(number), dose_unit=unit, dose_as_given=number)

    def _add_event(self, kind: str, start: str, end: str, words: list[str]) -> None:
        code = words[1] if words[:1] == ["code"] else ""
        super()._add_event(kind, start, end, words[2:] if code else words)
        if code:
            self.events[-1] = replace(self.events[-1], code=code)


@cache
def known(story: str, at: int) -> Cohort:
    return as_known_at(Prescribed.of(story).cohort(), at)


@dataclass(frozen=True)
class Row:
    """A story and what a rule must answer. authorities: the published ones that are asked ("": all)."""

    rule: str
    story: str
    expected: str
    on: str = D
    authorities: tuple[str, ...] | None = None

    @property
    def name(self) -> str:
        facts = " | ".join(" ".join(line.split()) for line in self.story.splitlines())
        asked = f" asking {' '.join(self.authorities)}" if self.authorities else ""
        return f"{self.rule}: {facts} on {self.on}{asked}"

    def ask(self, rules: Protocols | None = None) -> str:
        at = end_of(self.on)
        history = evaluate(known(self.story, at), rules or load_protocols(), horizon=at, authorities=self.authorities)
        return Said(history, history.at(at)).answer(self.rule)


def told(facts: str, course: str = "", who: str = "") -> str:
    """Facts parted by ";", a day number before a fact that is not of D itself."""
    lines = [who, course]
    for fact in (each.strip() for each in facts.split(";")):
        if fact[:1].isdigit() and fact[4:5] == "-":
            lines.append(fact)
        elif fact:
            days, _, what = fact.partition(" ") if fact[0] in "+-" else ("0", "", fact)
            lines.append(f"{days_after(D, int(days))} {what}")
    return "\n".join(line for line in lines if line)


#: rule: phases it speaks in, verdict, what makes it speak; then words of the course and the person, where needed.
SPOKEN: dict[str, tuple[str, ...]] = {
    "neutrophils-contraindication": ("planned", "high do_not_start", "neutrophils 1.49"),
    "neutrophils-stop": ("running", "high stop", "neutrophils 1.49"),
    "neutrophils-review": ("running", "medium review", "neutrophils 1.49"),
    "neutrophils-guideline": ("running", "medium review", "neutrophils 1.59"),
    "neutrophils-low": ("running", "low inform", "neutrophils 1.9"),
    "neutrophils-fall": ("running", "medium review", "-30 neutrophils 8; neutrophils 2.49"),
    "neutrophils-decline": ("running", "medium review", "-30 neutrophils 8; neutrophils 2.49"),
    "neutropenic-fever": ("running", "high withhold", "neutrophils 1.49; symptom fever"),
    "neutropenic-emergency": ("running held", "high stop", "neutrophils 0.49; symptom unwell"),
    "fever-without-count": ("running", "high request_test", "symptom fever"),
    "infection-at-start": ("planned", "high do_not_start", "infection"),
    "fever-at-start": ("planned", "high do_not_start", "temperature 38.0"),
    "infection-fever": ("running", "high withhold", "temperature 38.0"),
    "infection-reported": ("running", "high withhold", "infection mild"),
    "infection-severity-unreadable": ("running", "high review", "infection unreadable"),
    "admission-unclear": ("planned running", "low inform", "hospital_admission"),
    "blood-culture-at-start": ("planned", "high do_not_start", "blood_culture positive"),
    "blood-culture-positive": ("running", "high withhold", "blood_culture positive"),
    "serious-infection-stop": ("running", "high stop", "infection serious"),
    "serious-infection-stop-any": ("running", "high stop", "infection serious"),
    "serious-infection-weigh": ("running", "high review", "infection serious", "for CAPS"),
    "crp-rise": ("running", "medium review", "crp 100"),
    "recurrent-infection": ("planned running held", "low inform", "recurrent_infection"),
    "immunosuppressed": ("planned running held", "low inform", "transplant"),
    "asthma": ("planned running held", "low inform", "asthma"),
    "copd": ("planned running held", "low inform", "copd"),
    "tb-screen-not-negative": ("planned running held", "high review", "igra positive"),
    "tb-screen-earlier-positive": ("planned running held", "high review", "-30 igra positive; igra negative"),
    "tb-history": ("planned running held", "high review", "tb_history"),
    "tb-exposure": ("planned running held", "high review", "tb_exposure"),
    "hbsag-positive-at-start": ("planned", "high do_not_start", "hbsag positive"),
    "hbsag-positive": ("running held", "high review", "hbsag positive"),
    "hbsag-indeterminate": ("planned running held", "medium repeat_test", "hbsag indeterminate"),
    "anti-hbc-positive": ("planned running held", "high review", "anti_hbc positive"),
    "anti-hbc-indeterminate": ("planned running held", "medium repeat_test", "anti_hbc indeterminate"),
    "anti-hbc-igm-positive": ("planned running held", "high review", "anti_hbc_igm positive"),
    "hbv-dna-detected": ("planned running held", "high review", "hbv_dna detected"),
    "hcv-antibody-positive": ("planned running held", "high review", "hcv_antibody positive"),
    "live-vaccine": ("planned running", "high avoid", "vaccination code 03"),
    "vaccine-unclear": ("planned running", "medium review", "vaccination code 9999"),
    "influenza-vaccine-not-found": ("planned", "low inform", ""),
    "pneumococcal-vaccine-not-found": ("planned", "low inform", ""),
    "allergy-at-start": ("planned", "high do_not_start", "allergy anakinra"),
    "allergy-on-treatment": ("running held", "high stop", "allergy anakinra"),
    "hypersensitivity": ("running", "high stop", "symptom anaphylaxis"),
    "hypersensitivity-at-start": ("planned", "high do_not_start", "symptom anaphylaxis"),
    "dress": ("running", "high stop", "eosinophils 0.71; symptom fever; symptom rash"),
    "interaction-tnf": ("planned running", "high avoid", "2026-01-01 adalimumab"),
    "interaction-listed": ("planned running", "high avoid", "2026-01-01 abatacept"),
    "interaction-sarilumab": ("planned running", "high avoid", "2026-01-01 sarilumab"),
    "interaction-targeted": ("planned running", "high avoid", "2026-01-01 rituximab"),
    "combination-csdmard": ("planned running", "low inform", "2026-01-01 leflunomide"),
    "combination-methotrexate": ("planned running", "low inform", "2026-01-01 methotrexate"),
    "narrow-index": ("planned running ended", "medium request_test", "2026-01-01 warfarin"),
    "narrow-index-more": ("planned running ended", "medium request_test", "2026-01-01 tacrolimus"),
    "liver-at-start": ("planned running", "medium review", "alt 60, limit 40", "", "", "2026-02-01"),
    "macrophage-activation": (
        "planned running held", "high review",
        "symptom fever; ferritin 685; platelets 181; ast 48.1; triglycerides 1; fibrinogen 5", "for SJIA",
    ),
    "lung-symptom": ("running", "low inform", "symptom cough", "for SJIA"),
    "amyloidosis-sign": ("running held", "high review", "symptom nodules"),
    "amyloidosis-proteinuria": ("running held", "high review", "-30 urine_acr 1; urine_acr 3.0"),
    "amyloidosis-egfr": ("running held", "high review", "-30 egfr 74; egfr 59"),
    "injection-site": ("running", "low inform", "injection_site_reaction"),
    "late-nodules": ("running held", "medium review", "symptom nodules"),
    "malignancy": ("planned running held", "medium review", "malignancy"),
    "age-65": ("planned running held", "low inform", "", "", "woman born 1961-02-20"),
    "pregnancy": ("planned running held", "medium review", "pregnancy"),
    "breastfeeding": ("planned running held", "medium review", "breastfeeding"),
    "surgery": ("planned running", "medium withhold", "surgery"),
    "arthroplasty": ("planned running", "medium withhold", "surgery THA"),
    "platelets-low": ("running", "medium review", "platelets 149"),
    "platelets-guideline": ("running", "medium review", "platelets 139"),
    "bruising": ("running", "medium request_test", "symptom bruising"),
    "urgent-blood-symptom": ("running", "high request_test", "symptom bruising"),
    "electrolyte-symptom": ("running", "low inform", "symptom confusion"),
    "renal-frequency": ("planned running", "medium reduce_frequency", "creatinine 177", "", KIDNEYS),
    "renal-dialysis": ("planned running", "medium reduce_frequency", "dialysis"),
    "renal-confirm": ("planned running", "medium repeat_test", "creatinine 177", "", KIDNEYS),
    "renal-caution": ("planned running", "low inform", "creatinine 176", "", KIDNEYS),
    "renal-restore": (
        "running", "medium restore_frequency", "-7 creatinine 100; creatinine 100", "alternate days", KIDNEYS,
    ),
    "aki-nhse": ("planned running held", "high review", "-30 creatinine 80; creatinine 160"),
    "aki-kdigo": ("planned running held", "high review", "-7 creatinine 80; creatinine 160"),
    "creatinine-high-first": ("planned running held", "low repeat_test", "creatinine 140"),
    "weight-out-of-date": ("planned running", "low request_test", "-400 weight 54; creatinine 80"),
    "dose-ra": ("planned running", "medium adjust_dose", "", "99 mg"),
    "dose-caps-dira": ("planned running", "medium adjust_dose", "weight 50", "9 mg/kg, for NOMID"),
    "dose-dira-split": ("planned running", "medium adjust_dose", "weight 50", "1 mg/kg, twice daily, for DIRA"),
    "dose-fmf-still": ("planned running", "medium adjust_dose", "weight 50", "99 mg, for FMF"),
    "dose-covid": ("planned running", "medium review", "", "99 mg, for COVID-19"),
    "dose-covid-eua": ("planned running", "medium review", "", "99 mg, for COVID-19"),
    "dose-seldom": ("planned running", "medium review", "", "twice weekly"),
    "population-ra": ("planned running", "medium review", "", "", CHILD),
    "population-covid": ("planned running", "medium review", "", "for COVID-19", CHILD),
    "population-jia": ("planned running", "medium review", "", "for JIA", CHILD),
    "population-small-child": ("planned running", "medium review", "weight 9.9", "for CAPS", CHILD),
    "dose-below-syringe": ("planned running", "medium review", "", "19 mg"),
    "weight-missing-for-dose": ("planned running", "medium request_test", "", "2 mg/kg"),
    "weight-missing-for-label": ("planned running", "medium request_test", "", "for CAPS"),
    "ra-without-methotrexate": ("planned running", "low inform", ""),
    "off-label-us": ("planned running", "low inform", "", "for GOUT"),
    "off-label-eu": ("planned running", "low inform", "", "for GOUT"),
    "indication-unknown": ("planned running", "medium review", "", "for UNKNOWN"),
    "count-at-infection": ("running", "medium request_test", "infection"),
}  # fmt: skip

#: rule: the indications it speaks for; "not" before those it does not speak for.
ASKED: dict[str, str] = {
    "serious-infection-stop": "RA",
    "serious-infection-stop-any": "not CAPS NOMID DIRA FMF",
    "serious-infection-weigh": "CAPS NOMID DIRA FMF",
    "asthma": "RA",
    "macrophage-activation": "SJIA AOSD",
    "lung-symptom": "SJIA",
    "dose-ra": "RA",
    "dose-caps-dira": "NOMID CAPS DIRA",
    "dose-dira-split": "DIRA",
    "dose-fmf-still": "FMF SJIA AOSD",
    "dose-covid": "COVID-19",
    "dose-covid-eua": "COVID-19",
    "population-ra": "RA",
    "population-jia": "JIA",
    "population-covid": "COVID-19",
    "population-small-child": "CAPS NOMID FMF SJIA AOSD",
    "weight-missing-for-label": "NOMID CAPS DIRA FMF SJIA AOSD",
    "ra-without-methotrexate": "RA",
    "off-label-us": "not RA NOMID CAPS DIRA COVID-19 UNKNOWN",
    "off-label-eu": "not RA CAPS NOMID FMF SJIA AOSD COVID-19 UNKNOWN",
    "indication-unknown": "UNKNOWN",
}
#: The same where one authority is asked; a house rule speaks whoever is asked.
ASKED_ALONE: dict[tuple[str, str], str] = {
    ("dose-caps-dira", "FDA"): "NOMID DIRA",
    ("dose-caps-dira", "EMA"): "CAPS NOMID",
    ("serious-infection-weigh", "EMA"): "CAPS NOMID DIRA FMF",
}


def _course(rule: str, phase: str, indication: str = "") -> str:
    told_of = (*SPOKEN[rule], "", "", "")
    how = ", ".join(part for part in told_of[3].split(", ") if part and not (indication and part.startswith("for ")))
    start = told_of[5]
    course = COURSES[phase]
    if start and phase != "planned":
        course = f"{start}{course[10:]}"
    parts = [part for part in (how, f"for {indication}" if indication else "") if part]
    stated = course.endswith(("on-hold", "stopped"))
    return course + (", " if stated and parts else " " if parts else "") + ", ".join(parts)


def _story(rule: str, phase: str, indication: str = "") -> str:
    told_of = (*SPOKEN[rule], "", "", "")
    return told(told_of[2], _course(rule, phase, indication), told_of[4])


def _means(words: str, indication: str) -> bool:
    listed = words.split()
    return indication not in listed if listed[0] == "not" else indication in listed


PHASE_ROWS = [
    Row(rule, _story(rule, phase), said[1] if phase in said[0].split() else "silent")
    for rule, said in SPOKEN.items() for phase in COURSES
]  # fmt: skip
INDICATION_ROWS = [
    Row(rule, _story(rule, "running", one), SPOKEN[rule][1] if _means(words, one) else "silent")
    for rule, words in ASKED.items() for one in INDICATIONS
] + [
    Row(rule, _story(rule, "running", one), SPOKEN[rule][1] if _means(words, one) else "silent",
        authorities=(authority,))
    for (rule, authority), words in ASKED_ALONE.items() for one in INDICATIONS
]  # fmt: skip

#: How an admission for an infection is written down.
ADMITTED = [
    f"hospital_admission {word}"
    for word in (
        "infection",
        "sepsis",
        "septic",
        "septicaemia",
        "urosepsis",
        "pneumonia",
        "cellulitis",
        "pyelonephritis",
        "meningitis",
        "endocarditis",
        "abscess",
        "bacteraemia",
        "osteomyelitis",
        "antibiotics",
        "wound infected",
        "recurrent infections",
        "septicemia",
        "bacteremia",
        "LRTI",
        "UTI",
        "erysipelas",
        "necrotising fasciitis",
        "necrotizing fasciitis",
        "peritonitis",
        "cholangitis",
        "discitis",
        "bronchopneumonia",
        "tuberculosis",
        "COVID-19",
        "influenza",
        "febrile neutropenia",
        "neutropenic",
    )
]
#: rule, phase, verdict: what makes it speak; then what does not.
NAMED: list[tuple[str, str, str, list[str], list[str]]] = [
    ("serious-infection-stop", "running", "high stop", [
        "infection serious", *ADMITTED,
        "antibiotic serious", "antibiotic meropenem iv", "antibiotic intravenous", "antibiotic i.v. meropenem",
        "antibiotic intravenously", "antibiotic intra-venous",
        "-30 to 2026-02-21 infection serious",
    ], ["infection moderate", "infection", "hospital_admission fall", "antibiotic oral", "antibiotic moderate",
        "antibiotic iv, prophylaxis", "antibiotic iv prophylactic",
        "2026-02-01 to 2026-02-10 infection serious"]),
    ("infection-at-start", "planned", "high do_not_start", [
        "infection", "antibiotic", "antibiotic oral", "positive_culture", "symptom fever", "symptom chills",
        "symptom cough", "symptom dysuria", "symptom sore_throat", "symptom diarrhoea", *ADMITTED,
    ], ["antibiotic prophylaxis", "antibiotic prophylactic", "symptom rash", "hospital_admission fall",
        "2026-01-01 to 2026-02-10 infection"]),
    ("infection-reported", "running", "high withhold", ["infection moderate"], ["infection serious"]),
    ("infection-severity-unreadable", "running", "high review", [
        "infection unreadable", "infection unreadable pneumonia", "antibiotic unreadable", "antibiotic unreadable oral",
        "-30 to 2026-02-21 infection unreadable",
    ], ["infection", "infection mild", "infection serious", "antibiotic unreadable iv",
        "antibiotic unreadable prophylaxis", "antibiotic moderate", "symptom rash unreadable",
        "hospital_admission unreadable fall",
        "2026-02-01 to 2026-02-10 infection unreadable"]),
    ("admission-unclear", "running", "low inform", [
        "hospital_admission", "hospital_admission fall", "hospital_admission code X59", "-90 hospital_admission",
        "hospital_admission prophylaxis",
    ], [*ADMITTED, "hospital_admission anaphylaxis", "hospital_admission anaphylactic", "hospital_admission angioedema",
        "infection", "symptom cough", "2026-02-01 to 2026-02-10 hospital_admission", ""]),
    ("blood-culture-at-start", "planned", "high do_not_start", [
        "blood_culture positive", "-13 blood_culture positive", "-3 blood_culture positive; blood_culture negative",
     ], ["blood_culture negative", "blood_culture indeterminate", "-14 blood_culture positive", ""]),
    ("blood-culture-positive", "running", "high withhold", [
        "blood_culture positive", "-13 blood_culture positive", "-3 blood_culture positive; blood_culture negative",
        "-13 blood_culture positive; -12 blood_culture negative", "blood_culture negative; blood_culture positive",
        "blood_culture positive; blood_culture negative", "-20 blood_culture positive; -3 blood_culture positive",
        "-13 blood_culture positive; -2 blood_culture indeterminate",
     ], ["blood_culture negative", "blood_culture indeterminate", "-14 blood_culture positive",
         "urine_culture positive", "-14 blood_culture positive; -3 blood_culture negative",
         "blood_culture negative; blood_culture indeterminate", ""]),
    ("fever-without-count", "running", "high request_test", ["symptom fever", "-6 symptom fever"],
     ["symptom chills", "-7 symptom fever", ""]),
    ("neutropenic-emergency", "running", "high stop", [
        "neutrophils 0.4; symptom unwell", "neutrophils 0.4; symptom chills", "neutrophils 0.4; symptom confusion",
        "neutrophils 0.4; symptom fever", "neutrophils 0.4; infection serious", "neutrophils 0.4; -6 symptom unwell",
        "neutrophils 0.4; -6 temperature 38.0",
    ], ["neutrophils 0.4; symptom cough", "neutrophils 0.4; -7 symptom unwell", "symptom unwell; neutrophils 2",
        "-7 temperature 38.0; neutrophils 0.4", "neutrophils 0.4"]),
    ("neutropenic-fever", "running", "high withhold", ["neutrophils 1.4; symptom fever"],
     ["neutrophils 1.4; symptom chills", "-7 temperature 38.0; neutrophils 1.4", "neutrophils 1.4",
      "temperature 38; neutrophils 3"]),
    ("renal-dialysis", "running", "medium reduce_frequency", [
        "dialysis", *(f"ckd {words}" for words in ("end-stage", "end stage", "endstage", "ESRD", "ESKD", "ESRF")),
    ],
     ["ckd", "2026-02-01 to 2026-02-10 dialysis"]),
    ("fever-at-start", "planned", "high do_not_start", ["-6 temperature 38.0"], ["", "-7 temperature 38.0"]),
    ("infection-fever", "running", "high withhold", ["-6 temperature 38.0"], ["", "-7 temperature 38.0"]),
    ("lung-symptom", "running", "low inform", ["symptom cough", "symptom dyspnoea", "symptom chest_pain"],
     ["symptom rash", "-7 symptom cough"]),
    ("creatinine-high-first", "running", "low repeat_test", ["creatinine 140"], [""]),
    ("dress", "running", "high stop", [
        "eosinophils 0.71; temperature 38.0; symptom rash", "eosinophils 0.71; -6 temperature 38.0; symptom rash",
    ], ["eosinophils 0.7; symptom fever; symptom rash", "eosinophils 0.71; temperature 37.9; symptom rash",
        "eosinophils 0.71; symptom rash", "eosinophils 0.71; symptom fever",
        "symptom fever; symptom rash; eosinophils 0.2",
        "eosinophils 0.71; -7 temperature 38.0; symptom rash", "eosinophils 0.71; symptom fever; -7 symptom rash"]),
    ("hypersensitivity", "running", "high stop", [
        "symptom anaphylaxis", "symptom angioedema", "symptom urticaria", "symptom other anaphylaxis",
        "symptom other anaphylactic", "symptom other angioedema", "symptom other urticaria", "symptom other hives",
        "hospital_admission anaphylaxis", "hospital_admission anaphylactic", "hospital_admission angioedema",
    ], ["symptom rash", "hospital_admission fall", "hospital_admission hives", "-28 symptom anaphylaxis",
        "allergy anaphylaxis"]),
    ("recurrent-infection", "running", "low inform", ["2025-01-01 to 2025-02-01 recurrent_infection"], ["infection"]),
    ("immunosuppressed", "running", "low inform", ["immunodeficiency", "transplant"],
     ["2025-01-01 to 2025-02-01 immunodeficiency"]),
    ("asthma", "running", "low inform", ["asthma"], ["copd", "2025-01-01 to 2025-02-01 asthma"]),
    ("copd", "running", "low inform", ["copd", "2025-01-01 to 2025-02-01 copd"], ["asthma"]),
    ("tb-history", "running", "high review", ["2025-01-01 to 2025-02-01 tb_history"], ["tb_exposure"]),
    ("tb-exposure", "running", "high review", ["tb_exposure"], ["tb_history", "2025-01-01 to 2025-02-01 tb_exposure"]),
    ("malignancy", "running", "medium review", ["malignancy", "2025-01-01 to 2025-02-01 malignancy"], ["ckd"]),
    ("pregnancy", "running", "medium review", ["pregnancy", "pregnancy_planned", "+365 pregnancy_planned"],
     ["breastfeeding", "+366 pregnancy_planned", "2025-01-01 to 2025-02-01 pregnancy"]),
    ("breastfeeding", "running", "medium review", ["breastfeeding"],
     ["pregnancy", "2025-01-01 to 2025-02-01 breastfeeding"]),
    ("surgery", "running", "medium withhold", ["surgery", "-13 surgery", "+365 surgery"],
     ["-14 surgery", "+366 surgery", "hospital_admission"]),
    ("arthroplasty", "running", "medium withhold", [
        "surgery arthroplasty", "surgery hip replacement", "surgery knee replacement", "surgery THA", "surgery TKA",
        "surgery THR", "surgery TKR", "-13 surgery THA",
    ], ["surgery appendix", "-14 surgery THA", "hospital_admission arthroplasty", "surgery"]),
    ("live-vaccine", "running", "high avoid", ["vaccination code 03", "vaccination code 21", "-27 vaccination code 03"],
     ["vaccination code 140", "-28 vaccination code 03", "vaccination code 9999"]),
    ("vaccine-unclear", "running", "medium review",
     ["vaccination code 9999", "vaccination", "-27 vaccination"], ["vaccination code 140", "-28 vaccination"]),
    ("influenza-vaccine-not-found", "planned", "low inform", [
        "", "-365 vaccination code 140", "-30 vaccination code 03", "symptom flu",
    ], [*(f"-30 vaccination code {code}" for code in ("140", "150", "111", "149", "151")), "-30 vaccination influenza",
        "-30 vaccination flu", "-364 vaccination code 140"]),
    ("pneumococcal-vaccine-not-found", "planned", "low inform", ["", "-30 vaccination influenza",
    "symptom pneumovax"], [
        *(f"2015-01-01 vaccination {word}"
          for word in ("pneumococcal", "pneumococcus", "pneumovax", "prevenar", "prevnar")),
    ]),
    ("allergy-on-treatment", "running", "high stop", [
        "allergy code anakinra", "allergy code e_coli_protein",
        *(f"allergy {words}" for words in (
            "anakinra", "kineret", "escherichia coli", "e coli", "e. coli", "e.coli", "polysorbate", "edta", "edetate",
            "citric acid",
        )),
        "2015-01-01 to 2015-02-01 allergy kineret",
    ], ["allergy penicillin", "symptom other anakinra"]),
    ("bruising", "running", "medium request_test", [
        "symptom bruising", "symptom black_stools",
        *(f"symptom other {word}" for word in ("bruising", "bleeding", "nosebleed", "petechiae")),
    ], ["symptom rash", "-7 symptom bruising", "hospital_admission bleeding"]),
    ("urgent-blood-symptom", "running", "high request_test", [
        *(f"symptom {code}" for code in ("black_stools", "bruising", "mouth_ulcers", "sore_throat", "swollen_glands")),
        *(f"symptom other {word}" for word in ("bleeding", "petechiae", "pale", "pallor")),
    ], ["symptom rash", "-7 symptom bruising", "hospital_admission bleeding"]),
    ("electrolyte-symptom", "running", "low inform", [
        "symptom confusion", "symptom seizure", "symptom reduced_urine",
        *(f"symptom other {word}" for word in ("twitching", "tingling", "heaviness")),
    ], ["symptom rash", "-7 symptom seizure", "hospital_admission twitching"]),
    ("amyloidosis-sign", "running", "high review", [
        "symptom nodules", "symptom oedema", "symptom early_satiety", "injection_site_reaction nodule",
        "injection_site_reaction nodules",
    ], ["symptom rash", "injection_site_reaction redness", "-90 symptom nodules"]),
    ("late-nodules", "running", "medium review", [
        "symptom nodules", *(f"injection_site_reaction {w}" for w in ("nodule", "nodules", "ulcer", "ulceration")),
        "-41 injection_site_reaction ulcer",
    ], ["symptom oedema", "injection_site_reaction redness", "-90 injection_site_reaction ulcer"]),
    ("injection-site", "running", "low inform", ["injection_site_reaction redness", "-41 injection_site_reaction"],
     ["symptom nodules", "-42 injection_site_reaction"]),
    ("crp-rise", "running", "medium review", [
        "crp 100", "-30 crp 2; crp 12", "-90 crp 2; crp 12", "-30 crp 2; -20 crp 2; -10 crp 11; crp 13",
        "-7 temperature 38.0; crp 100", "temperature 37.9; crp 100",
        "2025-01-01 to 2025-06-01 tocilizumab stopped; crp 100",
        "2025-01-01 to 2025-12-11 tocilizumab stopped; crp 100", "2025-01-01 to 2025-12-25 sarilumab stopped; crp 100",
        "2026-01-01 adalimumab; crp 100",
    ], ["crp 99.9", "", "-30 crp 2; crp 11.9", "-91 crp 2; crp 12", "-30 crp 60; crp 75", "-30 crp 80; crp 2",
        "2025-01-01 to 2025-12-12 tocilizumab stopped; crp 100", "2025-01-01 to 2025-12-26 sarilumab stopped; crp 100",
        "crp 100; infection", "crp 100; temperature 38.0", "crp 100; 2026-01-01 tocilizumab",
        "crp 100; symptom fever"]),
    ("neutrophils-fall", "running", "medium review", ["-30 neutrophils 8; neutrophils 2.49",
                                                      "-300 neutrophils 8; neutrophils 1"],
     ["-30 neutrophils 8; neutrophils 2.5", "-30 neutrophils 2.6; neutrophils 2.4",
     "-30 neutrophils 0.5; neutrophils 2.4",
      "neutrophils 2.4"]),
    ("hbsag-indeterminate", "running", "medium repeat_test", ["hbsag indeterminate"],
     ["hbsag positive", "hbsag negative", ""]),
    ("anti-hbc-positive", "running", "high review", ["anti_hbc positive", "anti_hbc positive; hbsag indeterminate",
                                                     "anti_hbc positive; hbsag negative"],
     ["anti_hbc positive; hbsag positive", "anti_hbc indeterminate", "anti_hbc negative"]),
    ("anti-hbc-indeterminate", "running", "medium repeat_test", ["anti_hbc indeterminate"],
     ["anti_hbc positive", "anti_hbc negative", ""]),
    ("anti-hbc-igm-positive", "running", "high review", ["anti_hbc_igm positive"],
     ["anti_hbc_igm indeterminate", "anti_hbc_igm negative", "anti_hbc positive", ""]),
    ("hbv-dna-detected", "running", "high review", ["hbv_dna detected", "hbv_dna 1", "hbv_dna 2000",
                                                    "hbv_dna detected; hbsag negative",
                                                    "hbv_dna detected; hbsag indeterminate"],
     ["hbv_dna not detected", "hbv_dna 0", "hbv_dna detected; hbsag positive", ""]),
    ("hcv-antibody-positive", "running", "high review", ["hcv_antibody positive"],
     ["hcv_antibody indeterminate", "hcv_antibody negative", ""]),
    ("hbsag-positive-at-start", "planned", "high do_not_start", ["hbsag positive"], ["hbsag indeterminate"]),
    ("hbsag-positive", "running", "high review", ["hbsag positive"], ["hbsag indeterminate"]),
    ("tb-screen-not-negative", "running", "high review", ["igra positive", "igra indeterminate"], ["igra negative"]),
    ("amyloidosis-proteinuria", "running", "high review", ["-30 urine_acr 2.9; urine_acr 3.0",
                                                           "-30 urine_acr 2.9; -9 urine_acr 3.0; urine_acr 9"],
     ["-30 urine_acr 1; urine_acr 2.9", "urine_acr 9", "-30 urine_acr 5; urine_acr 9", ""]),
    ("amyloidosis-egfr", "running", "high review", ["-365 egfr 70; egfr 56"],
     ["-366 egfr 70; egfr 56", "-30 egfr 70; egfr 57", "-30 egfr 90; egfr 60", "", "egfr 30"]),
    ("platelets-low", "running", "medium review", ["platelets 149"], ["platelets 150"]),
    ("platelets-guideline", "running", "medium review", ["platelets 139"], ["platelets 140"]),
    ("count-at-infection", "running", "medium request_test", [
        "infection", "-3 temperature 38.0", "-3 infection; -4 neutrophils 3", "-6 temperature 38.0",
    ], ["-3 infection; neutrophils 3", "-3 temperature 38.0; neutrophils 3", "-3 temperature 37.9", "",
        "-7 temperature 38.0", "-3 infection; -3 neutrophils 3"]),
    ("interaction-tnf", "running", "high avoid", [
        f"2026-01-01 {drug}" for drug in
        ("adalimumab", "certolizumab pegol", "etanercept", "golimumab", "infliximab")
    ], ["2026-01-01 abatacept", "2026-01-01 to 2026-02-01 adalimumab stopped"]),
    ("interaction-listed", "running", "high avoid", [
        f"2026-01-01 {drug}" for drug in
        ("abatacept", "adalimumab", "anifrolumab", "baricitinib", "certolizumab pegol", "etanercept", "golimumab",
         "infliximab", "rilonacept")
    ], ["2026-01-01 rituximab"]),
    ("interaction-targeted", "running", "high avoid", [
        "2026-01-01 rituximab", "2026-01-01 tofacitinib", "2026-01-01 tocilizumab", "2026-01-01 canakinumab",
    ], ["2026-01-01 methotrexate", *(
        f"2026-01-01 {drug}" for drug in
        ("abatacept", "adalimumab", "anifrolumab", "baricitinib", "certolizumab pegol", "etanercept", "golimumab",
         "infliximab", "rilonacept"))]),
    ("interaction-sarilumab", "running", "high avoid", ["2026-01-01 sarilumab"], ["2026-01-01 tocilizumab"]),
    ("combination-csdmard", "running", "low inform", ["2026-01-01 methotrexate", "2026-01-01 sulfasalazine"],
     ["2026-01-01 adalimumab"]),
    ("combination-methotrexate", "running", "low inform", ["2026-01-01 methotrexate"], ["2026-01-01 leflunomide"]),
    ("narrow-index", "running", "medium request_test", ["2026-01-01 warfarin", "2026-01-01 phenytoin"],
     ["2026-01-01 tacrolimus"]),
    ("narrow-index-more", "running", "medium request_test",
     ["2026-01-01 ciclosporin", "2026-01-01 tacrolimus", "2026-01-01 theophylline"], ["2026-01-01 warfarin"]),
    ("ra-without-methotrexate", "running", "low inform", ["2026-01-01 leflunomide"], ["2026-01-01 methotrexate"]),
]  # fmt: skip
NAMED_ROWS = [
    Row(rule, told(facts, _course(rule, phase)), verdict if spoken else "silent")
    for rule, phase, verdict, met, clear in NAMED
    for spoken, several in ((True, met), (False, clear)) for facts in several
]  # fmt: skip

MAS = "2026-01-01 anakinra for SJIA"
STARTED = "2026-02-01 anakinra"
#: rule: stories in full and the answer.
TOLD: dict[str, dict[str, str]] = {
    "macrophage-activation": {
        told(facts, MAS): answer
        for facts, answer in {
            "temperature 38.0; ferritin 684.1; platelets 181; ast 48.1; triglycerides 1; fibrinogen 5": "high review",
            "temperature 38.0; ferritin 685; platelets 182; ast 48.1; triglycerides 1.77; fibrinogen 5": "high review",
            "temperature 38.0; ferritin 685; platelets 182; ast 48; triglycerides 1.77; fibrinogen 3.6": "high review",
            "temperature 38.0; ferritin 685; platelets 181; ast 48; triglycerides 1.76; fibrinogen 3.6": "high review",
            "temperature 38.0; ferritin 684; platelets 181; ast 48.1; triglycerides 1; fibrinogen 5": "silent",
            "temperature 38.0; ferritin 685; platelets 182; ast 49; triglycerides 1.76; fibrinogen 3.7": "silent",
            "temperature 38.0; ferritin 685; platelets 181; ast 48; triglycerides 1.76; fibrinogen 3.61": "silent",
            "temperature 38.0; ferritin 685; platelets 181; ast 47; triglycerides 1.76; fibrinogen 3.7": "silent",
            "temperature 38.0; ferritin 685; platelets 190; ast 49; triglycerides 1.75; fibrinogen 3.7": "silent",
            "temperature 37.9; ferritin 685; platelets 100; ast 90; triglycerides 2; fibrinogen 2": "silent",
            "-7 temperature 38.0; ferritin 685; platelets 100; ast 90; triglycerides 2; fibrinogen 2": "silent",
            "ferritin 685; platelets 100; ast 90; triglycerides 2; fibrinogen 2": "silent",
            "symptom fever; ferritin 685; platelets 100; ast 90; triglycerides 2; fibrinogen 2": "high review",
        }.items()
    },
    "liver-at-start": {
        told("alt 60, limit 40", STARTED): "medium review",
        told("alt 59.9, limit 40; ast 20, limit 40", STARTED): "silent",
        told("alt 59.7, limit 40; ast 20, limit 40", STARTED): "silent",
        told("alt 60.2, limit 40; ast 20, limit 40", STARTED): "medium review",
        told("alt 30, limit 40; ast 60, limit 40", STARTED): "medium review",
        told("alt 30, limit 40; ast 59.7, limit 40", STARTED): "silent",
        told("alt 30, limit 40", STARTED): "silent",
        told("ast 30, limit 40", STARTED): "cannot tell: no_result",
        told("alt 60, limit 40", "2026-01-24 anakinra"): "medium review",
        told("alt 60, limit 40", "2026-01-23 anakinra"): "silent",
        told("alt 60, limit 40", "2026-01-01 anakinra"): "silent",
    },
    "age-65": {told("", COURSES["running"], "woman born 1961-02-21"): "silent"},
    "creatinine-high-first": {told("-10 dialysis; creatinine 140", COURSES["running"]): "silent"},
    "aki-nhse": {
        told("-30 creatinine 80; -10 dialysis; creatinine 160", COURSES["running"]): "silent",
        told("-30 creatinine 80; -10 ckd; creatinine 160", COURSES["running"]): "high review",
    },
    "aki-kdigo": {told("-7 creatinine 80; -10 dialysis; creatinine 160", COURSES["running"]): "silent"},
    "renal-frequency": {
        told("creatinine 177", "2026-01-01 anakinra alternate days", KIDNEYS): "silent",
        # Either algorithm makes a clearance unsteady, but not with dialysis.
        told("-30 creatinine 120; -9 dialysis; creatinine 190", COURSES["running"], KIDNEYS):
            "medium reduce_frequency",
        told("-30 creatinine 120; creatinine 190", COURSES["running"], KIDNEYS): "cannot tell: unsteady_creatinine",
        told("-1 creatinine 180; creatinine 206.2", COURSES["running"], KIDNEYS): "cannot tell: unsteady_creatinine",
        told("-200 creatinine 120; -100 creatinine 160; -50 creatinine 160; creatinine 185", COURSES["running"],
             KIDNEYS): "cannot tell: unsteady_creatinine",
    },
    "renal-confirm": {
        told("-7 creatinine 177; creatinine 177", COURSES["running"], KIDNEYS): "silent",
        told("ckd; creatinine 177", COURSES["running"], KIDNEYS): "silent",
        told("dialysis; creatinine 177", COURSES["running"], KIDNEYS): "silent",
        told("2025-01-01 to 2025-02-01 ckd; creatinine 177", COURSES["running"], KIDNEYS): "medium repeat_test",
        told("creatinine 177", "2026-01-01 anakinra alternate days", KIDNEYS): "silent",
    },
    "renal-restore": {
        told("-7 creatinine 100; creatinine 100", COURSES["running"], KIDNEYS): "silent",
        told("creatinine 100", "2025-12-01 anakinra alternate days", KIDNEYS): "silent",
        told("-20 creatinine 60; -8 creatinine 100; creatinine 100", "2025-12-01 anakinra alternate days", KIDNEYS):
            "cannot tell: unsteady_creatinine",
        told("-20 creatinine 150; -8 creatinine 180; creatinine 150", "2025-12-01 anakinra alternate days", KIDNEYS):
            "silent",
    },
    "weight-out-of-date": {told("", COURSES["running"]): "silent"},
    # A course is planned from 365 days before its start, whether its row says so or is merely dated later.
    "infection-at-start": {
        told("infection", "2027-02-20 anakinra planned"): "high do_not_start",
        told("infection", "2027-02-21 anakinra planned"): "silent",
        told("infection", "2027-02-20 anakinra"): "high do_not_start",
        told("infection", "2027-02-21 anakinra"): "silent",
    },
}  # fmt: skip


def dosed(how: str, facts: str = "", who: str = ADULT, start: str = "2026-01-01") -> str:
    return told(facts, f"{start} anakinra {how}", who)


FILTER = "creatinine 88.4"  # clearance 60.0 for the man of KIDNEYS; 30.0 at 176.8
TOLD |= {
    "dose-ra": {
        dosed("100 mg"): "silent",
        dosed("99 mg"): "medium adjust_dose",
        dosed("101 mg"): "medium adjust_dose",
        dosed("100 mg, twice daily"): "medium adjust_dose",
        # Less often than any label names is no slip from the label's daily dose where the kidneys are impaired.
        dosed("100 mg, twice weekly", FILTER, KIDNEYS): "medium adjust_dose",
        dosed("100 mg, twice weekly"): "cannot tell: no_result",
        dosed("100 mg, twice weekly", "creatinine 177", KIDNEYS): "silent",
        dosed("100 mg, three times weekly", f"{FILTER}; dialysis", KIDNEYS): "silent",
        dosed("100 mg, alternate days", FILTER, KIDNEYS): "medium adjust_dose",
        dosed("100 mg, alternate days", "creatinine 176.8", KIDNEYS): "medium adjust_dose",
        dosed("100 mg, alternate days", "creatinine 176.81", KIDNEYS): "silent",
        dosed("100 mg, alternate days", "creatinine 176.78", KIDNEYS): "medium adjust_dose",
        dosed("100 mg, alternate days", f"{FILTER}; dialysis", KIDNEYS): "silent",
        dosed("100 mg, alternate days", "2026-02-01 to 2026-02-10 dialysis; creatinine 100", KIDNEYS):
            "medium adjust_dose",
        dosed("100 mg", FILTER, KIDNEYS): "silent",
        dosed("100 mg, alternate days", "-30 creatinine 40; creatinine 80", KIDNEYS):
            "cannot tell: unsteady_creatinine",
    },
    "dose-caps-dira": {
        dosed("8 mg/kg, for NOMID", "weight 50", start="2025-01-01"): "silent",
        dosed("8.01 mg/kg, for NOMID", "weight 50", start="2025-01-01"): "medium adjust_dose",
        dosed("0.5 mg/kg, for NOMID", "weight 50", start="2025-01-01"): "silent",
        dosed("1 mg/kg, for NOMID", "weight 50", start="2026-02-01"): "silent",
        dosed("0.99 mg/kg, for NOMID", "weight 50", start="2026-02-01"): "medium adjust_dose",
        dosed("2 mg/kg, for NOMID", "weight 50", start="2026-02-01"): "silent",
        dosed("2.01 mg/kg, for NOMID", "weight 50", start="2026-02-01"): "medium adjust_dose",
        dosed("3 mg/kg, for NOMID", "weight 50", start="2026-01-24"): "medium adjust_dose",
        dosed("3 mg/kg, for NOMID", "weight 50", start="2026-01-23"): "silent",
        dosed("1 mg/kg, twice daily, for NOMID", "weight 50", start="2025-01-01"): "silent",
        dosed("1 mg/kg, three times daily, for NOMID", "weight 50", start="2025-01-01"): "medium adjust_dose",
        dosed("1 mg/kg, alternate days, for NOMID", "creatinine 176.8", KIDNEYS): "medium adjust_dose",
        dosed("1 mg/kg, alternate days, for NOMID", "creatinine 176.78", KIDNEYS): "medium adjust_dose",
        dosed("1 mg/kg, alternate days, for NOMID", "creatinine 176.81", KIDNEYS): "silent",
        dosed("1 mg/kg, alternate days, for NOMID", "creatinine 100; dialysis", KIDNEYS): "silent",
        dosed("1 mg/kg, for NOMID", "creatinine 100", KIDNEYS): "silent",
        dosed("1 mg/kg, alternate days, for NOMID", "-30 creatinine 40; creatinine 80", KIDNEYS):
            "cannot tell: unsteady_creatinine",
    },
    "dose-fmf-still": {
        dosed("100 mg, for FMF", "weight 50"): "silent",
        dosed("99 mg, for FMF", "weight 50"): "medium adjust_dose",
        dosed("101 mg, for FMF", "weight 50"): "medium adjust_dose",
        dosed("101 mg, for FMF", "weight 50.1"): "medium adjust_dose",
        dosed("90 mg, for FMF", "weight 49.9"): "silent",
        dosed("100 mg, for FMF", "weight 101"): "silent",
        dosed("2 mg/kg, for FMF", "weight 49.9"): "silent",
        dosed("1 mg/kg, for FMF", "weight 40"): "silent",
        dosed("0.99 mg/kg, for FMF", "weight 40"): "medium adjust_dose",
        dosed("2.01 mg/kg, for FMF", "weight 40"): "medium adjust_dose",
        dosed("2.01 mg/kg, for FMF", "weight 20", CHILD, "2025-06-01"): "silent",
        dosed("2.01 mg/kg, for FMF", "weight 20", CHILD, "2026-02-01"): "medium adjust_dose",
        dosed("4 mg/kg, for FMF", "weight 20", CHILD, "2025-06-01"): "silent",
        dosed("4.01 mg/kg, for FMF", "weight 20", CHILD, "2025-06-01"): "medium adjust_dose",
        dosed("2.5 mg/kg, for FMF", "weight 40", "woman born 2008-02-20", "2025-06-01"): "medium adjust_dose",
        dosed("2.5 mg/kg, for FMF", "weight 40", "woman born 2008-02-21", "2025-06-01"): "silent",
        dosed("2.5 mg/kg, for FMF", "weight 40", "woman born 2007-02-20", "2025-06-01"): "medium adjust_dose",
        dosed("100 mg, alternate days, for FMF", "creatinine 176.8", KIDNEYS): "medium adjust_dose",
        dosed("100 mg, alternate days, for FMF", "creatinine 176.81", KIDNEYS): "silent",
        dosed("100 mg, alternate days, for FMF", "creatinine 176.78", KIDNEYS): "medium adjust_dose",
        dosed("100 mg, alternate days, for FMF", "creatinine 100; dialysis", KIDNEYS): "silent",
        dosed("100 mg, for FMF", "creatinine 100", KIDNEYS): "silent",
        dosed("100 mg, alternate days, for FMF", "-30 creatinine 40; creatinine 80", KIDNEYS):
            "cannot tell: unsteady_creatinine",
    },
    "dose-covid": {
        dosed("100 mg, for COVID-19", start="2026-02-11"): "silent",
        dosed("99 mg, for COVID-19", start="2026-02-11"): "medium review",
        dosed("101 mg, for COVID-19", start="2026-02-11"): "medium review",
        dosed("100 mg, twice daily, for COVID-19", start="2026-02-11"): "medium review",
        dosed("100 mg, alternate days, for COVID-19", start="2026-02-11"): "medium review",
        dosed("100 mg, for COVID-19", start="2026-02-10"): "medium review",
        told("", "2026-02-15 to 2026-02-24 anakinra for COVID-19", ADULT): "silent",
        told("", "2026-02-15 to 2026-02-23 anakinra for COVID-19", ADULT): "medium review",
        told("", "2026-02-15 to 2026-02-25 anakinra for COVID-19", ADULT): "medium review",
    },
    "dose-covid-eua": {
        dosed("100 mg, for COVID-19", start="2026-02-11"): "silent",
        dosed("99 mg, for COVID-19", start="2026-02-11"): "medium review",
        dosed("101 mg, for COVID-19", start="2026-02-11"): "medium review",
        dosed("100 mg, twice daily, for COVID-19", start="2026-02-11"): "medium review",
        dosed("100 mg, for COVID-19", start="2026-02-10"): "medium review",
        told("", "2026-02-15 to 2026-02-24 anakinra for COVID-19", ADULT): "silent",
        told("", "2026-02-15 to 2026-02-23 anakinra for COVID-19", ADULT): "medium review",
        told("", "2026-02-15 to 2026-02-25 anakinra for COVID-19", ADULT): "medium review",
        dosed("100 mg, twice weekly, for COVID-19", "creatinine 177", KIDNEYS, "2026-02-11"): "silent",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 176.8", KIDNEYS, "2026-02-11"): "medium review",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 176.81", KIDNEYS, "2026-02-11"): "silent",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 176.78", KIDNEYS, "2026-02-11"): "medium review",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 100; dialysis", KIDNEYS, "2026-02-11"): "silent",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 177", KIDNEYS, "2026-02-01"): "silent",
        dosed("100 mg, for COVID-19", "creatinine 100", KIDNEYS, "2026-02-11"): "silent",
        dosed("100 mg, alternate days, for COVID-19", "-30 creatinine 40; creatinine 80", KIDNEYS, "2026-02-11"):
            "cannot tell: unsteady_creatinine",
    },
    "population-ra": {
        dosed("", who="woman born 2008-02-20"): "silent",
        dosed("", who="woman born 2008-02-21"): "medium review",
        dosed("", who="woman born 2007-02-21"): "silent",
    },
    "population-jia": {
        dosed("for JIA", who="woman born 2008-02-20"): "silent",
        dosed("for JIA", who="woman born 2008-02-21"): "medium review",
    },
    "population-covid": {
        dosed("for COVID-19", who="woman born 2008-02-20"): "silent",
        dosed("for COVID-19", who="woman born 2008-02-21"): "medium review",
    },
    "population-small-child": {
        dosed("for CAPS", "weight 9.9", CHILD): "medium review",
        dosed("for CAPS", "weight 10", CHILD): "silent",
        dosed("for CAPS", "weight 10.1", CHILD): "silent",
        dosed("for CAPS", "weight 20", "woman born 2025-06-20"): "silent",
        dosed("for CAPS", "weight 20", "woman born 2025-06-21"): "medium review",
        dosed("for CAPS", "weight 20", "woman born 2025-05-21"): "silent",
        dosed("for CAPS", "weight 9", "woman born 2008-02-20"): "silent",
        dosed("for CAPS", "weight 9", "woman born 2008-02-21"): "medium review",
        dosed("for CAPS", "weight 9", "woman born 2007-02-21"): "silent",
    },
    "dose-below-syringe": {dosed("19 mg"): "medium review", dosed("20 mg"): "silent", dosed("21 mg"): "silent"},
    "weight-missing-for-dose": {
        dosed("2 mg/kg"): "medium request_test",
        dosed("100 mg"): "silent",
        dosed("2 mg/kg", "weight 50"): "silent",
        dosed("2 mg/kg", "-90 weight 20", CHILD): "silent",
        dosed("2 mg/kg", "-91 weight 20", CHILD): "medium request_test",
    },
    "weight-missing-for-label": {dosed("for CAPS", "weight 50"): "silent"},
    "schedule-restart": {
        told("", "2026-01-01 anakinra"): "silent",
        told("", "2025-10-01 to 2025-12-31 anakinra stopped\n2026-01-28 anakinra"): "silent",
        told("", "2025-10-01 to 2025-12-31 anakinra stopped\n2026-01-29 anakinra"): "low inform",
        told("", "2025-10-01 to 2025-11-30 anakinra stopped\n2026-01-24 anakinra"): "low inform",
        told("", "2025-10-01 to 2025-11-30 anakinra stopped\n2026-01-23 anakinra"): "silent",
    },
}  # fmt: skip
#: Names that stand close together, told apart: this event, this algorithm, this way to count a dose, not the next one.
APART: dict[str, dict[str, str]] = {
    "crp-rise": {told("crp 100; symptom unwell", COURSES["running"]): "medium review"},
    "dress": {told("eosinophils 0.71; symptom cough; symptom rash", COURSES["running"]): "silent"},
    "macrophage-activation": {
        told("symptom cough; ferritin 685; platelets 100; ast 90; triglycerides 2; fibrinogen 2", MAS): "silent",
    },
    "aki-nhse": {told("-200 creatinine 100; -8 creatinine 110; creatinine 155", COURSES["running"]): "silent"},
    # How often it is taken does not matter to how much is taken at once.
    "dose-ra": {
        dosed("99 mg, unreadable"): "medium adjust_dose",
        dosed("101 mg, unreadable"): "medium adjust_dose",
        dosed("100 mg, alternate days", f"{FILTER}; ckd end-stage", KIDNEYS): "silent",  # as renal-dialysis asks
        dosed("100 mg, alternate days", f"{FILTER}; ckd", KIDNEYS): "medium adjust_dose",
        # Dialysis that is over excuses nothing that came after it.
        dosed("100 mg, alternate days", "2026-01-05 to 2026-01-10 dialysis; -30 creatinine 40; creatinine 80", KIDNEYS):
            "cannot tell: unsteady_creatinine",
    },
    "dose-caps-dira": {
        dosed("1 mg/kg, alternate days, for NOMID", "creatinine 100; ckd end-stage", KIDNEYS): "silent",
        dosed("1 mg/kg, alternate days, for NOMID", "creatinine 100; ckd", KIDNEYS): "medium adjust_dose",
    },
    "dose-fmf-still": {
        dosed("60 mg, twice daily, for FMF", "weight 50"): "medium adjust_dose",
        dosed("50 mg, twice daily, for FMF", "weight 50"): "silent",
        dosed("100 mg, alternate days, for FMF", "creatinine 100; ckd end-stage", KIDNEYS): "silent",
        dosed("100 mg, alternate days, for FMF", "creatinine 100; ckd", KIDNEYS): "medium adjust_dose",
    },
    "dose-covid": {
        dosed("99 mg, unreadable, for COVID-19", start="2026-02-11"): "medium review",
        dosed("101 mg, unreadable, for COVID-19", start="2026-02-11"): "medium review",
    },
    "dose-covid-eua": {
        dosed("99 mg, unreadable, for COVID-19", start="2026-02-11"): "medium review",
        dosed("101 mg, unreadable, for COVID-19", start="2026-02-11"): "medium review",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 100; ckd end-stage", KIDNEYS, "2026-02-11"): "silent",
        dosed("100 mg, alternate days, for COVID-19", "creatinine 100; ckd", KIDNEYS, "2026-02-11"): "medium review",
    },
    "dose-below-syringe": {dosed("15 mg, twice daily"): "medium review"},
    "dose-seldom": {
        dosed("100 mg, three times weekly", f"{FILTER}; dialysis", KIDNEYS): "medium review",
        dosed("100 mg, twice weekly", "creatinine 177", KIDNEYS): "medium review",
        dosed("100 mg, alternate days"): "silent",
        dosed("100 mg"): "silent",
        dosed("100 mg, unreadable"): "cannot tell: unknown_frequency",
    },
    "weight-missing-for-dose": {told("weight 50", "2026-01-01 anakinra dose unreadable mg/kg", ADULT): "silent"},
}  # fmt: skip
TOLD_ROWS = [
    Row(rule, story, answer)
    for stories in (TOLD, APART)
    for rule, several in stories.items()
    for story, answer in several.items()
]

#: Every visit of a test in the first years after 2026-01-01, for one authority and indication.
GRIDS = {
    ("alt-visits", "BSR", "alt", "RA"): """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-04-01: 2026-03-02 to 2026-05-01
        2026-07-01: 2026-06-01 to 2026-07-31
        2027-01-01: 2026-12-02 to 2027-01-31
        2027-07-01: 2027-06-01 to 2027-07-31
        2028-01-01: 2027-12-02 to 2028-01-31
        """,
    ("alt-visits-still", "EMA", "alt", "SJIA"): """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-01-15: 2026-01-08 to 2026-01-22
        2026-01-29: 2026-01-15 to 2026-02-12
        """,
    ("urine-visits", "EMA", "urine_acr", "RA"): """
        2026-01-01: 2025-12-04 to 2026-01-01
        2027-01-01: 2026-12-02 to 2027-01-31
        2028-01-01: 2027-12-02 to 2028-01-31
        """,
    ("tb-screen-visit", "FDA", "igra", "RA"): "2026-01-01: 2025-01-01 to 2026-01-01",
    ("hbsag-visit", "EMA", "hbsag", "RA"): "2026-01-01: 2025-01-01 to 2026-01-01",
    ("anti-hbc-visit", "EMA", "anti_hbc", "RA"): "2026-01-01: 2025-01-01 to 2026-01-01",
}
GRIDS["alt-visits-still", "EMA", "alt", "AOSD"] = GRIDS["alt-visits-still", "EMA", "alt", "SJIA"]
GRIDS["alt-visits-still-week-2", "EMA", "alt", "SJIA"] = GRIDS["alt-visits-still", "EMA", "alt", "SJIA"]
STILL = ("SJIA", "AOSD")
# Where the one authority asked has no liver visits for an indication, those of all the others stand.
GRIDS |= {("alt-visits-still", "EMA", "alt", one): GRIDS["alt-visits", "BSR", "alt", "RA"]
          for one in INDICATIONS if one not in STILL}  # fmt: skip
GRIDS |= {("alt-visits-still-week-2", "EMA", "alt", one): GRIDS["alt-visits-still", "EMA", "alt", one]
          for one in INDICATIONS}  # fmt: skip
GRID_ROWS = [
    Edge(rule, f"2026-01-01 anakinra for {indication}", "\n".join(line.strip() for line in lines.strip().split("\n")),
         "2027-11-30", (authority, test))
    for (rule, authority, test, indication), lines in GRIDS.items()
]  # fmt: skip

#: Rules about dates, for whom they hold: rule, course begun, day asked, verdict, indications.
DATED = [
    ("alt-baseline-still", "2026-02-20", "2026-02-20", "medium request_test", STILL),
    ("alt-overdue-still", "2026-01-01", "2026-05-02", "medium request_test", STILL),
    ("response-review", "2025-11-20", "2026-02-20", "low inform", ("RA",)),
]
DATED_ROWS = [
    Row(rule, f"{begun} anakinra for {one}", verdict if one in speaks_for else "silent", on)
    for rule, begun, on, verdict, speaks_for in DATED for one in INDICATIONS
]  # fmt: skip


#: Who speaks by a rule; by every other rule the clinic's own house rules (LOCAL) alone.
SPEAKERS = {
    "neutrophils-contraindication": "EMA", "neutrophils-stop": "EMA", "neutrophils-review": "FDA",
    "neutrophils-guideline": "BSR", "infection-at-start": "FDA EMA LOCAL", "fever-at-start": "FDA EMA LOCAL",
    "serious-infection-stop": "FDA EMA", "recurrent-infection": "EMA FDA LOCAL", "immunosuppressed": "EMA FDA LOCAL",
    "asthma": "EMA", "tb-screen-missing": "FDA LOCAL", "tb-screen-not-negative": "FDA LOCAL",
    "tb-history": "FDA LOCAL", "tb-exposure": "FDA LOCAL", "hbsag-missing": "EMA BSR", "anti-hbc-missing": "EMA BSR",
    "live-vaccine": "FDA EMA LOCAL", "allergy-at-start": "FDA EMA LOCAL", "allergy-on-treatment": "FDA EMA LOCAL",
    "hypersensitivity": "FDA EMA LOCAL", "dress": "EMA LOCAL", "interaction-tnf": "FDA EMA LOCAL",
    "interaction-sarilumab": "FDA", "combination-csdmard": "FDA LOCAL", "combination-methotrexate": "EMA",
    "narrow-index": "EMA", "liver-at-start": "EMA", "macrophage-activation": "EULAR ACR EMA", "lung-symptom": "EMA",
    "amyloidosis-sign": "FDA", "amyloidosis-proteinuria": "FDA", "amyloidosis-egfr": "FDA",
    "injection-site": "LOCAL FDA", "malignancy": "EMA LOCAL", "age-65": "FDA LOCAL",
    "pregnancy": "EMA BSR EULAR LOCAL", "breastfeeding": "EMA LOCAL", "arthroplasty": "ACR",
    "platelets-low": "EMA FDA", "platelets-guideline": "BSR", "renal-frequency": "FDA EMA", "renal-dialysis": "FDA EMA",
    "renal-caution": "EMA", "aki-nhse": "NHSE", "aki-kdigo": "KDIGO", "dose-ra": "FDA EMA", "dose-fmf-still": "EMA",
    "dose-dira-split": "FDA",
    "dose-covid": "EMA", "dose-covid-eua": "FDA",
    "blood-culture-at-start": "FDA EMA LOCAL", "population-ra": "FDA EMA LOCAL", "population-covid": "EMA LOCAL",
    "population-jia": "LOCAL",
    "population-small-child": "EMA", "dose-below-syringe": "EMA", "ra-without-methotrexate": "EMA",
    "off-label-us": "FDA", "off-label-eu": "EMA", "neutrophils-baseline": "EMA FDA BSR", "alt-baseline": "BSR",
    "alt-baseline-still": "EMA", "alt-overdue": "BSR", "alt-overdue-still": "EMA", "response-review": "LOCAL EMA",
}  # fmt: skip
#: Who speaks where that depends on the indication.
SPEAKERS_FOR = {
    "serious-infection-weigh": {"NOMID": "FDA EMA LOCAL", "CAPS": "FDA EMA LOCAL", "DIRA": "FDA LOCAL",
                                "FMF": "EMA LOCAL"},
    "dose-caps-dira": {"NOMID": "FDA EMA", "DIRA": "FDA", "CAPS": "EMA"},
}  # fmt: skip
#: Rules about dates that speak of somebody who began on a day and was never tested: begun, asked.
UNTESTED = {
    **dict.fromkeys(
        ("tb-screen-missing", "hbsag-missing", "anti-hbc-missing", "neutrophils-baseline", "creatinine-baseline",
         "alt-baseline", "crp-baseline", "urine-baseline"), (D, D)),
    **dict.fromkeys(
        ("neutrophils-overdue", "creatinine-overdue", "alt-overdue", "crp-overdue", "urine-overdue"),
        ("2026-01-01", "2027-03-05")),
    "response-review": ("2025-11-20", D),
    "schedule-restart": ("2025-10-01 to 2025-12-01 anakinra stopped\n2026-02-01", D),
}  # fmt: skip
#: Who asks for each visit of a test, of somebody who began on 2026-01-01; by indication.
ASKED_FOR = {
    ("neutrophils", "RA"): "2026-01-01 EMA FDA BSR, 2026-02-01 EMA FDA BSR, 2026-03-01 EMA FDA BSR, "
    "2026-04-01 EMA FDA BSR",
    ("creatinine", "RA"): "2026-01-01 LOCAL, 2026-02-01 LOCAL, 2026-03-01 LOCAL, 2026-04-01 LOCAL",
    ("crp", "RA"): "2026-01-01 LOCAL, 2026-02-01 LOCAL, 2026-03-01 LOCAL, 2026-04-01 LOCAL",
    ("igra", "RA"): "2026-01-01 FDA LOCAL",
    ("hbsag", "RA"): "2026-01-01 EMA BSR",
    ("anti_hbc", "RA"): "2026-01-01 EMA BSR",
    ("alt", "RA"): "2026-01-01 BSR, 2026-04-01 BSR",
    ("alt", "AOSD"): "2026-01-01 EMA BSR LOCAL, 2026-01-15 LOCAL, 2026-01-29 EMA, 2026-04-01 BSR",
    ("urine_acr", "RA"): "2026-01-01 LOCAL, 2027-01-01 LOCAL",
}
RULES_OF = {
    "neutrophils": ("neutrophils-visits-ema", "neutrophils-visits-fda", "neutrophils-visits-bsr"),
    "creatinine": ("creatinine-visits",), "crp": ("crp-visits",), "igra": ("tb-screen-visit",),
    "hbsag": ("hbsag-visit",), "anti_hbc": ("anti-hbc-visit",), "urine_acr": ("urine-visits",),
    "alt": ("alt-visits", "alt-visits-still", "alt-visits-still-week-2"),
}  # fmt: skip


@dataclass(frozen=True)
class Speech(Row):
    """A story and who speaks on it by a rule, "" where nobody does; with a test: who asks for its visits."""

    test: str = ""

    @property
    def name(self) -> str:
        return f"who speaks: {super().name} {self.test}".rstrip()

    def ask(self, rules: Protocols | None = None) -> str:
        at = end_of(self.on)
        standing = evaluate(known(self.story, at), rules or load_protocols(), horizon=at).at(at)
        if self.test:
            visits = [v for v in standing.schedule if v.test == self.test]
            return ", ".join(f"{iso_date(v.due)} {in_order(v.authorities)}" for v in visits)
        said = {p.authority for a in standing.alerts for p in a.positions if p.rule_id == f"anakinra.{self.rule}"}
        return in_order(said)


def in_order(authorities: Iterable[str]) -> str:
    return " ".join(sorted(authorities, key=AUTHORITIES.index))


SPEECH_ROWS = [
    *(Speech(rule, _story(rule, said[0].split()[0]), in_order(SPEAKERS.get(rule, "LOCAL").split()))
      for rule, said in SPOKEN.items() if rule not in SPEAKERS_FOR),
    *(Speech(rule, _story(rule, "running", one), in_order(said.split()))
      for rule, several in SPEAKERS_FOR.items() for one, said in several.items()),
    *(Speech(rule, f"{begun} anakinra", in_order(SPEAKERS.get(rule, "LOCAL").split()), on)
      for rule, (begun, on) in UNTESTED.items()),
    Speech("alt-baseline-still", f"{D} anakinra for AOSD", "EMA"),
    Speech("alt-overdue-still", "2026-01-01 anakinra for AOSD", "EMA"),
    *(Speech(rule, f"2026-01-01 anakinra for {one}", said, test=test)
      for (test, one), said in ASKED_FOR.items() for rule in RULES_OF[test]),
]  # fmt: skip
_TOLD: list[Row | Edge] = [
    *PHASE_ROWS, *INDICATION_ROWS, *NAMED_ROWS, *TOLD_ROWS, *GRID_ROWS, *DATED_ROWS, *SPEECH_ROWS,
]  # fmt: skip
ROWS = list(dict.fromkeys(_TOLD))  # told twice, asked once
