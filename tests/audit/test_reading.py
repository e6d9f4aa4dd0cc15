"""The ledger read back: what went is struck out, what came is underlined, and nobody reads a number for a name."""

from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from accounts.audit.reading import changes, compare, place, say


def read(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    marks = {"": "{}", "del": "-{}-", "ins": "+{}+"}
    return [f"{one.name}: " + " ".join(marks[piece.kind].format(piece.text) for piece in one.pieces)
            for one in changes(before, after, {"U-4": "Tom Beck"})]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"state": "open"}, {"state": "closed"}, ["state: -open- +closed+"]),
        ({"owner": None}, {"owner": "U-4"}, ["owner: -nothing- +Tom Beck+"]),
        ({"owner": "U-4"}, {"owner": None}, ["owner: -Tom Beck- +nothing+"]),
        ({}, {"our_mistake": True}, ["our mistake: +yes+"]),
        ({}, {"channel": "phone", "empty": "", "none": None, "list": []}, ["channel: +phone+"]),
        ({"gone": "old"}, {}, ["gone: -old-"]),
        ({"topics": ["a"]}, {"topics": ["a", "b"]}, ["topics: -a- +a, b+"]),
        ({}, {"from": "2026-03-10T10:40:00+00:00"}, ["from: +10 Mar 10:40+"]),
        ({"words": "You said Monday. It is Thirsday"}, {"words": "You said Monday. It is Thursday"},
         ["words: You said Monday. It is -Thirsday- +Thursday+"]),
        ({"words": "one two three"}, {"words": "not alike at all"}, ["words: -one two three- +not alike at all+"]),
    ],
)  # fmt: skip
@time_machine.travel("2026-06-01T12:00:00+00:00")
def test_a_change_reads_as_people_mark_one(before: dict[str, Any], after: dict[str, Any], said: list[str]) -> None:
    assert read(before, after) == said


@given(st.text(max_size=200), st.text(max_size=200))
def test_what_is_kept_and_gone_is_the_old_text_and_what_is_kept_and_came_the_new(old: str, new: str) -> None:
    pieces = compare(old, new)
    if any(piece.kind == "" for piece in pieces):
        assert " ".join(piece.text for piece in pieces if piece.kind != "ins").split() == old.split()
        assert " ".join(piece.text for piece in pieces if piece.kind != "del").split() == new.split()


def test_a_very_long_text_is_not_compared_word_by_word() -> None:
    old = "word " * 20_000
    assert [piece.kind for piece in compare(old, old + "more")] == ["del", "ins"]


@pytest.mark.parametrize("value", [None, "", [], {}, 0, False, 1.5, "2026-99-99", "2026-02-30T99:00", {"a": [1, None]}])
def test_any_value_that_a_ledger_holds_can_be_said(value: Any) -> None:
    assert isinstance(say(value), str)


def test_a_reference_leads_to_its_page_and_what_has_none_to_nowhere() -> None:
    assert place("A-7") == "/accounts/A-7/" and place("C-1042") == "/complaints/C-1042/"
    assert place("U-4") == place("I-3") == place("") == place("Z-1") == place("A-x") == ""
