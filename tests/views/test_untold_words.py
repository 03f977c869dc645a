"""What cannot be judged is said under its own reason; other reasons are named beside it, never mixed in."""

from __future__ import annotations

from core.engine.standing import CannotTell
from core.views.worklist_reason import say_reason


def told(*unknown):
    found = [
        CannotTell("P1", "anakinra", "r", category, reason, "Do it.", since) for category, reason, since in unknown
    ]
    return say_reason("cannot_tell", [], found, [], [])[0]


def test_a_category_stands_under_its_own_reason_alone():
    said = told(("renal_dosing", "missing_weight", 1), ("interaction", "refused_treatment", 2))
    assert said == "Renal dosing: no usable weight · also treatment row refused"


def test_one_refused_row_of_many_categories_leaves_room_for_the_reason():
    many = [(one, "refused_event", 1) for one in ("infection", "surgery", "pregnancy", "dose", "liver")]
    assert told(*many) == "Infection, surgery, pregnancy and 2 more: event row refused"
    assert told(*many[:4]) == "Infection, surgery, pregnancy and dose: event row refused"
