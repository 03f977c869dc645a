"""A rule's silence about a change or a restart that is planned is never explained by the course that is taken now."""

from __future__ import annotations

from tests.services.test_explain import clause, proof
from tests.spec.clinic import tell

NOW = "man born 1966-01-02\n2025-01-01 weight 80\n2025-01-01 anakinra dose 200 mg, for RA\n2026-02-20 weight 80"


def test_a_rule_for_the_planned_indication_is_not_called_one_for_another_indication():
    silent = proof(tell(f"{NOW}\n2026-03-10 anakinra planned, dose 100 mg, for SJIA", "2026-03-01"), "dose", "dose-ra")
    one = clause(silent, "dose-fmf-still")
    assert one["verdict"] != "another indication"
    assert one["because"].startswith("of what is planned: ")


def test_where_both_courses_are_asked_both_are_told():
    told = proof(tell(f"{NOW}\n2026-03-10 anakinra planned, dose 300 mg", "2026-03-01"), "dose", "dose-ra")
    one = clause(told, "dose-below-syringe")
    assert "dose 200 mg" in one["because"] and "of what is planned: dose 300 mg" in one["because"]


def test_without_anything_planned_only_the_course_taken_is_told():
    told = proof(tell(NOW, "2026-03-01"), "dose", "dose-ra")
    assert "planned" not in clause(told, "dose-below-syringe")["because"]
    assert clause(told, "dose-fmf-still")["verdict"] == "another indication"


def test_a_plan_whose_day_has_come_is_no_plan_any_more():
    story = f"{NOW}\n2026-03-10 anakinra dose 300 mg"
    later = proof(tell(story, "2026-03-20"), "dose", "dose-ra")
    assert "of what is planned" not in clause(later, "dose-below-syringe")["because"]
