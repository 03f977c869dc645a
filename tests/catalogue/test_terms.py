"""Frequencies, routes and indications as people write them; an ambiguous word is unread, never guessed."""

from __future__ import annotations

import pytest

from core.catalogue import find_frequency, find_indication, find_route, find_severity, find_vaccine
from core.catalogue.vaccines import find_cvx

FREQUENCIES = [
    ("once daily", "once daily", 1),
    ("OD", "once daily", 1),
    ("qd", "once daily", 1),
    ("b.d.", "twice daily", 2),
    ("BID", "twice daily", 2),
    ("tds", "three times daily", 3),
    ("alternate days", "alternate days", 0.5),
    ("every other day", "alternate days", 0.5),
    ("q.o.d.", "alternate days", 0.5),
    ("EOD", "alternate days", 0.5),
    ("every 48 hours", "alternate days", 0.5),
    ("weekly", "once weekly", 1 / 7),
    ("every 7 days", "once weekly", 1 / 7),
    ("twice a week", "twice weekly", 2 / 7),
    ("fortnightly", "every 2 weeks", 1 / 14),
    ("q2w", "every 2 weeks", 1 / 14),
    ("every 14 days", "every 2 weeks", 1 / 14),
    ("every 4 weeks", "every 4 weeks", 1 / 28),
    ("every eight weeks", "every 8 weeks", 1 / 56),
    ("every 3 months", "every 3 months", 1 / (3 * 30.4375)),
    ("monthly", "every 1 months", 1 / 30.4375),
    ("every 3 days", "every 3 days", 1 / 3),
    ("every 72 hours", "every 3 days", 1 / 3),
    ("every 21 days", "every 3 weeks", 1 / 21),
]


@pytest.mark.parametrize(("text", "canonical", "per_day"), FREQUENCIES)
def test_a_frequency_is_read_with_its_doses_per_day(text: str, canonical: str, per_day: float) -> None:
    frequency = find_frequency(text)
    assert frequency is not None
    assert (frequency.text, frequency.per_day) == (canonical, pytest.approx(per_day))


@pytest.mark.parametrize(
    ("text", "canonical"), [("stat", "single dose"), ("PRN", "as needed"), ("as required", "as needed")]
)
def test_a_single_or_occasional_dose_has_no_doses_per_day(text: str, canonical: str) -> None:
    frequency = find_frequency(text)
    assert frequency is not None
    assert (frequency.text, frequency.per_day) == (canonical, None)


@pytest.mark.parametrize(
    "text",
    ["every 0.5 days", "every 1.5 days", "every 1,5 days", "every .5 days", "every -1 weeks", "every \u22121 weeks",
     "1/2 daily", "\u00bd daily", "every 2-3 weeks", "weekly?"],
)  # fmt: skip
def test_a_mark_that_changes_a_number_is_not_folded_away(text: str) -> None:
    assert find_frequency(text) is None


@pytest.mark.parametrize("text", ["", "biweekly", "bimonthly", "once", "every 0 weeks", "every 5 hours", "sometimes"])
def test_a_frequency_with_two_meanings_or_none_is_not_read(text: str) -> None:
    assert find_frequency(text) is None


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("SC", "SC"),
        ("s.c.", "SC"),
        ("subcutaneous", "SC"),
        ("oral", "PO"),
        ("IV infusion", "IV"),
        ("nasal", "OTHER"),
        ("", ""),
    ],
)
def test_a_route_is_one_of_the_contracts_and_nothing_stays_nothing(text: str, route: str) -> None:
    assert find_route(text) == route


@pytest.mark.parametrize(
    ("text", "indication"),
    [
        ("RA", "RA"),
        ("rheumatoid arthritis", "RA"),
        ("Adult-onset Still's disease", "AOSD"),
        ("Adult-onset Still’s disease", "AOSD"),
        ("CINCA", "NOMID"),
        ("Muckle-Wells syndrome", "CAPS"),
        ("covid-19", "COVID-19"),
        ("Still's disease", "AOSD"),  # of a child or of an adult?
        ("", None),
    ],
)
def test_an_indication_is_known_by_its_full_name(text: str, indication: str | None) -> None:
    assert find_indication(text) == indication


@pytest.mark.parametrize(
    ("text", "severity"),
    [("Serious", "serious"), ("severe", "serious"), ("Life-threatening", "serious"), ("life threatening", "serious"),
     ("critical", "serious"), ("Grade 3", "serious"), ("grade 4", "serious"), ("grade 3/4", "serious"),
     ("major", "serious"), ("hospitalised", "serious"), ("serious?", "serious"), ("minor", "mild"),
     ("grade 1", "mild"), ("grade 2", "moderate"), ("Moderate", "moderate")],
)  # fmt: skip
def test_a_severity_of_another_system_is_read_towards_the_graver_word(text: str, severity: str) -> None:
    assert find_severity(text) == severity


@pytest.mark.parametrize("text", ["mild?", "grade 1-2", "grade 2/3", "mild to severe", "not severe", "grade", ""])
def test_a_severity_with_two_meanings_is_not_read(text: str) -> None:
    assert find_severity(text) is None


@pytest.mark.parametrize("cvx", ["3", "03", "003", " 37 ", "121", "317"])
def test_a_live_vaccine_is_known_however_its_code_is_padded(cvx: str) -> None:
    vaccine = find_vaccine(cvx)
    assert vaccine is not None and vaccine.live


@pytest.mark.parametrize(
    ("cvx", "review"),
    [("187", False), ("206", False), ("140", False), ("26", True), ("158", False), ("141", False), ("33", False),
     ("133", False), ("115", False), ("213", False), ("88", True)],
)  # fmt: skip
def test_a_vaccine_that_is_not_live_does_not_alert_and_an_unclear_one_asks(cvx: str, review: bool) -> None:
    vaccine = find_vaccine(cvx)
    assert vaccine is not None
    assert (vaccine.live, vaccine.review) == (False, review)


@pytest.mark.parametrize("cvx", ["", "999", "MMR", "٣"])
def test_an_unknown_vaccine_code_is_unknown_not_safe(cvx: str) -> None:
    assert find_vaccine(cvx) is None


@pytest.mark.parametrize(
    ("text", "cvx"),
    [("MMR", "03"), ("mmr vaccine", "03"), ("MMR, 2nd dose", "03"), ("Yellow fever", "37"), ("varicella", "21"),
     ("BCG", "19")],
)  # fmt: skip
def test_a_live_vaccine_is_known_by_its_name_alone(text: str, cvx: str) -> None:
    assert find_cvx(text) == cvx


@pytest.mark.parametrize("text", ["", "vaccine", "MMR or varicella", "MMR?", "zoster", "flu", "varicella contact"])
def test_a_name_of_two_vaccines_or_of_more_than_a_vaccine_is_nobody_s(text: str) -> None:
    assert find_cvx(text) is None
