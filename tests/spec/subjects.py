"""What an alert is about: the category and the fact of every rule, so that what belongs together is one alert.

"each event": one alert for every event; "with DRUG": one for every other drug.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.engine.evaluate import evaluate
from core.protocols.loader import Protocols, load_protocols
from tests.spec.clinic import end_of
from tests.spec.edges import D
from tests.spec.edges_more import SPEAKERS_FOR, SPOKEN, UNTESTED, Row, _story, known

#: Category, then fact: the rules whose findings are one alert if they stand together.
ABOUT = {
    "contraindication of neutrophils": "neutrophils-contraindication",
    "neutropenia of neutrophils": "neutrophils-stop neutrophils-review neutrophils-guideline neutrophils-low",
    "trend of neutrophils": "neutrophils-fall neutrophils-decline",
    "neutropenic_infection of neutrophils": "neutropenic-fever neutropenic-emergency fever-without-count",
    "infection of each event": (
        "infection-at-start infection-reported admission-unclear serious-infection-stop serious-infection-stop-any "
        "serious-infection-weigh"
    ),
    "infection of temperature": "fever-at-start infection-fever",
    "infection of blood_culture": "blood-culture-at-start blood-culture-positive",
    "infection of crp": "crp-rise",
    "comorbidity of each event": (
        "recurrent-infection immunosuppressed asthma copd lung-symptom late-nodules malignancy"
    ),
    "screening of igra": ("tb-screen-missing tb-screen-not-negative tb-screen-earlier-positive tb-history tb-exposure"),
    "screening of hepatitis_b": "hbsag-missing anti-hbc-missing",
    "screening of hbsag": "hbsag-positive-at-start hbsag-positive hbsag-indeterminate",
    "screening of anti_hbc": "anti-hbc-positive anti-hbc-indeterminate",
    "screening of anti_hbc_igm": "anti-hbc-igm-positive",
    "screening of hbv_dna": "hbv-dna-detected",
    "screening of hcv_antibody": "hcv-antibody-positive",
    "vaccination of each event": "live-vaccine vaccine-unclear",
    "vaccination of influenza_vaccine": "influenza-vaccine-not-found",
    "vaccination of pneumococcal_vaccine": "pneumococcal-vaccine-not-found",
    "contraindication of each event": "allergy-at-start allergy-on-treatment hypersensitivity",
    "contraindication of hypersensitivity": "hypersensitivity-at-start",
    "contraindication of eosinophils": "dress",
    "interaction of with adalimumab": "interaction-tnf",
    "interaction of with abatacept": "interaction-listed",
    "interaction of with sarilumab": "interaction-sarilumab",
    "interaction of with rituximab": "interaction-targeted",
    "interaction of with leflunomide": "combination-csdmard",
    "interaction of with methotrexate": "combination-methotrexate",
    "interaction of with warfarin": "narrow-index",
    "interaction of with tacrolimus": "narrow-index-more",
    "liver of alt": "liver-at-start",
    "comorbidity of ferritin": "macrophage-activation",
    "comorbidity of amyloidosis": "amyloidosis-sign amyloidosis-proteinuria amyloidosis-egfr",
    "information of each event": "injection-site electrolyte-symptom",
    "information of age": "age-65",
    "pregnancy of each event": "pregnancy breastfeeding",
    "surgery of each event": "surgery arthroplasty",
    "cytopenia of platelets": "platelets-low platelets-guideline",
    "cytopenia of each event": "bruising urgent-blood-symptom",
    "renal_dosing of creatinine_clearance": "renal-frequency renal-dialysis renal-confirm renal-caution renal-restore",
    "aki of creatinine": "aki-nhse aki-kdigo",
    "renal_function of creatinine": "creatinine-high-first",
    "data_quality of weight": "weight-out-of-date weight-missing-for-dose weight-missing-for-label",
    "dose of dose": (
        "dose-ra dose-caps-dira dose-dira-split dose-fmf-still dose-covid dose-covid-eua dose-seldom dose-below-syringe"
    ),
    "dose of population": "population-ra population-jia population-covid population-small-child",
    "information of methotrexate": "ra-without-methotrexate",
    "information of indication": "off-label-us off-label-eu",
    "data_quality of indication": "indication-unknown",
    "data_quality of each event": "infection-severity-unreadable",
    "monitoring of neutrophils": "neutrophils-baseline neutrophils-overdue",
    "monitoring of creatinine": "creatinine-baseline creatinine-overdue",
    "monitoring of full_blood_count_at_infection": "count-at-infection",
    "monitoring of alt": "alt-baseline alt-baseline-still alt-overdue alt-overdue-still alt-overdue-still-week-2",
    "monitoring of crp": "crp-baseline crp-overdue",
    "monitoring of urine_acr": "urine-baseline urine-overdue",
    "monitoring of schedule": "schedule-restart",
    "information of response": "response-review",
}
#: Stories of rules that speak for one indication only, or of two results.
OWN = {
    "tb-screen-earlier-positive": ("2026-01-01 anakinra\n2025-06-01 igra positive\n2026-02-01 igra negative", D),
    "hypersensitivity-at-start": ("2026-03-10 anakinra\n2026-02-20 symptom anaphylaxis", D),
    "alt-baseline-still": (f"{D} anakinra for AOSD", D),
    "alt-overdue-still": ("2026-01-01 anakinra for AOSD", D),
    "alt-overdue-still-week-2": ("2026-01-01 anakinra for AOSD", "2026-01-23"),
}


@dataclass(frozen=True)
class Subject(Row):
    """A story and what the alert of one rule is about in it."""

    @property
    def name(self) -> str:
        return f"what it is about: {super().name}"

    def ask(self, rules: Protocols | None = None) -> str:
        at = end_of(self.on)
        standing = evaluate(known(self.story, at), rules or load_protocols(), horizon=at).at(at)
        about = {
            f"{alert.category} of {_fact(alert.fact)}"
            for alert in standing.alerts
            for position in alert.positions
            if position.rule_id == f"anakinra.{self.rule}"
        }
        return ", ".join(sorted(about))


def _fact(fact: str) -> str:
    return "each event" if fact.startswith("event:") else fact.replace("with:", "with ")


def _tell(rule: str) -> tuple[str, str]:
    """A story in which a rule speaks, and its day."""
    if rule in OWN:
        return OWN[rule]
    if rule in UNTESTED:
        begun, on = UNTESTED[rule]
        return f"{begun} anakinra", on
    if rule in SPEAKERS_FOR:
        return _story(rule, "running", next(iter(SPEAKERS_FOR[rule]))), D
    return _story(rule, SPOKEN[rule][0].split()[0]), D


ROWS = [
    Subject(rule, story, about, on)
    for about, rules in ABOUT.items() for rule in rules.split() for story, on in [_tell(rule)]
]  # fmt: skip
