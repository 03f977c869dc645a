"""Jurisdictions side by side: on each subject what every authority says by itself, and why another is silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.names import analyte_name
from core.views.proof_panel import side_line
from core.views.source_words import checked_words, place_words
from core.views.text import capital, count_text, iso_date_text, join_words, plain
from core.views.words import authority_words, title_words, words

Compared = Mapping[str, Any]

_PAIR = "with:"  # how a fact names the other drug of a pair


def jurisdictions_panel(compared: Compared) -> Markup:
    """The whole comparison: alerts by authority, then the next visits each asks for. Args: from compare_authorities."""
    rows: Sequence[Compared] = compared["rows"]
    if not compared["schedule"]:
        return tag("p", "No drug with rules is on record, so no authority has anything to say.")
    who = [one for one in compared["authorities"] if _ever_speaks(compared, one)]
    mute = [authority_words(one) for one in compared["authorities"] if one not in who]
    apart = sum(not row["agree"] for row in rows)
    said = f"{count_text(len(rows), 'subject')} on which any authority speaks; on {apart or 'none'} they differ."
    silent = f"{join_words(mute)} have no rule that speaks here." if len(mute) > 1 else (
        f"{mute[0]} has no rule that speaks here." if mute else ""
    )  # fmt: skip
    return tag(
        "div",
        tag("p", said, " ", silent),
        _table("Alerts by authority", ("Subject", *map(authority_words, who)), [_row(row, who) for row in rows])
        if rows
        else tag("p", "No authority raises an alert for this patient."),
        tag("h3", "Next visits each asks for"),
        *_visits(compared["schedule"]),
        *_disagreements(rows),
        css="n-report",
    )


def _ever_speaks(compared: Compared, authority: str) -> bool:
    visits = any(by_whom.get(authority) for by_whom in compared["schedule"].values())
    return visits or any(row["says"].get(authority, {}).get("speaks") for row in compared["rows"])


def _row(row: Compared, who: Sequence[str]) -> Markup:
    apart = None if row["agree"] else tag("div", tag("b", "they differ"))
    subject = str(row["subject"])
    subject = f"with {subject.removeprefix(_PAIR)}" if subject.startswith(_PAIR) else subject
    head = tag(
        "th",
        capital(plain(subject)),
        tag("div", f"{plain(row['drug'])} · {title_words(row['category'])}", css="n-muted"),
        apart,
        scope="row",
    )
    return tag("tr", head, *(_cell(row["says"].get(one), authority_words(one)) for one in who))


def _cell(said: Compared | None, who: str) -> Markup:
    """What one authority says. who: stands before it where a narrow screen shows the row as a list."""
    if said is None:
        return tag("td", "–", css="n-muted n-quiet", data_who=who)
    if not said["speaks"]:
        because = f"{'' if said.get('asks') else 'silent: '}{plain(str(said['because']))}"
        return tag("td", because, css="n-muted n-quiet", data_who=who)
    source = said["source"]
    place = place_words(source["document"], source["section"])
    return tag(
        "td",
        tag("div", mark_tag(said["priority"]), " ", tag("b", words(said["action"]))),
        tag("div", plain(said["advice"] or said["title"])),
        tag("div", f"{plain(place)}; {checked_words(source['checked'])}", css="n-muted"),
        data_who=who,
    )


def _visits(schedule: Mapping[str, Mapping[str, Sequence[Mapping[str, str]]]]) -> list[Markup]:
    """One line for each authority: what it asks for next, what is late by its own schedule."""
    lines = []
    for drug, by_whom in schedule.items():
        for authority, visits in by_whom.items():
            if not visits:
                continue
            said = [
                f"{analyte_name(one['test'])} {iso_date_text(one['due_date'])} ({words(one['status'])})"
                for one in visits
            ]
            lines.append(tag("li", tag("b", authority_words(authority)), f" {plain(drug)}: {'; '.join(said)}"))
    if not lines:
        return [tag("p", "No authority asks for a visit now.")]
    return [tag("ul", *lines, css="n-plain")]


def _disagreements(rows: Sequence[Compared]) -> list[Markup]:
    """Where the documents themselves differ, each once."""
    found = {one["id"]: one for row in rows for one in row["disagreements"]}
    if not found:
        return []
    items = [
        tag(
            "li",
            tag("b", plain(one["topic"])),
            *(tag("div", side_line(side)) for side in one["sides"]),
            tag("div", plain(one["note"]), css="n-muted"),
        )
        for one in found.values()
    ]
    return [tag("h3", "Where the documents differ"), tag("ul", *items, css="n-plain n-apart")]


def _table(label: str, heads: Sequence[str], rows: Sequence[Markup]) -> Markup:
    head = tag("tr", *(tag("th", one, scope="col") for one in heads))
    table = tag("table", tag("thead", head), tag("tbody", *rows), css="n-table n-compare")
    return tag("div", table, css="n-scroll", tabindex=0, role="region", aria_label=label)
