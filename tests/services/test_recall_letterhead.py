"""The clinic's name on its letters: one line, decided by somebody whom the trail names."""

from __future__ import annotations

import pytest

from core.errors import InputRefused, StoreFailed
from core.services import recall_letterhead as service
from core.services.trail import list_trail
from tests.store.small_clinic import make_store


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{make_store(tmp_path).name}"


def test_a_name_is_kept_on_one_line_and_the_trail_tells_who_decided_it_and_what_was_before(url):
    assert service.read_letterhead(url) == ""
    service.keep_letterhead(url, "  Harbour\n Rheumatology ", by="A. Reed")
    service.keep_letterhead(url, "Hill Rheumatology", by="M. Okafor")
    assert service.read_letterhead(url) == "Hill Rheumatology"
    ((_, newest),) = list_trail(url, newest=1)
    assert (newest.by, newest.what, newest.before, newest.after) == (
        "M. Okafor", "rule", "Harbour Rheumatology", "Hill Rheumatology",
    )  # fmt: skip


def test_the_same_name_again_leaves_no_line_and_a_longer_one_is_refused(url):
    service.keep_letterhead(url, "Harbour", by="A. Reed")
    told = len(list_trail(url))
    service.keep_letterhead(url, "Harbour ", by="A. Reed")
    with pytest.raises(InputRefused, match="Shorten the clinic's name to 60 characters"):
        service.keep_letterhead(url, "x" * 61, by="A. Reed")
    assert len(list_trail(url)) == told and service.read_letterhead(url) == "Harbour"


def test_what_the_trail_cannot_tell_of_is_not_decided(url, monkeypatch):
    def fail(*_told):
        raise StoreFailed("The disk is full.")

    monkeypatch.setattr(service.audit, "append", fail)
    with pytest.raises(StoreFailed):
        service.keep_letterhead(url, "Harbour", by="A. Reed")
    assert service.read_letterhead(url) == ""
