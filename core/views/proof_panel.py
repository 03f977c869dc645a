"""The printed proof of an alert as a page: the same words as `explain`, what decides first (P21)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from core.engine.standing import Alert
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.source_words import checked_words, place_words
from core.views.text import plain
from core.views.words import MARKS, authority_words, title_words, words

Told = Mapping[str, Any]

#: What a reader looks for first; the rest follows as it is printed.
_FIRST = ("Facts", "Comparison", "Would clear it", "Did not fire")
_MOST_LETTERS = 36
_POSITIONS, _DISAGREEMENTS = "Who says so", "Where the sources disagree"
_LABELLED = re.compile(r"(\S.{0,9}?\S|\S|cannot tell)(?:\s{2,}|(?<=cannot tell)\s)(.+)")


def proof_panel(told: Told, printed: str) -> Markup:
    """A proof in sections.

    Args: told (the derivation); printed (the same as `explain` prints it for reading: titles, lines indented by two).
    """
    head, sections = _parts(printed)
    ordered = sorted(sections, key=lambda one: _FIRST.index(one[0]) if one[0] in _FIRST else len(_FIRST))
    priority = str(told["alert"]["priority"])
    title = plain(head[0].partition(" ")[2].strip()) if head else ""
    lines = [tag("p", mark_tag(priority), " ", tag("b", title)), *(tag("p", line) for line in head[1:])]
    return tag("section", *lines, *(_section(told, name, body) for name, body in ordered), css="n-card n-why")


def name_alerts(alerts: Iterable[Alert]) -> dict[str, str]:
    """A short name for each of a patient's alerts: mark and category, or its title where two would be called alike."""
    several = list(alerts)
    drugs = {one.drug for one in several}
    count = Counter((one.category, one.drug) for one in several)
    return {
        one.alert_id: f"{MARKS[one.priority]} "
        + (title_words(one.category) if count[one.category, one.drug] == 1 else _short(plain(one.title)))
        + (f", {plain(one.drug)}" if len(drugs) > 1 else "")
        for one in several
    }


def _short(title: str) -> str:
    """As much of a title as a button has room for."""
    return title if len(title) <= _MOST_LETTERS else f"{title[:_MOST_LETTERS].rstrip(' ,:')}…"


def _section(told: Told, title: str, body: list[str]) -> Markup:
    if title == _POSITIONS:
        parts = [tag("dl", *_positions(told), css="n-proof")]
    elif title == _DISAGREEMENTS:
        parts = [tag("dl", *_disagreements(told), css="n-apart-list")]
    else:
        parts = _lines(body)
    return tag("section", tag("h3", title), *parts)


def _lines(body: list[str]) -> list[Markup]:
    """Labelled lines as a list of terms, any other as a paragraph, in their order."""
    out: list[Markup] = []
    terms: list[Markup] = []
    for line in body:
        found = _LABELLED.fullmatch(line)
        if found is not None:
            terms += [tag("dt", authority_words(found.group(1))), tag("dd", found.group(2))]
            continue
        out += [tag("dl", *terms, css="n-proof")] if terms else []
        terms = []
        out.append(tag("p", line))
    return [*out, tag("dl", *terms, css="n-proof")] if terms else out


def _positions(told: Told) -> list[Markup]:
    """Each thing an authority says, once: its action, its words, why, and where it stands."""
    reasons = {one["rule_id"]: one["why"] for one in told["clauses"]}
    said: dict[tuple[str, ...], Markup] = {}
    for one in told["alert"]["positions"]:
        source = one["source"]
        place = place_words(source["document"], source["section"], source["version"])
        state = "" if source["signed"] else ", awaiting clinical sign-off"
        why = reasons.get(one["rule_id"]) or ""
        key = (one["authority"], one["action"], one["advice"], place)
        said.setdefault(
            key,
            tag(
                "dd",
                tag("div", f"{words(one['action'])} ({one['priority']}). {plain(one['advice'])}"),
                tag("div", f"Why: {plain(why)}") if why else None,
                tag(
                    "div",
                    f"{plain(place)}; {checked_words(source['checked'])}{state}; rule {one['rule_id']}",
                    css="n-muted",
                ),
            ),
        )
    return [part for (who, *_), dd in said.items() for part in (tag("dt", authority_words(who)), dd)]


def _disagreements(told: Told) -> list[Markup]:
    """Where the documents differ: the topic, each side, what follows."""
    return [
        part
        for one in told["disagreements"]
        for part in (
            tag("dt", plain(one["topic"])),
            *(tag("dd", side_line(side)) for side in one["sides"]),
            tag("dd", plain(one["note"]), css="n-muted"),
        )
    ]


def side_line(side: Mapping[str, str]) -> str:
    """What one side of a disagreement says, and how that was checked."""
    return f"{authority_words(side['who'])}: {plain(side['says'])} ({checked_words(side['checked'])})"


def _parts(printed: str) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The lines before the first section, and each section with its lines, what was wrapped joined again."""
    head: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    for block in printed.split("\n\n"):
        lines = block.splitlines()
        if not head:
            head = _joined(lines)
        elif lines:
            sections.append((lines[0].strip(), _joined(lines[1:])))
    return head, sections


def _joined(lines: list[str]) -> list[str]:
    out: list[str] = []
    for line in lines:
        further = len(line) - len(line.lstrip())
        if out and further >= 4:
            out[-1] = f"{out[-1]} {line.strip()}"
        else:
            out.append(line.strip())
    return out
