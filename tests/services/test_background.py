"""What stands beside alerts names only what exists, and a broken file is refused with its name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.catalogue import ANALYTES, analyte
from core.catalogue.drugs import drugs
from core.errors import ProtocolFault
from core.protocols import background, disagreements
from core.protocols.conditions import leaves_of
from core.protocols.kinds import Interval, Threshold
from core.protocols.loader import FOLDER, list_beside, load_protocols, read_protocols


def test_every_group_kind_and_analyte_it_names_exists() -> None:
    said, groups = background.background(), load_protocols().common.events
    assert list(background.name_strangers(said, groups)) == []
    assert said.duffy_null.analyte in ANALYTES
    assert said.duffy_null.range in [one.name for one in analyte(said.duffy_null.analyte).other_ranges]


def test_a_misspelt_drug_or_group_is_named_rather_than_silently_blunting_nothing() -> None:
    said = background.background()
    wrong = said.model_copy(update={"blunting": (said.blunting[0].model_copy(update={"drug": "tociluzimab"}),)})
    assert ["tociluzimab" in fault for fault in background.name_strangers(wrong, load_protocols().common.events)] == [
        True
    ]
    assert any("'infection'" in fault for fault in background.name_strangers(said, ()))


def test_what_is_shown_beside_an_alert_uses_the_numbers_of_the_rules() -> None:
    said = background.background()
    rules = {rule.id: rule for rule in load_protocols().drugs["anakinra"].rules}
    fever = rules["infection-fever"]
    assert isinstance(fever, Threshold)
    assert said.infection.temperature_from in {band.from_ for band in fever.bands}
    rise = rules["crp-rise"]
    assert isinstance(rise, Interval)
    after = {leaf.drugs[0]: leaf.within_days for leaf in leaves_of(rise.when) if leaf.drugs}
    assert after == {one.drug: one.after_days for one in said.blunting if one.drug in after}


@pytest.mark.parametrize("name", [path.name for path in list_beside(FOLDER)])
def test_what_is_shown_beside_alerts_is_part_of_the_protocols_hash(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "protocols"
    shutil.copytree(FOLDER, folder)
    assert read_protocols(folder).hashes == load_protocols().hashes
    file = folder / "beside" / name
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert read_protocols(folder).hashes["anakinra"] != load_protocols().hashes["anakinra"]


def test_the_files_with_clinical_numbers_are_the_ones_hashed() -> None:
    assert {"background.toml", "disagreements.toml"} <= {path.name for path in list_beside(FOLDER)}
    assert "language.toml" not in {path.name for path in list_beside(FOLDER)}


def test_a_range_the_catalogue_does_not_have_is_named_before_it_is_looked_for() -> None:
    said, groups = background.background(), load_protocols().common.events
    for update, word in (({"range": "usual"}, "'usual'"), ({"analyte": "neutrophil"}, "'neutrophil'")):
        wrong = said.model_copy(update={"duffy_null": said.duffy_null.model_copy(update=update)})
        assert [word in fault for fault in background.name_strangers(wrong, groups)] == [True]


def test_a_category_no_alert_can_have_is_named_before_it_is_looked_for() -> None:
    said, groups = background.background(), load_protocols().common.events
    wrong = said.model_copy(update={"infection": said.infection.model_copy(update={"categories": ("infections",)})})
    assert ["'infections'" in fault for fault in background.name_strangers(wrong, groups)] == [True]


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
