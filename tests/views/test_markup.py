"""Outside names never become HTML (P36)."""

from __future__ import annotations

import pytest

from core.views.markup import Markup, join, tag
from tests.views.example import HOSTILE_NAMES


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "</b><script>x</script>", 'a" onmouseover="x'])
def test_a_name_stays_a_name_in_text_and_in_attributes(name):
    html = tag("b", name, title=name)
    assert "<img" not in html and "<script" not in html and 'onmouseover="' not in html
    assert html.count("<") == 2


def test_what_is_markup_already_is_not_escaped_twice():
    assert tag("p", tag("b", "a & b")) == "<p><b>a &amp; b</b></p>"


def test_plain_text_joined_with_markup_is_still_escaped():
    assert join(("<i>", Markup("<br>"))) == "&lt;i&gt;<br>"


def test_an_absent_attribute_is_left_out():
    assert tag("td", "1", css="", colspan=None) == "<td>1</td>"
