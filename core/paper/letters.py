"""Letters for recall: which tests are due by when, for which treatment, in plain words and without any advice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.acts import Life
from core.engine.standing import Alert
from core.paper.about import About
from core.paper.ruled import Cell, cell, draw_table
from core.paper.runs import Run
from core.paper.sheet import LEFT, RIGHT, SMALL, WIDTH, Sheet
from core.records import DAY, LONG_AGO
from core.views.answered import answer_line
from core.views.draws import Need, is_late
from core.views.model import ClinicPicture, Person
from core.views.names import analyte_name
from core.views.palette import LIGHT
from core.views.people import full_name
from core.views.recall import Line, first_of_day
from core.views.row_states import alerts_of, open_first
from core.views.sentences import short_why
from core.views.text import capital, count_text, date_text, is_adult, plain

_SIZE = 11.0  # pt: a letter is read by everybody
_WINDOW_TOP = 46.0  # mm: where an envelope's window shows the name
#: Days from printing to reading: packed and posted on one, under way on the next, opened on the third. The post's own
#: slowness and no clinical number: whoever's last day comes before that reads of it too late.
_POST_DAYS = 3
_DIED = "died"
_NOTHING = "no test is asked for"


def letters(
    picture: ClinicPicture,
    lines: Sequence[Line],
    about: About,
    clinic_name: str = "",
    lives: Mapping[str, Life] | None = None,
) -> bytes:
    """One page for each patient, after a first page for the clinic: whom to telephone, who gets one, who does not.

    Versions, hashes and the state of sign-off stand on the clinic's page alone: a patient can do nothing with them.
    Args:   lines (of the recall list); clinic_name ("" leaves room for a stamp); lives (of their alerts, by id;
            one whose life is not known counts as open).
    Hazard: HAZ-020 (nobody who died is written to), HAZ-004 (a letter that comes after the day it names).
    """
    written = [(line, picture.people[line.patient_id]) for line in lines if not _refusal(picture, line)]
    sheet = Sheet(about, _head_for_clinic, numbered=False)
    for label, words in about.lines():
        sheet.paragraph(f"{label}: {words}", SMALL)
    rung = _say_whom_to_telephone(sheet, picture, lines, lives or {})
    _say_who_is_written_to(sheet, picture, lines, rung)
    sheet.head = None
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


def _head_for_clinic(sheet: Sheet) -> None:
    sheet.y += 6
    sheet.words("For the clinic: do not send this page", LEFT, sheet.y, 13, bold=True)
    sheet.y += 3


def _say_whom_to_telephone(
    sheet: Sheet, picture: ClinicPicture, lines: Sequence[Line], lives: Mapping[str, Life]
) -> frozenset[int]:
    """Those of whom an alert of high priority stands that nobody closed: before the letters, with why; their keys."""
    rows: dict[int, list[Cell]] = {}
    for line in lines:
        person = picture.people[line.patient_id]
        if person.deceased_date is None and (high := _standing_high(picture, line, lives)):
            why = Cell(tuple(_why(one, lives.get(one.alert_id)) for one in high))
            rows[line.key] = [*_name_cells(person), why]
    if rows:
        sheet.heading(f"Telephone these patients: a letter is too slow ({count_text(len(rows), 'patient')})")
        head = [cell(name, bold=True) for name in ("Identifier", "Patient", "Born", "Open alert of high priority")]
        draw_table(sheet, [30, 44, 23, WIDTH - 97], head, list(rows.values()))
    return frozenset(rows)


def _standing_high(picture: ClinicPicture, line: Line, lives: Mapping[str, Life]) -> list[Alert]:
    mine = [one for one in alerts_of(picture).get(line.patient_id, ()) if one.priority == "high"]
    closed = {one.alert_id for one in mine if (life := lives.get(one.alert_id)) and life.state == "resolved"}
    return open_first((one for one in mine if one.alert_id not in closed), lives)


def _why(alert: Alert, life: Life | None) -> tuple[Run, ...]:
    answer = answer_line(life)
    words = Run(f"{plain(alert.drug)}: {short_why(alert)}", True, LIGHT.high)
    return (words, Run(f" · {answer}")) if answer else (words,)


def _name_cells(person: Person) -> list[Cell]:
    return [cell(plain(person.patient_id), bold=True), cell(full_name(person)), cell(date_text(person.birth_date))]


def _too_late(line: Line, as_of: int) -> str:
    """Why a letter comes too late for a test, "" where it comes in time."""
    if any(is_late(need) for need in line.next.needs):
        return "overdue"
    closes = min(need.closes for need in line.next.needs)
    return f"due by {date_text(closes)}" if closes <= first_of_day(as_of) + _POST_DAYS * DAY else ""


def _say_who_is_written_to(sheet: Sheet, picture: ClinicPicture, lines: Sequence[Line], rung: Collection[int]) -> None:
    why_none = {line.key: _refusal(picture, line) for line in lines}
    written = sum(not why for why in why_none.values())
    sheet.heading(f"Letters in this file: {written:,} of {count_text(len(lines), 'patient')} chosen")
    head = [cell(name, bold=True) for name in ("Identifier", "Patient", "Born", "Letter", "Tests")]
    rows = []
    late = {line.key: "" if why_none[line.key] else _too_late(line, sheet.about.as_of) for line in lines}
    late |= dict.fromkeys(rung, "see above")
    if slow := sum(bool(said) for key, said in late.items() if key not in rung):
        said = f"Telephone {slow:,} more: a test of theirs is overdue or due within {_POST_DAYS} days, the time a "
        sheet.paragraph(f"{said}letter takes. Their letters are marked.", SMALL, bold=True)
    for line in lines:
        why, slow_words = why_none[line.key], late[line.key]
        tests = "" if why else ", ".join(analyte_name(test) for test in line.next.tests)
        rows.append(
            [
                *_name_cells(picture.people[line.patient_id]),
                cell(f"none: {why}" if why else f"telephone: {slow_words}" if slow_words else "written",
                     bold=bool(why or slow_words)),
                cell(tests),
            ]
        )  # fmt: skip
    draw_table(sheet, [30, 44, 23, 40, WIDTH - 137], head, rows)


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
        f"If you have already had {'it' if count == 1 else 'them'}, or cannot come, please tell us, so that our "
        "records are right.",
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
