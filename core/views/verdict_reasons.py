"""Why a drug has the verdict it has: its gravest alerts with what people answered, what is unknown, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping

from core.acts import Life
from core.engine.standing import Alert, CannotTell, Visit
from core.views.answered import answer_line, unanswered_words
from core.views.asked_once import ask_once
from core.views.checked import count_beyond_limit, count_line, newest_count
from core.views.marks import mark_tag
from core.views.markup import Markup, tag
from core.views.model import PatientPicture
from core.views.names import analyte_name
from core.views.sentences import advice_line, fact_line, held_line, stance_line
from core.views.text import capital, date_text, join_words, plain
from core.views.words import words

_MOST_ALERTS = 3  # in a verdict; the rest is one click away and counted


def say_reasons(
    mark: str, alerts: list[Alert], unknown: list[CannotTell], overdue: list[Visit], lives: Mapping[str, Life]
) -> list[Markup]:
    """The reasons behind a drug's mark, the gravest first. Args: alerts (gravest first); lives (of them, by id)."""
    if alerts and mark == alerts[0].priority:
        told = [one for one in ask_once(alerts) if one.priority == mark][:_MOST_ALERTS]
        return [
            *(line for one in told for line in _alert_lines(one, lives.get(one.alert_id))),
            *_more_line(alerts, told, lives),
        ]
    told = ask_once(alerts)[:_MOST_ALERTS]
    lines = []
    if unknown:
        what = join_words(dict.fromkeys(words(one.category) for one in unknown))
        lines.append(tag("div", tag("b", f"Cannot judge {what}.")))
        lines += [tag("div", plain(text)) for text in dict.fromkeys(one.remedy for one in unknown)]
    elif overdue and not alerts:
        tests = join_words(dict.fromkeys(analyte_name(one.test) for one in overdue))
        lines.append(tag("div", tag("b", f"{tests}: was due {date_text(min(one.due for one in overdue))}.")))
    lines += [line for one in told for line in _lesser_lines(one, lives.get(one.alert_id))]
    return [*lines, *_more_line(alerts, told, lives)]


def say_quiet(picture: PatientPicture, mark: str, held: int | None, *, alarmed: bool) -> list[Markup]:
    """What a drug without an alert is told instead: since when it is held, the newest count, a limit it lies beyond.

    Hazard: HAZ-014 (a drug on hold, or a count below a drawn limit, is never called in limits).
    """
    point, beyond = newest_count(picture), count_beyond_limit(picture)
    said = []
    if held is not None and mark != "overdue":
        said.append(f"On hold since {date_text(held)}")
    if beyond is not None and not alarmed:
        said.append(f"{capital(count_line(beyond))} lies beyond a limit drawn for it")
    elif held is not None and point is not None and not alarmed:
        said.append(f"newest {count_line(point)}")
    if said:
        return [tag("div", tag("b", "; ".join(said) + "."))]
    return [tag("div", "No alert stands on what was checked.")] if mark == "in_limits" else []


def _more_line(alerts: list[Alert], told: list[Alert], lives: Mapping[str, Life]) -> list[Markup]:
    """How many alerts of a drug its verdict does not tell, and how many of those wait for an answer; none left: none.

    Hazard: HAZ-014 (six alerts stand, three are told, and the reader takes them for all).
    """
    left = [one for one in alerts if one not in told]
    if not left:
        return []
    waits = unanswered_words(left, {one.alert_id: lives[one.alert_id] for one in alerts if one.alert_id in lives})
    return [tag("div", f"+{len(left)} more{f' ({waits})' if waits else ''}, see Alerts", css="n-muted")]


def _alert_lines(alert: Alert, life: Life | None) -> list[Markup]:
    """One reason of a verdict: the fact, who says what about it, what people answered, and whether the newest result
    could not be judged.
    """
    lines = [tag("div", tag("b", fact_line(alert))), tag("div", advice_line(alert))]
    lines.append(tag("div", stance_line(alert), css="n-muted"))
    if alert.held:
        lines.append(tag("div", f"{capital(held_line(alert))}.", css="n-missing"))
    return [*lines, *_answered(life)]


def _lesser_lines(alert: Alert, life: Life | None) -> list[Markup]:
    """An alert that is not what gives the drug its mark, in one line, with what people answered."""
    return [tag("div", mark_tag(alert.priority), " ", fact_line(alert)), *_answered(life)]


def _answered(life: Life | None) -> list[Markup]:
    said = answer_line(life)
    return [tag("div", tag("b", said))] if said else []
