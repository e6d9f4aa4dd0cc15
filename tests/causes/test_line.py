import pytest

from accounts.models import Entry, User
from rca.lib.refused import Forbidden, Refused
from tests.make import make_cause


def test_a_line_counts_once_somebody_else_has_approved_it(lin: User, vic: User) -> None:
    cause = make_cause(by=lin)
    line = cause.draft_line(by=lin, text="You are right, and it was our mistake.")
    assert cause.known_line is None
    line.approve(by=vic)
    assert cause.known_line == line
    assert [entry.act for entry in Entry.objects.about([cause.ref])[:2]] == ["line_approved", "line_drafted"]


def test_the_newest_approved_line_counts(ada: User, lin: User) -> None:
    cause = make_cause(by=lin)
    for text in ("First.", "Second."):
        cause.draft_line(by=ada, text=text).approve(by=lin)
    cause.draft_line(by=ada, text="Third, not approved.")
    assert str(cause.known_line) == "Second."


def test_nobody_approves_their_own_line_or_one_twice(lin: User, vic: User) -> None:
    cause = make_cause(by=lin)
    line = cause.draft_line(by=lin, text="We are sorry.")
    with pytest.raises(Refused, match="You wrote this line"):
        line.approve(by=lin)
    line.approve(by=vic)
    with pytest.raises(Refused, match="approved already"):
        line.approve(by=vic)


def test_an_empty_line_is_refused_and_an_agent_does_not_approve(ada: User, lin: User) -> None:
    cause = make_cause(by=lin)
    with pytest.raises(Refused, match="Write the sentence"):
        cause.draft_line(by=ada, text=" \x00 ")
    line = cause.draft_line(by=lin, text="We are sorry.")
    with pytest.raises(Forbidden, match="to approve what staff may say takes a support lead"):
        line.approve(by=ada)
