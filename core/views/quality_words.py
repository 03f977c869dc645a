"""The quality figures as sentences; every share says its counts and which way is good."""

from __future__ import annotations

from collections.abc import Sequence

from core.views.markup import Markup, tag
from core.views.proportions import upper_limit
from core.views.quality import (
    ANSWERED,
    IN_TIME,
    OUTCOMES,
    Direction,
    GreenLane,
    Judged,
    Least,
    Quality,
    Rule,
    Tier,
    share_of,
    total_of,
)
from core.views.quality_tables import make_table
from core.views.quality_text import ARROWS, DIRECTIONS, TOO_FEW, TOO_FEW_LOOKS, percent_text, upward_text
from core.views.text import EN_DASH, NBSP, count_text, date_text, join_words

#: How many clean looks bring the green lane's bound to what.
_LOOKS = (20, 59, 149, 299, 598)
_TELLING = 1.05  # a design effect nobody would notice is not spoken of
METHOD = (
    "Limits: a p-chart with exact binomial limits around the share of all groups together, for each group's own number "
    "of tests (as a funnel: Spiegelhalter, Stat Med 2005;24:1185). Chance alone leaves at most 1 group in 20 outside "
    "the 95 % limits and 1 in 500 outside the 99.8 % limits."
)
ON_TIME_MEANS = (
    "On time: a readable result lies inside the test's window. Counted are windows that closed in the period and lay "
    "wholly within a treatment; a test whose treatment ended meanwhile is left out, done or not."
)
TIME_MEANS = (
    "The clock is the worklist's: it starts when somebody could know that the alert stood at its tier and stops at the "
    "first acknowledgement, snooze, decision or closure; assigning and noting do not stop it. An alert that ended on a "
    "newer result within its time asked for no answer and is not judged; nor is one that was over before people began "
    "to act here."
)
YIELD_MEANS = (
    "An alert counts once, under the rule that led it at its strictest. Its answer is the latest one that stands. "
    "Shares are of answered alerts, with their 95 % interval (Wilson, 1927). A rule with a low share is a reason to "
    "look at it; nothing is muted automatically."
)


def period_line(quality: Quality) -> Markup:
    """Which days, whom, and since when people have acted here."""
    since = (
        f"people have acted here since {date_text(quality.acting_since)}"
        if quality.acting_since is not None
        else "nobody has acted on an alert here yet"
    )
    said = (
        f"{date_text(quality.start + 1)} to {date_text(quality.end)} · "
        f"{count_text(quality.people, 'patient')} treated, "
        f"{quality.months:,.0f}{NBSP}patient-months · {since}"
    )
    notes = [
        f"{count_text(quality.failed, 'patient')} could not be evaluated and are not counted" if quality.failed else "",
        f"{count_text(quality.unmatched, 'act')} on facts withdrawn since are not counted" if quality.unmatched else "",
    ]
    return tag("p", " · ".join([said, *filter(None, notes)]), role="status")


def headline(quality: Quality) -> Markup:
    """The four figures of the screen, each with its counts and which way is good."""
    total = total_of(quality.on_time.get("drug", ()))
    high = next(one for one in quality.tiers if one.priority == "high")
    fired = sum(one.fired for one in quality.rules)
    rate = f"{fired / quality.months:.2f}" if quality.months else EN_DASH
    green = quality.green
    least = quality.least
    return tag(
        "dl",
        _figure(
            "Due tests on time", percent_text(share_of(total.on_time, total.asked, least["on_time"].count)),
            f"{total.on_time:,} of {count_text(total.asked, 'test')}", "higher",
        ),
        _figure(
            "High alerts answered in time",
            _in_time_text(quality, high),
            _judged_words(quality, high),
            "higher",
        ),
        _figure(
            "Alerts per patient-month", rate, f"{count_text(fired, 'alert')} raised by {len(quality.rules):,} rules",
            "lower",
        ),
        _figure(
            "Green lane misses at most", _green_figure(green, least["green_lane"]),
            _green_counts(green, least["green_lane"]), "lower",
        ),
        css="n-figures",
    )  # fmt: skip


def _green_figure(green: GreenLane, least: Least) -> str:
    """The bound, from so many looks on that it tells something; a miss is told from the first one on."""
    if not green.looked:
        return "not known"
    if green.looked >= least.count:
        return upward_text(green.bound)
    return f"{green.missed:,} missed" if green.missed else TOO_FEW_LOOKS


def _green_counts(green: GreenLane, least: Least) -> str:
    told = f"{green.missed:,} missed of {green.looked:,} looked at"
    return told if green.looked >= least.count else f"{told}; told from {least.count} looks on"


def _in_time_text(quality: Quality, high: Tier) -> str:
    if quality.acting_since is None:
        return "cannot be told"
    return percent_text(share_of(high.in_time, high.judged, quality.least["time_to_act"].count))


def _judged_words(quality: Quality, high: Tier) -> str:
    late = sum(one.priority == "high" for one in quality.breaches)
    told = f"{high.in_time:,} of {high.judged:,} judged" if quality.acting_since is not None else "no act recorded yet"
    return f"{told}, {late:,} open past their time"


def _figure(name: str, figure: str, counts: str, direction: Direction) -> Markup:
    return tag(
        "div", tag("dt", name), tag("dd", tag("b", figure, css="n-figure")), tag("dd", counts),
        tag("dd", DIRECTIONS[direction], css="n-muted"), css="n-card",
    )  # fmt: skip


def method_words(effect: float) -> str:
    """How the limits were computed, and by how much tests of one patient going together widen them."""
    if effect < _TELLING:
        return METHOD
    return (
        f"{METHOD} Tests of one patient go together: they tell as little as {effect:.1f} times fewer tests of "
        "different patients would (design effect, Kish 1965), and the limits are widened by that."
    )


def on_time_line(grouping: str, groups: Sequence[Judged], least: Least) -> Markup:
    """All groups in one sentence, with how many are not judged and why."""
    total = total_of(one.group for one in groups)
    few = sum(one.share is None for one in groups)
    outside = sum(one.standing not in ("within", "too_few") for one in groups)
    said = (
        f"{total.on_time:,} of {count_text(total.asked, 'due test')} on time; {total.later:,} later, "
        f"{total.never:,} not done. {count_text(outside, 'group') if outside else 'No group'} beyond the 95 % limits."
    )
    if grouping in IN_TIME:
        said += " The first and the last may be cut by the period."
    if few:
        said += f" {count_text(few, 'group')} {TOO_FEW}: fewer than {least.count}; {least.why}."
    return tag("p", said)


def rules_line(rules: Sequence[Rule], least: Least) -> Markup:
    """All rules in one sentence."""
    fired = sum(one.fired for one in rules)
    answered = {name: sum(one.outcomes.get(name, 0) for one in rules) for name in ANSWERED}
    said = [f"{count} {OUTCOMES[name].lower()}" for name, count in answered.items() if count]
    told = join_words(said) if said else "none of them answered yet"
    few = sum(one.answered < least.count for one in rules)
    note = (
        f" {count_text(few, 'rule')} {TOO_FEW}: fewer than {least.count} answers; {least.why}." if few and said else ""
    )
    return tag("p", f"{count_text(fired, 'alert')} raised by {count_text(len(rules), 'rule')}: {told}.{note}")


def green_words(green: GreenLane, least: Least) -> Markup:
    """What is known of the green lane, and what more looks would tell."""
    signed = f"{count_text(green.signed, 'patient')} signed off together in this period. " if green.signed else ""
    if not green.signed and not green.looked:
        first = "No patient was signed off together in this period, so nothing is known of what the green lane misses."
    elif not green.looked:
        first = f"{signed}Nobody looked at a sample of them first, so nothing is known of what the green lane misses."
    else:
        rule = "; with none missed this is the rule of three" if not green.missed else ""
        first = (
            f"{signed}{count_text(green.looked, 'patient')} drawn at random for the green lane were looked at by "
            f"somebody first; in {green.missed:,} of them something was found that the lane had missed. "
        )
        if green.looked < least.count:
            first += f"That is {TOO_FEW_LOOKS} how much the lane misses: {least.why}."
        else:
            first += (
                f"With 95 % confidence the lane misses at most {upward_text(green.bound)} (one-sided exact limit, "
                f"Clopper and Pearson 1934{rule})."
            )
    heads = (("Looked at, none missed", "n-number"), (f"Misses at most {ARROWS['lower']}", "n-number"))
    rows = [
        tag("tr", tag("td", f"{n:,}", css="n-number"), tag("td", upward_text(upper_limit(0, n)), css="n-number"))
        for n in _LOOKS
    ]
    return tag(
        "div", tag("p", first), tag("p", "What clean looks would tell:"), make_table(heads, rows), css="n-report"
    )
