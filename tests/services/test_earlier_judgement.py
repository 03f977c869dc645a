"""A list of an earlier judgement: of exactly these facts, rules and program, for a few days, and never as if of now."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event, Thread

import pytest

from core.errors import StoreFailed
from core.records import DAY
from core.services import bring_up, first_picture, kept_picture, review, worklist
from core.services.mend_quarantine import dismiss_rows
from core.settings import Settings
from core.store import kept_cohort
from core.store.connect import open_store
from core.store.schema import REVISIONS
from tests.store.small_clinic import ANN, BEN, bring_in, make_store, result

HOUR = review.CLOCK_SECONDS
FRIDAY = 20_777 * DAY + 17 * HOUR + 2_400  # 17:40
COURSE = "C1,0012345,anakinra,RA,100,mg,once daily,SC,2026-01-01,,active,"
PATIENCE = 60.0


class _AtOnce:
    daemon = False

    def __init__(self, _seconds: float, act) -> None:
        self.start = act


@pytest.fixture(autouse=True)
def _kept_at_once(monkeypatch):
    """Whatever is judged is kept at once, by a program that nobody edits meanwhile; no other test's is in memory."""
    monkeypatch.setattr(kept_picture, "read_program", lambda: "this program")
    monkeypatch.setattr(kept_picture, "_name_program", lambda: "this program")
    monkeypatch.setattr(kept_cohort, "_name_program", lambda: "this program")
    monkeypatch.setattr(kept_cohort, "WORTH_KEEPING", 1)
    monkeypatch.setattr(review, "Timer", _AtOnce)
    monkeypatch.setattr(review, "_KEPT", type(review._KEPT)())
    monkeypatch.setattr(bring_up, "_GOING", {})
    monkeypatch.setattr(bring_up, "HEAD_START_SECONDS", 0.0)


@pytest.fixture
def clock(monkeypatch) -> list[int]:
    now = [FRIDAY]
    monkeypatch.delenv("NADIR_AS_OF", raising=False)
    monkeypatch.setattr("core.services.now.read_clock", lambda *_: now[0])
    return now


@pytest.fixture
def friday(tmp_path, clock) -> str:
    """A small clinic, last judged on a Friday at 17:40 by a server that has ended since."""
    store = make_store(tmp_path)
    lines = [result("R1", "1.9"), result("R2", "<0.5", "2026-04-01"), result("R3", "900", "2026-05-01")]
    bring_in(store, patients=[ANN, BEN], results=lines, medications=[COURSE])
    url = f"sqlite:///{store.name}"
    review.clinic(url)
    review._KEPT.clear()
    return url


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///") + kept_picture.SUFFIX)


def monday(clock: list[int]) -> None:
    clock[0] = FRIDAY + 2 * DAY + 15 * HOUR


def test_the_first_of_an_hour_is_shown_what_was_judged_last_and_told_that_it_is_not_of_now(friday, clock):
    monday(clock)
    picture, is_now = review.soonest(friday)
    assert not is_now
    assert picture.as_of == picture.standing.as_of == FRIDAY
    panel = worklist.read_panel(friday, "ann", soonest=True)
    assert panel.picture is picture
    assert not panel.is_now


def test_once_now_is_judged_nobody_is_shown_the_earlier_judgement(friday, clock):
    monday(clock)
    assert not review.soonest(friday)[1]
    now = review.clinic(friday)
    assert now.as_of == clock[0]
    assert review.soonest(friday) == (now, True)


def test_whoever_does_not_ask_for_the_soonest_waits_for_now(friday, clock):
    monday(clock)
    assert not review.soonest(friday)[1]  # the earlier one is in memory
    panel = worklist.read_panel(friday, "ann")
    assert panel.is_now
    assert panel.picture.as_of == clock[0]


def test_within_the_hour_what_is_kept_is_of_now(friday, clock):
    clock[0] += 600
    picture, is_now = review.soonest(friday)
    assert is_now
    assert review.clinic(friday) is picture


def test_two_who_come_at_once_read_one_earlier_judgement_once(friday, clock, monkeypatch):
    monday(clock)
    read, really = [], review.find_picture

    def watched(*given):
        read.append(given)
        return really(*given)

    monkeypatch.setattr(review, "find_picture", watched)
    told = []
    both = [Thread(target=lambda: told.append(review.soonest(friday))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(PATIENCE)
    assert len(read) == 1
    assert told[0][0] is told[1][0]
    assert not told[0][1]


@pytest.mark.parametrize("memory", [False, True], ids=["after a start", "in a running server"])
@pytest.mark.parametrize(
    "lines",
    [
        {"results": [result("R4", "0.4", "2026-06-01")]},
        {"results": [result("R1", "0.3", status="corrected")]},
        {"results": [result("R1", "", status="entered-in-error")]},
        {"results": [result("R5", "many", "2026-06-01")]},
        {"medications": [COURSE.replace("2026-01-01,,active", "2026-01-01,2026-02-01,stopped")]},
        {"patients": [ANN.replace("ARDEN", "ASPEN")]},
    ],
    ids=["new result", "corrected", "taken back", "unreadable", "course ended", "another name"],
)
def test_of_other_facts_nothing_older_is_ever_shown(friday, clock, lines, memory):
    if memory:
        review.clinic(friday)
    bring_in(open_store(friday), **lines)
    monday(clock)
    picture, is_now = review.soonest(friday)
    assert is_now
    assert picture.as_of == clock[0]


def test_a_dismissed_mark_is_another_fact(tmp_path, clock, friday):
    store = open_store(friday)
    bring_in(store, results=[result("R9", "much", "2026-06-01")])
    review.clinic(friday)
    with store.reading() as connection:
        rows = [row for (row,) in connection.exec_driver_sql("SELECT row_id FROM quarantine")]
    dismiss_rows(Settings(db_url=friday), rows, "not a result", by="ann")
    monday(clock)
    assert review.soonest(friday)[1]


def test_a_store_put_back_under_a_running_server_is_not_shown_as_it_was_judged_before(friday, clock):
    store = open_store(friday)
    store.engine.dispose()
    backup = Path(store.name).read_bytes()
    bring_in(store, results=[result("R7", "0.2", "2026-07-01")])
    review.clinic(friday)  # held in memory, under the version that the other file has too
    store.engine.dispose()
    Path(store.name).write_bytes(backup)
    bring_in(open_store(friday), results=[result("R7", "2.2", "2026-07-01")])
    monday(clock)
    assert review.soonest(friday)[1]


@pytest.mark.parametrize("memory", [False, True], ids=["after a start", "in a running server"])
@pytest.mark.parametrize("changed", ["authorities", "program or rules", "python", "tables", "pinned clock"])
def test_other_rules_another_program_or_another_clock_show_nothing_older(friday, clock, changed, memory, monkeypatch):
    if memory:
        review.clinic(friday)
    monday(clock)
    assert not review.soonest(friday)[1]  # so far it would be shown
    if not memory:
        review._KEPT.clear()
    match changed:
        case "authorities":
            monkeypatch.setenv("NADIR_AUTHORITIES", "EMA")
        case "program or rules":
            monkeypatch.setattr(kept_picture, "_name_program", lambda: "a later one")
        case "python":
            monkeypatch.setattr(kept_picture.platform, "python_version", lambda: "3.99")
        case "tables":
            monkeypatch.setattr(kept_cohort.schema, "REVISIONS", (*REVISIONS, "later"))
        case "pinned clock":
            monkeypatch.setenv("NADIR_AS_OF", "2026-11-23")
    picture, is_now = review.soonest(friday)
    assert is_now
    assert picture.as_of == clock[0]


def test_a_pinned_clock_has_no_earlier_hour(friday, clock, monkeypatch):
    monkeypatch.setenv("NADIR_AS_OF", "2026-11-20")
    review.clinic(friday)
    monday(clock)  # the day it is pinned to has been moved on
    assert review.soonest(friday)[1]


@pytest.mark.parametrize("memory", [False, True], ids=["after a start", "in a running server"])
@pytest.mark.parametrize(
    ("later", "is_now"),
    [(4 * DAY, False), (4 * DAY + 1, True), (HOUR, False), (-1, True), (-HOUR, True), (-30 * DAY, True)],
    ids=["four days", "a second more", "an hour", "a second back", "an hour back", "a month back"],
)
def test_nothing_older_than_a_long_weekend_and_nothing_from_a_later_hour_is_shown(friday, clock, later, is_now, memory):
    if memory:
        review.clinic(friday)
    clock[0] += later
    picture, told = review.soonest(friday)
    within = memory and later == -1  # as ever: what this very hour was judged holds for the hour
    assert told is is_now
    assert picture.as_of == (clock[0] if is_now and not within else FRIDAY)


def test_a_judgement_in_which_somebody_could_not_be_judged_is_no_earlier_one(friday, clock, monkeypatch):
    file_of(friday).unlink()
    really = review.judge_clinic
    with monkeypatch.context() as patched:
        patched.setattr(review, "judge_clinic", lambda *given: (really(*given)[0], False))
        review.clinic(friday)
    monday(clock)
    assert review.soonest(friday)[1]


def test_a_past_day_that_somebody_looked_at_is_no_earlier_judgement(friday, clock):
    file_of(friday).unlink()
    review.clinic(friday, FRIDAY - 3 * HOUR)
    monday(clock)
    assert review.soonest(friday)[1]


def test_an_earlier_judgement_is_kept_until_now_takes_its_place(friday, clock):
    monday(clock)
    kept = file_of(friday).read_bytes()
    review.soonest(friday)
    assert file_of(friday).read_bytes() == kept
    review.clinic(friday)
    review._KEPT.clear()
    assert review.soonest(friday)[1]


def test_a_harmed_file_of_an_earlier_hour_is_not_believed(friday, clock):
    monday(clock)
    whole = file_of(friday).read_bytes()
    file_of(friday).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert review.soonest(friday)[1]


def test_the_clinic_of_a_moment_ago_is_not_the_clinic_of_now(friday, clock):
    monday(clock)
    now = review.clinic(friday)
    past = review.clinic(friday, now.as_of - 1)  # within the same hour
    assert past.as_of == now.as_of - 1
    review.forget(friday)
    review.clinic(friday, now.as_of - 1)
    picture, is_now = review.soonest(friday)
    assert not is_now or picture.as_of >= now.as_of


class TestBringingUpToNow:
    def test_it_ends_with_the_judgement_of_now(self, friday, clock):
        monday(clock)
        picture, _ = review.soonest(friday)
        assert not review.is_judged(friday, picture.version)
        bring_up.bring_up(friday)
        assert bring_up.why_not(friday) == ""
        assert review.is_judged(friday, picture.version)

    def test_it_ends_where_the_facts_are_others(self, friday, clock):
        monday(clock)
        picture, _ = review.soonest(friday)
        bring_in(open_store(friday), results=[result("R4", "0.4", "2026-06-01")])
        assert review.is_judged(friday, picture.version)

    def test_it_is_begun_once_however_many_wait(self, friday, clock, monkeypatch):
        monday(clock)
        asked, go_on, really = [], Event(), review.clinic

        def slow(url):
            asked.append(url)
            go_on.wait(PATIENCE)
            return really(url)

        monkeypatch.setattr(review, "clinic", slow)
        for _ in range(3):
            bring_up.begin_bring_up(friday)
        assert bring_up.why_not(friday) == ""
        go_on.set()
        _until(lambda: not bring_up._GOING[friday].running)
        assert asked == [friday]

    def test_where_it_cannot_be_begun_the_line_says_so_instead_of_waiting_for_ever(self, friday, clock, monkeypatch):
        monday(clock)

        def no_thread(timer):
            raise RuntimeError("can't start new thread")

        with monkeypatch.context() as patched:
            patched.setattr(bring_up.Timer, "start", no_thread)
            bring_up.begin_bring_up(friday)
        assert "give your administrator the reference" in bring_up.why_not(friday)
        monkeypatch.setattr(bring_up, "AGAIN_SECONDS", 0.0)
        bring_up.begin_bring_up(friday)
        _until(lambda: review.is_judged(friday, review.soonest(friday)[0].version))

    @pytest.mark.parametrize(
        ("fault", "said"),
        [(StoreFailed("The store is locked: close the other one."), "The store is locked: close the other one."),
         (ZeroDivisionError("OAKMOSS"), "give your administrator the reference")],
    )  # fmt: skip
    def test_why_it_failed_is_told_quotes_nobody_and_is_tried_again_only_later(
        self, friday, clock, monkeypatch, fault, said
    ):
        monday(clock)
        asked = []

        def fail(url):
            asked.append(url)
            raise fault

        with monkeypatch.context() as patched:
            patched.setattr(review, "clinic", fail)
            bring_up.bring_up(friday)
            assert said in bring_up.why_not(friday)
            assert "OAKMOSS" not in bring_up.why_not(friday)
            bring_up.begin_bring_up(friday)
            assert len(asked) == 1
        monkeypatch.setattr(bring_up, "AGAIN_SECONDS", 0.0)
        bring_up.begin_bring_up(friday)
        _until(lambda: review.is_judged(friday, review.soonest(friday)[0].version))
        _until(lambda: not bring_up._GOING[friday].running)
        assert bring_up.why_not(friday) == ""


def test_a_server_makes_the_earlier_judgement_ready_and_then_judges_now(friday, clock, monkeypatch):
    monday(clock)
    monkeypatch.setenv("NADIR_DB_URL", friday)
    monkeypatch.setattr(first_picture, "FIRST_SECONDS", 0.05)
    seen, later, ended = [], Event(), Event()
    begun = first_picture.begin_first_picture(
        lambda: seen.append([one.as_of for one in review._KEPT.values()]), later.set, ended
    )
    assert later.wait(PATIENCE)
    ended.set()
    begun.join(PATIENCE)
    assert seen == [[FRIDAY]]
    assert [one.as_of for one in review._KEPT.values()] == [FRIDAY, clock[0]]


def test_what_is_kept_says_by_itself_when_it_was_judged(friday):
    store = open_store(friday)
    with store.reading() as connection:
        held, _, asked = review._ask(connection, store, None)
        kept = kept_picture.read_own(file_of(friday), review._name(connection, held, asked))
    assert kept is not None
    assert json.loads(kept_picture._take_apart(kept)["rest"])["as_of"] == FRIDAY


def _until(holds, patience: float = PATIENCE) -> None:
    waited = Event()
    for _ in range(int(patience / 0.02)):
        if holds():
            return
        waited.wait(0.02)
    raise AssertionError("it never came to be")
