"""Whom we cannot protect, why, and the cheapest way to mend it: several silent rules with one cause are one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.engine.wording import join_remedies
from core.views.model import ClinicPicture
from core.views.people import is_current, name_and_age
from core.views.sentences import course_line
from core.views.text import count_text, join_words, plain, span_text
from core.views.words import reason_words, title_words, words

#: How the lines may be gathered, and what the reader calls it.
GROUPINGS: Mapping[str, str] = {
    "reason": "Reason",
    "category": "What is not judged",
    "drug": "Drug",
    "patient": "Patient",
}


_Cause = tuple[str, str, str, str]  # patient, drug, reason, remedy


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """One cause for one patient and drug: what cannot be judged (categories), why, how to mend it, since when."""

    key: int
    patient_id: str
    who: str
    drug: str
    treatment: str
    reason: str
    remedy: str
    categories: tuple[str, ...]
    since: int | None
    rules: int

    def groups(self, grouping: str) -> tuple[str, ...]:
        """The headings this line stands under: one, except for what is not judged, of which there may be several."""
        if grouping == "category":
            return tuple(title_words(one) for one in self.categories) or ("Everything",)
        return ({"reason": capitalise(reason_words(self.reason)), "drug": self.drug, "patient": self.who}[grouping],)


def list_blind_spots(picture: ClinicPicture) -> tuple[BlindSpot, ...]:
    """Every blind spot, the oldest first; courses of drugs without rules come last: nothing was ever asked of them.

    Hazard: HAZ-001, HAZ-014.
    """
    spots = [*_cannot_tell(picture), *_not_covered(picture)]
    return tuple(sorted(spots, key=lambda one: (one.since is None, one.since or 0, one.who, one.drug, one.reason)))


def count_groups(spots: Sequence[BlindSpot], grouping: str) -> tuple[tuple[str, int], ...]:
    """How many patients stand under each heading (grouped by patient: how many blind spots), the fullest first."""
    members: dict[str, set[object]] = defaultdict(set)
    for spot in spots:
        for group in spot.groups(grouping):
            members[group].add(spot if grouping == "patient" else spot.key)
    return tuple(
        sorted(((group, len(found)) for group, found in members.items()), key=lambda pair: (-pair[1], pair[0]))
    )


def count_line_beside(spots: Sequence[BlindSpot]) -> str:
    """Two kinds told apart: rules that could not answer, and drugs nobody wrote rules for."""
    unanswered = len({one.key for one in spots if one.rules})
    unheard = len({one.key for one in spots if not one.rules})
    return f"{count_text(unanswered, 'patient')} with an unanswered rule, {unheard:,} with a drug without rules"


def columns(spots: Sequence[BlindSpot], as_of: int) -> dict[str, list[str]]:
    """The lines as the table's columns."""
    return {
        "patient": [one.who for one in spots],
        "treatment": [one.treatment for one in spots],
        "what": [
            capitalise(join_words(words(category) for category in one.categories)) or "Everything" for one in spots
        ],
        "why": [capitalise(reason_words(one.reason)) for one in spots],
        "remedy": [one.remedy for one in spots],
        "since": ["" if one.since is None else span_text(one.since, as_of) for one in spots],
        "open": ["Open"] * len(spots),
    }


def capitalise(sentence: str) -> str:
    """The first letter as a capital, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]


def _cannot_tell(picture: ClinicPicture) -> list[BlindSpot]:
    causes: dict[_Cause, list[tuple[str, int]]] = defaultdict(list)
    for one in picture.standing.cannot_tell:
        causes[one.patient_id, one.drug, one.reason, one.remedy].append((one.category, one.since))
    spots = []
    for (patient_id, drug, reason, remedy), found in _joined(causes).items():
        person = picture.people[patient_id]
        treatment = [
            course_line(one)
            for one in picture.courses.get(patient_id, ())
            if one.drug == drug and is_current(one, picture.as_of)
        ]
        categories = tuple(dict.fromkeys(category for category, _ in found))
        since = min(since for _, since in found)
        spots.append(
            BlindSpot(
                person.key, patient_id, name_and_age(person, picture.as_of), plain(drug),
                "; ".join(treatment) or plain(drug), reason, plain(remedy), categories, since, len(found),
            )
        )  # fmt: skip
    return spots


def _joined(causes: Mapping[_Cause, list[tuple[str, int]]]) -> dict[_Cause, list[tuple[str, int]]]:
    """Causes of one patient and drug that differ only by the test they ask for, as one that names them all."""
    alike: dict[tuple[str, str, str, tuple[str, ...]], list[_Cause]] = {}
    for cause, found in causes.items():
        categories = tuple(sorted({category for category, _ in found}))
        alike.setdefault((*cause[:3], categories), []).append(cause)
    out: dict[_Cause, list[tuple[str, int]]] = {}
    for several in alike.values():
        said = join_remedies(several[0][2], [cause[3] for cause in several]) if len(several) > 1 else None
        if said is None:
            out |= {cause: causes[cause] for cause in several}
        else:
            out[*several[0][:3], said] = [one for cause in several for one in causes[cause]]
    return out


def _not_covered(picture: ClinicPicture) -> list[BlindSpot]:
    """Courses of drugs Nadir has no rules for: nothing is checked, and that must not look like nothing found."""
    spots = []
    for patient_id, courses in picture.courses.items():
        person = picture.people[patient_id]
        for course in courses:
            if course.drug not in picture.drugs_covered and is_current(course, picture.as_of):
                spots.append(
                    BlindSpot(
                        person.key, patient_id, name_and_age(person, picture.as_of), plain(course.drug),
                        course_line(course), "not_covered", "Monitor by your own protocol.", (), None, 0,
                    )
                )  # fmt: skip
    return spots
