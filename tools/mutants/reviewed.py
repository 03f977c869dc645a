"""Changes that nothing can tell apart from the rule as it is, each with the reason. Short, and read by people."""

from __future__ import annotations

_WORDS_REACH_CODES = "the words of the next entry are looked for in the code as well"
_NO_COURSE = "nothing is dosed by weight while no course is current"
_NARROWEST = "the other rules for Still's disease ask for 28 days as well, and the narrowest counts"
_AT_50_KG = (
    "at 50 kg and just above, 100 mg is 2 mg/kg: both halves of the label agree, and other doses the first tells"
)
_FEVER_IS_ONE = "a reported fever is one of the infection events"


EQUIVALENT: dict[str, str] = {
    "weight-out-of-date: limit 365 becomes 364": "the age told is 0 or 366: the catalogue says when a weight is old",
    "weight-out-of-date: 365 itself changes sides": "no age of 365 is ever told",
    "crp-rise: when.all.1.none.2 (events fever_reported) dropped": _FEVER_IS_ONE,
    "crp-rise: when.all.1.none.2.events fever_reported becomes infection_of_unreadable_severity": _FEVER_IS_ONE,
    "dose-fmf-still: when.any.1.all.0.below 50 becomes below_or_at": _AT_50_KG,
    "dose-fmf-still: when.any.1.all.0.below 50 becomes 50.1": _AT_50_KG,
    "weight-missing-for-dose: while: held added": _NO_COURSE,
    "weight-missing-for-dose: while: ended added": _NO_COURSE,
    "alt-visits-still: baseline_days 28 becomes 29": _NARROWEST,
    "alt-visits-still-week-2: baseline_days 28 becomes 29": _NARROWEST,
    "events.severe_hypersensitivity: any.0 (kind symptom) dropped": _WORDS_REACH_CODES,
    "events.severe_hypersensitivity: any.0.code 'anaphylaxis' dropped": _WORDS_REACH_CODES,
    "events.severe_hypersensitivity: any.0.code 'angioedema' dropped": _WORDS_REACH_CODES,
    "events.severe_hypersensitivity: any.0.code 'urticaria' dropped": _WORDS_REACH_CODES,
    "events.bruising_or_bleeding: any.0.code 'bruising' dropped": _WORDS_REACH_CODES,
    "events.anakinra_allergy: any.0.code 'anakinra' dropped": _WORDS_REACH_CODES,
    "events.influenza_vaccine: for_life turned": "its one rule counts each vaccination for 365 days, whatever its end",
}
