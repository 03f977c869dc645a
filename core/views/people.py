"""Who a patient is, in the words of lists and banners; and which of their courses count today."""

from __future__ import annotations

from core.records import SEXES
from core.views.model import CourseLine, Person
from core.views.text import NBSP, age_text, plain

_SEX_LETTERS = dict(zip(SEXES, ("F", "M", "sex not stated"), strict=True))


def full_name(person: Person) -> str:
    """FAMILY, Given, as every list and banner shows it; what is no ordinary name is shown exactly as given."""
    return name_words(person.family_name, person.given_name)


def name_words(family: str, given: str) -> str:
    """The same from the two names alone."""
    family = plain(family)
    ordinary = all(letter.isalpha() or letter in " -'’." for letter in family)
    return f"{family.upper() if ordinary else family}, {plain(given)}"


def describe_age(person: Person, as_of: int) -> str:
    """Age and sex after a name: "64 y F"."""
    age = age_text(person.birth_date, as_of, person.deceased_date)
    return f"{age}{NBSP}{_SEX_LETTERS.get(person.sex, 'sex not stated')}"


def name_and_age(person: Person, as_of: int) -> str:
    """Who somebody is in a list: "OAKMOSS, Zephyrine  64 y F"."""
    return f"{full_name(person)}{NBSP * 2}{describe_age(person, as_of)}"


def is_dead(person: Person, at: int) -> bool:
    """Whether somebody had died by an instant; who dies later is asked about as anybody."""
    return person.deceased_date is not None and person.deceased_date <= at


def is_current(course: CourseLine, as_of: int) -> bool:
    """Whether a course is running, held or planned at an instant."""
    return course.status not in ("stopped", "completed") and (course.end is None or course.end > as_of)
