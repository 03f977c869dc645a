"""The printed papers are whole, current and honest: every rule, its sign-off, its review, every refusal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from functools import cache

import pytest

from core.errors import InputRefused
from core.protocols import kinds
from core.protocols.disagreements import disagreements_on
from core.protocols.language import language
from core.protocols.loader import Protocols, load_protocols
from core.protocols.schema import Reviewed
from core.services.rule_book import print_papers, write_papers
from core.views.coverage_table import list_rows, print_coverage
from core.views.protocol_language import all_models, fields_of, print_language, refusals_of
from core.views.rule_book import print_book
from core.views.rule_words import KIND_WORDS
from tests.architecture.tree import ROOT

PROTOCOLS = load_protocols()
DRUG = "anakinra"
PROTOCOL = PROTOCOLS.drugs[DRUG]
TODAY = date(2026, 11, 22)
BOOK = print_book(PROTOCOLS, TODAY)
NAMES = ("rulebook.md", "protocol-language.md", f"{DRUG}-coverage.md")


@cache
def papers() -> dict[str, str]:
    return print_papers(PROTOCOLS, TODAY)


def reviewed(*, by: str = "", on: str = "", next_on: str = "") -> Protocols:
    signed = PROTOCOL.model_copy(update={"reviewed": Reviewed(by=by, on=on, next=next_on)})
    return Protocols(PROTOCOLS.common, {DRUG: signed}, PROTOCOLS.hashes)


@pytest.mark.parametrize("name", NAMES)
def test_the_printed_paper_is_current(name):
    printed = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert printed == papers()[name], "run: python -m core protocols book --out docs"


def test_every_rule_stands_in_the_book_once_under_its_own_anchor():
    ids = [f"{DRUG}.{rule.id}" for rule in PROTOCOL.rule]
    assert sorted(re.findall(rf'<a id="({DRUG}\.[^"]+)"', BOOK)) == sorted(ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_link_within_the_papers_leads_to_an_anchor(name):
    for paper, anchor in re.findall(r"\]\(([a-z-]*(?:\.md)?)#([^)]+)\)", papers()[name]):
        assert f'<a id="{anchor}"></a>' in papers()[paper or name]


def test_every_rule_says_what_it_looks_at_why_and_who_says_so():
    for section in re.split(r"\n#### ", BOOK)[1:]:
        told = section.split("\n### ")[0]
        assert "**Looks at:** " in told and "**Why:** " in told and "| Authority | Says | Document |" in told


def test_unsigned_rules_are_called_so_and_a_signature_is_named_with_its_day():
    assert "Awaiting clinical sign-off: no clinician has approved these rules." in BOOK
    signed = print_book(reviewed(by="Dr A. Fennel", on="2026-10-01", next_on="2027-10-01"), TODAY)
    assert "Signed by Dr A. Fennel on 01-Oct-2026." in signed and "Next review due on 01-Oct-2027." in signed
    assert "Awaiting" not in signed.split("### Documents")[0]


@pytest.mark.parametrize(("next_on", "overdue"), [("2026-11-21", True), ("2026-11-22", False), ("soon", True)])
def test_a_review_is_overdue_from_the_day_after_its_date(next_on, overdue):
    book = print_book(reviewed(by="Dr A. Fennel", on="2025-10-01", next_on=next_on), TODAY)
    assert ("REVIEW OVERDUE" in book) == overdue


def test_rules_that_are_off_are_listed_at_the_head_and_marked_where_they_stand():
    off = [rule.id for rule in PROTOCOL.rule if not rule.enabled]
    head = BOOK.split("### Documents")[0]
    assert off and all(f"(#{DRUG}.{name})" in head for name in off)
    assert len(re.findall(r"reference [^\n]+ · \*\*off until signed\*\*", BOOK)) == len(off)


def test_every_disagreement_stands_side_by_side_with_each_of_its_sides():
    keys = {key for rule in PROTOCOL.rule for key in rule.keys}
    found = disagreements_on(DRUG, keys)
    assert found
    for one in found:
        assert f'<a id="{one.id}"></a>' in BOOK
        assert all(f"| {side.who} | {side.says} |" in BOOK for side in one.sides)


def test_every_shared_number_is_printed_with_its_unit_and_source():
    shared = BOOK.split('<a id="shared"></a>')[1]
    for name, days in PROTOCOLS.common.lasting.items():
        if isinstance(days, int):
            assert f"| {days}\u00a0day" in shared, name
    for one in (PROTOCOLS.common.planning, PROTOCOLS.common.steadiness):
        assert one.source.document in shared and one.source.section in shared


def test_every_group_of_events_a_rule_names_is_spelt_out():
    for name in PROTOCOLS.common.events:
        assert f'<a id="events-{name}"></a>' in BOOK


def test_the_book_speaks_in_words_and_not_in_codes():
    said = re.sub(r"`[^`]*`|\]\([^)]*\)|<a id[^>]*>", "", BOOK)
    assert (
        re.findall(r"\b(?:do_not_start|repeat_test|request_test|cannot_tell|renal_dosing|10\*9)\b|\{\w+\}", said) == []
    )


def test_every_kind_of_rule_has_words_of_its_own():
    found = {name for rule in kinds.RuleBase.__subclasses__() for name in _kinds_of(rule)}
    assert found == set(KIND_WORDS)
    assert len(set(KIND_WORDS.values())) == len(KIND_WORDS)


def _kinds_of(rule: type[kinds.RuleBase]) -> set[str]:
    return set(getattr(rule.model_fields["kind"].annotation, "__args__", ()))


def test_the_description_of_the_language_covers_every_table_and_every_field_and_nothing_that_is_gone():
    told = {(part.model, name) for part in language() for name in part.fields}
    real = {(name, field) for name, model in all_models().items() for field, _ in fields_of(model)}
    assert told == real
    assert {part.model for part in language()} == set(all_models())


def test_every_refusal_of_the_schema_is_printed_in_the_words_a_user_reads():
    printed = print_language(PROTOCOLS, {}, language())
    refusals = [said for model in all_models().values() for said in refusals_of(model)]
    assert "bands must tile the line: nothing from … upwards" in refusals
    assert [said for said in refusals if f"- {said}\n" not in printed] == []


@pytest.mark.parametrize("kind", sorted({rule.kind for rule in PROTOCOL.rule}))
def test_every_kind_in_use_is_shown_by_a_rule_that_is_really_there(kind):
    section = papers()["protocol-language.md"].split(f'\n## kind = "{kind}"\n')[1].split("\n## ")[0]
    name = re.search(r'id = "([a-z0-9-]+)"', section)
    assert name and any(rule.id == name[1] and rule.kind == kind for rule in PROTOCOL.rule)


def test_the_coverage_table_has_one_line_for_each_key_and_authority_of_the_rules():
    rows = list_rows(PROTOCOL, {})
    assert set(rows) == {(key, s.authority) for rule in PROTOCOL.rule for key in rule.keys for s in rule.says}
    assert len(re.findall(r"^\| ANK-", papers()[f"{DRUG}-coverage.md"], re.M)) == len(rows)


def test_a_row_that_is_off_or_only_a_card_is_never_ticked_as_evaluated():
    for rules, line in _lines_of_the_table():
        assert ("✓ on" in line) == any(not one.state for one in rules)
        assert ("○ off" in line) == any(one.state == "off until signed" for one in rules)


def test_every_row_that_is_evaluated_is_shown_by_a_story():
    assert [line for rules, line in _lines_of_the_table() if "**none yet**" in line] == []


def test_a_row_without_a_story_says_so():
    printed = print_coverage(PROTOCOL, {})
    ticked = [line for line in printed.splitlines() if line.startswith("| ") and "✓ on" in line]
    assert ticked and all("**none yet**" in line for line in ticked)


def _lines_of_the_table():
    printed = papers()[f"{DRUG}-coverage.md"]
    for (key, authority), rules in list_rows(PROTOCOL, {}).items():
        yield rules, next(line for line in printed.splitlines() if line.startswith(f"| {key} | {authority} |"))


def test_a_story_is_named_only_where_the_authority_really_speaks_in_it():
    line = next(one for one in papers()[f"{DRUG}-coverage.md"].splitlines() if one.startswith("| ANK-C2 | EMA |"))
    assert "a low count before a planned start is a contraindication for EMA alone" in line


def test_papers_are_written_into_a_folder_that_is_there_and_refused_elsewhere(tmp_path):
    write_papers(papers(), tmp_path)
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == papers()
    assert set(papers()) == set(NAMES)
    with pytest.raises(InputRefused, match="There is no folder"):
        write_papers({}, tmp_path / "missing")


def test_the_command_prints_the_book_and_refuses_a_missing_folder_in_one_sentence(tmp_path):
    command = [sys.executable, "-m", "core", "protocols", "book"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and done.stdout.startswith("# Rule book\n")
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "no"), "--json"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2 and "There is no folder" in json.loads(done.stdout)["error"]
