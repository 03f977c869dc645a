"""Which of two wins, the widget or the address: a press wins, the browser's Back wins, the menu loses nothing."""

from __future__ import annotations

from datetime import date

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import open_page


def _list() -> None:
    import streamlit as st

    from pages.parts import address

    address.arrive(st.session_state.get("on", "list"))
    if st.session_state.get("on", "list") == "list":
        address.mark("Show", {"high": "High", "low": "Low"}, "list.marks", "show")
        address.pick("Drug", ["anakinra", "etanercept"], "list.drugs", "drug")
        address.recall_one("list.ahead", "ahead", ["7", "14"], "14")
        st.selectbox("Ahead", ["7", "14"], key="list.ahead", persist_state="session")
        address.recall_day("list.since", "from")
        st.date_input("From", key="list.since", persist_state="session")
        address.note(
            {"list.marks": "show", "list.drugs": "drug", "list.ahead": "ahead", "list.since": "from"}, page="p"
        )
        st.text(f"page {address.turned_page('p', 'list.turned')}")


def arrive_at(screen: AppTest, **words: list[str]) -> AppTest:
    """The address changes and no widget was pressed, as on Back."""
    screen.query_params.clear()
    for word, chosen in words.items():
        screen.query_params[word] = chosen
    return screen.run()


def held(screen: AppTest) -> tuple[list[str], list[str], str]:
    return screen.session_state["list.marks"], screen.session_state["list.drugs"], screen.session_state["list.ahead"]


def test_back_takes_a_filter_off_and_forward_sets_it_again():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    assert screen.query_params["show"] in ("high", ["high"])
    assert held(arrive_at(screen, ahead=["14"])) == ([], [], "14")
    assert held(arrive_at(screen, ahead=["14"], show=["high"])) == (["high"], [], "14")


def test_back_to_an_address_without_words_shows_everybody_as_before():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    screen.selectbox[0].set_value("7").run()
    assert held(arrive_at(screen)) == ([], [], "14")


def test_a_press_wins_over_an_address_that_the_browser_has_not_written_yet():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    screen.query_params.clear()
    screen.multiselect[0].set_value(["anakinra"]).run()
    assert held(screen) == (["high"], ["anakinra"], "14")
    assert screen.query_params["show"] in ("high", ["high"])


def test_the_menu_keeps_the_filters_and_writes_them_into_the_address_again():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    screen.session_state["on"] = "another"
    arrive_at(screen)
    screen.session_state["on"] = "list"
    assert held(arrive_at(screen))[0] == ["high"]
    assert screen.query_params["show"] in ("high", ["high"])


def test_back_from_another_screen_takes_what_the_address_names():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    screen.session_state["on"] = "another"
    arrive_at(screen)
    screen.session_state["on"] = "list"
    assert held(arrive_at(screen, show=["low"]))[0] == ["low"]


def test_an_address_that_names_what_there_is_not_shows_the_usual():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    assert held(arrive_at(screen, show=["none such"], ahead=["99"])) == ([], [], "14")
    assert not screen.exception


def test_arriving_writes_nothing_so_that_back_leaves_the_screen():
    assert dict(open_page(_list).query_params) == {}
    assert list(open_page(_list, ahead="14").query_params) == ["ahead"]  # nor is a usual word that stands there undone


def test_the_usual_choice_pressed_again_takes_its_word_out():
    screen = open_page(_list, ahead="7")
    assert held(screen)[2] == "7"
    screen.selectbox[0].set_value("14").run()
    assert "ahead" not in screen.query_params


def test_back_takes_a_day_off_and_forward_sets_it_again():
    screen = open_page(_list)
    screen.date_input[0].set_value(date(2026, 11, 20)).run()
    assert screen.query_params["from"] in ("2026-11-20", ["2026-11-20"])
    assert arrive_at(screen).session_state["list.since"] is None
    assert arrive_at(screen, **{"from": ["2026-11-20"]}).session_state["list.since"] == date(2026, 11, 20)
    assert arrive_at(screen, **{"from": ["soon"]}).session_state["list.since"] is None


def test_another_filter_begins_at_the_first_page_and_back_returns_to_the_page_that_was_there():
    screen = open_page(_list, p="3")
    assert screen.text[0].value == "page 3"
    screen.pills[0].set_value(["high"]).run()
    assert (screen.text[0].value, "p" in screen.query_params) == ("page 1", False)
    assert arrive_at(screen, p=["3"]).text[0].value == "page 3"
    assert held(screen)[0] == []


def test_a_page_of_nonsense_is_the_first():
    assert [open_page(_list, p=text).text[0].value for text in ("0", "-7", "x", "9" * 40)] == ["page 1"] * 4


def test_the_step_that_opening_a_patient_left_shows_what_stood_there_and_writes_nothing():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    assert held(arrive_at(screen, patient=["7"]))[0] == ["high"]
    assert list(screen.query_params) == ["patient"]
    screen.pills[0].set_value(["low"]).run()  # whoever presses something writes all of it, and the number goes
    assert list(screen.query_params) == ["show"]


def test_back_from_a_patient_brings_the_filters_and_the_page_and_takes_the_number_out():
    screen = open_page(_list)
    screen.pills[0].set_value(["high"]).run()
    screen.session_state["list.turned.held"] = 3
    screen.session_state["on"] = "patient"
    arrive_at(screen, patient=["7"])
    screen.session_state["on"] = "list"
    arrive_at(screen, patient=["7"])
    assert held(screen)[0] == ["high"] and screen.text[0].value == "page 3"
    assert list(screen.query_params) == ["show"]
