"""A protocol file with a fault stops the start: it is refused by file, rule and line, with what to mend."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from core.services.check_protocols import check_protocols
from tests.cases.rule_files import PROTOCOLS, copy_rules, line_of, refusal_of

TEXT = PROTOCOLS[0].read_text(encoding="utf-8")


def swap(old: str, new: str, rule: str = ""):
    """Replace the first occurrence after a rule's id."""

    def change(text: str) -> str:
        begin = text.index(f'id = "{rule}"') if rule else 0
        return text[:begin] + text[begin:].replace(old, new, 1)

    return change


#: name: (rule it stands in, change, words the refusal must hold, " | " between either of two)
FAULTS = {
    "a gap between bands": (
        "neutrophils-stop", ("{ below = 1.5,", "{ below = 1.4,"), "tile the line: expected one from 1.4, found 1.5",
    ),
    "bands that overlap": (
        "neutrophils-stop", ("{ below = 1.5,", "{ below = 1.6,"), "tile the line: expected one from 1.6, found 1.5",
    ),
    "an empty band": (
        "neutrophils-review", ("{ from = 1.0, below = 1.5,", "{ from = 1.0, below = 1.0,"), "the band from 1 is empty",
    ),
    "a band turned round": (
        "neutrophils-review", ("{ from = 1.0, below = 1.5,", "{ from = 1.0, below = 0.5,"), "the band from 1 is empty",
    ),
    "nothing at the top": (
        "neutrophils-stop", ("{ from = 1.5 }", "{ from = 1.5, below = 90 }"), "nothing from 90 upwards",
    ),
    "nothing at the bottom": ("neutrophils-stop", ("{ below = 1.5,", "{ from = 0, below = 1.5,"), "tile the line"),
    "a number that both bands claim": (
        "neutrophils-stop", ("{ below = 1.5,", "{ below_or_at = 1.5,"), "must tile the line",
    ),
    "a number that neither band claims": (
        "neutrophils-stop", ("{ from = 1.5 }", "{ above = 1.5 }"), "must tile the line",
    ),
    "two lower ends": (
        "neutrophils-stop", ("{ from = 1.5 }", "{ from = 1.5, above = 1.4 }"), "one lower end (from or above)",
    ),
    "a priority without an action": (
        "neutrophils-stop", (', action = "stop" }', " }"), "both a priority and an action, or neither",
    ),
    "no clear stretch": (
        "neutrophils-stop", ("{ from = 1.5 }", '{ from = 1.5, priority = "low", action = "inform" }'),
        "at least one clear stretch",
    ),
    "nothing to say": ("neutrophils-stop", (', priority = "high", action = "stop" }', " }"), "one with a priority"),
    "a number that is none": ("neutrophils-stop", ("{ from = 1.5 }", "{ from = nan }"), "must tile the line | finite"),
    "a number without end": ("neutrophils-stop", ("{ from = 1.5 }", "{ from = inf }"), "must tile the line | finite"),
    "a limit that is no number": (
        "neutropenic-fever", ('analyte = "neutrophils", below = 1.5', 'analyte = "neutrophils", below = nan'),
        "finite number",
    ),
    "a number in words": ("neutrophils-stop", ("{ from = 1.5 }", '{ from = "low" }'), "valid number"),
    "an unknown analyte": (
        "neutrophils-stop", ('analyte = "neutrophils"', 'analyte = "neutrophil"'), "'neutrophil' is not in",
    ),
    "an analyte and a feature": (
        "neutrophils-stop", ('analyte = "neutrophils"', 'analyte = "neutrophils"\nfeature = "aki_nhse"'),
        "either an analyte or a feature",
    ),
    "an unknown feature": (
        "renal-frequency", ('feature = "creatinine_clearance"', 'feature = "clearance"'), "'clearance' is not one of",
    ),
    "unknown events": (
        "infection-reported", ('events = "infection"', 'events = "infections"'),
        "'infections' are neither in common.toml nor in this file",
    ),
    "unknown events in a condition": (
        "neutropenic-fever", ('events = "fever_reported"', 'events = "fever"'),
        "'fever' are neither in common.toml nor in this",
    ),
    "unknown events to leave out": (
        "infection-reported", ('except_events = "serious_infection"', 'except_events = "serious"'),
        "'serious' are neither",
    ),
    "an unknown lasting": ("infection-fever", ('lasting = "fever"', 'lasting = "heat"'), "'heat' is not in"),
    "an unknown document": (
        "neutrophils-stop", ('document = "EMA"', 'document = "SmPC"'), "document 'SmPC' is not in [documents]",
    ),
    "an unknown authority": ("neutrophils-stop", ('authority = "EMA"', 'authority = "MHRA"'), "Input should be 'EMA'"),
    "an authority twice": (
        "renal-frequency", ('{ authority = "EMA", document = "EMA"', '{ authority = "FDA", document = "EMA"'),
        "an authority speaks once on a rule",
    ),
    "an id twice": ("neutrophils-review", ('"neutrophils-review"', '"neutrophils-stop"'), "the id is used twice"),
    "an id that is no slug": ("neutrophils-stop", ('"neutrophils-stop"', '"Neutrophils stop"'), "match pattern"),
    "a category of one's own": (
        "neutrophils-stop", ('category = "neutropenia"', 'category = "blood"'), "'blood' is not one of the contract's",
    ),
    "an unknown priority": ("neutrophils-stop", ('priority = "high"', 'priority = "urgent"'), "'high', 'medium' or"),
    "an unknown action": ("neutrophils-stop", ('action = "stop"', 'action = "pause"'), "should be 'do_not_start'"),
    "an unknown phase": ("neutrophils-stop", ('while = ["running"]', 'while = ["always"]'),
    "'planned', 'running', 'held' or 'ended'"),
    "no phase": ("neutrophils-stop", ('while = ["running"]', "while = []"), "at least 1 item"),
    "an unknown indication": (
        "serious-infection-stop", ('indications = ["RA"]', 'indications = ["rheumatism"]'), "'rheumatism' is not",
    ),
    "an unknown indication of an authority": (
        "serious-infection-weigh", ('indications = ["NOMID", "CAPS", "DIRA"] }', 'indications = ["nomid"] }'),
        "'nomid' is not one of",
    ),
    "an unknown field in the words": (
        "neutrophils-stop", ("discontinue below {limit}", "discontinue below {threshold}"), "names ['threshold']",
    ),
    "an unclosed field in the words": (
        "neutrophils-stop", ("discontinue below {limit}", "discontinue below {limit"), "expected '}'",
    ),
    "an unknown kind": ("neutrophils-stop", ('kind = "threshold"', 'kind = "trend"'), "'threshold'"),
    "an unknown key": ("neutrophils-stop", ("bands = [", "stale = 3\nbands = ["), "Extra inputs are not permitted"),
    "a misspelt key": ("neutrophils-stop", ("advice = ", "advise = "), "advi"),
    "no source": ("neutrophils-stop", ("says = [{ authority", "says = []\n_ = [{ authority"), "at least 1 item"),
    "a source nobody checked or left unchecked": (
        "neutrophils-stop", ('checked = "unchecked"', 'checked = "yes"'), "Input should be 'checked'",
    ),
    "a baseline without visits": (
        "neutrophils-baseline", ('test = "neutrophils"', 'test = "platelets"'), "no visits of platelets are scheduled",
    ),
    "visits that follow nothing": (
        "creatinine-visits", ('follows = "neutrophils"', 'follows = "platelets"'), "platelets, which has no visits",
    ),
    "visits that follow and have dates of their own": (
        "creatinine-visits",
        ('follows = "neutrophils"', 'follows = "neutrophils"\nphases = [{ days = [1], tolerance_days = 1 }]'),
        "phases of their own or follow another",
    ),
    "a phase in two forms": (
        "urine-visits", ("{ from_month = 12, every_months", "{ months = [1], from_month = 12, every_months"),
        "a phase lists months, or days, or names from_month",
    ),
    "a phase without its step": (
        "urine-visits", ("from_month = 12, every_months = 12,", "from_month = 12,"), "a phase lists months, or days",
    ),
    "a condition on two things": (
        "neutrophils-fall", ('{ analyte = "neutrophils", below', '{ analyte = "neutrophils", events = "rash", below'),
        "a condition names exactly one of analyte, feature, events, drugs, course",
    ),
    "a condition that asks nothing": (
        "neutrophils-fall", ('"neutrophils", below = 2.5 }', '"neutrophils" }'),
        "a value is asked exactly one of from,",
    ),
    "a condition that asks two things": (
        "neutrophils-fall", ("below = 2.5 }", 'below = 2.5, changed = "fall" }'),
        "a value is asked exactly one of from,",
    ),
    "a change against a median without its days": (
        "crp-rise", (', within_days = 90, by = 10', ", by = 10"), "a change against a median names within_days",
    ),
    "a fall without its days": (
        "neutropenic-emergency", (", within_days = 14", ""), "fallen_percent needs within_days",
    ),
    "days that nothing counts": (
        "neutropenic-fever", ("below = 1.5 }", "below = 1.5, within_days = 3 }"),
        "within_days goes with events, drugs, changed",
    ),
    "an amount of no change": (
        "neutropenic-fever", ("below = 1.5 }", "below = 1.5, by = 3 }"), "by goes with changed",
    ),
    "a change of a feature": (
        "liver-at-start", ('"alt_of_upper_limit", from = 1.5', '"alt_of_upper_limit", changed = "rise"'),
        "not_within_days, changed, fallen_percent and lasting are about an analyte",
    ),
    "until a result of what never lasts": (
        "neutropenic-fever", ("below = 1.5 }", 'below = 1.5, until_result_of = "crp" }'),
        "until_result_of goes with events or with a value that lasts",
    ),
    "until a result of what is no test": (
        "count-at-infection", ('until_result_of = "neutrophils"', 'until_result_of = "neutrophil"'),
        "'neutrophil' is not",
    ),
    "news of what is no range": (
        "fever-without-count", ("not_within_days = 7 }", "not_within_days = 7, newly = true }"),
        "newly goes with a range",
    ),
    "a steady analyte": ("neutropenic-fever", ("below = 1.5 }", "below = 1.5, steady = true }"),
    "steady goes with a feat"),
    "a steady rule on an analyte": (
        "neutrophils-stop", ('analyte = "neutrophils"', 'analyte = "neutrophils"\nsteady = true'),
        "a rule that waits for a steady creatinine judges a feature",
    ),
    "a value that lasts, missed where there is none": (
        "fever-at-start", ('absent = "not met" ', ""),
        "what counts for days says nothing without a result",
    ),
    "what follows a value that does not last": (
        "blood-culture-positive", ('lasting = "positive_culture"\n', ""), "whatever_follows goes with lasting",
    ),
    "a length without its days": (
        "dose-covid", ('"lasts_other_than", days = 10', '"lasts_other_than"'), "days goes with lasts_other_than",
    ),
    "more conditions asked than there are": (
        "macrophage-activation", ("at_least = 2", "at_least = 5"), "at_least asks for more conditions than there are",
    ),
    "no condition asked for": (
        "macrophage-activation", ("at_least = 2", "at_least = 0"), "greater than or equal to 1",
    ),
    "conditions joined by nothing": (
        "neutrophils-fall", ("when = { all = [", "when = { each = ["), "Extra inputs are not permitted",
    ),
    "an empty join": (
        "ra-without-methotrexate", ('none = [{ drugs = ["methotrexate"] }]', "none = []"), "at least 1 item",
    ),
    "an unknown feature in a condition": (
        "liver-at-start", ('feature = "alt_of_upper_limit"', 'feature = "alt_ratio"'), "'alt_ratio' is not one of",
    ),
    "an unknown drug": ("interaction-sarilumab", ('drugs = ["sarilumab"]', 'drugs = ["sarilumap"]'),
    "'sarilumap' is nei"),
    "an unknown drug in a condition": (
        "ra-without-methotrexate", ('drugs = ["methotrexate"]', 'drugs = ["mtx weekly"]'), "'mtx weekly' is neither",
    ),
    "an interaction while the drug is held": (
        "interaction-tnf", ('while = ["planned", "running"]', 'while = ["planned", "running", "held"]'),
        "an interaction holds while planned and running",
    ),
    "an interaction that asks a frequency": (
        "interaction-tnf", ("drugs = [", "doses_per_day_above = 1\ndrugs = ["), "an interaction has no frequency",
    ),
    "single events that ask a frequency": (
        "infection-reported", ("priority =", "doses_per_day_above = 1\npriority ="), "has no frequency condition",
    ),
    "a rule that silences what is no threshold": (
        "neutrophils-duffy-null", ('replaces = ["neutrophils-stop"', 'replaces = ["neutrophils-fall"'),
        "replaces ['neutrophils-fall'], which are no threshold rules here",
    ),
    "a dose while none is taken": (
        "dose-below-syringe", ('while = ["planned", "running"]', 'while = ["planned", "held"]'),
        "there is a dose only while planned or running",
    ),
    "a milestone of nothing": ("response-review", ("months = [3, 6]", "months = []"), "at least 1 item"),
    "a milestone of another beginning": ("schedule-restart", ('of = "restart"', 'of = "pause"'),
    "'beginning' or 'restart'"),
    "lateness that begins at once": (
        "alt-overdue", ("times = 1,", "times = 0,"), "greater than or equal to 1",
    ),
    "a number in quotes": (
        "neutropenic-fever", ('analyte = "neutrophils", below = 1.5', 'analyte = "neutrophils", below = "1.5"'),
        "valid number",
    ),
    "a limit in quotes": ("neutrophils-stop", ("{ from = 1.5 }", '{ from = "1.5" }'), "valid number"),
    "days in quotes": ("hbsag-visit", ("baseline_days = 365", 'baseline_days = "365"'), "valid integer"),
    "a switch in quotes": ("hcv-missing", ("enabled = false", 'enabled = "no"'), "valid boolean"),
    "months before the start": ("response-review", ("months = [3, 6]", "months = [-3, 6]"), "not be below 0"),
    "months out of their order": ("response-review", ("months = [3, 6]", "months = [6, 3]"), "each later than the one"),
    "a month twice": ("response-review", ("months = [3, 6]", "months = [3, 3]"), "each later than the one before"),
    "no step between visits": ("urine-visits", ("every_months = 12", "every_months = 0"), "greater than or equal to 1"),
    "visits that begin before the start": (
        "urine-visits", ("from_month = 12", "from_month = -12"), "greater than or equal to 0",
    ),
    "a sustained run of one": (
        "renal-restore", ("results = 2", "results = 1"), "greater than or equal to 2",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_rule_is_refused_by_file_and_rule_with_what_to_mend(name, tmp_path):
    rule, (old, new), words = FAULTS[name]
    faults = refusal_of(copy_rules(tmp_path, swap(old, new, rule)))
    assert all(fault.startswith("anakinra.toml: ") for fault in faults)
    assert any(each in fault for fault in faults for each in words.split(" | ")), faults


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_a_rule_names_its_line_and_how_to_mend_it(name, tmp_path):
    rule, (old, new), _ = FAULTS[name]
    named = {"an id twice": "neutrophils-stop", "an id that is no slug": "Neutrophils stop"}.get(name, rule)
    faults = refusal_of(copy_rules(tmp_path, swap(old, new, rule)))
    number = line_of(TEXT, rule)
    assert any(f"anakinra.toml: line {number} (rule {named}): " in fault for fault in faults), faults
    assert all("; " in fault or "tile the line" in fault for fault in faults), faults


def test_a_file_that_is_no_toml_is_refused_with_its_line(tmp_path):
    (fault,) = refusal_of(copy_rules(tmp_path, swap('drug = "anakinra"', 'drug = "anakinra')))
    assert fault.startswith("anakinra.toml: ")
    assert "line 5" in fault and "mend the file" in fault


def test_a_file_that_is_not_text_is_refused(tmp_path):
    folder = copy_rules(tmp_path)
    (folder / "anakinra.toml").write_bytes(b"\xff\xfe\x00drug")
    (fault,) = refusal_of(folder)
    assert fault.startswith("anakinra.toml: ")


def test_all_faults_of_all_files_are_told_at_once(tmp_path):
    def change(text: str) -> str:
        text = swap("{ below = 1.5,", "{ below = 1.4,", "neutrophils-stop")(text)
        return swap("{ below = 1.6,", "{ below = 1.7,", "neutrophils-guideline")(text)

    folder = copy_rules(tmp_path, change)
    (folder / "other.toml").write_text('drug = "colchicine', encoding="utf-8")
    faults = refusal_of(folder)
    assert sum("must tile the line" in fault for fault in faults) == 2
    assert any(fault.startswith("other.toml: ") for fault in faults)


def test_a_drug_that_the_catalogue_does_not_know_is_refused(tmp_path):
    (fault,) = refusal_of(copy_rules(tmp_path, swap('drug = "anakinra"', 'drug = "Kineret"')))
    assert "'Kineret' is not a name of the catalogue" in fault


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('{ kind = "infection", severity', '{ kind = "infections", severity', "'infections' is not one of"),
        ("fever = 7", 'fever = "a week"', "fever"),
        ('checked = "choice"', 'checked = "perhaps"', "Input should be 'checked'"),
        ("[events.unwell]", "[happenings.unwell]", "Extra inputs are not permitted"),
        ("fever = 7", "fever = ", "common.toml"),
    ],
)  # fmt: skip
def test_a_fault_in_what_rules_share_is_refused(old, new, words, tmp_path):
    faults = refusal_of(copy_rules(tmp_path, swap(old, new), "common.toml"))
    assert all(fault.startswith("common.toml: ") for fault in faults)
    assert any(words in fault for fault in faults)


SHARED = (PROTOCOLS[0].parent / "common.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('{ kind = "infection", severity', '{ kind = "infections", severity', "any = ["),
        ("planned_from_days = 365", "planned_from_days = 0", "planned_from_days ="),
        ("ended_for_days = 28", "", "[planning]"),
        ("starting_for_days = 28", 'starting_for_days = "28 days"', "starting_for_days ="),
        ('stages = ["aki_nhse"', 'stages = ["aki_nhs"', "stages ="),
        ('unless_events = "dialysis"', 'unless_events = "dialyses"', "unless_events ="),
        ("[features.weight_age]", "[features.weight_old]", "[features.weight_old]"),
        ('inputs = ["alt"]', 'inputs = ["alat"]', "[features.alt_of_upper_limit]"),
        ('decimals = 1\nequation = "Cockcroft', 'equation = "Cockcroft', "[features.creatinine_clearance]"),
        ('[events.unwell]\n', '[events.unwell]\nfor_ever = true\n', "for_ever ="),
        ("fever = 7", "fever = -7", "fever ="),
        ("fever = 7", "fever = 0", "fever ="),
        ("fever = 7", "fever = true", "fever ="),
        ("fever = 7", 'fever = "7"', "fever ="),
        ("fever = 7", "fever = 7.5", "fever ="),
        ("antibiotic = 14", 'antibiotic = "14 days"', "antibiotic ="),
        ('severity = ["serious"] }', 'severity = ["severe"] }', "any ="),
        ('code = ["unwell", "chills"', 'code = ["unwel", "chills"', "any ="),
        ('code = ["fever"] }', 'code = ["pyrexia"] }', "any ="),
        ("lasts_days = 28", 'lasts_days = "28"', "lasts_days ="),
    ],
)  # fmt: skip
def test_a_fault_in_what_rules_share_names_its_line_and_how_to_mend_it(old, new, line, tmp_path):
    faults = refusal_of(copy_rules(tmp_path, swap(old, new), "common.toml"))
    after = swap(old, new)(SHARED).splitlines()
    at = SHARED[: SHARED.index(old)].count("\n")
    near = [n for n, text in enumerate(after, 1) if text.startswith(("  " + line, line))]
    assert any(f"common.toml: line {n}: " in fault for fault in faults for n in near if abs(n - at) < 14), faults
    assert all("; " in fault for fault in faults), faults


def test_a_fault_in_an_event_group_of_one_drug_names_its_line(tmp_path):
    (fault,) = refusal_of(copy_rules(tmp_path, swap('kind = "allergy", code', 'kind = "alergy", code')))
    number = next(n for n, line in enumerate(TEXT.splitlines(), 1) if line == "[events.anakinra_allergy]")
    told = int(fault.partition("line ")[2].partition(":")[0])
    assert number < told <= number + 3 and "'alergy' is not one of" in fault


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ('on = "2026-02-30", next = ""', "'2026-02-30' is no day of the calendar"),
        ('on = "30.11.2026", next = ""', "'30.11.2026' is no day of the calendar"),
        ('on = "20261130", next = ""', "'20261130' is no day of the calendar"),
        ('on = "2026-11-30", next = "soon"', "'soon' is no day of the calendar"),
        ('on = "2026-11-30", next = "2026-11-29"', "must come after the last, 2026-11-30"),
        ('on = "2026-11-30", next = "2026-11-30"', "must come after the last, 2026-11-30"),
    ],
)
def test_a_sign_off_without_a_real_day_is_refused_by_its_line(dates, words, tmp_path):
    faults = refusal_of(copy_rules(tmp_path, swap('on = "", next = ""', dates)))
    number = next(n for n, line in enumerate(TEXT.splitlines(), 1) if line.startswith("reviewed ="))
    (fault,) = faults
    assert fault.startswith(f"anakinra.toml: line {number}: ") and words in fault and "; " in fault


def test_a_sign_off_with_its_days_in_order_is_accepted(tmp_path):
    folder = copy_rules(tmp_path, swap('on = "", next = ""', 'on = "2026-11-30", next = "2027-11-30"'))
    assert check_protocols(folder).faults == ()


def test_one_mistake_in_a_condition_is_told_once(tmp_path):
    faults = refusal_of(copy_rules(tmp_path, swap("below = 2.5 }", "under = 2.5 }", "neutrophils-fall")))
    assert len(faults) <= 2 and any("under" in fault for fault in faults)


def test_without_the_shared_file_nothing_starts_and_the_refusal_says_which_is_missing(tmp_path):
    folder = copy_rules(tmp_path)
    (folder / "common.toml").unlink()
    (fault,) = refusal_of(folder)
    assert "common.toml" in fault


def test_two_files_for_one_drug_are_refused(tmp_path):
    folder = copy_rules(tmp_path)
    (folder / "anakinra_too.toml").write_text(TEXT, encoding="utf-8")
    assert any("anakinra_too.toml" in fault for fault in refusal_of(folder))


def test_the_check_reports_what_the_start_would_refuse(tmp_path):
    checked = check_protocols(copy_rules(tmp_path, swap("{ below = 1.5,", "{ below = 1.4,", "neutrophils-stop")))
    assert any("must tile the line" in fault for fault in checked.faults)


def test_the_check_reports_a_protocol_without_stories(tmp_path):
    folder = copy_rules(tmp_path)
    (folder / "anakinra.cases.toml").unlink()
    assert any("anakinra.cases.toml is missing" in fault for fault in check_protocols(folder).faults)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('as_of = "2026-03-01"', 'on = "2026-03-01"', "on"),
        ('about = ["neutropenia"]', "about = []", "at least 1 item"),
        ('[["2026-02-20", "neutrophils", "1.49"]]', '[["2026-02-20", "neutrophils"]]', "results"),
        ('name = "a count of 1.49', "name = a count of 1.49", "line"),
    ],
)
def test_a_story_that_cannot_be_read_is_refused_by_file(old, new, words, tmp_path):
    checked = check_protocols(copy_rules(tmp_path, swap(old, new), "anakinra.cases.toml"))
    assert all(fault.startswith("anakinra.cases.toml: ") for fault in checked.faults)
    assert any(words in fault for fault in checked.faults)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('about = ["neutropenia"]', 'about = ["neutropenie"]', "'neutropenie'"),  # it would compare nothing
        ('"2026-02-20", "neutrophils", "1.49"', '"2026-02-20", "neutrophil", "1.49"', "'neutrophil'"),
        ('"2026-02-20", "neutrophils", "1.49"', '"2026-02-32", "neutrophils", "1.49"', "day"),
        ('"2026-02-20", "neutrophils", "1.49"', '"2026-02-20", "neutrophils", "1,49"', "'1,49' is not a number"),
        ('"!no_unit"', '"!nounit"', "'nounit'"),
        ('frequency = "alternate days"', 'frequency = "alternate dayz"', "'alternate dayz'"),
        ('indication = "NOMID"', 'indication = "NOMIDD"', "'NOMIDD'"),
        ('kind = "infection", start', 'kind = "infektion", start', "'infektion'"),
        ('severity = "serious"', 'severity = "serios"', "'serios'"),
        ('courses = [{ start = "2026-01-01" }]', 'courses = [{ start = "2026-01-01", status = "aktive" }]', "'aktive'"),
        ('authorities = ["EMA"]', 'authorities = ["EMAA"]', "'EMAA'"),
        ('sex = "male"', 'sex = "mail"', "'mail'"),
    ],
)
def test_a_misspelt_word_in_a_story_is_refused_by_file_and_story(old, new, words, tmp_path):
    faults = check_protocols(copy_rules(tmp_path, swap(old, new), "anakinra.cases.toml")).faults
    assert all(fault.startswith("anakinra.cases.toml: case '") for fault in faults)
    assert any(words in fault for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"neutrophils", "1.49"', '"neutrophils", "1.51"', "expected alert"),
        ('priority = "high", action = "stop", authority = ["EMA", "FDA", "BSR", "LOCAL"]',
         'priority = "low", action = "stop", authority = ["EMA", "FDA", "BSR", "LOCAL"]', "unexpected alert"),
        ('reason = "no_result" }', 'reason = "stale_result" }', "expected cannot-tell"),
        ('due = "2026-02-28", status = "done"', 'due = "2026-02-28", status = "due"', "expected visit"),
    ],
)  # fmt: skip
def test_a_story_that_does_not_come_out_is_named(old, new, words, tmp_path):
    checked = check_protocols(copy_rules(tmp_path, swap(old, new), "anakinra.cases.toml"))
    assert any(fault.startswith("anakinra.cases.toml: case ") and words in fault for fault in checked.faults)


def test_the_shipped_files_are_those_the_tests_break(tmp_path):
    assert check_protocols(copy_rules(tmp_path)).faults == ()
    assert Path(PROTOCOLS[0]).name == "anakinra.toml"


def test_a_review_that_is_overdue_is_named_and_one_that_is_not_is_not(tmp_path):
    folder = copy_rules(tmp_path, swap('next = "" }', 'next = "2026-11-21" }'))
    assert check_protocols(folder, date(2026, 11, 22)).overdue == ("anakinra",)
    assert check_protocols(folder, date(2026, 11, 21)).overdue == ()
