"""Recall in sentences: one patient's draws with their windows, and what an override changes, never in silence."""

from __future__ import annotations

from collections.abc import Sequence

from core.records import DAY
from core.views.draws import Draw, Need, is_late
from core.views.markup import Markup, join, tag
from core.views.model import ClinicPicture
from core.views.names import analyte_name
from core.views.people import name_and_age
from core.views.recall import STATES, Changed, Line, Override, first_of_day, tests_text
from core.views.text import count_text, date_text, join_words, plain
from core.views.words import authority_words

_SHRINKS = "grid-template-columns:minmax(0,1fr)"  # so that a wide table scrolls inside its card
_STATUS = {"never": "NEVER TESTED", "overdue": "OVERDUE", "due": "due now", "upcoming": "upcoming"}
_PROMISED = {"due": "to be repeated", "overdue": "PROMISED REPEAT HAS NOT COME"}
_SHORT = ("Test", "Every", "Owner", "Expires after")  # columns of a few words, never broken
_STEPS = {
    "first": "First window missed.",
    "second": "Second window missed in a row.",
    "hold_supply": "More than two windows missed in a row: the ladder's step “hold supply”, which a clinician decides.",
}


def failed_line(count: int) -> Markup:
    """That some patients are missing from the list, because it cannot be told what is due of them.

    Hazard: HAZ-004 (a test nobody asks for, because its patient is on no list).
    """
    them = "this patient" if count == 1 else "these patients"
    return tag(
        "div",
        tag("b", f"◌ {count_text(count, 'patient')} could not be evaluated"),
        f": what is due of {them} is not on this list. Blind spots names them; give the administrator the reference.",
        css="n-card n-refusal",
        role="alert",
    )


def describe_line(line: Line, as_of: int) -> Markup:
    """One patient's draws: when, which tests, why then; and every override with what it changes."""
    today = first_of_day(as_of)
    parts = [
        tag("div", tag("span", line.who, css="n-name"), tag("span", line.treatment), css="n-row"),
        *([tag("div", tag("b", _STEPS[line.states[0]]), "")] if line.states[0] in _STEPS else []),
        *(tag("div", override_sentence(one)) for one in line.changes),
        _draws_table(line.draws, today),
    ]
    return tag("div", *parts, css="n-card n-preview", style=_SHRINKS)


def _draws_table(draws: Sequence[Draw], today: int) -> Markup:
    head = tag("tr", *(tag("th", name, scope="col") for name in ("Draw", "Due", "Test", "Window", "State", "Asked by")))
    rows = []
    for number, draw in enumerate(draws):
        when = "today" if draw.day == today else date_text(draw.day)
        for place, need in enumerate(draw.needs):
            cells = [
                tag("th", f"{number + 1}: {when}", scope="row") if not place else tag("td", ""),
                tag("td", date_text(need.due), css="n-nowrap"),  # early: with its year on a telephone, unscrolled
                tag("td", analyte_name(need.test)),
                tag("td", f"{date_text(need.opens)} to {date_text(need.closes)}", css="n-nowrap"),
                tag("td", state_words(need)),
                tag("td", "a promise" if need.promised else ", ".join(authority_words(a) for a in need.authorities)),
            ]
            rows.append(tag("tr", *cells))
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", join(rows)), css="n-table"), css="n-scroll", tabindex=0
    )


def state_words(need: Need) -> str:
    """A need's state, with the windows missed in a row, whether an override set its date, and who promised it."""
    if need.promised:
        return f"{_PROMISED[need.status]}, promised by {need.promised}"
    said = _STATUS[need.status] + (f", {count_text(need.missed, 'window')} missed in a row" if need.missed else "")
    return said + (", date by override" if need.changed else "")


def override_sentence(one: Changed) -> str:
    """What an override says and changes, who answers for it, and when it ends.

    Hazard: HAZ-004 (a longer interval must never look like the rule's own).
    """
    o = one.override
    said = (
        f"Override: {analyte_name(o.test)} for {plain(o.drug)} every {count_text(o.interval_days, 'day')}, because: "
        f"{plain(o.reason)}. Owner {plain(o.owner)}; set by {plain(o.by)} on {date_text(o.set_at)}; "
        f"expires after {date_text(o.expires)}, then the rule's dates return."
    )
    if one.after is None or one.before is None:
        return f"{said} It changes nothing: {one.why}."
    return f"{said} {compare_words(one.before, one.after)}"


def compare_words(before: Need, after: Need) -> str:
    """How an override's date stands against the rule's own."""
    authorities = join_words(authority_words(name) for name in before.authorities)
    rule = f"the rule's {date_text(before.due)} ({authorities})"
    if after.due > before.due:
        return f"LONGER than the rule: due {date_text(after.due)} instead of {rule}. Alerts still follow the rule."
    if after.due < before.due:
        return f"Sooner than the rule: due {date_text(after.due)} instead of {rule}."
    return f"Due on the rule's own day, {date_text(after.due)}."


def longer_words(need: Need, interval_days: int) -> str:
    """What is said before an override is set: whether it is longer than the interval of the rule."""
    asked = count_text(interval_days, "day")
    authorities = join_words(authority_words(name) for name in need.authorities)
    if need.own_days is None:
        return f"{asked}: the rule has no earlier visit of this test to compare with ({authorities})."
    own = f"the rule's own {count_text(need.own_days, 'day')} ({authorities})"
    if interval_days > need.own_days:
        return f"{asked} is LONGER than {own}: the list will say so until it expires, and alerts still follow the rule."
    return f"{asked} is {'the same as' if interval_days == need.own_days else 'shorter than'} {own}."


def summary_line(lines: Sequence[Line], as_of: int) -> str:
    """How many draws there are to expect, and how many merging spares."""
    today = first_of_day(as_of)
    week = [draw for line in lines for draw in line.draws if draw.day < today + 7 * DAY]
    tests = sum(len(draw.needs) for draw in week)
    late = sum(any(is_late(need) for need in line.needs) for line in lines)
    return (
        f"{count_text(len(week), 'draw')} to plan within 7 days for {count_text(tests, 'test')}; "
        f"{count_text(late, 'patient')} late."
    )


def override_columns(
    found: Sequence[tuple[Override, str, str]],
) -> dict[str, list[str]]:
    """Overrides as a table's columns. found: override, who it is about, what it changes."""
    return {
        "Patient": [who for _, who, _ in found],
        "Test": [f"{analyte_name(one.test)} ({plain(one.drug)})" for one, _, _ in found],
        "Every": [count_text(one.interval_days, "day") for one, _, _ in found],
        "Reason": [plain(one.reason) for one, _, _ in found],
        "Owner": [plain(one.owner) for one, _, _ in found],
        "Set by": [f"{plain(one.by)}, {date_text(one.set_at)}" for one, _, _ in found],
        "Expires after": [date_text(one.expires) for one, _, _ in found],
        "Changes": [said for _, _, said in found],
    }


#: Columns of every export of the list: key, title, what it holds (text, number, date).
EXPORT_COLUMNS = (
    ("patient", "Patient", "text"), ("treatment", "Treatment", "text"), ("site", "Site", "text"),
    ("draw", "Draw", "date"), ("first", "Not before", "date"), ("last", "Not after", "date"),
    ("tests", "Tests", "text"), ("late", "Late", "text"), ("state", "State", "text"),
    ("missed", "Windows missed in a row", "number"), ("promised", "Promised repeat", "text"),
    ("override", "Override", "text"),
)  # fmt: skip


def export_rows(lines: Sequence[Line]) -> list[dict[str, object]]:
    """One row for each draw of these patients: what CSV and Excel hold. Dates are instants."""
    return [
        {
            "patient": line.who, "treatment": line.treatment, "site": line.site, "draw": draw.day, "first": draw.first,
            "last": draw.last, "tests": tests_text(draw),
            "late": "yes" if any(is_late(need) for need in draw.needs) else "no",
            "state": "; ".join(STATES[state].word for state in line.states), "missed": line.missed,
            "promised": "; ".join(
                f"{analyte_name(need.test)} by {date_text(need.closes)}, promised by {need.promised}"
                for need in draw.needs
                if need.promised
            ),
            "override": " ".join(override_sentence(one) for one in line.changes),
        }
        for line in lines
        for draw in line.draws
    ]  # fmt: skip


def list_overrides(
    lines: Sequence[Line], in_force: Sequence[Override], over: Sequence[Override], picture: ClinicPicture
) -> tuple[list[tuple[Override, str, str]], list[tuple[Override, str, str]]]:
    """Overrides with whom they are about and what each changes: those in force, and those that are over."""
    names = {person.key: name_and_age(person, picture.as_of) for person in picture.people.values()}
    changes = {one.override.row_id: one for line in lines for one in line.changes}
    held = []
    for one in in_force:
        change = changes.get(one.row_id)
        if change is None:
            said = "Nothing: no test is asked of this patient now."
        elif change.after is None or change.before is None:
            said = f"Nothing: {change.why}."
        else:
            said = compare_words(change.before, change.after)
        held.append((one, names.get(one.key, "unknown patient"), said))
    return held, [(one, names.get(one.key, "unknown patient"), "") for one in over]


def override_name(one: Override, who: str) -> str:
    """One override in a line of a list."""
    return f"{who}: {analyte_name(one.test)} every {count_text(one.interval_days, 'day')}"


def overrides_table(state: str, found: Sequence[tuple[Override, str, str]]) -> Markup:
    """Overrides of one state as a table that says how many there are."""
    if not found:
        return tag("p", f"No override is {state}.")
    columns = {name: cells for name, cells in override_columns(found).items() if any(cells)}
    head = tag("tr", *(tag("th", name, scope="col") for name in columns))
    css = ["n-nowrap" if name in _SHORT else None for name in columns]
    rows = [
        tag("tr", *(tag("td", cell, css=one) for cell, one in zip(cells, css, strict=True)))
        for cells in zip(*columns.values(), strict=True)
    ]
    table = tag("table", tag("thead", head), tag("tbody", join(rows)), css="n-table")
    return tag("div", tag("p", f"{count_text(len(found), 'override')} {state}"), table, css="n-scroll", tabindex=0)
