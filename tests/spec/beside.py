"""What stands beside an alert, told as stories: an infection's state, the checklist before a restart, blunted CRP, the
patient's own baseline, Duffy-null. A change of any number or name of background.toml contradicts a row.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.engine.blunting import blunting_at
from core.engine.evaluate import evaluate
from core.engine.features import Measurements
from core.engine.history import History
from core.engine.infection import infection_at
from core.engine.known import as_known_at
from core.engine.personal_baseline import personal_baseline
from core.engine.restart import restart_checklist
from core.protocols.background import background
from core.protocols.loader import load_protocols
from core.services.proof.beside import infection_beside
from core.services.proof.notes import list_notes
from core.services.proof.record import PATIENT, Record
from tests.spec.clinic import Clinic, end_of, instant

DRUG = "anakinra"
TAKEN = "2026-01-01 anakinra"
INFECTED = "2026-02-01 to 2026-02-20 infection cellulitis"
USUAL = f"{INFECTED}\n2025-12-01 crp 4\n2026-01-10 crp 6"  # a median of 5


@dataclass(frozen=True)
class Beside:
    """One thing shown beside alerts at a moment of a story. what: state, no fever, antibiotics, crp, blunted, baseline,
    duffy, or the category of the alerts that an infection's state stands beside.
    """

    what: str
    story: str
    at: str
    expected: str

    @property
    def name(self) -> str:
        return f"{self.what}: {' | '.join(' '.join(line.split()) for line in self.story.splitlines())} at {self.at}"

    def ask(self) -> str:
        """What is shown, in a word."""
        at = instant(self.at) if "T" in self.at else end_of(self.at)
        story = self.story if f" {DRUG} " in self.story else f"{TAKEN}\n{self.story}"
        cohort = as_known_at(Clinic.of(story).cohort(), at)
        m = Measurements(cohort, load_protocols().common, at)
        match self.what:
            case "state":
                return infection_at(m, PATIENT, at).state
            case "blunted":
                return " ".join(sorted("silenced" if x.silenced else "lowered" for x in blunting_at(cohort, 0, at)))
            case "baseline":
                own = personal_baseline(cohort, PATIENT, DRUG, "neutrophils", at)
                return str(own.count if own else None)
            case "duffy":
                return _tell_duffy(evaluate(cohort, load_protocols(), horizon=at), at)
            case "infection" | "neutropenic_infection":
                return _tell_state(evaluate(cohort, load_protocols(), horizon=at), at, self.what)
            case _:
                checks = {c.what.lower(): c.verdict for c in restart_checklist(m, PATIENT, at)}
                return next((verdict for what, verdict in checks.items() if what.startswith(self.what)), "")


def _tell_duffy(history: History, at: int) -> str:
    """The note about Duffy-null beside a low count, "" where there is none."""
    (alert,) = (a for a in history.at(at).alerts if (a.category, a.fact) == ("neutropenia", "neutrophils"))
    notes = [n["text"] for n in list_notes(alert, Record.behind(alert, history)) if n["about"] == "duffy_null"]
    return " ".join("unconfirmed" if text == background().duffy_null.unconfirmed else text for text in notes)


def _tell_state(history: History, at: int, category: str) -> str:
    """The state of the infection beside the alerts of a category, "" where none stands beside them."""
    alerts = [one for one in history.at(at).alerts if one.category == category]
    told = {str((infection_beside(one, Record.behind(one, history)) or {"state": ""})["state"]) for one in alerts}
    return " ".join(sorted(told))


def _rows(what: str, at: str, told: dict[str, str]) -> list[Beside]:
    return [Beside(what, story, at, expected) for story, expected in told.items()]


#: Confirmed by a laboratory, and with every word that takes the confirmation back.
LOW = "2026-02-01 neutrophils 1.2"
CONFIRMED = (
    "Recorded Duffy-null, confirmed (genotype): the limit is not relaxed (a rule that would is awaiting sign-off). "
    "The range published for Duffy-null is 1.21 to 5.39 ×10⁹/L."
)
DOUBTS = ("unconfirmed", "not confirmed", "suspected", "awaited", "pending", "presumed", "possible", "query")

ROWS = [
    *_rows("infection", "2026-02-05", {"2026-02-03 infection serious": "serious"}),
    *_rows("neutropenic_infection", "2026-02-05", {
        "2026-02-03 temperature 38.6\n2026-02-03 neutrophils 0.4": "suspect",
    }),
    *_rows("state", "2026-02-05", {
        "2026-02-03 temperature 38.0": "suspect",
        "2026-02-03 temperature 37.9": "none",
        "2026-02-03 symptom cough": "suspect",
        "2026-02-03 symptom rash": "none",
        "2026-02-03 symptom unwell": "none",
        "2026-02-03 allergy penicillin": "none",
        "2026-02-03 antibiotic amoxicillin": "active",
        "2026-02-03 positive_culture": "active",
        "2026-02-03 blood_culture positive": "active",
        "2026-02-03 blood_culture positive\n2026-02-04 blood_culture negative": "active",
        "2026-02-03 blood_culture indeterminate": "none",
        "2026-02-03 blood_culture negative": "none",
        "2026-02-03 infection mild": "active",
        "2026-02-03 infection serious": "serious",
        "2026-02-03 hospital_admission pneumonia": "serious",
        "2026-02-03 malignancy": "none",
    }),
    *_rows("state", "2026-02-16", {
        "2026-02-03 blood_culture positive": "active",
        "2026-02-02 blood_culture positive": "resolved",
        "2026-02-10 temperature 38.0": "suspect",
        "2026-02-09 temperature 38.0": "resolved",
    }),
    *_rows("no fever", "2026-02-10T12:00", {
        f"{INFECTED}\n2026-02-08T12:00 temperature 36.8": "met",
        f"{INFECTED}\n2026-02-08T11:00 temperature 36.8": "cannot tell",
        f"{INFECTED}\n2026-02-08T11:59 temperature 36.8": "cannot tell",
        f"{INFECTED}\n2026-02-10T09:00 temperature 38.0": "not met",
        f"{INFECTED}\n2026-02-10T09:00 temperature 37.9": "met",
        f"{INFECTED}\n2026-02-09 symptom fever\n2026-02-10 temperature 36.8": "not met",
        f"{INFECTED}\n2026-02-09 symptom chills\n2026-02-10 temperature 36.8": "met",
    }),
    *_rows("antibiotics", "2026-02-10", {
        f"{INFECTED}\n2026-02-02 to 2026-02-09 antibiotic amoxicillin": "met",
        f"{INFECTED}\n2026-02-02 to 2026-02-11 antibiotic amoxicillin": "not met",
        f"{INFECTED}\n2026-02-02 positive_culture": "cannot tell",
        INFECTED: "cannot tell",
    }),
    *_rows("crp", "2026-02-10", {
        f"{USUAL}\n2026-02-09 crp 7.5": "met",
        f"{USUAL}\n2026-02-09 crp 7.6": "not met",
        f"{INFECTED}\n2025-11-03 crp 5\n2026-02-09 crp 3": "met",  # 90 days before it began
        f"{INFECTED}\n2025-11-02 crp 5\n2026-02-09 crp 3": "cannot tell",
        f"{USUAL}\n2026-02-09 crp 3\n2026-01-05 tocilizumab, once weekly": "cannot tell",
        f"{USUAL}\n2026-02-09 crp 3\n2026-01-05 canakinumab, every 4 weeks": "met",
    }),
    # Anakinra itself, taken in every other story, lowers CRP.
    *_rows("blunted", "2026-04-10", {
        "": "lowered",
        "2026-01-01 to 2026-04-10 anakinra stopped": "lowered",
        "2026-01-01 to 2026-04-09 anakinra stopped": "",
        "2025-12-01 tocilizumab, once weekly": "lowered silenced",
        "2025-12-01 to 2026-01-30 tocilizumab stopped, once weekly": "lowered silenced",  # 70 days after its last day
        "2025-12-01 to 2026-01-29 tocilizumab stopped, once weekly": "lowered",
        "2025-12-01 sarilumab, every 2 weeks": "lowered silenced",
        "2025-12-01 to 2026-02-13 sarilumab stopped, every 2 weeks": "lowered silenced",  # 56 days after
        "2025-12-01 to 2026-02-12 sarilumab stopped, every 2 weeks": "lowered",
        "2025-12-01 canakinumab, every 4 weeks": "lowered lowered",
        "2025-12-01 to 2026-04-09 canakinumab stopped, every 4 weeks": "lowered",
        "2025-12-01 tofacitinib, twice daily": "lowered lowered",
        "2025-12-01 to 2026-04-09 tofacitinib stopped, twice daily": "lowered",
        "2025-12-01 baricitinib": "lowered lowered",
        "2025-12-01 prednisolone": "lowered lowered",
        "2025-12-01 to 2026-04-09 prednisolone stopped": "lowered",
        "2025-12-01 methotrexate, once weekly": "lowered",
        "2025-12-01 adalimumab, every 2 weeks": "lowered",
    }),
    *_rows("baseline", "2026-03-01", {
        "2025-01-01 neutrophils 3": "1",  # 365 days before the start
        "2024-12-31 neutrophils 3": "0",
        "2026-01-02 neutrophils 3": "0",
    }),
    *_rows("duffy", "2026-02-05", {
        f"{LOW}\n2025-06-01 duffy_null genotype": CONFIRMED,
        f"{LOW}\n2025-06-01 duffy_null family says so": "unconfirmed",
        f"{LOW}\n2025-06-01 tb_history genotype": "",
        f"{LOW}\n2025-06-01 symptom cough": "",
        LOW: "",
        **{f"{LOW}\n2025-06-01 duffy_null genotype {word}": "unconfirmed" for word in DOUBTS},
    }),
]  # fmt: skip
