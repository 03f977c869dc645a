"""Rule book: every rule as a clinician reads it, its sources and stories; and what another number would have done."""

from __future__ import annotations

import streamlit as st

from core.protocols.loader import load_protocols
from core.services.rule_screen import open_book
from core.views import rule_cards
from pages import guard
from pages.parts import address, frame, pictures, rule_list, what_if

_TABS = ("Rules", "What if", "Where sources disagree", "Documents")


def render() -> None:
    """Show one drug's rules, searchable, each with who says so, how it was checked and which stories prove it."""
    guard.require("viewer")
    picture = pictures.read_clinic()
    frame.open_screen(picture)
    protocols = load_protocols()
    drugs = list(protocols.drugs)
    address.recall_one("rule_book.drug", "drug", drugs, drugs[0])
    if len(drugs) > 1:
        st.segmented_control("Drug", drugs, key="rule_book.drug", required=True, label_visibility="collapsed")
    book = open_book(protocols, st.session_state["rule_book.drug"], picture.as_of)
    st.html(rule_cards.book_banner(book.protocol.title, book.review, book.states, book.digest))
    rules, trial, disputes, documents = st.tabs(_TABS, on_change="rerun", key="rule_book.tabs", bind="query-params")
    with rules:
        if rules.open:
            rule_list.show_rules(book, picture.version)
    with trial:
        if trial.open:
            what_if.show_what_if(book, protocols, picture)
    with disputes:
        if disputes.open:
            st.html(rule_cards.disagreement_list(book.disagreements))
    with documents:
        if documents.open:
            st.html(rule_cards.document_table(book.protocol))
