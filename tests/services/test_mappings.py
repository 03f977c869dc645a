"""A clinic's own mappings live in its store and are found by name, on screen and on the command line alike."""

from __future__ import annotations

import json

import pytest

from core.errors import InputRefused
from core.services import mappings, trail
from core.services.import_data import import_paths, import_uploaded
from core.services.import_preview import preview_uploaded
from core.settings import Settings

TEXT = """title = "Ward list"
[[table]]
files = ["ward*.csv"]
kind = "patient"
header = ["no", "surname", "forename", "born", "sex"]
dates = "dmy"
[table.columns]
patient_id = "no"
family_name = "surname"
given_name = "forename"
birth_date = "born"
sex = "sex"
"""


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'clinic.db'}"


def test_a_saved_mapping_reads_files_by_its_name(url, tmp_path):
    mappings.save_mapping(url, "ward list", TEXT, by="Dr Ash")
    (tmp_path / "ward_3.csv").write_text("no,surname,forename,born,sex\n7,Cedar,Cy,01/02/1990,male\n")
    report = import_paths(url, [tmp_path / "ward_3.csv"], source="ward", zone="UTC", mapping="ward list")
    assert report.total("stored") == 1
    assert mappings.list_mappings(url)["ward list"] == "Ward list"


def test_a_mapping_gives_way_only_when_somebody_says_so_and_the_trail_keeps_both(url):
    mappings.save_mapping(url, "ward list", TEXT, by="Dr Ash")
    changed = TEXT.replace("dmy", "mdy")
    with pytest.raises(InputRefused, match="already"):
        mappings.save_mapping(url, "ward list", changed, by="Dr Birch")
    mappings.save_mapping(url, "ward list", changed, by="Dr Birch", replacing=True)
    (_, entry), *_ = trail.list_trail(url)
    assert (entry.by, entry.what, entry.before, entry.after) == ("Dr Birch", "rule", TEXT, changed)


@pytest.mark.parametrize("name", ["", "../secrets", "a" * 41, "<b>", "cdisc_lb", "*describe"])
def test_a_name_that_is_none_or_is_taken_is_refused(url, name):
    with pytest.raises(InputRefused):
        mappings.save_mapping(url, name, TEXT, by="Dr Ash")


def test_text_that_is_no_mapping_is_never_kept(url):
    with pytest.raises(InputRefused, match="title"):
        mappings.save_mapping(url, "ward list", "files = 7", by="Dr Ash")
    assert "ward list" not in mappings.list_mappings(url)


def test_an_unknown_name_is_refused_with_all_names_there_are(url, tmp_path):
    mappings.save_mapping(url, "ward list", TEXT, by="Dr Ash")
    with pytest.raises(InputRefused, match=r"cdisc_lb.*This clinic's own are: ward list"):
        import_paths(url, [tmp_path], source="ward", zone="UTC", mapping="nobody's")


def test_the_command_line_is_named_in_the_trail_of_its_imports(url, tmp_path):
    (tmp_path / "patients.csv").write_text("patient_id,family_name,given_name,birth_date,sex\n7,C,D,1990-02-01,male\n")
    import_paths(url, [tmp_path / "patients.csv"], source="ward", zone="UTC")
    (_, entry), *_ = trail.list_trail(url)
    assert (entry.by, entry.subject, json.loads(entry.after)["stored"]) == ("command line", "import 1 from ward", 1)


def test_a_preview_made_by_a_mapping_that_was_replaced_since_is_not_imported(url, tmp_path):
    mappings.save_mapping(url, "ward list", TEXT, by="Dr Ash")
    settings = Settings(db_url=url)
    upload = [("ward_3.csv", b"no,surname,forename,born,sex\n7,Cedar,Cy,01/02/1990,male\n")]
    made = preview_uploaded(settings, upload, source="ward", mapping="ward list")
    mappings.save_mapping(url, "ward list", TEXT.replace("dmy", "mdy"), by="Dr Birch", replacing=True)
    with pytest.raises(InputRefused, match="changed since this preview"):
        import_uploaded(settings, upload, source="ward", mapping="ward list", previewed=made.version)
