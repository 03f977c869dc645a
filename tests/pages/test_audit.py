"""The audit screen: administrators alone, every opening and export told in the trail, names for who may see them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.clock import read_utc
from core.errors import StoreFailed
from core.services import audit_screen, list_file, trail
from core.views.audit import Choice
from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of
from tests.views import example

DAY_ONE = int(
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC).timestamp()
)  # half past one in London, before the clock goes back


def audit():
    from pages import audit

    audit.render()


@pytest.fixture
def store(clinic, monkeypatch, tmp_path):
    """A trail of 120 entries in a store of its own, one minute apart; the newest are acts on OAKMOSS."""
    from core.store import audit as kept
    from core.store.connect import open_store

    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    before, after = (
        '{"act": 0, "owner": "", "state": "open"}',
        '{"act": 1, "owner": "A. Reed", "state": "acknowledged"}',
    )
    with open_store(url).writing() as connection:
        for number in range(100):
            kept.append(connection, kept.Entry(DAY_ONE + 60 * number, "M. Okafor", "view", "SAMPLE-0002", "look"))
        for number in range(20):
            kept.append(
                connection,
                kept.Entry(DAY_ONE + 60 * (100 + number), "A. Reed", "act", "SAMPLE-0001", "acknowledge " + "0f" * 10,
                           before, after, "will-monitor; SORREL asked too"),
            )  # fmt: skip
    return url


def test_the_newest_entries_stand_first_with_all_counts_and_the_opening_itself(store):
    screen = open_page(audit)
    assert not screen.exception
    rows = table_of(screen)
    assert len(rows) == 50
    assert (rows[0]["number"], rows[0]["who"], rows[0]["subject"]) == (121, "local user", "Audit trail")
    assert rows[1]["patient"] == "OAKMOSS, Zephyrine · SAMPLE-0001"
    assert rows[1]["after"].replace("\u00a0", " ") == "acknowledged · A. Reed"
    assert "showing 1–50 of 121 that match · 121\u00a0entries in all" in html_of(screen)


def test_the_opening_is_told_once_however_often_the_screen_is_redrawn(store):
    screen = open_page(audit)
    screen.run()
    screen.button(key="audit.older").click().run()
    assert [entry.subject for _, entry in trail.list_trail(store, newest=2)] == [
        "audit trail",
        "acknowledge " + "0f" * 10,
    ]


def test_what_the_trail_cannot_tell_of_is_not_shown(store, monkeypatch):
    def fail(*_args, **_told):
        raise StoreFailed("The store clinic.db cannot grow because the disk is full. Free some space and repeat.")

    monkeypatch.setattr(audit_screen, "record", fail)
    monkeypatch.setattr(list_file, "record", fail)
    screen = open_page(audit)
    assert "disk is full" in html_of(screen)
    assert not screen.get("arrow_data_frame")
    with pytest.raises(StoreFailed):
        audit_screen.make_file(store, "CSV", Choice(), example.clinic(), filters="", by="x", may_name=True)


def test_a_filter_announces_itself_and_stands_in_the_address_without_a_name(store):
    screen = open_page(audit)
    screen.pills(key="audit.what").set_value(["act"]).run()
    assert "showing 1–20 of 20 that match · 121\u00a0entries in all" in html_of(screen)
    screen.selectbox(key="audit.patient").set_value("1").run()
    assert screen.query_params["of"] == "1"
    assert not any("SAMPLE" in str(value) or "OAK" in str(value) for value in screen.query_params.values())
    assert {row["patient"].split(",")[0] for row in table_of(screen)} == {"OAKMOSS"}


def test_a_copied_link_brings_back_the_same_view(store):
    screen = open_page(audit, who="M. Okafor", what="view", p="2")
    assert "showing 51–100 of 100 that match" in html_of(screen)
    assert "page 2 of 2" in html_of(screen)


def test_an_address_of_nonsense_shows_everything(store):
    screen = open_page(audit, who="nobody", what="nonsense", p="-7", of="zzz", **{"from": "soon"})
    assert "showing 1–50 of 121" in html_of(screen)


def test_paging_ends_and_a_new_filter_begins_at_the_newest(store):
    screen = open_page(audit)
    screen.button(key="audit.oldest").click().run()
    assert "page 3 of 3" in html_of(screen)
    assert table_of(screen)[-1]["number"] == 1
    screen.pills(key="audit.what").set_value(["view"]).run()
    assert "page 1 of 3" in html_of(screen)


def test_days_are_the_clinics_own_and_both_inside(store, monkeypatch):
    told = audit_screen.Trail((), trail.read_head(store), "Europe/London")
    choice = audit_screen.choose(told, frozenset(), frozenset(), None, (date(2026, 10, 25), date(2026, 10, 25)))
    assert choice.until - choice.since == 25 * 3600  # the day the clocks go back
    assert choice.since == DAY_ONE - 90 * 60  # midnight in London is 23:00 UTC
    assert told.wall(DAY_ONE) % 86_400 == 90 * 60


def test_from_and_to_narrow_the_list_and_can_be_cleared(store):
    screen = open_page(audit, to="2026-10-25")
    assert "showing 1–50 of 120 that match" in html_of(screen)
    screen.date_input(key="audit.until").set_value(date(2026, 10, 24)).run()
    assert any("No entry matches. Clear filters" in block.value for block in screen.markdown)
    assert screen.query_params["to"] == "2026-10-24"
    screen.button(key="audit.clear").click().run()
    assert "showing 1–50 of 121" in html_of(screen)
    assert "to" not in screen.query_params


@pytest.mark.parametrize(
    ("asked", "shown"),
    [({"to": "9999-12-31"}, "of 121 that match"), ({"from": "0001-01-01"}, "of 121 that match"),
     ({"from": "9999-12-31"}, "showing 0 of 121"), ({"to": "0001-01-01"}, "showing 0 of 121")],
)  # fmt: skip
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_the_first_and_the_last_day_there_is_are_days_like_any_other(store, zone, asked, shown):
    from core.store import clinic
    from core.store.connect import open_store

    with open_store(store).writing() as connection:
        clinic.claim(connection, sample=False, zone=zone)
    screen = open_page(audit, **asked)
    assert not screen.exception and shown in html_of(screen)


def _audit_in_the_shell():
    from pages import audit
    from pages.parts import address

    address.arrive("audit")
    audit.render()


def test_back_undoes_a_day_and_returns_to_the_page_that_was_there(store):
    screen = open_page(_audit_in_the_shell, p="2")
    assert "showing 51–100 of 121" in html_of(screen)
    screen.date_input(key="audit.until").set_value(date(2026, 10, 25)).run()
    assert "showing 1–50 of 120" in html_of(screen)
    screen.query_params.clear()
    screen.query_params["p"] = "2"
    screen.run()  # as on the browser's Back: the address changed, nothing was pressed
    assert "showing 51–100 of 121" in html_of(screen)
    assert screen.date_input(key="audit.until").value is None


def test_an_intact_chain_says_so_and_what_it_cannot_promise(store):
    said = html_of(open_page(audit))
    assert "✓ INTACT" in said
    assert "cannot be told from the chain alone" in said


def test_an_altered_entry_is_named_by_its_number(store):
    with sqlite3.connect(store.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE audit SET why = 'nothing' WHERE number = 105")
    said = html_of(open_page(audit))
    assert "▲ ALTERED" in said
    assert "altered at entry 105" in said


def test_a_trail_cut_short_is_found_by_a_head_kept_elsewhere(store):
    kept = trail.read_head(store)
    with sqlite3.connect(store.removeprefix("sqlite:///")) as connection:
        connection.execute("DELETE FROM audit WHERE number > 100")
    screen = open_page(audit)
    assert "✓ INTACT" in html_of(screen)  # alone it cannot know
    screen.text_input(key="audit.head").set_value(f"{kept.number}:{kept.hash}").run()
    screen.button(key="audit.verify").click().run()
    assert "▲ TRUNCATED" in html_of(screen)
    screen.text_input(key="audit.head").set_value("rubbish").run()
    screen.button(key="audit.verify").click().run()
    assert "A head is written number:hash" in html_of(screen)
    assert "INTACT" not in html_of(screen)


def test_a_role_without_patients_sees_numbers_and_no_free_text_about_them(store, monkeypatch):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", "admin")
    screen = open_page(audit)
    rows = table_of(screen)
    assert rows[1]["patient"] == "patient 1"
    assert rows[1]["why"] == "text kept back: your role shows no patients"
    assert "open" not in rows[1]
    everything = html_of(screen) + str(rows) + str([one.options for one in screen.selectbox])
    assert not any(name in everything for name in ("OAKMOSS", "SAMPLE-", "SORREL"))
    made = audit_screen.make_file(store, "CSV", Choice(), example.clinic(), filters="", by="x", may_name=False)
    assert not any(name in made.decode() for name in ("OAKMOSS", "SAMPLE-0", "SORREL"))


@pytest.mark.parametrize("roles", ["", "viewer", "clinician", "viewer,clinician"])
def test_nobody_but_an_administrator_sees_it_or_leaves_a_trace(store, monkeypatch, roles):
    monkeypatch.setenv("NADIR_LOCAL_ROLES", roles)
    screen = open_page(audit)
    assert not html_of(screen)
    assert screen.error
    assert trail.read_head(store).number == 120


def test_an_empty_clinic_is_shown_the_way_in_and_leaves_no_trace(clinic, monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    monkeypatch.setenv("NADIR_DB_URL", url)
    clinic["clinic"] = replace(clinic["clinic"], people={})
    screen = open_page(audit)
    assert "Nothing has happened here yet" in html_of(screen) + "".join(block.value for block in screen.markdown)
    assert trail.read_head(url).number == 0


def test_a_trail_is_shown_even_when_no_patient_is_left(store, clinic):
    clinic["clinic"] = replace(clinic["clinic"], people={})
    rows = table_of(open_page(audit))
    assert rows[1]["patient"] == "not on file: SAMPLE-0001"
    assert "open" not in rows[1]


@pytest.mark.parametrize("form", ["CSV", "Excel"])
def test_taking_the_trail_away_is_told_in_it_with_filters_and_count(store, form):
    picture = example.clinic()
    choice = Choice(what=frozenset({"act"}))
    made = audit_screen.make_file(store, form, choice, picture, filters="Acted", by="A. Reed", may_name=True)
    number, entry = trail.list_trail(store, newest=1)[0]
    assert (number, entry.by, entry.what, entry.why) == (121, "A. Reed", "export", "Acted")
    assert entry.subject == f"audit trail, {form}, 20 lines"
    if form == "CSV":
        text = made.decode("utf-8-sig")
        assert '# Shown,"20 of 120' in text
        assert '# Filters,"Acted"' in text
        assert text.count("OAKMOSS") == 20
    else:
        assert made.startswith(b"PK")


def test_of_thousands_of_entries_one_page_is_sent(store):
    from core.store import audit as kept
    from core.store.connect import open_store

    with open_store(store).writing() as connection:
        for number in range(2_000):
            kept.append(connection, kept.Entry(read_utc() + number, "A. Reed", "view", "SAMPLE-0001", "look"))
    screen = open_page(audit)
    assert "showing 1–50 of 2,121 that match" in html_of(screen)
    assert len(table_of(screen)) == 50  # whatever there is, one page is sent
