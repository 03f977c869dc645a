"""The one script the server runs: page settings, who is there, navigation.

It lies inside pages/ on purpose: no pages/ folder lies beside it, so Streamlit's older multipage mode, which runs a
page file without asking this one, cannot start (promise P30; tests/browser proves it on a cold server).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # the server puts pages/ on the path, not the root
    sys.path.append(str(ROOT))

import streamlit as st  # noqa: E402

from pages import guard, login  # noqa: E402
from pages.parts import address  # noqa: E402


class Screen(NamedTuple):
    """One entry of the menu. page: the file in pages/; role: who may open it; url_path is always given, since every
    function is called render.
    """

    page: str
    url_path: str
    title: str
    icon: str
    role: str

    @property
    def render(self) -> Callable[[], None]:
        """What draws it. Its page is imported when somebody who may opens it: the first screen waits for no other."""

        def render() -> None:
            importlib.import_module(f"pages.{self.page}").render()

        return render


#: The first is the home page. A flat list: sections fail the accessibility rules.
SCREENS = (
    Screen("worklist", "worklist", "Worklist", ":material/list:", "viewer"),
    Screen("patient", "patient", "Patient", ":material/person:", "viewer"),
    Screen("recall", "recall", "Recall", ":material/event_upcoming:", "viewer"),
    Screen("blind_spots", "blind_spots", "Blind spots", ":material/visibility_off:", "viewer"),
    Screen("import_data", "import", "Import", ":material/upload_file:", "admin"),
    Screen("rule_book", "rule_book", "Rule book", ":material/menu_book:", "viewer"),
    Screen("quality", "quality", "Quality", ":material/monitoring:", "viewer"),
    Screen("audit", "audit", "Audit", ":material/fact_check:", "admin"),
)


def main() -> None:
    """Offer the signed-in user the screens their roles permit, and no other."""
    st.set_page_config(page_title="Nadir", page_icon=ROOT / "static" / "favicon.png", layout="wide")
    st.logo(ROOT / "static" / "logo.svg", size="medium")
    user = guard.current_user()
    if user is None:  # every address leads to the way in and keeps its URL
        pages = [st.Page(login.render, title="Sign in", url_path=s.url_path, default=s is SCREENS[0]) for s in SCREENS]
        st.navigation(pages, position="hidden").run()
        return
    pages = []
    for screen in SCREENS:
        if screen.role in user.roles:
            pages.append(
                st.Page(
                    screen.render, title=screen.title, icon=screen.icon, url_path=screen.url_path, default=not pages
                )
            )
    if not pages:
        pages = [st.Page(login.render_nothing_permitted, title="No screen", url_path="none", default=True)]
    chosen = st.navigation(pages, position="top")
    address.arrive(chosen.url_path)
    chosen.run()


main()
