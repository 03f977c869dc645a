"""What a clinic's files state: patients, results, courses and events, in FHIR's words, and the contract's vocabularies.

Instants are whole seconds since 1970-01-01T00:00 on the clinic's wall clock. `FAR` stands for "open" (an end) or
"still current" (a supersession). Ends are exclusive. Numbers are `Decimal` in the analyte's canonical unit, converted
once at import; the text as given is kept beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

DAY = 86_400
FAR = 4_102_444_800  # 2100-01-01: beyond any horizon a clinic plans for
LONG_AGO = -FAR  # before any birth date a living patient can have

Kind = Literal["patient", "result", "medication", "event", "other"]
KINDS: tuple[Kind, ...] = ("patient", "result", "medication", "event", "other")

SEXES = ("female", "male", "unknown")
STATUSES = ("final", "preliminary", "corrected", "cancelled", "entered-in-error")
WITHDRAWN = ("cancelled", "entered-in-error")
COMPARATORS = ("", "<", "<=", ">=", ">")
CODED_VALUES = ("negative", "not detected", "positive", "detected", "indeterminate")
COURSE_STATUSES = ("active", "planned", "on-hold", "stopped", "completed")
SEVERITIES = ("mild", "moderate", "serious")
#: A severity that was written and that nobody can read: never taken for a mild one.
UNREADABLE_SEVERITY = "unreadable"
ROUTES = ("SC", "IV", "IM", "PO", "OTHER")
INDICATIONS = (
    "RA", "JIA", "SJIA", "AOSD", "CAPS", "NOMID", "DIRA", "FMF", "COVID-19", "GOUT", "PERICARDITIS", "MAS", "PSA",
    "AXSPA", "SLE", "GCA", "PMR", "VASCULITIS", "OTHER", "UNKNOWN",
)  # fmt: skip
#: Beside the contract's words: nobody wrote, or nobody can read, what the drug is given for. A file says it by a blank.
UNKNOWN_INDICATION = "UNKNOWN"

#: Event kinds and whether one without an end lasts ("state") or is a single day ("act"). CONTRACT 2.
EVENT_KINDS: dict[str, Literal["state", "act"]] = {
    "infection": "state", "antibiotic": "state", "positive_culture": "act", "hospital_admission": "state",
    "vaccination": "act", "surgery": "act", "allergy": "state", "pregnancy": "state", "breastfeeding": "state",
    "malignancy": "state", "copd": "state", "asthma": "state", "diabetes": "state", "ckd": "state",
    "dialysis": "state", "transplant": "state", "immunodeficiency": "state", "recurrent_infection": "state",
    "pregnancy_planned": "state", "tb_exposure": "state", "tb_history": "state", "duffy_null": "state",
    "symptom": "act", "injection_site_reaction": "act", "note": "act",
}  # fmt: skip

#: Where a coded word stands between absent (0) and present (1).
CODED_NUMBERS = {"negative": 0.0, "not detected": 0.0, "positive": 1.0, "detected": 1.0, "indeterminate": 0.5}
#: Acts are entered before they happen; every other event is known once it has begun. CONTRACT 3 (Known when).
FORESEEN_EVENTS = ("surgery", "vaccination", "pregnancy_planned")

CATEGORIES = (
    "neutropenia", "cytopenia", "trend", "renal_dosing", "renal_function", "aki", "infection", "neutropenic_infection",
    "liver", "screening", "vaccination", "interaction", "dose", "contraindication", "pregnancy", "comorbidity",
    "surgery", "monitoring", "data_quality", "information",
)  # fmt: skip
#: Priority is the expected response: today, within 7 days, at the next review (None: no date of its own).
PRIORITIES = ("high", "medium", "low")
RESPOND_WITHIN_DAYS: dict[str, int | None] = {"high": 0, "medium": 7, "low": None}
#: Strictest first (CONTRACT 4).
ACTIONS = (
    "do_not_start", "stop", "withhold", "avoid", "reduce_frequency", "adjust_dose", "restore_frequency", "review",
    "repeat_test", "request_test", "inform",
)  # fmt: skip
AUTHORITIES = ("EMA", "FDA", "BSR", "ACR", "EULAR", "NICE", "KDIGO", "NHSE", "CDC", "LOCAL")

#: Why a rule cannot tell (CONTRACT 4). The position is the code the engine carries; 0 means "known".
CANNOT_TELL_REASONS = (
    "", "no_result", "stale_result", "no_unit", "unknown_unit", "implausible", "censored", "not_numeric",
    "missing_weight", "missing_height", "missing_sex", "missing_birth_date", "missing_baseline",
    "missing_reference_range", "unsteady_creatinine", "out_of_scope_age", "unknown_dose", "unknown_frequency",
    "conflicting_duplicate",
)  # fmt: skip
#: Beside them, for a patient whose evaluation failed: a fault of ours, not of the facts.
NOT_EVALUATED = "not_evaluated"
QUARANTINE_REASONS = (
    *CANNOT_TELL_REASONS[1:], "ragged_row", "duplicate_header", "unknown_column_layout", "unknown_analyte",
    "unknown_patient", "ambiguous_patient", "patient_mismatch", "analyte_mismatch", "bad_date", "ambiguous_date",
    "future_date", "before_birth", "bad_number", "missing_value", "unknown_code", "unknown_column", "out_of_scope",
    "unsafe_file", "unsupported_version", "not_validated", "unknown_drug",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Patient:
    """One person under the clinic's care. `birth_date` is an instant; sex is administrative, as the file states it."""

    patient_id: str
    family_name: str
    given_name: str
    birth_date: int
    sex: str
    site: str = ""
    consultant: str = ""
    deceased_date: int | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One measurement. Exactly one of `value` (numeric) and `coded` is set, unless the status withdraws the result.

    value: canonical unit of the analyte, un-rounded. comparator: "" or one of < <= >= >. collected_at: when the sample
    was taken; reported_at: when it became known (None: at collection). ref_low/ref_high: the report's own range,
    canonical. derived: computed by Nadir from other results (an ANC from a differential).
    """

    result_id: str | None
    patient_id: str
    analyte: str
    loinc: str | None
    value: Decimal | None
    comparator: str
    coded: str | None
    unit: str
    value_as_given: str
    unit_as_given: str
    collected_at: int
    reported_at: int | None
    status: str = "final"
    ref_low: Decimal | None = None
    ref_high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """One prescription of one drug at one dose; a dose change is another course.

    drug: the catalogue's name, or the text as given where `drug_known` is false. dose and frequency are None where the
    text could not be read; the text is kept. start: first instant; end: exclusive, None = still running.
    """

    course_id: str | None
    patient_id: str
    drug: str
    drug_known: bool
    indication: str
    dose: Decimal | None
    dose_unit: str
    dose_as_given: str
    frequency: str | None
    frequency_as_given: str
    route: str
    start: int
    end: int | None
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the patient or holds for them: an infection, a vaccination, a pregnancy.

    end is exclusive; None = ongoing (a state without an end date). Acts without an end last one day.
    """

    event_id: str | None
    patient_id: str
    kind: str
    start: int
    end: int | None
    code: str = ""
    detail: str = ""
    severity: str = ""


Fact = Patient | Result | Course | Event


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stood: the file as the user knows it and the line a spreadsheet shows (header = 1)."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark on one row, as the import report prints it. outcome: quarantined, ignored, duplicate, superseded,
    noted.
    """

    file: str
    row: int
    column: str
    reason: str
    value: str
    outcome: str
    message: str


@dataclass(frozen=True, slots=True)
class Trace:
    """The mark an unreadable result leaves on (patient, analyte, time), so that it never reads as "no result".

    reason: why it cannot be read. value: canonical, only for a conflicting duplicate (it joins the dispute).
    """

    patient_id: str
    analyte: str
    collected_at: int
    reported_at: int | None
    reason: str
    result_id: str | None = None
    value: Decimal | None = None
    comparator: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One incoming row after reading: a fact to be stored, or a refusal kept in quarantine, or a row out of scope.

    Exactly one holds: outcome "fact" (fact set), "quarantined" (issues non-empty; trace set when patient, analyte and
    time are known; `fields` keeps the row as given), "ignored" (issues says why), "duplicate" (identical within the
    file).
    """

    kind: Kind
    origin: Origin
    outcome: Literal["fact", "quarantined", "ignored", "duplicate"]
    fact: Fact | None = None
    issues: tuple[Issue, ...] = ()
    trace: Trace | None = None
    fields: tuple[tuple[str, str], ...] = ()
