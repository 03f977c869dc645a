"""The quarantine: what waits to be mended, why, and each row exactly as it came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from core.records import COURSE_STATUSES, EVENT_KINDS, SEVERITIES, SEXES, STATUSES
from core.views.import_model import Quarantine, Refused, Tried
from core.views.markup import Markup, tag
from core.views.names import analyte_name
from core.views.read_rows import cells, column_words
from core.views.text import count_text, plain
from core.views.words import reason_words, title_words


def count_reasons(rows: Iterable[Refused]) -> dict[str, int]:
    """Reason -> how many rows, the commonest first."""
    return dict(Counter(one.reason for one in rows).most_common())


def narrow(rows: Sequence[Refused], reasons: frozenset[str], sources: frozenset[str]) -> list[Refused]:
    """The rows with one of these reasons, from one of these sources; an empty set narrows nothing."""
    return [one for one in rows if (not reasons or one.reason in reasons) and (not sources or one.source in sources)]


def columns(rows: Sequence[Refused]) -> dict[str, list[str]]:
    """The rows as the table's columns."""
    return {
        "Reason": [reason_words(one.reason) for one in rows],
        "Patient": [plain(one.patient_id) for one in rows],
        "Column": [plain(one.column) for one in rows],
        "Value": [plain(one.value) for one in rows],
        "What to do": [plain(one.message) for one in rows],
        "Row of": [title_words(one.kind) for one in rows],
        "Source": [plain(one.source) for one in rows],
        "File": [f"{plain(one.file)}, row {one.row}" for one in rows],
    }


def beside(quarantine: Quarantine) -> str:
    """How many rows were ever refused and how many of them are settled, to stand beside how many wait."""
    settled = quarantine.ever - len(quarantine.rows)
    return f"{quarantine.ever:,} ever refused, {settled:,} settled since"


def card(row: Refused) -> Markup:
    """One row exactly as it came, what is wrong with it, and what it holds up."""
    held = (
        tag(
            "p",
            tag("b", "It holds up: ", css="n-missing"),
            f"{analyte_name(row.mark)} of patient {plain(row.patient_id)} cannot be judged while this row is newest.",
        )
        if row.mark
        else None
    )
    fields = tag(
        "table",
        tag("thead", cells("Column", "As given", head=True)),
        tag("tbody", *(cells(column_words(name), plain(text)) for name, text in row.fields.items())),
        css="n-table",
    )
    known = [] if all(one in row.message for one in _known_words(row)) else _known_words(row)
    where = f"{plain(row.file)}, row {row.row}, from {plain(row.source)}"
    return tag(
        "section",
        tag("h3", f"{title_words(row.kind)} row: {reason_words(row.reason)} ", tag("span", where, css="n-muted")),
        tag("p", plain(row.message)),
        tag("p", tag("b", "Words it may be: "), ", ".join(known)) if known else None,
        held,
        fields if row.fields else tag("p", "The row was empty but for its line breaks."),
        css="n-card n-report",
    )


def _known_words(row: Refused) -> Sequence[str]:
    """The words a cell may hold that holds another one."""
    if row.reason != "unknown_code":
        return ()
    statuses = {"result": STATUSES, "medication": COURSE_STATUSES}.get(row.kind, ())
    known: Mapping[str, Sequence[str]] = {
        "kind": tuple(EVENT_KINDS), "sex": SEXES, "severity": SEVERITIES, "status": statuses,
    }  # fmt: skip
    return known.get(row.column, ())


def told(tried: Tried) -> Markup:
    """What came of trying again: both numbers, and why the rest is still refused."""
    if tried.mended == tried.tried == 1:
        return tag("p", tag("b", "Mended: the row could be read and stands now."), css="n-card", role="status")
    said = (
        f"{tried.mended:,} of {count_text(tried.tried, 'row')} could be read now; {tried.still_refused:,} still wait."
    )
    why = dict.fromkeys(issue.message for issue in tried.issues)
    listed = [tag("li", plain(message)) for message in list(why)[:_MOST_REASONS]]
    more = len(why) - len(listed)
    if more > 0:
        listed.append(tag("li", f"and {more:,} more sentences, each with its row in the list."))
    return tag(
        "div",
        tag("p", tag("b", said)),
        tag("ul", *listed, css="n-plain") if listed else None,
        css="n-card",
        role="status",
    )


_MOST_REASONS = 5
