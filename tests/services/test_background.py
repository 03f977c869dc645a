"""What stands beside alerts names only what exists, and a broken file is refused with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalogue import ANALYTES, analyte
from core.catalogue.drugs import drugs
from core.errors import ProtocolFault
from core.protocols import background, disagreements
from core.protocols.loader import load_protocols
from core.records import EVENT_KINDS


def test_every_group_kind_and_analyte_it_names_exists() -> None:
    said, groups = background.background(), load_protocols().common.events
    named = {said.infection.serious_events, said.infection.events, said.duffy_null.confirmed_events}
    assert named <= set(groups)
    assert {*said.infection.suspected_kinds, said.infection.treatment_kind, said.duffy_null.kind} <= set(EVENT_KINDS)
    assert said.duffy_null.analyte in ANALYTES
    assert said.duffy_null.range in [one.name for one in analyte(said.duffy_null.analyte).other_ranges]


def test_every_blunting_drug_or_class_is_in_the_catalogue() -> None:
    for one in background.background().blunting:
        assert any(drug.is_a(one.drug) for drug in drugs().values()), one.drug


def test_every_drug_a_disagreement_names_is_in_the_catalogue() -> None:
    assert {drug for one in disagreements.disagreements() for drug in one.drugs} <= set(drugs())


@pytest.mark.parametrize("module", [background, disagreements], ids=["background", "disagreements"])
@pytest.mark.parametrize("text", ["not toml [", "surprise = 1"])
def test_a_broken_file_is_refused_by_its_name(
    module: object, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = background.background if module is background else disagreements.disagreements
    broken = tmp_path / "broken.toml"
    broken.write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "FILE", broken)
    read.cache_clear()
    try:
        with pytest.raises(ProtocolFault, match=r"broken\.toml"):
            read()
    finally:
        monkeypatch.undo()
        read.cache_clear()
