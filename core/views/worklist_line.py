"""What stands above the worklist: how many of how many, what is hidden, what was dealt with, what is past its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice

from core.alerts.escalate import Breach
from core.records import PRIORITIES
from core.views.markup import Markup, tag
from core.views.model import Person
from core.views.people import full_name
from core.views.row_states import NO_ALERT, NOBODY, RowState, late_text
from core.views.text import count_text, join_words, plain
from core.views.words import MARKS
from core.views.worklist import Choice, Row, Shown

_MOST_LATE = 2  # named in the line; the filter lists them all


def new_by_mark(rows: Iterable[Row], new: Collection[str]) -> Mapping[str, int]:
    """How many patients of each mark shown have something new."""
    return Counter(row.mark for row in rows if row.patient_id in new)


def shown_line(shown: Shown, rows: Sequence[Row], states: Mapping[str, RowState]) -> Markup:
    """How many of how many are listed; hidden patients with a high alert stand out, and so do those dealt with.

    Hazard: HAZ-008 (P15: acknowledged and snoozed are listed, and counted).
    """
    hidden = (
        tag("b", f"▲ {shown.hidden_high:,} high hidden", css="n-mark n-high") if shown.hidden_high else "0 high hidden"
    )
    held = [states.get(row.patient_id, NO_ALERT).codes for row in rows]
    counts = [
        f"{sum(code in codes for codes in held):,} {word}"
        for code, word in (("acknowledged", "acknowledged"), ("snoozed", "snoozed"), ("closed", "closed by decision"))
        if any(code in codes for codes in held)
    ]
    dealt = f" · in the whole list: {join_words(counts)}" if counts else ""
    return tag("div", f"{shown.count} · ", hidden, shown.hidden_where, dealt, css="n-line", role="status")


def filter_words(choice: Choice) -> str:
    """The filters in words, as an export writes them; "" without any."""
    parts = [MARKS[one].word for one in MARKS if one in choice.marks]
    for few in (choice.categories, choice.drugs, choice.sites, choice.states):
        parts += sorted(few)
    parts += [f"owner {'nobody' if one == NOBODY else one}" for one in sorted(choice.owners)]
    return "; ".join([*parts, f"search {choice.text!r}"] if choice.text else parts)


def late_line(breaches: Sequence[Breach], people: Mapping[str, Person]) -> Markup | None:
    """Who is open past the time their tier allows: how many, the gravest by name, and who is to hear of it."""
    if not breaches:
        return None
    counts = Counter(one.priority for one in breaches)
    said = join_words(f"{counts[one]:,} {one}" for one in PRIORITIES if counts[one])
    said += f" {'alert' if len(breaches) == 1 else 'alerts'}"
    first: dict[str, Breach] = {}
    for one in breaches:
        first.setdefault(one.patient_id, one)
    named = [_late(one, people[name]) for name, one in islice(first.items(), _MOST_LATE) if name in people]
    said += f" of {count_text(len(first), 'patient')}"
    more = len(first) - len(named)
    told = join_words(dict.fromkeys(who for tell in sorted({one.tell for one in breaches}, key=len) for who in tell))
    return tag(
        "div", tag("b", f"◷ PAST ITS TIME: {said}"), " ",
        tag("span", "(the marks above count patients)", css="n-muted"), " ",
        *(piece for one in named for piece in (one, " ")),
        tag("span", f"and {count_text(more, 'more patient')}", css="n-muted") if more > 0 else None, " ",
        tag("span", f"House rule: tell {told} (Nadir tells nobody)", css="n-muted") if told else None,
        css="n-late n-row",
    )  # fmt: skip


def _late(breach: Breach, person: Person) -> Markup:
    mark = MARKS[breach.priority]
    owner = f", with {plain(breach.owner)}" if breach.owner else ""
    return tag("span", f"{mark.shape} {full_name(person)}, {late_text(breach.late_days)}{owner}")
