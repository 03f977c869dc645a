"""The project speaks of itself alone: no machine's paths, no registry's address, no secret, in any file it keeps."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT, list_files, list_texts, name_of

#: Put together here so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of one machine": r"(?<![\w.])/(?:wor" + r"k|opt|root|home|Users)/[\w.]+",
    "a temporary path": r"(?<![\w.])/t" + r"mp/[\w.]+",
    "a package registry": r"(?:py"
    + r"pi\.org|python"
    + r"hosted|registry\.npm"
    + r"js|deb\.deb"
    + r"ian|--(?:extra-)?index"
    + r"-url)",
    "a key or token": r"(?:AKIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|gh[pousr]_[A-Za-z0-9]{30,})",
}
LICENCE = {"LICENSE"}


@pytest.mark.parametrize(("what", "pattern"), list(FORBIDDEN.items()), ids=list(FORBIDDEN))
def test_no_kept_file_holds(what, pattern):
    found = [
        f"{name_of(file)}: {hit.group()}"
        for file in list_texts()
        if file.name not in LICENCE
        for hit in re.finditer(pattern, file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == [], what


def test_no_store_and_no_secret_is_kept():
    kept = [name_of(file) for file in list_files()]
    assert [
        name for name in kept if re.search(r"\.(db|db-wal|db-shm|sqlite3?|pem|key)$|(^|/)(secrets\.toml|\.env)$", name)
    ] == []


def test_no_module_bears_a_name_that_says_nothing():
    empty = {"utils", "util", "helpers", "helper", "manager", "managers", "data", "info", "misc", "common"}
    assert [name_of(file) for file in list_files() if file.suffix == ".py" and file.stem in empty] == []


def test_every_kept_file_is_small_enough_to_read_or_is_a_picture_or_a_sample():
    heavy = [name_of(file) for file in list_files() if file.stat().st_size > 400_000]
    assert [name for name in heavy if not name.startswith(("docs/images/", "sample_data/"))] == []


def test_the_licence_is_apache_2():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
