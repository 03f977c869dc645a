"""Met, not met, cannot tell: bands, leaves and trees of conditions at one instant (Kleene's logic)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from core.records import ACTIONS, DAY, FAR, PRIORITIES
from tests.oracle.changes import judge_change
from tests.oracle.clearance import read_clearance, read_weight_age
from tests.oracle.doses import read_age, read_age_months, read_dose, read_doses_per_day, read_dosing_weight
from tests.oracle.facts import Chart, day_of
from tests.oracle.happenings import first_done_since, spans_of_leaf
from tests.oracle.instants import INPUTS, instants_of_feature, instants_of_series
from tests.oracle.kidney_injury import read_against_upper_limit, read_creatinine_without_history, read_stage
from tests.oracle.phases import DrugCourses, courses_of
from tests.oracle.readings import Reading, read_analyte, read_point
from tests.oracle.reference import is_one_of
from tests.oracle.spans import Span, clip, holds

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"
UNSTEADY = "unsteady_creatinine"

FEATURES: dict[str, Callable[[Chart, int], Reading]] = {
    "creatinine_clearance": read_clearance,
    "aki_nhse": lambda chart, at: read_stage(chart, "aki_nhse", at),
    "aki_kdigo": lambda chart, at: read_stage(chart, "aki_kdigo", at),
    "creatinine_without_history": read_creatinine_without_history,
    "weight_age": read_weight_age,
    "age": read_age,
    "age_months": read_age_months,
    "dosing_weight": read_dosing_weight,
    "doses_per_day": read_doses_per_day,
    "dose_mg": lambda chart, at: read_dose(chart, at, of_day=False, by_weight=False),
    "dosing_day_mg": lambda chart, at: read_dose(chart, at, of_day=True, by_weight=False),
    "dosing_day_mg_per_kg": lambda chart, at: read_dose(chart, at, of_day=True, by_weight=True),
    "alt_of_upper_limit": lambda chart, at: read_against_upper_limit(chart, "alt", at),
    "ast_of_upper_limit": lambda chart, at: read_against_upper_limit(chart, "ast", at),
}
#: Why a value cannot be told for want of a result: not, say, for want of a birth date.
WANTS_OTHER_THINGS = (
    "missing_birth_date", "out_of_scope_age", "missing_reference_range", "missing_baseline", "missing_sex",
    "unknown_dose", "unknown_frequency",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule says at one instant. priority, action: when met. reason: when it cannot tell, or met may be graver.

    result_at: the result it rests on. ends: a cannot-tell that ends the finding all the same.
    """

    state: str
    reason: str = ""
    priority: str = ""
    action: str = ""
    result_at: int | None = None
    ends: bool = False


def gravity(priority: str, action: str) -> tuple[int, int]:
    """Smallest is gravest: by priority, then by action."""
    return PRIORITIES.index(priority), ACTIONS.index(action)


def _touches(band: dict[str, Any], reading: Reading) -> bool:
    return not (
        ("from" in band and reading.high < band["from"])
        or ("above" in band and reading.high <= band["above"])
        or ("below" in band and reading.low >= band["below"])
        or ("below_or_at" in band and reading.low > band["below_or_at"])
    )


def judge(reading: Reading, bands: list[dict[str, Any]], absent_is_not_met: bool) -> Answer:
    """Hold a reading against the bands of a threshold rule."""
    if reading.kind == "quiet" or (reading.kind == "absent" and absent_is_not_met):
        return Answer(NOT_MET, result_at=reading.result_at)
    if reading.kind in ("absent", "unreadable"):
        return Answer(CANNOT_TELL, reading.why, result_at=reading.result_at)
    touched = [band for band in bands if _touches(band, reading)]
    speaking = [band for band in touched if "priority" in band]
    if not speaking:
        return Answer(NOT_MET, result_at=reading.result_at)
    if len(speaking) < len(touched):
        return Answer(CANNOT_TELL, reading.why, result_at=reading.result_at)
    voices = {(band["priority"], band["action"]) for band in speaking}
    priorities = {priority for priority, _ in voices}
    if len(priorities) > 1 and "low" in priorities:  # a low alert could pass for reassurance
        return Answer(CANNOT_TELL, reading.why, result_at=reading.result_at)
    priority, action = max(voices, key=lambda voice: gravity(*voice))  # the mildest is certain; it may be graver
    return Answer(MET, reading.why if len(voices) > 1 else "", priority, action, reading.result_at)


def _once(chart: Chart, key: Any, instants: list[int], at: int, ask: Callable[[], Any]) -> Any:
    """Ask once between two instants at which the answer may change, and remember."""
    place = (key, bisect_right(instants, at))
    if place not in chart.notes:
        chart.notes[place] = ask()
    return chart.notes[place]


def _lasting_days(leaf: dict[str, Any], common: dict[str, Any]) -> int | None:
    return common["lasting"][leaf["lasting"]] if "lasting" in leaf else None


def _reading_of(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Reading:
    """What the analyte or feature of a rule or leaf says."""
    if "feature" not in leaf:
        return read_analyte(chart, leaf["analyte"], at, _lasting_days(leaf, common))
    name = leaf["feature"]
    reading: Reading = _once(
        chart, ("feature", name), instants_of_feature(chart, name), at, lambda: FEATURES[name](chart, at)
    )
    return reading


def threshold_answer(chart: Chart, rule: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """A threshold rule's value against its bands, before any condition on runs, events or phases."""
    if rule.get("steady") and holds(chart.unsteady, at):
        return Answer(CANNOT_TELL, UNSTEADY, ends=True)
    if rule.get("whatever_follows") and (lasting := _lasting_answer(chart, rule, common, at)):
        return lasting
    if rule.get("whatever_follows"):
        reading = read_analyte(chart, rule["analyte"], at, _lasting_days(rule, common), _worse_end(rule["bands"]))
        return judge(reading, rule["bands"], rule.get("absent") == "not met")
    return judge(_reading_of(chart, rule, common, at), rule["bands"], rule.get("absent") == "not met")


def _worse_end(bands: list[dict[str, Any]]) -> str:
    """Which end of a dispute is the worse: the high one, unless high values are the clear ones."""
    topmost = next(band for band in bands if "below" not in band and "below_or_at" not in band)
    return "high" if "priority" in topmost else "low"


def _lasting_answer(chart: Chart, rule: dict[str, Any], common: dict[str, Any], at: int) -> Answer | None:
    """What the latest result that was met says as long as it counts, whatever came after it."""
    days, worse = common["lasting"][rule["lasting"]], _worse_end(rule["bands"])
    for point in reversed(chart.points(rule["analyte"])):
        if point.at <= at < point.at + days * DAY:
            answer = judge(read_point(point, worse), rule["bands"], absent_is_not_met=False)
            if answer.state == MET:
                return answer
    return None


def _fall_answer(chart: Chart, leaf: dict[str, Any], at: int) -> Answer:
    """Has the standing value fallen so far from the readable one before it, and within so many days?

    A fall from p to n is at least x per cent where p x (100 - x) >= 100 x n; from nothing there is no fall.
    """
    now = chart.standing(leaf["analyte"], at)
    if now is None:
        return Answer(NOT_MET)
    if not now.readable:
        return Answer(CANNOT_TELL, now.why)
    earlier = chart.earlier(leaf["analyte"], now)
    if not earlier or day_of(now.at) - day_of(earlier[-1].at) > leaf["within_days"]:
        return Answer(NOT_MET)
    before, left = earlier[-1], 100 - leaf["fallen_percent"]
    if before.high <= 0 or before.high * left < 100 * now.low:
        return Answer(NOT_MET)
    if before.low > 0 and before.low * left >= 100 * now.high:
        return Answer(MET)
    return Answer(CANNOT_TELL, now.why or before.why)


def course_spans(chart: Chart, leaf: dict[str, Any], common: dict[str, Any]) -> list[Span]:
    """The spans in which the drug's own course is as the leaf asks; per_kg is asked instant by instant."""
    own = chart.own
    assert own is not None
    if own.beside:
        return _course_spans_beside(chart, leaf, own, common)
    if leaf["course"] == "starting":
        after = common["planning"]["starting_for_days"] * DAY
        spans = [(treatment.start, treatment.start + after) for treatment in chart.treatments]
        return clip(spans + own.planning(own.planned), own.died)
    days, spans = leaf["days"], []
    for treatment in chart.treatments:
        if treatment.is_open:
            spans.append((treatment.start + days * DAY, FAR))
        elif day_of(treatment.end) - day_of(treatment.start) != days:
            lead = own.dated_later_from_days if treatment.start > chart.at else 0
            spans.append((treatment.start - lead * DAY, treatment.end))
    for course in own.planned:
        end = min(course.end, own.died)
        if course.status == "planned" and end < FAR and day_of(end) - day_of(course.start) != days:
            spans.append((course.start - own.planned_from_days * DAY, end))
    return spans


def _course_spans_beside(chart: Chart, leaf: dict[str, Any], own: DrugCourses, common: dict[str, Any]) -> list[Span]:
    """The same of what will change or restart: it is a start unless it carries on a treatment that has long begun."""
    if leaf["course"] != "starting":
        return []
    after, pause = common["planning"]["starting_for_days"] * DAY, chart.restart_after_days * DAY
    spans: list[Span] = []
    for course in own.planned:
        start = own.meant_start(course)
        long_begun = [treatment for treatment in chart.treatments if treatment.start + after <= start]
        if not long_begun or start - long_begun[-1].end >= pause:
            spans += own.changing(course) + own.restarting(course)
    return spans


def leaf_spans(chart: Chart, leaf: dict[str, Any], common: dict[str, Any]) -> list[Span]:
    """The spans in which a leaf about events, other drugs or the course is met."""
    key = ("spans", id(leaf))
    if key not in chart.notes:
        if "events" in leaf:
            spans = spans_of_leaf(chart, leaf, common)
        elif "drugs" in leaf:
            names = {course.drug for course in chart.facts.courses if is_one_of(course.drug, tuple(leaf["drugs"]))}
            after = leaf.get("within_days", 0) * DAY
            spans = [(start, end + after) for name in names for start, end in courses_of(chart, name, common).running()]
        else:
            spans = course_spans(chart, leaf, common)
        chart.notes[key] = spans
    found: list[Span] = chart.notes[key]
    return found


def instants_of_leaf(chart: Chart, leaf: dict[str, Any], common: dict[str, Any]) -> list[int]:
    """Every instant at which the answer of a leaf (or of a threshold rule's value) may change, in order."""
    key = ("instants", id(leaf))
    if key in chart.notes:
        found: list[int] = chart.notes[key]
        return found
    instants: set[int] = set()
    if leaf.get("course") == "per_kg":
        instants.update(instants_of_feature(chart, "doses_per_day"))
    elif any(word in leaf for word in ("events", "drugs", "course")):
        instants.update(edge for span in leaf_spans(chart, leaf, common) for edge in span)
    elif "feature" in leaf:
        instants.update(instants_of_feature(chart, leaf["feature"]))
    else:
        extra = [leaf["not_within_days"]] if "not_within_days" in leaf else []
        instants.update(instants_of_series(chart, leaf["analyte"], *extra))
        if "lasting" in leaf:
            days = common["lasting"][leaf["lasting"]]
            instants.update(point.at + days * DAY for point in chart.points(leaf["analyte"]))
    if "until_result_of" in leaf:
        instants.update(point.at for point in chart.readable(leaf["until_result_of"]))
    if leaf.get("steady"):
        instants.update(edge for span in chart.unsteady for edge in span)
    chart.notes[key] = sorted(instants)
    return sorted(instants)


def _leaf_answer(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    instants = instants_of_leaf(chart, leaf, common)
    answer: Answer = _once(chart, ("leaf", id(leaf)), instants, at, lambda: _ask_leaf(chart, leaf, common, at))
    return answer


def _yes(met: bool) -> Answer:
    return Answer(MET if met else NOT_MET)


def _ask_leaf(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """One condition on one thing."""
    if leaf.get("steady") and holds(chart.unsteady, at):
        return Answer(CANNOT_TELL, UNSTEADY)
    if leaf.get("course") == "per_kg":
        assert chart.own is not None
        return _yes(any(course.per_kg for course in chart.own.current(at)))
    if "events" in leaf or "drugs" in leaf or "course" in leaf:
        return _yes(holds(leaf_spans(chart, leaf, common), at))
    if "not_within_days" in leaf:
        recent = [
            point
            for point in chart.points(leaf["analyte"])
            if point.readable and point.at <= at and day_of(at) - day_of(point.at) <= leaf["not_within_days"]
        ]
        return _yes(not recent)
    if "missing" in leaf:
        reading = _reading_of(chart, leaf, common, at)
        return _yes(reading.kind in ("absent", "unreadable") and reading.why not in WANTS_OTHER_THINGS)
    answer = _change_answer(chart, leaf, common, at) if "changed" in leaf else _band_answer(chart, leaf, common, at)
    if leaf.get("newly") and answer.state == MET and not _was_not_met_before(chart, leaf, at):
        return Answer(NOT_MET)
    if "fallen_percent" in leaf:
        answer = _all_of([answer, _fall_answer(chart, leaf, at)])
    if answer.state == MET and "until_result_of" in leaf:
        point = chart.standing(leaf["analyte"], at)
        assert point is not None
        done = first_done_since(chart, leaf["until_result_of"], point.at)
        if done is not None and done <= at:
            return Answer(NOT_MET)
    return answer


def _without_value(leaf: dict[str, Any], reading: Reading) -> Answer:
    absent_is_not_met = leaf.get("absent") == "not met" or "lasting" in leaf
    if reading.kind == "quiet" or (reading.kind == "absent" and absent_is_not_met):
        return Answer(NOT_MET)
    return Answer(CANNOT_TELL, reading.why)


def _change_answer(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """Has the standing value changed beyond the reference change value?"""
    reading = _reading_of(chart, leaf, common, at)
    if reading.kind != "value":
        return _without_value(leaf, reading)
    now = chart.standing(leaf["analyte"], at)
    assert now is not None
    return Answer(*judge_change(chart, leaf, now))


def _band_answer(chart: Chart, leaf: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """Does the standing value lie within the leaf's own band?"""
    reading = _reading_of(chart, leaf, common, at)
    if reading.kind != "value":
        return _without_value(leaf, reading)
    outside = [band for band in _outside(leaf) if _touches(band, reading)]
    if not outside:
        return Answer(MET)
    return Answer(CANNOT_TELL, reading.why) if _touches(leaf, reading) else Answer(NOT_MET)


def _was_not_met_before(chart: Chart, leaf: dict[str, Any], at: int) -> bool:
    """Was the value outside the band at an earlier point of the patient's whole history?"""
    series = INPUTS[leaf["feature"]] if "feature" in leaf else (leaf["analyte"],)
    instants = sorted(point.at for analyte in series for point in chart.points(analyte) if point.at < at)
    answers = (FEATURES[leaf["feature"]](chart, when) if "feature" in leaf else None for when in instants)
    for when, reading in zip(instants, answers, strict=True):
        value = reading or read_analyte(chart, leaf["analyte"], when)
        if value.kind == "value" and not _touches(leaf, value):
            return True
    return False


#: The other side of each bound of a band.
BEYOND = {"from": "below", "above": "below_or_at", "below": "from", "below_or_at": "above"}


def _outside(leaf: dict[str, Any]) -> list[dict[str, Any]]:
    """The bands around a leaf's own."""
    return [{beyond: leaf[bound]} for bound, beyond in BEYOND.items() if bound in leaf]


def leaves_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The single conditions of a tree, in file order."""
    parts = _parts_of(node)
    if parts is None:
        yield node
        return
    for part in parts:
        yield from leaves_of(part)


def _parts_of(node: dict[str, Any]) -> list[dict[str, Any]] | None:
    return next((node[word] for word in ("all", "any", "none", "of") if word in node), None)


def tree_answer(chart: Chart, node: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    """A tree of conditions: `all`, `any`, `none`, `at_least`, or a leaf. An unsteady creatinine ends what was met."""
    found = _tree_answer(chart, node, common, at)
    return Answer(found.state, found.reason, ends=found.state == CANNOT_TELL and found.reason == UNSTEADY)


def _tree_answer(chart: Chart, node: dict[str, Any], common: dict[str, Any], at: int) -> Answer:
    within = _parts_of(node)
    if within is None:
        return _leaf_answer(chart, node, common, at)
    parts = [_tree_answer(chart, part, common, at) for part in within]
    if "all" in node:
        return _all_of(parts)
    if "any" in node:
        return _combine(parts, MET, NOT_MET)
    if "none" in node:
        joined = _combine(parts, MET, NOT_MET)
        turned = {MET: NOT_MET, NOT_MET: MET, CANNOT_TELL: CANNOT_TELL}
        return Answer(turned[joined.state], joined.reason)
    met = sum(part.state == MET for part in parts)
    unknown = [part.reason for part in parts if part.state == CANNOT_TELL]
    if met >= node["at_least"]:
        return Answer(MET)
    return Answer(CANNOT_TELL, unknown[0]) if met + len(unknown) >= node["at_least"] else Answer(NOT_MET)


def _all_of(parts: list[Answer]) -> Answer:
    return _combine(parts, NOT_MET, MET)


def _combine(parts: list[Answer], deciding: str, otherwise: str) -> Answer:
    """One deciding part is enough; else the first that cannot tell; else the rest agree."""
    if any(part.state == deciding for part in parts):
        return Answer(deciding)
    unknown = next((part for part in parts if part.state == CANNOT_TELL), None)
    return Answer(otherwise) if unknown is None else Answer(CANNOT_TELL, unknown.reason)
