"""One page of the trail at a time; which one stands in the address and begins anew with every filter."""

from __future__ import annotations

import streamlit as st

from core.views.audit import Cut, cut_page, shown_words
from core.views.markup import tag
from pages.parts import address

_TURNED = "audit.turned"
PAGE = "p"  # its word in the address


def choose(count: int) -> Cut:
    """The page asked for, of so many entries that match."""
    cut = cut_page(count, address.turned_page(PAGE, _TURNED))
    address.note_page(PAGE, _TURNED, cut.page)
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
