"""Due tests on time by drug, test, site or stretch of time: chart, table, files."""

from __future__ import annotations

import streamlit as st

from core.services.quality_files import list_groups
from core.views import quality_chart, quality_tables, quality_words
from core.views.markup import join, tag
from core.views.model import ClinicPicture
from core.views.palette import palette_for
from core.views.quality import GROUPINGS, Quality, judge_groups, total_of
from pages.parts import address, quality_picture
from pages.parts.half_imported import finish_imports

_GROUPING = "quality.grouping"
_USUAL = "site"


def show(quality: Quality, picture: ClinicPicture) -> None:
    """Each group beside what chance alone explains for its size."""
    address.recall_one(_GROUPING, "by", GROUPINGS, _USUAL)
    chosen = st.segmented_control(
        "Put together by", list(GROUPINGS), format_func=lambda name: f"By {GROUPINGS[name].lower()}", required=True,
        key=_GROUPING, persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    address.note({_GROUPING: "by"})
    grouping = chosen if chosen is not None and chosen in GROUPINGS else _USUAL
    least = quality.least["on_time"]
    effect = quality.effects[grouping]
    groups = judge_groups(quality.on_time[grouping], least.count, effect)
    if not groups:
        st.write("No test's window closed in this period. Choose a longer one.")
        return
    st.html(quality_words.on_time_line(grouping, groups, least))
    total = total_of(one.group for one in groups)
    rate = total.on_time / total.asked
    st.html(quality_chart.share_legend(groups, rate))
    figure = quality_chart.draw_shares(grouping, groups, rate, palette_for(st.context.theme.type))
    finish_imports("pandas")
    st.plotly_chart(
        figure, key=f"quality.shares-{grouping}-{quality.version}-{quality.start}",
        alt=quality_chart.describe_shares(grouping, groups), height=quality_chart.height_of(grouping, groups),
        config={"displayModeBar": False},
    )  # fmt: skip
    st.html(quality_tables.on_time_table(grouping, groups))
    st.html(
        join(
            [
                tag("p", quality_words.ON_TIME_MEANS, css="n-means"),
                tag("p", quality_words.method_words(effect), css="n-means"),
            ]
        )
    )
    quality_picture.offer_files(list_groups(grouping, groups), quality, picture)
