"""What people did about one patient: every act, newest first, with who, when, about what and why."""

from __future__ import annotations

from collections.abc import Sequence

from core.acts import Act, Kind
from core.alerts.dispositions import dispositions
from core.views.markup import Markup, tag
from core.views.text import count_text, date_text, moment_text, plain
from core.views.words import title_words, words

_LOOK: Kind = "look"  # who looked when is for the audit trail: here it would bury what was done


def acts_table(everything: Sequence[Act]) -> Markup:
    """The acts as a table; none is said in words. Args: everything (of one patient, oldest first; looks left out)."""
    acts = [one for one in everything if one.kind != _LOOK]
    if not acts:
        return tag("p", "No act is on record: nothing was acknowledged, assigned, snoozed, noted or decided.")
    heads = ("When", "Who", "What", "About", "How", "Comment")
    head = tag("tr", *(tag("th", one, scope="col") for one in heads))
    rows = [_row(one) for one in reversed(acts)]
    table = tag("table", tag("thead", head), tag("tbody", *rows), css="n-table")
    scroll = tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label="Acts")
    return tag("div", tag("p", f"{count_text(len(acts), 'act')}, newest first"), scroll)


def _row(act: Act) -> Markup:
    about = ", ".join(part for part in (title_words(act.category) if act.category else "", plain(act.drug)) if part)
    to = f" (to the {words(act.audience)})" if act.audience and act.comment else ""
    return tag(
        "tr",
        tag("th", moment_text(act.at), scope="row"),
        tag("td", plain(act.by)),
        tag("td", title_words(act.kind)),
        tag("td", about or "the patient"),
        tag("td", _how(act)),
        tag("td", plain(act.comment) + to),
    )


def _how(act: Act) -> str:
    """The coded part of an act: its reason, what was decided, to whom it went, until when."""
    known = dispositions().get(act.disposition)
    said = [known.display if known else words(act.disposition), words(act.decision) if act.decision else ""]
    said += [f"to {plain(act.owner)}" if act.owner else ""]
    by_when = "until" if act.kind == "snooze" else "expected by"  # a promised result, or the end of a snooze
    said += [f"{by_when} {date_text(act.until)}" if act.until is not None else ""]
    return ", ".join(part for part in said if part)
