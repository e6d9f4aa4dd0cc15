from datetime import timedelta

import pytest

from accounts.models import Account, Entry, User
from rca.lib.clock import now
from rca.lib.refused import Forbidden, Refused
from rca.models import Cause, Recurrence
from tests.make import make_account, make_cause, make_complaint, make_fix, make_fixed, make_told

EARLIER = timedelta(days=30)


@pytest.fixture
def closed(ada: User, lin: User, harbour: Account) -> Cause:
    """A cause that was fixed and closed a month ago; Harbour Books was told."""
    then = now() - EARLIER
    cause = make_cause(make_complaint(harbour, by=ada, at=then), by=lin, at=then)
    make_told(cause, harbour, by=ada, at=then)
    make_fixed(cause, by=lin, owner=ada, at=then)
    cause.close(by=lin, at=then)
    return cause


def test_linking_puts_the_account_on_the_roster(ada: User, lin: User, harbour: Account) -> None:
    cause, complaint = make_cause(by=lin), make_complaint(harbour, by=ada)
    cause.link(by=ada, complaint=complaint)
    assert [(row.account, row.how) for row in cause.affected.untold()] == [(harbour, "complained")]


def test_the_same_complaint_is_linked_once(ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    cause = make_cause(complaint, by=lin)
    with pytest.raises(Refused, match=f"{complaint.ref} is linked to {cause.ref} already"):
        cause.link(by=ada, complaint=complaint)


def test_a_merged_complaint_is_not_linked_but_the_one_it_went_into(ada: User, lin: User, harbour: Account) -> None:
    twin, kept, cause = make_complaint(harbour, by=ada), make_complaint(harbour, by=ada), make_cause(by=lin)
    twin.merge_into(by=lin, into=kept)
    with pytest.raises(Refused, match=f"{twin.ref} was merged into {kept.ref}: link that one") as refusal:
        cause.link(by=ada, complaint=twin)
    assert refusal.value.steps == [(f"Open {kept.ref}", f"/complaints/{kept.ref}/")]


def test_a_new_complaint_on_a_closed_cause_makes_it_recurring_and_lists_who_was_told(
    ada: User, closed: Cause, harbour: Account
) -> None:
    globex = make_account("Globex", by=ada)
    complaint = make_complaint(globex, by=ada)
    closed.link(by=ada, complaint=complaint)
    fact = Recurrence.objects.get()
    closed.refresh_from_db()
    assert closed.state == "recurring" and not hasattr(closed, "closure")
    assert fact.complaint == complaint and list(fact.told.all()) == [harbour]
    assert "1 account had been told" in Entry.objects.get(act="recurred").says
    assert f"It came back with {complaint.ref}" in closed.what_blocks()


def test_a_complaint_from_before_the_fix_is_no_recurrence_but_somebody_has_to_hear(ada: User, closed: Cause) -> None:
    globex = make_account("Globex", by=ada)
    closed.link(by=ada, complaint=make_complaint(globex, by=ada, at=now() - 2 * EARLIER))
    closed.refresh_from_db()
    assert closed.state == "watched" and not Recurrence.objects.exists()
    assert "1 account has not been told: Globex" in closed.what_blocks()


def test_a_cause_that_came_back_closes_only_after_another_fix_and_another_check(
    ada: User, lin: User, closed: Cause
) -> None:
    globex = make_account("Globex", by=ada)
    closed.link(by=ada, complaint=make_complaint(globex, by=ada))
    make_told(closed, globex, by=ada)
    fix = make_fix(closed, by=lin, owner=ada, days=0, measure="", falls_from=None, falls_to=None, check_on=None)
    fix.finish(by=ada)
    closed.refresh_from_db()
    assert closed.state == "watched" and "Nothing has been verified since it came back" in closed.what_blocks()
    make_fixed(closed, by=lin, owner=ada)
    assert closed.blockers() == []


def test_unlinking_takes_back_the_row_that_came_only_of_it(ada: User, lin: User, harbour: Account) -> None:
    complaint = make_complaint(harbour, by=ada)
    cause = make_cause(complaint, by=lin)
    cause.unlink(by=ada, complaint=complaint)
    assert not cause.affected.exists() and not cause.complaints.exists()
    with pytest.raises(Refused, match="is not linked to"):
        cause.unlink(by=ada, complaint=complaint)


def test_an_account_added_by_hand_stays_when_its_complaint_is_unlinked(ada: User, lin: User, harbour: Account) -> None:
    cause, complaint = make_cause(by=lin), make_complaint(harbour, by=ada)
    cause.affect(by=ada, account=harbour, why="30 copies")
    cause.link(by=ada, complaint=complaint)
    assert cause.affected.get().how == "complained"
    cause.unlink(by=ada, complaint=complaint)
    assert (cause.affected.get().how, cause.affected.get().why) == ("hand", "30 copies")


def test_unlinking_the_complaint_that_made_it_recurring_takes_the_recurrence_back(ada: User, closed: Cause) -> None:
    complaint = make_complaint(make_account("Globex", by=ada), by=ada)
    closed.link(by=ada, complaint=complaint)
    closed.unlink(by=ada, complaint=complaint)
    assert closed.state == "watched" and not Recurrence.objects.exists()


def test_a_recurrence_is_seen_once(ada: User, lin: User, closed: Cause) -> None:
    closed.link(by=ada, complaint=make_complaint(make_account("Globex", by=ada), by=ada))
    closed.see(by=lin)
    assert Recurrence.objects.get().seen_by == lin
    with pytest.raises(Refused, match="nothing here that nobody has seen"):
        closed.see(by=lin)


def test_a_viewer_may_not_link(ada: User, noor: User, lin: User, harbour: Account) -> None:
    cause, complaint = make_cause(by=lin), make_complaint(harbour, by=ada)
    with pytest.raises(Forbidden, match="to link a complaint to a cause takes an agent"):
        cause.link(by=noor, complaint=complaint)
