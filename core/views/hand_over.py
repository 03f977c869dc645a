"""The hand-over sheet of a round: what was done to whom, and what is left for whoever comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.acts import Act, Life
from core.alerts.lifecycle import say_act
from core.alerts.promises import DECIDES
from core.engine.standing import Alert
from core.views.marks import mark_tag
from core.views.markup import Markup, join, tag
from core.views.model import ClinicPicture
from core.views.names import analyte_name
from core.views.row_states import alerts_of, state_text, unknown_of, visits_of
from core.views.sentences import short_why
from core.views.text import EN_DASH, capital, count_text, date_text, join_words, plain
from core.views.words import MARKS, is_note, reason_words, words
from core.views.worklist import Row


@dataclass(frozen=True, slots=True)
class Sheet:
    """One patient of a round. seen: looked at in it. done: its acts in words; left: what is open still, gravest first;
    answered: alerts that stand and somebody dealt with, now or before. high_open: whether a high alert is open.
    """

    key: int
    who: str
    mark: str
    treatment: str
    seen: bool
    seconds: float
    done: tuple[str, ...]
    left: tuple[str, ...]
    answered: tuple[str, ...] = ()
    high_open: bool = False


def list_sheets(
    picture: ClinicPicture, rows: Sequence[Row], lives: Mapping[str, Life], acts: Mapping[str, Sequence[Act]],
    seen: Collection[int], seconds: Mapping[int, float],
) -> tuple[Sheet, ...]:  # fmt: skip
    """The patients of a round in its order. Args: rows (of its queue); acts (of the round, by patient identifier)."""
    found = []
    for row in rows:
        alerts = [one for one in alerts_of(picture).get(row.patient_id, ()) if not is_note(one)]
        waiting = [one for one in alerts if lives[one.alert_id].state == "open"]
        found.append(
            Sheet(
                row.key, row.who, row.mark, row.treatment, row.key in seen, seconds.get(row.key, 0.0),
                tuple(plain(say_act(one)) for one in acts.get(row.patient_id, ())),
                (*(f"{MARKS[one.priority]}: {short_why(one)}" for one in waiting), *_unsettled(picture, row, alerts)),
                tuple(_answered(one, lives[one.alert_id]) for one in alerts if one not in waiting),
                any(one.priority == "high" for one in waiting),
            )
        )  # fmt: skip
    return tuple(found)


def _unsettled(picture: ClinicPicture, row: Row, alerts: Sequence[Alert]) -> list[str]:
    """What no act settles: rules that cannot answer, tests that are overdue, a drug on hold, a count that is low.

    Hazard: HAZ-001 (an acknowledged alert must not take a blind spot off the sheet).
    """
    said = []
    causes: dict[str, dict[str, None]] = {}
    for one in unknown_of(picture).get(row.patient_id, ()):
        causes.setdefault(one.reason, {})[words(one.category)] = None
    for reason, judged in causes.items():
        said.append(f"{MARKS['cannot_tell']}: {capital(join_words(judged))}: {reason_words(reason)}")
    asked = {one.fact for one in alerts if one.action == "request_test"}
    overdue = (one for one in visits_of(picture).get(row.patient_id, ()) if one.status == "overdue")
    late = [one for one in overdue if one.test not in asked]
    if late:
        tests = join_words(dict.fromkeys(analyte_name(one.test) for one in late))
        since = date_text(min(one.due for one in late))
        said.append(f"{MARKS['overdue']}: {tests}, was due {since}")
    if row.mark == "held" or (row.mark == "low" and not alerts):
        said.append(row.why if row.mark == "held" else f"{MARKS[row.mark]}: {row.why}")
    return said


def _answered(alert: Alert, life: Life) -> str:
    """One alert that stands and was dealt with: "▲ HIGH: Neutrophils …: acknowledged, with A. Reed"."""
    owner = f", with {plain(life.owner)}" if life.owner else ""
    decided = f" ({words(life.decision)})" if life.acted in DECIDES and life.decision else ""
    return f"{MARKS[alert.priority]}: {short_why(alert)}: {state_text(life)}{decided}{owner}"


def summary_line(sheets: Sequence[Sheet]) -> str:
    """The round in one line: how many were looked at and acted on; then, of all of them, for how many something is
    open still, those with an open high alert apart.
    """
    seen = sum(one.seen for one in sheets)
    acted = sum(bool(one.done) for one in sheets)
    left = sum(bool(one.left) for one in sheets)
    high = sum(one.high_open for one in sheets)
    spent = sum(one.seconds for one in sheets)
    pace = f" ({spent / seen:.0f} s each)" if seen and spent else ""
    unseen = f", {len(sheets) - seen:,} not" if seen < len(sheets) else ""
    return (
        f"{seen:,} of {count_text(len(sheets), 'patient')} looked at{pace}{unseen}; {acted:,} acted on. "
        f"Of all {len(sheets):,}: something is still open for {left:,}, an unanswered high alert for {high:,}."
    )


def sheet_table(sheets: Sequence[Sheet]) -> Markup:
    """The sheet as a table: who, what was done, what is open still, what was answered."""
    heads = ("", "Patient", "Looked at", "Done in this round", "Still open", "Answered, still standing")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = [
        tag(
            "tr", tag("td", mark_tag(one.mark)), tag("td", tag("b", one.who, css="n-nowrap"), tag("br"), one.treatment),
            tag("td", f"{one.seconds:.0f} s" if one.seen else "no", css="n-nowrap"),
            tag("td", _lines(one.done, "nothing")), tag("td", _lines(one.left, "nothing")),
            tag("td", _lines(one.answered, EN_DASH)),
        )
        for one in sheets
    ]  # fmt: skip
    table = tag("table", tag("thead", head), tag("tbody", *body), css="n-table")
    return tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label="Hand-over sheet")


def _lines(said: Sequence[str], otherwise: str) -> Markup:
    return join([tag("div", line) for line in said]) if said else tag("span", otherwise, css="n-muted")


#: Columns of the sheet as a file: key, title, kind.
COLUMNS = (
    ("mark", "Mark", "text"), ("who", "Patient", "text"), ("treatment", "Treatment", "text"),
    ("seen", "Looked at", "text"), ("seconds", "Seconds", "number"), ("done", "Done in this round", "text"),
    ("left", "Still open", "text"), ("answered", "Answered, still standing", "text"),
)  # fmt: skip


def sheet_rows(sheets: Sequence[Sheet]) -> list[dict[str, object]]:
    """The sheet as rows of a file."""
    return [
        {
            "mark": str(MARKS[one.mark]), "who": one.who, "treatment": one.treatment, "seen": one.seen,
            "seconds": round(one.seconds, 1), "done": "; ".join(one.done), "left": "; ".join(one.left),
            "answered": "; ".join(one.answered),
        }
        for one in sheets
    ]  # fmt: skip
