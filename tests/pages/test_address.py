"""Which of two wins, the widget or the address: a press wins, the browser's Back wins, the menu loses nothing."""

from __future__ import annotations

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
        address.note({"list.marks": "show", "list.drugs": "drug", "list.ahead": "ahead"})


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
