"""The rule book as one Markdown text: every drug, rule, schedule, group of events and shared number, with sources."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from core.engine.wording import test_words
from core.protocols.disagreements import Disagreement, disagreements_on
from core.protocols.kinds import Visits
from core.protocols.loader import Protocols
from core.protocols.schema import CitedSource, EventGroup, EventSelector, Protocol
from core.records import CATEGORIES
from core.views.condition_words import group_words, spelt
from core.views.rule_state import count_states, review_lines
from core.views.rule_words import RuleText, Voice, say_rule
from core.views.text import capital, count_text, join_words
from core.views.words import MARKS, response_words, title_words, words

_INTRODUCTION = """# Rule book

Printed from the protocol files by `python -m core protocols book --out docs`; never edited by hand. What each kind of
rule may say is in [the protocol language](protocol-language.md); how it is computed, to the second, in
[what the rules mean](semantics.md).

A rule answers **met**, **not met** or **cannot tell**. “Looks at” is written by the program from the rule's data, so it
is what is computed. Several rules on one fact are one alert with the strictest action; each authority's own words stay.
"""
_CHECKED_NOTE = """“Checked” says how a value was verified against its document: **checked** (read there), **checked via
reproduction** (read in another publication that repeats it), **unchecked** (professional knowledge; the
named document is where to check it), **choice** (a default of this program, no document gives it), **seed** (stated in
the clinic's own index sheet or medication guide). None of these is a clinician's sign-off.
"""
_VACCINES = {"review": "to be reviewed", "unknown": "nothing (no such code there, or none given)"}


def print_book(protocols: Protocols, today: date) -> str:
    """The whole book.

    Args: today (an overdue review is said on that day).
    """
    parts = [_INTRODUCTION, _priorities(), _CHECKED_NOTE]
    parts += [f"- [{protocol.title}](#{drug})" for drug, protocol in protocols.drugs.items()]
    parts += ["- [Numbers that every drug shares](#shared)", "- [Groups of events](#events)", ""]
    parts += [_drug(protocol, protocols, today) for protocol in protocols.drugs.values()]
    parts += [_shared(protocols), _events(protocols)]
    return "\n".join(parts).rstrip() + "\n"


def coverage_file(drug: str) -> str:
    """The name of a drug's coverage table."""
    return f"{drug.replace(' ', '-')}-coverage.md"


def anchor_of(rule_id: str) -> str:
    """Where a rule stands in the book: its own id."""
    return f"#{rule_id}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; an upright bar inside a cell stays a letter."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip() or "–"


def _priorities() -> str:
    said = "; ".join(f"{MARKS[one]}: {response_words(one)}" for one in ("high", "medium", "low"))
    return f"Priorities and the response each expects: {said}.\n"


def _drug(protocol: Protocol, protocols: Protocols, today: date) -> str:
    says = [say_rule(rule, protocol, protocols.common) for rule in protocol.rule]
    lines = [f'<a id="{protocol.drug}"></a>\n', f"## {protocol.title}\n"]
    lines += [f"> **{one}**\n" for one in review_lines(protocol, today)]
    covered = f"[Which row of the clinical reference each rule carries]({coverage_file(protocol.drug)})."
    lines.append(f"Version {protocol.version}. {count_states(protocol)} {covered}\n")
    lines.append(_off(says))
    lines.append("### Documents\n")
    lines.append(table(("Document", "Version"), ((d.document, d.version) for d in protocol.documents.values())))
    lines += [_disagreements(protocol), _schedules(protocol, says), _settings(protocol)]
    for category in CATEGORIES:
        chosen = [one for one, rule in zip(says, protocol.rule, strict=True) if rule.category == category]
        if chosen:
            lines.append(f"### {title_words(category)}\n")
            lines += [_rule(one, protocol) for one in chosen]
    return "\n".join(line for line in lines if line)


def _off(says: Sequence[RuleText]) -> str:
    off = [one for one in says if one.state.startswith("off")]
    if not off:
        return "No rule is off.\n"
    listed = ", ".join(f"[{one.id}]({anchor_of(one.id)})" for one in off)
    return f"**Off until signed** (written down, shown here, never evaluated): {listed}.\n"


def _disagreements(protocol: Protocol) -> str:
    keys = {key for rule in protocol.rule for key in rule.keys}
    found = disagreements_on(protocol.drug, keys)
    if not found:
        return ""
    lines = ["### Where the sources disagree\n", "Each side in our own words; none is settled in silence.\n"]
    for one in found:
        lines.append(f'<a id="{one.id}"></a>\n')
        lines.append(f"**{one.id}. {one.topic}.** {_ruled(one, protocol)}\n")
        lines.append(table(("Who", "Says", "Checked"), ((s.who, s.says, s.checked) for s in one.sides)))
        lines.append(f"{one.note}\n" if one.note else "")
    return "\n".join(line for line in lines if line)


def _ruled(one: Disagreement, protocol: Protocol) -> str:
    ids = [f"{protocol.drug}.{rule.id}" for rule in protocol.rule if set(rule.keys) & set(one.keys)]
    return f"Rules: {', '.join(f'[{name}]({anchor_of(name)})' for name in ids)}." if ids else ""


def _schedules(protocol: Protocol, says: Sequence[RuleText]) -> str:
    rows = []
    for rule, told in zip(protocol.rule, says, strict=True):
        if isinstance(rule, Visits):
            dates = "; ".join(f"{when} ({window})" for when, window in told.dates)
            tests = join_words(map(test_words, (rule.test, *rule.or_tests)), "or")
            who = join_words(f"{v.authority} (only {v.only_for})" if v.only_for else v.authority for v in told.says)
            state = f" ({told.state})" if told.state else ""
            rows.append((tests, who, told.applies.rstrip("."), dates, f"[{told.id}]({anchor_of(told.id)}){state}"))
    if not rows:
        return ""
    return "### Schedules\n\n" + table(("Test", "Authority", "For whom", "When due", "Rule"), rows)


def _settings(protocol: Protocol) -> str:
    days, source = count_text(protocol.schedule.restart_after_days, "day"), _cited(protocol.schedule.source, protocol)
    return f"A break of {days} or more makes the next course a new treatment: its schedule begins again ({source}).\n"


def _rule(told: RuleText, protocol: Protocol) -> str:
    name = told.id.removeprefix(f"{protocol.drug}.")
    state = f" · **{told.state}**" if told.state else ""
    lines = [
        f'<a id="{told.id}"></a>\n',
        f"#### {name}\n",
        f"{capital(told.kind)} · `{told.id}` · reference {', '.join(told.keys)}{state}\n",
    ]
    lines += [f"**{told.title}**\n"] if told.title else []
    lines.append(f"- **Looks at:** {_linked(told.looks_at, told)}")
    lines += [f"{'  ' * depth}- {_linked(said, told)}" for depth, said in told.conditions]
    lines.append(f"- **For whom and when:** {told.applies}")
    if told.replaces:
        silent = ", ".join(f"[{one}]({anchor_of(one)})" for one in told.replaces)
        lines.append(f"- **While met, these keep silent:** {silent}.")
    lines.append(f"- **Cannot tell when:** {'; '.join(told.unknown)}." if told.unknown else _always(told))
    lines.append(f"- **Advice:** {told.advice}")
    if found := disagreements_on(protocol.drug, told.keys):
        lines.append(f"- **Sources disagree:** {', '.join(f'[{one.id}](#{one.id})' for one in found)}.")
    lines.append(f"- **Why:** {told.why}\n")
    lines.append(_grades(told))
    lines.append(_voices(told.says, _stance(told)))
    return "\n".join(line for line in lines if line)


def _always(told: RuleText) -> str:
    if told.state == "reference card":
        return ""
    return "- **Cannot tell:** never; it reads only what is on record, and an empty record proves nothing."


def _linked(said: str, told: RuleText) -> str:
    """Each quoted group of events as a link to its own words."""
    for one in told.groups:
        for name in dict.fromkeys((spelt(one), capital(spelt(one)))):
            said = said.replace(f"“{name}”", f"[“{name}”](#events-{one})")
    return said


def _grades(told: RuleText) -> str:
    if len(told.steps) < 2 and not any(one.advice for one in told.steps):
        return ""
    rows = (
        (one.when, str(MARKS[one.priority]), words(one.action), one.advice or told.advice) for one in told.steps
    )  # fmt: skip
    return table(("When", "Priority", "Action named", "Advice"), rows)


def _stance(told: RuleText) -> str:
    return "; ".join(dict.fromkeys(f"{MARKS[one.priority]}, {one.action}" for one in told.steps)) or "a schedule"


def _voices(says: Sequence[Voice], stance: str) -> str:
    rows = (
        (
            one.authority + (f" (only {one.only_for})" if one.only_for else ""),
            stance, one.document, one.section, one.version, one.checked,
        )
        for one in says
    )  # fmt: skip
    return table(("Authority", "Says", "Document", "Section", "Version", "Checked"), rows)


def _shared(protocols: Protocols) -> str:
    common = protocols.common
    planning, source = common.planning, common.lasting.get("source", "")
    lines = [
        '<a id="shared"></a>\n',
        "## Numbers that every drug shares\n",
        f"### How long a finding lasts\n\n{source}.\n",
    ]
    days = ((title_words(name), count_text(n, "day")) for name, n in common.lasting.items() if isinstance(n, int))
    lines.append(table(("What", "Counts for"), days))
    lines.append(f"### Planned, starting, ended\n\n{_cited(planning.source)}.\n")
    before, after = "before its start", "from the start"
    rows = [
        (what, f"{count_text(days, 'day')} {when}")
        for what, days, when in (
            ("A course with status planned is judged from", planning.planned_from_days, before),
            ("A course merely dated later is judged from", planning.dated_later_from_days, before),
            ("Surgery, vaccination and a planned pregnancy count from", planning.foreseen_events_from_days, before),
            ("A dose is a starting dose for", planning.starting_for_days, after),
            ("What concerns a stop is shown for", planning.ended_for_days, "after the end"),
        )
    ]
    lines.append(table(("What", "How long"), rows))
    steady = common.steadiness
    stages = join_words((common.features[one].title for one in steady.stages if one in common.features), "or")
    lines.append("### When a creatinine is not steady\n")
    lines.append(
        f"From a creatinine that is for sure stage 1 or more ({stages}) until one that is for sure stage 0, unless "
        f"{group_words(steady.unless_events)} is on record: until then no clearance is judged "
        f"({_cited(steady.source)}).\n"
    )
    lines.append("### Computed values\n")
    features = (
        (one.title, one.equation, join_words(map(test_words, one.inputs)), _cited(one.source))
        for one in common.features.values()
    )
    lines.append(table(("Value", "Computed as", "From", "Source"), features))
    return "\n".join(lines)


def _events(protocols: Protocols) -> str:
    lines = [
        '<a id="events"></a>\n',
        "## Groups of events\n",
        "An event belongs to a group when any of the lines holds.\n",
    ]
    for name, group in sorted(protocols.common.events.items()):
        lines += [f'<a id="events-{name}"></a>\n', f"**{capital(spelt(name))}**: {_group(group)}\n"]
    return "\n".join(lines)


def _group(group: EventGroup) -> str:
    said = "; or ".join(_selector(one) for one in group.any)
    return f"{said}.{' For life once recorded.' if group.for_life else ''} Source: {_cited(group.source)}."


def _selector(one: EventSelector) -> str:
    said = [f"“{spelt(one.kind)}”"]
    said += [f"with code {join_words(map(words, one.code), 'or')}"] if one.code else []
    said += [f"of severity {join_words(one.severity, 'or')}"] if one.severity else []
    said += [f"with a word of: {', '.join(one.words)}"] if one.words else []
    said += [f"without a word beginning with: {', '.join(one.without_words)}"] if one.without_words else []
    vaccines = (_VACCINES.get(word, word) for word in one.vaccine)
    said += [f"whose code the catalogue of vaccines calls {join_words(vaccines, 'or')}"] if one.vaccine else []
    return " ".join(said)


def _cited(source: CitedSource, protocol: Protocol | None = None) -> str:
    """Document, section, version and how it was checked; a short name is spelt out where the file defines it."""
    known = protocol.documents.get(source.document) if protocol else None
    title, version = (known.document, known.version) if known else (source.document, source.version)
    return f"{', '.join(part for part in (title, source.section, version) if part)}; {source.checked}"
