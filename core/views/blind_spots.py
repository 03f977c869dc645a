"""Whom we cannot protect, why, and the cheapest way to mend it: one line for each patient, reason and remedy.

Silent rules that one act would mend are one line, whatever drug or test they ask about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from core.engine.standing import CannotTell
from core.engine.wording import join_remedies
from core.views.fit import fit_list, fit_name, fit_text
from core.views.markup import Markup, tag
from core.views.model import ClinicPicture
from core.views.people import is_current, name_and_age
from core.views.sentences import course_line
from core.views.text import capital, count_text, date_text, join_words, plain, span_text
from core.views.words import reason_words, title_words, words

#: How the lines may be gathered, and what the reader calls it.
GROUPINGS: Mapping[str, str] = {
    "reason": "Reason",
    "category": "What is not judged",
    "drug": "Drug",
    "patient": "Patient",
}


#: Pixels of each column, as they stand; together what a screen of 1,400 shows without scrolling sideways, and the first
#: three (whom, why, what to do) what a tablet held upright shows.
WIDTHS: Mapping[str, int] = {
    "patient": 226, "why": 156, "remedy": 362, "what": 226, "treatment": 240, "since": 84, "open": 52,
}  # fmt: skip

#: What waits in quarantine may concern somebody who takes none.
NO_DRUG = "No drug with rules"
_ALTERNATIVES = re.compile(r"\b(?:newest|one) [^,.:;]* or [^,.:;]* result")  # "the newest creatinine or weight result"
_EVERYTHING = "everything"  # the category of a drug without rules


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """One cause for one patient: what cannot be judged (categories), of which drugs, why, how to mend it, since when.

    rules: how many have no answer; 0 for a drug nobody wrote rules for.
    """

    key: int
    patient_id: str
    who: str
    drugs: tuple[str, ...]
    treatment: str
    reason: str
    remedy: str
    categories: tuple[str, ...]
    since: int | None
    rules: int

    @property
    def judged(self) -> str:
        """What cannot be judged, in words."""
        return capital(join_words(words(category) for category in self.categories)) or "Everything"

    def groups(self, grouping: str) -> Mapping[str, str]:
        """The headings this line stands under, code -> words; there may be several drugs and things not judged.

        A patient's code is their opaque number: two people of one name stay two, and no address holds who they are. A
        drug's is a digest, since its name is whatever a file says.
        """
        if grouping == "category":
            return {one: title_words(one) for one in self.categories} or {_EVERYTHING: "Everything"}
        if grouping == "drug":
            return {sha256(one.encode()).hexdigest()[:8]: one for one in self.drugs}
        if grouping == "patient":
            return {str(self.key): self.who}
        return {self.reason: capital(reason_words(self.reason))}


class Group(NamedTuple):
    """A heading: its code, its words, and how many stand under it."""

    code: str
    words: str
    members: int


def list_blind_spots(picture: ClinicPicture) -> tuple[BlindSpot, ...]:
    """Every blind spot, the oldest first; courses of drugs without rules come last: nothing was ever asked of them.

    Hazard: HAZ-001, HAZ-014.
    """
    spots = [*_cannot_tell(picture), *_not_covered(picture)]
    return tuple(
        sorted(spots, key=lambda one: (one.since is None, one.since or 0, one.who, one.key, one.reason, one.drugs))
    )


def _oldest_first(spot: BlindSpot) -> tuple[object, ...]:
    return spot.since is None, spot.since or 0, spot.who, spot.key, spot.reason, spot.remedy


def count_groups(spots: Sequence[BlindSpot], grouping: str) -> tuple[Group, ...]:
    """How many patients stand under each heading (grouped by patient: how many lines), the fullest first."""
    said: dict[str, str] = {}
    members: dict[str, set[object]] = defaultdict(set)
    for spot in spots:
        for code, spoken in spot.groups(grouping).items():
            said[code] = spoken
            members[code].add(spot if grouping == "patient" else spot.key)
    groups = (Group(code, said[code], len(found)) for code, found in members.items())
    return tuple(sorted(groups, key=lambda one: (-one.members, one.words, one.code)))


def count_line(shown: Sequence[BlindSpot], total: int) -> Markup:
    """Lines and patients are counted apart, and the two kinds: rules without an answer, drugs without rules."""
    patients = len({one.key for one in shown})
    unanswered = len({one.key for one in shown if one.rules})
    unheard = len({one.key for one in shown if not one.rules})
    kinds = f"{count_text(unanswered, 'patient')} with an unanswered rule, {unheard:,} with a drug without rules"
    said = f"showing {len(shown):,} of {count_text(total, 'line')}, {count_text(patients, 'patient')} · {kinds}"
    return tag("div", said, css="n-line", role="status")


def columns(spots: Sequence[BlindSpot], as_of: int) -> dict[str, list[str]]:
    """The lines as the table's columns."""
    return {
        "patient": [fit_name(one.who, WIDTHS["patient"]) for one in spots],
        "treatment": [fit_list(one.treatment.split("; "), WIDTHS["treatment"]) for one in spots],
        "what": [fit_text(one.judged, WIDTHS["what"]) for one in spots],
        "why": [fit_text(capital(reason_words(one.reason)), WIDTHS["why"]) for one in spots],
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
        tag("div", f"Not judged: {spot.judged}. {capital(reason_words(spot.reason))}{since}."),
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
            "id": plain(one.patient_id), "patient": one.who, "drug": "; ".join(one.drugs), "treatment": one.treatment,
            "what": one.judged, "why": capital(reason_words(one.reason)), "remedy": one.remedy, "since": one.since,
            "rules": one.rules,
        }
        for one in spots
    ]  # fmt: skip


def _cannot_tell(picture: ClinicPicture) -> list[BlindSpot]:
    alike: dict[tuple[str, str], list[CannotTell]] = defaultdict(list)
    for one in picture.standing.cannot_tell:
        alike[one.patient_id, one.reason].append(one)
    return [
        _spot(picture, remedy, found)
        for (_, reason), several in alike.items()
        for remedy, found in _by_remedy(reason, several).items()
    ]


def _by_remedy(reason: str, several: Sequence[CannotTell]) -> dict[str, list[CannotTell]]:
    """What one patient's silent rules ask for, for one reason: a single sentence that names every test, where one can
    be said; else each remedy on its own. Of two tests that may be at fault nobody says that both are."""
    remedies = list(dict.fromkeys(one.remedy for one in several))
    spoken = {wide: next((one for one in remedies if _widens(wide, one)), wide) for wide in remedies}
    sure = [one for one in dict.fromkeys(spoken.values()) if not _ALTERNATIVES.search(one)]
    joined = join_remedies(reason, sure) if len(sure) > 1 else None
    out: dict[str, list[CannotTell]] = defaultdict(list)
    for one in several:
        said = spoken[one.remedy]
        out[joined if joined and said in sure else said].append(one)
    return out


def _widens(wide: str, narrow: str) -> bool:
    """Whether a remedy names a further test that may be at fault ("creatinine or weight"), and is else the same."""
    longer = len(wide) - len(narrow)
    same = next((place for place, (a, b) in enumerate(zip(wide, narrow, strict=False)) if a != b), len(narrow))
    return longer > 0 and wide[same + longer :] == narrow[same:] and wide[same:].lstrip().startswith("or ")


def _spot(picture: ClinicPicture, remedy: str, found: Sequence[CannotTell]) -> BlindSpot:
    patient_id, reason = found[0].patient_id, found[0].reason
    person = picture.people[patient_id]
    drugs = dict.fromkeys(one.drug for one in found)
    taken = [one for one in picture.courses.get(patient_id, ()) if one.drug in drugs and is_current(one, picture.as_of)]
    silent = [plain(drug) or NO_DRUG for drug in drugs if all(one.drug != drug for one in taken)]
    return BlindSpot(
        person.key, patient_id, name_and_age(person, picture.as_of), tuple(plain(one) or NO_DRUG for one in drugs),
        "; ".join([*map(course_line, taken), *silent]), reason, plain(remedy),
        tuple(dict.fromkeys(one.category for one in found)), min(one.since for one in found), len(found),
    )  # fmt: skip


def _not_covered(picture: ClinicPicture) -> list[BlindSpot]:
    """Courses of drugs Nadir has no rules for: nothing is checked, and that must not look like nothing found."""
    spots = []
    for patient_id, courses in picture.courses.items():
        person = picture.people[patient_id]
        unheard = [
            one for one in courses if one.drug not in picture.drugs_covered and is_current(one, picture.as_of)
        ]  # fmt: skip
        if unheard:
            drugs = tuple(dict.fromkeys(plain(one.drug) for one in unheard))
            spots.append(
                BlindSpot(
                    person.key, patient_id, name_and_age(person, picture.as_of), drugs,
                    "; ".join(map(course_line, unheard)), "not_covered", "Monitor by your own protocol.", (), None, 0,
                )
            )  # fmt: skip
    return spots
