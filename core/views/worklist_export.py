"""The worklist as rows of a file: whole sentences, real dates, and everything the table on the screen has to cut."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from core.views.model import ClinicPicture
from core.views.people import describe_age, full_name
from core.views.row_states import NO_ALERT, NOBODY, RowState
from core.views.text import plain
from core.views.words import MARKS
from core.views.worklist import Row

#: Columns of the file: key, title, kind.
EXPORT_COLUMNS = (
    ("mark", "Mark", "text"), ("others", "Also", "text"), ("new", "New to me", "text"), ("id", "Patient id", "text"),
    ("name", "Name", "text"), ("age", "Age and sex", "text"), ("site", "Site", "text"),
    ("treatment", "Treatment", "text"), ("why", "Why", "text"), ("detail", "Who says what", "text"),
    ("more", "More alerts", "number"), ("high", "High alerts", "number"), ("since", "Since", "date"),
    ("trend", "Newest value shown", "text"), ("state", "State", "text"), ("owner", "Owner", "text"),
    ("next", "Due", "text"),
)  # fmt: skip


def export_rows(
    picture: ClinicPicture, rows: Sequence[Row], states: Mapping[str, RowState], new: Collection[str]
) -> list[dict[str, object]]:
    """Each patient as one row, in the order given. new: patients with something new to whoever asks."""
    found: list[dict[str, object]] = []
    for row in rows:
        person, state = picture.people[row.patient_id], states.get(row.patient_id, NO_ALERT)
        found.append(
            {
                "mark": str(MARKS[row.mark]), "others": ", ".join(str(MARKS[one]) for one in row.marks[1:]),
                "new": row.patient_id in new, "id": plain(row.patient_id), "name": full_name(person),
                "age": describe_age(person, picture.as_of), "site": row.site, "treatment": row.treatment,
                "why": row.why, "detail": row.why_detail, "more": row.more, "high": row.high_alerts,
                "since": row.since, "trend": row.trend.label, "state": state.text,
                "owner": ", ".join(sorted(state.owners - {NOBODY})), "next": state.next_text or row.next_text,
            }
        )  # fmt: skip
    return found
