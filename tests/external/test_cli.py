"""The command line as a black box: exit codes, the one JSON document, its keys, and what is left on the disk."""

from __future__ import annotations

import csv
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest

from core.cli import main
from core.services.trail import list_trail

ROOT = pathlib.Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.external
AS_OF = "2026-11-20"  # the sample clinic's day

Json = dict[str, Any]
Done = subprocess.CompletedProcess[str]

EVALUATION = {"as_of", "authorities", "protocols", "alerts", "cannot_tell", "schedule"}
ALERT = {
    "alert_id", "patient_id", "drug", "rule_id", "category", "priority", "action", "respond_within_days", "title",
    "advice", "authority", "sources", "opened_at", "closed_at", "state", "evidence", "basis",
}  # fmt: skip
CANNOT_TELL = {"patient_id", "drug", "rule_id", "category", "reason", "remedy"}
VISIT = {
    "patient_id", "drug", "test", "due_date", "authority", "window_start", "window_end", "status", "satisfied_by",
}  # fmt: skip
BENCH = {
    "patients", "results", "rules", "seconds", "sort_floor_seconds", "ratio", "peak_mb", "one_patient_ms_median",
    "one_patient_ms_p95",
}  # fmt: skip
PATIENTS = "patient_id,family_name,given_name,birth_date,sex\n007,ARDEN,Ann,1970-01-01,female\n"
RESULTS = "result_id,patient_id,analyte,value,unit,collected_at\nR1,007,neutrophils,1.2,{unit},2026-03-01\n"
COURSES = (
    "course_id,patient_id,drug,dose,dose_unit,frequency,start_date\nC1,007,anakinra,100,mg,once daily,2026-01-01\n"
)


def run(*arguments: object, folder: pathlib.Path = ROOT) -> Done:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NADIR_")}
    command = [sys.executable, "-m", "core", *map(str, arguments)]
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def run_here(*arguments: object, folder: pathlib.Path = ROOT) -> Done:
    """The same without a Python of its own: for what another run of the same test has asked as a black box."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith("NADIR_")]:
            patched.delenv(name)
        patched.chdir(folder)
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in arguments])
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return Done(arguments, int(left.value.code or 0), out.getvalue(), err.getvalue())


def ask(*arguments: object) -> Json:
    done = run(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    answer: Json = json.loads(done.stdout)
    return answer


def refuse(code: int, *arguments: object, folder: pathlib.Path = ROOT) -> str:
    """The one sentence of a refusal, the same on stderr and in the JSON document."""
    return _sentence_of(code, run(*arguments, folder=folder), run_here(*arguments, "--json", folder=folder))


def refuse_here(code: int, *arguments: object) -> str:
    """The same for more of a kind that `refuse` has asked as a black box."""
    return _sentence_of(code, run_here(*arguments), run_here(*arguments, "--json"))


def _sentence_of(code: int, plain: Done, told: Done) -> str:
    assert (plain.returncode, plain.stdout, told.returncode, told.stderr) == (code, "", code, "")
    sentence: str = json.loads(told.stdout)["error"]
    assert plain.stderr == sentence + "\n"
    assert "Errno" not in sentence
    return sentence


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample clinic's store."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'clinic.db'}"
    assert run("demo", "--db", url).returncode == 0
    return url


@pytest.fixture(scope="module")
def evaluated(sample: str) -> Json:
    """The sample clinic's evaluation, closed alerts too."""
    return ask("evaluate", "--as-of", AS_OF, "--all", "--db", sample)


@pytest.fixture
def clinic(tmp_path: pathlib.Path) -> pathlib.Path:
    """A clinic file set of one patient, with one result in a unit nobody knows beside a good one."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "patients.csv").write_text(PATIENTS, encoding="utf-8")
    (folder / "medications.csv").write_text(COURSES, encoding="utf-8")
    bad = "R2,007,neutrophils,4,furlongs,2026-03-02\n"
    (folder / "results.csv").write_text(RESULTS.format(unit="10*9/L") + bad, encoding="utf-8")
    return folder


def test_a_quarantined_row_is_no_failure_unless_strict_is_asked(tmp_path, clinic):
    plain = run("import", clinic, "--db", f"sqlite:///{tmp_path / 'a.db'}", "--json")
    strict = run("import", clinic, "--db", f"sqlite:///{tmp_path / 'b.db'}", "--json", "--strict")
    assert (plain.returncode, strict.returncode) == (0, 1)
    for done in (plain, strict):
        report = json.loads(done.stdout)
        assert (report["rows_in"], report["stored"], report["quarantined"]) == (4, 3, 1)


def test_importing_says_nothing_on_stderr_where_nobody_watches(tmp_path, clinic):
    assert run("import", clinic, "--db", f"sqlite:///{tmp_path / 'a.db'}").stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is needed")
def test_importing_shows_on_a_terminal_what_it_is_doing_and_how_much(tmp_path, clinic):
    import pty

    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "core", "import", clinic, "--db", f"sqlite:///{tmp_path / 'a.db'}", "--json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, text=True, timeout=120)
    os.close(theirs)
    seen = os.read(mine, 4096).decode()
    os.close(mine)
    assert seen.split() == ["reading", "3", "files…", "settling", "4", "rows…", "judging", "1", "patients…"]
    assert json.loads(done.stdout)["stored"] == 3


@pytest.mark.parametrize(
    "command", [["evaluate", "--as-of", AS_OF], ["export", "alerts"], ["export", "results"], ["explain", "abc"]]
)
def test_a_mistyped_store_is_refused_and_not_made(tmp_path, command):
    sentence = refuse(2, *command, "--db", f"sqlite:///{tmp_path / 'mistyped.db'}")
    assert "no store at" in sentence
    assert "mistyped.db" in sentence
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_explain_on_a_day_makes_no_store_either(tmp_path):
    assert "no store at" in refuse(2, "explain", "abc", "--as-of", AS_OF, "--db", f"sqlite:///{tmp_path / 'no.db'}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("day", ["2100-01-01", "9999-12-31", "1899-12-31", "0001-01-01", "yesterday", "2026-02-30"])
def test_a_day_on_which_nobody_can_be_judged_is_refused(sample, day):
    assert day in refuse_here(2, "evaluate", "--as-of", day, "--db", sample)
    assert day in refuse_here(2, "explain", "abc", "--as-of", day, "--db", sample)


def test_the_last_day_that_can_be_judged_is_judged(tmp_path, clinic):
    url = f"sqlite:///{tmp_path / 'a.db'}"  # one patient: every visit until then is made
    run_here("import", clinic, "--db", url)
    told = ask("evaluate", "--as-of", "2099-12-31", "--db", url)
    assert told["as_of"] == "2099-12-31" and told["schedule"]


@pytest.mark.parametrize(
    "command",
    [
        ["evaluate"],
        ["nonsense"],
        ["export", "people", "--db", "SAMPLE"],
        ["evaluate", "--as-of", AS_OF, "--patient", "nobody", "--db", "SAMPLE"],
        ["evaluate", "--as-of", "2100-01-01", "--db", "SAMPLE"],
        ["evaluate", "--as-of", AS_OF, "--authorities", "WHO", "--db", "SAMPLE"],
        ["explain", "no-such-alert", "--db", "SAMPLE"],
        ["evaluate", "--as-of", AS_OF, "--db", "clinic.db"],
        ["import", "no-such-folder", "--db", "SAMPLE"],
        ["demo", "--db", "SAMPLE"],
        ["calc", "no_such_calculator"],
    ],
    ids=" ".join,
)
def test_a_bad_argument_is_one_sentence_and_exit_2(sample, command):
    assert refuse(2, *[sample if word == "SAMPLE" else word for word in command])


def test_a_duplicate_header_is_refused_with_its_reason_and_file(tmp_path, clinic):
    (clinic / "results.csv").write_text("patient_id,value,value\n", encoding="utf-8")
    done = run("import", clinic, "--db", f"sqlite:///{tmp_path / 'a.db'}", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["reason"], told["file"]) == (2, "duplicate_header", "results.csv")


def test_a_store_that_is_no_database_is_exit_3(tmp_path):
    (tmp_path / "letter.db").write_bytes(b"Dear colleague, thank you for referring this patient. " * 40)
    assert "not a database" in refuse(3, "evaluate", "--as-of", AS_OF, "--db", f"sqlite:///{tmp_path / 'letter.db'}")


def test_a_server_without_a_driver_is_exit_3_in_plain_words():
    sentence = refuse(3, "evaluate", "--as-of", AS_OF, "--db", "mysql+pymysql://clinic@localhost/nadir")
    assert "this installation has no driver for that database: " in sentence
    assert "module" not in sentence


def test_evaluate_has_the_contracts_keys(evaluated):
    told = evaluated
    assert set(told) == EVALUATION
    assert told["as_of"] == AS_OF
    assert all(sha.startswith("sha256:") for sha in told["protocols"].values())
    assert {one["state"] for one in told["alerts"]} == {"open", "resolved"}
    for one in told["alerts"]:
        assert set(one) >= ALERT
        assert set(one["basis"]) >= {"operator", "threshold", "unit", "inputs", "equation"}
        assert all(set(source) >= {"document", "section", "version"} for source in one["sources"])
        for fact in one["evidence"]:
            result = {"result_id", "analyte", "value", "comparator", "unit", "collected_at"}
            assert set(fact) >= result or "event_id" in fact
    assert all(set(one) >= CANNOT_TELL for one in told["cannot_tell"])
    assert all(set(one) >= VISIT for one in told["schedule"])
    assert told["cannot_tell"]
    assert {"done", "overdue", "upcoming"} <= {one["status"] for one in told["schedule"]}


def test_without_all_only_open_alerts_are_told(sample):
    told = json.loads(run_here("evaluate", "--as-of", AS_OF, "--db", sample, "--json").stdout)
    assert {one["closed_at"] for one in told["alerts"]} == {None}


def test_the_text_gives_each_authority_its_own_action(sample, evaluated):
    open_alerts = (one for one in evaluated["alerts"] if one["closed_at"] is None)
    stop = next(one for one in open_alerts if one["rule_id"] == "anakinra.neutrophils-stop")
    lines = run("evaluate", "--as-of", AS_OF, "--db", sample).stdout.splitlines()
    (line,) = [line for line in lines if line.endswith(stop["alert_id"])]
    assert "[EMA: stop; LOCAL: stop; FDA: review; BSR: review]" in line


@pytest.mark.parametrize("kind", ["alerts", "schedule"])
def test_an_empty_store_exports_the_header_of_a_full_one(tmp_path, sample, kind):
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    (tmp_path / "patients.csv").write_text(PATIENTS.splitlines()[0] + "\n", encoding="utf-8")
    assert run_here("import", tmp_path / "patients.csv", "--db", empty).returncode == 0
    header = run_here("export", kind, "--db", empty).stdout
    full = run("export", kind, "--db", sample).stdout
    assert full.startswith(header)
    assert len(header.splitlines()) == 1
    told = json.loads(run_here("export", kind, "--db", sample, "--json").stdout)[kind]
    assert header.rstrip().split(",") == list(told[0])
    assert len(list(csv.reader(io.StringIO(full)))) == len(told) + 1


def name_alert(evaluated: Json, rule: str) -> str:
    """The id of an alert with this rule as its strictest position."""
    return str(next(one["alert_id"] for one in evaluated["alerts"] if one["rule_id"] == f"anakinra.{rule}"))


def explain_here(sample: str, alert_id: str) -> Json:
    told: Json = json.loads(run_here("explain", alert_id, "--db", sample, "--json").stdout)
    return told


def test_explain_gives_facts_with_their_lines_clauses_and_protocol(sample, evaluated):
    told = ask("explain", name_alert(evaluated, "neutrophils-stop"), "--db", sample)
    assert told == explain_here(sample, told["alert"]["alert_id"])
    assert set(told) >= {"alert", "clauses", "would_clear", "protocol", "jurisdictions", "comparison", "notes"}
    assert set(told["alert"]) >= ALERT
    assert {"file", "row"} <= set(told["alert"]["evidence"][0])
    assert set(told["protocol"]) >= {"drug", "hash", "signed", "version", "review_overdue"}
    assert {clause["rule_id"] for clause in told["clauses"] if clause["met"]} == {
        position["rule_id"] for position in told["alert"]["positions"]
    }


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("neutrophils-stop", "A later neutrophil count >= 2 10*9/L."),
        ("neutrophils-low", "A later neutrophil count >= 2 10*9/L."),
        ("neutrophils-contraindication", "A later neutrophil count >= 1.5 10*9/L."),
        ("infection-fever", "A later temperature < 38 Cel."),
        ("renal-frequency", "A later creatinine clearance >= 60 mL/min, or a course on alternate days."),
        ("aki-kdigo", "A later creatinine that shows no stage of acute kidney injury."),
        ("serious-infection-stop", "An end date of the event."),
        ("neutrophils-overdue", "A neutrophil result."),
        ("creatinine-baseline", "A creatinine result of 29-Oct-2026 or later."),
        ("weight-out-of-date", "A later weight result."),
        ("neutropenic-emergency", "A later neutrophil count >= 1.5 10*9/L."),
    ],
)
def test_what_would_clear_an_alert_leaves_nothing_of_it_met(sample, evaluated, rule, sentence):
    assert explain_here(sample, name_alert(evaluated, rule))["would_clear"] == sentence


def test_an_event_alert_is_explained_by_the_rules_that_raised_it(sample, evaluated):
    told = explain_here(sample, name_alert(evaluated, "serious-infection-stop"))
    assert "anakinra.serious-infection-stop" in {clause["rule_id"] for clause in told["clauses"] if clause["met"]}


def test_bench_has_the_contracts_keys():
    told = ask("bench", "--patients", 50, "--results", 5000)
    assert set(told) >= BENCH
    assert (told["patients"], told["rules"] > 0, told["ratio"] > 0) == (50, True, True)
    assert told["one_patient_ms_median"] <= told["one_patient_ms_p95"]


def test_a_broken_protocol_file_makes_the_check_exit_1_and_name_it(tmp_path):
    for name in ("core", "sample_data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "core" / "protocols" / "anakinra.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("{ from = 1.5 },", "{ from = 1.4 },", 1), encoding="utf-8")
    command = [sys.executable, "-m", "core", "protocols", "check", "--json"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    assert any("anakinra.toml" in fault for fault in told["faults"])


BATCH = "id ,egfr,note\n007,59.5,=1+1\n008,,'@x\n"


def test_a_batch_keeps_every_other_cell_as_it_came(tmp_path):
    (tmp_path / "in.csv").write_text(BATCH, encoding="utf-8")
    told = ask("calc", "kdigo_gfr_category", "--batch", tmp_path / "in.csv", "--out", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        header, first, second = csv.reader(file)
    assert told["rows"] == 2
    assert header == ["id ", "egfr", "note", "result", "result_unit", "error"]
    assert first == ["007", "59.5", "=1+1", "G2", "", ""]
    assert (second[:4], bool(second[5])) == (["008", "", "'@x", ""], True)


@pytest.mark.parametrize("out", ["in.csv", "./in.csv", "link.csv"])
def test_a_batch_is_never_written_over_what_it_reads(tmp_path, out):
    path = tmp_path / "in.csv"
    path.write_text(BATCH, encoding="utf-8")
    (tmp_path / "link.csv").hardlink_to(path)
    sentence = refuse(2, "calc", "kdigo_gfr_category", "--batch", "in.csv", "--out", out, folder=tmp_path)
    assert "over itself" in sentence
    assert path.read_text(encoding="utf-8") == BATCH


@pytest.mark.parametrize("column", ["result", "result_unit", "error"])
def test_a_batch_does_not_drop_a_column_named_like_its_answer(tmp_path, column):
    (tmp_path / "in.csv").write_text(f"egfr,{column}\n59,mine\n", encoding="utf-8")
    sentence = refuse(
        2, "calc", "kdigo_gfr_category", "--batch", tmp_path / "in.csv", "--out", tmp_path / "out.csv"
    )  # fmt: skip
    assert f"'{column}'" in sentence
    assert [file.name for file in tmp_path.iterdir()] == ["in.csv"]


def test_what_leaves_by_export_stands_in_the_trail_with_kind_form_and_how_many_patients(tmp_path, clinic):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    run("import", clinic, "--db", url)
    run("export", "results", "--db", url)
    run("export", "alerts", "--db", url, "--json")
    refuse(2, "export", "people", "--db", url)
    told = [entry for _, entry in list_trail(url) if entry.what == "export"]
    assert [(one.by, one.subject) for one in told] == [
        ("command line", "alerts, JSON, 1 patient, all that is stored"),
        ("command line", "results, CSV, 1 patient, all that is stored"),
    ]
