"""Who looked at, exported or acted on one patient, as the trail tells it, under the acts on the patient's screen."""

from __future__ import annotations

from collections.abc import Sequence

from core.acts import Act
from core.views.audit import Line, second_text
from core.views.audit_subject import name_alerts, subject_words
from core.views.markup import Markup, tag
from core.views.text import count_text, plain
from core.views.unbroken import unbroken

MOST = 25  # the newest; all of them stand on Audit, where they can be filtered and taken away


def trail_table(lines: Sequence[Line], acts: Sequence[Act]) -> Markup:
    """The newest entries of one patient's trail with their count. Args: lines (all of theirs, newest first); acts."""
    alerts = name_alerts(acts)
    if not lines:
        return tag("p", "The trail tells of nobody who looked at this patient.")
    told = [
        (plain(one.by), one.what, subject_words(one.subject, alerts), one.before, one.after, plain(one.why))
        for one in lines[:MOST]
    ]
    heads = ("Who", "What", "Exactly", "Before", "After", "Why")
    kept = [place for place in range(len(heads)) if any(one[place] for one in told)]  # no column that says nothing
    rows = [
        tag("tr", tag("th", unbroken(second_text(one.at)), scope="row"), *(tag("td", cells[place]) for place in kept))
        for one, cells in zip(lines, told, strict=False)
    ]
    head = tag("tr", *(tag("th", one, scope="col") for one in ("When", *(heads[place] for place in kept))))
    table = tag("table", tag("thead", head), tag("tbody", *rows), css="n-table n-records")
    more = "" if len(lines) <= MOST else f"; all {len(lines):,} stand on Audit"
    said = f"showing {min(len(lines), MOST):,} of {count_text(len(lines), 'entry', 'entries')}, newest first{more}"
    return tag(
        "div", tag("h3", "Audit trail of this patient"), tag("p", said),
        tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label="Audit trail of this patient"),
        css="n-report",
    )  # fmt: skip
