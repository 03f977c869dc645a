"""What each column of a strange table means, and what its words mean: asked, tried on the first rows, and shown."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import streamlit as st

from core.catalogue import ANALYTES
from core.ingest import mapping_draft as drafts
from core.ingest.fields import COLUMNS
from core.records import COURSE_STATUSES, EVENT_KINDS, SEVERITIES, SEXES, STATUSES, Kind
from core.services.mapping_trial import SeenTable, try_mapping
from core.settings import read_settings
from core.views import mapping_wizard as view
from core.views.read_rows import column_words

_SAME = "*same"  # no column taken: one word for every row
_MOST_WORDS = 12
_MEANINGS: dict[str, Sequence[str]] = {
    "analyte": tuple(ANALYTES), "sex": SEXES, "kind": tuple(EVENT_KINDS), "severity": SEVERITIES,
}  # fmt: skip
_STATUSES: dict[str, Sequence[str]] = {"result": STATUSES, "medication": COURSE_STATUSES}


def ask_columns(table: SeenTable, kind: Kind, mark: str) -> dict[str, drafts.Taken]:
    """For each column of the file set: which column of the file, one word for all rows, or none."""
    suggested = drafts.suggest_columns(kind, table.header, table.rows)
    options = ["", *[name for name in table.header if name], _SAME]
    spoken = {"": "not in this file", _SAME: "the same for all rows …"}
    taken = {}
    with st.container(horizontal=True, key="import-wizard-columns"):
        for name in COLUMNS[kind]:
            with st.container(width=208):
                place = options.index(suggested[name]) if name in suggested else 0
                chosen = st.selectbox(
                    column_words(name), options, place, key=f"import.map-{mark}-{name}",
                    format_func=lambda one: spoken.get(one, one),
                )  # fmt: skip
                word = ""
                if chosen == _SAME:
                    word = st.text_input(f"{column_words(name)} of all rows", key=f"import.same-{mark}-{name}").strip()
                taken[name] = drafts.Taken("" if chosen == _SAME else chosen, word)
    return taken


def try_rows(table: SeenTable, draft: drafts.Draft, mark: str) -> tuple[drafts.Draft, str]:
    """Show the first rows as they would be read, and ask what words mean that are not known.

    Returns: the draft with these words; why it would store nothing, "" where some row can be read.
    """
    trial = try_mapping(read_settings(), table, drafts.write_mapping(draft))
    asked = [one for one in trial.unknown_words if _meanings(draft.kind, one[0]) and draft.taken[one[0]].column]
    if asked:
        taken = dict(draft.taken)
        with st.container(horizontal=True, key="import-wizard-words"):
            for column, word in asked[:_MOST_WORDS]:
                meant = _ask_word(column, word, ["", *_meanings(draft.kind, column)], mark)
                if meant:
                    one = taken[column]
                    taken[column] = drafts.Taken(one.column, one.constant, {**one.words, word: meant})
        if len(asked) > _MOST_WORDS:
            st.html(f"<p>{len(asked) - _MOST_WORDS} more words are not known; they follow as these are told.</p>")
        draft = drafts.replace_taken(draft, taken)
        trial = try_mapping(read_settings(), table, drafts.write_mapping(draft))
    st.html(view.trial_table(trial.rows))
    return draft, view.say_unreadable(trial.tried, trial.refusal)


def _ask_word(column: str, word: str, options: list[str], mark: str) -> str:
    """What one word of the file means; "" until somebody says so."""
    digest = blake2b(word.encode(), digest_size=6).hexdigest()
    return st.selectbox(
        f"{column_words(column)} in the file", options, width=240, key=f"import.word-{mark}-{column}-{digest}",
        format_func=lambda one: f"{word} = {one or 'not said: refused'}",
    )  # fmt: skip


def _meanings(kind: Kind, column: str) -> Sequence[str]:
    return _STATUSES.get(kind, ()) if column == "status" else _MEANINGS.get(column, ())
