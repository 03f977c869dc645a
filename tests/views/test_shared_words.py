"""Rows say of each patient what they say of them alone, and make nothing that they do not show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from core.views import shared_words
from core.views.sentences import treatment_line
from core.views.worklist import list_patients
from tests.views import example


class Counted(Mapping):
    """Last values that count how often each is made."""

    def __init__(self, whole):
        self.whole, self.asked = whole, Counter()

    def __getitem__(self, key):
        self.asked[key] += 1
        return self.whole[key]

    def __contains__(self, key):
        return key in self.whole

    def __iter__(self):
        return iter(self.whole)

    def __len__(self):
        return len(self.whole)


def test_rows_are_the_same_from_late_values_and_make_only_what_they_show():
    picture = example.clinic()
    more = {(name, "crp"): ((example.AS_OF - 1, 4.0),) for name in picture.people}
    picture = replace(picture, sparks={**picture.sparks, **more})
    late = Counted(picture.sparks)
    assert list_patients(replace(picture, sparks=late)) == list_patients(picture)
    assert late.asked and not late.asked.keys() & more.keys()


def test_a_treatment_that_many_take_is_put_into_words_once(monkeypatch):
    picture = example.clinic()
    told = []
    monkeypatch.setattr(shared_words, "treatment_line", lambda *given: told.append(given) or treatment_line(*given))
    course = next(iter(picture.courses.values()))[0]
    everybody = {name: (replace(course, patient_id=name, course_id=name),) for name in picture.people}
    rows = list_patients(replace(picture, courses=everybody))
    assert len({row.treatment for row in rows}) == 1 and len(told) == 1


def test_another_dose_of_the_same_drug_is_another_treatment():
    picture = example.clinic()
    first, second, *_ = picture.people
    course = next(iter(picture.courses.values()))[0]
    courses = {first: (course,), second: (replace(course, dose_text="50 mg"),)}
    words = shared_words.SharedWords(picture)
    assert [words.treatment(courses[name]) for name in (first, second, first)] == [
        treatment_line(courses[name], picture.drugs_covered) for name in (first, second, first)
    ]
