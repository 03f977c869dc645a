"""What makes a rule unable to tell, in words: an answer of its own, never "fine"."""

from __future__ import annotations

from core.engine.wording import test_words
from core.protocols.conditions import Leaf, leaves_of
from core.protocols.kinds import Interval, OnCourse, Rule, Threshold
from core.protocols.schema import Common
from core.views.condition_words import FOR_LIFE_DAYS
from core.views.names import stale_after_days
from core.views.text import count_text, join_words
from core.views.words import reason_words

#: Beyond its inputs' own reasons, what each computed value needs; docs/semantics.md, Features.
NEEDS: dict[str, tuple[str, ...]] = {
    "creatinine_clearance": ("missing_birth_date", "out_of_scope_age", "missing_weight", "missing_sex"),
    "aki_nhse": ("missing_baseline", "missing_birth_date", "missing_sex", "missing_reference_range"),
    "aki_kdigo": ("missing_baseline",),
    "creatinine_without_history": ("missing_reference_range", "missing_sex"),
    "alt_of_upper_limit": ("missing_reference_range", "missing_sex"),
    "ast_of_upper_limit": ("missing_reference_range", "missing_sex"),
    "age": ("missing_birth_date",),
    "age_months": ("missing_birth_date",),
    "dosing_weight": ("missing_weight",),
    "dose_mg": ("unknown_dose", "missing_weight"),
    "dosing_day_mg": ("unknown_dose", "unknown_frequency", "missing_weight"),
    "dosing_day_mg_per_kg": ("unknown_dose", "unknown_frequency", "missing_weight"),
    "doses_per_day": ("unknown_frequency",),
    "weight_age": (),
}
#: Computed values that have nothing to go stale of their own: a course, or an age.
_WITHOUT_RESULT = ("age", "age_months", "dosing_weight", "dose_mg", "dosing_day_mg", "dosing_day_mg_per_kg",
                   "doses_per_day", "weight_age")  # fmt: skip


def unknown_words(rule: Rule, common: Common) -> tuple[str, ...]:
    """Why a rule may end in "cannot tell"; empty when it always can."""
    asked: list[_Asked] = []
    reasons: list[str] = []
    match rule:
        case Threshold():
            asked.append((rule.analyte, rule.feature, rule.absent == "cannot tell" and not rule.lasting))
            reasons += ["unsteady_creatinine"] if rule.steady else []
        case Interval():
            leaves = [leaf for leaf in leaves_of(rule.when) if _may_be_unknown(leaf)]
            asked += [(one.analyte, one.feature, one.absent == "cannot tell" and not one.lasting) for one in leaves]
            reasons += ["unsteady_creatinine"] if any(leaf.steady for leaf in leaves) else []
        case _:
            pass
    reasons += [reason for _, feature, _ in asked for reason in NEEDS.get(feature, ())]
    if isinstance(rule, OnCourse) and (rule.doses_per_day_above is not None or rule.doses_per_day_at_most is not None):
        reasons.append("unknown_frequency")
    return (*_results_words(asked, common), *dict.fromkeys(map(reason_words, reasons)))


#: An analyte or a feature (one is ""), and whether its absence is a cannot-tell.
_Asked = tuple[str, str, bool]


def _may_be_unknown(leaf: Leaf) -> bool:
    return bool(leaf.analyte or leaf.feature) and not leaf.missing and leaf.not_within_days is None


def _results_words(asked: list[_Asked], common: Common) -> list[str]:
    """What is said of results: those that must be there and in date, and those that must be readable."""
    missing: dict[str, str] = {}
    unreadable: dict[str, None] = {}
    for analyte, feature, must_be_there in asked:
        text = common.features.get(feature)
        inputs = text.inputs[:1] if text and feature not in _WITHOUT_RESULT else ()
        for name in (analyte, *inputs):
            if name:
                unreadable[name] = None
                missing |= {name: _in_date(name)} if must_be_there else {}
    if len(missing) > 1:
        said = [f"no result recent enough of {join_words(map(test_words, missing), 'or')}"]
    else:
        said = [f"no result of {test_words(name)}{date}" for name, date in missing.items()]
    if unreadable:
        said.append("a newest result that cannot be read, is only a bound across the limit, or is disputed")
    return said


def _in_date(analyte: str) -> str:
    days = stale_after_days(analyte)
    for_life = days is None or days >= FOR_LIFE_DAYS
    return "" if for_life else f" in the last {count_text(days or 0, 'day')}"
