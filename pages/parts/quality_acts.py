"""What people did about alerts: time to act by tier, alerts past their time, what each rule cost and gave."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import streamlit as st

from core.engine.standing import Alert
from core.protocols.loader import load_protocols
from core.services.quality_files import list_breaches, list_rules, list_tiers
from core.views import quality_chart, quality_tables, quality_words
from core.views.markup import tag
from core.views.model import ClinicPicture
from core.views.palette import palette_for
from core.views.quality import Quality
from core.views.rule_titles import name_rules
from core.views.text import count_text
from pages.parts import links, quality_picture
from pages.parts.half_imported import finish_imports

_ROW_HEIGHT = 36
_MOST_ROWS = 10
_COLOURS = ("red", "orange", "blue")
#: At 768 px the tier and the first five are seen without scrolling.
_COLUMNS = {
    "patient": ("Patient", 204), "late": ("Late by", 64), "what": ("Alert", 240), "owner": ("Owner", 80),
    "due": ("Answer by", 92), "raised": ("Raised", 92), "tell": ("Who hears of it", 236),
}  # fmt: skip


def show_times(quality: Quality, picture: ClinicPicture) -> None:
    """How soon each tier was answered, and what is open past its time now."""
    if quality.acting_since is None:
        st.write(
            "No act recorded yet, so time to act cannot be told. Acknowledge, snooze or decide on the worklist, and it "
            "is counted from that day."
        )
    else:
        st.html(quality_tables.tiers_table(quality.tiers, quality.least["time_to_act"]))
        st.html(tag("p", quality_words.TIME_MEANS, css="n-means"))
        quality_picture.offer_files(list_tiers(quality), quality, picture)
    _show_breaches(quality, picture)


def _show_breaches(quality: Quality, picture: ClinicPicture) -> None:
    count = len(quality.breaches)
    st.html(tag("h2", f"Open past their time now: {count_text(count, 'alert')}", css="n-heading"))
    if not count:
        st.write("Every open alert is within the time its tier allows.")
        return
    alerts = {one.alert_id: one for one in picture.standing.alerts}
    _breach_table(quality, picture, alerts)
    quality_picture.offer_files(list_breaches(quality.breaches, picture, alerts), quality, picture)


def _breach_table(quality: Quality, picture: ClinicPicture, alerts: Mapping[str, Alert]) -> None:
    keys = [picture.people[one.patient_id].key for one in quality.breaches]
    fingerprint = links.fingerprint(picture.version, quality.version, keys)
    open_key = f"quality.go-{fingerprint}"
    column = st.column_config
    columns = quality_tables.breach_columns(quality.breaches, picture, alerts)
    st.dataframe(
        pa.table(columns), key=f"quality.breaches-{fingerprint}", hide_index=True, row_height=_ROW_HEIGHT,
        height=min(_MOST_ROWS, len(keys)) * _ROW_HEIGHT + 35, alt="Open alerts past their time, gravest first",
        column_config={
            "tier": column.MultiselectColumn("Tier", width=100, options=quality_tables.TIER_WORDS, color=_COLOURS),
            **{name: column.TextColumn(title, width=width) for name, (title, width) in _COLUMNS.items()},
            "open": column.ButtonColumn(
                "", width=54, type="tertiary", key=open_key, on_click=links.remember, args=(open_key, keys)
            ),
        },
    )  # fmt: skip
    links.follow_remembered()


def show_rules(quality: Quality, picture: ClinicPicture) -> None:
    """Burden and yield of each rule."""
    if not quality.rules:
        st.write("No alert was raised in this period. Choose a longer one.")
        return
    least, titles = quality.least["yield"], name_rules(load_protocols())
    st.html(quality_words.rules_line(quality.rules, least))
    if quality.acting_since is None:
        st.write("No act recorded yet, so what the alerts led to cannot be told; how many there were can.")
    figure = quality_chart.draw_yield(quality.rules, palette_for(st.context.theme.type), titles)
    finish_imports("pandas")
    st.plotly_chart(
        figure, key=f"quality.yield-{quality.version}-{quality.start}", config={"displayModeBar": False},
        alt=quality_chart.describe_yield(quality.rules, titles), height=quality_chart.yield_height(quality.rules),
    )  # fmt: skip
    st.html(quality_tables.rules_table(quality.rules, least, titles))
    st.html(tag("p", quality_words.YIELD_MEANS, css="n-means"))
    quality_picture.offer_files(list_rules(quality), quality, picture)
