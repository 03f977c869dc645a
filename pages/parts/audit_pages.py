"""One page of the trail at a time; which one stands in the address and begins anew with every filter."""

from __future__ import annotations

import streamlit as st

from core.views.audit import Choice, Cut, cut_page, shown_words
from core.views.markup import tag

_TURNED = "audit.turned"
_OF = "audit.page-of"  # the filters the page number belongs to


def choose(count: int, choice: Choice) -> Cut:
    """The page asked for, of so many entries that match."""
    asked = st.session_state.pop(_TURNED, None)
    if asked is None:  # nothing was pressed: the address says which, also after the browser's Back
        text = st.query_params.get("p", "1")
        asked = int(text) if text.isascii() and text.isdigit() else 1
    if st.session_state.setdefault(_OF, choice) != choice:
        asked, st.session_state[_OF] = 1, choice
    cut = cut_page(count, asked)
    if cut.page > 1:
        st.query_params["p"] = str(cut.page)
    elif "p" in st.query_params:
        del st.query_params["p"]
    return cut


def offer(cut: Cut, matching: int, total: int) -> None:
    """How many of how many are shown, and the ways to newer and older entries."""
    steps = (("Newest", 1), ("Newer", cut.page - 1), ("Older", cut.page + 1), ("Oldest", cut.pages))
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="audit-pages"):
        said = shown_words(cut, matching, total)
        st.html(tag("div", said, css="n-line", role="status"), width="content")
        if cut.pages == 1:
            return
        for name, page in steps:
            st.button(name, on_click=_go, args=(page,), disabled=page in (0, cut.page, cut.pages + 1),
                      key=f"audit.{name.lower()}")  # fmt: skip
        st.html(tag("span", f"page {cut.page:,} of {cut.pages:,}"), width="content")


def _go(page: int) -> None:
    st.session_state[_TURNED] = page
