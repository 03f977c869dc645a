"""The blind-spot screen: every cause listed, narrowed by what the reader asks, names never read as Markdown."""

from __future__ import annotations

from dataclasses import replace

from tests.pages.conftest import html_of, open_page
from tests.pages.test_worklist import table_of
from tests.views import example


def blind_spots():
    from pages import blind_spots

    blind_spots.render()


def words_of(screen) -> dict[str, str]:
    """What stands in the address."""
    return {word: "".join(chosen) for word, chosen in screen.query_params.items()}


def test_every_blind_spot_is_listed_with_both_counts(clinic):
    screen = open_page(blind_spots)
    assert (
        "showing 2 of 2\u00a0lines, 2\u00a0patients · "
        "1\u00a0patient with an unanswered rule, 1 with a drug without rules" in html_of(screen)
    )
    assert [row["why"] for row in table_of(screen)] == ["No usable weight", "No rules for this drug"]
    assert not screen.exception


def test_a_group_narrows_the_list_and_says_so(clinic):
    screen = open_page(blind_spots)
    screen.pills[0].set_value("missing_weight").run()
    assert [row["why"] for row in table_of(screen)] == ["No usable weight"]
    assert "showing 1 of 2" in html_of(screen)
    assert words_of(screen) == {"only": "missing_weight"}  # the usual grouping needs no word


def test_a_copied_link_brings_back_the_grouping_and_its_group_and_names_nobody(clinic):
    screen = open_page(blind_spots)
    screen.segmented_control[0].set_value("patient").run()
    screen.selectbox[0].set_value("7").run()
    words = words_of(screen)
    assert words == {"by": "patient", "only": "7"}
    again = open_page(blind_spots, **words)
    assert [row["patient"] for row in table_of(again)] == [row["patient"] for row in table_of(screen)]
    assert "showing 1 of 2" in html_of(again)


def test_another_grouping_begins_with_all_of_it(clinic):
    screen = open_page(blind_spots, only="missing_weight")
    assert "showing 1 of 2" in html_of(screen)
    screen.segmented_control[0].set_value("category").run()
    assert "showing 2 of 2" in html_of(screen)
    assert words_of(screen) == {"by": "category"}


def test_an_address_that_names_no_group_there_is_shows_all(clinic):
    assert "showing 2 of 2" in html_of(open_page(blind_spots, by="nonsense", only="<script>"))


def test_groups_named_by_the_files_are_offered_as_plain_text(clinic):
    name = example.HOSTILE_NAMES[1]
    course = replace(clinic["clinic"].courses["SAMPLE-0007"][0], drug=name)
    clinic["clinic"] = replace(clinic["clinic"], courses={**clinic["clinic"].courses, "SAMPLE-0007": (course,)})
    screen = open_page(blind_spots)
    screen.segmented_control[0].set_value("drug").run()
    assert not screen.pills and f"{name} (1)" in screen.selectbox[0].options
    assert not any(name in block.value for block in screen.markdown)


def test_a_clinic_without_blind_spots_says_so_without_promising_anything(clinic):
    picture = clinic["clinic"]
    courses = {name: lines for name, lines in picture.courses.items() if lines[0].drug == "anakinra"}
    clinic["clinic"] = replace(picture, courses=courses, standing=replace(picture.standing, cannot_tell=()))
    assert "Every rule could be judged for every patient" in html_of(open_page(blind_spots))
