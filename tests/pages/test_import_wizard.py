"""Describing a strange table: suggested, never guessed; refused in a sentence until complete; found again by name."""

from __future__ import annotations

import pytest

from core.services.import_data import import_paths
from core.services.mappings import list_mappings
from tests.pages.conftest import html_of
from tests.pages.test_import import PATIENTS, import_data, preview, upload  # noqa: F401

LAB = b"""Hosp No;Test;Result;Units;Sample Date
007;Neut;1,2;10*9/L;03/04/2026
007;Strange test;2,5;10*9/L;05/04/2026
"""


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    monkeypatch.setenv("NADIR_AS_OF", "2026-11-20")
    upload(("patients.csv", PATIENTS))
    return url


def keyed(screen, kind, start, end=""):
    return next(one for one in getattr(screen, kind) if (one.key or "").startswith(start) and one.key.endswith(end))


def describe():
    screen = preview(("lab_7.csv", LAB), source="other lab")
    return screen.button(key="import.describe").click().run()


def complete(screen):
    keyed(screen, "selectbox", "import.dates-").set_value("dmy").run()
    keyed(screen, "checkbox", "import.comma-").check().run()
    keyed(screen, "text_input", "import.pattern-").set_value("lab_*.csv").run()
    return keyed(screen, "text_input", "import.name-").set_value("Other lab").run()


def test_columns_are_suggested_by_their_headers_and_dates_never():
    screen = describe()
    taken = {key: keyed(screen, "selectbox", "import.map-", f"-{key}").value for key in ("patient_id", "value", "unit")}
    assert taken == {"patient_id": "Hosp No", "value": "Result", "unit": "Units"}
    assert keyed(screen, "selectbox", "import.dates-").value == ""
    assert "03/04/2026 can be read as two days." in html_of(screen)
    assert screen.button(key="import.save-mapping").disabled and not screen.exception


def test_a_result_without_a_unit_column_is_not_complete():
    screen = describe()
    keyed(screen, "selectbox", "import.map-", "-unit").set_value("").run()
    assert "no unit is ever guessed" in html_of(screen)


def test_the_first_rows_are_shown_as_they_would_be_read_and_unknown_words_are_asked():
    screen = complete(describe())
    shown = html_of(screen)
    assert "Neutrophils 1.2\u00a0×10⁹/L, 03-Apr-2026" in shown and "not read" in shown
    keyed(screen, "selectbox", "import.word-").set_value("lymphocytes").run()
    assert "Lymphocytes 2.5\u00a0×10⁹/L, 05-Apr-2026" in html_of(screen)


def test_a_mapping_that_reads_nothing_is_refused_with_the_reason_until_a_word_is_told():
    strange = LAB.replace(b"Neut;", b"Strange test;")
    screen = complete(preview(("lab_7.csv", strange), source="other lab").button(key="import.describe").click().run())
    assert screen.button(key="import.save-mapping").disabled
    said = html_of(screen)
    assert "None of the first 2 rows can be read, so this mapping would store nothing" in said
    assert "No monitored analyte goes by &#x27;Strange test&#x27;" in said.split("would store nothing")[1]
    keyed(screen, "selectbox", "import.word-").set_value("lymphocytes").run()
    assert not screen.button(key="import.save-mapping").disabled


def test_a_table_without_a_row_is_not_described():
    header = LAB.split(b"\n")[0] + b"\n"
    screen = preview(("lab_7.csv", header), source="other lab").button(key="import.describe").click().run()
    keyed(screen, "text_input", "import.name-").set_value("Other lab").run()
    assert screen.button(key="import.save-mapping").disabled
    assert "no row below its header" in html_of(screen)


def test_a_saved_mapping_leads_to_the_preview_and_serves_the_command_line(store, tmp_path):
    screen = complete(describe())
    keyed(screen, "selectbox", "import.word-").set_value("lymphocytes").run()
    screen.button(key="import.save-mapping").click().run()
    assert "2 stored + 0 duplicates" in html_of(screen) and not screen.exception
    assert list_mappings(store)["Other lab"] == "Other lab"
    (tmp_path / "lab_8.csv").write_bytes(LAB)
    report = import_paths(store, [tmp_path / "lab_8.csv"], source="other lab", zone="UTC", mapping="Other lab")
    assert report.total("stored") == 2


def test_a_name_that_comes_with_nadir_cannot_be_taken(store):
    screen = complete(describe())
    keyed(screen, "text_input", "import.name-").set_value("cdisc_lb").run()
    screen.button(key="import.save-mapping").click().run()
    assert "comes with Nadir" in html_of(screen) and "cdisc_lb" in list_mappings(store)
