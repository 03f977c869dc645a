"""Whom we cannot protect, why, and the cheapest way to mend it: several silent rules with one cause are one line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.engine.wording import join_remedies
from core.views.fit import fit_list, fit_name, fit_text
from core.views.markup import Markup, tag
from core.views.model import ClinicPicture
from core.views.people import is_current, name_and_age
from core.views.sentences import course_line
from core.views.text import count_text, date_text, join_words, plain, span_text
from core.views.words import reason_words, title_words, words

#: How the lines may be gathered, and what the reader calls it.
GROUPINGS: Mapping[str, str] = {
    "reason": "Reason",
    "category": "What is not judged",
    "drug": "Drug",
    "patient": "Patient",
}


#: Pixels of each column; together what a screen of 1,400 shows without scrolling sideways.
WIDTHS: Mapping[str, int] = {
    "patient": 226, "treatment": 206, "what": 156, "why": 156, "remedy": 466, "since": 84, "open": 52,
}  # fmt: skip

_NO_DRUG = "No drug with rules"  # what waits in quarantine may concern somebody who takes none
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

    @property
    def judged(self) -> str:
        """What cannot be judged, in words."""
        return capitalise(join_words(words(category) for category in self.categories)) or "Everything"

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
        "patient": [fit_name(one.who, WIDTHS["patient"]) for one in spots],
        "treatment": [fit_list(one.treatment.split("; "), WIDTHS["treatment"]) for one in spots],
        "what": [fit_text(one.judged, WIDTHS["what"]) for one in spots],
        "why": [fit_text(capitalise(reason_words(one.reason)), WIDTHS["why"]) for one in spots],
        "remedy": [fit_text(one.remedy, WIDTHS["remedy"]) for one in spots],
        "since": ["" if one.since is None else span_text(one.since, as_of) for one in spots],
        "open": ["Open"] * len(spots),
    }


def whole_line(spot: BlindSpot, as_of: int) -> Markup:
    """One line in full, where the table had to cut it."""
    since = "" if spot.since is None else f", since {date_text(spot.since)} ({span_text(spot.since, as_of)})"
    return tag(
        "section", tag("div", tag("b", spot.who), tag("span", plain(spot.patient_id), css="n-muted"), css="n-row"),
        tag("div", spot.treatment),
        tag("div", f"Not judged: {spot.judged}. {capitalise(reason_words(spot.reason))}{since}."),
        tag("div", tag("b", "Cheapest remedy: "), spot.remedy), css="n-card", role="status",
    )  # fmt: skip


#: Columns of the list as a file: key, title, kind.
EXPORT_COLUMNS = (
    ("id", "Patient id", "text"), ("patient", "Patient", "text"), ("drug", "Drug", "text"),
    ("treatment", "Treatment", "text"), ("what", "Not judged", "text"), ("why", "Because", "text"),
    ("remedy", "Cheapest remedy", "text"), ("since", "Since", "date"), ("rules", "Rules without an answer", "number"),
)  # fmt: skip


def spot_rows(spots: Sequence[BlindSpot]) -> list[dict[str, object]]:
    """The lines as rows of a file, whole sentences and real dates."""
    return [
        {
            "id": plain(one.patient_id), "patient": one.who, "drug": one.drug, "treatment": one.treatment,
            "what": one.judged, "why": capitalise(reason_words(one.reason)), "remedy": one.remedy, "since": one.since,
            "rules": one.rules,
        }
        for one in spots
    ]  # fmt: skip


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
                person.key, patient_id, name_and_age(person, picture.as_of), plain(drug) or _NO_DRUG,
                "; ".join(treatment) or plain(drug) or _NO_DRUG, reason, plain(remedy), categories, since, len(found),
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
