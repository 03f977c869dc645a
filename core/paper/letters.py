"""Letters for recall: which tests are due by when, for which treatment, in plain words and without any advice."""

from __future__ import annotations

from collections.abc import Sequence

from core.paper.about import About
from core.paper.ruled import Cell, cell, draw_table
from core.paper.sheet import LEFT, RIGHT, SMALL, WIDTH, Sheet
from core.records import LONG_AGO
from core.views.draws import Need, is_late
from core.views.model import ClinicPicture, Person
from core.views.names import analyte_name
from core.views.palette import LIGHT
from core.views.people import full_name
from core.views.recall import Line
from core.views.sentences import capital
from core.views.text import count_text, date_text, is_adult, plain

_SIZE = 11.0  # pt: a letter is read by everybody
_WINDOW_TOP = 46.0  # mm: where an envelope's window shows the name
_DIED = "died"
_NOTHING = "no test is asked for"


def letters(picture: ClinicPicture, lines: Sequence[Line], about: About, clinic_name: str = "") -> bytes:
    """One page for each patient, after a first page for the clinic that says who gets one and who does not.

    Versions, hashes and the state of sign-off stand on the clinic's page alone: a patient can do nothing with them.
    Args:   lines (of the recall list); clinic_name ("" leaves room for a stamp).
    Hazard: HAZ-020 (nobody who died is written to).
    """
    written = [(line, picture.people[line.patient_id]) for line in lines if not _refusal(picture, line)]
    sheet = Sheet(about, numbered=False)
    _say_for_clinic(sheet, picture, lines, len(written))
    sheet.foot = f"Prepared by the clinic from its records of {date_text(about.as_of)}, with {about.program}."
    for line, person in written:
        sheet.turn_page()
        _write_letter(sheet, line, person, clinic_name)
    return sheet.finish()


def _refusal(picture: ClinicPicture, line: Line) -> str:
    """Why no letter is written, "" where one is."""
    if picture.people[line.patient_id].deceased_date is not None:
        return _DIED
    return "" if line.draws else _NOTHING


def _say_for_clinic(sheet: Sheet, picture: ClinicPicture, lines: Sequence[Line], written: int) -> None:
    sheet.y += 6
    sheet.words("For the clinic: do not send this page", LEFT, sheet.y, 13, bold=True)
    sheet.y += 3
    for label, words in sheet.about.lines():
        sheet.paragraph(f"{label}: {words}", SMALL)
    sheet.heading(f"Letters in this file: {written:,} of {count_text(len(lines), 'patient')} chosen")
    head = [cell(name, bold=True) for name in ("Identifier", "Patient", "Born", "Letter", "Tests")]
    rows = []
    for line in lines:
        person = picture.people[line.patient_id]
        why = _refusal(picture, line)
        tests = "" if why else ", ".join(analyte_name(test) for test in line.next.tests)
        rows.append(
            [
                cell(plain(person.patient_id), bold=True), cell(full_name(person)), cell(date_text(person.birth_date)),
                cell(f"none: {why}" if why else "written", bold=bool(why)), cell(tests),
            ]
        )  # fmt: skip
    draw_table(sheet, [32, 48, 24, 30, WIDTH - 134], head, rows)


def _write_letter(sheet: Sheet, line: Line, person: Person, clinic_name: str) -> None:
    about = sheet.about
    sheet.words(plain(clinic_name) or "Rheumatology clinic", LEFT, sheet.y + 5, 13, bold=True)
    sheet.words(date_text(about.as_of), RIGHT, sheet.y + 5, _SIZE, align="R")
    if about.sample:
        sheet.words("SAMPLE: this person is made up. Do not send.", LEFT, sheet.y + 12, _SIZE, bold=True,
                    colour=LIGHT.high)  # fmt: skip
    sheet.y = _WINDOW_TOP
    for said in _address(person, about.as_of):
        sheet.paragraph(said, _SIZE, after=0.4)
    sheet.paragraph(f"Your number with us: {plain(person.patient_id)}", _SIZE, after=0.4)
    sheet.paragraph(f"Born: {date_text(person.birth_date)}", _SIZE)
    if not sheet.can_print(f"{person.family_name}{person.given_name}"):
        sheet.paragraph("▯ stands for a letter of the name that could not be printed.", SMALL)
    sheet.y = max(sheet.y, 92)
    needs = sorted(line.next.needs, key=lambda need: (need.due, need.test, need.drug))
    count = len({need.test for need in needs})
    sheet.paragraph(f"{'A test is' if count == 1 else 'Tests are'} due for your treatment", 13, bold=True, after=3)
    opening = (
        "Some treatments are watched with regular tests. By our records the "
        f"{'test' if count == 1 else 'tests'} below {'is' if count == 1 else 'are'} due. "
        "They can be taken in one visit."
    )
    sheet.paragraph(opening if count > 1 else opening.removesuffix(" They can be taken in one visit."), _SIZE, after=3)
    head = [cell(name, bold=True) for name in ("Test", "For your treatment with", "Due", "Please have it done by")]
    rows = [_need_row(need, about.as_of) for need in needs]
    draw_table(sheet, [58, 48, 32, WIDTH - 138], head, rows, _SIZE - 1)
    sheet.y += 2
    for said in (
        "If you have already had them, or cannot come, please tell us, so that our records are right.",
        "If you no longer take this treatment, please tell us too.",
        "This letter only says which tests are due. It gives no medical advice and is not for emergencies.",
    ):
        sheet.paragraph(said, _SIZE, after=2.5)
    sheet.y += 6
    sheet.paragraph(plain(clinic_name) or "Your clinic", _SIZE)


def _need_row(need: Need, as_of: int) -> list[Cell]:
    by = "as soon as you can" if is_late(need) or need.closes < as_of else date_text(need.closes)
    due = f"was due {date_text(need.due)}" if need.due < as_of else date_text(need.due)
    return [cell(analyte_name(need.test), bold=True), cell(capital(plain(need.drug))), cell(due), cell(by, bold=True)]


def _address(person: Person, as_of: int) -> list[str]:
    """To whom: a child's letter goes to those who care for the child."""
    name = f"{plain(person.given_name)} {plain(person.family_name)}"
    if person.birth_date != LONG_AGO and not is_adult(person.birth_date, as_of):
        return ["To the parents or carers of", name]
    return [name]
