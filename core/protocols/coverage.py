"""Which rules the stories beside a protocol prove: every band, every authority, and the silence of every rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from core.protocols.cases import Case
from core.protocols.kinds import Card, Overdue, Rule, Threshold, Visits
from core.protocols.schema import Protocol

#: What a story shows of a rule: priority and action ("", "" for a visit) and the authority that speaks.
Shown = tuple[str, str, str]


def list_uncovered(protocol: Protocol, stories: Iterable[Case]) -> list[str]:
    """What no story shows, one line each. The stories are trusted: they have come out.

    Every evaluated rule needs a story in which it speaks in each of its bands or steps, and with each of its
    authorities, and one in which it is named among the silent.
    """
    rules = {rule.id: rule for rule in protocol.rules if not isinstance(rule, Card)}
    shown: dict[str, set[Shown]] = {name: set() for name in rules}
    silent: set[str] = set()
    faults = []
    for story in stories:
        named = {e.rule for e in story.alerts} | {e.rule for e in story.cannot_tell} | set(story.silent)
        named |= {line.split()[0] for e in story.alerts for line in e.says}
        faults += [f"case {story.name!r} names no evaluated rule: {name}" for name in sorted(named - set(rules))]
        silent |= set(story.silent)
        for name, said in _show(story, rules):
            shown.setdefault(name, set()).add(said)
    for name, rule in rules.items():
        steps = {(priority, action) for priority, action, _ in shown[name]}
        voices = {authority for _, _, authority in shown[name]}
        faults += [f"no case shows {name} {' '.join(step)}".rstrip() for step in sorted(_steps(rule) - steps)]
        asked = {s.authority for s in rule.says}
        faults += [f"no case shows {name} said by {voice}" for voice in sorted(asked - voices)]
        if name not in silent and not isinstance(rule, Visits):
            faults.append(f"no case shows {name} keeping silent")
    return faults


def _steps(rule: Rule) -> set[tuple[str, str]]:
    match rule:
        case Threshold():
            return {(str(b.priority), str(b.action)) for b in rule.bands if b.priority is not None}
        case Overdue():
            return {(step.priority, step.action) for step in rule.after_tolerances}
        case Visits():
            return {("", "")}
        case Card():
            return set()
        case _:
            return {(rule.priority, rule.action)}


def _show(story: Case, rules: Mapping[str, Rule]) -> Iterator[tuple[str, Shown]]:
    for alert in story.alerts:
        if alert.says:
            for line in alert.says:
                name, authority, priority, action = line.split()
                yield name, (priority, action, authority)
        elif alert.rule in rules:
            own = {s.authority for s in rules[alert.rule].says}
            for authority in own & set(alert.authority):
                yield alert.rule, (alert.priority, alert.action, authority)
    for visit in story.schedule or ():
        for name, rule in rules.items():
            if isinstance(rule, Visits) and visit.test == rule.test:
                for authority in {s.authority for s in rule.says} & set(visit.authority):
                    yield name, ("", "", authority)
