"""What the engine is given: intervals, marks, ends and derived counts, exactly as the stored rows mean them."""

from __future__ import annotations

import math
from datetime import datetime

import numpy as np
import pytest

from core.catalogue import ANALYTES
from core.engine.cohort import Cohort
from core.records import CANNOT_TELL_REASONS, COMPARATORS, DAY, FAR, LONG_AGO, SEXES
from core.store.load import cohort
from core.store.row_numbers import TRACE_ROW
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result

TABLES = ("patients", "results", "courses", "events")


def instant(text: str) -> int:
    return int((datetime.fromisoformat(text) - datetime.fromisoformat("1970-01-01")).total_seconds())


@pytest.fixture
def store(tmp_path):
    opened = make_store(tmp_path)
    bring_in(opened, patients=[ANN, BEN])
    return opened


def load(store, *patient_ids: str) -> Cohort:
    with store.reading() as connection:
        return cohort(connection, list(patient_ids) or None)


def rows(store, analyte: str = "neutrophils") -> list[dict[str, object]]:
    """The rows of one analyte, reasons and comparators as words."""
    results = load(store).results
    chosen = results.take(results.analyte == ANALYTES.index(analyte))
    told = [{name: getattr(chosen, name)[n].item() for name in vars(chosen)} for n in range(len(chosen))]
    for row in told:
        row |= {"reason": CANNOT_TELL_REASONS[row["reason"]], "comparator": COMPARATORS[row["comparator"]]}
    return told


def only(store, analyte: str = "neutrophils") -> dict[str, object]:
    (row,) = rows(store, analyte)
    return row


def test_an_empty_store_is_an_empty_cohort(tmp_path):
    loaded = load(make_store(tmp_path))
    assert [len(getattr(loaded, table)) for table in TABLES] == [0, 0, 0, 0]


def test_people_keep_their_identifiers_and_dates(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=[ANN, "7,CEDAR,Cy,1990-02-01,unknown,,,2026-01-05"])
    patients = load(store).patients
    assert patients.patient_id.tolist() == ["0012345", "7"]
    assert patients.birth.tolist() == [0, instant("1990-02-01")]
    assert [SEXES[code] for code in patients.sex] == ["female", "unknown"]
    assert patients.died.tolist() == [FAR, instant("2026-01-05")]


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ("1.5", 1.5, 1.5),
        ("<1.5", -math.inf, math.nextafter(1.5, -math.inf)),
        ("<=1.5", -math.inf, 1.5),
        (">1.5", math.nextafter(1.5, math.inf), math.inf),
        (">=1.5", 1.5, math.inf),
    ],
)
def test_a_comparator_is_the_interval_of_what_it_can_mean(store, given, low, high):
    bring_in(store, results=[result("R1", given)])
    row = only(store)
    assert (row["low"], row["high"], row["value"]) == (low, high, 1.5)
    assert row["comparator"] == given.removesuffix("1.5")


@pytest.mark.parametrize("digits", ["0.1", "0.3", "1.49", "1.5", "2.675", "0.499"])
def test_an_unconverted_number_is_the_float_nearest_its_digits(store, digits):
    bring_in(store, results=[result("R1", digits)])
    assert only(store)["value"] == float(digits)


def test_a_converted_number_is_converted_before_it_is_rounded_to_a_float(store):
    bring_in(store, results=[result("R1", "1490", unit="/uL")])
    assert only(store)["value"] == 1.49


@pytest.mark.parametrize(
    ("word", "point"),
    [("negative", 0.0), ("not detected", 0.0), ("positive", 1.0), ("detected", 1.0), ("indeterminate", 0.5)],
)
def test_a_coded_word_is_one_point(store, word, point):
    bring_in(store, results=[result("R1", word, analyte="hbsag", unit="")])
    row = only(store, "hbsag")
    assert (row["low"], row["high"]) == (point, point)


def test_a_corrected_value_is_given_with_its_end(store):
    bring_in(store, results=[result("R1", "4.2")])
    bring_in(store, results=[result("R1", "1.2", status="corrected", reported_at="2026-03-05")])
    assert [(row["value"], row["known"], row["superseded"]) for row in rows(store)] == [
        (4.2, instant("2026-03-01"), instant("2026-03-05")),
        (1.2, instant("2026-03-05"), FAR),
    ]


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_withdrawn_result_ends_its_value_and_is_none_itself(store, status):
    bring_in(store, results=[result("R1", "4.2")])
    bring_in(store, results=[result("R1", "4.2", status=status, reported_at="2026-03-05")])
    row = only(store)
    assert (row["value"], row["superseded"]) == (4.2, instant("2026-03-05"))


def test_a_preliminary_result_is_marked(store):
    bring_in(store, results=[result("R1", "4.2", status="preliminary")])
    assert only(store)["preliminary"] is True


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"unit": ""}, "no_unit"),
        ({"unit": "furlongs"}, "unknown_unit"),
        ({"value": "haemolysed"}, "not_numeric"),
        ({"value": "5-10"}, "not_numeric"),
        ({"value": "14900000"}, "implausible"),
    ],
)
def test_an_unreadable_result_leaves_a_mark_that_can_mean_anything(store, given, reason):
    bring_in(store, results=[result("R1", given.pop("value", "4.2"), **given)])
    row = only(store)
    assert row["reason"] == reason
    assert (row["low"], row["high"], math.isnan(row["value"])) == (-math.inf, math.inf, True)
    assert row["row_id"] > TRACE_ROW
    assert row["superseded"] == FAR


def test_a_mark_ends_when_its_mended_row_arrives(store):
    bring_in(store, results=[result("R1", "4.2", unit="")])
    bring_in(store, results=[result("R1", "4.2", reported_at="2026-03-04")])
    ends = {row["reason"]: row["superseded"] for row in rows(store)}
    assert ends == {"no_unit": instant("2026-03-04"), "": FAR}


def test_a_disputed_value_stands_beside_the_first(store):
    bring_in(store, results=[result("R1", "4.2"), result("R1", "0.9")])
    assert {(row["value"], row["low"], row["reason"]) for row in rows(store)} == {
        (4.2, 4.2, ""),
        (0.9, 0.9, "conflicting_duplicate"),
    }


def test_a_report_range_is_given_and_its_absence_is_not_a_number(store):
    bring_in(store, results=[result("R1", "4.2", ref_low="1.8", ref_high="7.5"), result("R2", "4", "2026-03-02")])
    first, second = rows(store)
    assert (first["ref_low"], first["ref_high"]) == (1.8, 7.5)
    assert math.isnan(second["ref_low"])
    assert math.isnan(second["ref_high"])


def test_a_course_is_given_with_an_exclusive_end_and_its_rate(store):
    bring_in(
        store,
        medications=[
            "C1,0012345,anakinra,RA,100,mg,alternate days,SC,2026-01-01,2026-01-31,completed,",
            "C2,0012345,anakinra,SJIA,2,mg/kg,once daily,SC,2026-02-01,,active,",
            ",0012345,anakinra,RA,some,mg,now and then,SC,2026-03-01,,planned,",
        ],
    )
    courses = load(store).courses
    assert courses.per_day.tolist()[:2] == [0.5, 1.0]
    assert math.isnan(courses.per_day[2])
    assert math.isnan(courses.dose[2])
    assert courses.per_kg.tolist() == [False, True, False]
    assert courses.end.tolist() == [instant("2026-01-31") + DAY, FAR, FAR]
    assert courses.course_id.tolist() == ["C1", "C2", "anakinra 2026-03-01"]


def test_a_course_overtaken_by_its_later_version_is_left_out(store):
    bring_in(store, medications=["C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"])
    bring_in(store, medications=["C1,0012345,anakinra,RA,50,mg,once daily,SC,2026-01-01,,active,"])
    assert load(store).courses.dose.tolist() == [50.0]


def test_events_of_two_senders_with_one_number_stay_two_events(store):
    line = "E1,0012345,infection,2026-02-01,,,cellulitis,moderate"
    bring_in(store, events=[line])
    bring_in(store, source="other", events=[line.replace("cellulitis", "pneumonia")])
    events = load(store).events
    assert events.event_id.tolist() == ["E1", "E1 (2)"]
    assert events.detail.tolist() == ["cellulitis", "pneumonia"]
    assert events.end.tolist() == [FAR, FAR]


def test_one_patient_alone_is_the_same_rows_as_among_all(store):
    lines = [result(f"R{n}", f"{n}.5", f"2026-03-{n:02d}", patient_id=who) for n in range(1, 9)
             for who in ("0012345", "0054321") if (n + int(who[-1])) % 2]  # fmt: skip
    bring_in(store, results=[*lines, result("Q", "x", patient_id="0054321")])
    whole, alone = load(store), load(store, "0054321")
    assert alone.patients.patient_id.tolist() == ["0054321"]
    mine = whole.results.take(whole.results.patient == 1)
    for name in vars(mine):
        if name != "patient":
            np.testing.assert_array_equal(getattr(alone.results, name), getattr(mine, name))
    assert set(alone.results.patient.tolist()) == {0}


def test_a_patient_nobody_knows_is_nobody(store):
    assert len(load(store, "0000000").patients) == 0


def test_row_numbers_are_never_shared(store):
    bring_in(
        store,
        results=[result("R1", "4.2"), result("R2", "x", "2026-03-02"), *differential("3.0", "50", "2026-03-03")],
    )
    numbers = load(store).results.row_id.tolist()
    assert len(set(numbers)) == len(numbers) == 5


# ---- the count nobody reported ----


def differential(wbc: str, segs: str, at: str = "2026-03-01", **other: str) -> list[str]:
    """A white cell count and its share of neutrophils, from one sample."""
    share = {"analyte": "neutrophils_percent", "unit": "%", **other}
    return [result(f"W{at}", wbc, at, analyte="wbc"), result(f"N{at}", segs, at, **share)]


@pytest.mark.parametrize(
    ("wbc", "segs", "count"), [("3.0", "50", 1.5), ("2.7", "55.5", 1.4985), ("4.8", "31.25", 1.5), ("6", "0", 0.0)]
)
def test_a_count_is_computed_from_white_cells_and_their_differential(store, wbc, segs, count):
    bring_in(store, results=differential(wbc, segs))
    row = only(store)
    assert (row["value"], row["low"], row["high"], row["derived"]) == (count, count, count, True)
    assert row["row_id"] == -only(store, "wbc")["row_id"]


def test_band_forms_count_among_the_neutrophils(store):
    bands = result("B1", "10", analyte="bands_percent", unit="%")
    bring_in(store, results=[*differential("3.0", "40"), bands])
    assert only(store)["value"] == 1.5


def test_a_fraction_counts_like_a_percentage(store):
    bring_in(store, results=differential("3.0", "0.55", analyte="neutrophils_fraction", unit="1"))
    assert only(store)["value"] == 1.65


@pytest.mark.parametrize("reported", [{"value": "1.9"}, {"value": "haemolysed"}, {"value": "1.9", "unit": ""}])
def test_nothing_is_computed_where_a_count_was_reported_even_an_unreadable_one(store, reported):
    bring_in(store, results=[*differential("3.0", "50"), result("R1", reported.pop("value"), **reported)])
    assert only(store)["derived"] is False


def test_shares_beyond_the_whole_give_no_count(store):
    bands = result("B1", "20", analyte="bands_percent", unit="%")
    bring_in(store, results=[*differential("3.0", "90"), bands])
    assert rows(store) == []


def test_samples_of_different_times_are_never_joined(store):
    bring_in(store, results=[differential("3.0", "50")[0], differential("3.0", "50", "2026-03-02")[1]])
    assert rows(store) == []


def test_a_computed_count_is_known_when_its_last_part_is(store):
    white, _ = differential("3.0", "50")
    late = result("N", "50", analyte="neutrophils_percent", unit="%", reported_at="2026-03-04")
    bring_in(store, results=[white, late])
    assert (only(store)["known"], only(store)["at"]) == (instant("2026-03-04"), instant("2026-03-01"))


def test_a_corrected_white_cell_count_corrects_the_computed_one_and_keeps_the_old(store):
    bring_in(store, results=differential("3.0", "50"))
    bring_in(store, results=[result("W2026-03-01", "1.0", analyte="wbc", status="corrected", reported_at="2026-03-05")])
    assert [(row["value"], row["known"], row["superseded"]) for row in rows(store)] == [
        (1.5, instant("2026-03-01"), instant("2026-03-05")),
        (0.5, instant("2026-03-05"), FAR),
    ]
    assert len({row["row_id"] for row in rows(store)}) == 2


def test_a_withdrawn_part_takes_the_computed_count_with_it(store):
    bring_in(store, results=differential("3.0", "50"))
    gone = result("W2026-03-01", "", analyte="wbc", status="cancelled", reported_at="2026-03-05")
    bring_in(store, results=[gone])
    assert only(store)["superseded"] == instant("2026-03-05")


@pytest.mark.parametrize(
    ("wbc", "segs", "low", "high"),
    [("<0.5", "50", 0.0, 0.25), (">10", "50", 5.0, math.inf), ("3.0", ">90", 2.7, 3.0), ("3.0", "<10", 0.0, 0.3)],
)
def test_a_censored_part_makes_a_censored_count(store, wbc, segs, low, high):
    bring_in(store, results=differential(wbc, segs))
    row = only(store)
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["reason"] == ""


def test_an_unreadable_part_makes_an_unreadable_count(store):
    bring_in(store, results=differential("3.0", "clotted"))
    row = only(store)
    assert (row["reason"], row["low"], row["high"]) == ("not_numeric", -math.inf, math.inf)


def test_a_disputed_part_makes_a_disputed_count(store):
    bring_in(store, results=[*differential("3.0", "50"), result("W2026-03-01", "1.0", analyte="wbc")])
    row = only(store)
    assert (row["reason"], row["low"], row["high"], row["value"]) == ("conflicting_duplicate", 0.5, 1.5, 1.5)


def test_a_preliminary_part_makes_a_preliminary_count(store):
    bring_in(store, results=differential("3.0", "50", status="preliminary"))
    assert only(store)["preliminary"] is True


def test_a_birth_date_far_back_is_no_trouble(tmp_path):
    store = make_store(tmp_path)
    bring_in(store, patients=["1,OLD,Olga,1899-12-31,female,,,"])
    assert load(store).patients.birth.tolist() == [instant("1899-12-31")]
    assert instant("1899-12-31") > LONG_AGO
