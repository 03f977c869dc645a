"""The hand-over sheet of a round: what was done to whom, and what is left for whoever comes next."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.acts import Act, Life
from core.alerts.lifecycle import say_act
from core.engine.standing import Alert
from core.views.marks import mark_tag
from core.views.markup import Markup, join, tag
from core.views.sentences import short_why
from core.views.text import count_text, plain
from core.views.words import MARKS, is_note
from core.views.worklist import Row


@dataclass(frozen=True, slots=True)
class Sheet:
    """One patient of a round. seen: looked at in it. done: acts in words; left: what is open still, gravest first."""

    key: int
    who: str
    mark: str
    treatment: str
    seen: bool
    seconds: float
    done: tuple[str, ...]
    left: tuple[str, ...]


def list_sheets(
    rows: Sequence[Row], alerts: Mapping[str, Sequence[Alert]], lives: Mapping[str, Life],
    acts: Mapping[str, Sequence[Act]], seen: Collection[int], seconds: Mapping[int, float],
) -> tuple[Sheet, ...]:  # fmt: skip
    """The patients of a round in its order. Args: rows (of its queue); alerts, acts (by patient identifier)."""
    return tuple(
        Sheet(
            row.key, row.who, row.mark, row.treatment, row.key in seen, seconds.get(row.key, 0.0),
            tuple(plain(say_act(one)) for one in acts.get(row.patient_id, ())),
            _left(row, alerts.get(row.patient_id, ()), lives),
        )
        for row in rows
    )  # fmt: skip


def _left(row: Row, alerts: Sequence[Alert], lives: Mapping[str, Life]) -> tuple[str, ...]:
    """What still asks for somebody: open alerts with their mark, else what no act settles."""
    waiting = [one for one in alerts if not is_note(one) and lives[one.alert_id].state == "open"]
    if waiting:
        return tuple(f"{MARKS[one.priority]}: {short_why(one)}" for one in waiting)
    return (f"{MARKS[row.mark]}: {row.why}",) if row.mark in ("cannot_tell", "overdue", "held", "low") else ()


def summary_line(sheets: Sequence[Sheet]) -> str:
    """The round in one line: how many were looked at, acted on, and still wait; high ones apart."""
    seen = sum(one.seen for one in sheets)
    acted = sum(bool(one.done) for one in sheets)
    left = sum(bool(one.left) for one in sheets)
    high = sum(any(line.startswith(str(MARKS["high"])) for line in one.left) for one in sheets)
    spent = sum(one.seconds for one in sheets)
    pace = f", {spent / seen:.0f} s each" if seen and spent else ""
    return (
        f"{seen:,} of {count_text(len(sheets), 'patient')} looked at{pace} · {acted:,} acted on · {left:,} still wait, "
        f"{high:,} with a high alert"
    )


def sheet_table(sheets: Sequence[Sheet]) -> Markup:
    """The sheet as a table: who, what was done, what is left."""
    heads = ("", "Patient", "Looked at", "Done", "Left")
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    body = [
        tag(
            "tr", tag("td", mark_tag(one.mark)), tag("td", tag("b", one.who), tag("br"), one.treatment),
            tag("td", f"{one.seconds:.0f} s" if one.seen else "no"), tag("td", _lines(one.done, "nothing")),
            tag("td", _lines(one.left, "nothing")),
        )
        for one in sheets
    ]  # fmt: skip
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body), css="n-table"), css="n-scroll")


def _lines(said: Sequence[str], otherwise: str) -> Markup:
    return join([tag("div", line) for line in said]) if said else tag("span", otherwise, css="n-muted")


#: Columns of the sheet as a file: key, title, kind.
COLUMNS = (
    ("mark", "Mark", "text"), ("who", "Patient", "text"), ("treatment", "Treatment", "text"),
    ("seen", "Looked at", "text"), ("seconds", "Seconds", "number"), ("done", "Done", "text"), ("left", "Left", "text"),
)  # fmt: skip


def sheet_rows(sheets: Sequence[Sheet]) -> list[dict[str, object]]:
    """The sheet as rows of a file."""
    return [
        {
            "mark": str(MARKS[one.mark]), "who": one.who, "treatment": one.treatment, "seen": one.seen,
            "seconds": round(one.seconds, 1), "done": "; ".join(one.done), "left": "; ".join(one.left),
        }
        for one in sheets
    ]  # fmt: skip
