"""Where a value comes from is said in words, never in the short codes of the protocol files."""

from __future__ import annotations

import pytest

from core.protocols.disagreements import disagreements
from core.protocols.loader import load_protocols
from core.views.source_words import CHECKED_WORDS, checked_words, place_words, section_words


def every_code() -> set[str]:
    known = load_protocols()
    says = {one.checked for drug in known.drugs.values() for rule in drug.rules for one in rule.says}
    return says | {side.checked for one in disagreements() for side in one.sides}


def test_every_code_of_the_rules_and_the_disagreements_has_words():
    assert every_code() <= set(CHECKED_WORDS)


@pytest.mark.parametrize("code", sorted(CHECKED_WORDS))
def test_no_code_is_its_own_words(code):
    assert checked_words(code) == f"value {CHECKED_WORDS[code]}" and CHECKED_WORDS[code] != code


def test_what_nobody_checked_or_chose_is_not_said_to_be_read():
    assert "read at the source" not in checked_words("seed") + checked_words("choice")
    assert checked_words("unchecked") == "value not yet read at the source"
    assert checked_words("") == ""


def test_a_chapter_of_the_reference_is_named_and_not_its_file():
    assert section_words("calculators.md 3.6") == "clinical reference: calculators 3.6"
    assert place_words("Nadir default", "anakinra.md 1.6 ANK-R2; open_points.md C24", "2026-11") == (
        "Nadir default, clinical reference: anakinra 1.6 ANK-R2; open points C24, 2026-11"
    )


def test_a_place_in_a_label_stays_as_it_is_cited():
    assert place_words("Kineret SmPC (EMA, 2025)", "4.4", "2025") == "Kineret SmPC (EMA, 2025), 4.4, 2025"
