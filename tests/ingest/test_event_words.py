"""Events as people write them, and what the rules' own groups of events make of them: nothing is judged by accident."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import core
from core.catalogue.reading import read_catalogue
from core.engine.happenings import EventWords
from core.ingest.context import PersonKnown, ReadContext
from core.ingest.fields import read_row
from core.protocols.loader import read_protocols
from core.records import EVENT_KINDS, Event, Origin, ReadRow
from tests.ingest.clinic import NOW, UTC

CONTEXT = ReadContext("lab", UTC, NOW, {"P1": PersonKnown(0)})
PROTOCOLS = Path(core.__file__).parent / "protocols"


def read(kind: str, code: str = "", detail: str = "", **changes: str) -> tuple[Event, ReadRow]:
    cells = {"patient_id": "P1", "kind": kind, "start_date": "2026-02-01", "code": code, "detail": detail}
    row = read_row("event", Origin("events.csv", 2), cells | changes, CONTEXT)
    assert isinstance(row.fact, Event)
    return row.fact, row


def remarks(row: ReadRow) -> list[str]:
    return [f"{issue.column} {issue.reason} {issue.outcome}" for issue in row.issues]


@cache
def all_groups() -> dict[str, object]:
    protocols = read_protocols(PROTOCOLS)
    return {**protocols.common.events, **{k: v for one in protocols.drugs.values() for k, v in one.events.items()}}


def groups_of(event: Event) -> set[str]:
    """The named groups of events, of all protocols, that an event belongs to."""
    columns = {name: np.array([getattr(event, name)], dtype=object) for name in ("kind", "code", "detail", "severity")}
    words = EventWords(SimpleNamespace(**columns))  # type: ignore[arg-type]
    return {name for name, group in all_groups().items() if words.select(group)[0]}  # type: ignore[arg-type]


def word_lists(kind: str) -> set[str]:
    """Every word the protocols look for in the text of one kind of event."""
    files = [tomllib.loads((PROTOCOLS / name).read_text(encoding="utf-8")) for name in ("common.toml", "anakinra.toml")]
    groups = [group for file in files for group in file["events"].values()]
    return {word for group in groups for one in group["any"] if one["kind"] == kind for word in one.get("words", ())}


# ── symptoms ──────────────────────────────────────────────────────────────────────────────────────────────────────

SPELT = [
    ("angio-oedema", "angioedema"), ("angio oedema", "angioedema"), ("Angio-edema", "angioedema"),
    ("pyrexia", "fever"), ("feverish", "fever"), ("FEBRILE", "fever"), ("high fever", "fever"), ("rigors", "chills"),
    ("dyspnea", "dyspnoea"), ("shortness of breath", "dyspnoea"), ("Short-of-breath", "dyspnoea"), ("SOB", "dyspnoea"),
    ("edema", "oedema"), ("ankle swelling", "oedema"), ("hives", "urticaria"), ("mouth ulcer", "mouth_ulcers"),
    ("Mouth Ulcers", "mouth_ulcers"), ("MOUTH_ULCERS", "mouth_ulcers"), ("oral-ulcers", "mouth_ulcers"),
    ("diarrhea", "diarrhoea"), ("melena", "black_stools"), ("swollen lymph nodes", "swollen_glands"),
    ("severe angioedema", "angioedema"), ("anaphylactic shock", "anaphylaxis"), ("oliguria", "reduced_urine"),
    ("pale_skin", "pallor"), ("Pale skin", "pallor"), ("epistaxis", "nosebleed"), ("bleeding gums", "bleeding"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "symptom"), SPELT)
def test_a_symptom_is_read_however_it_is_spelt_and_its_text_is_kept(text: str, symptom: str) -> None:
    event, row = read("symptom", text)
    assert (event.code, row.issues) == (symptom, ())
    assert text in event.detail or text.lower().replace(" ", "_") == symptom
    assert groups_of(event) >= groups_of(read("symptom", symptom)[0])


def test_a_symptom_s_own_text_stands_before_what_else_was_said() -> None:
    assert read("symptom", "hives", "after the third dose")[0].detail == "hives: after the third dose"
    assert read("symptom", "Fever", "39.2 at home")[0].detail == "39.2 at home"


def test_a_symptom_written_in_the_detail_alone_is_read_from_there() -> None:
    event, row = read("symptom", "", "Angio-oedema")
    assert (event.code, event.detail, row.issues) == ("angioedema", "Angio-oedema", ())


@pytest.mark.parametrize("text", ["feels odd", "fever and chills", "fever?", "facial oedema", "moon_sickness", ""])
def test_a_symptom_nobody_knows_is_stored_and_said_to_be_judged_by_no_rule(text: str) -> None:
    event, row = read("symptom", text)
    assert event.code == text.replace("_", " ")
    assert remarks(row) == ["code unknown_code noted"]
    assert "judged by no rule" in row.issues[0].message and "one row for each symptom" in row.issues[0].message
    assert groups_of(event) == set()


def test_a_symptom_nobody_knows_says_which_of_its_words_is_judged() -> None:
    event, row = read("symptom", "bleeding_after_shaving")
    assert "judged by its word 'bleeding' alone" in row.issues[0].message
    assert "urgent_blood_symptom" in groups_of(event)


def test_the_words_found_in_a_symptom_s_text_are_those_the_rules_look_for() -> None:
    terms = read_catalogue("terms")
    assert set(terms["symptom_words"]["found_in_text"]) == word_lists("symptom")
    assert {one["name"] for one in terms["symptom"] if one.get("read_as_written")} <= word_lists("symptom")


# ── denials ───────────────────────────────────────────────────────────────────────────────────────────────────────

DENIED = [
    ("allergy", "", "no allergy to anakinra"), ("allergy", "anakinra", "no allergy to anakinra"),
    ("allergy", "", "No known drug allergies."), ("allergy", "", "NKDA"), ("allergy", "NKDA", ""),
    ("allergy", "none", ""), ("allergy", "", "nil known"), ("allergy", "", "denies any allergies"),
    ("allergy", "", "not allergic to Kineret"), ("allergy", "anakinra", "ruled out"),
    ("allergy", "", "allergies: none known"), ("allergy", "", "NKDA, no food allergies"),
    ("infection", "", "no infection"), ("infection", "", "No signs of infection"), ("infection", "", "ruled out"),
    ("infection", "", "pneumonia ruled out"), ("infection", "pneumonia", "ruled out"), ("infection", "none", ""),
    ("infection", "", "patient denies any infection"), ("infection", "no infection", ""),
    ("symptom", "no fever", ""), ("symptom", "fever", "no fever"), ("symptom", "", "denies cough"),
    ("positive_culture", "", "no growth"), ("pregnancy", "", "not pregnant"), ("antibiotic", "", "no antibiotics"),
    ("duffy_null", "", "not confirmed by genotyping"), ("duffy_null", "", "genotype pending"),
    ("duffy_null", "", "phenotype?"), ("vaccination", "21", "declined"), ("tb_history", "", "no history of TB"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "detail"), DENIED)
def test_an_event_that_its_own_text_denies_is_stored_and_judged_by_no_rule(kind: str, code: str, detail: str) -> None:
    event, row = read(kind, code, detail)
    assert (event.kind, groups_of(event)) == ("note", set())
    assert (event.code, kind in event.detail, detail in event.detail) == (code, True, True)
    [issue] = row.issues
    assert (issue.reason, issue.outcome) == ("unknown_code", "noted")
    assert issue.value == (detail if issue.column == "detail" else code)
    assert "judged by no rule; delete it, or write what is meant" in issue.message


STANDING = [
    ("allergy", "", "no allergies except Kineret"), ("allergy", "", "no known allergies other than anakinra"),
    ("allergy", "none", "rash with anakinra"), ("allergy", "anakinra", "none"), ("allergy", "anakinra", "NKDA"),
    ("allergy", "anakinra", "no rash, but wheeze"), ("allergy", "penicillin", "no allergy to anakinra"),
    ("allergy", "", "no allergy to anakinra?"), ("allergy", "", "no penicillin allergy, rash with anakinra"),
    ("infection", "", "no improvement"), ("infection", "cellulitis", "no sepsis"), ("infection", "", "denies fever"),
    ("infection", "", "cellulitis, no abscess"),
    ("infection", "", "no organism grown"), ("infection", "", "no new infection"), ("infection", "J18.9", "none"),
    ("duffy_null", "", "ACKR1 genotype"),
    ("infection", "", "treatment refused"), ("symptom", "fever", "no cough"), ("pregnancy", "", "not planned"),
    ("positive_culture", "E. coli", "negative"), ("hospital_admission", "", "sepsis, no pneumonia"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "detail"), STANDING)
def test_a_text_that_denies_something_else_or_not_all_leaves_the_event_standing(
    kind: str, code: str, detail: str
) -> None:
    event, row = read(kind, code, detail)
    assert (event.kind, event.detail, row.issues) == (kind, detail, ())


RULED_OUT_BESIDE = [
    ("infection", "cellulitis", "abscess ruled out", ""), ("infection", "", "osteomyelitis ruled out", "serious"),
    ("infection", "", "DVT excluded", "serious"), ("infection", "", "DVT excluded", ""),
    ("infection", "", "MRSA excluded", "serious"), ("infection", "", "MRSA excluded", ""),
    ("infection", "", "pneumonia or sepsis ruled out", ""), ("infection", "", "infection ruled out", "mild"),
    ("positive_culture", "", "contamination excluded", ""), ("pregnancy", "", "ectopic excluded", ""),
    ("malignancy", "", "metastases excluded", ""), ("tb_exposure", "", "active disease excluded", ""),
    ("ckd", "", "obstruction excluded", ""), ("allergy", "", "anaphylaxis excluded", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "code", "detail", "severity"), RULED_OUT_BESIDE)
def test_what_was_ruled_out_beside_an_event_leaves_it_standing_with_a_remark(
    kind: str, code: str, detail: str, severity: str
) -> None:
    event, row = read(kind, code, detail, severity=severity)
    assert (event.kind, event.detail, event.severity) == (kind, detail, severity)
    assert remarks(row) == ["detail unknown_code noted"]
    assert "the event stands; delete the row if there was none" in row.issues[0].message


@pytest.mark.parametrize("detail", ["no infection", "pneumonia ruled out"])
def test_a_severity_protects_an_infection_from_its_own_text(detail: str) -> None:
    event, _ = read("infection", "", detail, severity="severe")
    assert "serious_infection" in groups_of(event)
    assert groups_of(read("infection", "", detail, severity="none")[0]) == set()


def test_antibiotics_that_were_not_needed_are_no_infection_and_a_named_one_still_is() -> None:
    denied, _ = read("antibiotic", "", "no IV antibiotics needed")
    assert (denied.kind, groups_of(denied)) == ("note", set())
    assert "infection" in groups_of(read("antibiotic", "amoxicillin", "no IV antibiotics needed")[0])
    assert "infection" in groups_of(read("antibiotic", "", "amoxicillin, no IV antibiotics needed")[0])


def test_a_denied_event_without_an_end_is_over_after_its_day() -> None:
    event, _ = read("infection", "", "no infection")
    assert event.end is not None and EVENT_KINDS[event.kind] == "act"


def test_no_group_of_events_judges_what_is_kept_as_a_note() -> None:
    assert all(one.kind != "note" for group in all_groups().values() for one in group.any)  # type: ignore[attr-defined]


# ── antibiotics ───────────────────────────────────────────────────────────────────────────────────────────────────

PREVENTS = [
    "prophylaxis", "co-trimoxazole prophylaxis", "Prophylactic co-trimoxazole", "PJP prophylaxis while on steroids",
    "azithromycin 3x weekly, COPD prophylaxis", "prophylactic treatment with co-trimoxazole",
    "prophylaxis for a dental extraction", "long-term prophylaxis", "nitrofurantoin UTI prophylaxis",
    "aciclovir 400 mg bd, shingles prophylaxis", "prophylaxis against shingles", "cefazolin IV, surgical prophylaxis",
    "IV cefuroxime surgical prophylaxis", "antibiotic prophylaxis",
]  # fmt: skip
TREATS = [
    "prophylaxis stopped, now treatment", "not prophylaxis", "?prophylaxis", "UTI despite prophylaxis",
    "treatment of UTI (on nitrofurantoin prophylaxis)", "amoxicillin for pneumonia, co-trimoxazole prophylaxis goes on",
    "prophylaxis or treatment", "amoxicillin for pneumonia on prophylaxis", "switched from prophylactic dose",
    "amoxicillin, cellulitis, DVT prophylaxis", "MRSA, prophylaxis", "doxycycline; prophylactic dalteparin",
    "amoxicillin, co-trimoxazole prophylaxis", "amoxicillin and azithromycin prophylaxis", "gastric prophylaxis",
    "amoxicillin 500 mg tds; PJP prophylaxis", "febrile, prophylaxis", "pneumonia prophylactic amoxicillin",
]  # fmt: skip


@pytest.mark.parametrize("detail", PREVENTS)
def test_an_antibiotic_that_is_said_to_prevent_is_no_sign_of_an_infection(detail: str) -> None:
    event, row = read("antibiotic", "J01EE01", detail)
    assert (event.detail, row.issues, groups_of(event)) == (detail, (), set())


@pytest.mark.parametrize("detail", TREATS)
def test_an_antibiotic_that_is_not_said_for_certain_to_prevent_is_treatment(detail: str) -> None:
    event, row = read("antibiotic", "J01CA04", detail)
    assert event.detail == detail
    assert groups_of(event) == {"infection"}
    assert remarks(row) == ["detail unknown_code noted"]
    assert "judged as treatment" in row.issues[0].message and row.issues[0].value == detail


IN_A_VEIN = [
    "IV vancomycin MRSA bacteraemia, prophylactic enoxaparin",
    "IV flucloxacillin 2 g qds, cellulitis; VTE prophylaxis enoxaparin",
    "ceftriaxone IV meningitis; contacts given prophylaxis", "tazocin IV, neutropenic sepsis, GCSF prophylaxis",
    "IV ceftriaxone; PJP prophylaxis", "IV vancomycin, co-trimoxazole prophylaxis", "IV antibiotics, DVT prophylaxis",
    "IV fluclox 2 g qds; PJP prophylaxis",
    "IV antibiotics; co-trimoxazole prophylaxis", "vancomycin i.v. (VTE prophylaxis)", "IV cellulitis prophylaxis",
]  # fmt: skip


@pytest.mark.parametrize("detail", IN_A_VEIN)
def test_the_prophylaxis_of_something_else_hides_no_antibiotic_into_a_vein(detail: str) -> None:
    event, row = read("antibiotic", "", detail)
    assert groups_of(event) == {"infection", "serious_infection"}
    assert remarks(row) == ["detail unknown_code noted"]


@pytest.mark.parametrize("detail", [
    "co-trimoxazole 480 mg daily", "Co-trimoxazole 480mg od", "septrin 480 mg nocte", "co-trimoxazole 960 mg 3x weekly",
    "azithromycin 250 mg three times a week",
])  # fmt: skip
def test_a_preventing_dose_without_the_word_is_treatment_and_is_told(detail: str) -> None:
    event, row = read("antibiotic", "J01EE01", detail)
    assert "infection" in groups_of(event)
    assert remarks(row) == ["detail unknown_code noted"]
    assert "it is judged as treatment" in row.issues[0].message and "write 'prophylaxis'" in row.issues[0].message


@pytest.mark.parametrize("detail", [
    "co-trimoxazole 960 mg bd", "co-trimoxazole 1440 mg od", "azithromycin 500 mg od", "amoxicillin 500 mg 3x daily",
    "co-trimoxazole", "co-trimoxazole 960 mg bd for 3 days", "azithromycin 500 mg od, 3 days",
])  # fmt: skip
def test_a_treating_dose_earns_no_remark(detail: str) -> None:
    event, row = read("antibiotic", "", detail)
    assert ("infection" in groups_of(event), row.issues) == (True, ())


def test_a_preventing_dose_with_the_word_is_no_infection() -> None:
    event, row = read("antibiotic", "J01EE01", "co-trimoxazole 480 mg daily, prophylaxis")
    assert (groups_of(event), row.issues) == (set(), ())


def test_a_prophylaxis_in_the_code_is_read_like_one_in_the_detail() -> None:
    assert groups_of(read("antibiotic", "prophylaxis", "amoxicillin")[0]) == set()
    event, row = read("antibiotic", "prophylaxis", "amoxicillin for pneumonia")
    assert (groups_of(event), remarks(row)) == ({"infection"}, ["code unknown_code noted"])


@pytest.mark.parametrize("text", ["i.v.", "I.V.", "intravenously", "intra-venous", "IV", "iv", "intravenous"])
def test_an_antibiotic_into_a_vein_is_a_serious_infection_however_it_is_spelt(text: str) -> None:
    event, row = read("antibiotic", "", f"ceftriaxone {text} 2 g")
    assert groups_of(event) == {"infection", "serious_infection"}
    assert (event.detail, row.issues) == (f"ceftriaxone {text} 2 g", ())


@pytest.mark.parametrize("text", ["oral ivermectin", "amoxicillin", "by mouth", "stage V"])
def test_an_antibiotic_by_another_way_is_not_taken_for_one_into_a_vein(text: str) -> None:
    event, _ = read("antibiotic", "", text)
    assert (event.detail, groups_of(event)) == (text, {"infection"})


# ── vaccines ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "cvx"),
    [
        ("03.0", "03"),
        ("3", "03"),
        ("CVX 21", "21"),
        ("cvx:21", "21"),
        (" 21 ", "21"),
        ("CVX-3", "03"),
        ("cvx 037", "37"),
    ],
)
def test_a_live_vaccine_is_known_however_its_code_is_written(text: str, cvx: str) -> None:
    event, row = read("vaccination", text)
    assert (event.code, row.issues, groups_of(event)) == (cvx, (), {"live_vaccine"})


def test_an_influenza_vaccine_counts_however_its_code_is_written() -> None:
    assert groups_of(read("vaccination", "CVX 140")[0]) == {"influenza_vaccine"}


def test_what_is_no_cvx_code_is_a_vaccine_that_may_be_live_and_earns_a_remark() -> None:
    event, row = read("vaccination", "travel jab")
    assert (event.code, groups_of(event)) == ("travel jab", {"vaccine_unclear"})
    assert remarks(row) == ["code unknown_code noted"]


@pytest.mark.parametrize(("code", "detail"), [("", "MMR"), ("MMR", ""), ("", "Yellow fever vaccine"), ("", "BCG")])
def test_a_live_vaccine_that_is_named_is_a_live_one(code: str, detail: str) -> None:
    event, row = read("vaccination", code, detail)
    assert (event.detail, groups_of(event), row.issues) == (detail, {"live_vaccine"}, ())


@pytest.mark.parametrize("detail", ["MMR or varicella", "MMR?", "travel vaccines incl. yellow fever"])
def test_a_text_that_says_more_than_one_vaccine_s_name_may_be_live(detail: str) -> None:
    assert groups_of(read("vaccination", "", detail)[0]) == {"vaccine_unclear"}


@pytest.mark.parametrize("cvx", ["158", "141", "33", "133", "115", "213"])
def test_a_routine_inactivated_vaccine_raises_no_alarm(cvx: str) -> None:
    assert not groups_of(read("vaccination", cvx)[0]) & {"live_vaccine", "vaccine_unclear"}


# ── severities ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("severity", ["severe", "life-threatening", "critical", "grade 3/4", "major", "hospitalised"])
def test_a_grave_severity_of_another_system_is_a_serious_infection(severity: str) -> None:
    event, row = read("infection", "", "cellulitis", severity=severity)
    assert (event.severity, row.issues) == ("serious", ())
    assert "serious_infection" in groups_of(event)


def test_a_severity_nobody_can_read_is_neither_serious_nor_mild_and_is_asked_about() -> None:
    event, row = read("infection", "", "cellulitis", severity="++")
    assert (event.severity, remarks(row)) == ("unreadable", ["severity unknown_code noted"])
    assert "cannot be told" in row.issues[0].message and "mild, moderate, serious" in row.issues[0].message
    assert "infection_of_unreadable_severity" in groups_of(event)
    assert "infection_of_unreadable_severity" not in groups_of(read("infection", "", "cellulitis")[0])
