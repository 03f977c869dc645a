"""The clinical catalogue: what is measured, in which units, which drugs and vaccines there are, how they are spelt.

Facts live in the TOML files beside this module, each with its source; they are read when first asked for.
"""

from __future__ import annotations

from core.catalogue.admissions import leave_out_denied_infection
from core.catalogue.analytes import ANALYTES, Analyte, analyte
from core.catalogue.check import check_catalogue
from core.catalogue.conversion import UnitProblem, accepted_units, convert, convert_to, plausible
from core.catalogue.drugs import Drug, find_drug, find_drug_by_code, find_drugs_in
from core.catalogue.matching import AnalyteMatch, find_analyte, is_loinc
from core.catalogue.prophylaxis import is_doubtful_prophylaxis
from core.catalogue.regimens import reads_like_prophylaxis
from core.catalogue.statements import find_denial, rules_something_out
from core.catalogue.terms import (
    Frequency,
    find_coded_word,
    find_course_status,
    find_frequency,
    find_indication,
    find_route,
    find_severity,
    find_symptom,
    find_symptom_words,
)
from core.catalogue.units import find_unit, is_absent
from core.catalogue.vaccines import Vaccine, find_cvx, find_vaccine, read_cvx

__all__ = [
    "ANALYTES",
    "Analyte",
    "AnalyteMatch",
    "Drug",
    "Frequency",
    "UnitProblem",
    "Vaccine",
    "accepted_units",
    "analyte",
    "check_catalogue",
    "convert",
    "convert_to",
    "find_analyte",
    "find_coded_word",
    "find_course_status",
    "find_cvx",
    "find_denial",
    "find_drug",
    "find_drug_by_code",
    "find_drugs_in",
    "find_frequency",
    "find_indication",
    "find_route",
    "find_severity",
    "find_symptom",
    "find_symptom_words",
    "find_unit",
    "find_vaccine",
    "is_absent",
    "is_doubtful_prophylaxis",
    "is_loinc",
    "leave_out_denied_infection",
    "plausible",
    "read_cvx",
    "reads_like_prophylaxis",
    "rules_something_out",
]
