"""What the rows of a list share: words said of many patients, made once, and series that nobody makes before they are
asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from core.protocols.background import background
from core.views.model import ClinicPicture, CourseLine, LimitLine
from core.views.sentences import treatment_line
from core.views.trend import Points, first_limit
from core.views.words import MARK_ORDER


class PatientSeries(Mapping[str, Points]):
    """One patient's last values by analyte."""

    __slots__ = ("_sparks", "_who")

    def __init__(self, picture: ClinicPicture, who: str) -> None:
        self._sparks, self._who = picture.sparks, who

    def __getitem__(self, analyte: str) -> Points:
        return self._sparks[self._who, analyte]

    def __contains__(self, analyte: object) -> bool:
        return (self._who, analyte) in self._sparks

    def __iter__(self) -> Iterator[str]:
        return (analyte for who, analyte in self._sparks if who == self._who)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SharedWords:
    """Treatments in words and the limits of what is taken, of one picture."""

    def __init__(self, picture: ClinicPicture) -> None:
        self.picture = picture
        self._treatments: dict[tuple[tuple[str, ...], ...], str] = {}
        self._limits: dict[tuple[str, ...], tuple[list[LimitLine], list[LimitLine]]] = {}

    def treatment(self, courses: Sequence[CourseLine]) -> str:
        """Every current course in one line: the same for all who take the same, begun in the same order."""
        begun = courses if len(courses) < 2 else sorted(courses, key=lambda one: one.start)
        key = tuple([(one.drug, one.dose_text, one.frequency_text, one.route, one.status) for one in begun])
        if key not in self._treatments:
            self._treatments[key] = treatment_line(courses, self.picture.drugs_covered)
        return self._treatments[key]

    def limits(self, courses: Sequence[CourseLine]) -> tuple[list[LimitLine], list[LimitLine]]:
        """Of what is drawn for what somebody takes: the line that each trend meets first, and every limit of the test
        that screens lead with, whoever names them once.
        """
        key = tuple([one.drug for one in courses])
        if key not in self._limits:
            every = [line for drug in key for line in self.picture.limits.get(drug, ()) if line.priority]
            met = {name: first_limit(name, every) for name in dict.fromkeys(one.analyte for one in every)}
            gravest = sorted(every, key=lambda one: MARK_ORDER[one.priority])
            first = {one.analyte: one for one in reversed(gravest) if one.limit == met[one.analyte]}
            of_lead = [one for one in every if one.analyte == background().leading.test]
            once = {(one.limit, one.side, one.inclusive): one for one in of_lead}
            self._limits[key] = list(first.values()), list(once.values())
        return self._limits[key]
