"""Chapter: from findings to alerts. One alert is one category on one fact, and carries everybody's position."""

from __future__ import annotations

import pytest

from core.engine.wording import iso_date
from tests.spec.clinic import end_of, instant, rules_of, taken, tell

WORSENING = """
    2026-02-03  neutrophils 1.55
    2026-02-10  neutrophils 1.4
    2026-02-17  neutrophils 0.4
    2026-02-24  neutrophils 1.58
"""


@pytest.mark.parametrize(
    ("on", "priority", "action", "rule"),
    [
        ("2026-02-03", "medium", "review", "neutrophils-guideline"),
        ("2026-02-10", "high", "stop", "neutrophils-stop"),
        ("2026-02-17", "high", "stop", "neutrophils-stop"),
        ("2026-02-24", "medium", "review", "neutrophils-guideline"),
    ],
)
def test_an_alert_worsens_and_improves_without_being_raised_anew(on, priority, action, rule):
    alert = taken(WORSENING, on=on).alert("neutropenia")
    assert (alert.priority, alert.action, alert.rule_id) == (priority, action, f"anakinra.{rule}")
    assert iso_date(alert.opened_at) == "2026-02-03"
    assert alert.alert_id == taken(WORSENING, on="2026-02-03").alert("neutropenia").alert_id


def test_at_any_moment_the_positions_are_those_of_the_rules_met_then():
    assert taken(WORSENING, on="2026-02-03").positions("neutropenia") == {
        "BSR medium review", "LOCAL medium repeat_test"
    }  # fmt: skip
    assert taken(WORSENING, on="2026-02-10").positions("neutropenia") == {
        "EMA high stop", "FDA medium review", "BSR medium review", "LOCAL medium repeat_test"
    }  # fmt: skip
    assert taken(WORSENING, on="2026-02-17").positions("neutropenia") == {
        "EMA high stop", "FDA high review", "BSR medium review", "LOCAL high stop"
    }  # fmt: skip


def test_a_recovery_closes_the_alert_and_the_next_fall_opens_another():
    said = taken("2026-02-03 neutrophils 1.4\n2026-02-10 neutrophils 3\n2026-02-17 neutrophils 1.4")
    (closed,) = [a for a in said.history.closed_before(said.standing.as_of) if a.category == "neutropenia"]
    open_ = said.alert("neutropenia")
    assert (iso_date(closed.opened_at), iso_date(closed.closed_at)) == ("2026-02-03", "2026-02-10")
    assert iso_date(open_.opened_at) == "2026-02-17"
    assert closed.alert_id != open_.alert_id


def test_touching_findings_of_two_rules_are_one_alert():
    # 1.55 meets the guideline alone, 1.7 the house rule alone: the alert never closed in between.
    said = taken("2026-02-03 neutrophils 1.55\n2026-02-10 neutrophils 1.7")
    assert iso_date(said.alert("neutropenia").opened_at) == "2026-02-03"


def test_what_is_about_another_category_or_fact_is_another_alert():
    said = taken("2026-02-20 neutrophils 0.4\n2026-02-28 temperature 38.6\n2026-02-27 infection")
    facts = [(a.category, a.fact) for a in said.standing.alerts]
    assert len(facts) == len(set(facts))
    assert set(facts) >= {
        ("neutropenia", "neutrophils"), ("neutropenic_infection", "neutrophils"), ("infection", "temperature"),
        ("infection", "event:event-1"),
    }  # fmt: skip


def bands(rule: str, authorities: str, priority: str, action: str) -> str:
    says = ", ".join(
        f'{{ authority = "{who}", document = "D", section = "1", checked = "choice" }}' for who in authorities.split()
    )
    return f"""
        [[rule]]
        id = "{rule}"
        kind = "threshold"
        category = "cytopenia"
        analyte = "platelets"
        bands = [{{ below = 100, priority = "{priority}", action = "{action}" }}, {{ from = 100 }}]
        says = [{says}]
        """


@pytest.mark.parametrize(
    ("one", "other", "leads", "priority"),
    [
        # The strictest action leads, whatever its priority; the alert has the highest priority all the same.
        (("LOCAL", "low", "stop"), ("EMA", "high", "review"), "one", "high"),
        (("EMA", "high", "inform"), ("LOCAL", "low", "request_test"), "other", "high"),
        (("EMA", "high", "stop"), ("LOCAL", "low", "do_not_start"), "other", "high"),
        # The same action: the higher priority leads.
        (("EMA", "low", "review"), ("LOCAL", "high", "review"), "other", "high"),
        # The same action and priority: the contract's order of authorities.
        (("LOCAL", "low", "review"), ("CDC", "low", "review"), "other", "low"),
        (("FDA", "low", "review"), ("EMA", "low", "review"), "other", "low"),
        (("KDIGO", "low", "review"), ("NHSE", "low", "review"), "one", "low"),
        (("BSR FDA", "low", "review"), ("ACR EMA", "low", "review"), "other", "low"),
    ],
)
def test_the_strictest_position_leads_and_ties_are_settled_by_priority_then_authority(one, other, leads, priority):
    rules = rules_of(bands("one", *one) + bands("other", *other))
    alert = taken("2026-02-20 platelets 80", rules=rules).alert("cytopenia")
    assert alert.rule_id == f"anakinra.{leads}"
    assert alert.priority == priority
    assert alert.action == {"one": one, "other": other}[leads][2]


def test_every_position_keeps_its_own_action_words_and_source():
    alert = taken("2026-02-20 neutrophils 0.9").alert("neutropenia")
    told = {p.authority: p for p in alert.positions}
    assert alert.authorities[0] == "EMA"
    assert set(told) == {"EMA", "FDA", "BSR", "LOCAL"}
    assert told["FDA"].action == "review" and told["EMA"].action == "stop"
    assert told["EMA"].advice.endswith("discontinue below 1.5.")
    assert told["BSR"].source.section == "thresholds"
    assert all(p.source.document and p.source.version and p.source.checked for p in alert.positions)
    assert not any(p.source.signed for p in alert.positions)  # nobody has signed these rules yet


@pytest.mark.parametrize(
    ("authorities", "positions"),
    [
        (None, {"EMA high stop", "FDA high review", "BSR medium review", "LOCAL high stop"}),
        (("EMA",), {"EMA high stop", "LOCAL high stop"}),
        (("BSR", "FDA"), {"FDA high review", "BSR medium review", "LOCAL high stop"}),
        (("NICE",), {"LOCAL high stop"}),
        ((), {"LOCAL high stop"}),
        (("LOCAL",), {"LOCAL high stop"}),
    ],
)
def test_a_clinic_chooses_among_the_published_and_the_house_rules_stay_on(authorities, positions):
    assert taken("2026-02-20 neutrophils 0.9", authorities=authorities).positions("neutropenia") == positions


def test_a_rule_of_an_authority_left_out_cannot_be_unable_to_tell():
    said = taken("", authorities=("FDA",))
    assert "neutrophils-review" in said.cannot_tell()
    assert "neutrophils-stop" not in said.cannot_tell()


def test_the_alert_id_is_the_same_however_often_and_among_whomever_it_is_evaluated():
    alone = taken("2026-02-20 neutrophils 0.9")
    again = taken("2026-02-20 neutrophils 0.9", on="2026-06-30")
    more = taken("2026-02-20 neutrophils 0.9\n2026-02-27 neutrophils 0.8\n2026-02-26 temperature 38.4")
    among = tell(
        """
        0: man born 1950-01-01
        2026-01-01 anakinra
        2026-02-10 neutrophils 0.2
        A: woman born 1962-03-12
        2026-01-01 anakinra
        2026-02-20 neutrophils 0.9
        Z: man born 1980-01-01
        2026-01-01 anakinra
        """,
        "2026-03-01",
    )
    assert {said.alert("neutropenia").alert_id for said in (alone, again, more, among)} == {
        alone.alert("neutropenia").alert_id
    }


def test_two_alerts_of_one_day_have_two_ids():
    said = taken("2026-02-03T08:00 neutrophils 1\n2026-02-03T10:00 neutrophils 3\n2026-02-03T14:00 neutrophils 1")
    (closed,) = [a for a in said.history.closed_before(said.standing.as_of) if a.category == "neutropenia"]
    assert closed.alert_id != said.alert("neutropenia").alert_id


def test_two_alerts_never_share_an_id_and_an_id_names_nobody():
    story = "\n".join(
        f"""
        MRN-{number}: woman born 1962-03-12
        2026-01-01 anakinra
        2026-02-20 neutrophils 0.4
        2026-02-21 infection
        """
        for number in range(20)
    )
    said = tell(story, "2026-03-01")
    ids = [a.alert_id for a in said.standing.alerts]
    assert len(set(ids)) == len(ids) >= 20 * 3
    assert not any("MRN" in one or "anakinra" in one or "neutro" in one for one in ids)


def test_the_gravest_comes_first_then_the_oldest():
    said = taken(
        "2026-02-20 neutrophils 1.55\n2026-02-10 infection\n2026-02-05 symptom fever\n2026-02-28 symptom cough"
    )
    order = [(a.priority, a.opened_at) for a in said.standing.alerts]
    rank = {"high": 0, "medium": 1, "low": 2}
    assert order == sorted(order, key=lambda one: (rank[one[0]], one[1]))
    assert {priority for priority, _ in order} == {"high", "medium", "low"}


def test_evidence_leads_back_to_the_rows_it_rests_on():
    alert = taken("2026-02-10 neutrophils 1.4\n2026-02-20 neutrophils <0.5").alert("neutropenia")
    assert [(e.row_id, iso_date(e.at), e.comparator, e.value) for e in alert.evidence] == [
        (1, "2026-02-10", "", 1.4), (2, "2026-02-20", "<", 0.5)
    ]  # fmt: skip


def test_a_closed_alert_carries_the_strictest_of_its_whole_life():
    said = taken("2026-02-03 neutrophils 0.9\n2026-02-10 neutrophils 1.55\n2026-02-17 neutrophils 3")
    (closed,) = [a for a in said.history.closed_before(said.standing.as_of) if a.category == "neutropenia"]
    assert {f"{p.authority} {p.priority} {p.action}" for p in closed.positions} == {
        "EMA high stop", "LOCAL high stop", "FDA high review", "BSR medium review"
    }  # fmt: skip
    assert (closed.rule_id, closed.priority, closed.action) == ("anakinra.neutrophils-stop", "high", "stop")
    assert [e.value for e in closed.evidence] == [0.9, 1.55]
    assert (iso_date(closed.opened_at), iso_date(closed.closed_at)) == ("2026-02-03", "2026-02-17")


def test_an_alert_is_found_by_its_id_open_or_closed_and_no_other_is():
    said = taken("2026-02-03 neutrophils 0.9\n2026-02-10 neutrophils 3")
    during = said.history.at(end_of("2026-02-05"))
    (alert,) = [a for a in during.alerts if a.category == "neutropenia"]
    found = said.history.explain(alert.alert_id, said.standing.as_of)
    assert (found.alert_id, found.closed_at) == (alert.alert_id, instant("2026-02-10"))
    assert said.history.explain("no such id", said.standing.as_of) is None


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-01-02", "2026-02-03", False),  # it opened at the end: half-open
        ("2026-01-02", "2026-02-04", True),
        ("2026-02-09", "2026-02-20", True),
        ("2026-02-10", "2026-02-20", False),  # it was closed by then
    ],
)
def test_a_period_holds_the_alerts_that_were_open_at_some_time_in_it(start, end, found):
    said = taken("2026-02-03 neutrophils 0.9\n2026-02-10 neutrophils 3")
    told = said.history.between(instant(start), instant(end))
    assert any(a.category == "neutropenia" for a in told) == found
