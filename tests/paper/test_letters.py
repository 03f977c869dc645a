"""Letters: which test by when for which drug, one page each, nobody who died, and nothing a clinic must say itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.acts import Life
from core.paper.letters import letters
from core.views.model import ClinicPicture
from core.views.recall import list_lines
from tests.paper.papers import about, read_pages
from tests.views import example

PATIENTS = example.clinic()
LINES = list_lines(PATIENTS)
ABOUT = about(title="Letters: tests due", shown=len(LINES), total=8, thing="patient")


def with_person(**given: object) -> ClinicPicture:
    """The example clinic, the first patient to write to changed."""
    name = LINES[0].patient_id
    return replace(PATIENTS, people={**PATIENTS.people, name: replace(PATIENTS.people[name], **given)})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return read_pages(letters(PATIENTS, LINES, ABOUT, "Hill Road clinic"))


def test_there_is_one_page_for_each_patient_after_one_for_the_clinic(pages):
    assert len(pages) == 1 + len(LINES)
    assert "For the clinic: do not send this page" in pages[0]
    assert "Letters in this file: 2 of 2 patients chosen" in pages[0]


def test_a_letter_says_the_test_the_drug_and_by_when(pages):
    late = next(page for page in pages[1:] if "YARROW" in page)
    for said in ("Odo YARROW", "SAMPLE-0005", "Neutrophils", "Anakinra", "was due 02-Oct-2026", "as soon as you can",
                 "Hill Road clinic"):  # fmt: skip
        assert said in late
    coming = next(page for page in pages[1:] if "CLOVER" in page)
    assert "02-Dec-2026" in coming
    assert "16-Dec-2026" in coming


def test_no_letter_names_another_patient(pages):
    assert "CLOVER" not in next(page for page in pages[1:] if "YARROW" in page)


def test_a_letter_gives_no_result_no_alert_and_no_advice(pages):
    for page in pages[1:]:
        assert "It gives no medical advice and is not for emergencies." in page
        for word in ("HIGH", "stop", "withhold", "consider", "neutropenia", "×10"):
            assert word not in page


def test_letters_of_the_sample_clinic_are_not_to_be_sent(pages):
    assert all("SAMPLE: this person is made up. Do not send." in page for page in pages[1:])
    real = letters(PATIENTS, LINES, about(sample=False))
    assert not any("Do not send" in page for page in read_pages(real)[1:])


def test_pages_of_different_people_are_not_numbered_as_one_paper(pages):
    assert not any("page 2 of" in page for page in pages)


def test_nobody_who_died_is_written_to_and_the_clinic_is_told():
    pages = read_pages(letters(with_person(deceased_date=example.day("2026-11-01")), LINES, ABOUT))
    assert len(pages) == len(LINES)
    assert "none: died" in pages[0]
    assert not any("YARROW" in page for page in pages[1:])


def test_a_childs_letter_goes_to_those_who_care_for_the_child():
    pages = read_pages(letters(with_person(birth_date=example.day("2015-03-01")), LINES, ABOUT))
    assert "To the parents or carers of Odo YARROW" in pages[1]
    assert not any("To the parents" in page for page in pages[2:])


def test_who_has_nothing_due_gets_no_letter():
    pages = read_pages(letters(PATIENTS, [replace(LINES[0], draws=())], ABOUT))
    assert len(pages) == 1
    assert "none: no test is asked for" in pages[0]


def test_a_name_that_cannot_be_printed_is_said_to_be_so():
    pages = read_pages(letters(with_person(given_name="张三"), LINES, ABOUT))
    assert "▯▯ YARROW" in pages[1]
    assert "could not be printed" in pages[1]


def high_of(line, alert_id="a-1"):
    """A neutrophil count of today that must not wait for the post."""
    return replace(example.neutropenia(line.patient_id, 0.4, "2026-11-20"), alert_id=alert_id)


def with_high(line, *alerts):
    standing = replace(PATIENTS.standing, alerts=alerts or (high_of(line),))
    return replace(PATIENTS, standing=standing)


def cover(picture, lines=LINES, lives=None):
    return read_pages(letters(picture, lines, ABOUT, lives=lives))[0]


def test_a_patient_with_an_open_high_alert_is_to_be_telephoned_before_any_letter_is_named():
    line = next(one for one in LINES if "CLOVER" in one.who)
    page = cover(with_high(line))
    heading = page.index("Telephone these patients: a letter is too slow (1 patient)")
    assert heading < page.index("CLOVER") < page.index("Letters in this file")
    assert "anakinra: Stop or withhold: neutrophils below 1.5" in page and "0.4" in page
    assert "telephone: see above" in page[page.index("Letters in this file") :]
    assert "Telephone these patients" not in cover(replace(PATIENTS, standing=replace(PATIENTS.standing, alerts=())))


def test_an_alert_somebody_acknowledged_still_rings_and_one_somebody_closed_does_not():
    line = LINES[0]
    held, over = (Life("a-1", state) for state in ("acknowledged", "resolved"))
    assert "Telephone these patients" in cover(with_high(line), lives={"a-1": held})
    assert "Telephone these patients" not in cover(with_high(line), lives={"a-1": over})


def test_nobody_telephones_one_who_died():
    picture = replace(with_person(deceased_date=example.day("2026-11-01")), standing=with_high(LINES[0]).standing)
    assert "Telephone these patients" not in cover(picture)


@pytest.mark.parametrize(
    ("closes", "said"),
    [
        ("2026-11-21", "telephone: due by 21-Nov-2026"),
        ("2026-11-23", "telephone: due by 23-Nov-2026"),
        ("2026-11-24", "written"),
    ],
)
def test_a_test_that_is_due_before_a_letter_is_read_is_marked_on_the_cover(closes, said):
    line = next(one for one in LINES if "CLOVER" in one.who)
    needs = tuple(replace(need, closes=example.day(closes)) for need in line.next.needs)
    page = cover(PATIENTS, [replace(line, draws=(replace(line.next, needs=needs), *line.draws[1:]))])
    assert said in page
    assert ("Telephone 1 more" in page) == (said != "written")


def test_an_overdue_test_is_marked_on_the_cover(pages):
    assert "telephone: overdue" in pages[0]


def test_every_page_of_a_long_cover_says_that_it_is_the_clinics():
    pages = read_pages(letters(PATIENTS, [replace(LINES[0], draws=())] * 90, ABOUT))
    assert len(pages) > 1
    assert all("For the clinic: do not send this page" in page for page in pages)


def test_one_test_is_it_and_two_are_them():
    line = next(one for one in LINES if "YARROW" in one.who)
    one = replace(line, draws=(replace(line.next, needs=line.next.needs[:1]),))
    two = replace(
        line, draws=(replace(line.next, needs=(line.next.needs[0], replace(line.next.needs[0], test="alt"))),)
    )
    singular, plural = (" ".join(read_pages(letters(PATIENTS, [some], ABOUT))[1].split()) for some in (one, two))
    assert "If you have already had it, or" in singular and "them" not in singular
    assert "If you have already had them, or" in plural
