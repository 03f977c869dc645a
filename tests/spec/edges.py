"""The last value on one side of every number of every rule, and the first on the other, as facts and the answer.

Days count from D. A change of any number by its smallest step contradicts a row (tests/cases/test_mutants.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from core.protocols.loader import Protocols
from tests.spec.clinic import days_after, tell

D = "2026-02-20"
TAKEN = "2026-01-01 anakinra"
PLANNED = "2026-03-10 anakinra"
KIDNEYS = "man born 1966-01-02\n2025-03-05 anakinra\n2025-03-05 weight 54"  # clearance 30 at 176.8, 60 at 88.4
SPARED = "man born 1966-01-02\n2025-03-05 anakinra alternate days\n2025-03-05 weight 54"
MAN = "man born 1966-01-02\n2025-03-05 weight 54"
WOMAN = "woman born 1962-03-12"
STILL = f"{WOMAN}\n2026-01-01 anakinra for SJIA"
NOMID = f"{WOMAN}\n2026-01-01 weight 50"
FAMILIAL = f"{WOMAN}\n2026-01-01 weight 40"
ENDED = "2026-01-01 to 2026-02-18 anakinra stopped"
TESTED = f"{TAKEN}\n2025-12-20 neutrophils 3\n2025-12-20 creatinine 80"

#: rule: who it is about, facts (days from D, none = D itself) and the answer; "answer: words" gives the advice too.
EDGES = {
    "neutrophils-contraindication": (PLANNED, {
        "neutrophils 1.49": "high do_not_start",
        "neutrophils 1.50": "silent",
    }),
    "neutrophils-stop": (TAKEN, {
        "neutrophils 1.49": "high stop",
        "neutrophils 1.50": "silent",
        "-365 neutrophils 3": "silent",
        "-366 neutrophils 3": "cannot tell: stale_result",
    }),
    "neutrophils-review": (TAKEN, {
        "neutrophils 0.99": "high review",
        "neutrophils 1.00": "medium review",
        "neutrophils 1.49": "medium review",
        "neutrophils 1.50": "silent",
    }),
    "neutrophils-guideline": (TAKEN, {
        "neutrophils 1.59": "medium review",
        "neutrophils 1.60": "silent",
    }),
    "neutrophils-low": (TAKEN, {
        "neutrophils 0.49": "high stop: Consider immediate contact",
        "neutrophils 0.50": "high stop: Consider stopping",
        "neutrophils 0.99": "high stop: Consider stopping",
        "neutrophils 1.00": "medium repeat_test: Consider a repeat count within 1 week",
        "neutrophils 1.49": "medium repeat_test: Consider a repeat count within 1 week",
        "neutrophils 1.50": "medium repeat_test: Consider a repeat count in 1-2 weeks",
        "neutrophils 1.59": "medium repeat_test: Consider a repeat count in 1-2 weeks",
        "neutrophils 1.60": "low inform",
        "neutrophils 1.99": "low inform",
        "neutrophils 2.00": "silent",
    }),
    "neutropenic-fever": (TAKEN, {
        "neutrophils 1.49; temperature 38.0": "high withhold",
        "neutrophils 1.50; temperature 38.0": "silent",
        "neutrophils 1.49; temperature 37.9": "silent",
    }),
    "neutropenic-emergency": (TAKEN, {
        "neutrophils 0.49; temperature 38.0": "high stop",
        "neutrophils 0.50; temperature 38.0": "silent",
        "neutrophils 0.49; temperature 37.9": "silent",
        "-14 neutrophils 1.2; neutrophils 0.96; temperature 38.0": "high stop",
        "-14 neutrophils 1.2; neutrophils 0.97; temperature 38.0": "silent",
        "-15 neutrophils 1.2; neutrophils 0.96; temperature 38.0": "silent",
        "-14 neutrophils 1.3; neutrophils 0.99; temperature 38.0": "high stop",
        "-14 neutrophils 1.3; neutrophils 1.00; temperature 38.0": "silent",
    }),
    "fever-without-count": (TAKEN, {
        "-7 neutrophils 3; temperature 38.0": "silent",
        "-8 neutrophils 3; temperature 38.0": "high request_test",
        "-8 neutrophils 3; temperature 37.9": "silent",
    }),
    "fever-at-start": (PLANNED, {
        "temperature 38.0": "high do_not_start",
        "temperature 37.9": "silent",
    }),
    "infection-fever": (TAKEN, {
        "temperature 38.0": "high withhold",
        "temperature 37.9": "silent",
        "-6 temperature 38.0": "high withhold",
        "-7 temperature 38.0": "silent",
    }),
    "infection-reported": (TAKEN, {
        "-13 antibiotic": "high withhold",
        "-14 antibiotic": "silent",
        "-13 positive_culture": "high withhold",
        "-14 positive_culture": "silent",
        "-6 symptom chills": "high withhold",
        "-7 symptom chills": "silent",
    }),
    "renal-frequency": (KIDNEYS, {
        "creatinine 176.801": "medium reduce_frequency",
        "creatinine 176.8": "silent",
        "-365 creatinine 90": "silent",
        "-366 creatinine 90": "cannot tell: stale_result",
    }),
    "renal-confirm": (KIDNEYS, {
        "creatinine 176.801": "medium repeat_test",
        "creatinine 176.8": "silent",
    }),
    "renal-caution": (KIDNEYS, {
        "creatinine 176.801": "silent",
        "creatinine 176.8": "low inform",
        "creatinine 88.401": "low inform",
        "creatinine 88.4": "silent",
    }),
    "renal-dialysis": (KIDNEYS, {"-3 dialysis": "medium reduce_frequency"}),
    "renal-restore": (SPARED, {
        "-7 creatinine 176.8; creatinine 176.8": "medium restore_frequency",
        "-7 creatinine 176.8; creatinine 176.801": "silent",
        "-6 creatinine 176.8; creatinine 176.8": "silent",
    }),
    "aki-nhse": (TAKEN, {
        "-30 creatinine 80; creatinine 119.9": "silent",
        "-30 creatinine 80; creatinine 120": "medium repeat_test",
        "-30 creatinine 80; creatinine 159.9": "medium repeat_test",
        "-30 creatinine 80; creatinine 160": "high review",
        "-365 creatinine 90; creatinine 91": "silent",
        "-366 creatinine 90; creatinine 91": "cannot tell: missing_baseline",
        "-2 creatinine 100; creatinine 127": "medium repeat_test",
        "-3 creatinine 100; creatinine 127": "silent",
    }),
    "aki-kdigo": (TAKEN, {
        "-7 creatinine 80; creatinine 119.9": "silent",
        "-7 creatinine 80; creatinine 120": "medium repeat_test",
        "-7 creatinine 80; creatinine 159.9": "medium repeat_test",
        "-7 creatinine 80; creatinine 160": "high review",
        # Beyond the week the lowest of the year is the baseline.
        "-200 creatinine 100; -7 creatinine 110; creatinine 155": "silent",
        "-200 creatinine 100; -8 creatinine 110; creatinine 155": "medium repeat_test",
    }),
    "creatinine-high-first": (TAKEN, {
        "creatinine 84, limit 84": "silent",
        "creatinine 84.1, limit 84": "low repeat_test",
        "-365 creatinine 140; creatinine 140": "silent",
        "-366 creatinine 140; creatinine 140": "low repeat_test",
    }),
    "weight-out-of-date": (TAKEN, {
        "-365 weight 54; -9 creatinine 80": "silent",
        "-366 weight 54; -9 creatinine 80": "low request_test",
    }),
    "neutrophils-baseline": (f"{D} anakinra", {
        "-28 neutrophils 3": "silent",
        "-29 neutrophils 3": "medium request_test",
    }),
    "creatinine-baseline": (f"{D} anakinra", {
        "-28 creatinine 80": "silent",
        "-29 creatinine 80": "low request_test",
    }),
    "neutrophils-fall": (TAKEN, {
        # Down limit of two counts: 32.8 per cent.
        "-30 neutrophils 3.60; neutrophils 2.41": "medium review",
        "-30 neutrophils 3.60; neutrophils 2.42": "silent",
        "-30 neutrophils 5.00; neutrophils 2.49": "medium review",
        "-30 neutrophils 5.00; neutrophils 2.50": "silent",
        "neutrophils 2.49": "silent",
    }),
    "neutrophils-decline": (TAKEN, {
        "-300 neutrophils 3.6; -200 neutrophils 3.6; -99 neutrophils 3.6; -40 neutrophils 3.0; neutrophils 2.41":
            "medium review",
        "-300 neutrophils 3.6; -200 neutrophils 3.6; -99 neutrophils 3.6; -40 neutrophils 3.0; neutrophils 2.42":
            "silent",
        "-30 neutrophils 5.00; neutrophils 2.49": "medium review",
        "-30 neutrophils 5.00; neutrophils 2.50": "silent",
        # Counts on treatment do not lower what is compared with: the year before the start.
        "-415 neutrophils 5.00; neutrophils 2.40": "medium review",
        "-416 neutrophils 5.00; neutrophils 2.40": "silent",
        "-60 neutrophils 3.70; -40 neutrophils 2.8; -20 neutrophils 2.6; neutrophils 2.48": "medium review",
        "-60 neutrophils 3.70; -40 neutrophils 2.8; -20 neutrophils 2.6; neutrophils 2.49": "silent",
    }),
    "infection-at-start": (PLANNED, {
        "-3 infection": "high do_not_start",
        "-9 to 2026-02-19 infection": "silent",
        "-13 antibiotic": "high do_not_start",
        "-14 antibiotic": "silent",
        "-2 antibiotic prophylaxis": "silent",
    }),
    "serious-infection-stop": (TAKEN, {
        "-3 infection serious": "high stop",
        "-3 infection moderate": "silent",
        "-3 hospital_admission pneumonia": "high stop",
        "-3 hospital_admission fracture": "silent",
        "-3 antibiotic iv flucloxacillin": "high stop",
        "-3 antibiotic flucloxacillin": "silent",
    }),
    "serious-infection-stop-any": (STILL, {
        "-3 infection serious": "high stop",
        "-3 infection mild": "silent",
    }),
    "serious-infection-weigh": (f"{WOMAN}\n2026-01-01 anakinra for CAPS", {
        "-3 infection serious": "high review",
        "-3 infection mild": "silent",
    }),
    "crp-rise": (TAKEN, {
        "crp 100": "medium review",
        "crp 99.9": "silent",
        # At least 10 above the median of 90 days.
        "-30 crp 5; crp 15": "medium review",
        "-30 crp 5; crp 14.9": "silent",
        "-90 crp 5; crp 15": "medium review",
        "-91 crp 5; crp 15": "silent",
        "-40 crp 5; -30 crp 40; -20 crp 5; crp 15": "medium review",
        # And by more than 152 per cent.
        "-30 crp 20; crp 50.5": "medium review",
        "-30 crp 20; crp 50.4": "silent",
        # Explained already: by an infection, a fever.
        "crp 100; -1 infection": "silent",
        "crp 100; temperature 38.0": "silent",
        "crp 100; temperature 37.9": "medium review",
        "crp 100; symptom fever": "silent",
        # An IL-6 inhibitor blunts it.
        "crp 100; -30 tocilizumab": "silent",
        "crp 100; -200 to 2025-12-12 tocilizumab completed": "silent",
        "crp 100; -200 to 2025-12-11 tocilizumab completed": "medium review",
        "crp 100; -200 to 2025-12-26 sarilumab completed": "silent",
        "crp 100; -200 to 2025-12-25 sarilumab completed": "medium review",
        "crp 100; -30 methotrexate": "medium review",
    }),
    "recurrent-infection": (TAKEN, {"-90 to 2025-12-31 recurrent_infection": "low inform", "-3 infection": "silent"}),
    "immunosuppressed": (TAKEN, {
        "-90 transplant": "low inform", "-90 immunodeficiency": "low inform",
        "-90 to 2026-02-19 immunodeficiency": "silent",
    }),
    "asthma": (TAKEN, {"-90 asthma": "low inform", "-90 copd": "silent"}),
    "copd": (TAKEN, {"-90 copd": "low inform", "-90 asthma": "silent"}),
    "tb-screen-missing": (f"{D} anakinra", {
        "-365 igra negative": "silent",
        "-366 igra negative": "medium request_test",
    }),
    "tb-screen-not-negative": (TAKEN, {
        "igra negative": "silent",
        "igra indeterminate": "high review",
        "igra positive": "high review",
        "-3000 igra positive": "high review",
    }),
    "tb-screen-earlier-positive": (TAKEN, {
        "-30 igra positive; igra negative": "high review",
        "-3000 igra positive; -30 igra indeterminate; -9 igra negative; igra negative": "high review",
        "-30 igra indeterminate; igra negative": "silent",
        "-30 igra positive; igra indeterminate": "high review",
        "-30 igra negative; igra positive": "silent",
        "igra negative": "silent",
        "": "silent",
    }),
    "tb-history": (TAKEN, {"-9 to 2026-02-12 tb_history": "high review", "-9 tb_exposure": "silent"}),
    "tb-exposure": (TAKEN, {"-9 tb_exposure": "high review", "-9 to 2026-02-19 tb_exposure": "silent"}),
    "hbsag-missing": (f"{D} anakinra", {
        "-365 hbsag negative": "silent",
        "-366 hbsag negative": "medium request_test",
        "-365 anti_hbc negative": "medium request_test",
    }),
    "anti-hbc-missing": (f"{D} anakinra", {
        "-365 anti_hbc negative": "silent",
        "-366 anti_hbc negative": "medium request_test",
        "-365 hbsag negative": "medium request_test",
    }),
    "hbsag-positive-at-start": (PLANNED, {
        "hbsag positive": "high do_not_start",
        "hbsag indeterminate": "silent",
        "hbsag negative": "silent",
    }),
    "hbsag-positive": (TAKEN, {
        "hbsag positive": "high review",
        "hbsag indeterminate": "silent",
        "hbsag negative": "silent",
    }),
    "hbsag-indeterminate": (TAKEN, {
        "hbsag positive": "silent",
        "hbsag indeterminate": "medium repeat_test",
        "hbsag negative": "silent",
        "": "silent",
    }),
    "anti-hbc-indeterminate": (TAKEN, {
        "anti_hbc positive": "silent",
        "anti_hbc indeterminate": "medium repeat_test",
        "anti_hbc negative": "silent",
    }),
    "anti-hbc-igm-positive": (TAKEN, {
        "anti_hbc_igm positive": "high review",
        "anti_hbc_igm indeterminate": "silent",
        "anti_hbc_igm negative": "silent",
        "anti_hbc positive": "silent",
    }),
    "hbv-dna-detected": (TAKEN, {
        "hbv_dna detected; hbsag negative": "high review",
        "hbv_dna 1; hbsag negative": "high review",
        "hbv_dna indeterminate; hbsag negative": "silent",
        "hbv_dna 0; hbsag negative": "silent",
        "hbv_dna detected; hbsag indeterminate": "high review",
        "hbv_dna detected; hbsag positive": "silent",
        "-365 hbv_dna detected": "high review",
    }),
    "hcv-antibody-positive": (TAKEN, {
        "hcv_antibody positive": "high review",
        "hcv_antibody indeterminate": "silent",
        "hcv_antibody negative": "silent",
    }),
    "blood-culture-at-start": (PLANNED, {
        "blood_culture positive": "high do_not_start",
        "blood_culture indeterminate": "silent",
        "-13 blood_culture positive": "high do_not_start",
        "-14 blood_culture positive": "silent",
    }),
    "blood-culture-positive": (TAKEN, {
        "blood_culture positive": "high withhold",
        "blood_culture indeterminate": "silent",
        "-13 blood_culture positive": "high withhold",
        "-14 blood_culture positive": "silent",
    }),
    "infection-severity-unreadable": (TAKEN, {
        "infection unreadable": "high review",
        "infection moderate": "silent",
        "-13 antibiotic unreadable": "high review",
        "-14 antibiotic unreadable": "silent",
    }),
    "admission-unclear": (TAKEN, {
        "hospital_admission": "low inform",
        "hospital_admission anaphylaxis": "silent",
        "hospital_admission septicemia": "silent",
    }),
    "anti-hbc-positive": (TAKEN, {
        "anti_hbc positive; hbsag negative": "high review",
        "anti_hbc positive": "high review",
        "anti_hbc indeterminate; hbsag negative": "silent",
        "anti_hbc positive; hbsag positive": "silent",
        "anti_hbc positive; hbsag indeterminate": "high review",
    }),
    "live-vaccine": (TAKEN, {
        "-27 vaccination 03": "high avoid",
        "-28 vaccination 03": "silent",
        "+9 vaccination 37": "high avoid",
        "-3 vaccination 140": "silent",
        "-3 vaccination 187": "silent",
    }),
    "vaccine-unclear": (TAKEN, {
        "-3 vaccination 26": "medium review",
        "-3 vaccination 9999": "medium review",
        "-3 vaccination 03": "silent",
        "-3 vaccination 140": "silent",
    }),
    "influenza-vaccine-not-found": (PLANNED, {
        "-364 vaccination 140": "silent",
        "-365 vaccination 140": "low inform",
        "-30 vaccination 03": "low inform",
    }),
    "pneumococcal-vaccine-not-found": (PLANNED, {
        "-3000 vaccination pneumococcal": "silent",
        "-30 vaccination 140": "low inform",
    }),
    "allergy-at-start": (PLANNED, {
        "-300 allergy kineret": "high do_not_start",
        "-300 allergy polysorbate 80": "high do_not_start",
        "-300 allergy penicillin": "silent",
    }),
    "allergy-on-treatment": (TAKEN, {
        "-300 allergy Escherichia coli protein": "high stop",
        "-300 allergy penicillin": "silent",
    }),
    "hypersensitivity": (TAKEN, {
        "-27 symptom angioedema": "high stop",
        "-28 symptom angioedema": "silent",
        "-2 symptom urticaria": "high stop",
        "-2 hospital_admission anaphylaxis": "high stop",
        "-2 symptom rash": "silent",
    }),
    "hypersensitivity-at-start": (PLANNED, {
        "-27 symptom angioedema": "high do_not_start",
        "-28 symptom angioedema": "silent",
        "2025-01-01 to 2025-02-01 anakinra stopped; -28 symptom angioedema": "high do_not_start",
        "2025-01-01 to 2025-02-01 anakinra stopped": "silent",
        "1926-03-17 to 1926-03-17 anakinra stopped; -28 symptom urticaria": "high do_not_start",
        "1926-03-16 to 1926-03-16 anakinra stopped; -28 symptom urticaria": "silent",
        "2025-01-01 to 2025-02-01 anakinra stopped; 1926-03-18 symptom urticaria": "high do_not_start",
        "2025-01-01 to 2025-02-01 anakinra stopped; 1926-03-17 symptom urticaria": "silent",
        "2025-01-01 to 2025-02-01 canakinumab stopped; -28 symptom angioedema": "silent",
    }),
    "dress": (TAKEN, {
        "eosinophils 0.71; temperature 38.0; symptom rash": "high stop",
        "eosinophils 0.70; temperature 38.0; symptom rash": "silent",
        "eosinophils 0.71; temperature 37.9; symptom rash": "silent",
        "eosinophils 0.71; symptom fever; symptom rash": "high stop",
        "eosinophils 0.71; temperature 38.0": "silent",
    }),
    "interaction-tnf": (TAKEN, {
        "-30 etanercept": "high avoid", "-30 to 2026-02-19 etanercept": "silent", "-30 abatacept": "silent",
        "+9 infliximab": "high avoid",
    }),
    "interaction-listed": (TAKEN, {
        "-30 rilonacept": "high avoid", "-30 baricitinib": "high avoid", "-30 anifrolumab": "high avoid",
        "-30 tofacitinib": "silent",
    }),
    "interaction-sarilumab": (TAKEN, {"-30 sarilumab": "high avoid", "-30 tocilizumab": "silent"}),
    "interaction-targeted": (TAKEN, {
        "-30 tocilizumab": "high avoid", "-30 sarilumab": "high avoid", "-30 upadacitinib": "high avoid",
        "-30 canakinumab": "high avoid", "-30 rituximab": "high avoid", "-30 secukinumab": "high avoid",
        "-30 ixekizumab": "high avoid", "-30 ustekinumab": "high avoid", "-30 belimumab": "high avoid",
        "-30 tofacitinib": "high avoid", "-30 filgotinib": "high avoid",
        "-30 etanercept": "silent", "-30 methotrexate": "silent",
    }),
    "combination-csdmard": (TAKEN, {"-30 leflunomide": "low inform", "-30 methotrexate": "low inform",
                                    "-30 tofacitinib": "silent"}),
    "combination-methotrexate": (TAKEN, {"-30 methotrexate": "low inform", "-30 leflunomide": "silent"}),
    "narrow-index": (TAKEN, {"-30 warfarin": "medium request_test", "-30 phenytoin": "medium request_test",
                             "-30 ciclosporin": "silent"}),
    "narrow-index-more": (TAKEN, {
        "-30 ciclosporin": "medium request_test", "-30 tacrolimus": "medium request_test",
        "-30 theophylline": "medium request_test", "-30 warfarin": "silent",
    }),
    "liver-at-start": (PLANNED, {
        "alt 60, limit 40; ast 20, limit 40": "medium review",
        "alt 59.9, limit 40; ast 20, limit 40": "silent",
        "alt 20, limit 40; ast 60, limit 40": "medium review",
        "alt 20, limit 40; ast 59.9, limit 40": "silent",
        "alt 20, limit 40": "silent",
        "ast 20, limit 40": "cannot tell: no_result",
    }),
    "macrophage-activation": (STILL, {
        "temperature 38.0; ferritin 685; platelets 181; ast 49; triglycerides 1.7; fibrinogen 3.7": "high review",
        "temperature 37.9; ferritin 685; platelets 181; ast 49; triglycerides 1.7; fibrinogen 3.7": "silent",
        "temperature 38.0; ferritin 684; platelets 181; ast 49; triglycerides 1.7; fibrinogen 3.7": "silent",
        "temperature 38.0; ferritin 685; platelets 182; ast 49; triglycerides 1.7; fibrinogen 3.7": "silent",
        "temperature 38.0; ferritin 685; platelets 181; ast 48; triglycerides 1.7; fibrinogen 3.7": "silent",
        "temperature 38.0; ferritin 685; platelets 182; ast 48; triglycerides 1.8; fibrinogen 3.6": "high review",
        "temperature 38.0; ferritin 685; platelets 182; ast 48; triglycerides 1.7; fibrinogen 3.6": "silent",
        "temperature 38.0; ferritin 685; platelets 182; ast 48; triglycerides 1.8; fibrinogen 3.7": "silent",
        "symptom fever; ferritin 685; platelets 181; ast 49": "high review",
        "temperature 38.0; ferritin 685; platelets 181": "cannot tell: no_result",
    }),
    "lung-symptom": (STILL, {"-6 symptom dyspnoea": "low inform", "-7 symptom dyspnoea": "silent",
                             "-6 symptom rash": "silent"}),
    "amyloidosis-sign": (f"{WOMAN}\n2025-03-05 anakinra", {
        "-89 symptom early_satiety": "high review",
        "-90 symptom early_satiety": "silent",
        "-6 symptom rash": "silent",
        "-41 injection_site_reaction nodule": "high review",
    }),
    "amyloidosis-proteinuria": (TAKEN, {
        "-30 urine_acr 2.9; urine_acr 3.0": "high review",
        "-30 urine_acr 2.8; urine_acr 2.9": "silent",
        "-30 urine_acr 3.0; urine_acr 9.0": "silent",
        "urine_acr 9.0": "silent",
    }),
    "amyloidosis-egfr": (TAKEN, {
        "-30 egfr 70; egfr 56": "high review",
        "-30 egfr 70; egfr 56.1": "silent",
        "-30 egfr 80; egfr 59": "high review",
        "-30 egfr 80; egfr 60": "silent",
        "-365 egfr 80; egfr 50": "high review",
        "-366 egfr 80; egfr 50": "silent",
    }),
    "injection-site": (TAKEN, {"-41 injection_site_reaction": "low inform", "-42 injection_site_reaction": "silent"}),
    "late-nodules": (TAKEN, {
        "-9 injection_site_reaction nodule": "medium review", "-9 injection_site_reaction": "silent",
    }),
    "malignancy": (TAKEN, {"-3000 to 2020-01-01 malignancy": "medium review", "-9 copd": "silent"}),
    "age-65": (f"woman born 1961-02-20\n{TAKEN}", {"": "low inform"}),
    "pregnancy": (TAKEN, {"-9 pregnancy": "medium review", "+30 pregnancy_planned": "medium review",
                          "-90 to 2026-02-19 pregnancy": "silent"}),
    "breastfeeding": (TAKEN, {"-9 breastfeeding": "medium review", "-90 to 2026-02-19 breastfeeding": "silent"}),
    "surgery": (TAKEN, {
        "+20 surgery cataract": "medium withhold", "-13 surgery cataract": "medium withhold",
        "-14 surgery cataract": "silent",
    }),
    "arthroplasty": (TAKEN, {"+20 surgery hip replacement": "medium withhold", "+20 surgery cataract": "silent"}),
    "platelets-low": (TAKEN, {"platelets 149": "medium review", "platelets 150": "silent"}),
    "platelets-guideline": (TAKEN, {"platelets 139": "medium review", "platelets 140": "silent"}),
    "bruising": (TAKEN, {"-6 symptom bruising": "medium request_test", "-6 symptom mouth_ulcers": "silent"}),
    "urgent-blood-symptom": (TAKEN, {
        "-6 symptom mouth_ulcers": "high request_test", "-6 symptom sore_throat": "high request_test",
        "-6 symptom black_stools": "high request_test", "-6 symptom swollen_glands": "high request_test",
        "-6 symptom rash": "silent",
    }),
    "electrolyte-symptom": (TAKEN, {
        "-6 symptom seizure": "low inform", "-6 symptom reduced_urine": "low inform",
        "-6 symptom confusion": "low inform", "-6 symptom cough": "silent",
    }),
    "dose-ra": (MAN, {
        "-50 anakinra dose 99 mg; creatinine 88.4": "medium adjust_dose",
        "-50 anakinra dose 100 mg; creatinine 88.4": "silent",
        "-50 anakinra dose 101 mg; creatinine 88.4": "medium adjust_dose",
        "-50 anakinra twice daily; creatinine 88.4": "medium adjust_dose",
        "-50 anakinra alternate days; creatinine 176.8": "medium adjust_dose",
        "-50 anakinra alternate days; creatinine 176.801": "silent",
        "-50 anakinra three times weekly; creatinine 176.8": "medium adjust_dose",
        "-50 anakinra three times weekly; creatinine 176.801": "silent",
        "-50 anakinra alternate days; creatinine 176.8; -90 dialysis": "silent",
        # Recovered: that is for the two results of renal-restore to say.
        "-50 anakinra alternate days; -30 creatinine 176.801; creatinine 150": "silent",
        "-50 anakinra alternate days; -30 creatinine 176.8; creatinine 150": "medium adjust_dose",
        "-50 anakinra dose unreadable; creatinine 88.4": "cannot tell: unknown_dose",
        "-50 anakinra unreadable; creatinine 88.4": "cannot tell: unknown_frequency",
        "-50 anakinra dose 2 mg/kg; creatinine 88.4": "medium adjust_dose",
    }),
    "dose-dira-split": (NOMID, {
        "-50 anakinra dose 2 mg/kg, for DIRA": "silent",
        "-50 anakinra dose 1 mg/kg, twice daily, for DIRA": "medium adjust_dose",
        "-50 anakinra dose 1 mg/kg, twice daily, for NOMID": "silent",
        "-50 anakinra unreadable, for DIRA": "cannot tell: unknown_frequency",
    }),
    "dose-caps-dira": (NOMID, {
        "-50 anakinra dose 2 mg/kg, alternate days, for NOMID; creatinine 133.93": "medium adjust_dose",
        "-50 anakinra dose 2 mg/kg, alternate days, for NOMID; creatinine 133.95": "silent",
        "-50 anakinra dose 2 mg/kg, alternate days, for NOMID; creatinine 133.93; -90 dialysis": "silent",
        "-50 anakinra dose 2 mg/kg, alternate days, for NOMID; -30 creatinine 133.95; creatinine 120": "silent",
        "-40 weight 54; -50 anakinra dose 2 mg/kg, alternate days, for NOMID; -30 creatinine 144.6445; creatinine 120":
            "medium adjust_dose",
        "-50 anakinra dose 2 mg/kg, alternate days, for NOMID; -30 creatinine 133.93; creatinine 120":
            "medium adjust_dose",
        "-50 anakinra dose 8 mg/kg, for NOMID": "silent",
        "-50 anakinra dose 8.01 mg/kg, for NOMID": "medium adjust_dose",
        "-50 anakinra dose 400 mg, for NOMID": "silent",
        "-50 anakinra dose 401 mg, for NOMID": "medium adjust_dose",
        "-50 anakinra dose 4 mg/kg, twice daily, for NOMID": "silent",
        "-50 anakinra dose 4.01 mg/kg, twice daily, for NOMID": "medium adjust_dose",
        "-50 anakinra dose 1 mg/kg, three times daily, for NOMID": "medium adjust_dose",
        # The first 28 days: 1 to 2.
        "-27 anakinra dose 0.99 mg/kg, for DIRA": "medium adjust_dose",
        "-27 anakinra dose 1 mg/kg, for DIRA": "silent",
        "-27 anakinra dose 2 mg/kg, for DIRA": "silent",
        "-27 anakinra dose 2.01 mg/kg, for DIRA": "medium adjust_dose",
        "-28 anakinra dose 2.01 mg/kg, for DIRA": "silent",
    }),
    "dose-fmf-still": (FAMILIAL, {
        "-50 anakinra dose 0.99 mg/kg, for FMF": "medium adjust_dose",
        "-50 anakinra dose 1 mg/kg, for FMF": "silent",
        "-50 anakinra dose 2 mg/kg, for AOSD": "silent",
        "-50 anakinra dose 2.01 mg/kg, for AOSD": "medium adjust_dose",
        "-9 weight 50; -50 anakinra dose 99 mg, for FMF": "medium adjust_dose",
        "-9 weight 50; -50 anakinra dose 100 mg, for FMF": "silent",
        "-9 weight 50; -50 anakinra dose 101 mg, for FMF": "medium adjust_dose",
        "-9 weight 49.9; -50 anakinra dose 99 mg, for FMF": "silent",
        "-9 weight 49.9; -50 anakinra dose 49 mg, for FMF": "medium adjust_dose",
        "-9 weight 60; -50 anakinra dose 50 mg, twice daily, for FMF": "silent",
        # Recovered, or never impaired: 54 kg and 144.6445 are a clearance of exactly 30.
        "-50 anakinra dose 60 mg, alternate days, for FMF; -30 creatinine 107.14; creatinine 90": "medium adjust_dose",
        "-50 anakinra dose 60 mg, alternate days, for FMF; -30 creatinine 107.16; creatinine 90": "silent",
        "-40 weight 54; -50 anakinra dose 100 mg, alternate days, for FMF; -30 creatinine 144.6445; creatinine 120":
            "medium adjust_dose",
    }),
    "dose-covid": (WOMAN, {
        "-9 to 2026-02-20 anakinra for COVID-19": "silent",
        "-9 to 2026-02-19 anakinra for COVID-19": "silent",  # over: nothing is taken any more
        "-8 to 2026-02-20 anakinra for COVID-19": "medium review",
        "-9 to 2026-02-21 anakinra for COVID-19": "medium review",
        "-9 anakinra for COVID-19": "silent",
        "-10 anakinra for COVID-19": "medium review",
        "-3 anakinra dose 99 mg, for COVID-19": "medium review",
        "-3 anakinra dose 101 mg, for COVID-19": "medium review",
        "-3 anakinra twice daily, for COVID-19": "medium review",
        "-3 anakinra alternate days, for COVID-19": "medium review",
    }),
    "dose-covid-eua": (MAN, {
        "creatinine 88; -9 to 2026-02-20 anakinra for COVID-19": "silent",
        "creatinine 88; -8 to 2026-02-20 anakinra for COVID-19": "medium review",
        "creatinine 88; -9 to 2026-02-21 anakinra for COVID-19": "medium review",
        "creatinine 88; -3 anakinra dose 99 mg, for COVID-19": "medium review",
        "creatinine 88; -3 anakinra dose 101 mg, for COVID-19": "medium review",
        "creatinine 88; -3 anakinra twice daily, for COVID-19": "medium review",
        "creatinine 176.8; -3 anakinra alternate days, for COVID-19": "medium review",
        "creatinine 176.801; -3 anakinra alternate days, for COVID-19": "silent",
        "creatinine 176.801; -3 anakinra three times weekly, for COVID-19": "silent",
        "creatinine 176.801; -8 to 2026-02-20 anakinra alternate days, for COVID-19": "silent",
        "creatinine 88; -3 anakinra alternate days, for COVID-19; -90 dialysis": "silent",
    }),
    "population-ra": (f"woman born 2008-02-21\n{TAKEN}", {"": "medium review"}),
    "population-jia": (f"woman born 2008-02-21\n{TAKEN} for JIA", {"": "medium review"}),
    "population-covid": ("woman born 2008-02-21\n2026-02-18 anakinra for COVID-19", {"": "medium review"}),
    "population-small-child": ("person born 2020-01-01\n2026-01-01 anakinra dose 2 mg/kg, for SJIA", {
        "weight 9.9": "medium review",
        "weight 10": "silent",
    }),
    "dose-seldom": (MAN, {
        "-50 anakinra three times weekly; creatinine 176.801": "medium review: No label gives it less often",
        "-50 anakinra alternate days; creatinine 176.801": "silent",
        "-50 anakinra unreadable": "cannot tell: unknown_frequency",
    }),
    "dose-below-syringe": (WOMAN, {
        "-50 anakinra dose 19 mg": "medium review",
        "-50 anakinra dose 20 mg": "silent",
        "-9 weight 19.9; -50 anakinra dose 1 mg/kg": "medium review",
        "-9 weight 20; -50 anakinra dose 1 mg/kg": "silent",
        "-50 anakinra dose 1 mg/kg": "cannot tell: missing_weight",
        "-50 anakinra dose unreadable": "cannot tell: unknown_dose",
    }),
    "weight-missing-for-dose": (WOMAN, {
        "-50 anakinra dose 1 mg/kg": "medium request_test",
        "-700 weight 60; -50 anakinra dose 1 mg/kg": "silent",
        "-50 anakinra dose 100 mg": "silent",
    }),
    "weight-missing-for-label": (WOMAN, {
        "-50 anakinra for CAPS": "medium request_test",
        "-700 weight 60; -50 anakinra for CAPS": "silent",
        "-50 anakinra for RA": "silent",
    }),
    "ra-without-methotrexate": (TAKEN, {
        "-200 methotrexate": "silent",
        "-200 to 2026-02-19 methotrexate": "low inform",
        "-200 leflunomide": "low inform",
    }),
    "off-label-us": (WOMAN, {
        **{f"-50 anakinra for {name}": "low inform" for name in ("FMF", "SJIA", "AOSD", "GOUT", "PERICARDITIS", "MAS")},
        **{f"-50 anakinra for {name}": "silent" for name in ("RA", "NOMID", "CAPS", "DIRA", "COVID-19")},
    }),
    "off-label-eu": (WOMAN, {
        **{f"-50 anakinra for {name}": "low inform" for name in ("DIRA", "GOUT", "PERICARDITIS", "MAS")},
        **{f"-50 anakinra for {name}": "silent"
           for name in ("RA", "CAPS", "NOMID", "FMF", "SJIA", "AOSD", "COVID-19")},
    }),
    "indication-unknown": (WOMAN, {
        "-50 anakinra for UNKNOWN": "medium review",
        "-50 anakinra for OTHER": "silent",
        "-50 anakinra for RA": "silent",
    }),
    "count-at-infection": (TAKEN, {
        "temperature 38.0": "medium request_test",
        "temperature 37.9": "silent",
        "-6 temperature 38.0": "medium request_test",
        "-7 temperature 38.0": "silent",
        "-3 infection": "medium request_test",
        "-3 infection; -2 neutrophils 3": "silent",
        "-3 infection; -4 neutrophils 3": "medium request_test",
        "-3 temperature 38.4; -2 neutrophils 3": "silent",
    }),
    "alt-baseline": (f"{D} anakinra", {
        "-28 alt 20": "silent", "-29 alt 20": "low request_test", "-28 ast 20": "silent",
    }),
    "alt-baseline-still": (f"{D} anakinra for AOSD", {
        "-28 alt 20": "silent", "-29 alt 20": "medium request_test", "-28 ast 20": "silent",
    }),
    "crp-baseline": (f"{D} anakinra", {"-28 crp 3": "silent", "-29 crp 3": "low request_test", "-28 esr 9": "silent"}),
    "urine-baseline": (f"{D} anakinra", {
        "-28 urine_acr 1": "silent", "-29 urine_acr 1": "low request_test", "-28 urine_pcr 9": "silent",
    }),
    "schedule-restart": (WOMAN, {
        "-300 to 2026-01-09 anakinra completed; -14 anakinra": "silent",  # 27 days without: the same treatment
        "-300 to 2026-01-09 anakinra completed; -13 anakinra": "low inform",
        "-300 to 2025-12-01 anakinra completed; -27 anakinra": "low inform",
        "-300 to 2025-12-01 anakinra completed; -28 anakinra": "silent",
        "-27 anakinra": "silent",
    }),
    "response-review": (WOMAN, {
        "2025-11-20 anakinra": "low inform",
        "2025-11-21 anakinra": "silent",
        "2025-10-22 anakinra": "low inform",
        "2025-10-21 anakinra": "silent",
        "2025-08-20 anakinra": "low inform",
        "2025-08-21 anakinra": "silent",
        "2025-07-22 anakinra": "low inform",
        "2025-07-21 anakinra": "silent",
        "2025-11-20 anakinra for FMF": "silent",
    }),
}  # fmt: skip
#: The same rules of somebody else.
MORE_EDGES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("neutrophils-decline", "2024-01-01 anakinra", {
        "-365 neutrophils 5.00; neutrophils 2.40": "medium review",
        "-366 neutrophils 5.00; neutrophils 2.40": "silent",
    }),
    ("renal-frequency", SPARED, {"creatinine 176.801": "silent"}),
    ("renal-confirm", SPARED, {"creatinine 176.801": "silent"}),
    ("renal-dialysis", SPARED, {"-3 dialysis": "silent"}),
    ("renal-restore", KIDNEYS, {"-7 creatinine 176.8; creatinine 176.8": "silent"}),
    ("serious-infection-stop", STILL, {"-3 infection serious": "silent"}),
    ("serious-infection-stop-any", f"{WOMAN}\n2026-01-01 anakinra for DIRA", {"-3 infection serious": "silent"}),
    ("serious-infection-weigh", TAKEN, {"-3 infection serious": "silent"}),
    ("asthma", STILL, {"-90 asthma": "silent"}),
    ("live-vaccine", PLANNED, {"+2 vaccination 03": "high avoid"}),
    ("influenza-vaccine-not-found", TAKEN, {"": "silent"}),
    # The label asks at the start: in its first 28 days, and while it is planned.
    ("liver-at-start", WOMAN, {
        "-27 anakinra; alt 60, limit 40": "medium review",
        "-28 anakinra; alt 60, limit 40": "silent",
    }),
    ("macrophage-activation", TAKEN, {"temperature 38.0; ferritin 685; platelets 181; ast 49": "silent"}),
    ("lung-symptom", TAKEN, {"-6 symptom dyspnoea": "silent"}),
    # The end of the drug is told for 28 days to whoever takes warfarin.
    ("narrow-index", WOMAN, {
        "-90 to 2026-01-22 anakinra completed; -90 warfarin": "silent",
        "-90 to 2026-01-23 anakinra completed; -90 warfarin": "medium request_test",
    }),
    ("interaction-tnf", ENDED, {"-90 etanercept": "silent"}),
    ("age-65", f"woman born 1961-02-21\n{TAKEN}", {"": "silent"}),
    ("age-65", f"woman born unknown\n{TAKEN}", {"": "cannot tell: missing_birth_date"}),
    ("population-ra", f"woman born 2008-02-20\n{TAKEN}", {"": "silent"}),
    ("population-jia", f"woman born 2008-02-20\n{TAKEN} for JIA", {"": "silent"}),
    ("population-covid", "woman born 2008-02-20\n2026-02-18 anakinra for COVID-19", {"": "silent"}),
    # A child may have up to 4 mg/kg, after the start; from 18 on 2.
    ("dose-fmf-still", "person born 2008-02-21\n2026-02-01 weight 40", {
        "-50 anakinra dose 2.01 mg/kg, for FMF": "silent",
        "-50 anakinra dose 4 mg/kg, for FMF": "silent",
        "-50 anakinra dose 4.01 mg/kg, for FMF": "medium adjust_dose",
        "-27 anakinra dose 2 mg/kg, for FMF": "silent",
        "-27 anakinra dose 2.01 mg/kg, for FMF": "medium adjust_dose",
    }),
    ("dose-fmf-still", "person born 2008-02-20\n2026-02-01 weight 40", {
        "-50 anakinra dose 2.01 mg/kg, for FMF": "medium adjust_dose",
    }),
    ("dose-fmf-still", MAN, {
        "creatinine 176.8; -50 anakinra for FMF": "silent",
        "creatinine 176.8; -50 anakinra alternate days, for FMF": "medium adjust_dose",
        "creatinine 176.801; -50 anakinra alternate days, for FMF": "silent",
        "creatinine 90; -50 anakinra alternate days, for FMF; -90 dialysis": "silent",
    }),
    ("population-small-child", "person born 2025-06-20\n2026-01-01 anakinra dose 2 mg/kg, for CAPS", {
        "weight 10": "silent",
    }),
    ("population-small-child", "person born 2025-06-21\n2026-01-01 anakinra dose 2 mg/kg, for CAPS", {
        "weight 10": "medium review",
    }),
    ("population-small-child", "person born 2008-02-21\n2026-01-01 anakinra dose 2 mg/kg, for CAPS", {
        "weight 9.9": "medium review",
    }),
    ("population-small-child", "person born 2008-02-20\n2026-01-01 anakinra dose 2 mg/kg, for CAPS", {
        "weight 9.9": "silent",
    }),
    # A child's weight answers for 90 days.
    ("weight-missing-for-dose", "person born 2016-05-05\n2026-01-01 anakinra dose 1 mg/kg, for FMF", {
        "-90 weight 30": "silent",
        "-91 weight 30": "medium request_test",
    }),
    ("dose-below-syringe", "person born 2016-05-05\n2026-01-01 anakinra dose 1 mg/kg, for FMF", {
        "-90 weight 30": "silent",
        "-91 weight 30": "cannot tell: stale_result",
    }),
)  # fmt: skip
_LIVER_AT_TWO_WEEKS = "2025-12-20 alt 20\n2026-01-15 alt 20"
#: Overdue: about whom; the day, and what is said of the first visit that is missed. (2026-02-01 with 14 days of
#: tolerance; the liver of Still's disease after 28 days with 14; else 2026-04-01 with 30; urine 2027-01-01 with 30.)
LATENESS: dict[str, tuple[str, dict[str, str]]] = {
    "neutrophils-overdue": (TESTED, {
        "2026-02-15": "silent", "2026-02-16": "medium request_test", "2026-03-01": "medium request_test",
        "2026-03-02": "high request_test",
    }),
    "creatinine-overdue": (TESTED, {"2026-02-15": "silent", "2026-02-16": "low request_test"}),
    "crp-overdue": (f"{TESTED}\n2025-12-20 crp 3", {"2026-02-15": "silent", "2026-02-16": "low request_test"}),
    "alt-overdue": (f"{TAKEN}\n2025-12-20 alt 20", {"2026-05-01": "silent", "2026-05-02": "low request_test"}),
    "alt-overdue-still-week-2": (f"{STILL}\n2025-12-20 alt 20", {
        "2026-01-22": "silent", "2026-01-23": "low request_test",
    }),
    "alt-overdue-still": (f"{STILL}\n{_LIVER_AT_TWO_WEEKS}", {
        "2026-02-12": "silent", "2026-02-13": "medium request_test",
    }),
    "urine-overdue": (f"{TAKEN}\n2025-12-20 urine_acr 1", {"2027-01-31": "silent", "2027-02-01": "low request_test"}),
}  # fmt: skip
_EMA_COUNTS = """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-02-01: 2026-01-18 to 2026-02-15
        2026-03-01: 2026-02-15 to 2026-03-15
        2026-04-01: 2026-03-18 to 2026-04-15
        2026-05-01: 2026-04-17 to 2026-05-15
        2026-06-01: 2026-05-18 to 2026-06-15
        2026-07-01: 2026-06-17 to 2026-07-15
        2026-10-01: 2026-09-01 to 2026-10-31
        2027-01-01: 2026-12-02 to 2027-01-31
        2027-04-01: 2027-03-02 to 2027-05-01
        2027-07-01: 2027-06-01 to 2027-07-31
        2027-10-01: 2027-09-01 to 2027-10-31
        2028-01-01: 2027-12-02 to 2028-01-31
        """
_FDA_COUNTS = """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-02-01: 2026-01-18 to 2026-02-15
        2026-03-01: 2026-02-15 to 2026-03-15
        2026-04-01: 2026-03-18 to 2026-04-15
        2026-07-01: 2026-06-01 to 2026-07-31
        2026-10-01: 2026-09-01 to 2026-10-31
        2027-01-01: 2026-12-02 to 2027-01-31
        """
_ONCE_A_YEAR_BEFORE = "2026-01-01: 2025-01-01 to 2026-01-01"
_LIVER_OF_STILL = """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-01-15: 2026-01-08 to 2026-01-22
        2026-01-29: 2026-01-15 to 2026-02-12
        """
#: Every visit a rule asks for in the first years after 2026-01-01, and its window: rule, authority, test, whom, visits.
GRIDS = (
    ("neutrophils-visits-ema", "EMA", "neutrophils", TAKEN, _EMA_COUNTS),
    ("neutrophils-visits-fda", "FDA", "neutrophils", TAKEN, _FDA_COUNTS),
    ("neutrophils-visits-bsr", "BSR", "neutrophils", TAKEN, _EMA_COUNTS),
    ("creatinine-visits", "FDA", "creatinine", TAKEN, _FDA_COUNTS),
    ("crp-visits", "FDA", "crp", TAKEN, _FDA_COUNTS),
    (
        "alt-visits",
        "BSR",
        "alt",
        TAKEN,
        """
        2026-01-01: 2025-12-04 to 2026-01-01
        2026-04-01: 2026-03-02 to 2026-05-01
        2026-07-01: 2026-06-01 to 2026-07-31
        2027-01-01: 2026-12-02 to 2027-01-31
        2027-07-01: 2027-06-01 to 2027-07-31
        2028-01-01: 2027-12-02 to 2028-01-31
        """,
    ),
    ("alt-visits-still", "EMA", "alt", STILL, _LIVER_OF_STILL),
    ("alt-visits-still-week-2", "EMA", "alt", STILL, _LIVER_OF_STILL),
    (
        "urine-visits",
        "EMA",
        "urine_acr",
        TAKEN,
        """
        2026-01-01: 2025-12-04 to 2026-01-01
        2027-01-01: 2026-12-02 to 2027-01-31
        2028-01-01: 2027-12-02 to 2028-01-31
        """,
    ),
    ("tb-screen-visit", "FDA", "igra", TAKEN, _ONCE_A_YEAR_BEFORE),
    ("hbsag-visit", "EMA", "hbsag", TAKEN, _ONCE_A_YEAR_BEFORE),
    ("anti-hbc-visit", "BSR", "anti_hbc", TAKEN, _ONCE_A_YEAR_BEFORE),
)
#: Days without the drug after 2026-02-28, and when the first visit of the schedule is due.
PAUSES = {1: "2026-01-01", 27: "2026-01-01", 28: "2026-03-29", 60: "2026-04-30"}


def first_due_after_a_pause(days: int, rules: Protocols | None = None) -> str:
    again = days_after("2026-02-28", days + 1)
    return tell(f"2026-01-01 to 2026-02-28 anakinra\n{again} anakinra", again, rules=rules).visits("neutrophils")[0][
        :10
    ]


@dataclass(frozen=True)
class Edge:
    """One row: a story and the one answer of one rule that it must come to."""

    rule: str
    story: str
    expected: str
    on: str = D
    grid: tuple[str, str] | None = None

    @property
    def name(self) -> str:
        facts = " ".join(self.story.rpartition("| ")[2].split())
        return f"{self.rule}: {facts} on {self.on}" if not self.grid else f"{self.rule}: {' '.join(self.grid)}"

    def ask(self, rules: Protocols | None = None) -> str:
        """What the rules say, in the words of the row."""
        story = self.story.replace("| ", "\n")
        if self.grid is not None:
            authority, test = self.grid
            windows = tell(story, self.on, authorities=(authority,), rules=rules).windows(test)
            return "\n".join(f"{due}: {window}" for due, window in windows.items())
        said = tell(story, self.on, rules=rules)
        answer = said.answer(self.rule)
        if ": " not in self.expected or "cannot tell" in self.expected:
            return answer
        advice = [p.advice for a in said.standing.alerts for p in a.positions if p.rule_id.endswith(f".{self.rule}")]
        words = self.expected.partition(": ")[2]
        return f"{answer}: {advice[0][: len(words)]}" if advice else answer


def _lines(facts: str) -> str:
    """Facts with their days counted from D as dates; a fact that begins with a date keeps it."""
    told = []
    for fact in filter(None, facts.split("; ")):
        first, _, rest = fact.partition(" ")
        if first[0] in "+-":
            told.append(f"{days_after(D, int(first))} {rest}")
        else:
            told.append(fact if first[0].isdigit() else f"{D} {fact}")
    return "\n".join(told)


ROWS = [
    *(
        Edge(rule, f"{who}| {_lines(facts)}", answer)
        for rule, who, rows in [*((rule, *row) for rule, row in EDGES.items()), *MORE_EDGES]
        for facts, answer in rows.items()
    ),
    *(Edge(rule, f"{who}| ", answer, on) for rule, (who, days) in LATENESS.items() for on, answer in days.items()),
    *(
        Edge(rule, f"{who}| ", "\n".join(line.strip() for line in lines.split("\n") if line.strip()), "2027-11-30",
             (authority, test))
        for rule, authority, test, who, lines in GRIDS
    ),
]  # fmt: skip
