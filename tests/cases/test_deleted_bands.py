"""Bands tile the line: take away any single one of any rule and the file is refused (P07)."""

from __future__ import annotations

import re

import pytest

from tests.cases.rule_files import PROTOCOLS, copy_rules, line_of, read_raw, refusal_of


def list_bands() -> list[tuple[str, str, int]]:
    """File, rule and line number of every band, as the files are written: one band a line."""
    found = []
    for path in PROTOCOLS:
        rule, inside = "", False
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if named := re.fullmatch(r'id = "(.+)"', line):
                rule = named.group(1)
            if inside and line.startswith("  {"):
                found.append((path.name, rule, number))
            inside = line == "bands = [" or (inside and line != "]")
    return found


BANDS = list_bands()


def test_the_bands_found_in_the_text_are_all_there_are():
    written = [(path.name, rule["id"]) for path in PROTOCOLS for rule in read_raw(path)["rule"]
               for _ in rule.get("bands", ())]  # fmt: skip
    assert [(file, rule) for file, rule, _ in BANDS] == written


@pytest.mark.parametrize(("file", "rule", "number"), BANDS, ids=[f"{rule}-line-{n}" for _, rule, n in BANDS])
def test_a_rule_that_lost_a_band_is_refused_by_file_rule_and_line(file, rule, number, tmp_path):
    def change(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(lines[: number - 1] + lines[number:])

    faults = refusal_of(copy_rules(tmp_path, change, file))
    text = (tmp_path / file).read_text(encoding="utf-8")
    (fault,) = faults
    assert fault.startswith(f"{file}: line {line_of(text, rule)} (rule {rule}): ")
    assert re.search("must tile the line|at least 2 items|at least one clear stretch", fault)
