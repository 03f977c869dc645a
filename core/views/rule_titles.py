"""What a rule is called in lists and charts: a title in words, the id for those who look for it beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping

from core.protocols.loader import Protocols
from core.views.rule_words import RuleText, say_rule
from core.views.text import capital, join_words

_FILLED_IN = (" on …", ": was due …", ", stage …", ": …")  # ends that an alert alone can fill in
_GROUP = re.compile(r"“([^”]+)”")
_TOGETHER = re.compile(r"together with ([^,.]+?)(, | or |$|\.)")
_SCHEDULE = "schedule"
_LONGEST = 70  # letters of a title: one line beside its figures


def name_rules(protocols: Protocols) -> Mapping[str, str]:
    """Every rule's title by its id (drug.rule): no two of a drug are the same, so that a title is one rule.

    "Neutrophils below 1.5 ×10⁹/L (EMA)". They hold nobody's data, and live and die with these very rules.
    """
    kept = ("rule titles", "")
    if kept not in protocols.compiled:
        titles: dict[str, str] = {}
        for protocol in protocols.drugs.values():
            told = {f"{protocol.drug}.{rule.id}": say_rule(rule, protocol, protocols.common) for rule in protocol.rule}
            named = {rule_id: title_of(one) for rule_id, one in told.items()}
            for more in (_authorities, _phase, lambda one: one.id.partition(".")[2]):
                named = _tell_apart(named, told, more)
            titles |= named
        protocols.compiled[kept] = titles
    found: Mapping[str, str] = protocols.compiled[kept]
    return found


def _tell_apart(
    named: Mapping[str, str], told: Mapping[str, RuleText], more: Callable[[RuleText], str]
) -> dict[str, str]:
    """Titles of which none is said twice, as far as `more` of a rule tells them apart."""
    counts = Counter(named.values())
    return {
        rule_id: _beside(title, more(told[rule_id])) if counts[title] > 1 else title for rule_id, title in named.items()
    }


def _beside(title: str, more: str) -> str:
    """A title with one more thing in its brackets."""
    if not more:
        return title
    return f"{title[:-1]}, {more})" if title.endswith(")") else f"{title} ({more})"


def title_of(told: RuleText) -> str:
    """One rule in words, without what only an alert can fill in; where it has no title, what it looks at."""
    said = told.title
    for tail in _FILLED_IN:
        said = said.replace(tail, "")
    group, together = _GROUP.match(told.looks_at), _TOGETHER.search(told.looks_at)
    if group:
        said = said.replace("…", group[1] if said.startswith("…") else group[1].lower(), 1)
    elif together and said.startswith("Together with …"):
        said = said.replace("…", together[1] + (" and others" if together[2].strip() in (",", "or") else ""), 1)
    if not said or "…" in said:
        what, _, dates = told.looks_at.partition(", each result")[0].rstrip(".:").partition(": ")
        said = f"{what}: {_SCHEDULE}" if dates and told.kind == _SCHEDULE else what
    while len(said) > _LONGEST and ", " in said:
        said = said.rpartition(", ")[0]
    return capital(said.strip(" ,"))


def _phase(told: RuleText) -> str:
    """For whom it is: "before a planned start"."""
    first = re.split(r"[,;.]", told.applies)[0]
    return first[:1].lower() + first[1:]


def _authorities(told: RuleText) -> str:
    return join_words(dict.fromkeys(one.authority for one in told.says))
