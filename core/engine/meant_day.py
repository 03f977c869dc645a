"""For which day a course is meant that is still only planned: its own, or today once that has passed.

Nobody recorded that it began, so as far as anybody knows it has not, and it will begin no earlier than today.
"""

from __future__ import annotations

import numpy as np

from core.engine.cohort import Bools, Ints
from core.engine.phases import DrugCourses
from core.records import DAY


def only_planned(courses: DrugCourses) -> Bools:
    """Courses whose status is planned, whatever their date; not those merely dated later."""
    return courses.only_planned


def meant_days(courses: DrugCourses) -> Ints:
    """The start of every course; of one only planned whose date has passed, the first instant of the horizon's day."""
    today = np.minimum(courses.horizon, courses.died - 1) // DAY * DAY
    return np.where(only_planned(courses), np.maximum(courses.start, today), courses.start)
