"""What was usual for this patient before the drug: only results of that year, only exact ones, beside the range."""

from __future__ import annotations

from core.engine.known import as_known_at
from core.engine.personal_baseline import PersonalBaseline, personal_baseline, population_range
from core.engine.wording import iso_date
from tests.spec.clinic import Clinic, end_of


def baseline(story: str, on: str = "2026-03-01", analyte: str = "neutrophils") -> PersonalBaseline | None:
    cohort = as_known_at(Clinic.of(story).cohort(), end_of(on))
    return personal_baseline(cohort, 0, "anakinra", analyte, end_of(on))


def test_it_is_made_of_the_results_of_the_year_before_the_first_start() -> None:
    found = baseline(
        "2025-01-31 neutrophils 9\n2025-02-01 neutrophils 4\n2025-12-01 neutrophils 3\n2026-01-31 neutrophils 2\n"
        "2026-02-01 anakinra\n2026-02-01 neutrophils 0.5"
    )
    assert found is not None
    assert (found.count, found.median, found.lowest, found.highest) == (3, 3.0, 2.0, 4.0)
    assert iso_date(found.before) == "2026-02-01"


def test_a_restart_does_not_make_treated_results_a_baseline() -> None:
    found = baseline(
        "2024-12-01 neutrophils 5\n2025-01-01 to 2025-06-30 anakinra stopped\n2025-08-01 neutrophils 2\n"
        "2026-01-01 anakinra"
    )
    assert found is not None
    assert (found.count, found.median) == (1, 5.0)


def test_bounds_and_unreadable_results_are_counted_beside_the_figures_and_not_in_them() -> None:
    found = baseline(
        "2025-10-01 neutrophils <1.5\n2025-11-01 neutrophils !no_unit\n2025-12-01 neutrophils 3\n2026-01-01 anakinra"
    )
    assert found is not None
    assert (found.count, found.bounds, found.lowest) == (1, 2, 3.0)


def test_without_a_result_there_are_no_figures_and_without_a_course_no_baseline() -> None:
    found = baseline("2026-01-01 anakinra\n2026-02-01 neutrophils 2")
    assert found is not None
    assert (found.count, found.median, found.lowest, found.highest) == (0, None, None, None)
    assert baseline("2026-02-01 neutrophils 2") is None


def test_before_a_planned_start_every_result_so_far_is_baseline() -> None:
    found = baseline("2026-02-20 neutrophils 2.2\n2026-04-01 anakinra planned")
    assert found is not None
    assert (found.count, found.median) == (1, 2.2)


def test_the_reports_own_range_goes_before_the_default_one() -> None:
    cohort = Clinic.of("2026-01-01 creatinine 80, limit 90\n2026-01-01 anakinra").cohort()
    own = population_range(cohort, 0, "creatinine", end_of("2026-02-01"))
    usual = population_range(cohort, 0, "neutrophils", end_of("2026-02-01"))
    assert own is not None
    assert usual is not None
    assert (own.high, own.own) == (90.0, True)
    assert (usual.low, usual.high, usual.own) == (2.0, 7.5, False)
    assert "default range" in usual.source


def test_somebody_of_unknown_sex_has_no_default_range_where_the_sexes_differ() -> None:
    cohort = Clinic.of("person born 1960-01-01\n2026-01-01 anakinra").cohort()
    assert population_range(cohort, 0, "haemoglobin", end_of("2026-02-01")) is None
