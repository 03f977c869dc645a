"""Random small patients as plain rows, seeded: few facts each, and nearly all of them where two readings could part.

Values sit at, just below and just above every limit; dates on, a day before and a day after every window, pause, age
and staleness; rows are tied, disputed, corrected, withdrawn, censored, unreadable, late.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import nan
from typing import Any

from core.records import COMPARATORS, DAY, FAR, LONG_AGO
from tests.oracle.facts import add_months, date_of, instant_of

Row = dict[str, Any]
TRACE_REASONS = ("no_unit", "unknown_unit", "implausible", "not_numeric")
MOMENTS = (0, 0, 0, 29_400, 29_400, 50_000, DAY - 1)  # seconds of the day; several alike, so that rows tie
COUNTS = (0.3, 0.49, 0.5, 0.51, 0.8, 0.96, 0.99, 1.0, 1.01, 1.2, 1.49, 1.5, 1.51, 1.59, 1.6, 1.61, 1.99, 2.0, 2.01, 3.2)
TEMPERATURES = (36.6, 37.9, 38.0, 38.1, 39.2)
WEIGHTS = (40.0, 54.0, 63.5, 70.0, 86.6, 86.7, 91.8, 110.0)
HEIGHTS = (150.0, 160.0, 170.0, 175.0, 188.0)
FREQUENCIES = (1.0, 1.0, 1.0, 1.0, 2.0, 0.5, 0.5, 3.0, 1 / 7, nan)
MG = (100.0, 100.0, 100.0, 50.0, 99.9, 100.5, 19.0, 20.0, 200.0, nan)
MG_PER_KG = (1.0, 1.0, 2.0, 2.0, 1.5, 0.9, 2.1, 4.0, 4.1, 8.0, 8.1, nan)
CHILDREN_S_WEIGHTS = (6.0, 9.9, 10.0, 12.0, 25.0, 49.9, 50.0, 50.1)
INDICATIONS_DRAWN = ("RA", "RA", "SJIA", "AOSD", "NOMID", "CAPS", "DIRA", "FMF", "COVID-19", "MAS", "OTHER", "UNKNOWN")
OTHER_DRUGS = (
    "methotrexate", "methotrexate", "adalimumab", "etanercept", "tocilizumab", "tocilizumab", "rilonacept",
    "canakinumab", "sarilumab", "tofacitinib", "baricitinib", "warfarin", "ciclosporin", "sulfasalazine", "aspirinol",
)  # fmt: skip
VACCINES = ("03", "3", "121", "150", "187", "26", "53", "999", "", "flu", "111")
#: Analyte to values at, just below and just above what rules ask; a story draws some of them.
SERIES: dict[str, tuple[float, ...]] = {
    "crp": (2.0, 4.0, 8.0, 12.0, 14.0, 30.0, 99.9, 100.0, 101.0),
    "esr": (10.0, 40.0),
    "alt": (20.0, 45.0, 50.0, 51.0, 67.5, 75.0, 76.0, 120.0),
    "ast": (20.0, 48.0, 48.1, 60.0, 52.5, 90.0),
    "ferritin": (100.0, 684.0, 684.1, 2500.0),
    "platelets": (120.0, 139.0, 140.0, 149.0, 150.0, 181.0, 182.0, 300.0),
    "triglycerides": (1.5, 1.76, 1.77),
    "fibrinogen": (3.5, 3.6, 3.7),
    "eosinophils": (0.3, 0.7, 0.71, 1.5),
    "urine_acr": (1.0, 2.9, 3.0, 30.0),
    "urine_pcr": (10.0, 50.0),
    "egfr": (90.0, 70.0, 60.0, 59.0, 48.0, 47.0, 30.0),
    "cholesterol": (4.0, 5.0, 5.1),
}
SCREENED = ("hbsag", "anti_hbc", "igra")
FOUND = ("anti_hbc_igm", "hbv_dna", "hcv_antibody", "blood_culture")  # results that are a diagnosis
CODED = (*SCREENED, *FOUND)
CODED_VALUES = (0.0, 0.0, 0.0, 0.5, 1.0)
GROUPS_OF_SERIES = (
    ("crp", "crp", "esr"), ("alt", "ast"), ("ferritin", "platelets", "ast", "triglycerides", "fibrinogen"),
    ("eosinophils",), ("urine_acr", "urine_pcr", "egfr", "egfr"), ("platelets", "cholesterol"), (*SCREENED, "hbsag"),
    FOUND,
)  # fmt: skip
EVENT_KINDS = (
    "infection", "infection", "infection", "antibiotic", "antibiotic", "positive_culture", "hospital_admission",
    "symptom", "symptom", "symptom", "symptom", "ckd", "dialysis", "surgery", "surgery", "vaccination", "vaccination",
    "vaccination", "pregnancy_planned", "diabetes", "note", "allergy", "allergy", "pregnancy", "breastfeeding",
    "malignancy", "copd", "asthma", "transplant", "immunodeficiency", "recurrent_infection", "tb_exposure",
    "tb_history", "duffy_null", "injection_site_reaction",
)  # fmt: skip
ACTS = ("symptom", "positive_culture", "surgery", "vaccination", "injection_site_reaction", "note")
ARRANGED = ("surgery", "vaccination", "pregnancy_planned")
CODES = (
    "fever", "chills", "cough", "unwell", "confusion", "rash", "sore_throat", "nodules", "bruising", "dyspnoea",
    "anaphylaxis", "oedema", "seizure", "anakinra", "e_coli_protein",
)  # fmt: skip
DETAILS = (
    "", "", "", "pneumonia", "IV ceftriaxone", "intravenous", "prophylaxis", "Prophylactic co-trimoxazole", "sepsis",
    "hip fracture", "ivory tower", "wound infection", "post-sepsis", "Kineret, hives", "E. coli", "citric acid",
    "left THA", "hip replacement", "hip and replacement", "influenza", "Pneumovax", "ACKR1 genotype", "nodule",
    "gum bleeding", "anaphylaxis", "end-stage", "ESRD", "i.v. meropenem", "intra-venous", "IV, prophylaxis",
    "prophylaxis stopped, now treatment", "not prophylaxis", "prophylaxis?", "prophylaxis for pneumonia",
)  # fmt: skip
CHANGES = (0, 0, 1, 2, 7, 27, 28, 29, 60)  # days from one course to the next
SEVERITIES = ("", "", "", "mild", "moderate", "serious", "serious", "unreadable")
GONE_BY = (0, 1, 3, 10, 20, 27, 28, 29, 60, 100, 300, 364, 365, 366, 400)  # days since a planned start was to be
#: What is asked for before a start: in the last 28 days, or in the last year.
BEFORE_A_START = ("neutrophils", "neutrophils", "creatinine", "alt", "crp", "urine_acr", "igra", "hbsag", "anti_hbc")
WINDOW_EDGES = (0, 0, 1, 2, 5, 13, 14, 15, 26, 27, 28, 29, 30, 60, 364, 365, 366)  # days before a start
#: Series whose results count whatever follows them, and values on both sides of what counts.
WHATEVER_FOLLOWS = {
    "blood_culture": (0.0, 0.0, 0.5, 1.0, 1.0), "platelets": (99.0, 100.0, 149.0, 150.0, 200.0),
    "crp": (4.0, 50.0, 50.1, 100.0, 101.0),
}  # fmt: skip


@dataclass
class Draft:
    """One patient as plain rows: what `build_cohort` turns into arrays."""

    patient_id: str
    birth: int
    sex: str
    died: int
    results: list[Row] = field(default_factory=list)
    courses: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)


class Drafter:
    """Draws one patient around an anchor day (the middle one of the days judged)."""

    def __init__(self, seed: str, anchor: date) -> None:
        self.random = random.Random(seed)
        self.anchor = instant_of(anchor)
        self.story = ""
        self.marks = [self.anchor]  # instants near which further facts like to lie

    def draw(self, patient_id: str) -> Draft:
        """Draw one patient: anyone, one with a fever on low counts, one for the kidneys, a child, a Still's patient."""
        self.story = story = self.random.choice(("anyone", "fever", "kidneys", "child", "still"))
        birth = instant_of(date(1966, 1, 2)) if story == "kidneys" and not self._one_in(4) else self._birth()
        if story == "child" and not self._one_in(8):
            birth = self.anchor - self.random.choice((150, 243, 244, 275, 400, 1500, 4000, 6500, 6570)) * DAY
            birth -= self.random.randrange(40) * DAY
        sex = self.random.choice(("female", "male", "female", "male", "unknown"))
        died = self.anchor + self.random.randint(-200, 60) * DAY if self._one_in(15) else FAR
        draft = Draft(patient_id, birth, sex, died)
        self._draw_courses(draft)
        self._draw_twist(draft)
        if self._one_in(3):
            self._draw_slipped(draft)
        self._draw_other_drugs(draft)
        self._draw_events(draft)
        weights = CHILDREN_S_WEIGHTS if story == "child" else WEIGHTS
        self._draw_series(draft, "neutrophils", self.random.randint(0, 7), COUNTS)
        self._draw_series(draft, "temperature", self.random.choice((0, 0, 1, 2, 4)), TEMPERATURES)
        self._draw_series(draft, "weight", self.random.choice((0, 1, 1, 2, 3)), weights)
        self._draw_series(draft, "height", self.random.choice((0, 0, 1, 1, 2)), HEIGHTS)
        if story == "fever":
            self._draw_fever(draft)
        if story == "kidneys":
            self._add_results(draft, "weight", self.anchor - self.random.randrange(400) * DAY, WEIGHTS[:3])
        if story == "still":
            self._draw_storm(draft)
        if story in ("kidneys", "anyone") or self._one_in(4):
            self._draw_creatinines(draft)
        for group in self.random.sample(GROUPS_OF_SERIES, self.random.choice((0, 1, 1, 2, 3))):
            for analyte in group:
                values = CODED_VALUES if analyte in CODED else SERIES[analyte]
                self._draw_series(draft, analyte, self.random.choice((0, 1, 2, 3)), values)
        if self._one_in(6):
            self._draw_screens(draft)
        if self._one_in(3):
            self._draw_bottles(draft, self.random.choice(("blood_culture",) * 3 + ("platelets", "crp")))
        if self._one_in(12):
            self._add_event(draft, "symptom", self.anchor - self.random.randrange(9) * DAY, self.random.choice(CODES))
        return draft

    def _draw_storm(self, draft: Draft) -> None:
        """What macrophage activation, a drug reaction or a flare looks like: all within some days."""
        day = self.anchor - self.random.randrange(12) * DAY
        self._add_results(draft, "temperature", day, TEMPERATURES[2:])
        for analyte in ("ferritin", "platelets", "ast", "triglycerides", "fibrinogen", "eosinophils", "crp"):
            if not self._one_in(3):
                self._add_results(draft, analyte, day, SERIES[analyte])
        if self._one_in(2):
            self._add_event(draft, "symptom", day, self.random.choice(("rash", "rash", "cough", "dyspnoea")))

    def _draw_fever(self, draft: Draft) -> None:
        """Low, often falling counts and fever in the weeks before the anchor."""
        day = self.anchor - self.random.randrange(12) * DAY
        self._add_results(draft, "temperature", day, TEMPERATURES[2:])
        for _ in range(self.random.choice((0, 1, 2, 2, 3))):
            self._add_results(draft, "neutrophils", day, COUNTS[:13])
            day -= self.random.choice((1, 6, 7, 8, 13, 14, 15)) * DAY

    def _one_in(self, often: int) -> bool:
        return self.random.randrange(often) == 0

    def _birth(self) -> int:
        if self._one_in(8):
            return LONG_AGO
        anchor = date_of(self.anchor)
        if self._one_in(6):  # around the eighteenth birthday
            return instant_of(add_months(anchor, -18 * 12)) + self.random.randint(-40, 40) * DAY
        if self._one_in(8):
            return instant_of(date(self.random.choice((1960, 1984, 2008)), 2, 29))
        return (
            instant_of(date(anchor.year - self.random.choice((12, 40, 60, 60, 75)), 1, 1))
            + self.random.randrange(365) * DAY
        )

    def _draw_courses(self, draft: Draft) -> None:
        start = self.anchor - self.random.choice((0, 10, 30, 100, 200, 330, 500)) * DAY
        start -= self.random.randrange(40) * DAY
        if self._one_in(4):
            start = instant_of(add_months(date_of(start).replace(day=1), 1)) - DAY  # the last day of a month
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3, 4))):
            length = self.random.choice((5, 20, 40, 90, 200))
            end = FAR if self._one_in(2) else start + (length + self.random.randrange(10)) * DAY
            status = self.random.choice(("active",) * 6 + ("stopped", "completed", "on-hold"))
            self._add_course(draft, start, end, status)
            if end == FAR and self._one_in(2):
                break
            previous = start + length * DAY if end == FAR else end
            start = previous + self.random.choice((*CHANGES, -5, -length // 2)) * DAY
        if self._one_in(4):
            ahead = self.random.choice((0, 1, 5, 20, 27, 28, 60, 370)) * DAY
            status = self.random.choice(("planned", "active", "on-hold"))
            self._add_course(draft, self.anchor + ahead, FAR, status)
        if self._one_in(10):
            self._add_course(draft, self.anchor - self.random.choice((3, 30, 200)) * DAY, FAR, "planned")
        if self._one_in(6):
            begin = self.anchor - self.random.randrange(100) * DAY
            self._add_course(draft, begin, begin + self.random.choice((5, 30, 60)) * DAY, "on-hold")

    def _draw_twist(self, draft: Draft) -> None:
        """What is planned while the drug is taken or held, several courses at once, a reaction before a restart."""
        twist = self.random.choice(("", "", "", "change", "restart", "several", "after a reaction"))
        begun = self.anchor - self.random.choice((3, 20, 27, 28, 29, 90, 200)) * DAY
        if twist == "change":
            end = FAR if self._one_in(2) else self.anchor + self.random.choice((-5, 0, 1, 10, 40)) * DAY
            self._add_course(draft, begun, end, "active")
            self._plan(draft, begun)
        elif twist == "restart":
            hold = begun + self.random.choice((0, 2, 10, 40)) * DAY
            self._add_course(draft, begun, FAR if self._one_in(2) else hold, "active")
            self._add_course(draft, hold, self._soon_or_never(), "on-hold")
            if self._one_in(3):
                later = hold + self.random.choice((1, 7, 30)) * DAY
                self._add_course(draft, later, self._soon_or_never(), "on-hold")
            self._plan(draft, hold)
        elif twist == "several":
            how_many, status = self.random.choice((2, 2, 3)), self.random.choice(("active", "active", "planned"))
            start = begun if status == "active" else self.anchor + self.random.choice((-3, 2, 20)) * DAY
            for _ in range(how_many):
                end = FAR if self._one_in(2) else start + self.random.choice((7, 30, 60)) * DAY
                self._add_course(draft, start, end, status)
                if self._one_in(3):  # the same once more
                    draft.courses.append(dict(draft.courses[-1]))
                start = self.random.choice((start, start + 7 * DAY, min(end, start + 30 * DAY)))
            if self._one_in(3):
                self._plan(draft, begun)
        elif twist:
            self._add_course(draft, begun - 60 * DAY, begun, "active")
            if self._one_in(2):
                self._add_course(draft, begun, self._soon_or_never(), "on-hold")
            day = begun + self.random.choice((-61, -60, -30, 0, 1)) * DAY
            draft.events.append(
                {
                    "kind": "symptom", "start": day, "end": day + DAY, "severity": "serious", "detail": "",
                    "code": self.random.choice(("anaphylaxis", "angioedema", "rash")),
                }
            )  # fmt: skip
            self._plan(draft, begun)

    def _soon_or_never(self) -> int:
        return FAR if self._one_in(2) else self.anchor + self.random.choice((-7, -1, 0, 2, 20)) * DAY

    def _plan(self, draft: Draft, mark: int) -> None:
        """One planned course, or two: ahead, on the day, or at a mark in the past; often for what is taken now."""
        for _ in range(self.random.choice((1, 1, 1, 2))):
            start = self.anchor + self.random.choice((-10, 0, 1, 5, 27, 28, 29, 60, 364, 365, 366)) * DAY
            if self._one_in(4):
                start = mark + self.random.choice((-30, -1, 0, 1, 10)) * DAY
            status = self.random.choice(("planned", "planned", "active"))
            self._add_course(draft, start, FAR if self._one_in(2) else start + 10 * DAY, status)
            if not self._one_in(3):
                draft.courses[-1]["indication"] = draft.courses[-2]["indication"]

    def _draw_slipped(self, draft: Draft) -> None:
        """A planned start whose day has passed: alone, beside what is taken or held, one of several, begun after all;
        and results before it, after it, and too old for a start today."""
        if not self._one_in(3):
            draft.courses.clear()
        planned = self.anchor - self.random.choice(GONE_BY) * DAY
        lead_in = self.random.choice(("", "", "taken", "held", "running"))
        if lead_in:
            begun = planned - self.random.choice((-1, 0, 10, 28, 90, 400)) * DAY
            pause = self.random.choice((0, 1, 14, 27, 28, 29, 60)) * DAY
            end = self.random.choice((planned, self.anchor)) - pause if lead_in == "taken" else FAR
            self._add_course(draft, begun, end if lead_in != "held" or self._one_in(2) else begun + 30 * DAY, "active")
            if lead_in == "held":
                hold = self.random.choice((begun, planned, self.anchor)) + self.random.choice((-3, 0, 1, 20)) * DAY
                self._add_course(draft, hold, self._soon_or_never(), "on-hold")
        for _ in range(self.random.choice((1, 1, 1, 2, 2, 3))):
            end = FAR
            if self._one_in(2):
                end = self.random.choice((planned, self.anchor)) + self.random.choice((1, 2, 14, 30)) * DAY
            self._add_course(draft, planned, end, "planned")
            if not self._one_in(3):
                draft.courses[-1]["indication"] = draft.courses[0]["indication"]
            another = self.random.choice(
                (planned, planned, self.anchor - 20 * DAY, self.anchor - 40 * DAY, self.anchor)
            )
            planned = another + self.random.choice((0, 0, -1, 1, 27, 28, 29)) * DAY
        if self._one_in(4):  # it has begun, or is dated to begin
            status = self.random.choice(("active", "active", "stopped", "on-hold"))
            near = self.random.choice((planned, planned, self.anchor))
            begun = near + self.random.choice((-1, 0, 0, 1, 10, 15, 29)) * DAY
            self._add_course(draft, begun, FAR if self._one_in(2) else begun + 10 * DAY, status)
        if self._one_in(5):
            self.random.shuffle(draft.courses)
        starts = [course["start"] for course in draft.courses] + [self.anchor, self.anchor]
        for analyte in self.random.sample(BEFORE_A_START, 4):
            for _ in range(self.random.choice((0, 1, 2, 3))):
                day = self.random.choice(starts)
                day += self.random.choice((-1, -1, -1, 1)) * self.random.choice(WINDOW_EDGES) * DAY
                values = {"neutrophils": COUNTS, "creatinine": (66.7, 84.0)}.get(analyte) or SERIES.get(analyte)
                self._add_results(draft, analyte, day, values or CODED_VALUES)

    def _draw_bottles(self, draft: Draft, analyte: str) -> None:
        """Results minutes apart, at one instant or within days, that do not agree."""
        at = self.anchor - self.random.choice((0, 1, 3, 6, 7, 12, 13, 14, 15, 20, 30)) * DAY
        at, values = at + self.random.choice(MOMENTS), WHATEVER_FOLLOWS[analyte]
        for _ in range(self.random.choice((2, 2, 3, 4))):
            row = self._result(analyte, at, values[-1] if self._one_in(4) else self.random.choice(values))
            if self._one_in(8) and not row["reason"]:
                row["reason"] = "conflicting_duplicate"
            elif self._one_in(5) and analyte not in CODED:
                row["comparator"] = self.random.choice(COMPARATORS[1:])
            draft.results.append(row)
            if self._one_in(10):
                row["superseded"] = row["known"] + self.random.choice((60, DAY, 5 * DAY))
            at += self.random.choice((0, 0, 60, 600, 600, DAY, 2 * DAY, 7 * DAY, 13 * DAY, 14 * DAY))

    def _draw_screens(self, draft: Draft) -> None:
        """Screening for tuberculosis, done again: what was positive may no longer be."""
        day = self.anchor - self.random.choice((300, 30, 5)) * DAY
        for _ in range(self.random.choice((2, 2, 3))):
            self._add_results(draft, "igra", day, CODED_VALUES)
            day += self.random.choice((1, 10, 200)) * DAY

    def _add_course(self, draft: Draft, start: int, end: int, status: str, drug: str = "anakinra") -> None:
        self.marks += [start] + ([end] if end < FAR else [])
        per_day = 0.5 if self.story == "kidneys" and self._one_in(2) else self.random.choice(FREQUENCIES)
        kinds = {"still": ("SJIA", "AOSD"), "child": ("SJIA", "NOMID", "CAPS", "FMF", "RA", "JIA"), "kidneys": ("RA",)}
        indication = self.random.choice(kinds.get(self.story, INDICATIONS_DRAWN))
        if self._one_in(6):
            indication = self.random.choice(INDICATIONS_DRAWN)
        if self._one_in(12):
            indication = "UNKNOWN"
        per_kg = self._one_in(5) or (self.story == "child" and self._one_in(2))
        if indication == "COVID-19" and not self._one_in(3):
            end = start + self.random.choice((9, 10, 10, 11)) * DAY
        draft.courses.append(
            {
                "drug": drug, "start": start, "end": max(end, start + DAY), "status": status, "per_day": per_day,
                "indication": indication, "dose": self.random.choice(MG_PER_KG if per_kg else MG), "per_kg": per_kg,
            }
        )  # fmt: skip

    def _draw_other_drugs(self, draft: Draft) -> None:
        """Drugs beside it: taken, held, planned, over just before or just after it begins."""
        for _ in range(self.random.choice((0, 0, 1, 1, 2, 3))):
            drug = self.random.choice(OTHER_DRUGS)
            mark = self.random.choice(self.marks)
            start = mark + self.random.choice((-400, -100, -30, -5, -1, 0, 1, 5, 30)) * DAY
            end = FAR if self._one_in(2) else start + self.random.choice((1, 5, 29, 30, 100, 200)) * DAY
            status = self.random.choice(("active",) * 4 + ("stopped", "completed", "on-hold", "planned"))
            self._add_course(draft, start, end, status, drug)
            if self._one_in(4):
                begin = start + self.random.choice((0, 3, 10)) * DAY
                self._add_course(draft, begin, begin + 20 * DAY, "on-hold", drug)

    def _add_event(self, draft: Draft, kind: str, start: int, code: str) -> None:
        is_act = kind in ACTS
        end = start + DAY if is_act else FAR
        if self._one_in(2) and not is_act:
            end = start + self.random.choice((1, 3, 8, 14, 20, 100)) * DAY
        elif self._one_in(4) and is_act:
            end = start + self.random.choice((3, 7, 10, 20)) * DAY
        self.marks += [start] + ([end] if end < FAR else [])
        event = {"kind": kind, "start": start, "end": end, "code": code}
        event["severity"] = self.random.choice(SEVERITIES)
        draft.events.append(event | {"detail": self.random.choice(DETAILS)})

    def _draw_events(self, draft: Draft) -> None:
        for _ in range(self.random.choice((0, 1, 1, 2, 3, 4))):
            kind = self.random.choice(EVENT_KINDS)
            code = self.random.choice(CODES) if kind in ("symptom", "allergy") or self._one_in(8) else ""
            if kind == "vaccination":
                code = self.random.choice(VACCINES)
            start = self._day()
            if kind in ARRANGED and self._one_in(3):
                start = self.anchor + self.random.choice((1, 5, 14, 30, 200, 364, 365, 366, 400)) * DAY
            self._add_event(draft, kind, start, code)

    def _day(self) -> int:
        """A day on, near or at a telling distance from something that happened."""
        if self._one_in(3):
            return self.anchor - self.random.randrange(450) * DAY
        mark = self.random.choice(self.marks)
        distance = self.random.choice((0, 0, 1, 2, 3, 7, 8, 14, 15, 28, 29, 31, 45, 60, 90, 365, 366))
        return mark + self.random.choice((-1, -1, -1, 1)) * distance * DAY

    def _visit_day(self, draft: Draft) -> int:
        """A day at the edge of a visit's window."""
        if not draft.courses:
            return self._day()
        start = date_of(self.random.choice(draft.courses)["start"])
        due = instant_of(add_months(start, self.random.choice((0, 1, 2, 3, 4, 5, 6, 9, 12))))
        due += self.random.choice((0, 0, 0, 0, 14, 28)) * DAY
        return due + self.random.choice((-31, -30, -28, -15, -14, -13, 0, 13, 14, 15, 28, 29, 30, 31)) * DAY

    def _draw_series(self, draft: Draft, analyte: str, how_many: int, values: Sequence[float]) -> None:
        for _ in range(how_many):
            day = (
                self._visit_day(draft) if analyte not in ("weight", "temperature") and self._one_in(2) else self._day()
            )
            if analyte == "weight" and self._one_in(3):
                day = self.anchor - self.random.choice((89, 90, 91, 364, 365, 366, 367, 500)) * DAY
            self._add_results(draft, analyte, day, values)

    def _add_results(self, draft: Draft, analyte: str, day: int, values: Sequence[float]) -> None:
        """One result, or the several rows a dispute, a correction or a repetition makes of it."""
        at = day + self.random.choice(MOMENTS)
        self.marks.append(at // DAY * DAY)
        first = self._result(analyte, at, self.random.choice(values))
        draft.results.append(first)
        fate = self.random.randrange(20)
        another = self._result(analyte, at, self.random.choice(values))
        if fate == 0:  # two readable rows at one instant
            draft.results.append(another)
        elif fate == 1:  # the later of two rows of one identity joins the dispute as a trace
            if not another["reason"]:
                another["reason"] = "conflicting_duplicate"
            draft.results.append(another)
        elif fate == 2:  # corrected
            first["superseded"] = another["known"] = first["known"] + self.random.choice((1, 3600, DAY, 9 * DAY))
            draft.results.append(another)
        elif fate == 3:  # withdrawn
            first["superseded"] = first["known"] + self.random.choice((3600, DAY, 9 * DAY))
        elif fate == 4:  # the same once more, under another id
            draft.results.append(first | {"known": first["known"] + self.random.choice((0, 3600))})

    def _result(self, analyte: str, at: int, value: float) -> Row:
        comparator = self.random.choice(COMPARATORS[1:]) if self._one_in(10) and analyte not in CODED else ""
        reason = self.random.choice(TRACE_REASONS) if self._one_in(12) else ""
        late = self.random.choice((0, 0, 0, 0, 3600, DAY, 5 * DAY, 20 * DAY))
        limits = {"creatinine": (84.0, 104.0, 90.0), "alt": (40.0, 50.0, 30.0), "ast": (32.0, 40.0, 35.0)}
        ref_high = self.random.choice(limits[analyte]) if analyte in limits and self._one_in(3) else nan
        return {
            "analyte": analyte, "at": at, "value": value, "comparator": comparator, "reason": reason,
            "known": at + late, "superseded": FAR, "ref_high": ref_high,
        }  # fmt: skip

    def _draw_creatinines(self, draft: Draft) -> None:
        base = self.random.choice((40.7, 60.0, 66.7, 80.0, 84.0, 88.4, 100.1, 104.0, 118.0))
        values = [base, base, round(base * 0.9, 1), round(base * 1.1, 1)]
        values += [round(base * times, 4) for times in (1.5, 1.499, 2, 1.999, 3, 2.999)]
        values += [round(base + rise, 1) for rise in (25.9, 26.0, 26.1, 26.4, 26.5, 26.6)]
        values += [353.5, 353.6, 354.0, 354.1, 84.0, 84.1, 104.0, 104.1, 252.0, 252.1, 176.8]
        values += self._values_at_clearance_limits(draft)
        day = self._day()
        for _ in range(self.random.choice((0, 1, 1, 2, 3, 4, 6))):
            self._add_results(draft, "creatinine", day, values)
            day += self.random.choice((0, 0, 1, 2, 3, 7, 8, 9, 30, 80, 365, 366, -2, -20, -200)) * DAY
            if self._one_in(3):
                day = self._day()

    def _values_at_clearance_limits(self, draft: Draft) -> list[float]:
        """Creatinines that put the clearance at, just below and just above 30 and 60 mL/min."""
        weights = [row["value"] for row in draft.results if row["analyte"] == "weight"]
        if not weights or draft.birth == LONG_AGO:
            return []
        age = date_of(self.anchor).year - date_of(draft.birth).year
        factor = 0.85 if draft.sex == "female" else 1.0
        found = []
        for limit in (30, 60):
            exact = (140 - age) * self.random.choice(weights) * 88.4 * factor / (72 * limit)
            found += [round(exact + step, 3) for step in (-0.1, -0.001, 0, 0.001, 0.1)]
        return [value for value in found if value > 0]


def draft_patients(seed: int, how_many: int) -> tuple[list[Draft], list[int]]:
    """Draw patients and the instants (ends of days) at which to judge them, oldest first."""
    chance = random.Random(seed)
    anchor = chance.choice((date(2026, 3, 15), date(2028, 2, 29), date(2027, 12, 31), date(2026, 7, 31)))
    anchor += timedelta(days=chance.choice((0, 0, 1, chance.randrange(365))))
    drafts = [Drafter(f"{seed}-{number}", anchor).draw(f"S{seed}-{number}") for number in range(how_many)]
    days = (
        anchor - timedelta(days=chance.choice((1, 30, 100))),
        anchor,
        anchor + timedelta(days=chance.choice((1, 15, 29))),
    )
    return drafts, [instant_of(day) + DAY - 1 for day in days]
