"""One rule as a clinician reads it: what it looks at, for whom and when, who says what, and when it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass

from core.engine.wording import test_words
from core.protocols.conditions import Band, leaves_of
from core.protocols.kinds import (
    Baseline,
    Card,
    CourseRule,
    EventRule,
    Interaction,
    Interval,
    Milestone,
    OnCourse,
    Overdue,
    Rule,
    Threshold,
    Treated,
    VisitPhase,
    Visits,
)
from core.protocols.schema import Common, Protocol
from core.views.condition_words import (
    TreeLine,
    coded_words,
    depth_of,
    drug_words,
    graded_stretches,
    group_words,
    lasting_words,
    range_words,
    say_condition,
    tree_lines,
    value_words,
)
from core.views.names import analyte_unit, unit_text
from core.views.rule_unknown import unknown_words
from core.views.text import count_text, join_words, number_text
from core.views.words import authority_words, indication_words, title_words, words

KIND_WORDS = {
    "threshold": "limits of a value",
    "interval": "conditions together",
    "event": "something that happened",
    "course": "the course itself",
    "interaction": "another drug",
    "visits": "schedule",
    "baseline": "test missing before the start",
    "overdue": "test overdue",
    "milestone": "date to remember",
    "card": "reference card",
}
_PHASES = {
    "planned": "before a planned start", "running": "on treatment", "held": "while on hold",
    "ended": "after the end of treatment",
}  # fmt: skip
_DEEPEST, _LONGEST = 2, 200  # joins inside one another, and letters, that a sentence can carry
OFF = "off until signed"
CARD = "reference card"


@dataclass(frozen=True, slots=True)
class Step:
    """One grade of a rule: when it is this grade ("" = whenever the rule is met), how urgent, what is named."""

    when: str
    priority: str
    action: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """One authority on a rule, with its document and how the value was verified."""

    authority: str
    document: str
    section: str
    version: str
    checked: str
    only_for: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in words. looks_at: one sentence. conditions: its tree where a sentence cannot carry it, else empty.

    state: "", "off until signed" or "reference card". dates: (when, tolerance) of a schedule. unknown: what makes it
    unable to tell; empty: it always can. groups: the groups of events it names. title: with "…" for what an alert
    fills in.
    """

    id: str
    keys: tuple[str, ...]
    kind: str
    category: str
    state: str
    title: str
    looks_at: str
    conditions: tuple[TreeLine, ...]
    applies: str
    steps: tuple[Step, ...]
    says: tuple[Voice, ...]
    advice: str
    why: str
    unknown: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    replaces: tuple[str, ...]


def say_rule(rule: Rule, protocol: Protocol, common: Common) -> RuleText:
    """One rule of a protocol in words, generated from its data alone."""
    tree = isinstance(rule, Interval) and _needs_lines(rule, common)
    documents = protocol.documents
    return RuleText(
        id=f"{protocol.drug}.{rule.id}",
        keys=rule.keys,
        kind=KIND_WORDS[rule.kind],
        category=title_words(rule.category),
        state=rule_state(rule),
        title=_filled(rule.title, rule),
        looks_at=_sentence(_looks_at(rule, protocol, common), ":" if tree else "."),
        conditions=_tree(rule, common)[1:] if tree and isinstance(rule, Interval) else (),
        applies=_sentence(applies_words(rule, common)),
        steps=_steps(rule, common),
        says=tuple(
            Voice(
                authority_words(one.authority),
                documents[one.document].document,
                one.section,
                documents[one.document].version,
                one.checked,
                join_words(one.indications),
            )
            for one in rule.says
        ),
        advice=_filled(rule.advice, rule),
        why=rule.why,
        unknown=unknown_words(rule, common),
        dates=_dates(rule),
        groups=tuple(dict.fromkeys(filter(None, _groups(rule)))),
        replaces=tuple(f"{protocol.drug}.{one}" for one in rule.replaces) if isinstance(rule, Interval) else (),
    )


def rule_state(rule: Rule) -> str:
    """Whether a rule is evaluated (""), written down but off, or shown as a card."""
    if not rule.enabled:
        return OFF
    return CARD if isinstance(rule, Card) else ""


def applies_words(rule: Rule, common: Common) -> str:
    """For whom and when a rule holds."""
    said = []
    if isinstance(rule, OnCourse):
        phases = [_PHASES[phase] for phase in rule.phases]
        if "ended" in rule.phases:
            phases[-1] += f" (for {count_text(common.planning.ended_for_days, 'day')})"
        said.append(join_words(phases))
        if rule.doses_per_day_above is not None:
            said.append(f"dosed more often than {_frequency(rule.doses_per_day_above)}")
        if rule.doses_per_day_at_most is not None:
            said.append(f"dosed {_frequency(rule.doses_per_day_at_most)} or less often")
    if isinstance(rule, OnCourse | Treated):
        said += [f"only in {join_words(map(indication_words, rule.indications))}"] if rule.indications else []
        said += [f"not in {join_words(map(indication_words, rule.not_indications))}"] if rule.not_indications else []
    return "; ".join(said) or ("every treatment" if isinstance(rule, Treated) else "everybody")


def _looks_at(rule: Rule, protocol: Protocol, common: Common) -> str:
    match rule:
        case Threshold():
            return _threshold(rule, common)
        case Interval():
            if _needs_lines(rule, common):
                return _tree(rule, common)[0][1].replace(" of:", " of the following")
            return say_condition(rule.when, common)
        case EventRule():
            other = f", other than {group_words(rule.except_events)}" if rule.except_events else ""
            return f"{group_words(rule.events)} on record{other}"
        case CourseRule():
            return "the course itself: for which indication it is given"
        case Interaction():
            other = f", other than {join_words(map(drug_words, rule.except_drugs), 'or')}" if rule.except_drugs else ""
            return (
                f"taken, or planned to be taken, together with {join_words(map(drug_words, rule.drugs), 'or')}{other}"
            )
        case Visits():
            return _visits(rule)
        case Baseline():
            days, tests = _baseline_of(rule.test, protocol)
            return f"no result of {join_words(tests, 'or')} in the {count_text(days, 'day')} before the start"
        case Overdue():
            _, tests = _baseline_of(rule.test, protocol)
            return f"a scheduled test of {join_words(tests, 'or')} without a result after its window"
        case Milestone():
            start = "the restart of treatment" if rule.of == "restart" else "the start of treatment"
            return f"{_months(rule.months)} {start}, shown for {count_text(rule.open_days, 'day')}"
        case Card():
            return "nothing in the records can trigger it; it is shown beside the drug"


def _threshold(rule: Threshold, common: Common) -> str:
    said = " or ".join(value_words(one, rule.analyte, rule.feature, common) for one in graded_stretches(rule.bands))
    extra = [lasting_words(rule.lasting, common)] if rule.lasting else []
    extra += ["whatever result follows"] if rule.whatever_follows else []
    extra += ["with a steady creatinine"] if rule.steady else []
    extra += ["at the first such result only"] if rule.first_only else []
    if rule.sustained:
        extra.append(
            f"in at least {rule.sustained.results} results in a row, the last at least "
            f"{count_text(rule.sustained.days, 'day')} after the first"
        )
    extra += [f"unless {group_words(rule.unless_events)} is on record"] if rule.unless_events else []
    return ", ".join([said, *extra])


def _visits(rule: Visits) -> str:
    tests = join_words(map(test_words, (rule.test, *rule.or_tests)), "or")
    before = f"before the start (the {count_text(rule.baseline_days, 'day')} before)"
    if rule.follows:
        return f"{tests}: {before}, then on the dates set for {test_words(rule.follows)}"
    dates = [f"{_phase(one)} (±{count_text(one.tolerance_days, 'day')})" for one in rule.phases]
    return f"{tests}: {before}" + (f", then {join_words(dates)}" if dates else " only")


def _baseline_of(test: str, protocol: Protocol) -> tuple[int, list[str]]:
    """The narrowest window before the start, and every test that answers."""
    asked = [one for one in protocol.rule if isinstance(one, Visits) and one.test == test]
    tests = dict.fromkeys(name for one in asked for name in (one.test, *one.or_tests))
    return min(one.baseline_days for one in asked), [test_words(name) for name in tests]


def _dates(rule: Rule) -> tuple[tuple[str, str], ...]:
    if not isinstance(rule, Visits):
        return ()
    first = ("before the start", f"in the {count_text(rule.baseline_days, 'day')} before")
    if rule.follows:
        return (first, (f"as {test_words(rule.follows)}", "the same windows"))
    return (first, *((_phase(one), f"±{count_text(one.tolerance_days, 'day')}") for one in rule.phases))


def _phase(phase: VisitPhase) -> str:
    if phase.months:
        return f"{_months(phase.months)} the start"
    if phase.days:
        return f"{join_words(map(str, phase.days))} days after the start"
    every = count_text(phase.every_months or 0, "month")
    return f"every {every} from month {phase.from_month} on, without end"


def _months(months: tuple[int, ...]) -> str:
    if months == (0,):
        return "at"
    return f"{join_words(map(str, months))} month{'' if months == (1,) else 's'} after"


def _steps(rule: Rule, common: Common) -> tuple[Step, ...]:
    match rule:
        case Threshold():
            graded = [one for one in rule.bands if one.priority is not None]
            return tuple(
                Step(
                    _band_words(one, rule, common) if len(graded) > 1 else "",
                    one.priority or "", words(one.action or ""), _filled(one.advice, rule),
                )
                for one in graded
            )  # fmt: skip
        case Overdue():
            return tuple(
                Step(
                    "from the day after the window" if one.times == 1
                    else f"from {one.times} times the tolerance after the due day",
                    one.priority, words(one.action), one.advice,
                )
                for one in rule.after_tolerances
            )  # fmt: skip
        case Visits():
            return ()
        case _:
            return (Step("", rule.priority, words(rule.action)),)


def _band_words(band: Band, rule: Threshold, common: Common) -> str:
    if not rule.analyte:
        return value_words(band, rule.analyte, rule.feature, common)
    unit = analyte_unit(rule.analyte)
    return range_words(band, unit_text(unit)) if unit else coded_words(band)


def _groups(rule: Rule) -> list[str]:
    match rule:
        case Threshold():
            return [rule.unless_events]
        case EventRule():
            return [rule.events, rule.except_events]
        case Interval():
            return [leaf.events for leaf in leaves_of(rule.when)]
        case _:
            return []


def _needs_lines(rule: Interval, common: Common) -> bool:
    """Whether its conditions are too deep or too many for one sentence."""
    deep = depth_of(rule.when)
    return deep > _DEEPEST or (deep > 1 and len(say_condition(rule.when, common)) > _LONGEST)


def _tree(rule: Interval, common: Common) -> tuple[TreeLine, ...]:
    """The whole tree; its first line is its head."""
    return tuple(tree_lines(rule.when, common))


def _filled(text: str, rule: Rule) -> str:
    """A title or advice with its only limit filled in; what an alert alone can know is "…"."""
    limits = (
        [b.below if b.below is not None else b.below_or_at for b in rule.bands] if isinstance(rule, Threshold) else []
    )
    known = {one for one in limits if one is not None}
    limit = number_text(next(iter(known))) if len(known) == 1 else "the limit"
    if isinstance(rule, Threshold) and rule.analyte and len(known) == 1:
        limit = f"{limit} {unit_text(analyte_unit(rule.analyte))}".strip()
    return text.format(value="…", limit=limit, unit="", date="…", event="…", drug="…")


def _frequency(per_day: float) -> str:
    """A frequency as a prescription says it."""
    said = {1.0: "once daily", 0.5: "on alternate days", 2.0: "twice daily"}.get(per_day)
    return said or f"{number_text(per_day)} times a day"


def _sentence(said: str, end: str = ".") -> str:
    """A phrase as a sentence; a capital after an opening quotation mark or bracket."""
    place = 1 if said[:1] in "“(" else 0
    return f"{said[:place]}{said[place : place + 1].upper()}{said[place + 1 :]}{end}"
