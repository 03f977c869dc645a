"""What was judged and kept beside a store: the same as judged anew, never of other facts, never a damaged file's."""

from __future__ import annotations

import json
import stat
from dataclasses import fields, replace
from pathlib import Path
from threading import Thread

import pytest

from core.clock import read_clock
from core.records import DAY
from core.services import demo, evaluate_clinic, green_lane, kept_picture, review, worklist
from core.services.import_data import import_paths
from core.services.mend_quarantine import dismiss_rows
from core.settings import Settings
from core.store import kept_cohort, private_file, program_text
from core.store.connect import open_store
from core.store.schema import REVISIONS
from core.views.model import ClinicPicture
from core.views.worklist import list_patients
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result
from tools.benchmark.cohort import make_cohort
from tools.benchmark.filing import write_files

TODAY = "2026-11-20"
COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"


@pytest.fixture(autouse=True)
def _small_clinics_are_kept_at_once(monkeypatch):
    """Whatever is judged is kept before the question is answered; nothing stays in memory between two questions; and
    whoever edits the program meanwhile changes no answer.
    """
    monkeypatch.setattr(kept_picture, "read_program", lambda: "this program")
    monkeypatch.setattr(kept_picture, "_name_program", lambda: "this program")
    monkeypatch.setattr(kept_cohort, "_name_program", lambda: "this program")
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1)
    monkeypatch.setattr(review, "Timer", _AtOnce)
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())
    monkeypatch.setenv("NADIR_AS_OF", TODAY)


class _AtOnce:
    daemon = False

    def __init__(self, _seconds: float, act) -> None:
        self.start = act


@pytest.fixture(scope="module")
def sample(tmp_path_factory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('sample') / 'clinic.db'}"
    demo.load_demo(url)
    return url


@pytest.fixture
def small(tmp_path) -> str:
    store = make_store(tmp_path)
    lines = [result("R1", "1.9"), result("R2", "<0.5", "2026-04-01"), result("R3", "900", "2026-05-01")]
    bring_in(store, patients=[ANN, BEN], results=lines, medications=[COURSE])
    return f"sqlite:///{store.name}"


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///") + kept_picture.SUFFIX)


def ask(url: str, monkeypatch) -> tuple[ClinicPicture, bool]:
    """The clinic for somebody who just started the program, and whether it was judged for them."""
    review._KEPT.clear()
    judged, really = [], review.judge_clinic

    def watched(*given):
        judged.append(given)
        return really(*given)

    with monkeypatch.context() as patched:
        patched.setattr(review, "judge_clinic", watched)
        picture = review.clinic(url)
    return picture, bool(judged)


def tell(picture: ClinicPicture) -> dict[str, str]:
    """All of a picture with its rows, types and order included: 1, 1.0 and True are told apart."""
    told = {}
    for field in fields(picture):
        if field.compare:
            value = getattr(picture, field.name)
            told[field.name] = repr(dict(value) if hasattr(value, "items") else value)
    rows = [replace(row, categories=sorted(row.categories), drugs=sorted(row.drugs)) for row in list_patients(picture)]
    return {**told, "rows": repr(rows)}  # the order within a set means nothing


def judge_anew(url: str, monkeypatch) -> dict[str, str]:
    file_of(url).unlink(missing_ok=True)
    picture, judged = ask(url, monkeypatch)
    assert judged
    return tell(picture)


def test_what_is_kept_of_the_sample_clinic_is_what_is_judged_anew(sample, monkeypatch):
    anew = judge_anew(sample, monkeypatch)
    picture, judged = ask(sample, monkeypatch)
    assert not judged
    assert tell(picture) == anew
    assert len(picture.standing.alerts) > 25


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_kept_of_any_clinic_is_what_is_judged_anew(seed, tmp_path, monkeypatch):
    folder = tmp_path / "files"
    folder.mkdir()
    write_files(make_cohort(40, seed, each=1), folder)
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    import_paths(url, [folder], source="lab", zone="UTC", now=read_clock("UTC", TODAY), judge=lambda *_: {})
    anew = judge_anew(url, monkeypatch)
    picture, judged = ask(url, monkeypatch)
    assert not judged
    assert tell(picture) == anew
    assert picture.standing.schedule


def test_the_lives_of_alerts_and_the_green_lane_are_the_same_from_what_is_kept(sample, monkeypatch):
    file_of(sample).unlink(missing_ok=True)
    review._KEPT.clear()
    first = worklist.read_panel(sample, "ann")
    green = green_lane.read_green(sample, first)
    review._keep_later(open_store(sample), _name(sample), first.picture)
    review._KEPT.clear()
    again = worklist.read_panel(sample, "ann")
    assert again.picture is not first.picture
    assert repr((again.lives, again.breaches)) == repr((first.lives, first.breaches))
    assert again.states == first.states
    assert green_lane.read_green(sample, again) == green


def _name(url: str) -> str:
    store = open_store(url)
    with store.reading() as connection:
        held, _, asked = review._ask(connection, store, None)
        return review._name(connection, held, asked)


@pytest.mark.parametrize(
    "lines",
    [
        {"results": [result("R4", "0.4", "2026-06-01")]},
        {"results": [result("R1", "0.3", status="corrected")]},
        {"results": [result("R1", "", status="entered-in-error")]},
        {"results": [result("R5", "many", "2026-06-01")]},
        {"medications": [COURSE.replace("2026-01-01,,active", "2026-01-01,2026-02-01,stopped")]},
        {"events": ["E1,0012345,infection,2026-11-01,,,,serious"]},
        {"patients": [ANN.replace("ARDEN", "ASPEN")]},
    ],
    ids=["new result", "corrected", "taken back", "unreadable", "course ended", "event", "another name"],
)
def test_a_changed_fact_is_never_answered_from_what_was_judged_before(small, lines, monkeypatch):
    before = judge_anew(small, monkeypatch)
    bring_in(open_store(small), **lines)
    picture, judged = ask(small, monkeypatch)
    assert judged
    assert tell(picture) != before
    assert tell(picture) == judge_anew(small, monkeypatch)


def test_what_was_judged_of_other_facts_is_removed(small, monkeypatch):
    judge_anew(small, monkeypatch)
    bring_in(open_store(small), results=[result("R4", "0.4", "2026-06-01")])
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1_000)  # so that nothing takes its place
    ask(small, monkeypatch)
    assert not file_of(small).exists()


def test_a_dismissed_mark_is_never_answered_from_what_was_judged_before(small, monkeypatch):
    store = open_store(small)
    bring_in(store, results=[result("R9", "much", "2026-06-01")])
    judge_anew(small, monkeypatch)
    with store.reading() as connection:
        rows = [row for (row,) in connection.exec_driver_sql("SELECT row_id FROM quarantine")]
    dismiss_rows(Settings(db_url=small), rows, "not a result", by="ann")
    assert ask(small, monkeypatch)[1]


def test_a_store_put_back_from_a_backup_is_judged_anew(small, monkeypatch):
    store = open_store(small)
    store.engine.dispose()
    backup = Path(store.name).read_bytes()
    bring_in(store, results=[result("R7", "0.2", "2026-07-01")])
    judge_anew(small, monkeypatch)
    store.engine.dispose()
    Path(store.name).write_bytes(backup)
    bring_in(open_store(small), results=[result("R7", "2.2", "2026-07-01")])
    assert ask(small, monkeypatch)[1]


@pytest.mark.parametrize("changed", ["authorities", "day", "program", "rules", "python", "tables"])
def test_other_rules_another_time_or_another_program_judge_anew(small, changed, monkeypatch, tmp_path):
    judge_anew(small, monkeypatch)
    assert not ask(small, monkeypatch)[1]
    match changed:
        case "authorities":
            monkeypatch.setenv("NADIR_AUTHORITIES", "EMA")
        case "day":
            monkeypatch.setenv("NADIR_AS_OF", "2026-11-21")
        case "program":
            monkeypatch.setattr(kept_picture, "_name_program", lambda: "a later one")
        case "rules":
            monkeypatch.setattr(kept_picture, "_name_program", _program_with_another_rule(tmp_path, monkeypatch))
        case "python":
            monkeypatch.setattr(kept_picture.platform, "python_version", lambda: "3.99")
        case "tables":
            monkeypatch.setattr(kept_cohort.schema, "REVISIONS", (*REVISIONS, "later"))
    assert ask(small, monkeypatch)[1]


def _program_with_another_rule(folder: Path, monkeypatch):
    """The name of this program with one number of one protocol file changed."""
    core = folder / "core"
    for file in program_text.CORE.rglob("*"):
        if file.suffix in (".py", ".toml"):
            copy = core / file.relative_to(program_text.CORE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    with monkeypatch.context() as patched:
        patched.setattr(program_text, "CORE", core)
        same = program_text.read_program()
        protocol = core / "protocols" / "anakinra.toml"
        protocol.write_text(protocol.read_text().replace("0.5", "0.6", 1))
        other = program_text.read_program()
    assert same != other
    return lambda: other


def test_within_the_hour_it_answers_and_in_the_next_it_is_judged_anew(small, monkeypatch):
    monkeypatch.delenv("NADIR_AS_OF")
    at = 20_780 * DAY + 9 * review.CLOCK_SECONDS
    said = []
    for clock in (at + 60, at + 3_000, at + 30, at + review.CLOCK_SECONDS):
        monkeypatch.setattr("core.services.now.read_clock", lambda *_, now=clock: now)
        picture, judged = ask(small, monkeypatch)
        said.append((judged, picture.as_of - at))
    # a clock put back is never shown what was judged later than it
    assert said == [(True, 60), (False, 60), (True, 30), (True, review.CLOCK_SECONDS)]


def test_a_past_day_is_neither_kept_nor_answered_from_what_is_kept(small, monkeypatch):
    now = judge_anew(small, monkeypatch)
    kept = file_of(small).read_bytes()
    past = review.clinic(small, read_clock("UTC", "2026-03-02"))
    assert past.as_of == read_clock("UTC", "2026-03-02")
    assert file_of(small).read_bytes() == kept
    assert tell(ask(small, monkeypatch)[0]) == now


HARM = ["cut", "first bit", "bit in the key", "bit in the middle", "last bit", "empty", "foreign", "end cut", "longer"]


@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_file_is_not_believed_and_made_anew(small, harm, monkeypatch):
    good = judge_anew(small, monkeypatch)
    file = file_of(small)
    whole = file.read_bytes()
    harmed = {
        "cut": whole[: len(whole) // 2],
        "first bit": _flip(whole, 0),
        "bit in the key": _flip(whole, 70),
        "bit in the middle": _flip(whole, len(whole) // 2),
        "last bit": _flip(whole, len(whole) - 1),
        "empty": b"",
        "foreign": b"SQLite format 3\0" + whole[16:],
        "end cut": whole[:-1],
        "longer": whole + b"0",
    }[harm]
    file.write_bytes(harmed)
    picture, judged = ask(small, monkeypatch)
    assert judged
    assert tell(picture) == good
    assert not ask(small, monkeypatch)[1]


def _flip(whole: bytes, place: int) -> bytes:
    return whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]


def test_a_file_with_a_true_digest_that_this_program_did_not_write_is_not_believed(small, monkeypatch):
    good = judge_anew(small, monkeypatch)
    kept = private_file.read_own(file_of(small), _name(small))
    assert kept is not None
    sections = kept_picture._take_apart(kept)
    for strange in ({}, {**sections, "rest": b"{}"}, {**sections, "visits": json.dumps(["odd", 1]).encode()}):
        assert private_file.write_whole(file_of(small), _name(small), kept_picture._put_together(strange))
        picture, judged = ask(small, monkeypatch)
        assert judged
        assert tell(picture) == good


def test_only_the_owner_may_read_it_and_a_file_others_may_touch_is_not_believed(small, monkeypatch):
    judge_anew(small, monkeypatch)
    file = file_of(small)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o620)
    assert ask(small, monkeypatch)[1]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_patient_who_could_not_be_judged_is_named_and_nothing_is_kept(sample, monkeypatch):
    file_of(sample).unlink(missing_ok=True)
    sound = evaluate_clinic.evaluate

    def failing(cohort, *rest, **options):
        if "SAMPLE-0007" in cohort.patients.patient_id:
            raise ZeroDivisionError
        return sound(cohort, *rest, **options)

    with monkeypatch.context() as patched:
        patched.setattr(evaluate_clinic, "evaluate", failing)
        picture, _ = ask(sample, monkeypatch)
    assert "SAMPLE-0007" in {one.patient_id for one in picture.standing.cannot_tell if one.reason == "not_evaluated"}
    assert not file_of(sample).exists()
    assert ask(sample, monkeypatch)[1]


def test_a_program_changed_while_it_ran_keeps_nothing(small, monkeypatch):
    monkeypatch.setattr(kept_picture, "read_program", lambda: "written over a moment ago")
    judge_anew(small, monkeypatch)
    assert not file_of(small).exists()


def test_a_judgement_by_rules_that_were_changed_after_they_were_read_is_not_kept(small, monkeypatch):
    monkeypatch.setattr(kept_picture, "read_hashes", lambda: frozenset({"sha256:" + "0" * 64}))
    judge_anew(small, monkeypatch)
    assert not file_of(small).exists()


def test_what_would_not_come_back_as_it_was_is_not_kept(small, monkeypatch):
    judge_anew(small, monkeypatch)
    picture, _ = ask(small, monkeypatch)
    file_of(small).unlink()
    store = open_store(small)
    odd = replace(picture, newest_known={"0012345": object()})  # type: ignore[dict-item]
    odd.derived.update(picture.derived)
    with store.reading() as connection:
        assert not kept_picture.keep_picture(connection, _name(small), odd)
        assert not file_of(small).exists()
        assert kept_picture.keep_picture(connection, _name(small), picture)


def test_a_picture_whose_worklist_nobody_asked_for_is_kept_with_it(small, monkeypatch):
    judge_anew(small, monkeypatch)
    picture, _ = ask(small, monkeypatch)
    unasked = replace(picture)
    assert "worklist" not in unasked.derived
    file_of(small).unlink()
    with open_store(small).reading() as connection:
        assert kept_picture.keep_picture(connection, _name(small), unasked)
    again, judged = ask(small, monkeypatch)
    assert not judged
    assert tell(again) == tell(picture)


def test_what_a_writer_sees_is_neither_kept_nor_answered_from_what_is_kept(small, monkeypatch):
    judge_anew(small, monkeypatch)
    picture, _ = ask(small, monkeypatch)
    name = _name(small)
    with open_store(small).writing() as connection:
        assert kept_picture.find_picture(connection, name, 0, picture.as_of) is None
        assert not kept_picture.keep_picture(connection, name, picture)


def test_a_folder_that_cannot_be_written_costs_time_and_no_answer(small, monkeypatch):
    good = judge_anew(small, monkeypatch)

    def refuse(*_: object) -> int:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(private_file.os, "open", refuse)
        assert judge_anew(small, monkeypatch) == good
    assert not file_of(small).exists()


def test_a_small_clinic_keeps_nothing_beside_its_store(small, monkeypatch):
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1_000)
    judge_anew(small, monkeypatch)
    assert not file_of(small).exists()


def test_two_who_ask_at_once_are_shown_one_judgement(small, monkeypatch):
    judged, really, told = [], review.judge_clinic, []

    def watched(*given):
        judged.append(given)
        return really(*given)

    monkeypatch.setattr(review, "judge_clinic", watched)
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1_000)
    several = [Thread(target=lambda: told.append(review.clinic(small))) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert len(judged) == 1
    assert {id(picture) for picture in told} == {id(told[0])}
    assert len(told) == 4
